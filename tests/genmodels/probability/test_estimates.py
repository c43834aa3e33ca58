"""Densities, the integrand, quadrature and Monte Carlo, each against scipy.stats and the closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from genmodels.errors import Problem
from genmodels.probability import estimates, gaussian
from genmodels.probability.densities import Bumps, Density, MultivariateNormal, Normal, Uniform, axis

MEAN, SIGMA = st.floats(-4, 4), st.floats(0.1, 5)
FAST = settings(max_examples=80, deadline=None)


@st.composite
def bumps(draw: Callable[..., float], most: int = 3) -> Bumps:
    k = draw(st.integers(1, most))
    parts = np.array([draw(st.floats(0.05, 1)) for _ in range(k)])
    means, sds = [draw(MEAN) for _ in range(k)], [draw(SIGMA) for _ in range(k)]
    return Bumps(tuple(means), tuple(sds), tuple(parts / parts.sum()))


# --- densities


@FAST
@given(bumps(), st.floats(-20, 20))
def test_the_log_density_of_bumps(p: Bumps, x: float) -> None:
    each = stats.norm.logpdf(x, p.means, p.sds) + np.log(p.weights)
    assert p.log_density(np.array(x)) == pytest.approx(np.logaddexp.reduce(each), rel=1e-12)


def test_far_out_the_log_density_stays_finite() -> None:
    p = Bumps((-2, 2), (0.5, 0.5), (0.5, 0.5))
    assert p.log_density(np.array([1e3])) == pytest.approx(stats.norm.logpdf(1e3, 2, 0.5) + math.log(0.5), rel=1e-14)


@FAST
@given(bumps())
def test_mean_and_sd_of_bumps(p: Bumps) -> None:
    low, high = p.reach(12)
    x = np.linspace(low, high, 20_001)
    density = np.exp(p.log_density(x))
    assert np.trapezoid(density, x) == pytest.approx(1, abs=1e-9)
    assert p.mean == pytest.approx(np.trapezoid(density * x, x), abs=1e-8)
    assert p.sd**2 == pytest.approx(np.trapezoid(density * (x - p.mean) ** 2, x), rel=1e-7)


@pytest.mark.parametrize(
    ("density", "cdf"),
    [
        (Normal(-1, 2), stats.norm(-1, 2).cdf),
        (Uniform(-1, 3), stats.uniform(-1, 4).cdf),
        (
            Bumps((-2, 2), (0.5, 1), (0.25, 0.75)),
            lambda x: 0.25 * stats.norm.cdf(x, -2, 0.5) + 0.75 * stats.norm.cdf(x, 2, 1),
        ),
    ],
)
def test_draws_come_from_the_density(density: Density, cdf: Callable[..., object]) -> None:
    draws = density.sample(20_000, np.random.default_rng(1))
    assert stats.kstest(draws, cdf).pvalue > 0.01
    assert (draws == density.sample(20_000, np.random.default_rng(1))).all(), "the generator decides, nothing else"


def test_the_density_of_a_uniform_ends_at_its_edges() -> None:
    assert Uniform(-1, 3).log_density(np.array([-1.1, -1, 1, 3, 3.1])) == pytest.approx(
        [-math.inf, -math.log(4), -math.log(4), -math.log(4), -math.inf]
    )


def test_the_log_density_in_the_plane() -> None:
    mu, cov = [1.0, -1.0], gaussian.covariance_2d(1, 2, 0.7)
    points = np.random.default_rng(0).normal(size=(5, 4, 2))
    found = MultivariateNormal(mu, cov).log_density(points)
    assert found == pytest.approx(stats.multivariate_normal(mu, cov).logpdf(points), rel=1e-12)


def test_a_narrow_density_is_not_missed_on_the_axis() -> None:
    wide, narrow = Normal(0, 5), Normal(3, 0.01)
    x = axis(wide, narrow)
    assert (np.diff(x) > 0).all()
    assert np.exp(narrow.log_density(x)).max() == pytest.approx(np.exp(narrow.log_density(np.array(3.0))), rel=1e-3)
    assert (x[0], x[-1]) == (-20, 20)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (((0, 1), (1, 0), (0.5, 0.5)), "sds cannot be 0; give a number above 0"),
        (((0, 1), (1, 1), (0, 1)), "weights cannot be 0; give a number above 0"),
        (((0, 1), (1, 1), (0.5, 0.6)), "weights sums to 1.1,"),
        (((0, 1), (1,), (0.5, 0.5)), "sds has 1 numbers, but means has 2; give one for each bump"),
        (((0, math.nan), (1, 1), (0.5, 0.5)), "means holds nan at position 2"),
        (((-3, 3), (1, 0.001), (0.5, 0.5)), "standard deviation 0.001 is too narrow for bumps that span 7; .* 0.007"),
        (((), (), ()), "means is empty"),
    ],
)
def test_bumps_that_are_none(arguments: tuple[tuple[float, ...], ...], said: str) -> None:
    with pytest.raises(Problem, match=said):
        Bumps(*arguments)


def test_other_densities_that_are_none() -> None:
    with pytest.raises(Problem, match="sigma cannot be -1; give a number above 0"):
        Normal(0, -1)
    with pytest.raises(Problem, match="cannot reach from 1 to 0; give a low end below"):
        Uniform(1, 0)
    with pytest.raises(Problem, match="smallest eigenvalue of cov is -1"):
        MultivariateNormal([0, 0], [[1, 2], [2, 1]])


# --- the integrand


@FAST
@given(MEAN, SIGMA, MEAN, SIGMA)
def test_the_area_of_the_integrand_is_the_divergence(mp: float, sp: float, mq: float, sq: float) -> None:
    p, q = Normal(mp, sp), Normal(mq, sq)
    area = integrate.quad(lambda x: float(estimates.integrand(p, q, np.array(x))), *p.reach(10), epsabs=1e-11)[0]
    assert area == pytest.approx(gaussian.kl_normal(mp, sp, mq, sq), rel=1e-8, abs=1e-9)


def test_the_integrand_dips_below_zero_where_q_is_larger() -> None:
    p, q = Normal(0, 1), Normal(1, 1)
    found = estimates.integrand(p, q, np.array([-1.0, 0.5, 2.0]))
    assert found[0] > 0 > found[2]
    assert found[1] == pytest.approx(0, abs=1e-15), "the densities cross there"
    assert found == pytest.approx(stats.norm.pdf([-1, 0.5, 2]) * (0.5 - np.array([-1, 0.5, 2])))


def test_zero_log_zero_is_zero_and_the_impossible_is_infinite() -> None:
    p, q = Normal(0, 1), Uniform(-1, 1)
    x = np.array([-2.0, 0.0, 2.0])
    assert (np.isinf(estimates.integrand(p, q, x)) == [True, False, True]).all()
    assert (estimates.integrand(q, p, x)[[0, 2]] == 0).all()
    assert (estimates.integrand(q, Uniform(-1.5, 1.5), x)[[0, 2]] == 0).all(), "both are zero there"
    assert estimates.integrand(p, q, np.array([1e3])) == 0, "p is too small there for any number"


def test_the_integrand_in_the_plane_sums_to_the_divergence() -> None:
    cov_p, cov_q = gaussian.covariance_2d(1, 0.7, 0.6), gaussian.covariance_2d(1.2, 1, -0.2)
    side = np.linspace(-9, 9, 241)
    points = np.stack(np.meshgrid(side, side), axis=-1)
    p, q = MultivariateNormal([0.5, 0], cov_p), MultivariateNormal([0, 0.3], cov_q)
    volume = estimates.integrand(p, q, points).sum() * (side[1] - side[0]) ** 2
    assert volume == pytest.approx(gaussian.kl_multivariate_normal([0.5, 0], cov_p, [0, 0.3], cov_q), rel=1e-10)


# --- quadrature


@FAST
@given(MEAN, SIGMA, MEAN, SIGMA)
def test_quadrature_gives_the_closed_form(mp: float, sp: float, mq: float, sq: float) -> None:
    found = estimates.trapezoid(Normal(mp, sp), Normal(mq, sq), 61)
    expected = gaussian.kl_normal(mp, sp, mq, sq)
    scale = 1 + expected + abs(math.log(sp / sq))
    assert found.value == pytest.approx(expected, abs=1e-13 * scale)
    assert found.error < 1e-4 * scale
    assert np.trapezoid(found.heights, found.x) == found.value


@FAST
@given(MEAN, SIGMA, MEAN, SIGMA, st.integers(17, 60))
def test_the_error_that_is_told_is_not_too_small(mp: float, sp: float, mq: float, sq: float, n: int) -> None:
    found = estimates.trapezoid(Normal(mp, sp), Normal(mq, sq), n)
    expected = gaussian.kl_normal(mp, sp, mq, sq)
    assert abs(found.value - expected) <= found.error + 1e-13 * (1 + expected)


@pytest.mark.parametrize(("num_points", "most"), [(21, 3e-7), (31, 1e-14)])
def test_as_accurate_as_it_says(num_points: int, most: float) -> None:
    for arguments in ((1, 1, 0, 1), (0, 0.5, 1, 2), (0, 4, 1, 0.2)):
        found = estimates.trapezoid(Normal(*arguments[:2]), Normal(*arguments[2:]), num_points)
        assert len(found.x) == num_points
        assert found.value == pytest.approx(gaussian.kl_normal(*arguments), rel=most)


def test_few_points_err_visibly() -> None:
    found = estimates.trapezoid(Normal(1, 1), Normal(0, 1), 11)
    assert 0.001 < abs(found.value - 0.5) < found.error


def test_an_even_number_of_points_gets_one_more() -> None:
    assert len(estimates.trapezoid(Normal(0, 1), Normal(1, 1), 20).x) == 21


def test_quadrature_over_a_uniform() -> None:
    p, q = Uniform(-1, 2), Normal(0, 1)
    exact = gaussian.against_uniform(0, 1, -1, 2).reverse
    found = estimates.trapezoid(p, q, 401)
    assert found.value == pytest.approx(exact, abs=2e-5)
    assert abs(found.value - exact) < found.error
    other = estimates.trapezoid(q, p)
    assert (other.value, other.error) == (math.inf, math.inf)


@pytest.mark.parametrize("bad", [0, 4, 2.5, math.nan])
def test_a_number_of_points_that_is_none(bad: float) -> None:
    with pytest.raises(Problem, match=f"num_points cannot be {bad:g}"):
        estimates.trapezoid(Normal(0, 1), Normal(0, 1), bad)  # type: ignore[arg-type]


# --- Monte Carlo


def test_the_running_mean_and_its_error_are_those_of_the_draws_so_far() -> None:
    p, q = Normal(1, 0.7), Normal(0, 1)
    found = estimates.monte_carlo(p, q, 300, np.random.default_rng(0))
    assert found.log_ratios == pytest.approx(stats.norm.logpdf(found.x, 1, 0.7) - stats.norm.logpdf(found.x, 0, 1))
    for n in (1, 2, 7, 300):
        assert found.mean[n - 1] == pytest.approx(found.log_ratios[:n].mean(), rel=1e-12)
    for n in (2, 7, 300):
        assert found.standard_error[n - 1] == pytest.approx(float(stats.sem(found.log_ratios[:n])), rel=1e-10)
    assert math.isnan(found.standard_error[0])
    again = estimates.monte_carlo(p, q, 100, np.random.default_rng(0))
    assert again.mean == pytest.approx(found.mean[:100], rel=1e-12), "more draws continue the same curve"


def test_the_error_bar_covers_the_truth_as_often_as_it_should() -> None:
    p, q = Normal(0.5, 1.2), Normal(0, 1)
    exact, rng = gaussian.kl_normal(0.5, 1.2, 0, 1), np.random.default_rng(2)
    runs = [estimates.monte_carlo(p, q, 2000, rng) for _ in range(400)]
    means, errors = (np.array([getattr(run, name)[-1] for run in runs]) for name in ("mean", "standard_error"))
    covered = (np.abs(means - exact) < 1.96 * errors).sum()
    assert stats.binomtest(int(covered), 400, 0.95).pvalue > 0.01
    expected = gaussian.log_ratio_sd(0.5, 1.2, 0, 1) / math.sqrt(2000)
    assert means.std() == pytest.approx(expected, rel=0.12)
    assert errors.mean() == pytest.approx(expected, rel=0.02)


def test_equal_densities_have_no_error_at_all() -> None:
    found = estimates.monte_carlo(Normal(3, 2), Normal(3, 2), 50, np.random.default_rng(0))
    assert (found.mean == 0).all()
    assert (found.standard_error[1:] == 0).all()


def test_one_impossible_draw_makes_the_mean_infinite_for_ever() -> None:
    found = estimates.monte_carlo(Normal(0, 1), Uniform(-2, 2), 200, np.random.default_rng(0))
    first = int(np.argmax(np.abs(found.x) > 2))
    assert first > 5
    assert np.isfinite(found.mean[:first]).all()
    assert np.isfinite(found.standard_error[1:first]).all()
    assert (found.mean[first:] == math.inf).all()
    assert np.isnan(found.standard_error[first:]).all()


@pytest.mark.parametrize("bad", [0, -5, 1.5])
def test_a_number_of_draws_that_is_none(bad: float) -> None:
    with pytest.raises(Problem, match=f"num_draws cannot be {bad:g}; give a whole number, 1 or more"):
        estimates.monte_carlo(Normal(0, 1), Normal(0, 1), bad, np.random.default_rng(0))  # type: ignore[arg-type]
