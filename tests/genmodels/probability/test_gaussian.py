"""Divergences of Gaussians against torch, scipy and high-precision arithmetic, and the sentences for bad input."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from genmodels.errors import Problem
from genmodels.probability import gaussian

MEAN = st.floats(-100, 100)
SIGMA = st.floats(-7, 7).map(lambda power: 10.0**power)
FAST = settings(max_examples=120, deadline=None)


def refused(code: str, call: object, *arguments: object) -> str:
    """The sentence of the Problem that a call raises."""
    with pytest.raises(Problem) as problem:
        call(*arguments)  # type: ignore[operator]
    assert problem.value.code == code
    return str(problem.value)


def random_covariance(rng: np.random.Generator, d: int) -> NDArray[np.float64]:
    factor = rng.normal(size=(d, d))
    return factor @ factor.T + 0.05 * np.eye(d)


# --- one dimension


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [
        ((1, 1), (0, 1), 0.5),
        ((0, 1), (0, 1), 0.0),
        ((0, 2), (0, 1), (4 - math.log(4) - 1) / 2),
        ((0.5, 0.1), (0, 1), (0.25 + 0.01 - math.log(0.01) - 1) / 2),
        ((0, 1), (0, 0.5), 0.8068528194400547),  # (4 - 1) / 2 - log 2
        ((0, 0.5), (0, 1), 0.3181471805599453),  # log 2 - 3/8
    ],
)
def test_known_divergences(p: tuple[float, float], q: tuple[float, float], expected: float) -> None:
    assert gaussian.kl_normal(*p, *q) == pytest.approx(expected, rel=1e-15, abs=1e-16)


@FAST
@given(MEAN, SIGMA)
def test_against_the_standard_normal_it_is_the_formula_of_the_course(mu: float, s: float) -> None:
    m, v = mpmath.mpf(mu), mpmath.mpf(s) ** 2
    with mpmath.workdps(50):
        expected = float((m**2 + v - mpmath.log(v) - 1) / 2)
    assert gaussian.kl_normal(mu, s, 0, 1) == pytest.approx(expected, rel=1e-13, abs=1e-15)


@FAST
@given(MEAN, SIGMA, MEAN, SIGMA)
def test_the_general_formula_to_fifty_digits(mu_p: float, sigma_p: float, mu_q: float, sigma_q: float) -> None:
    with mpmath.workdps(50):
        mp, sp, mq, sq = map(mpmath.mpf, (mu_p, sigma_p, mu_q, sigma_q))
        expected = float(mpmath.log(sq / sp) + (sp**2 + (mp - mq) ** 2) / (2 * sq**2) - mpmath.mpf(1) / 2)
    assert gaussian.kl_normal(mu_p, sigma_p, mu_q, sigma_q) == pytest.approx(expected, rel=1e-13, abs=1e-15)


@FAST
@given(MEAN, SIGMA, st.floats(-1e-6, 1e-6), st.floats(-1e-6, 1e-6))
def test_it_stays_accurate_where_both_nearly_agree(mu: float, sigma: float, shift: float, stretch: float) -> None:
    other = sigma * (1 + stretch)
    with mpmath.workdps(60):
        sp, sq, distance = mpmath.mpf(sigma), mpmath.mpf(other), mpmath.mpf(mu) - mpmath.mpf(mu + shift * sigma)
        expected = float(mpmath.log(sq / sp) + (sp**2 + distance**2) / (2 * sq**2) - mpmath.mpf(1) / 2)
    found = gaussian.kl_normal(mu, sigma, mu + shift * sigma, other)
    assert found >= 0
    assert found == pytest.approx(expected, abs=1e-21)


@FAST
@given(MEAN, SIGMA, MEAN, SIGMA)
def test_torch_agrees(mu_p: float, sigma_p: float, mu_q: float, sigma_q: float) -> None:
    import torch
    from torch.distributions import Normal, kl_divergence

    pair = [Normal(*torch.tensor(one, dtype=torch.float64)) for one in ([mu_p, sigma_p], [mu_q, sigma_q])]
    assert gaussian.kl_normal(mu_p, sigma_p, mu_q, sigma_q) == pytest.approx(float(kl_divergence(*pair)), rel=1e-10)


@FAST
@given(MEAN, SIGMA, MEAN, SIGMA)
def test_it_is_zero_for_equal_ones_alone_and_its_terms_add_up(mp: float, sp: float, mq: float, sq: float) -> None:
    assert gaussian.kl_normal(mp, sp, mp, sp) == 0
    terms = gaussian.kl_normal_terms(mp, sp, mq, sq)
    assert terms.mean >= 0
    assert terms.mean + terms.spread + terms.log == pytest.approx(terms.total, rel=1e-12, abs=1e-12)
    assert (terms.total > 0) == ((mp, sp) != (mq, sq)) or abs(sp / sq - 1) < 1e-7
    assert terms.spread == pytest.approx((sp**2 / sq**2 - 1) / 2, rel=1e-9, abs=1e-15)
    assert terms.log == pytest.approx(math.log(sq / sp), abs=1e-14)


def test_beyond_the_largest_float_it_is_infinite_and_never_nan() -> None:
    assert gaussian.kl_normal(1e300, 1e-300, -1e300, 1e-300) == math.inf
    assert gaussian.kl_normal(0, 1e300, 0, 1e-300) == math.inf
    assert gaussian.kl_normal(0, 1e-300, 0, 1e300) == pytest.approx(600 * math.log(10) - 0.5)
    assert gaussian.log_ratio_sd(0, 1e300, 0, 1e-300) == math.inf


@FAST
@given(MEAN, st.floats(0.1, 10), MEAN, st.floats(0.1, 10))
def test_the_spread_of_the_log_ratio(mu_p: float, sigma_p: float, mu_q: float, sigma_q: float) -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(9)  # exact for the fourth power
    weights = weights / weights.sum()
    x = mu_p + sigma_p * nodes
    ratio = stats.norm.logpdf(x, mu_p, sigma_p) - stats.norm.logpdf(x, mu_q, sigma_q)
    mean = weights @ ratio
    expected = math.sqrt(weights @ (ratio - mean) ** 2)
    assert gaussian.log_ratio_sd(mu_p, sigma_p, mu_q, sigma_q) == pytest.approx(expected, rel=1e-6, abs=1e-7)
    assert gaussian.kl_normal(mu_p, sigma_p, mu_q, sigma_q) == pytest.approx(mean, rel=1e-9, abs=1e-9)


# --- entropy and units


@FAST
@given(SIGMA)
def test_differential_entropy(sigma: float) -> None:
    assert gaussian.differential_entropy(sigma) == pytest.approx(float(stats.norm(0, sigma).entropy()), abs=1e-12)


def test_differential_entropy_may_be_negative() -> None:
    assert gaussian.differential_entropy(1) == pytest.approx(1.4189385332046727, rel=1e-15)
    assert gaussian.differential_entropy(0.1) == pytest.approx(-0.8836465597893728, rel=1e-14)
    assert gaussian.differential_entropy(0.24197) < 0 < gaussian.differential_entropy(0.24198)


@FAST
@given(MEAN, SIGMA, MEAN, SIGMA)
def test_new_units_move_the_entropies_and_not_the_divergences(mp: float, sp: float, mq: float, sq: float) -> None:
    scale = np.geomspace(1e-3, 1e3, 7)
    found = gaussian.rescaled(mp, sp, mq, sq, scale)
    for entropy, sigma in ((found.entropy_p, sp), (found.entropy_q, sq)):
        assert entropy == pytest.approx(gaussian.differential_entropy(sigma) + np.log(scale), abs=1e-12)
    assert found.forward == pytest.approx(gaussian.kl_normal(mp, sp, mq, sq), rel=1e-9, abs=1e-13)
    assert found.reverse == pytest.approx(gaussian.kl_normal(mq, sq, mp, sp), rel=1e-9, abs=1e-13)
    assert (found.forward >= 0).all()
    assert (found.reverse >= 0).all()


def test_one_scale_is_enough() -> None:
    assert gaussian.rescaled(0, 1, 1, 2, 10).entropy_p == pytest.approx([1.4189385332046727 + math.log(10)])


# --- a uniform


@FAST
@given(st.floats(-3, 3), st.floats(0.2, 5), st.floats(-4, 4), st.floats(0.1, 8))
def test_a_uniform_is_infinitely_far_in_one_direction_only(mu: float, sigma: float, low: float, width: float) -> None:
    high = low + width
    found = gaussian.against_uniform(mu, sigma, low, high)
    assert found.forward == math.inf
    nodes, weights = np.polynomial.legendre.leggauss(5)  # exact: the log of a Gaussian is a parabola
    x = (low + high) / 2 + width / 2 * nodes
    assert found.reverse == pytest.approx(-math.log(width) - weights @ stats.norm.logpdf(x, mu, sigma) / 2, abs=1e-9)
    inside = float(np.diff(stats.norm(mu, sigma).cdf([low, high]))[0])
    assert found.mass_outside == pytest.approx(1 - inside, abs=1e-12)


def test_the_mass_outside_is_exact_far_out() -> None:
    assert gaussian.against_uniform(0, 1, -2, 2).mass_outside == pytest.approx(0.04550026389635842, rel=1e-13)
    assert gaussian.against_uniform(0, 1, -20, 20).mass_outside == pytest.approx(2 * 2.7536241186062337e-89, rel=1e-9)
    assert gaussian.against_uniform(0, 1, -60, 60).forward == math.inf, "however little mass that is"


# --- several dimensions


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_several_dimensions_agree_with_torch(d: int, seed: int) -> None:
    import torch
    from torch.distributions import MultivariateNormal, kl_divergence

    rng = np.random.default_rng(seed)
    means, covs = rng.normal(size=(2, d)), [random_covariance(rng, d) for _ in range(2)]
    pair = [MultivariateNormal(torch.tensor(m), torch.tensor(c)) for m, c in zip(means, covs, strict=True)]
    found = gaussian.kl_multivariate_normal(means[0], covs[0], means[1], covs[1])
    assert found == pytest.approx(float(kl_divergence(*pair)), rel=1e-8, abs=1e-10)
    assert gaussian.kl_multivariate_normal(means[0], covs[0], means[0], covs[0]) == pytest.approx(0, abs=1e-13)


@FAST
@given(MEAN, SIGMA, MEAN, SIGMA)
def test_in_one_dimension_both_formulas_are_one(mp: float, sp: float, mq: float, sq: float) -> None:
    line = gaussian.kl_multivariate_normal_terms([mp], [[sp**2]], [mq], [[sq**2]])
    plain = gaussian.kl_normal_terms(mp, sp, mq, sq)
    for one, other in ((line.mean, plain.mean), (line.spread, plain.spread), (line.log, plain.log)):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-12)


def test_independent_dimensions_add() -> None:
    """As the VAE's KL does: one term for each latent dimension."""
    mu, sigma = [0.3, -1.2, 2.0], [0.5, 1.5, 0.1]
    each = [gaussian.kl_normal(m, s, 0, 1) for m, s in zip(mu, sigma, strict=True)]
    whole = gaussian.kl_multivariate_normal(mu, np.diag(np.square(sigma)), np.zeros(3), np.eye(3))
    assert whole == pytest.approx(sum(each), rel=1e-14)


