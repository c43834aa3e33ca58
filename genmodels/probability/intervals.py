"""Confidence intervals for a share, from the curvature of the log-likelihood and from the likelihood ratio.

They hold the true share in about `level` of all repetitions, if the draws are independent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from genmodels.errors import Problem
from genmodels.probability import checks
from genmodels.probability.likelihood import Floats, bernoulli_curvature, bernoulli_deviance, bernoulli_fit


@dataclass(frozen=True)
class Interval:
    """The numbers from `low` to `high`, both included."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        """How long it is."""
        return self.high - self.low


def wald_interval(num_red: int, num_blue: int, level: float = 0.95) -> Interval:
    """The interval from the curvature J at the peak: theta_hat -+ z / sqrt(J), where the parabola has fallen z^2 / 2.

    It may reach beyond 0 or 1. Raises Problem at 0 % and 100 % red, where the log-likelihood has no level peak.
    Source: Wasserman 2004, "All of Statistics", section 9.7.
    """
    z, peak = critical_value(level), bernoulli_fit(num_red, num_blue)
    if peak in (0, 1):
        sentence = (
            "With {red} red among {n} draws the likelihood is highest at the edge, where its logarithm is not level: "
            "the curvature gives no interval. Use the likelihood ratio, or draw until both colours have come."
        )
        raise Problem("peak-at-the-edge", sentence, red=int(num_red), n=int(num_red) + int(num_blue))
    half = z / math.sqrt(float(bernoulli_curvature(peak, num_red, num_blue)))
    return Interval(peak - half, peak + half)


def likelihood_ratio_interval(num_red: int, num_blue: int, level: float = 0.95) -> Interval:
    """The shares whose log-likelihood is at most z^2 / 2 below the peak (1.92 nats at 95 %), exact to 1e-15.

    It holds at 0 % and 100 % red as well; without a draw it is everything from 0 to 1.
    Source: Wilks 1938, "The large-sample distribution of the likelihood ratio for testing composite hypotheses".
    """
    low, high = likelihood_ratio_bounds(num_red, num_blue, level)
    return Interval(float(low), float(high))


def likelihood_ratio_bounds(num_red: ArrayLike, num_blue: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Both ends of the likelihood-ratio interval for many counts at once; they broadcast."""
    red, blue = _whole(num_red, "num_red"), _whole(num_blue, "num_blue")
    peak = red / np.maximum(red + blue, 1)
    limit = critical_value(level) ** 2
    low, high = drop_points(lambda theta: bernoulli_deviance(theta, red, blue), peak, limit)
    return low, high


def drop_points(deviance: Callable[[Floats], Floats], peak: Floats, limit: float) -> Floats:
    """Where a deviance passes `limit` on the way from `peak` to 0 and to 1, (2, ...) for peaks (...); else 0 and 1.

    `deviance` takes shares (2, ...) and rises on either side of the peak. By bisection: 55 halvings of at most 1.
    """
    inside = np.stack([peak, peak])
    outside = np.stack([np.zeros_like(peak), np.ones_like(peak)])
    for _ in range(55):
        middle = (inside + outside) / 2
        beyond = deviance(middle) > limit
        outside, inside = np.where(beyond, middle, outside), np.where(beyond, inside, middle)
    return outside


def critical_value(level: float) -> float:
    """z: a standard normal variable lies in [-z, z] with probability `level`, 1.96 for 0.95."""
    found = checks.number(level, "level")
    if not 0 < found < 1:
        sentence = "level cannot be {level}; a confidence level lies strictly between 0 and 1, such as 0.95."
        raise Problem("not-a-level", sentence, level=checks.shown(found))
    return float(-ndtri((1 - found) / 2))


def _whole(values: ArrayLike, what: str) -> Floats:
    """Counts; the check of a single one says what is wrong with the first that is none."""
    counts = checks.array(values, what)
    for bad in counts[(counts < 0) | (counts % 1 != 0)][:1]:
        checks.count(bad, what)
    return counts
