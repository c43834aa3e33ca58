"""Distributions over the same outcomes as bars that can be dragged: what one takes, the others give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent, "numbers.js", "rescale.js")


@dataclass(frozen=True)
class Series:
    """One distribution: its `name` in the message, the title above its bars, its shares, and its colour in ui.theme."""

    name: str
    title: str
    values: Sequence[float]
    role: str


def bars(
    key: str, series: Sequence[Series], outcomes: Sequence[str], words: Mapping[str, str], listener: Listener
) -> None:
    """Show the distributions on one scale; the `listener` hears {name: [...]} of all while a bar is dragged.

    A dragged bar rescales the others of its distribution so that they sum to 1; a typed share leaves them alone, and a
    sum other than 1 is flagged. `words`: "bar" names a bar to those who cannot see it, # stands for the outcome; "sum"
    precedes a sum that is not 1; "refused" says of a text (#) that it is no share.
    """
    data = {"series": [asdict(one) for one in series], "outcomes": list(outcomes), "words": dict(words)}
    _component(key, data, listener)
