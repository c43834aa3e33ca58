"""The standard normal around t, cut off below 0, for any t: right to the last digits where nothing is left but a tail.

With y = -t > 0 what is left has the density exp(-y z - z^2 / 2) up to a constant, and it shrinks like 1/y. Nothing here
subtracts two numbers of the size of y to learn about 1/y. Shapes: t and z are arrays that broadcast.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, log_ndtr, ndtri_exp

Array = NDArray[np.float64]

_LOG_SQRT_2PI = math.log(2 * math.pi) / 2
_FAR = -2.5  # below it the continued fraction is used, with so many terms
_TERMS = 80
_NEWTON_STEPS = 6
_FARTHEST = -1e4  # there the mean is the standard deviation to eight digits, as it is for an exponential
_HALVINGS = 80


def hazard(t: Array) -> Array:
    """phi(t) / Phi(t), the inverse of Mills' ratio at -t."""
    with np.errstate(over="ignore"):
        return math.sqrt(2 / math.pi) / erfcx(-t / math.sqrt(2))


def log_scaled_mass(t: Array) -> Array:
    """log of Phi(t) exp(t^2 / 2), which for t < 0 never underflows; for large t it is as large as t^2 / 2."""
    return np.where(t < 0, np.log(erfcx(np.maximum(-t, 0) / math.sqrt(2)) / 2), log_ndtr(t) + t * t / 2)


def mean_and_variance(t: Array) -> tuple[Array, Array]:
    """t + h and 1 - h (t + h), where h is the hazard.

    Far out 1/R(y) - y = 1 / (y + c) with c = 2 / (y + 3 / (y + ...)), where R is Mills' ratio: all terms positive.
    Source: Laplace's continued fraction, Abramowitz and Stegun 26.2.14.
    """
    t = np.asarray(t, np.float64)
    near = np.maximum(t, _FAR)
    h = hazard(near)
    y = np.maximum(-t, -_FAR)
    c = np.zeros_like(y)
    for k in range(_TERMS, 1, -1):
        c = k / (y + c)
    tail = 1 / (y + c)
    far = t < _FAR
    return np.where(far, tail, near + h), np.where(far, tail * (c - tail), 1 - h * (near + h))


def entropy(t: Array) -> Array:
    """Differential entropy, nats."""
    mean, _ = mean_and_variance(t)
    below, above = np.minimum(t, 0), np.maximum(t, 0)
    tail = (1 - below * mean) / 2 + _LOG_SQRT_2PI + log_scaled_mass(below)
    bulk = (1 - above * hazard(above)) / 2 + _LOG_SQRT_2PI + log_ndtr(above)
    return np.where(t < 0, tail, bulk)


def log_density(z: Array, t: float) -> Array:
    """At z >= 0, nats."""
    if t < 0:
        return t * z - z * z / 2 - _LOG_SQRT_2PI - log_scaled_mass(np.asarray(t))
    return -((z - t) ** 2) / 2 - _LOG_SQRT_2PI - log_ndtr(t)


def quantile(u: Array, t: float, upper: bool = False) -> Array:
    """z with P(Z <= z) = u, or P(Z >= z) = u if `upper`, 0 < u < 1; its error is small against the mean of Z."""
    log_survival = np.log(u) if upper else np.log1p(-u)
    if t >= 0:
        return np.maximum(t - ndtri_exp(log_survival + log_ndtr(t)), 0)
    # log P(Z >= z) is concave: Newton's method comes down from a z too large, and never past the answer
    y, mass = -t, log_scaled_mass(np.asarray(t))
    z = -2 * log_survival / (y + np.sqrt(y * y - 2 * log_survival))
    for _ in range(_NEWTON_STEPS):
        excess = log_scaled_mass(t - z) - mass - z * (y + z / 2) - log_survival
        z = np.maximum(z + excess / hazard(t - z), 0)
    return z


def location(ratio: float) -> float:
    """The t at which the mean is so many standard deviations; for 1 and less one that is far out."""
    low, high = _FARTHEST, max(ratio, 0.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        mean, variance = mean_and_variance(np.asarray(middle))
        if mean < ratio * math.sqrt(variance):
            low = middle
        else:
            high = middle
    return (low + high) / 2