def test_a_rotation_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    means, covs = rng.normal(size=(2, 3)), [random_covariance(rng, 3) for _ in range(2)]
    before = gaussian.kl_multivariate_normal(means[0], covs[0], means[1], covs[1])
    turned = [turn @ cov @ turn.T for cov in covs]
    after = gaussian.kl_multivariate_normal(turn @ means[0], turned[0], turn @ means[1], turned[1])
    assert after == pytest.approx(before, rel=1e-12)


@FAST
@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(-0.99, 0.99))
def test_the_best_fit_without_correlation(sigma_x: float, sigma_y: float, rho: float) -> None:
    cov = gaussian.covariance_2d(sigma_x, sigma_y, rho)
    covers, fits_inside = gaussian.diagonal_fits(cov)
    assert np.diag(covers) == pytest.approx([sigma_x**2, sigma_y**2])
    assert np.diag(fits_inside) == pytest.approx(np.diag(covers) * (1 - rho**2))
    zero = np.zeros(2)
    least = -math.log1p(-(rho**2)) / 2  # the mutual information of the two coordinates
    assert gaussian.kl_multivariate_normal(zero, cov, zero, covers) == pytest.approx(least, abs=1e-12)
    assert gaussian.kl_multivariate_normal(zero, fits_inside, zero, cov) == pytest.approx(least, abs=1e-12)
    for factor in (0.98, 1.02):
        for axis in range(2):
            stretch = np.eye(2)
            stretch[axis, axis] = factor
            assert gaussian.kl_multivariate_normal(zero, cov, zero, covers @ stretch) > least
            assert gaussian.kl_multivariate_normal(zero, fits_inside @ stretch, zero, cov) > least


