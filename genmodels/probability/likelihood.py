"""Maximum likelihood: the share of red balls in an urn, and the centre and width of a Gaussian.

Log-likelihoods are of the draws in their order (no binomial coefficient), in nats; 0 log 0 = 0. `theta` is the share
of red; a number gives a number, an array an array of its shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import lambertw, rel_entr, xlog1py, xlogy

from genmodels.errors import Problem
from genmodels.probability import checks

Floats = NDArray[np.float64]

_LARGEST = 1e150  # data beyond this have squares beyond a double


@dataclass(frozen=True, eq=False)
class BernoulliCurves:
    """Four looks at the same draws over `theta`, all of shape (num_points,).

    `relative` is L(theta) / L(theta_hat): L itself underflows, here the peak is 1. `parabola` is the log-likelihood
    as the curvature at its peak continues it; None where the peak has no curvature: at 0 or 1, or without a draw.
    """

    theta: Floats
    relative: Floats
    log_likelihood: Floats
    score: Floats
    curvature: Floats
    parabola: Floats | None


def bernoulli_log_likelihood(theta: ArrayLike, num_red: int, num_blue: int) -> Floats:
    """log L(theta) = num_red log theta + num_blue log(1 - theta), nats; -inf where the draws are impossible."""
    red, blue = bernoulli_terms(theta, num_red, num_blue)
    return red + blue


def bernoulli_terms(theta: ArrayLike, num_red: int, num_blue: int) -> tuple[Floats, Floats]:
    """What the red and what the blue draws add to the log-likelihood, nats."""
    share, red, blue = _arguments(theta, num_red, num_blue)
    return xlogy(red, share), xlog1py(blue, -share)


def bernoulli_score(theta: ArrayLike, num_red: int, num_blue: int) -> Floats:
    """Slope of the log-likelihood, num_red / theta - num_blue / (1 - theta), nats; infinite where L drops to 0."""
    share, red, blue = _arguments(theta, num_red, num_blue)
    return _ratio(red, share) - _ratio(blue, 1 - share)


def bernoulli_curvature(theta: ArrayLike, num_red: int, num_blue: int) -> Floats:
    """Observed Fisher information -d2/dtheta2 log L = num_red / theta^2 + num_blue / (1 - theta)^2, nats.

    At the estimate theta_hat it is the expected information too, n / (theta_hat (1 - theta_hat)).
    """
    share, red, blue = _arguments(theta, num_red, num_blue)
    return _ratio(_ratio(red, share), share) + _ratio(_ratio(blue, 1 - share), 1 - share)


def bernoulli_fit(num_red: int, num_blue: int) -> float:
    """The share that makes the draws most likely: that of red among them. Raises Problem without any draw."""
    red, blue = _counts(num_red, num_blue)
    if red + blue == 0:
        raise Problem("no-draws", "No ball has been drawn, so every share fits equally well; draw at least one.")
    return red / (red + blue)


def bernoulli_deviance(theta: Floats, num_red: ArrayLike, num_blue: ArrayLike) -> Floats:
    """2 (log L(theta_hat) - log L(theta)), nats; 0 without a draw. Counts may be arrays; nothing is checked.

    Taken as 2 n D(theta_hat || theta), which loses fewer digits than the difference.
    """
    n = np.maximum(np.add(num_red, num_blue), 1)
    return 2 * n * (rel_entr(num_red / n, theta) + rel_entr(num_blue / n, 1 - theta))


def bernoulli_curves(num_red: int, num_blue: int, num_points: int = 401) -> BernoulliCurves:
    """Likelihood, log-likelihood, score and curvature at evenly spaced shares from 0 to 1."""
    red, blue = _counts(num_red, num_blue)
    theta = np.linspace(0, 1, checks.count(num_points, "num_points", least=2))
    parabola = None
    if red and blue:
        peak = bernoulli_fit(num_red, num_blue)
        highest = bernoulli_log_likelihood(peak, num_red, num_blue)
        parabola = highest - bernoulli_curvature(peak, num_red, num_blue) * (theta - peak) ** 2 / 2
    return BernoulliCurves(
        theta,
        np.exp(-bernoulli_deviance(theta, red, blue) / 2),
        bernoulli_log_likelihood(theta, num_red, num_blue),
        bernoulli_score(theta, num_red, num_blue),
        bernoulli_curvature(theta, num_red, num_blue),
        parabola,
    )


def power_of_ten(nats: float) -> tuple[float, int]:
    """A likelihood from its logarithm as mantissa and exponent, exp(nats) = m 10^e with 1 <= m < 10: no underflow."""
    digits = checks.number(nats, "nats") / math.log(10)
    exponent = math.floor(digits)
    return 10 ** (digits - exponent), exponent


# --- the same idea for a Gaussian


def normal_fit(x: ArrayLike) -> tuple[float, float]:
    """mu and sigma that make data (n,) most likely: mean and standard deviation with divisor n (it is biased).

    Raises Problem when all numbers are the same: the narrower the Gaussian around them the better, without end.
    """
    _, mu, sigma = _moments(x)
    if sigma == 0:
        sentence = (
            "All numbers in x are {value}: the likelihood grows without bound as sigma shrinks to 0, so there is no "
            "best Gaussian. Give at least two different numbers."
        )
        raise Problem("no-spread", sentence, value=checks.shown(mu))
    return mu, sigma


def normal_log_density(x: ArrayLike, mu: float, sigma: float) -> Floats:
    """What each number adds to the log-likelihood: log N(x | mu, sigma^2) at x (...), nats per unit of x."""
    centre, width = checks.number(mu, "mu"), checks.positive(sigma, "sigma")
    deviation = (checks.array(x, "x") - centre) / width
    return -math.log(2 * math.pi) / 2 - math.log(width) - deviation**2 / 2


def normal_log_likelihood(x: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Floats:
    """log-likelihood of independent data (n,), nats; mu and sigma broadcast, as for a map over a grid of both."""
    constant, width, misfit = normal_terms(x, mu, sigma)
    return constant + width + misfit


def normal_terms(x: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> tuple[float, Floats, Floats]:
    """The parts of the log-likelihood: -n/2 log(2 pi), -n log sigma, and -1/2 sum ((x - mu) / sigma)^2, nats.

    The sum is taken as n ((s / sigma)^2 + ((mean - mu) / sigma)^2), s the data's own sigma: a grid costs no more.
    """
    n, width, misfit = _misfit(x, mu, sigma)
    return -n / 2 * math.log(2 * math.pi), -n * np.log(width), -misfit / 2


def normal_score(x: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> tuple[Floats, Floats]:
    """Slopes of the log-likelihood along mu and along sigma, nats per unit of x; both 0 at normal_fit(x)."""
    n, width, misfit = _misfit(x, mu, sigma)
    mean = _moments(x)[1]
    return n * ((mean - np.asarray(mu)) / width) / width, (misfit - n) / width


def normal_contour(x: ArrayLike, drop: float, num_points: int = 121) -> tuple[Floats, Floats]:
    """The closed curve (mu, sigma) on which the log-likelihood is `drop` nats below its maximum; (num_points,) each.

    On it (mu - mean)^2 = sigma^2 (1 + 2 drop / n - 2 log(sigma / s)) - s^2, with s the data's own sigma. It begins at
    the narrowest sigma. By Wilks, 2.996 nats = log 20 bound a region of about 95 %.
    """
    mean, spread = normal_fit(x)
    level = 1 + 2 * checks.positive(drop, "drop") / np.size(x)
    # where mu = mean: u - log u = level for u = (s / sigma)^2, on either side of u = 1
    narrowest, widest = (-np.log(-lambertw(-np.exp(-level), branch).real) / 2 for branch in (-1, 0))
    turn = np.linspace(0, 2 * np.pi, checks.count(num_points, "num_points", least=4))
    ratio = np.exp((widest + narrowest) / 2 - (widest - narrowest) / 2 * np.cos(turn))  # sigma / s
    reach = np.sqrt(np.maximum(ratio**2 * (level - 2 * np.log(ratio)) - 1, 0))
    return mean + spread * np.sign(np.sin(turn)) * reach, spread * ratio


def _misfit(x: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> tuple[int, Floats, Floats]:
    """n, sigma, and sum ((x - mu) / sigma)^2."""
    centre, width = checks.array(mu, "mu"), checks.array(sigma, "sigma")
    _refuse(width[width <= 0], checks.positive, "sigma")
    n, mean, spread = _moments(x)
    with np.errstate(over="ignore"):  # infinite misfit: so far off that its square is beyond a double
        return n, width, n * ((spread / width) ** 2 + ((mean - centre) / width) ** 2)


def _moments(x: ArrayLike) -> tuple[int, float, float]:
    """Size, mean and standard deviation (divisor n) of data (n,); 0 exactly when all numbers are the same."""
    data = checks.array(x, "x", ndim=1)
    for value in data[np.abs(data) > _LARGEST][:1]:
        sentence = "x holds {value}, too large to be squared; give numbers of at most {largest}, or another unit."
        raise Problem("beyond-squaring", sentence, value=checks.shown(value), largest=checks.shown(_LARGEST))
    moved = data - data[0]  # a large common offset costs no digits
    deviation = moved - moved.mean()
    scale = np.abs(deviation).max() or 1.0  # squares of tiny deviations would underflow
    return len(data), float(data[0] + moved.mean()), float(scale * np.sqrt(np.mean((deviation / scale) ** 2)))


# --- arguments


def _arguments(theta: ArrayLike, num_red: int, num_blue: int) -> tuple[Floats, float, float]:
    return _shares(theta), *_counts(num_red, num_blue)


def _shares(theta: ArrayLike) -> Floats:
    share = checks.array(theta, "theta")
    _refuse(share[(share < 0) | (share > 1)], checks.probability, "theta")
    return share


def _counts(num_red: int, num_blue: int) -> tuple[float, float]:
    return float(checks.count(num_red, "num_red")), float(checks.count(num_blue, "num_blue"))


def _refuse(bad: Floats, check: Callable[[float, str], object], what: str) -> None:
    """The check of a single number says what is wrong with the first of the bad ones."""
    for value in bad[:1]:
        check(value, what)


def _ratio(count: ArrayLike, share: Floats) -> Floats:
    """count / share, with 0 / 0 = 0: a colour that was not drawn says nothing."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(np.equal(count, 0), 0.0, count / np.where(np.equal(count, 0), 1.0, share))[()]
