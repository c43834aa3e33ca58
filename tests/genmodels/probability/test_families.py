"""The four families against scipy and PyTorch, far out against many digits, and the pieces they are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from genmodels.errors import Problem
from genmodels.probability import gammas, quadrature, tails
from genmodels.probability.families import (
    FAMILIES,
    Exponential,
    Family,
    Gamma,
    LogNormal,
    TruncatedNormal,
    family,
)

U = np.array([1e-12, 1e-3, 0.2, 0.5, 0.9, 1 - 1e-6])
POSITIVE = st.floats(0.1, 10)
MEMBERS = st.one_of(
    st.builds(Exponential, POSITIVE),
    st.builds(Gamma, POSITIVE, POSITIVE),
    st.builds(LogNormal, st.floats(-2, 2), st.floats(0.1, 1.5)),
    st.builds(TruncatedNormal, st.floats(-3, 5), st.floats(0.3, 3)),
)


def scipys(q: Family) -> Any:
    """The same distribution by scipy."""
    if isinstance(q, Exponential):
        return stats.expon(scale=1 / q.rate)
    if isinstance(q, Gamma):
        return stats.gamma(q.shape, scale=1 / q.rate)
    if isinstance(q, LogNormal):
        return stats.lognorm(q.sigma, scale=math.exp(q.mu))
    assert isinstance(q, TruncatedNormal)
    return stats.truncnorm(-q.mu / q.sigma, math.inf, loc=q.mu, scale=q.sigma)


@given(q=MEMBERS)
@settings(max_examples=150, deadline=None)
def test_each_member_is_scipys(q: Family) -> None:
    other = scipys(q)
    z = np.asarray(other.ppf(U))
    assert q.quantile(U) == pytest.approx(z, rel=1e-6)  # scipy's truncated normal has no more digits at 1e-12
    assert q.quantile(U[1:-1]) == pytest.approx(z[1:-1], rel=1e-9)
    assert q.quantile(U[1:-1], upper=True) == pytest.approx(other.isf(U[1:-1]), rel=1e-9)
    assert q.log_density(z) == pytest.approx(other.logpdf(z), rel=1e-11, abs=1e-11)
    assert (q.mean, q.variance) == pytest.approx((other.mean(), other.var()), rel=1e-9)
    if not isinstance(q, TruncatedNormal):  # of which scipy does not know the entropy
        assert q.entropy == pytest.approx(float(other.entropy()), rel=1e-10, abs=1e-10)


@given(q=MEMBERS)
@settings(max_examples=100, deadline=None)
def test_moments_are_those_of_the_density(q: Family) -> None:
    mean = quadrature.expectation(q.quantile, lambda z: z)
    variance = quadrature.expectation(q.quantile, lambda z: (z - q.mean) ** 2)
    entropy = quadrature.expectation(q.quantile, lambda z: -q.log_density(z))
    assert (mean, variance) == pytest.approx((q.mean, q.variance), rel=1e-10)
    assert entropy == pytest.approx(q.entropy, abs=1e-10)


@given(q=MEMBERS)
@settings(max_examples=100, deadline=None)
def test_slope_and_path_are_derivatives(q: Family) -> None:
    u = U[1:]
    z = q.quantile(u)
    h = 1e-6 * z
    by_z = (q.log_density(z + h) - q.log_density(z - h)) / (2 * h)
    assert z * q.slope(z) == pytest.approx(z * by_z, rel=1e-6, abs=1e-6)
    for path, step in zip(q.path(z, u), 1e-5 * np.eye(len(q.theta)), strict=True):
        moved = (q.at(q.theta + step).quantile(u) - q.at(q.theta - step).quantile(u)) / 2e-5
        assert path == pytest.approx(moved, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("shape", [0.3, 2.3, 40.0])
def test_paths_of_the_gamma_against_many_digits(shape: float) -> None:
    """dz/dk = -(dP/dk) / (dP/dz), P the regularised incomplete gamma function, k the shape."""
    q, u = Gamma(shape, 1.0), np.array([0.01, 0.4, 0.99])
    z = q.quantile(u)
    with mpmath.workdps(30):

        def below(k: mpmath.mpf, end: float) -> mpmath.mpf:
            return mpmath.gammainc(k, 0, end, regularized=True)

        by_shape = [-mpmath.diff(lambda k, end=end: below(k, end), shape) for end in map(float, z)]
    expected = np.array(by_shape, float) / q.density(z)
    assert q.path(z, u)[0] / shape == pytest.approx(expected, rel=1e-8)  # theta holds log shape


@given(q=MEMBERS)
@settings(max_examples=60, deadline=None)
def test_theta_leads_back(q: Family) -> None:
    again = q.at(q.theta)
    assert again.theta == pytest.approx(q.theta, rel=1e-14, abs=1e-15)
    assert type(again) is type(q)


def test_at_stops_at_the_limits() -> None:
    assert LogNormal.at([1e9, -1e9]) == LogNormal(100, 1e-10)
    assert Gamma.at([-1e9, 1e9]) == Gamma(0.05, 1e30)


@pytest.mark.parametrize("kind", [Gamma, LogNormal, TruncatedNormal])
@given(mean=st.floats(0.05, 6), ratio=st.floats(1.01, 50))
@settings(max_examples=60, deadline=None)
def test_like_has_the_moments_asked_for(kind: type[Family], mean: float, ratio: float) -> None:
    q = kind.like(mean, mean / ratio)
    assert (q.mean, math.sqrt(q.variance)) == pytest.approx((mean, mean / ratio), rel=1e-9)


def test_like_does_what_the_family_can() -> None:
    """An exponential has one parameter; no truncated normal is wider than an exponential, no gamma than its limit."""
    assert Exponential.like(0.5, 9) == Exponential(2)
    widest = TruncatedNormal.like(0.5, 9)
    assert (widest.mean, math.sqrt(widest.variance)) == pytest.approx((0.5, 0.5), rel=1e-7)
    assert Gamma.like(0.05, 3).shape == 0.05
    assert Gamma.like(0.05, 3).mean == pytest.approx(0.05, rel=1e-14)


def test_like_finds_the_posterior_of_the_course() -> None:
    q = TruncatedNormal.like(1.28759997094, math.sqrt(0.629686285777))
    assert (q.mu, q.sigma) == pytest.approx((1, 1), abs=1e-9)


@pytest.mark.parametrize("name", ["log-normal", "LogNormal", "log normal", "log_normal", LogNormal])
def test_a_family_is_known_by_its_name(name: str | type[Family]) -> None:
    assert family(name) is LogNormal


def test_the_families_are_four() -> None:
    assert list(FAMILIES) == ["exponential", "gamma", "log-normal", "truncated normal"]


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: Exponential(0), "rate of this distribution cannot be 0; give 1e-15 to 1e+15."),
        (lambda: Gamma(0.01, 1), "shape of this distribution cannot be 0.01; give 0.05 to 1e+20."),
        (lambda: Gamma(1, math.nan), "rate cannot be nan; give a finite number."),
        (lambda: LogNormal(0, 11), "sigma of this distribution cannot be 11; give 1e-10 to 10."),
        (lambda: TruncatedNormal(True, 1), "mu cannot be True; give a finite number."),
        (
            lambda: family("beta"),
            "There is no family 'beta' here; choose one of: exponential, gamma, log-normal, truncated normal.",
        ),
    ],
)
def test_bad_parameters(act: Callable[[], object], sentence: str) -> None:
    with pytest.raises(Problem) as caught:
        act()
    assert str(caught.value) == sentence


# --- the pieces


@given(t=st.one_of(st.floats(-6, 6), st.floats(-1e4, 1e4), st.floats(-1e9, -1e4)))
@settings(max_examples=150, deadline=None)
def test_the_cut_normal_against_many_digits(t: float) -> None:
    with mpmath.workdps(60):
        y = -mpmath.mpf(t)
        density = mpmath.npdf(y)
        if t > -1e4:
            hazard = density / (mpmath.erfc(y / mpmath.sqrt(2)) / 2)
        else:  # where erfc has no digits left: its asymptotic series, whose ninth term is below 1e-70
            series = sum((-1) ** k * mpmath.fac2(2 * k - 1) / y ** (2 * k) for k in range(9))
            hazard = y / series
        mean = hazard - y
        variance = 1 - hazard * mean
        log_mass = mpmath.log(density / hazard)  # log Phi(t)
        entropy = mpmath.mpf(1) / 2 + y * hazard / 2 - y**2 / 2 + y**2 / 2 + log_mass + mpmath.log(2 * mpmath.pi) / 2
    got = tails.mean_and_variance(np.array(t))
    assert float(got[0]) == pytest.approx(float(mean), rel=2e-14)
    assert float(got[1]) == pytest.approx(float(variance), rel=5e-14)
    assert float(tails.entropy(np.array(t))) == pytest.approx(float(entropy), abs=1e-14, rel=1e-14)


@given(t=st.floats(-1e4, 40), u=st.floats(1e-12, 1 - 1e-9))
@settings(max_examples=150, deadline=None)
def test_quantiles_of_the_cut_normal(t: float, u: float) -> None:
    """P(Z >= z) = erfc((z - t) / sqrt 2) / erfc(-t / sqrt 2), in many digits."""
    z = float(tails.quantile(np.array(u), t, upper=True))
    with mpmath.workdps(50):
        root, t_ = mpmath.sqrt(2), mpmath.mpf(t)
        left = mpmath.erfc((mpmath.mpf(z) - t_) / root) / mpmath.erfc(-t_ / root)
    assert float(left) == pytest.approx(u, rel=1e-12)


@given(k=st.one_of(st.floats(0.05, 60), st.floats(1, 1e18)))
@example(k=24.2890625)
@settings(max_examples=100, deadline=None)
def test_gammas_of_any_shape_against_many_digits(k: float) -> None:
    with mpmath.workdps(60):
        k_ = mpmath.mpf(k)
        remainder = mpmath.loggamma(k_) - k_ * mpmath.log(k_) + k_
        entropy = k_ + mpmath.loggamma(k_) + (1 - k_) * mpmath.digamma(k_)
        excess = k_**2 * mpmath.psi(1, k_) - k_
    assert float(gammas.remainder(np.array(k))) == pytest.approx(float(remainder), abs=2e-14)
    assert float(gammas.entropy(np.array(k))) == pytest.approx(float(entropy), abs=2e-14)
    assert float(gammas.trigamma_excess(np.array(k))) == pytest.approx(float(excess), rel=2e-14)


@pytest.mark.parametrize("k", [1e5, 2e6])
def test_quantiles_of_a_gamma_of_huge_shape(k: float) -> None:
    """P(Z <= z) by integrating the density, whose exponent is about that of a Gaussian."""
    u = np.array([1e-12, 1e-6, 0.3, 0.7])
    for upper in (False, True):
        for z, expected in zip(gammas.quantile(k, u, upper).tolist(), u.tolist(), strict=True):
            with mpmath.workdps(30):
                k_, root = mpmath.mpf(k), mpmath.sqrt(k)
                constant = mpmath.log(root) - mpmath.loggamma(k_)
                ends = [
                    (z - k_) / root + step for step in (mpmath.arange(0, 16, 2) if upper else mpmath.arange(-14, 2, 2))
                ]

                def density(
                    x: mpmath.mpf, k: mpmath.mpf = k_, root: mpmath.mpf = root, c: mpmath.mpf = constant
                ) -> object:
                    return mpmath.exp(c + (k - 1) * mpmath.log(k + x * root) - k - x * root)

                assert float(mpmath.quad(density, ends)) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("shape", [0.05, 0.5, 3.0, 1e4, 1e8])
def test_the_density_of_a_gamma_of_any_shape(shape: float) -> None:
    q = Gamma(shape, 2.0)
    with mpmath.workdps(60):
        k = mpmath.mpf(shape)
        for z in q.quantile(np.array([1e-9, 0.1, 0.5, 0.99])):
            z_ = mpmath.mpf(float(z))
            exact = k * mpmath.log(2) + (k - 1) * mpmath.log(z_) - 2 * z_ - mpmath.loggamma(k)
            assert float(q.log_density(np.array(z))) == pytest.approx(float(exact), rel=1e-13, abs=1e-11)


def test_quadrature_knows_the_moments_of_a_uniform_and_of_a_heavy_tail() -> None:
    def uniform(u: np.ndarray, upper: bool) -> np.ndarray:
        return 1 - u if upper else u

    def pareto(u: np.ndarray, upper: bool) -> np.ndarray:
        return (u if upper else 1 - u) ** (-1 / 3.0)  # P(Z >= z) = z^-3

    assert quadrature.expectation(uniform, lambda z: z**7) == pytest.approx(1 / 8, rel=1e-14)
    assert quadrature.expectation(uniform, np.log) == pytest.approx(-1, rel=1e-14)
    assert quadrature.expectation(pareto, lambda z: z) == pytest.approx(3 / 2, rel=1e-12)