@FAST
@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(-0.95, 0.95), st.floats(0.5, 3))
def test_ellipses_lie_where_they_should(sigma_x: float, sigma_y: float, rho: float, r: float) -> None:
    mu, cov = np.array([1.0, -2.0]), gaussian.covariance_2d(sigma_x, sigma_y, rho)
    points = gaussian.ellipse(mu, cov, r)
    away = np.einsum("ni,ij,nj->n", points - mu, np.linalg.inv(cov), points - mu)
    assert away == pytest.approx(r**2, rel=1e-9)
    assert points[0] == pytest.approx(points[-1])
    x, y = points.T
    area = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
    assert area == pytest.approx(math.pi * r**2 * math.sqrt(np.linalg.det(cov)), rel=1e-3)
    assert gaussian.ellipse_mass(r) == pytest.approx(float(stats.chi2(2).cdf(r**2)), rel=1e-12)


def test_how_much_one_and_two_sigma_hold() -> None:
    assert gaussian.ellipse_mass(1) == pytest.approx(0.3935, abs=5e-5)
    assert gaussian.ellipse_mass(2) == pytest.approx(0.8647, abs=5e-5)


# --- what cannot be a covariance


def test_not_positive_definite_is_told_with_its_smallest_eigenvalue_and_can_be_repaired() -> None:
    bad = np.array([[1.0, 2.0], [2.0, 1.0]])  # eigenvalues -1 and 3
    said = refused("cov-not-positive", gaussian.kl_multivariate_normal, [0, 0], bad, [0, 0], np.eye(2))
    assert "cov_p is -1," in said
    assert "diagonal" in said
    repaired = gaussian.nearest_covariance(bad)
    assert gaussian.kl_multivariate_normal([0, 0], repaired, [0, 0], np.eye(2)) > 0
    assert np.linalg.eigvalsh(repaired) == pytest.approx([0.003, 3])


