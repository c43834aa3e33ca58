"""What the Bayes page says of a diagnostic test: both squares, the live equation, the steps, people who are tested."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from genmodels.errors import Problem
from genmodels.probability import bayes
from genmodels.probability.bayes import DiagnosticTest, Packing
from lessons.bayes.squares import Cell, Cut, Edge, Square
from ui.numbers import given, places, plain
from ui.scene import Challenge, Quantity, Term
from ui.state import DIGITS, Field, Number, State, Token
from ui.text import Text

NUM_PEOPLE = 10_000
MOST_RESULTS = 8
RESULTS = {"p": True, "n": False}  # how a link writes the results of tests in a row


def results_of(token: str) -> list[bool]:
    """The results that a link names. Raises Problem for anything else."""
    if not set(token) <= RESULTS.keys() or len(token) > MOST_RESULTS:
        sentence = "“{value}” is not a row of test results; write p for positive, n for negative, at most {limit}."
        raise Problem("bad-results", sentence, value=token[:40], limit=MOST_RESULTS)
    return [RESULTS[letter] for letter in token]


FIELDS: dict[str, Field] = {
    "prior": Number(1, 0, 100, decimals=1),  # per cent, as the other two
    "sensitivity": Number(99, 0, 100, decimals=1),
    "specificity": Number(95, 0, 100, decimals=1),
    "results": Token("p", results_of),
    "tested": Number(1000, 0, NUM_PEOPLE),
    "seed": Number(0, 0, 9999),
}
SETTINGS: dict[str, dict[str, object]] = {
    "start": {"prior": 1, "sensitivity": 99, "specificity": 95},
    "frequent": {"prior": 10, "sensitivity": 99, "specificity": 95},
    "specific": {"prior": 1, "sensitivity": 80, "specificity": 99.9},
    "coin": {"prior": 20, "sensitivity": 50, "specificity": 50},
}
"""Tests worth a look, by the name of their button; the first is the course's, and the repair of one never positive."""
START = SETTINGS["start"]
NO_NEWS, FOUND = 0.001, 0.8  # what the useless test may change of the prior, and has to find of the sick
CONDITIONS, RESULT_NAMES = ("sick", "healthy"), ("positive", "negative")
# Of the stage, by cells of each square, row by row
PARTS = (("joint", "other", "joint", "other"), ("marginal posterior", "other", "marginal", "other"))
FILLS = (("data", "error"), ("error", "plain"))  # right or wrong: what is hatched is where the test errs


def share(value: float) -> str:
    """A probability in a formula, in at most six digits that count."""
    return plain(value, 6)


def percent(value: float) -> str:
    """A probability as per cent with two decimals, none where they are zeros, and all that somebody has typed."""
    return given(100 * value, 2).removesuffix(".00") + " %"


