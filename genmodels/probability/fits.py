"""One Gaussian q fitted to bumps p: every local optimum, and the paths that gradient descent takes to them; nats.

A step is measured in q's own units: mu in sigmas, and log sigma, which may be any number where sigma may not.
Shapes: Q Gaussians, S starts, T steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.errors import Problem
from genmodels.probability import bumps, checks
from genmodels.probability.densities import Bumps

Array = NDArray[np.float64]
Direction = Literal["forward", "reverse"]
Measure = Callable[[Array], tuple[Array, Array]]

_GRID = (60, 40)  # where critical points are looked for: mu, log sigma
_LONGEST = 0.3  # of one step, in mu / sigma and log sigma
_MOST_HALVINGS = 30
_NOISE = 1e-13  # by so little a divergence may rise through rounding
_SETTLED = 1e-9  # a step so short is the last
_SAME = 1e-5  # critical points that are no further apart are one
_FISHER = np.array([1.0, 2.0])  # Fisher information of a Gaussian about mu / sigma and log sigma


@dataclass(frozen=True)
class Optimum:
    """A q at which a divergence is level, and whether that is a "minimum" or a "saddle"; kl in nats."""

    mu: float
    sigma: float
    kl: float
    kind: Literal["minimum", "saddle"] = "minimum"


def forward_optimum(p: Bumps) -> Optimum:
    """The one minimum of D(p||q), in closed form: q has the mean and the standard deviation of p."""
    return Optimum(p.mean, p.sd, float(bumps.forward_kl(p, p.mean, p.sd)))


def reverse_optima(p: Bumps) -> tuple[Optimum, ...]:
    """All critical points of D(q||p), minima first, each kind from the least kl up.

    Newton's method starts wherever both slopes change sign within a cell of a grid, for mu between the outermost means
    and sigma from the narrowest bump to what the bumps span: where else it may be, D(q||p) slopes.
    """
    found = _classified(p, _polished(p, *_candidates(p)))
    return tuple(sorted(found, key=lambda one: (one.kind != "minimum", one.kind, round(one.kl, 9), one.mu)))


def _candidates(p: Bumps) -> tuple[Array, Array]:
    """Corners of the cells in which both slopes of D(q||p) change sign: mu (Q,), log sigma (Q,)."""
    margin = min(p.sds) / 4
    low, high = min(p.means) - margin, max(p.means) + margin
    mu = np.linspace(low, high, _GRID[0])
    narrow, wide = math.log(min(p.sds)) - 0.1, math.log(max(p.sds) + high - low) + 0.1
    log_sigma = np.linspace(narrow, wide, _GRID[1])
    plane = np.meshgrid(mu, log_sigma)
    _, *slopes = bumps.reverse_slopes(p, plane[0], np.exp(plane[1]))
    mixed = np.ones((len(log_sigma) - 1, len(mu) - 1), bool)
    for slope in slopes:
        around = np.stack([slope[:-1, :-1], slope[1:, :-1], slope[:-1, 1:], slope[1:, 1:]])
        mixed &= (around.min(0) <= 0) & (around.max(0) >= 0)
    row, column = np.nonzero(mixed)
    corners = [(row + up, column + right) for up in (0, 1) for right in (0, 1)]
    return np.concatenate([mu[c] for _, c in corners]), np.concatenate([log_sigma[r] for r, _ in corners])


def _polished(p: Bumps, mu: Array, log_sigma: Array) -> Array:
    """Where Newton's method ends from each start, as rows (mu, log sigma); without what did not settle."""
    for _ in range(60):
        sigma = np.exp(log_sigma)
        slopes, hessian = bumps.reverse_curvature(p, mu, sigma)
        step = -(np.linalg.pinv(hessian, hermitian=True) @ slopes[..., None])[..., 0]
        length = np.abs(step).max(1)
        step *= np.minimum(1, _LONGEST / np.maximum(length, 1e-300))[:, None]
        mu, log_sigma = mu + sigma * step[:, 0], log_sigma + step[:, 1]
        if (length < _SETTLED).all():
            break
    return np.stack([mu, log_sigma], axis=1)[length < _SETTLED]


