"""What every note is: a call, its tensors as cells, and the numbers of its steps; a tensor as the browser draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from genmodels import tensors
from ui.numbers import number
from ui.state import State

ASKED, END = "\x02", "\x03"  # around what of the code can be moved
Sources = Sequence[Sequence[tuple[str, int]]]
DTYPES = {"float16": torch.float16, "float32": torch.float32, "float64": torch.float64, "int64": torch.int64}


@dataclass(frozen=True)
class Grid:
    """A tensor to be drawn: its cells row by row as texts, and of each cell the cells (tensor, number) it came from.

    `tints` in [0, 1] let cells be followed by eye; `more` numbers come after those that are drawn. What can be set by
    hand is the field `edit` of the page's state, whole numbers from 0 to `most`. `pictures` are pixels in base64.
    """

    name: str
    shape: tuple[int, ...]
    cells: Sequence[str]
    facts: Sequence[str]
    sources: Sources = ()
    tints: Sequence[float] = ()
    more: int = 0
    edit: str = ""
    most: int = 0
    pictures: str = ""


def asked(value: object) -> str:
    """A value in a line of code, marked as one that the visitor sets."""
    return f"{ASKED}{value}{END}"


def plain(code: str) -> str:
    """The code without its marks."""
    return code.replace(ASKED, "").replace(END, "")


def facts(x: Tensor) -> list[str]:
    """What stands below a tensor: type and strides, and whether its numbers lie in memory in their order."""
    kind = str(x.dtype).removeprefix("torch.")
    return [kind, f"stride {tuple(x.stride())}", f"contiguous: {x.is_contiguous()}"]


def cells(values: Tensor | np.ndarray, decimals: int = 2) -> list[str]:
    """The numbers as they are shown, row by row; whole ones without decimals."""
    flat = np.asarray(values).ravel()
    return [number(float(one), 0 if flat.dtype.kind in "iub" else decimals) for one in flat]


def of(name: str, places: np.ndarray) -> list[list[tuple[str, int]]]:
    """The sources of a result whose cells came from those of the tensor `name` at these flat `places`."""
    return [[(name, int(one))] for one in places.ravel()]


def share(places: np.ndarray, all_of_them: int) -> list[float]:
    """Tints by place in memory: the first is pale, the last full."""
    return [round((int(one) + 1) / all_of_them, 3) for one in places.ravel()]


class Note:
    """One note in one state of the page. What it does not have is empty."""

    name = ""

    def __init__(self, state: State) -> None:
        self.state = state

    @property
    def code(self) -> str:
        """The lines of code, with `asked` around what can be set."""
        raise NotImplementedError

    def grids(self) -> list[Grid]:
        """The tensors before and after."""
        raise NotImplementedError

    def charts(self) -> list[dict[str, Any]]:
        """What the component draws below the tensors (charts.js)."""
        return []

    def call(self) -> object:
        """What PyTorch may refuse."""

    @property
    def refused(self) -> str:
        """PyTorch's own sentence where it refuses the call."""
        return tensors.refusal(self.call)

    def values(self) -> Mapping[str, object]:
        """The numbers of its steps."""
        raise NotImplementedError

    def variants(self) -> Mapping[int, str]:
        """The ends of the names of those of its steps that are told otherwise in this state."""
        return {}

    def challenges(self) -> Mapping[str, tuple[bool, Mapping[str, object]]]:
        """Of the challenges that are met here: whether they are, and the numbers of how far away they are."""
        return {}

    def lines(self) -> Mapping[str, object]:
        """What its snippet computes with; `setup` and `call` are lines of code, for the one that shows a refusal."""
        raise NotImplementedError

    @property
    def printed(self) -> str:
        """What its snippet prints; where PyTorch refuses, that is its sentence."""
        raise NotImplementedError


def refusable(call: Callable[[], Tensor]) -> Tensor | None:
    """What the call gives; None where PyTorch refuses it."""
    try:
        return call()
    except (RuntimeError, IndexError):
        return None
