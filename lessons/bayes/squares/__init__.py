"""One joint distribution as two unit squares, cut by one variable first and by the other first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import Listener, register_live

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom

_component = register_live(Path(__file__).parent, "parts.js")


@dataclass(frozen=True)
class Cell:
    """One cell of the table, the same in both squares: its name, what is told of it, and of 10,000 people how many.

    `fill` is a role's colour, "plain", or "tint-<k>": the k-th of some shades.
    """

    name: str
    note: str
    people: int
    fill: str


@dataclass(frozen=True)
class Edge:
    """What stands at the `side` (left, top or bottom) of a square, beside its piece from `start` to `end`.

    It belongs to the `part` of the stage of this name.
    """

    side: str
    start: float
    end: float
    text: str
    role: str = "muted"
    part: str = ""


@dataclass(frozen=True)
class Square:
    """The rectangles of the cells, row by row, in shares of the square; a `frame` sets off one more.

    `parts` of the stage to which the cells belong, if it stands there. `names` of the cells in this square, where the
    edge beside them says a part of their name already.
    """

    title: str
    rectangles: Sequence[Rectangle]
    edges: Sequence[Edge] = ()
    frame: Rectangle | None = None
    parts: Sequence[str] = ()
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Cut:
    """A cut in the first square, to be dragged along its `side`: `value` per cent, from the far end if `reverse`."""

    name: str
    label: str
    value: float
    side: str
    reverse: bool = False


def squares(
    key: str,
    pair: Sequence[Square],
    cells: Sequence[Cell],
    columns: int,
    cuts: Sequence[Cut] = (),
    listener: Listener | None = None,
) -> None:
    """Show both squares; the cell under the pointer or in focus is the same in both, with its people as dots.

    `columns` is the number of the table's columns. The `listener` hears {name: per cent} of the cuts while they are
    dragged or typed.
    """
    data: Mapping[str, object] = {
        "squares": [asdict(square) for square in pair],
        "cells": [asdict(cell) for cell in cells],
        "columns": columns,
        "cuts": [asdict(cut) for cut in cuts],
    }
    _component(key, data, listener or Listener())
