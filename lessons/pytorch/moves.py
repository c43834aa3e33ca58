"""The notes on view and chunk: the same numbers in the same memory, seen in another shape or in parts."""

from __future__ import annotations

import math
import re
from functools import cached_property

import torch
from torch import Tensor

from genmodels import tensors
from genmodels.tensors import Result
from lessons.pytorch.note import Grid, Note, asked, cells, facts, of, refusable, share
from ui.numbers import number

MOST_AXES, LARGEST, MOST_CELLS = 4, 144, 72
_SIZES = re.compile(r"\s*-?\d{1,3}(\s*[,，、x×]\s*-?\d{1,3})*\s*")


def sizes(text: str) -> tuple[int, ...]:
    """The sizes that were typed for a view, -1 among them; ValueError for what is no row of whole numbers."""
    if not _SIZES.fullmatch(text):
        raise ValueError("no sizes")
    found = tuple(int(one) for one in re.split(r"[,，、x×]", text))
    if len(found) > MOST_AXES or any(abs(one) > LARGEST for one in found):
        raise ValueError(f"more than {MOST_AXES} axes, or a size beyond {LARGEST}")
    return found


def sized(text: str) -> str:
    """The same in its usual form, "3, -1"."""
    return ", ".join(map(str, sizes(text)))


class Numbered(Note):
    """A note on x, which holds the numbers 0 to N - 1 in rows and columns."""

    @property
    def shape(self) -> tuple[int, int]:
        return self.state["rows"], self.state["cols"]

    @cached_property
    def base(self) -> Tensor:
        rows, columns = self.shape
        return torch.arange(rows * columns).view(rows, columns)

    @property
    def setup(self) -> str:
        rows, columns = map(asked, self.shape)
        return f"x = torch.arange({asked(math.prod(self.shape))}).view({rows}, {columns})"


class View(Numbered):
    """view and reshape of x or of its transpose."""

    name = "view"

    @cached_property
    def x(self) -> Tensor:
        return self.base.t() if self.state["order"] == "transposed" else self.base

    @property
    def to(self) -> tuple[int, ...]:
        return sizes(self.state["to"])

    def call(self) -> Tensor:
        return self._move(self.x)

    def _move(self, x: Tensor) -> Tensor:
        return x.view(self.to) if self.state["call"] == "view" else x.reshape(self.to)

    @cached_property
    def result(self) -> Result | None:
        return None if refusable(self.call) is None else tensors.moved(self._move, self.x)

    @property
    def first_line(self) -> str:
        return self.setup + (asked(".t()") if self.state["order"] == "transposed" else "")

    @property
    def line(self) -> str:
        return f"y = x.{asked(self.state['call'])}({asked(', '.join(map(str, self.to)))})"

    @property
    def code(self) -> str:
        return f"{self.first_line}\n{self.line}"

    def grids(self) -> list[Grid]:
        x, numel = self.x, self.x.numel()
        places = tensors.moved(lambda one: one, x)
        memory = Grid("memory", (numel,), cells(self.base), [], tints=share(self.base.numpy(), numel))
        found = [
            memory,
            Grid("x", tuple(x.shape), cells(x), facts(x), of("memory", places.memory), share(places.memory, numel)),
        ]
        if self.result:
            y, came = self.result.value, self.result
            both = [[*one, *two] for one, two in zip(of("x", came.origin), of("memory", came.memory), strict=True)]
            found.append(Grid("y", tuple(y.shape), cells(y), facts(y), both, share(came.memory, numel)))
        return found

    @property
    def shared(self) -> bool:
        """Whether the result has the memory of x."""
        return self.result is not None and tensors.share_memory(self.result.value, self.x)

    def values(self) -> dict[str, object]:
        x, to = self.x, self.to
        known = math.prod(one for one in to if one != -1)
        end = tuple(one - 1 for one in x.shape)
        values: dict[str, object] = {
            "numel": x.numel(),
            "x-shape": tuple(x.shape),
            "x-stride": tuple(x.stride()),
            "x-last": tensors.written(end),
            "x-terms": _terms(end, x),
            "x-place": int(x[end]),
            "known": known,
            "to": ", ".join(map(str, to)),
            "call": self.state["call"],
            "refused": self.refused,
        }
        return values | (self._of_result() if self.result else {})

    def _of_result(self) -> dict[str, object]:
        assert self.result is not None
        y = self.result.value
        last = tensors.unravelled(y.numel() - 1, y.shape)
        return {
            "y-shape": tuple(y.shape),
            "y-stride": tuple(y.stride()),
            "product": r"\cdot".join(map(str, y.shape)),
            "inferred": next((y.shape[i] for i, one in enumerate(self.to) if one == -1), ""),
            "last": tensors.written(last),
            "terms": _terms(last, y),
            "place": sum(i * stride for i, stride in zip(last, y.stride(), strict=True)),
            "last-x": tensors.written(tensors.unravelled(int(self.result.origin.ravel()[-1]), self.x.shape)),
            "last-value": int(y.flatten()[-1]),
        }

    def variants(self) -> dict[int, str]:
        if self.result is None:
            fits = refusable(lambda: self.x.reshape(self.to)) is not None
            return {1: "strides" if fits else "refused", 2: "refused", 3: "strides" if fits else "refused"}
        found = {1: "inferred"} if -1 in self.to else {}
        if not self.shared:
            found |= {2: "copied", 3: "copied"}
        return found

    def challenges(self) -> dict[str, tuple[bool, dict[str, object]]]:
        """x is a transpose, and view agrees to other sizes than its own; axes of size 1 do not count."""
        y = self.result.value if self.result else None
        own = [one for one in self.x.shape if one != 1]
        other = y is not None and [one for one in y.shape if one != 1] != own
        turned = self.state["order"] == "transposed" and len(own) == 2
        told: dict[str, object] = {"x": tuple(self.x.shape), "y": tuple(y.shape) if y is not None else "–"}
        return {"turned": (bool(turned and other and self.state["call"] == "view"), told)}

    def lines(self) -> dict[str, object]:
        return {"setup": self.first_line, "call": self.line}

    @property
    def printed(self) -> str:
        if self.result is None:
            return self.refused
        y = self.result.value
        return f"{tuple(y.shape)} {y.stride()} {self.shared}"


