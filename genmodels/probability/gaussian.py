"""The Kullback-Leibler divergence between Gaussians in closed form, its terms and its picture; nats throughout.

D(p||q) with p = N(mu_p, sigma_p^2) and q = N(mu_q, sigma_q^2); sigma is a standard deviation, cov a covariance.
Shapes: d dimensions. Source: Kullback 1959, "Information theory and statistics", chapter 9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from genmodels.errors import Problem
from genmodels.probability import checks

_SYMMETRIC = 1e-9  # how far two entries that should agree may differ, in units of the largest


@dataclass(frozen=True)
class Terms:
    """D(p||q) in three parts, nats; with several dimensions each is a sum over them.

        mean = (mu_p - mu_q)^2 / (2 sigma_q^2),  spread = (sigma_p^2 / sigma_q^2 - 1) / 2,  log = log(sigma_q / sigma_p)

    The last two may be negative, but never their sum. The total is infinite where it exceeds the largest float.
    """

    mean: float
    spread: float
    log: float

    @property
    def total(self) -> float:
        """D(p||q)."""
        return self.mean + (max(self.spread + self.log, 0.0) if math.isfinite(self.spread) else math.inf)


def kl_normal(mu_p: float, sigma_p: float, mu_q: float, sigma_q: float) -> float:
    """D(N(mu_p, sigma_p^2) || N(mu_q, sigma_q^2)), nats. Raises Problem unless finite, and both sigmas above 0."""
    return kl_normal_terms(mu_p, sigma_p, mu_q, sigma_q).total


def kl_normal_terms(mu_p: float, sigma_p: float, mu_q: float, sigma_q: float) -> Terms:
    """The three terms of `kl_normal`."""
    mu_p, sigma_p, mu_q, sigma_q = _pair(mu_p, sigma_p, mu_q, sigma_q)
    distance, t = (mu_p - mu_q) / sigma_q, _log_ratio(sigma_p, sigma_q)
    with np.errstate(over="ignore"):
        return Terms(distance * distance / 2, float(np.expm1(2 * t)) / 2, -t)


def kl_multivariate_normal(mu_p: ArrayLike, cov_p: ArrayLike, mu_q: ArrayLike, cov_q: ArrayLike) -> float:
    """D(N(mu_p, cov_p) || N(mu_q, cov_q)), nats; means (d,), covariances (d, d).

    Raises Problem for sizes that do not fit, and for covariances that are not symmetric or not positive definite.
    """
    return kl_multivariate_normal_terms(mu_p, cov_p, mu_q, cov_q).total


def kl_multivariate_normal_terms(mu_p: ArrayLike, cov_p: ArrayLike, mu_q: ArrayLike, cov_q: ArrayLike) -> Terms:
    """The three terms of `kl_multivariate_normal`.

    With cov = L L^T and s the singular values of L_q^-1 L_p:
        |L_q^-1 (mu_p - mu_q)|^2 / 2,     sum (s^2 - 1) / 2,     -sum log s
    """
    means = {"mu_p": checks.array(mu_p, "mu_p", ndim=1), "mu_q": checks.array(mu_q, "mu_q", ndim=1)}
    covs = {"cov_p": covariance(cov_p, "cov_p"), "cov_q": covariance(cov_q, "cov_q")}
    for what, values in (means | covs).items():
        if len(values) != len(means["mu_p"]):
            sentence = "{what} has {given} dimensions, but mu_p has {expected}; give all four the same number."
            raise Problem("gaussian-sizes", sentence, what=what, given=len(values), expected=len(means["mu_p"]))
    factor_p, factor_q = np.linalg.cholesky(covs["cov_p"]), np.linalg.cholesky(covs["cov_q"])
    distance = np.linalg.solve(factor_q, means["mu_p"] - means["mu_q"])
    t = np.log(np.linalg.svd(np.linalg.solve(factor_q, factor_p), compute_uv=False))
    return Terms(float(distance @ distance) / 2, float(np.expm1(2 * t).sum()) / 2, -float(t.sum()))


def log_ratio_sd(mu_p: float, sigma_p: float, mu_q: float, sigma_q: float) -> float:
    """Standard deviation of log p(x)/q(x) for x ~ p, nats: Monte Carlo with n draws errs by this over sqrt(n).

    With x = mu_p + sigma_p z the log-ratio is a + b z + c z^2, whose variance is b^2 + 2 c^2.
    """
    mu_p, sigma_p, mu_q, sigma_q = _pair(mu_p, sigma_p, mu_q, sigma_q)
    b = (mu_p - mu_q) / sigma_q * (sigma_p / sigma_q)
    with np.errstate(over="ignore"):
        c = float(np.expm1(2 * _log_ratio(sigma_p, sigma_q))) / 2
    return math.hypot(b, math.sqrt(2) * c)


# --- entropy, and what a change of units does


def differential_entropy(sigma: float) -> float:
    """h = log(sigma sqrt(2 pi e)) of a Gaussian, nats; negative for sigma < 0.24197, zero there."""
    return math.log(checks.positive(sigma, "sigma")) + math.log(2 * math.pi * math.e) / 2


@dataclass(frozen=True, eq=False)
class Rescaled:
    """What x -> scale x does, for each scale (S,): both entropies move by log scale, both divergences stay; nats."""

    scale: NDArray[np.float64]
    entropy_p: NDArray[np.float64]
    entropy_q: NDArray[np.float64]
    forward: NDArray[np.float64]
    reverse: NDArray[np.float64]


def rescaled(mu_p: float, sigma_p: float, mu_q: float, sigma_q: float, scale: ArrayLike) -> Rescaled:
    """Entropies of p and q, D(p||q) and D(q||p), all computed in the new units; scales are above 0."""
    mu_p, sigma_p, mu_q, sigma_q = _pair(mu_p, sigma_p, mu_q, sigma_q)
    scales = np.array([checks.positive(c, "scale") for c in np.atleast_1d(checks.array(scale, "scale"))])
    p, q = (np.outer(scales, pair) for pair in ((mu_p, sigma_p), (mu_q, sigma_q)))
    rows = [
        (differential_entropy(sp), differential_entropy(sq), kl_normal(mp, sp, mq, sq), kl_normal(mq, sq, mp, sp))
        for (mp, sp), (mq, sq) in zip(p.tolist(), q.tolist(), strict=True)
    ]
    return Rescaled(scales, *np.array(rows).T)


# --- where one of the two is zero


@dataclass(frozen=True)
class Mismatch:
    """A Gaussian p against a uniform q: `forward` = D(p||q) is infinite, because p has `mass_outside` where q is 0."""

    forward: float
    reverse: float
    mass_outside: float


def against_uniform(mu: float, sigma: float, low: float, high: float) -> Mismatch:
    """p = N(mu, sigma^2), q = uniform on [low, high]; exact, nats. Raises Problem unless low < high."""
    mu, sigma, low, high = checks.number(mu, "mu"), checks.positive(sigma, "sigma"), *interval(low, high)
    width, distance = high - low, (low / 2 + high / 2 - mu) / sigma
    mean_square = distance * distance + (width / sigma) * (width / sigma) / 12  # of (x - mu) / sigma under q
    reverse = math.log(sigma) - math.log(width) + math.log(2 * math.pi) / 2 + mean_square / 2
    outside = float(ndtr((low - mu) / sigma) + ndtr((mu - high) / sigma))
    return Mismatch(math.inf, max(reverse, 0.0), outside)


def interval(low: float, high: float) -> tuple[float, float]:
    """Both ends as finite numbers. Raises Problem unless low < high."""
    low, high = checks.number(low, "low"), checks.number(high, "high")
    if not 0 < high - low < math.inf:
        sentence = "An interval cannot reach from {low} to {high}; give a low end below the high one."
        raise Problem("bad-interval", sentence, low=checks.shown(low), high=checks.shown(high))
    return low, high


# --- covariances


def covariance(matrix: ArrayLike, what: str) -> NDArray[np.float64]:
    """A covariance (d, d). Raises Problem unless it is square, symmetric and positive definite."""
    cov = checks.array(matrix, what, ndim=2)
    _require_square(cov, what)
    difference = np.abs(cov / 2 - cov.T / 2)  # halved, so that no number is too large for it
    i, j = np.unravel_index(difference.argmax(), cov.shape)
    if difference[i, j] > _SYMMETRIC * np.abs(cov).max():
        sentence = (
            "{what} has {above} in row {row}, column {column}, but {below} in row {column}, column {row}; "
            "a covariance is symmetric: write the same number in both places."
        )
        above, below = checks.shown(cov[i, j]), checks.shown(cov[j, i])
        raise Problem("cov-not-symmetric", sentence, what=what, above=above, below=below, row=i + 1, column=j + 1)
    cov = cov / 2 + cov.T / 2
    eigenvalues = np.linalg.eigvalsh(cov)  # ascending
    if eigenvalues[0] <= len(cov) * np.finfo(float).eps * np.abs(eigenvalues).max():
        sentence = (
            "The smallest eigenvalue of {what} is {least}, but a covariance has only positive ones; "
            "raise the numbers on its diagonal or bring the others closer to 0."
        )
        raise Problem("cov-not-positive", sentence, what=what, least=f"{eigenvalues[0]:.4g}")
    return cov


def nearest_covariance(matrix: ArrayLike, floor: float = 1e-3) -> NDArray[np.float64]:
    """The covariance (d, d) nearest to a square matrix, in the sum of squared differences.

    Its symmetric part, with every eigenvalue below `floor` times the largest in size raised to that.
    Source: Higham 1988, "Computing a nearest symmetric positive semidefinite matrix", theorem 2.1.
    """
    cov = checks.array(matrix, "matrix", ndim=2)
    _require_square(cov, "matrix")
    eigenvalues, vectors = np.linalg.eigh(cov / 2 + cov.T / 2)
    largest = float(np.abs(eigenvalues).max()) or 1.0
    raised = (vectors * np.maximum(eigenvalues, checks.positive(floor, "floor") * largest)) @ vectors.T
    return (raised + raised.T) / 2


def covariance_2d(sigma_x: float, sigma_y: float, rho: float) -> NDArray[np.float64]:
    """Covariance (2, 2) from two standard deviations and a correlation. Raises Problem unless -1 < rho < 1."""
    sigma_x, sigma_y = checks.positive(sigma_x, "sigma_x"), checks.positive(sigma_y, "sigma_y")
    rho = checks.number(rho, "rho")
    if not -1 < rho < 1:
        sentence = "rho cannot be {rho}; a correlation lies strictly between -1 and 1."
        raise Problem("bad-correlation", sentence, rho=checks.shown(rho))
    both = rho * sigma_x * sigma_y
    return np.array([[sigma_x**2, both], [both, sigma_y**2]])


def diagonal_fits(cov: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Covariances (d, d) of the best q with independent coordinates: least D(p||q), then least D(q||p).

    The first keeps the variances of p's coordinates, the second those that are left when the others are known.
    Source: Bishop 2006, "Pattern recognition and machine learning", section 10.1.2.
    """
    full = covariance(cov, "cov")
    return np.diag(np.diag(full)), np.diag(1 / np.diag(np.linalg.inv(full)))


