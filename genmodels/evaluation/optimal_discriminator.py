"""The best discriminator there could be for a generator: D* = log p_data - log p_g (Goodfellow et al. 2014, prop. 1).

Exact where both densities are known. Of points that a generator made the density is not known: it is estimated from
many of them, by a Gaussian around each, and so is the discriminator. Shapes: N points, M places. Logits in nats.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit, logsumexp

Floats = NDArray[np.float64]
Density = Callable[[Floats], Floats]  # places (M, 2) -> log-density (M,)

_ROWS = 512  # places at once: N distances each


def logit(log_p_data: Floats, log_p_g: Floats) -> Floats:
    """D* from the log-densities at the same places, (M,); 0 where both are 0, as nothing is known there."""
    both_empty = np.isneginf(log_p_data) & np.isneginf(log_p_g)
    with np.errstate(invalid="ignore"):
        return np.where(both_empty, 0.0, log_p_data - log_p_g)


def value(p_data: Floats, p_g: Floats) -> float:
    """V(G, D*) in nats for two discrete distributions (K,): -log 4 + 2 JS, -log 4 where they are the same."""
    with np.errstate(divide="ignore"):
        best = logit(np.log(p_data), np.log(p_g))
    return _mean(p_data, log_expit(best)) + _mean(p_g, log_expit(-best))


def _mean(p: Floats, values: Floats) -> float:
    """The expectation; what has no probability does not count, whatever its value."""
    return float((p * np.where(p > 0, values, 0.0)).sum())


def mixture(centres: Floats, sd: float) -> Density:
    """Equal round Gaussians around the centres (N, 2): the ring's density, or an estimate from N points.

    As an estimate it is a Gaussian kernel density estimate of bandwidth `sd`.
    """

    def log_density(places: Floats) -> Floats:
        chunks = [places[start : start + _ROWS] for start in range(0, len(places), _ROWS)]
        return np.concatenate([_of_mixture(chunk, centres, sd) for chunk in chunks])

    return log_density


def _of_mixture(places: Floats, centres: Floats, sd: float) -> Floats:
    squared = ((places[:, None] - centres) ** 2).sum(2)
    return logsumexp(-squared / (2 * sd**2), axis=1) - math.log(2 * math.pi * sd**2 * len(centres))
