"""Distributions over the same outcomes as bars that can be dragged: what one takes, the others give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent, "messenger.js", "rescale.js")


@dataclass(frozen=True)
class Series:
    """One distribution: its `name` in the message, the title above its bars, its shares, and its colour in ui.theme."""

    name: str
    title: str
    values: Sequence[float]
    role: str


def bars(
    key: str,
    series: Sequence[Series],
    outcomes: Sequence[str],
    words: Mapping[str, str],
    revision: int,
    on_change: Callable[[], object],
    on_rest: Callable[[], object],
) -> None:
    """Show the distributions on one scale; the component's `values` say {name: [...]} of all while a bar is dragged.

    A dragged bar rescales the others of its distribution so that they sum to 1; a typed share leaves them alone, and a
    sum other than 1 is flagged. Values given count when `revision` is new. `words`: "bar" names a bar to those who
    cannot see it, # stands for the outcome; "sum" precedes a sum that is not 1.
    """
    data = {"series": [asdict(one) for one in series], "outcomes": list(outcomes), "words": dict(words)}
    _component(
        key=key,
        data=data | {"revision": revision},
        on_values_change=on_change,
        on_rest_change=on_rest,
        height="content",
    )