def ellipse(mu: ArrayLike, cov: ArrayLike, num_sigmas: float = 1.0, num_points: int = 121) -> NDArray[np.float64]:
    """Points (num_points, 2) of the closed curve on which a 2-D Gaussian is `num_sigmas` sigma from its mean."""
    centre, factor = checks.array(mu, "mu", ndim=1), np.linalg.cholesky(covariance(cov, "cov"))
    angle = np.linspace(0, 2 * np.pi, checks.count(num_points, "num_points", least=3))
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return centre + checks.positive(num_sigmas, "num_sigmas") * circle @ factor.T


def ellipse_mass(num_sigmas: float) -> float:
    """Share of a 2-D Gaussian inside that ellipse, 1 - exp(-r^2 / 2): 39.3 % for 1 sigma, 86.5 % for 2."""
    radius = checks.positive(num_sigmas, "num_sigmas")
    return -math.expm1(-radius * radius / 2)


def _pair(mu_p: Any, sigma_p: Any, mu_q: Any, sigma_q: Any) -> tuple[float, float, float, float]:
    return (
        checks.number(mu_p, "mu_p"),
        checks.positive(sigma_p, "sigma_p"),
        checks.number(mu_q, "mu_q"),
        checks.positive(sigma_q, "sigma_q"),
    )


def _log_ratio(a: float, b: float) -> float:
    """log(a / b), accurate also where a and b nearly agree: the divergence is then the square of a tiny number."""
    return math.log1p((a - b) / b) if abs(a - b) <= b / 2 else math.log(a) - math.log(b)


def _require_square(matrix: NDArray[np.float64], what: str) -> None:
    rows, columns = matrix.shape
    if rows != columns:
        sentence = "{what} is {rows} x {columns}, but a covariance is square; give it as many rows as columns."
        raise Problem("cov-not-square", sentence, what=what, rows=rows, columns=columns)
