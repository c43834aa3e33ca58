"""What the Bayes page says of any joint table: its cells as texts, both squares, either conditional."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np

from genmodels.errors import Problem
from genmodels.probability import checks
from genmodels.probability.bayes import JointTable
from lessons.bayes.scene import NUM_PEOPLE, rectangles, share
from lessons.bayes.squares import Cell, Edge, Rectangle, Square
from ui.numbers import DECIMALS, given
from ui.scene import Challenge
from ui.state import Choice, Field, State, Token
from ui.text import NO_BREAK_SPACE, Text, literal, markdown_table

EXAMPLES = {
    "bus": "0.02,0.1,0.18;0.14,0.42,0.14",
    "test": "0.0099,0.0001;0.0495,0.9405",
    "copy": "0.45,0.05;0.05,0.45",
    "dice": "1/16,1/16,1/16,1/16;0,1/8,1/16,1/16;0,0,3/16,1/16;0,0,0,1/4",
}
"""Joint tables as a link writes them, by the name of their button."""
VARIABLES = ("X", "Y")
LONGEST = 12  # characters of one cell
INDEPENDENT = 0.001  # nats
SLASH = f"{NO_BREAK_SPACE}/{NO_BREAK_SPACE}"


def texts(token: str) -> list[list[str]]:
    """The cells of a table that a link writes with commas and semicolons."""
    return [row.split(",") for row in token.split(";")]


def fields(example: str) -> dict[str, Field]:
    """Fields whose limits follow from the example that was chosen."""
    shape = _shape(EXAMPLES[example])

    def check(token: str) -> None:
        if _shape(token) != shape:
            sentence = "The table in the link does not fit this example, which has {rows} rows of {columns} cells."
            raise Problem("table-shape", sentence, rows=len(shape), columns=shape[0])
        for cell in (cell for row in texts(token) for cell in row):
            checks.fraction(cell, "table")

    given = tuple(
        f"{name}{i}" for name, number in zip("xy", (len(shape), shape[0]), strict=True) for i in range(number)
    )
    return {"table": Token(EXAMPLES[example], check), "given": Choice("x0", given)}


def _shape(token: str) -> list[int]:
    return [len(row) for row in texts(token)]


FIELDS: dict[str, Field] = {"example": Choice("bus", tuple(EXAMPLES))}


class Table:
    """One state of the table. `problem` is what keeps it from being a joint distribution; `joint` is then missing."""

    def __init__(self, state: State, text: Text) -> None:
        self.text, self.example = text, state["example"]
        self.cells = texts(state["table"])
        self.given, self.index = "xy".index(state["given"][0]), int(state["given"][1:])
        self.names = [text(f"{self.example}-{side}").split("|") for side in ("rows", "columns")]
        self.problem: Problem | None = None
        try:
            self.joint = JointTable([[float(cell) for cell in row] for row in self._exact()])
        except Problem as problem:
            self.problem = problem

    def _exact(self) -> list[list[Fraction]]:
        return [[checks.fraction(cell, "table") for cell in row] for row in self.cells]

    def repaired(self) -> str:
        """The table with nothing below 0, divided by its sum, exactly; the example where nothing is left."""
        cells = [[max(cell, Fraction(0)) for cell in row] for row in self._exact()]
        total = sum((cell for row in cells for cell in row), Fraction(0))
        if not total:
            return EXAMPLES[self.example]
        return ";".join(",".join(_written(cell / total) for cell in row) for row in cells)

    # --- the squares

    def squares(self) -> list[Square]:
        """Cut by X first, and by Y first; what is given is framed."""
        pair = []
        for first, side in ((0, "left"), (1, "top")):
            boxes, marginal = rectangles(self.joint.packing(first)), self.joint.marginal(first)
            ends = np.cumsum(marginal)
            label = "square-row" if first == 0 else "square-column"
            edges = [
                Edge(side, float(end - size), float(end), self.text(label, name=name, share=share(size)))
                for name, size, end in zip(self.names[first], marginal, ends, strict=True)
            ]
            frame = self._frame(float(ends[self.index]), float(marginal[self.index])) if first == self.given else None
            title = self.text(f"square-{'xy'[first]}")
            pair.append(Square(title, boxes, edges, frame, names=self._names_beside(first)))
        return pair

    def _frame(self, end: float, size: float) -> Rectangle:
        return (0, end - size, 1, end) if self.given == 0 else (end - size, 0, end, 1)

    def _names_beside(self, first: int) -> list[str]:
        """Of each cell what the edge does not say, row by row: its column where rows are cut first, else its row."""
        rows, columns = self.names
        return [column if first == 0 else row for row in rows for column in columns]

    def squares_cells(self) -> list[Cell]:
        """Row by row, a shade for each column."""
        people, cells = self.joint.counts(NUM_PEOPLE), []
        for i, row in enumerate(self.names[0]):
            for j, column in enumerate(self.names[1]):
                numbers = {
                    "value": share(self.joint.table[i, j]),
                    "people": f"{people[i, j]:,}",
                    "all": f"{NUM_PEOPLE:,}",
                }
                note = self.text("table-note", row=row, column=column, **numbers)
                cells.append(
                    Cell(self.text("square-cell", row=row, column=column), note, int(people[i, j]), f"tint-{j}")
                )
        return cells

    # --- what is given

    def options(self) -> dict[str, str]:
        """What can be known, by the state's value of `given`."""
        return {
            f"{'xy'[axis]}{i}": f"{VARIABLES[axis]} = {name}"
            for axis in (0, 1)
            for i, name in enumerate(self.names[axis])
        }

    @property
    def possible(self) -> bool:
        """Whether what is given ever happens."""
        return bool(self.joint.marginal(self.given)[self.index] > 0)

    @cached_property
    def conditional(self) -> list[float]:
        """p(the other variable | what is given). Raises Problem where that never happens."""
        return self.joint.conditional(self.given, self.index).tolist()

    def rows(self) -> list[list[str]]:
        """The other variable's values, their share of the line that is given, and their marginal."""
        line = self.joint.table[self.index] if self.given == 0 else self.joint.table[:, self.index]
        columns = (line, self.conditional, self.joint.marginal(1 - self.given))
        total = given(self.joint.marginal(self.given)[self.index], DECIMALS)
        return [
            [
                name,
                f"{given(part, DECIMALS)}{SLASH}{total} ={NO_BREAK_SPACE}{conditional:.4f}",
                given(marginal, DECIMALS),
            ]
            for name, part, conditional, marginal in zip(self.names[1 - self.given], *columns, strict=True)
        ]

    def head(self) -> list[str]:
        """What stands above these columns."""
        other, known = VARIABLES[1 - self.given], VARIABLES[self.given]
        value = self.names[self.given][self.index]
        return [other, f"p({other} | {known} = {value})", f"p({other})"]

    def conditional_table(self) -> str:
        """These as a table in Markdown. Raises Problem where what is given never happens."""
        rows = [[literal(cell) for cell in row] for row in (self.head(), *self.rows())]
        return markdown_table(rows, "lrr")

    def values(self) -> dict[str, object]:
        """For the formula: which variable is asked for, what is known, and how likely that is."""
        known = f"{VARIABLES[self.given]}={self.names[self.given][self.index]}"
        total = self.joint.marginal(self.given)[self.index]
        return {"other": VARIABLES[1 - self.given], "value": known, "sum": share(total)}

    def challenges(self) -> list[Challenge]:
        if self.problem:
            return [Challenge("independent", False, self.text("now-nats", value="?"))]
        shared = self.joint.mutual_information
        reached = shared < INDEPENDENT and bool((self.joint.table > 0).all())
        return [Challenge("independent", reached, self.text("now-nats", value=f"{shared:.4f}"))]


def _written(cell: Fraction) -> str:
    """An exact share: as a short decimal, or as a fraction; a long decimal where that has too many digits."""
    decimal = f"{float(cell):.4f}".rstrip("0").rstrip(".")
    if checks.fraction(decimal, "table") == cell:
        return decimal
    return str(cell) if len(str(cell)) <= LONGEST else f"{float(cell):.10f}"
