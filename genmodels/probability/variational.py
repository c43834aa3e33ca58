"""Variational inference where the truth is known: z ~ Exp(rate) is latent, x | z ~ N(z, sigma^2) is observed.

For any q on z >= 0

    log p(x) = ELBO(q) + D(q || p(z|x)),     ELBO(q) = E_q[log p(x, z) - log q(z)],

and the last term, the gap, is never negative. Everything is in nats; densities can exceed 1, so all but the gap may
have either sign. Shapes: P parameters of q, n draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr

from genmodels.errors import Problem
from genmodels.probability import checks, families, optima, quadrature, tails
from genmodels.probability.families import Family, TruncatedNormal

Array = NDArray[np.float64]

_LOG_SQRT_2PI = math.log(2 * math.pi) / 2
_SCALES = (1e-3, 1e3)  # of rate and sigma
_FARTHEST = 1e6  # of x from 0
_MOMENTUM, _MEMORY = 0.9, 0.999  # Adam's decay rates
_SCIPY_LEAST = 1e-40  # probability beyond which quantiles by scipy are not relied on


@dataclass(frozen=True)
class Terms:
    """What log p(x) and the ELBO of one q are made of, nats. Three ways to split the same ELBO:

    log_joint + entropy = log_likelihood - kl_prior = log_evidence - gap.
    """

    log_evidence: float  # log p(x)
    elbo: float
    gap: float  # D(q || p(z|x))
    log_joint: float  # E_q[log p(x, z)]
    entropy: float  # of q
    log_likelihood: float  # E_q[log p(x | z)]
    kl_prior: float  # D(q || p(z))


@dataclass(frozen=True, eq=False)
class Curves:
    """Densities over a grid of z; the likelihood p(x|z) is one of x, and need not enclose an area of 1 over z."""

    z: Array
    prior: Array
    likelihood: Array
    posterior: Array
    q: Array


@dataclass(frozen=True)
class ExponentialNormal:
    """The model; rate and sigma lie between 0.001 and 1000, x between -1e6 and 1e6, or Problem is raised."""

    rate: float = 1.0
    sigma: float = 1.0

    def __post_init__(self) -> None:
        for what in ("rate", "sigma"):
            value = checks.positive(getattr(self, what), what)
            if not _SCALES[0] <= value <= _SCALES[1]:
                sentence = "{what} cannot be {value}; give {low} to {high}, in another unit of z if need be."
                low, high = (f"{bound:g}" for bound in _SCALES)
                raise Problem("variational-scale", sentence, what=what, value=checks.shown(value), low=low, high=high)
            object.__setattr__(self, what, value)

    # --- the model

    def log_prior(self, z: ArrayLike) -> Array:
        """log p(z); -inf for z < 0."""
        z = np.asarray(z, np.float64)
        return np.where(z < 0, -np.inf, math.log(self.rate) - self.rate * z)

    def log_likelihood(self, z: ArrayLike, x: float) -> Array:
        """log p(x | z)."""
        away = (_observed(x) - np.asarray(z, np.float64)) / self.sigma
        return -away * away / 2 - math.log(self.sigma) - _LOG_SQRT_2PI

    def log_joint(self, z: ArrayLike, x: float) -> Array:
        """log p(x, z); -inf for z < 0."""
        return self.log_prior(z) + self.log_likelihood(z, x)

    def log_evidence(self, x: ArrayLike) -> Any:
        """log p(x), a float for a number, an array for an array.

            log p(x) = log a - a x + a^2 sigma^2 / 2 + log Phi(t),     t = (x - a sigma^2) / sigma

        with a = rate. For t < 0 large parts of it cancel; what is left is log a - x^2 / (2 sigma^2) + log(Phi(t)
        exp(t^2 / 2)), of which no part is larger than the result.
        """
        x = _near(checks.array(x, "x"))
        a, sigma = self.rate, self.sigma
        t = (x - a * sigma**2) / sigma
        bulk = -a * (x - a * sigma**2 / 2) + log_ndtr(t)
        tail = -((x / sigma) ** 2) / 2 + tails.log_scaled_mass(np.minimum(t, 0))
        found = math.log(a) + np.where(t < 0, tail, bulk)
        return float(found) if found.ndim == 0 else found

    def typed_log_evidence(self, x: float) -> float:
        """log p(x) by the formula as it is typed, with log(Phi(t)): -inf where Phi(t) is 0 in floating point.

        To be looked at beside `log_evidence`, which is right everywhere.
        """
        x, a, sigma = _observed(x), self.rate, self.sigma
        with np.errstate(divide="ignore"):
            log_mass = float(np.log(ndtr((x - a * sigma**2) / sigma)))
        return math.log(a) - a * x + (a * sigma) ** 2 / 2 + log_mass

    def posterior(self, x: float) -> Any:
        """p(z | x) as scipy's truncated normal, frozen: N(x - rate sigma^2, sigma^2) given that z >= 0.

        Its entropy() is NaN, and where x is many sigma below 0 its var() turns negative and its mean() wrong:
        `posterior_member(x)` is the same distribution with the right ones.
        """
        from scipy.stats import truncnorm  # takes most of a second to import

        q = self.posterior_member(x)
        return truncnorm(-q.mu / q.sigma, np.inf, loc=q.mu, scale=q.sigma)

    def posterior_member(self, x: float) -> TruncatedNormal:
        """p(z | x) as a member of the family that holds it."""
        return TruncatedNormal(_observed(x) - self.rate * self.sigma**2, self.sigma)

    # --- the bound

    def elbo(self, x: float, q: Any) -> float:
        """E_q[log p(x, z) - log q(z)] for a member of a family, in closed form, or for a frozen scipy distribution.

        The latter is integrated; -inf when part of it lies below 0, where p(x, z) is 0, or when its variance is
        infinite. Raises Problem for anything else.
        """
        x = _observed(x)
        if isinstance(q, Family):
            return float(self._elbo(x, q.moments(q.theta)))
        if not all(hasattr(q, name) for name in ("logpdf", "ppf", "isf", "support", "var")):
            sentence = (
                "q cannot be {q}; give a member of a family such as Exponential(1), or a frozen scipy distribution."
            )
            raise Problem("variational-q", sentence, q=checks.shown(q))
        if q.support()[0] < -1e-9 * self.sigma or np.isposinf(q.var()):
            return -math.inf

        def quantile(u: Array, upper: bool) -> Array:
            return np.clip(q.isf(u) if upper else q.ppf(u), *q.support())

        def integrand(z: Array) -> Array:
            return self.log_joint(np.maximum(z, 0), x) - q.logpdf(z)

        return quadrature.expectation(quantile, integrand, least=_SCIPY_LEAST)

    def elbo_at(self, x: float, family: str | type[Family], theta: Array) -> Array:
        """The ELBO of the members at theta (..., P): a landscape over the parameters."""
        return self._elbo(_observed(x), families.family(family).moments(np.asarray(theta, np.float64)))

    def _elbo(self, x: float, q: families.Moments) -> Array:
        return self._energy(x, q) + q.entropy

    def _energy(self, x: float, q: families.Moments) -> Array:
        """E_q[log p(x, z)]."""
        return math.log(self.rate) - self.rate * q.mean + self._expected_log_likelihood(x, q)

    def _expected_log_likelihood(self, x: float, q: families.Moments) -> Array:
        square = (x - q.mean) ** 2 + q.variance
        return -square / (2 * self.sigma**2) - math.log(self.sigma) - _LOG_SQRT_2PI

    def gap(self, x: float, q: Family) -> float:
        """D(q || p(z|x)), integrated: it knows neither log p(x) nor the ELBO."""
        posterior = self.posterior_member(x)
        return quadrature.expectation(q.quantile, lambda z: q.log_density(z) - posterior.log_density(z))

    def terms(self, x: float, q: Family) -> Terms:
        """All parts of log p(x) = ELBO + gap."""
        x = _observed(x)
        moments = q.moments(q.theta)
        return Terms(
            log_evidence=self.log_evidence(x),
            elbo=self.elbo(x, q),
            gap=self.gap(x, q),
            log_joint=float(self._energy(x, moments)),
            entropy=q.entropy,
            log_likelihood=float(self._expected_log_likelihood(x, moments)),
            kl_prior=self.rate * q.mean - math.log(self.rate) - q.entropy,
        )

    def curves(self, z: ArrayLike, x: float, q: Family) -> Curves:
        """Prior, likelihood, posterior and q over z >= 0."""
        z = checks.non_negative(z, "z")
        prior, likelihood = np.exp(self.log_prior(z)), np.exp(self.log_likelihood(z, x))
        return Curves(z, prior, likelihood, self.posterior_member(x).density(z), q.density(z))

    # --- the best q

    def best(self, x: float, family: str | type[Family]) -> Family:
        """The member of the family with the largest ELBO, to the last digits; of truncated normals, the posterior."""
        return optima.best(families.family(family), _observed(x) - self.rate * self.sigma**2, self.sigma)

    def gradients(self, x: float, q: Family, u: Array) -> Array:
        """Unbiased estimates of dELBO / dtheta, (P, n), one from each u, (n,), uniform between 0 and 1.

        z = Q(u; theta) moves with theta while u is held, and pulls the integrand along. The integrand's own dependence
        on theta averages to 0 and is left out, so that the noise vanishes where q is the posterior.
        Source: Roeder, Wu and Duvenaud 2017, "Sticking the landing", equation 7.
        """
        z = q.quantile(u)
        pull = -self.rate + (_observed(x) - z) / self.sigma**2 - q.slope(z)
        return pull * q.path(z, u)

    def optimise(
        self,
        x: float,
        family: str | type[Family] | Family,
        num_steps: int,
        rng: np.random.Generator,
        num_draws: int = 64,
        learning_rate: float = 0.1,
    ) -> Iterator[tuple[Family, float]]:
        """Climb the ELBO by noisy gradients: yields q and its exact ELBO after each of `num_steps` steps of Adam.

        `family` is a name, or the member to start from; a name starts where the likelihood alone would put it. The
        learning rate falls to 0 over the steps, so that the noise of `num_draws` draws per step dies away.
        Source: Kingma and Ba 2015, "Adam", algorithm 1.
        """
        x = _observed(x)
        if not isinstance(family, Family):
            family = families.family(family).start(x, self.sigma)
        num_steps, num_draws = checks.count(num_steps, "num_steps"), checks.count(num_draws, "num_draws", least=1)
        return self._climb(x, family, num_steps, rng, num_draws, checks.positive(learning_rate, "learning_rate"))

    def _climb(
        self, x: float, q: Family, num_steps: int, rng: np.random.Generator, num_draws: int, learning_rate: float
    ) -> Iterator[tuple[Family, float]]:
        mean, square = np.zeros(len(q.theta)), np.zeros(len(q.theta))
        for step in range(1, num_steps + 1):
            u = np.maximum(rng.random(num_draws), np.finfo(float).eps)
            gradient = self.gradients(x, q, u).mean(1)
            mean = _MOMENTUM * mean + (1 - _MOMENTUM) * gradient
            square = _MEMORY * square + (1 - _MEMORY) * gradient**2
            direction = mean / (1 - _MOMENTUM**step) / (np.sqrt(square / (1 - _MEMORY**step)) + 1e-8)
            q = q.at(q.theta + learning_rate * (1 - (step - 1) / num_steps) * direction)
            yield q, self.elbo(x, q)


def _observed(x: ArrayLike) -> float:
    """x as one number, refused where it is not finite or too far out."""
    return float(_near(np.asarray(checks.number(x, "x"))))


def _near(x: Array) -> Array:
    if np.abs(x).max() > _FARTHEST:
        farthest = checks.shown(x.flat[np.abs(x).argmax()])
        sentence = "x cannot be {value}; give -{limit} to {limit}, in another unit if need be."
        raise Problem("variational-x", sentence, value=farthest, limit=f"{_FARTHEST:g}")
    return x
