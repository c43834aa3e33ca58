"""An urn to draw from: balls come one by one, by tens or on and on, and may be counted out by typing as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent, "parts.js")


@dataclass(frozen=True)
class Balls:
    """What has been drawn, the most that can be typed of a colour, and all draws of this urn: "1" red, "0" blue."""

    red: int
    blue: int
    most: int
    draws: str


def urn(key: str, balls: Balls, words: Mapping[str, str], listener: Listener) -> None:
    """Show the balls, sorted; the `listener` hears {"red", "blue"} whenever one more is drawn or typed.

    After n balls the next is the urn's draw n. The balls are the part "balls" of the stage. `words`: "play", "pause",
    "one", "ten", "reset", "red", "blue", and "balls" with # for the reds and ## for the blues.
    """
    _component(key, {**asdict(balls), "words": dict(words)}, listener)
