"""Densities whose divergences can be drawn: Gaussians in one or more dimensions, a uniform, and bumps; nats.

Each knows its log-density, draws from it, and says where practically all of it lies. Shapes: K bumps, d dimensions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.errors import Problem
from genmodels.probability import checks, gaussian

Array = NDArray[np.float64]

_LOG_SQRT_2PI = math.log(2 * math.pi) / 2
_MOST_DETAIL = 1000  # what the bumps span together, in units of the narrowest


class Density(Protocol):
    """A density of one real number x."""

    def log_density(self, x: Array) -> Array:
        """log p(x), nats; -inf where p is zero."""

    def sample(self, num_draws: int, rng: np.random.Generator) -> Array:
        """Independent draws, (num_draws,)."""

    def reach(self, num_sigmas: float) -> tuple[float, float]:
        """The interval that goes that many standard deviations beyond the means, but not beyond the support."""


@dataclass(frozen=True)
class Normal:
    """N(mu, sigma^2)."""

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        checks.number(self.mu, "mu")
        checks.positive(self.sigma, "sigma")

    def log_density(self, x: Array) -> Array:
        z = (x - self.mu) / self.sigma
        return -z * z / 2 - math.log(self.sigma) - _LOG_SQRT_2PI

    def sample(self, num_draws: int, rng: np.random.Generator) -> Array:
        return rng.normal(self.mu, self.sigma, num_draws)

    def reach(self, num_sigmas: float) -> tuple[float, float]:
        return self.mu - num_sigmas * self.sigma, self.mu + num_sigmas * self.sigma


@dataclass(frozen=True)
class Uniform:
    """The same density everywhere on [low, high], none elsewhere."""

    low: float
    high: float

    def __post_init__(self) -> None:
        gaussian.interval(self.low, self.high)

    def log_density(self, x: Array) -> Array:
        inside = (x >= self.low) & (x <= self.high)
        return np.where(inside, -math.log(self.high - self.low), -np.inf)

    def sample(self, num_draws: int, rng: np.random.Generator) -> Array:
        return rng.uniform(self.low, self.high, num_draws)

    def reach(self, num_sigmas: float) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Bumps:
    """A mixture of K Gaussians, each with a weight above 0; the weights sum to 1.

    Raises Problem also for bumps that span more than 1000 times the narrowest of them.
    """

    means: tuple[float, ...]
    sds: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        columns = {name: checks.array(getattr(self, name), name, ndim=1) for name in ("means", "sds", "weights")}
        for name, values in columns.items():
            if len(values) != len(columns["means"]):
                sentence = "{what} has {given} numbers, but means has {expected}; give one for each bump."
                raise Problem("bumps-sizes", sentence, what=name, given=len(values), expected=len(columns["means"]))
            object.__setattr__(self, name, tuple(values.tolist()))
        for name in ("sds", "weights"):
            for value in getattr(self, name):
                checks.positive(value, name)
        object.__setattr__(self, "weights", tuple(checks.distribution(self.weights, "weights").tolist()))
        span = max(self.means) - min(self.means) + max(self.sds)
        if not span <= _MOST_DETAIL * min(self.sds):
            sentence = (
                "A bump of standard deviation {least} is too narrow for bumps that span {span}; "
                "make it at least {needed} wide, or move the bumps together."
            )
            needed = f"{span / _MOST_DETAIL:.3g}"
            raise Problem("bumps-narrow", sentence, least=f"{min(self.sds):.3g}", span=f"{span:.3g}", needed=needed)

    def log_density(self, x: Array) -> Array:
        means, sds, log_weights = (np.array(values) for values in (self.means, self.sds, np.log(self.weights)))
        z = (np.asarray(x)[..., None] - means) / sds  # (..., K)
        logs = log_weights - z * z / 2 - np.log(sds) - _LOG_SQRT_2PI
        largest = logs.max(-1)
        return largest + np.log(np.exp(logs - largest[..., None]).sum(-1))

    def sample(self, num_draws: int, rng: np.random.Generator) -> Array:
        weights = np.array(self.weights)
        which = rng.choice(len(weights), size=num_draws, p=weights / weights.sum())
        return rng.normal(np.array(self.means)[which], np.array(self.sds)[which])

    def reach(self, num_sigmas: float) -> tuple[float, float]:
        spreads = num_sigmas * np.array(self.sds)
        return float((self.means - spreads).min()), float((self.means + spreads).max())

    @cached_property
    def mean(self) -> float:
        return float(np.dot(self.weights, self.means))

    @cached_property
    def sd(self) -> float:
        """Standard deviation: the bumps' own variances, and how their means vary."""
        deviations = np.array(self.means) - self.mean
        return math.sqrt(np.dot(self.weights, np.array(self.sds) ** 2 + deviations**2))


class MultivariateNormal:
    """N(mu, cov) in d dimensions: mu (d,), cov (d, d)."""

    def __init__(self, mu: ArrayLike, cov: ArrayLike) -> None:
        self.mu, self.cov = checks.array(mu, "mu", ndim=1), gaussian.covariance(cov, "cov")
        self._factor = np.linalg.cholesky(self.cov)

    def log_density(self, x: Array) -> Array:
        """log p, nats, at points (..., d)."""
        z = np.linalg.solve(self._factor, (np.asarray(x) - self.mu)[..., None])[..., 0]
        return -(z * z).sum(-1) / 2 - np.log(np.diag(self._factor)).sum() - len(self.mu) * _LOG_SQRT_2PI


def axis(*densities: Density, num_points: int = 301, num_sigmas: float = 4.0) -> Array:
    """Values of x, ascending, to draw densities over: `num_points` across each, so that no narrow one is missed."""
    ends = [density.reach(num_sigmas) for density in densities]
    return np.unique(np.concatenate([np.linspace(low, high, num_points) for low, high in ends]))
