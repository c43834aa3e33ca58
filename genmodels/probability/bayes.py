"""Joint, marginal and conditional probability of two variables, and Bayes' rule.

A joint table is (n, m): entry [i, j] is p(X = i, Y = j). Axis 0 is X, its rows; axis 1 is Y, its columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

from genmodels.errors import Problem
from genmodels.probability import checks

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

MOST_PEOPLE = 10**9  # a float holds that many with seven digits to spare for the fractions
_VARIABLES = ("X", "Y")  # of axis 0 and axis 1


@dataclass(frozen=True, eq=False)
class Packing:
    """The unit square cut into one rectangle per cell, each as large as its probability; all four are (n, m).

    Laid out as a table is written: X goes down from the top, which is 0, and Y to the right, whichever was cut first.
    So a cell keeps its corner.
    """

    left: Floats
    right: Floats
    top: Floats
    bottom: Floats


class JointTable:
    """p(X = i, Y = j) of two variables with n and m values: `table` (n, m), read-only.

    Raises Problem unless no cell is negative and all sum to 1 within 1e-9, or what a lower precision allows.
    """

    def __init__(self, table: ArrayLike) -> None:
        self.table = _weights(table)
        with np.errstate(over="ignore"):
            total = self.table.sum()
        within = checks.tolerance(self.table, table)
        if not abs(total - 1) <= within:
            _say_why_not(self.table, within)
        if within > checks.TOLERANCE:
            self.table /= total
        self.table.flags.writeable = False

    @classmethod
    def normalised(cls, table: ArrayLike) -> JointTable:
        """The table of non-negative weights (n, m), each divided by the sum of all."""
        return cls(_shares(_weights(table)))

    def marginal(self, keep: int = 0) -> Floats:
        """p(X), (n,), the sums of the rows; with `keep` = 1 p(Y), (m,), the sums of the columns."""
        sums: Floats = self.table.sum(axis=1 - checks.index(keep, 2, "keep"))
        return sums

    def conditional(self, given: int = 0, index: int = 1) -> Floats:
        """p(Y | X = index), (m,); with `given` = 1 p(X | Y = index), (n,). Raises Problem where p(index) = 0."""
        table = self.table if checks.index(given, 2, "given") == 0 else self.table.T
        line: Floats = table[checks.index(index, len(table), "index")]
        if not line.any():
            sentence = (
                "{variable} = {index} has probability 0, so nothing can be conditioned on it; "
                "choose another value (they count from 0), or raise one of its cells."
            )
            raise Problem("conditional-undefined", sentence, variable=_VARIABLES[int(given)], index=int(index))
        return _shares(line)

    @cached_property
    def independent(self) -> Floats:
        """p(X = i) p(Y = j), (n, m): the table with the same marginals and nothing shared."""
        return np.outer(self.marginal(0), self.marginal(1))

    @cached_property
    def mutual_information(self) -> float:
        """D(p(X, Y) || p(X) p(Y)), nats: how far the table is from independence; 0 when it is there.

        Source: Cover and Thomas 2006, "Elements of information theory", equation 2.28.
        """
        p = _shares(self.table)  # to the last digit, not only to 1e-9
        rows, columns = p.sum(1, keepdims=True), p.sum(0, keepdims=True)
        ratio = p / np.where(rows > 0, rows, 1) / np.where(columns > 0, columns, 1)  # their product might underflow
        # a term by itself may be negative; with two more, which cancel in the sum, none is
        return float((xlogy(p, ratio) - p + rows * columns).sum().clip(0))

    def packing(self, first: int = 0) -> Packing:
        """The unit square cut by X first and then, within each strip, by Y; with `first` = 1 the other way round.

        What is cut second is the conditional given the first; in a strip of no width it is cut evenly.
        """
        rows_first = checks.index(first, 2, "first") == 0
        table = self.table if rows_first else self.table.T
        strips = _edges(table.sum(1))
        cuts = np.stack([_edges(strip if strip.any() else np.ones_like(strip)) for strip in table])
        start, end = (np.repeat(side[:, None], table.shape[1], axis=1) for side in (strips[:-1], strips[1:]))
        low, high = cuts[:, :-1], cuts[:, 1:]
        return Packing(low, high, start, end) if rows_first else Packing(start.T, end.T, low.T, high.T)

    def counts(self, num_people: int) -> Counts:
        """How many of so many people each cell holds, (n, m), in whole people; all of them are somewhere.

        The largest fractions are rounded up, the others down. Source: Hamilton 1792, on the apportionment of seats.
        """
        if checks.count(num_people, "num_people") > MOST_PEOPLE:
            sentence = "{num_people} people are more than can be counted one by one; ask for at most {limit}."
            raise Problem("too-many-people", sentence, num_people=checks.shown(num_people), limit=MOST_PEOPLE)
        exact = _shares(self.table) * num_people
        whole = np.floor(exact).astype(np.int64)
        largest = np.argsort(-(exact - whole), axis=None, kind="stable")[: int(num_people) - whole.sum()]
        whole.flat[largest] += 1
        return whole

    def whole_people(self, least: int = 10_000, most: int = 1_000_000) -> int:
        """The smallest power of ten of people from `least` on of which every cell holds whole ones; `most` if none."""
        num_people = least
        while num_people < most and np.abs(np.round(self.table * num_people) - self.table * num_people).max() > 1e-6:
            num_people *= 10
        return num_people

    def draw(self, num_draws: int, rng: np.random.Generator) -> Counts:
        """Independent pairs (X, Y), (num_draws, 2). More draws from the same seed begin with the same pairs."""
        edges = _edges(self.table.ravel())
        cells = np.searchsorted(edges[1:], rng.random(checks.count(num_draws, "num_draws")), side="right")
        return np.stack(np.unravel_index(cells, self.table.shape), axis=1).astype(np.int64)


def posterior(prior: ArrayLike, likelihood: ArrayLike) -> Floats:
    """p(h | evidence) = p(evidence | h) p(h) / p(evidence) for each hypothesis h, (k,). Source: Bayes 1763.

    `prior` is (k,) and sums to 1; `likelihood` is p(evidence | h), (k,), a probability or a density: it need not sum
    to anything. Exact also where the products are smaller or larger than any float.
    """
    p, likely = checks.distribution(prior, "prior"), checks.non_negative(likelihood, "likelihood", ndim=1)
    if len(p) != len(likely):
        sentence = "The prior has {prior} numbers and the likelihood {likelihood}; give both for the same hypotheses."
        raise Problem("posterior-sizes", sentence, prior=len(p), likelihood=len(likely))
    (p_part, p_exponent), (part, exponent) = np.frexp(p), np.frexp(likely)
    exponents = (p_exponent + exponent)[p_part * part > 0]
    if not len(exponents):
        sentence = (
            "This evidence has probability 0 under every hypothesis that the prior holds possible, "
            "so there is no posterior; raise a prior or a likelihood that is 0."
        )
        raise Problem("evidence-impossible", sentence)
    joint = np.ldexp(p_part * part, p_exponent + exponent - exponents.max())
    return joint / joint.sum()


@dataclass(frozen=True)
class DiagnosticTest:
    """A test for a condition. X: 0 = sick, 1 = healthy. Y: 0 = positive, 1 = negative.

    `prior` is the share of people who are sick, `sensitivity` p(positive | sick), `specificity` p(negative | healthy).
    """

    prior: float
    sensitivity: float
    specificity: float

    def __post_init__(self) -> None:
        for name in ("prior", "sensitivity", "specificity"):
            object.__setattr__(self, name, checks.probability(getattr(self, name), name))

    @cached_property
    def joint(self) -> JointTable:
        """p(condition, result), (2, 2)."""
        sick = self.prior * self.likelihood(True)[0], self.prior * self.likelihood(False)[0]
        healthy = (1 - self.prior) * self.likelihood(True)[1], (1 - self.prior) * self.likelihood(False)[1]
        return JointTable([sick, healthy])

    def likelihood(self, positive: bool) -> tuple[float, float]:
        """p(result | sick) and p(result | healthy)."""
        if positive:
            return self.sensitivity, 1 - self.specificity
        return 1 - self.sensitivity, self.specificity

    def evidence(self, positive: bool = True) -> float:
        """p(result): how often the test says so at all."""
        return float(self.joint.marginal(1)[0 if positive else 1])

    def posterior(self, positive: bool = True) -> float:
        """p(sick | result). Raises Problem for a result that cannot come about."""
        return float(self.after([positive])[-1])

    def after(self, results: Iterable[bool]) -> Floats:
        """p(sick) before any test and after each of these results (True = positive), (number of results + 1,).

        The results are independent given the condition: what is believed after one is the prior of the next.
        """
        beliefs = [np.array([self.prior, 1 - self.prior])]
        for positive in results:
            beliefs.append(posterior(beliefs[-1], self.likelihood(positive)))
        return np.array([belief[0] for belief in beliefs])


def running_share(hit: ArrayLike, among: ArrayLike) -> Floats:
    """Share of `hit` among those that are `among`, after each of n draws, (n,); NaN before the first of them."""
    chosen = np.asarray(among, dtype=bool)
    hits, all_chosen = np.cumsum(np.asarray(hit, dtype=bool) & chosen), np.cumsum(chosen)
    return np.divide(hits, all_chosen, out=np.full(len(chosen), np.nan), where=all_chosen > 0)


def standard_error(num_hits: int, num_draws: int) -> float:
    """Of the share of hits among so many independent draws: sqrt(p (1 - p) / n), with the share for p."""
    share = checks.count(num_hits, "num_hits") / checks.count(num_draws, "num_draws", least=1)
    return math.sqrt(max(share * (1 - share), 0) / num_draws)


def _say_why_not(table: Floats, within: float) -> None:
    """Raises the Problem of a table whose sum is not 1; conditional probabilities lack more than a factor."""
    with np.errstate(over="ignore"):
        total, rows, columns = (table.sum(axis=axis) for axis in (None, 1, 0))
    if len(rows) > 1 and (abs(rows - 1) <= within).all():
        sentence = (
            "Each row sums to 1, as probabilities given the row do; multiply each row by how likely it is. "
            "Dividing all by {count} takes the rows for equally likely."
        )
        raise Problem("table-given-rows", sentence, count=len(rows))
    if len(columns) > 1 and (abs(columns - 1) <= within).all():
        sentence = (
            "Each column sums to 1, as probabilities given the column do; multiply each column by how likely it is. "
            "Dividing all by {count} takes the columns for equally likely."
        )
        raise Problem("table-given-columns", sentence, count=len(columns))
    sentence = "The table sums to {total}, but probabilities sum to 1; normalise it: divide each cell by the sum."
    raise Problem("table-sum", sentence, total=checks.shown(total))


def _weights(table: ArrayLike) -> Floats:
    """The table (n, m) as floats. Raises Problem for a negative cell, and where all are zero."""
    weights = checks.array(table, "table", ndim=2)
    for row, column in np.argwhere(weights < 0)[:1]:
        value = checks.shown(weights[row, column])
        sentence = (
            "Row {row}, column {column} of the table holds {value}; a probability is 0 or more, so write 0 or more."
        )
        raise Problem("table-negative", sentence, row=int(row) + 1, column=int(column) + 1, value=value)
    if not weights.any():
        sentence = "Every cell of the table is 0, so there is nothing to share out; give at least one cell more than 0."
        raise Problem("table-all-zero", sentence)
    return weights


def _shares(weights: Floats) -> Floats:
    """Non-negative weights, not all zero, divided by their sum; it may lie beyond the largest float."""
    weights = np.ldexp(weights, -np.frexp(weights.max())[1])  # a power of two changes no digit
    return weights / weights.sum()


def _edges(weights: Floats) -> Floats:
    """Where each of n shares of the unit interval begins, and the end of the last, which is 1: (n + 1,)."""
    sums = np.cumsum(weights)
    return np.concatenate([[0.0], sums / sums[-1]])
