"""The gamma distribution of rate 1 and any shape k > 0, without the difference of large numbers.

Source: Abramowitz and Stegun 6.1.40, 6.3.18 and 6.4.12, Stirling's series and its derivatives.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammainccinv, gammaincinv, gammaln, ndtri, polygamma

Array = NDArray[np.float64]

# n and the Bernoulli number B_2n
_BERNOULLI = tuple(enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510), start=1))
_LOG_SQRT_2PI = math.log(2 * math.pi) / 2
_LARGE = 12.0  # from here on eight terms of the series are right to the last digit, and terms of k log k lose some
_HUGE = 1e5  # from here on quantiles follow a series; scipy's lose their digits far below the mean


def remainder(k: Array) -> Array:
    """log Gamma(k) - k log k + k, for k > 0."""
    small, large = np.minimum(k, _LARGE), np.maximum(k, _LARGE)
    series = _series(large, [b / (2 * n * (2 * n - 1)) for n, b in _BERNOULLI])
    exact = gammaln(small) - small * np.log(small) + small
    return np.where(k < _LARGE, exact, _LOG_SQRT_2PI - np.log(large) / 2 + series)


def entropy(k: Array) -> Array:
    """Differential entropy, nats: k + log Gamma(k) + (1 - k) digamma(k)."""
    small, large = np.minimum(k, _LARGE), np.maximum(k, _LARGE)
    exact = small + gammaln(small) + (1 - small) * digamma(small)
    behind = 0.5 + _series(large, [b / (2 * n) for n, b in _BERNOULLI])  # k (log k - digamma(k))
    series = remainder(large) + np.log(large) + behind * (1 - 1 / large)
    return np.where(k < _LARGE, exact, series)


def trigamma_excess(k: Array) -> Array:
    """k^2 trigamma(k) - k, for k > 0: between 1/2, far out, and 1."""
    small, large = np.minimum(k, _LARGE), np.maximum(k, _LARGE)
    exact = small**2 * polygamma(1, small) - small
    return np.where(k < _LARGE, exact, 0.5 + _series(large, [b for _, b in _BERNOULLI]))


def quantile(k: float, u: Array, upper: bool = False) -> Array:
    """z with P(Z <= z) = u, or P(Z >= z) = u if `upper`, 0 < u < 1.

    Source: Goldberg and Levine 1946, "Approximate formulas for the percentage points and normalization of t and chi^2".
    """
    if k < _HUGE:
        return gammainccinv(k, u) if upper else gammaincinv(k, u)
    x, root = -ndtri(u) if upper else ndtri(u), math.sqrt(k)
    terms = (
        x,
        (x**2 - 1) / 3,
        (x**3 - 7 * x) / 36,
        -(3 * x**4 + 7 * x**2 - 16) / 810,
        (9 * x**5 + 256 * x**3 - 433 * x) / 38880,
    )
    return k + sum(term * root ** (1 - i) for i, term in enumerate(terms))


def _series(k: Array, terms: Sequence[float]) -> Array:
    """terms[0] / k + terms[1] / k^3 + ..."""
    total = np.zeros_like(k)
    for term in reversed(terms):
        total = term + total / k**2
    return total / k