@pytest.mark.parametrize("flat", [np.ones((2, 2)), np.zeros((2, 2)), np.diag([1, 1e-17]), [[4, 2], [2, 1]]])
def test_a_flat_covariance_is_none(flat: NDArray[np.float64]) -> None:
    assert "smallest eigenvalue of cov_q" in refused(
        "cov-not-positive", gaussian.kl_multivariate_normal, [0, 0], np.eye(2), [0, 0], flat
    )
    gaussian.covariance(gaussian.nearest_covariance(flat), "cov")


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_the_repaired_covariance_is_one_and_none_is_nearer(d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(d, d))
    repaired = gaussian.nearest_covariance(matrix, floor=1e-9)
    gaussian.covariance(repaired, "repaired")
    distance = np.linalg.norm(matrix - repaired)
    for _ in range(20):
        assert np.linalg.norm(matrix - random_covariance(rng, d) * rng.uniform(0, 1)) >= distance - 1e-7
    good = random_covariance(rng, d) + np.eye(d)
    assert gaussian.nearest_covariance(good) == pytest.approx(good), "what is good already stays"


def test_not_symmetric_is_told_with_both_numbers() -> None:
    said = refused("cov-not-symmetric", gaussian.covariance, [[1, 0.5], [0.25, 1]], "cov_p")
    assert said.startswith("cov_p has 0.5 in row 1, column 2, but 0.25 in row 2, column 1;")
    assert said.endswith("write the same number in both places.")
    assert (gaussian.covariance([[1, 0.5], [0.5 + 1e-13, 1]], "cov_p") == [[1, 0.5 + 5e-14], [0.5 + 5e-14, 1]]).all()


