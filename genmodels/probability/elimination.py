"""Chains with one state less: elimination without a single subtraction, in floats or in exact fractions.

Who looks away whenever the chain is in state k sees a chain again, of the other states:

    a_ij <- a_ij + a_ik a_kj / s_k,     s_k = sum_{j != k} a_kj, the probability of leaving k

Nothing cancels, so that every share comes out to full relative precision, however small. The diagonal is never used.
Source: Grassmann, Taksar and Heyman 1985, "Regenerative analysis and steady state distributions for Markov chains".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]  # of float64, or of Fraction objects

_SAFE = 1e-150  # probabilities of leaving a state that floats can multiply and divide by


@dataclass(frozen=True)
class Step:
    """State `state` (its place among the states of the class) left out: its last column, and the chain that remains.

    `into` are the a_ik, the probabilities of entering it from each earlier state; `leaving` is s_k; `matrix` is (k, k).
    """

    state: int
    into: tuple[Fraction, ...]
    leaving: Fraction
    matrix: tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Elimination:
    """From a chain that reaches every state to its stationary distribution.

    Back substitution gives the first state weight 1, and state k, of the last step backwards, the weight
    sum_i weight_i a_ik / s_k; `shares` are the weights divided by their sum.
    """

    steps: tuple[Step, ...]
    weights: tuple[Fraction, ...]
    shares: tuple[Fraction, ...]


def stationary(matrix: Numbers) -> Numbers:
    """The stationary distribution (n,) of a chain (n, n) that reaches every state from every state."""
    with np.errstate(invalid="ignore", divide="ignore"):
        a, leaving = _eliminated(matrix)
    if matrix.dtype != object and not (leaving[1:] >= _SAFE).all():  # products leave the range of floats
        return stationary(_fractions(matrix.tolist())).astype(np.float64)
    weights = a[:1, 0] * 0 + 1
    for k in range(1, len(a)):
        # a weight divided by s_k might exceed every float: the others are multiplied by it instead
        weights = np.append(weights * leaving[k], weights @ a[:k, k])
        weights = weights / weights.sum()
    return weights


def eliminate(matrix: Sequence[Sequence[Fraction]]) -> Elimination:
    """Each step of the elimination in fractions, for a chain that reaches every state and whose rows sum to 1."""
    a = _fractions(matrix)
    steps, weights = [], [Fraction(1)]
    for k in range(len(a) - 1, 0, -1):
        into, leaving = a[:k, k], a[k, :k].sum()
        a = a[:k, :k] + np.outer(into, a[k, :k] / leaving)
        steps.append(Step(k, tuple(into), leaving, tuple(map(tuple, a))))
    for step in reversed(steps):
        entered = sum((weight * a_ik for weight, a_ik in zip(weights, step.into, strict=True)), Fraction(0))
        weights.append(entered / step.leaving)
    total = sum(weights)
    return Elimination(tuple(steps), tuple(weights), tuple(weight / total for weight in weights))


def absorbed(matrix: Numbers, transient: Sequence[int]) -> Numbers:
    """Where the chain enters the other states, when it leaves the transient ones for good: (n, n).

    Row i is a distribution over the states that are not transient; for such a state it is all on itself.
    """
    a = matrix.copy()
    for k in transient:
        a[k, k] = a[k, k] * 0
        a[k] = a[k] / a[k].sum()
        into = a[:, k].copy()
        a = a + np.outer(into, a[k])
        a[:, k] = a[:, k] * 0
    staying = np.setdiff1d(np.arange(len(a)), transient)
    a[staying] = a[staying] * 0
    a[staying, staying] = a[staying, staying] + 1
    return a


def _eliminated(matrix: Numbers) -> tuple[Numbers, Numbers]:
    """The matrix with the columns a_ik above the diagonal as they were when k was left out, and the s_k (n,)."""
    a, leaving = matrix.copy(), matrix[0] * 0
    for k in range(len(a) - 1, 0, -1):
        leaving[k] = a[k, :k].sum()
        a[:k, :k] += np.outer(a[:k, k], a[k, :k] / leaving[k])
    return a, leaving


def _fractions(matrix: Sequence[Sequence[Fraction | float]]) -> Numbers:
    a = np.empty((len(matrix), len(matrix)), dtype=object)
    a[:] = [[Fraction(value) for value in row] for row in matrix]
    return a
