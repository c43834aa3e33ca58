"""Four families of distributions on z >= 0 that may stand in for a posterior, each by its quantile function; nats.

A family is moved by `theta`, (P,): one number for each parameter that may be any number, the logarithm of a parameter
that has to be positive. Moments are computed for many thetas (..., P) at once. Shapes: P parameters, n values of z.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from genmodels.errors import Problem
from genmodels.probability import checks, gammas, tails

Array = NDArray[np.float64]

_LOG_SQRT_2PI = math.log(2 * math.pi) / 2
_LEAST = 1e-300  # of z: nothing that these families can hold lies below
_DIFFERENCE = 1e-5  # of log shape: a central difference is then good to ten digits


class Moments(NamedTuple):
    """Mean, variance and differential entropy (nats), arrays of one shape."""

    mean: Array
    variance: Array
    entropy: Array


@dataclass(frozen=True)
class Family(ABC):
    """One member of a family; its fields are its parameters. Raises Problem beyond `limits`."""

    name: ClassVar[str]
    limits: ClassVar[Mapping[str, tuple[float, float]]]  # of each parameter; those above 0 move by their logarithm

    def __post_init__(self) -> None:
        for what, (low, high) in self.limits.items():
            value = checks.number(getattr(self, what), what)
            if not low <= value <= high:
                sentence = "{what} of this distribution cannot be {value}; give {low} to {high}."
                bounds = {"low": f"{low:g}", "high": f"{high:g}"}
                raise Problem("variational-parameter", sentence, what=what, value=checks.shown(value), **bounds)
            object.__setattr__(self, what, value)

    @classmethod
    def at(cls, theta: ArrayLike) -> Self:
        """The member at theta, (P,), or the nearest that the limits allow."""
        given = zip(cls.limits.values(), np.asarray(theta, np.float64), strict=True)
        return cls(*(min(max(_parameter(low, number), low), high) for (low, high), number in given))

    @classmethod
    @abstractmethod
    def like(cls, mean: float, sd: float) -> Self:
        """The member with this mean and, as far as the family can have it, this standard deviation; both above 0."""

    @classmethod
    def start(cls, x: float, sigma: float) -> Self:
        """A member that stands roughly where z does when nothing but x = z + sigma noise is known."""
        return cls.like(max(x, sigma), sigma)

    @cached_property
    def theta(self) -> Array:
        """Where this member is among its family, (P,)."""
        values = [(low, getattr(self, what)) for what, (low, _) in self.limits.items()]
        return np.array([math.log(value) if low > 0 else value for low, value in values])

    @classmethod
    @abstractmethod
    def moments(cls, theta: Array) -> Moments:
        """Of the members at theta (..., P), in closed form."""

    @cached_property
    def _moments(self) -> Moments:
        return self.moments(self.theta)

    @property
    def mean(self) -> float:
        """E[z]."""
        return float(self._moments.mean)

    @property
    def variance(self) -> float:
        """E[z^2] - E[z]^2."""
        return float(self._moments.variance)

    @property
    def entropy(self) -> float:
        """-E[log q(z)], nats; negative for a narrow q."""
        return float(self._moments.entropy)

    @abstractmethod
    def log_density(self, z: Array) -> Array:
        """log q(z), nats, for z >= 0."""

    def density(self, z: Array) -> Array:
        """q(z) for z >= 0."""
        return np.exp(self.log_density(z))

    @abstractmethod
    def slope(self, z: Array) -> Array:
        """d/dz log q(z) for z > 0."""

    @abstractmethod
    def quantile(self, u: Array, upper: bool = False) -> Array:
        """z with P(Z <= z) = u, or P(Z >= z) = u if `upper`, for u strictly between 0 and 1."""

    @abstractmethod
    def path(self, z: Array, u: Array) -> Array:
        """dz/dtheta, (P, n), of the quantiles z at u, (n,): how a draw moves when theta does, u held."""


def _parameter(low: float, number: Any) -> Any:
    """A parameter from its part of theta: positive ones are told by their logarithm."""
    with np.errstate(over="ignore"):
        return np.exp(number) if low > 0 else number


@dataclass(frozen=True)
class Exponential(Family):
    """q(z) = rate exp(-rate z)."""

    rate: float

    name: ClassVar[str] = "exponential"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"rate": (1e-15, 1e15)}

    @classmethod
    def like(cls, mean: float, sd: float) -> Self:
        return cls(1 / mean)

    @classmethod
    def moments(cls, theta: Array) -> Moments:
        (log_rate,) = np.moveaxis(theta, -1, 0)
        return Moments(np.exp(-log_rate), np.exp(-2 * log_rate), 1 - log_rate)

    def log_density(self, z: Array) -> Array:
        return math.log(self.rate) - self.rate * z

    def slope(self, z: Array) -> Array:
        return np.full_like(z, -self.rate)

    def quantile(self, u: Array, upper: bool = False) -> Array:
        return (-np.log(u) if upper else -np.log1p(-u)) / self.rate

    def path(self, z: Array, u: Array) -> Array:
        return -z[None]


@dataclass(frozen=True)
class Gamma(Family):
    """q(z) = rate^shape / Gamma(shape) z^(shape-1) exp(-rate z)."""

    shape: float
    rate: float

    name: ClassVar[str] = "gamma"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"shape": (0.05, 1e20), "rate": (1e-15, 1e30)}

    @classmethod
    def like(cls, mean: float, sd: float) -> Self:
        shape = max((mean / sd) ** 2, cls.limits["shape"][0])
        return cls(shape, shape / mean)

    @classmethod
    def moments(cls, theta: Array) -> Moments:
        log_shape, log_rate = np.moveaxis(theta, -1, 0)
        mean = np.exp(log_shape - log_rate)
        return Moments(mean, mean * np.exp(-log_rate), gammas.entropy(np.exp(log_shape)) - log_rate)

    def log_density(self, z: Array) -> Array:
        z = np.maximum(z, _LEAST)
        mean = self.shape / self.rate
        away = z / mean - 1
        log_ratio = np.where(np.abs(away) < 0.5, np.log1p(np.maximum(away, -0.5)), np.log(z) - math.log(mean))
        # log_ratio - away is about -away^2 / 2: nothing large cancels, however large the shape
        return self.shape * (log_ratio - away) - np.log(z) - gammas.remainder(np.asarray(self.shape))

    def slope(self, z: Array) -> Array:
        return (self.shape - 1) / np.maximum(z, _LEAST) - self.rate

    def quantile(self, u: Array, upper: bool = False) -> Array:
        return gammas.quantile(self.shape, u, upper) / self.rate

    def path(self, z: Array, u: Array) -> Array:
        """The quantile has no closed form, hence a difference. Source: Figurnov, Mohamed and Mnih 2018, section 3."""
        ends = [gammas.quantile(self.shape * math.exp(step), u) for step in (-_DIFFERENCE, _DIFFERENCE)]
        low, high = (np.log(np.maximum(end, _LEAST)) for end in ends)
        return np.stack([z * (high - low) / (2 * _DIFFERENCE), -z])


@dataclass(frozen=True)
class LogNormal(Family):
    """log z is N(mu, sigma^2)."""

    mu: float
    sigma: float

    name: ClassVar[str] = "log-normal"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"mu": (-100.0, 100.0), "sigma": (1e-10, 10.0)}

    @classmethod
    def like(cls, mean: float, sd: float) -> Self:
        variance = math.log1p((sd / mean) ** 2)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance))

    @classmethod
    def moments(cls, theta: Array) -> Moments:
        mu, log_sigma = np.moveaxis(theta, -1, 0)
        variance = np.exp(2 * log_sigma)  # of log z
        mean = np.exp(mu + variance / 2)
        return Moments(mean, mean**2 * np.expm1(variance), mu + 0.5 + _LOG_SQRT_2PI + log_sigma)

    def log_density(self, z: Array) -> Array:
        log_z = np.log(np.maximum(z, _LEAST))
        return -(((log_z - self.mu) / self.sigma) ** 2) / 2 - log_z - math.log(self.sigma) - _LOG_SQRT_2PI

    def slope(self, z: Array) -> Array:
        z = np.maximum(z, _LEAST)
        return -((np.log(z) - self.mu) / self.sigma**2 + 1) / z

    def quantile(self, u: Array, upper: bool = False) -> Array:
        return np.exp(self.mu + self.sigma * (-ndtri(u) if upper else ndtri(u)))

    def path(self, z: Array, u: Array) -> Array:
        return np.stack([z, z * self.sigma * ndtri(u)])


@dataclass(frozen=True)
class TruncatedNormal(Family):
    """N(mu, sigma^2) given that z >= 0; mu and sigma are those before the cut. Holds the posterior."""

    mu: float
    sigma: float

    name: ClassVar[str] = "truncated normal"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"mu": (-1e12, 1e12), "sigma": (1e-6, 1e6)}

    @classmethod
    def like(cls, mean: float, sd: float) -> Self:
        t = tails.location(mean / sd)
        unit, _ = tails.mean_and_variance(np.asarray(t))
        sigma = mean / float(unit)
        return cls(t * sigma, sigma)

    @classmethod
    def start(cls, x: float, sigma: float) -> Self:
        return cls(x, sigma)

    @classmethod
    def moments(cls, theta: Array) -> Moments:
        mu, log_sigma = np.moveaxis(theta, -1, 0)
        sigma = np.exp(log_sigma)
        mean, variance = tails.mean_and_variance(mu / sigma)
        return Moments(sigma * mean, sigma**2 * variance, tails.entropy(mu / sigma) + log_sigma)

    def log_density(self, z: Array) -> Array:
        return tails.log_density(z / self.sigma, self.mu / self.sigma) - math.log(self.sigma)

    def slope(self, z: Array) -> Array:
        return (self.mu - z) / self.sigma**2

    def quantile(self, u: Array, upper: bool = False) -> Array:
        return self.sigma * tails.quantile(u, self.mu / self.sigma, upper)

    def path(self, z: Array, u: Array) -> Array:
        """By P(Z >= z) = Phi(w) / Phi(t), w = (mu - z) / sigma, t = mu / sigma, held."""
        w, t = (self.mu - z) / self.sigma, np.asarray(self.mu / self.sigma)
        ratio = tails.hazard(t) / tails.hazard(w)
        return np.stack([1 - ratio, z + self.mu * (ratio - 1)])


FAMILIES: Mapping[str, type[Family]] = {
    family.name: family for family in (Exponential, Gamma, LogNormal, TruncatedNormal)
}


def family(name: str | type[Family]) -> type[Family]:
    """A family by its name, however its words are joined ("log-normal", "lognormal"), or itself."""
    if isinstance(name, type) and issubclass(name, Family):
        return name
    known = {_joined(one): found for one, found in FAMILIES.items()}
    if _joined(name) not in known:
        sentence = "There is no family {name} here; choose one of: {families}."
        families = ", ".join(FAMILIES)
        raise Problem("variational-family", sentence, name=checks.shown(name), families=families)
    return known[_joined(name)]


def _joined(name: object) -> str:
    return str(name).lower().translate({ord(letter): None for letter in " -_"})