class Scene:
    """One state of the test, in numbers and words. `posterior` is None for a test that can never be positive."""

    def __init__(self, state: State, text: Text) -> None:
        self.state, self.text = state, text
        self.test = DiagnosticTest(*(state[name] / 100 for name in START))
        self.joint = self.test.joint
        self.problem: Problem | None = None
        self.posterior: float | None = None
        try:
            self.posterior = self.test.posterior()
        except Problem as problem:
            self.problem = problem

    # --- the squares

    @cached_property
    def counts(self) -> np.ndarray:
        """Of as many people as it takes for all to be whole: (condition, result)."""
        return self.joint.counts(self.joint.whole_people(most=bayes.MOST_PEOPLE))

    def cells(self) -> list[Cell]:
        """Sick and positive first, row by row."""
        dots, cells = self.joint.counts(NUM_PEOPLE), []
        for i, condition in enumerate(CONDITIONS):
            for j, result in enumerate(RESULT_NAMES):
                name = self.text(f"cell-{condition}-{result}")
                likelihood = self.test.likelihood(j == 0)[i]
                prior = (self.test.prior, 1 - self.test.prior)[i]
                parts = {"share": share(self.joint.table[i, j]), "prior": share(prior), "likelihood": share(likelihood)}
                people = {"people": f"{self.counts[i, j]:,}", "all": f"{self.counts.sum():,}"}
                note = self.text("cell-note", name=name, **parts, **people)
                cells.append(Cell(name, note, int(dots[i, j]), FILLS[i][j]))
        return cells

    def squares(self) -> list[Square]:
        """Cut by condition first, and by result first."""
        test, prior = self.test, self.test.prior
        by_condition = [
            self._edge("left", 0, prior, "sick", prior, part="prior"),
            self._edge("left", prior, 1, "healthy", 1 - prior, part="prior"),
            self._edge("top", 0, test.sensitivity, "positive", test.sensitivity, joint=" ", part="joint"),
            self._edge("bottom", 1 - test.specificity, 1, "negative", test.specificity, joint=" ", part="joint"),
        ]
        evidence = test.evidence()
        by_result = [
            self._edge("top", 0, evidence, "positive", evidence, joint=" ", part="marginal"),
            self._edge("top", evidence, 1, "negative", 1 - evidence, joint=" ", part="other"),
        ]
        if self.posterior is not None:
            by_result += [
                self._edge("left", 0, self.posterior, "sick", self.posterior, "data", part="posterior"),
                self._edge("left", self.posterior, 1, "healthy", 1 - self.posterior, "error", part="posterior"),
            ]
        first, second = (rectangles(self.joint.packing(variable)) for variable in (0, 1))
        return [
            Square(self.text("square-condition"), first, by_condition, parts=PARTS[0]),
            Square(self.text("square-result"), second, by_result, parts=PARTS[1]),
        ]

    def _edge(
        self,
        side: str,
        start: float,
        end: float,
        name: str,
        value: float,
        role: str = "muted",
        joint: str = "\n",
        part: str = "",
    ) -> Edge:
        return Edge(side, start, end, f"{self.text(f'edge-{name}')}{joint}{percent(value)}", role, part)

    def cuts(self) -> list[Cut]:
        """What can be dragged in the first square."""
        sides = {"prior": ("left", False), "sensitivity": ("top", False), "specificity": ("bottom", True)}
        return [Cut(name, self.text(f"cut-{name}"), self.state[name], *where) for name, where in sides.items()]

    # --- words and numbers

    @property
    def _decimals(self) -> int:
        """Of a result in per cent: two, or as many as somebody has typed."""
        return max(2, *(places(self.state[name], 1) for name in START))

    def _percent(self, value: float) -> str:
        return f"{100 * value:.{self._decimals}f}"

    @property
    def printed(self) -> str:
        """What the snippet prints: people who are sick and positive, of all who are positive."""
        sick, healthy = self.counts[:, 0]
        return f"{sick} / {sick + healthy} = {self._percent(self.posterior or 0)} %"

    def equation(self) -> list[Term]:
        """The live equation."""
        sick, healthy = self.counts[:, 0]
        result = "?" if self.posterior is None else f"{self._percent(self.posterior)} %"
        parts = {"sick": f"{sick:,}", "healthy": f"{healthy:,}"}
        return [
            Quantity(result, self.text("equation-posterior"), "ink", "posterior"),
            "=",
            Quantity(parts["sick"], self.text("equation-hits"), "data", "joint posterior"),
            "/",
            Quantity(f"{sick + healthy:,}", self.text("equation-all", **parts), "ink", "marginal posterior"),
        ]

    step_parts = ("prior joint", "marginal", "posterior", "marginal posterior")

    @property
    def step_variants(self) -> dict[int, str]:
        """Nothing is divided by p(+) where that is 0."""
        return {3: "step-3-never", 4: "step-4-never"} if self.problem else {}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"."""
        test, joint = self.test, self.joint.table
        values = {
            "prior": test.prior,
            "healthy": 1 - test.prior,
            "sensitivity": test.sensitivity,
            "alarm": 1 - test.specificity,
            "hit": joint[0, 0],
            "false": joint[1, 0],
            "evidence": test.evidence(),
        }
        words: dict[str, object] = {name: share(value) for name, value in values.items()}
        second = DiagnosticTest(self.posterior or 0, test.sensitivity, test.specificity)
        again = second.posterior() if self.posterior else 0
        people = {"hits": self.counts[0, 0], "alarms": self.counts[1, 0], "people": self.counts.sum()}
        return {
            **words,
            **{name: f"{number:,}" for name, number in people.items()},
            "posterior": given(second.prior, 4),
            "percent": self._percent(second.prior),
            "not-sick": given(1 - second.prior, 4),
            "again-evidence": given(second.evidence(), 4),
            "again": f"{again:.4f}",
            "again-percent": self._percent(again),
        }

    def challenges(self) -> list[Challenge]:
        """What the page checks itself of this test."""
        posterior, prior = self.posterior, self.test.prior
        now = self.text("now", value="?" if posterior is None else percent(posterior))
        change = None if posterior is None else abs(posterior - prior)
        moved = {"value": "?" if change is None else f"{100 * change:.2f}", "found": percent(self.test.sensitivity)}
        useless = change is not None and change <= NO_NEWS and 0.01 <= prior <= 0.99
        return [
            Challenge("trust", posterior is not None and posterior >= 0.9 and 0 < prior <= 0.01, now),
            Challenge("useless", useless and self.test.sensitivity >= FOUND, self.text("now-useless", **moved)),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        values = {name: plain(getattr(self.test, name), DIGITS) for name in START}
        return {**values, "people": f"{self.counts.sum():_}", "decimals": self._decimals}

    # --- people who are tested, and tests in a row

    @cached_property
    def people(self) -> np.ndarray:
        """Condition and result of everybody tested so far, (tested, 2)."""
        return self.joint.draw(self.state["tested"], np.random.default_rng(self.state["seed"]))

    def share_so_far(self) -> np.ndarray:
        """Share of the sick among the positive after each of them."""
        condition, result = self.people.T
        return bayes.running_share(condition == 0, result == 0)

    def tested(self) -> str:
        """What was seen of them."""
        number = len(self.people)
        if not number:
            return self.text("tested-none")
        condition, result = self.people.T
        positive, last = result == 0, self.text(f"cell-{CONDITIONS[condition[-1]]}-{RESULT_NAMES[result[-1]]}")
        sick = int((condition[positive] == 0).sum())
        values = {"positive": f"{positive.sum():,}", "sick": f"{sick:,}", "number": f"{number:,}"}
        if positive.any():
            estimate = sick / positive.sum(), bayes.standard_error(sick, positive.sum())
            values |= {name: f"{100 * value:.2f}" for name, value in zip(("share", "error"), estimate, strict=True)}
        count = self.text("tested-count" if positive.any() else "tested-no", **values)
        return self.text("tested-last", last=last, count=count, **values)

    def more_people(self) -> dict[str, dict[str, object]]:
        """What the buttons under the picture do, by their names."""
        number, seed = self.state["tested"], self.state["seed"]
        return {
            "one": {"tested": min(number + 1, NUM_PEOPLE)},
            "some": {"tested": min(number + 100, NUM_PEOPLE)},
            "all": {"tested": NUM_PEOPLE},
            "others": {"tested": 0, "seed": (seed + 1) % 10_000},
        }

    def beliefs(self) -> np.ndarray | None:
        """p(sick) before any test and after each result of the state; None for a row of results that cannot be."""
        try:
            return self.test.after(results_of(self.state["results"]))
        except Problem:
            return None

    def result_names(self) -> list[str]:
        return [self.text(f"edge-{RESULT_NAMES[not positive]}") for positive in results_of(self.state["results"])]

    def more_results(self) -> dict[str, dict[str, object]]:
        """What the buttons under the beliefs do, by their names."""
        results = self.state["results"]
        rows = {"positive": results + "p", "negative": results + "n", "clear": ""}
        return {name: {"results": row[:MOST_RESULTS]} for name, row in rows.items()}

    def coin(self) -> str:
        """The posterior as a coin, for the page of information."""
        return f"{self.posterior or 0:.6g},{1 - (self.posterior or 0):.6g}"


def rectangles(cut: Packing) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each cell, row by row."""
    sides = (side.ravel().tolist() for side in (cut.left, cut.top, cut.right, cut.bottom))
    return list(zip(*sides, strict=True))
