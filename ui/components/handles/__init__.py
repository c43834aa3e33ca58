"""Handles on a chart: points that are dragged over it while the server draws the curves under them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ui.components import register

if TYPE_CHECKING:
    from ui.figures.style import Frame

_component = register(Path(__file__).parent, "messenger.js")


@dataclass(frozen=True)
class Coordinate:
    """One coordinate of a handle: where it stands in the chart's own units, and what it is called when it can move.

    A `base` is the name of another coordinate that this one is measured from: the edge of a bump at mu + sigma.
    """

    value: float
    name: str = ""
    low: float = 0
    high: float = 0
    step: float = 0
    base: str = ""


@dataclass(frozen=True)
class Handle:
    """A point to be dragged along x, along y, or both: along what has a name."""

    label: str
    x: Coordinate
    y: Coordinate


def handles(
    key: str,
    frame: Frame,
    points: Sequence[Handle],
    revision: int,
    on_change: Callable[[], object],
    on_rest: Callable[[], object],
) -> None:
    """Lay the handles over the chart before it in the same container, whose key begins with "chart-".

    `values` of the component's state is {name: value} of all that can move, while it moves. Arrow keys move by the
    coordinate's step, with Shift by five. Values given count when `revision` is new.
    """
    data = {"frame": asdict(frame), "points": [asdict(point) for point in points], "revision": revision}
    _component(key=key, data=data, on_values_change=on_change, on_rest_change=on_rest, height="content")