def _terms(index: tuple[int, ...], x: Tensor) -> str:
    """The sum that leads from an index to its place in memory, as in a formula."""
    return "+".join(rf"{i}\cdot{stride}" for i, stride in zip(index, x.stride(), strict=True))


class Chunk(Numbered):
    """x in parts along one axis."""

    name = "chunk"

    @cached_property
    def parts(self) -> list[Result]:
        return tensors.chunks(self.base, self.state["chunks"], self.state["dim"])

    @property
    def line(self) -> str:
        return f"parts = x.chunk({asked(self.state['chunks'])}, dim={asked(self.state['dim'])})"

    @property
    def code(self) -> str:
        return f"{self.setup}\n{self.line}"

    def grids(self) -> list[Grid]:
        x, numel = self.base, self.base.numel()
        found = [Grid("x", self.shape, cells(x), facts(x), tints=share(x.numpy(), numel))]
        for i, part in enumerate(self.parts):
            one = part.value
            tints = share(part.memory, numel)
            strides = facts(one)[1:2]  # the rest is as of x, and parts are to stand side by side
            found.append(Grid(f"parts[{i}]", tuple(one.shape), cells(one), strides, of("x", part.origin), tints))
        return found

    def values(self) -> dict[str, object]:
        dim, asked_for = self.state["dim"], self.state["chunks"]
        length, last = self.shape[dim], self.parts[-1].value
        size = self.parts[0].value.shape[dim]
        j = len(self.parts) - 1
        index = (0, 0)
        start = [0, 0]
        start[dim] = j * size
        return {
            "n": length,
            "asked": asked_for,
            "size": size,
            "given": len(self.parts),
            "quotient": number(length / asked_for, 2),
            "dim": dim,
            "j": j,
            "last-size": last.shape[dim],
            "at": tensors.written(index),
            "from": tensors.written(start),
            "value": int(last[0, 0]),
            "stride": tuple(last.stride()),
            "fair": len(self.base.tensor_split(asked_for, dim)),
        }

    def variants(self) -> dict[int, str]:
        return {1: "fewer"} if len(self.parts) < self.state["chunks"] else {}

    def challenges(self) -> dict[str, tuple[bool, dict[str, object]]]:
        dim = self.state["dim"]
        missing = self.state["chunks"] - len(self.parts)
        last, first = self.parts[-1].value.shape[dim], self.parts[0].value.shape[dim]
        met = missing == 2 and last < first
        return {"fewer": (met, {"missing": missing, "last": last, "first": first})}

    def lines(self) -> dict[str, object]:
        return {"setup": self.setup, "call": self.line}

    @property
    def printed(self) -> str:
        return f"{len(self.parts)} {[tuple(one.value.shape) for one in self.parts]}"
