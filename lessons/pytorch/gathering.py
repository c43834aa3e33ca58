"""The note on gather: one number of the schedule for each picture of a batch, or some of a table's."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from genmodels import tensors
from genmodels.models.schedule import NoiseSchedule
from genmodels.tensors import Result
from lessons.pytorch.note import Grid, Note, asked, cells, facts, of, refusable, share
from ui.numbers import formula
from ui.state import State

STEPS, MOST = 8, 6  # of the schedule; pictures in a batch
ROWS, COLUMNS, WIDTH = 3, 4, 2  # of the table and of what is taken from it


def whole(text: str, low: int, high: int, least: int, most: int) -> tuple[int, ...]:
    """Numbers with commas between them; ValueError unless there are so many, each from low to high."""
    found = tuple(int(one) for one in text.split(","))
    if not least <= len(found) <= most or not all(low <= one <= high for one in found):
        raise ValueError(f"{least} to {most} numbers from {low} to {high}")
    return found


def times(text: str) -> tuple[int, ...]:
    """t of each picture in the batch."""
    return whole(text, 0, STEPS, 1, MOST)


def picks(text: str) -> tuple[int, ...]:
    """The index into the table, row by row."""
    return whole(text, 0, COLUMNS - 1, ROWS * WIDTH, ROWS * WIDTH)


def schedule(name: str = "alpha_bar") -> Tensor:
    """A short schedule's alpha_bar or beta, (T + 1,) float64, indexed by t."""
    found: Tensor = getattr(NoiseSchedule.cosine(STEPS), name)
    return found


class Gather(Note):
    """The schedule's alpha_bar at each picture's own t, in a shape that multiplies pictures."""

    name = "gather"

    @property
    def t(self) -> tuple[int, ...]:
        return times(self.state["t"])

    @cached_property
    def result(self) -> Result:
        index = torch.tensor(self.t)
        return tensors.moved(lambda one: one.gather(-1, index).view(-1, 1, 1, 1), schedule())

    @property
    def code(self) -> str:
        listed = ", ".join(asked(one) for one in self.t)
        return (
            f"alpha_bar = NoiseSchedule.cosine({STEPS}).alpha_bar\n"
            f"t = torch.tensor([{listed}])\n"
            "out = alpha_bar.gather(-1, t).view(-1, 1, 1, 1)"
        )

    def grids(self) -> list[Grid]:
        x, y, index = schedule(), self.result.value, torch.tensor(self.t)
        tints = share(np.arange(len(x)), len(x))
        both = [[("alpha_bar", one), ("t", i)] for i, one in enumerate(self.t)]
        return [
            Grid("alpha_bar", tuple(x.shape), cells(x, 4), facts(x), tints=tints),
            Grid("t", tuple(index.shape), cells(index), facts(index), edit="t", most=STEPS),
            Grid("out", tuple(y.shape), cells(y, 4), facts(y), both, [tints[one] for one in self.t]),
        ]

    def values(self) -> dict[str, object]:
        x = schedule()
        last = len(self.t) - 1
        return {
            "b": len(self.t),
            "steps": STEPS,
            "all": STEPS + 1,
            "i": last,
            "t": self.t[last],
            "value": formula(float(x[self.t[last]])),
            "root": formula(float(x[self.t[last]].sqrt())),
            "rest": formula(float((1 - x[self.t[last]]).sqrt())),
            "shape": tuple(self.result.value.shape),
        }

    def challenges(self) -> dict[str, tuple[bool, dict[str, object]]]:
        return {"diagonal": (False, {"met": 0})}

    def lines(self) -> dict[str, object]:
        return {"steps": STEPS, "t": list(self.t)}

    @property
    def printed(self) -> str:
        same = torch.equal(self.result.value.flatten(), schedule()[list(self.t)])
        return f"{[round(one, 4) for one in self.result.value.flatten().tolist()]} {same}"


class Table(Gather):
    """Six numbers of a table, along either axis."""

    @cached_property
    def x(self) -> Tensor:
        return torch.randn(ROWS, COLUMNS, generator=torch.Generator().manual_seed(self.state["seed"]))

    @cached_property
    def index(self) -> Tensor:
        return torch.tensor(picks(self.state["index"])).view(ROWS, WIDTH)

    def call(self) -> Tensor:
        return self.x.gather(self.state["dim"], self.index)

    @cached_property
    def taken(self) -> Result | None:
        if refusable(self.call) is None:
            return None
        return tensors.moved(lambda one: one.gather(self.state["dim"], self.index), self.x)

    @property
    def setup(self) -> str:
        seed, rows = asked(self.state["seed"]), self.index.tolist()
        listed = ", ".join(f"[{', '.join(asked(one) for one in row)}]" for row in rows)
        return (
            f"x = torch.randn({ROWS}, {COLUMNS}, generator=torch.Generator().manual_seed({seed}))\n"
            f"index = torch.tensor([{listed}])"
        )

    @property
    def line(self) -> str:
        return f"out = x.gather({asked(self.state['dim'])}, index)"

    @property
    def code(self) -> str:
        return f"{self.setup}\n{self.line}"

    def grids(self) -> list[Grid]:
        x, index = self.x, self.index
        tints = share(np.arange(x.numel()), x.numel())
        found = [
            Grid("x", tuple(x.shape), cells(x), facts(x), tints=tints),
            Grid("index", tuple(index.shape), cells(index), facts(index), edit="index", most=COLUMNS - 1),
        ]
        if self.taken:
            y, places = self.taken.value, self.taken.origin.ravel()
            both = [[*one, ("index", i)] for i, one in enumerate(of("x", places))]
            found.append(Grid("out", tuple(y.shape), cells(y), facts(y), both, [tints[one] for one in places]))
        return found

    def values(self) -> dict[str, object]:
        i, j, dim = ROWS - 1, WIDTH - 1, self.state["dim"]
        pick = int(self.index[i, j])
        rule = r"x[i,\,\mathrm{index}[i,j]]" if dim == 1 else r"x[\mathrm{index}[i,j],\,j]"
        values: dict[str, object] = {"dim": dim, "i": i, "j": j, "pick": pick, "rule": rule, "refused": self.refused}
        values["from"] = f"[{i}, {pick}]" if dim == 1 else f"[{pick}, {j}]"
        values |= {"rows": ROWS, "columns": COLUMNS, "width": WIDTH, "length": (ROWS, COLUMNS)[dim]}
        return values | ({"value": formula(float(self.taken.value[i, j]), 2)} if self.taken else {})

    def variants(self) -> dict[int, str]:
        found = dict.fromkeys((1, 2, 3), "table")
        return found if self.taken else found | {2: "refused"}

    def challenges(self) -> dict[str, tuple[bool, dict[str, object]]]:
        """The first column is to be the diagonal of the table, the second the one beside it."""
        if self.taken is None:
            return {"diagonal": (False, {"met": 0})}
        wanted = [[COLUMNS * i + i, COLUMNS * i + i + 1] for i in range(ROWS)]
        met = int((self.taken.origin == np.array(wanted)).sum())
        return {"diagonal": (met == ROWS * WIDTH, {"met": met})}

    def lines(self) -> dict[str, object]:
        return {"setup": self.setup, "call": self.line}

    @property
    def printed(self) -> str:
        return (
            self.refused
            if self.taken is None
            else f"{[[round(v, 2) for v in row] for row in self.taken.value.tolist()]}"
        )


def gather(state: State) -> Note:
    """The note as the state asks for it: from the schedule or from a table."""
    return Table(state) if state["of"] == "table" else Gather(state)
