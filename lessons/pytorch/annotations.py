"""The note on type annotations: what Python does with them when a function is called, which is nothing."""

# without `from __future__ import annotations`, which would turn those that the note shows into texts
from typing import Any

import torch
from torch import Tensor

from lessons.pytorch.note import Grid, Note, asked, cells, facts

GIVEN: dict[str, tuple[str, Any]] = {
    "int": ("3", 3),
    "str": ('"ab"', "ab"),
    "list": ("[1, 2]", [1, 2]),
    "tensor": ("torch.tensor([1, 2])", torch.tensor([1, 2])),
}
DOUBLE = "def double(x: int) -> int:\n    return x * 2\n\n"
REPORT = "def report(x: int) -> None:\n    print(x)\n\n"


def double(x: int) -> int:
    """Twice x: the function of the note."""
    return x * 2


def report(x: int) -> None:
    """A function that gives nothing back; the snippet's one prints x as well."""


FUNCTIONS = {"double": double, "report": report}


class Annotations(Note):
    """One function, called with what its annotation says and with what it does not."""

    name = "types"

    @property
    def given(self) -> tuple[str, Any]:
        """The argument as code, and itself."""
        return GIVEN[self.state["arg"]]

    @property
    def result(self) -> Any:
        """What the call gives."""
        return FUNCTIONS[self.state["function"]](self.given[1])

    @property
    def code(self) -> str:
        name = self.state["function"]
        return f"{DOUBLE if name == 'double' else REPORT}y = {asked(name)}({asked(self.given[0])})"

    def grids(self) -> list[Grid]:
        x, y = self.given[1], self.result
        return [_grid("x", x), _grid("y", y, _sources(x, y))]

    def values(self) -> dict[str, object]:
        x, y = self.given[1], self.result
        function = FUNCTIONS[self.state["function"]]
        lengths = {"n": _length(x), "twice": _length(y)}
        return {
            "argument": self.given[0],
            "annotations": str(function.__annotations__),
            "x-type": type(x).__name__,
            "y-type": type(y).__name__,
            "y": str(y.tolist() if isinstance(y, Tensor) else y),
            **lengths,
        }

    def variants(self) -> dict[int, str]:
        if self.state["function"] == "report":
            return dict.fromkeys((1, 2, 3), "none")
        return {2: self.state["arg"], 3: self.state["arg"]}

    def lines(self) -> dict[str, object]:
        name = self.state["function"]
        return {"definition": (DOUBLE if name == "double" else REPORT).rstrip(), "name": name, "given": self.given[0]}

    @property
    def printed(self) -> str:
        y = self.result
        said = "" if self.state["function"] == "double" else f"{self.given[1]}\n"
        return f"{said}{type(y).__name__} {y!r}"


def _length(value: Any) -> int:
    return len(value) if hasattr(value, "__len__") else 1


def _grid(name: str, value: Any, sources: list[list[tuple[str, int]]] | None = None) -> Grid:
    kind = type(value).__name__
    if isinstance(value, Tensor):
        return Grid(name, tuple(value.shape), cells(value), [kind, *facts(value)], sources or ())
    listed = [repr(one) for one in value] if isinstance(value, list | str) else [repr(value)]
    shape = (len(listed),) if isinstance(value, list | str) else ()
    return Grid(name, shape, listed, [kind], sources or ())


def _sources(x: Any, y: Any) -> list[list[tuple[str, int]]]:
    """Each cell of twice x from its cell of x: of a list or a text twice over, of a number or a tensor one by one."""
    return [] if y is None else [[("x", i % _length(x))] for i in range(_length(y))]