def _classified(p: Bumps, points: Array) -> list[Optimum]:
    """What the points, rows (mu, log sigma) with repetitions, are.

    None is a maximum: where D(q||p) is level, its second derivative by mu is 1 / sigma^2.
    """
    different: list[Array] = []
    for point in points:
        if all(abs(point - other).max() > _SAME for other in different):
            different.append(point)
    mu, log_sigma = np.array(different).T
    sigma = np.exp(log_sigma)
    determinants = np.linalg.det(bumps.reverse_curvature(p, mu, sigma)[1])
    columns = (mu, sigma, bumps.reverse_kl(p, mu, sigma), np.where(determinants > 0, "minimum", "saddle"))
    return [Optimum(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


# --- the way there


@dataclass(frozen=True, eq=False)
class Paths:
    """What every step of a descent reached, arrays (S, T + 1) with the start first; kl in nats, never rising."""

    mu: Array
    sigma: Array
    kl: Array


def descend(
    p: Bumps,
    mu: ArrayLike,
    sigma: ArrayLike,
    direction: Direction,
    num_steps: int = 60,
    rate: float = 0.3,
    natural: bool = True,
) -> Paths:
    """Gradient descent from each start, mu (S,) and sigma (S,), on D(p||q), "forward", or D(q||p), "reverse".

    The natural gradient is the plain one, by (mu, log sigma), divided by the Fisher information of q. A step that would
    go uphill is halved until it does not, and none is longer than 0.3.
    Source: Amari 1998, "Natural gradient works efficiently in learning".
    """
    measure = _measure(p, direction)
    rate, num_steps = checks.positive(rate, "rate"), checks.count(num_steps, "num_steps")
    mu, sigma = map(np.atleast_1d, bumps.parameters(mu, sigma))
    theta = np.stack([mu, np.log(sigma)], axis=1)  # (S, 2)
    kl, slope = measure(theta)
    path = [(theta, kl)]
    for _ in range(num_steps):
        theta, kl, slope = _downhill(measure, theta, kl, slope, rate, natural)
        path.append((theta, kl))
    thetas = np.stack([theta for theta, _ in path], axis=1)
    return Paths(thetas[..., 0], np.exp(thetas[..., 1]), np.stack([kl for _, kl in path], axis=1))


def _measure(p: Bumps, direction: str) -> Measure:
    """(mu, log sigma) (S, 2) -> the divergence (S,) and its slopes (S, 2) by mu / sigma and log sigma."""
    known = {"forward": bumps.forward_slopes, "reverse": bumps.reverse_slopes}
    if direction not in known:
        sentence = "There is no direction {direction}; it is forward, D(p||q), or reverse, D(q||p)."
        raise Problem("fit-direction", sentence, direction=checks.shown(direction))

    def measure(theta: Array) -> tuple[Array, Array]:
        kl, by_mu, by_log_sigma = known[direction](p, theta[:, 0], np.exp(theta[:, 1]))
        return kl, np.stack([by_mu, by_log_sigma], axis=1)

    return measure


def _downhill(
    measure: Measure, theta: Array, kl: Array, slope: Array, rate: float, natural: bool
) -> tuple[Array, Array, Array]:
    """One step from each theta (S, 2), which does not go uphill: the new theta, its divergence and slopes."""
    units = np.stack([np.exp(theta[:, 1]), np.ones(len(theta))], axis=1)  # of a step: sigma, 1
    step = -rate * slope / (_FISHER if natural else units**2)
    step *= np.minimum(1, _LONGEST / np.maximum(np.linalg.norm(step, axis=1), 1e-300))[:, None]
    for _ in range(_MOST_HALVINGS):
        ahead = theta + units * step
        kl_ahead, slope_ahead = measure(ahead)
        uphill = kl_ahead > kl + _NOISE
        if not uphill.any():
            return ahead, kl_ahead, slope_ahead
        step[uphill] /= 2
    stays = uphill[:, None]
    return np.where(stays, theta, ahead), np.where(uphill, kl, kl_ahead), np.where(stays, slope, slope_ahead)
