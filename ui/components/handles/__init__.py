"""Handles on a chart: points that are dragged over it while the server draws the curves under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ui.components import Listener, register_live

if TYPE_CHECKING:
    from ui.figures.style import Frame

_component = register_live(Path(__file__).parent)


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


def handles(key: str, frame: Frame, points: Sequence[Handle], listener: Listener) -> None:
    """Lay the handles over the chart before it in the same container, whose key begins with "chart-".

    The `listener` hears {name: value} of all that can move, while it moves. Arrow keys move by the coordinate's step,
    with Shift by five.
    """
    _component(key, {"frame": asdict(frame), "points": [asdict(point) for point in points]}, listener)
