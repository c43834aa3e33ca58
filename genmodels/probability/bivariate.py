"""Shots on a target: a joint density of two variables, its marginals, and what is left of it on a slice.

Axis 0 is x, axis 1 is y, as in `bayes.JointTable`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.errors import Problem
from genmodels.probability import checks, gaussian
from genmodels.probability.densities import Normal

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BivariateNormal:
    """N(mu, cov) of (x, y), cov from two standard deviations and the correlation `rho`.

    Raises Problem unless both are above 0 and -1 < rho < 1: otherwise the covariance is not positive definite.
    """

    mu_x: float = 0.0
    mu_y: float = 0.0
    sigma_x: float = 1.0
    sigma_y: float = 1.0
    rho: float = 0.0

    def __post_init__(self) -> None:
        for name in ("mu_x", "mu_y", "sigma_x", "sigma_y", "rho"):
            object.__setattr__(self, name, checks.number(getattr(self, name), name))
        gaussian.covariance_2d(self.sigma_x, self.sigma_y, self.rho)

    @property
    def cov(self) -> Floats:
        """Covariance, (2, 2)."""
        return gaussian.covariance_2d(self.sigma_x, self.sigma_y, self.rho)

    def marginal(self, keep: int = 0) -> Normal:
        """p(x); with `keep` = 1 p(y)."""
        return (Normal(self.mu_x, self.sigma_x), Normal(self.mu_y, self.sigma_y))[checks.index(keep, 2, "keep")]

    def conditional(self, given: int = 0, value: float = 0.0) -> Normal:
        """p(y | x = value); with `given` = 1 p(x | y = value).

        Its mean moves along the regression line, its width does not depend on the value.
        Source: Bishop 2006, "Pattern recognition and machine learning", equations 2.81 and 2.82.
        """
        given, value = checks.index(given, 2, "given"), checks.number(value, "value")
        known, other = self.marginal(given), self.marginal(1 - given)
        mean = other.mu + self.rho * other.sigma * ((value - known.mu) / known.sigma)
        return Normal(mean, other.sigma * math.sqrt((1 - self.rho) * (1 + self.rho)))

    def draw(self, num_draws: int, rng: np.random.Generator) -> Floats:
        """Independent hits (num_draws, 2). More draws from the same seed begin with the same hits."""
        z = rng.standard_normal((checks.count(num_draws, "num_draws"), 2))
        y = self.rho * z[:, 0] + math.sqrt((1 - self.rho) * (1 + self.rho)) * z[:, 1]
        return np.stack([self.mu_x + self.sigma_x * z[:, 0], self.mu_y + self.sigma_y * y], axis=1)


@dataclass(frozen=True, eq=False)
class Slice:
    """The hits within `half_width` of x = value: which they are (n,), and their other coordinate, (count,)."""

    inside: NDArray[np.bool_]
    values: Floats

    @property
    def count(self) -> int:
        return len(self.values)

    @property
    def mean(self) -> float:
        """NaN for no hits."""
        return float(self.values.mean()) if self.count else math.nan

    @property
    def sd(self) -> float:
        """Standard deviation around the slice's own mean, divided by count - 1; NaN for fewer than two hits."""
        return float(self.values.std(ddof=1)) if self.count > 1 else math.nan


def cut(hits: ArrayLike, value: float, half_width: float, given: int = 0) -> Slice:
    """The hits (n, 2) whose x (y with `given` = 1) lies within `half_width` of `value`, ends included."""
    points, given = _hits(hits), checks.index(given, 2, "given")
    inside = np.abs(points[:, given] - checks.number(value, "value")) <= checks.positive(half_width, "half_width")
    return Slice(inside, points[inside, 1 - given])


def histogram(values: ArrayLike, edges: ArrayLike) -> Floats:
    """Heights (n,) over n bins between n + 1 ascending `edges`: the density that these values estimate.

    Share of all the values in a bin, divided by its width; values beyond the edges count among all. No values: zeros.
    """
    ends = checks.array(edges, "edges", ndim=1)
    if len(ends) < 2 or not (np.diff(ends) > 0).all():
        sentence = (
            "The edges of a histogram have to ascend, and there are at least two; sort them and drop repeated ones."
        )
        raise Problem("histogram-edges", sentence)
    numbers = checks.array(values, "values", ndim=1) if np.size(values) else np.empty(0)
    counts, _ = np.histogram(numbers, ends)
    heights: Floats = counts / (max(len(numbers), 1) * np.diff(ends))
    return heights


def _hits(hits: ArrayLike) -> Floats:
    """Rows of two numbers, or none."""
    if not np.size(hits):
        return np.empty((0, 2))
    points = checks.array(hits, "hits", ndim=2)
    if points.shape[1] != 2:
        sentence = "A hit has 2 coordinates, x and y; these have {columns}. Give rows of two numbers."
        raise Problem("hits-columns", sentence, columns=points.shape[1])
    return points
