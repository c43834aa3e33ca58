"""An urn to draw from: balls come one by one, by tens or on and on, and may be counted out by typing as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent, "messenger.js")


@dataclass(frozen=True)
class Balls:
    """What has been drawn, the most that can be typed of a colour, and all draws of this urn: "1" red, "0" blue."""

    red: int
    blue: int
    most: int
    draws: str


def urn(
    key: str,
    balls: Balls,
    words: Mapping[str, str],
    revision: int,
    on_change: Callable[[], object],
    on_rest: Callable[[], object],
) -> None:
    """Show the balls, sorted; the component's `values` say {"red", "blue"} whenever one more is drawn or typed.

    After n balls the next is the urn's draw n. Counts given count when `revision` is new. `words`: "play", "pause",
    "one", "ten", "reset", "red", "blue", and "balls" with # for the reds and ## for the blues.
    """
    data = {**asdict(balls), "words": dict(words), "revision": revision}
    _component(key=key, data=data, on_values_change=on_change, on_rest_change=on_rest, height="content")
