"""One Gaussian q = N(mu, sigma^2) fitted to bumps p, by either direction of the divergence; nats.

    D(p||q) = -h(p) + log(sigma sqrt(2 pi)) + (sd^2 + (mean - mu)^2) / (2 sigma^2),    mean and sd those of p
    D(q||p) = -log(sigma sqrt(2 pi e)) - E_q log p(x)

The first is least where q has p's mean and standard deviation: q covers all of p. The second may have several local
minima, one for each bump that q may pick; `genmodels.probability.fits` finds them.
Shapes: Q Gaussians, N nodes, Z zeros.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.errors import Problem
from genmodels.probability import checks
from genmodels.probability.densities import Bumps

Array = NDArray[np.float64]

_REACH = 9  # standard deviations: beyond them lies 2e-19 of a Gaussian
_BLOCK = 8  # q's whose means lie within that many of their sigmas are integrated with the same nodes
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_LOG_SQRT_2PI = math.log(2 * math.pi) / 2


# --- the divergences, to about 1e-12


def forward_kl(p: Bumps, mu: ArrayLike, sigma: ArrayLike) -> Array:
    """D(p||q) for every q = N(mu, sigma^2), nats; mu and sigma of any shapes that go together."""
    return forward_slopes(p, *parameters(mu, sigma))[0]


def reverse_kl(p: Bumps, mu: ArrayLike, sigma: ArrayLike) -> Array:
    """D(q||p) for every q = N(mu, sigma^2), nats; mu and sigma of any shapes that go together."""
    mu, sigma = parameters(mu, sigma)
    return -np.log(sigma) - _LOG_SQRT_2PI - 0.5 - _moments(p, mu, sigma, 0)[0]


@lru_cache(maxsize=64)
def entropy(p: Bumps) -> float:
    """Differential entropy h(p) = -E_p log p(x), nats."""
    x, weights = _panels(p, *p.reach(_REACH), 2 * min(p.sds))
    log_p = p.log_density(x)
    return -float(weights @ (np.exp(log_p) * log_p))


@dataclass(frozen=True, eq=False)
class Landscape:
    """Both divergences over mu (M,) and sigma (S,): arrays (S, M), nats."""

    mu: Array
    sigma: Array
    forward: Array
    reverse: Array


def landscape(p: Bumps, mu: ArrayLike, sigma: ArrayLike) -> Landscape:
    """D(p||q) and D(q||p) for every pair of mu (M,) and sigma (S,)."""
    mu, sigma = checks.array(mu, "mu", ndim=1), checks.array(sigma, "sigma", ndim=1)
    plane = np.meshgrid(mu, sigma)
    return Landscape(mu, sigma, forward_kl(p, *plane), reverse_kl(p, *plane))


def parameters(mu: ArrayLike, sigma: ArrayLike) -> tuple[Array, Array]:
    """Both as arrays of one shape. Raises Problem unless they go together, are finite, and every sigma is above 0."""
    mu, sigma = checks.array(mu, "mu"), checks.array(sigma, "sigma")
    checks.positive(sigma.min(), "sigma")
    try:
        mu, sigma = np.broadcast_arrays(mu, sigma)
    except ValueError as error:
        sentence = "mu has {mu} numbers, but sigma has {sigma}; give as many of both, or a single one of either."
        raise Problem("fit-sizes", sentence, mu=mu.size, sigma=sigma.size) from error
    return mu, sigma


def forward_slopes(p: Bumps, mu: Array, sigma: Array) -> tuple[Array, Array, Array]:
    """D(p||q) and its slopes by mu / sigma and log sigma."""
    ratio = (p.sd**2 + (p.mean - mu) ** 2) / sigma**2
    return np.log(sigma) + _LOG_SQRT_2PI + ratio / 2 - entropy(p), (mu - p.mean) / sigma, 1 - ratio


def reverse_slopes(p: Bumps, mu: Array, sigma: Array) -> tuple[Array, Array, Array]:
    """D(q||p) and its slopes by mu / sigma and log sigma."""
    m0, m1, m2 = _moments(p, mu, sigma, 2)
    return -np.log(sigma) - _LOG_SQRT_2PI - 0.5 - m0, -m1, m0 - m2 - 1


def reverse_curvature(p: Bumps, mu: Array, sigma: Array) -> tuple[Array, Array]:
    """Slopes (Q, 2) of D(q||p) by mu / sigma and log sigma, and its Hessian (Q, 2, 2) by the same.

    E_q of a derivative of log p is E_q of log p times a Hermite polynomial of z = (x - mu) / sigma.
    Source: Opper and Archambeau 2009, "The variational Gaussian approximation revisited", appendix A.
    """
    m0, m1, m2, m3, m4 = _moments(p, mu, sigma, 4)
    mixed = 3 * m1 - m3
    hessian = np.stack([m0 - m2, mixed, mixed, 4 * m2 - m4 - m0], axis=-1).reshape(-1, 2, 2)
    return np.stack([-m1, m0 - m2 - 1], axis=-1), hessian


# --- integrals over q: nodes that do for many q's, and are dense where log p bends sharply


def _moments(p: Bumps, mu: Array, sigma: Array, order: int) -> Array:
    """E_q [log p(x) z^k] with z = (x - mu) / sigma, for k = 0 ... order: (order + 1, *shape of mu)."""
    octave = np.floor(np.log2(sigma)).astype(int)
    block = np.floor(mu / (_BLOCK * np.exp2(octave))).astype(int)
    moments = np.empty((order + 1, *mu.shape))
    for key in set(zip(octave.ravel().tolist(), block.ravel().tolist(), strict=True)):
        chosen = (octave == key[0]) & (block == key[1])
        x, weighted = _weighted_log_density(p, *key)
        z = (x - mu[chosen][:, None]) / sigma[chosen][:, None]  # (Q, N)
        terms = np.exp(-z * z / 2) * weighted
        for k in range(order + 1):
            moments[k, chosen] = terms.sum(1)
            terms *= z
        moments[:, chosen] /= sigma[chosen] * math.sqrt(2 * math.pi)
    return moments


@lru_cache(maxsize=256)
def _weighted_log_density(p: Bumps, octave: int, block: int) -> tuple[Array, Array]:
    """Nodes x (N,) for every q with 1 <= sigma / 2^octave < 2 and its mean in that block; weight times log p there."""
    unit = 2.0**octave
    first, last = block * _BLOCK * unit, (block + 1) * _BLOCK * unit
    x, weights = _panels(p, first - 2 * _REACH * unit, last + 2 * _REACH * unit, 2 * unit)
    return x, weights * p.log_density(x)


def _panels(p: Bumps, low: float, high: float, width: float) -> tuple[Array, Array]:
    """Nodes and weights (N,) of Gauss-Legendre rules on panels that are no wider than `width`.

    Nor is a panel wider than its distance from the nearest complex zero of p: there log p is singular.
    """
    edges = np.linspace(low, high, math.ceil((high - low) / width) + 1)
    real, imaginary = _zeros(p)
    while True:
        middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
        gap = np.maximum(np.abs(middle[:, None] - real) - half[:, None], 0)
        wide = (2 * half[:, None] > np.hypot(gap, imaginary)).any(1)
        if not wide.any():
            return (middle[:, None] + half[:, None] * _NODES).ravel(), (half[:, None] * _WEIGHTS).ravel()
        edges = np.sort(np.concatenate([edges, middle[wide]]))


def _zeros(p: Bumps) -> tuple[Array, Array]:
    """Real and imaginary parts, both (Z,), of the complex x nearest to the real line where two bumps cancel.

    There the log of their ratio, a x^2 + b x + c, is i pi.
    """
    zeros: list[complex] = []
    bumps = list(zip(p.means, p.sds, p.weights, strict=True))
    for k, (m1, s1, w1) in enumerate(bumps):
        for m2, s2, w2 in bumps[k + 1 :]:
            a, b = (1 / s2**2 - 1 / s1**2) / 2, m1 / s1**2 - m2 / s2**2
            c = math.log(w1 * s2 / (w2 * s1)) + (m2**2 / s2**2 - m1**2 / s1**2) / 2 - 1j * math.pi
            root = np.sqrt(b * b - 4 * a * c)
            larger = -(b + root if (b.conjugate() * root).real >= 0 else b - root) / 2
            zeros += [c / larger] if larger else []
            zeros += [larger / a] if a else []
    return np.real(zeros), np.maximum(np.abs(np.imag(zeros)), 1e-3 * min(p.sds))