def test_sizes_that_do_not_fit() -> None:
    assert "cov_p is 2 x 3," in refused("cov-not-square", gaussian.covariance, np.ones((2, 3)), "cov_p")
    assert "matrix is 1 x 2," in refused("cov-not-square", gaussian.nearest_covariance, [[1, 2]])
    eye = np.eye(2)
    for arguments, what in [(([0, 0], eye, [0], eye), "mu_q"), (([0, 0], eye, [0, 0], np.eye(3)), "cov_q")]:
        said = refused("gaussian-sizes", gaussian.kl_multivariate_normal, *arguments)
        assert f"{what} has {len(arguments[2]) if what == 'mu_q' else 3} dimensions, but mu_p has 2" in said


def test_extreme_covariances_are_refused_or_taken_but_never_crash() -> None:
    gaussian.covariance(np.diag([1e308, 1e308]), "cov")
    gaussian.covariance(np.diag([1e-300, 1e-300]), "cov")
    refused("cov-not-symmetric", gaussian.covariance, [[1, 1e308], [-1e308, 1]], "cov")


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf, "1", None, True])
def test_a_sigma_that_is_none(bad: object) -> None:
    for place, what in ((1, "sigma_p"), (3, "sigma_q")):
        arguments: list[object] = [0, 1, 0, 1]
        arguments[place] = bad
        for call in (gaussian.kl_normal, gaussian.log_ratio_sd):
            with pytest.raises(Problem, match=f"{what} cannot be .*; give a"):
                call(*arguments)
    with pytest.raises(Problem, match="sigma cannot be"):
        gaussian.differential_entropy(bad)  # type: ignore[arg-type]
    with pytest.raises(Problem, match="mu_q cannot be .*; give a finite number"):
        gaussian.kl_normal(0, 1, math.nan, 1)


@pytest.mark.parametrize("scale", [0, -1, math.inf, [1, 0]])
def test_a_scale_that_is_none(scale: object) -> None:
    with pytest.raises(Problem, match="scale"):
        gaussian.rescaled(0, 1, 0, 1, scale)  # type: ignore[arg-type]


@pytest.mark.parametrize("rho", [-1, 1, 1.5])
def test_a_correlation_that_is_none(rho: float) -> None:
    said = refused("bad-correlation", gaussian.covariance_2d, 1, 1, rho)
    assert said == f"rho cannot be {rho:g}; a correlation lies strictly between -1 and 1."


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, -2), (-1e308, 1e308)])
def test_an_interval_that_is_none(low: float, high: float) -> None:
    said = refused("bad-interval", gaussian.against_uniform, 0, 1, low, high)
    assert f"from {low:g} to {high:g}" in said
