"""The best stand-in for N(m, s^2) cut off below 0, within each family: the largest ELBO, by roots of one equation.

Up to a constant, with everything in units of s and t = m / s,

    ELBO = t E[z] - E[z^2] / 2 + H(q),

so that only mean, second moment and entropy of q count. Where the ELBO is level in both parameters of a family, one of
them follows from the other, and what is left has a single root.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from genmodels.probability import gammas
from genmodels.probability.families import Exponential, Family, Gamma, LogNormal, TruncatedNormal

_HALVINGS = 100


def best(family: type[Family], m: float, s: float) -> Family:
    """The member with the largest ELBO."""
    if family is TruncatedNormal:
        return TruncatedNormal(m, s)
    found: dict[type[Family], Callable[[float, float], Family]] = {
        Exponential: _exponential,
        Gamma: _gamma,
        LogNormal: _log_normal,
    }
    return found[family](m / s, s)


def _exponential(t: float, s: float) -> Exponential:
    """E[z^2] = 2 M^2 and H = 1 + log M, with M the mean: 2 M^2 - t M - 1 = 0."""
    return Exponential(1 / (s * _positive_root(2, t)))


def _gamma(t: float, s: float) -> Gamma:
    """E[z^2] = c M^2 with c = 1 + 1/k, k the shape, so that c M^2 - t M - 1 = 0.

    In k the ELBO is level where M^2 = 2 (k - 1) (k^2 trigamma(k) - k): the best k is above 1, which is the exponential.
    """

    def mean(k: float) -> float:
        return _positive_root(1 + 1 / k, t)

    def excess(log_above: float) -> float:
        k = 1 + math.exp(log_above)
        return 2 * mean(k) ** -2 * math.exp(log_above) * float(gammas.trigamma_excess(np.asarray(k))) - 1

    k = 1 + math.exp(_root(excess, -50, 50))
    return Gamma(k, k / (s * mean(k)))


def _log_normal(t: float, s: float) -> LogNormal:
    """With b^2 = E[z^2] and v = sigma^2, the mean M is b exp(-v/2).

    The ELBO is level in mu where t M = b^2 - 1, and in sigma where v = 1 / (1 + b^2).
    """

    def excess(log_b: float) -> float:
        b = math.exp(log_b)
        return b - 1 / b - t * math.exp(-0.5 / (1 + b * b))

    ends = sorted(math.log(_positive_root(1, t * factor)) for factor in (1, math.exp(-0.5)))
    log_b = _root(excess, ends[0] - 1e-9, ends[1] + 1e-9)
    variance = 1 / (1 + math.exp(2 * log_b))
    return LogNormal(math.log(s) + log_b - variance, math.sqrt(variance))


def _positive_root(c: float, t: float) -> float:
    """M > 0 with c M^2 - t M - 1 = 0, c > 0, without a difference of like numbers."""
    root = math.hypot(t, 2 * math.sqrt(c))
    return (t + root) / (2 * c) if t > 0 else 2 / (root - t)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that goes from below 0 at `low` to above 0 at `high` is 0, by halving."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if function(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
