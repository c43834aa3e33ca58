"""Shares and Gaussians against exact answers, scipy, torch and high-precision arithmetic."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import chi2, norm

from genmodels.errors import Problem
from genmodels.probability import intervals, likelihood

counts = st.integers(0, 2000)
inner = st.floats(1e-6, 1 - 1e-6)
data = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=2, max_size=30).filter(lambda x: len(set(x)) > 1)
hundred = settings(max_examples=100, deadline=None)


# --- the urn of the course: 30 red, 70 blue


def test_thirty_red_of_a_hundred() -> None:
    assert likelihood.bernoulli_fit(30, 70) == 0.3
    assert f"{likelihood.bernoulli_log_likelihood(0.3, 30, 70):.4f}" == "-61.0864"
    red, blue = likelihood.bernoulli_terms(0.3, 30, 70)
    assert (f"{red:.4f}", f"{blue:.4f}") == ("-36.1192", "-24.9672")
    assert likelihood.bernoulli_score(0.3, 30, 70) == pytest.approx(0, abs=1e-12)
    assert likelihood.bernoulli_curvature(0.3, 30, 70) == pytest.approx(100 / (0.3 * 0.7))
    mantissa, exponent = likelihood.power_of_ten(float(red + blue))
    assert mantissa * 10.0**exponent == pytest.approx(0.3**30 * 0.7**70, rel=1e-12) and 1 <= mantissa < 10


def test_the_two_intervals_of_the_course() -> None:
    wald, ratio = intervals.wald_interval(30, 70), intervals.likelihood_ratio_interval(30, 70)
    assert (f"{wald.low:.4f}", f"{wald.high:.4f}") == ("0.2102", "0.3898")
    assert (f"{ratio.low:.4f}", f"{ratio.high:.4f}") == ("0.2160", "0.3941")
    assert 0.3 in ratio and ratio.low in ratio and 0.2159 not in ratio
    assert ratio.width == pytest.approx(ratio.high - ratio.low)


@pytest.mark.parametrize(("red", "blue"), [(0, 100), (100, 0)])
def test_at_the_edge_only_the_likelihood_ratio_gives_an_interval(red: int, blue: int) -> None:
    with pytest.raises(Problem, match=f"{red} red among 100 draws.*Use the likelihood ratio, or draw until both"):
        intervals.wald_interval(red, blue)
    edge = math.exp(-chi2.ppf(0.95, 1) / 200)  # (1 - theta)^100 = exp(-z^2 / 2)
    found = intervals.likelihood_ratio_interval(red, blue)
    expected = (0, 1 - edge) if red == 0 else (edge, 1)
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-14)
    assert red / 100 in found


def test_the_curvature_interval_may_leave_the_unit_interval() -> None:
    wald = intervals.wald_interval(1, 9)
    assert wald.low == pytest.approx(0.1 - norm.ppf(0.975) * math.sqrt(0.009)) and wald.low < 0


def test_without_a_draw_everything_is_possible_and_nothing_best() -> None:
    assert intervals.likelihood_ratio_interval(0, 0) == intervals.Interval(0, 1)
    curves = likelihood.bernoulli_curves(0, 0)
    assert np.all(curves.relative == 1) and np.all(curves.log_likelihood == 0) and curves.parabola is None
    assert np.all(curves.score == 0) and np.all(curves.curvature == 0)
    with pytest.raises(Problem, match="draw at least one"):
        likelihood.bernoulli_fit(0, 0)


def test_at_shares_0_and_1() -> None:
    """0 log 0 = 0: what was not drawn rules nothing out."""
    ends = [0.0, 1.0]
    assert likelihood.bernoulli_log_likelihood(ends, 3, 4).tolist() == [-math.inf, -math.inf]
    assert likelihood.bernoulli_log_likelihood(ends, 0, 4).tolist() == [0, -math.inf]
    assert likelihood.bernoulli_log_likelihood(ends, 3, 0).tolist() == [-math.inf, 0]
    assert likelihood.bernoulli_score(ends, 3, 4).tolist() == [math.inf, -math.inf]
    assert likelihood.bernoulli_score(ends, 0, 4).tolist() == [-4, -math.inf]
    assert likelihood.bernoulli_curvature(ends, 3, 4).tolist() == [math.inf, math.inf]
    assert likelihood.bernoulli_curvature(ends, 3, 0).tolist() == [math.inf, 3]


@given(counts, counts, inner)
@hundred
def test_log_likelihood_to_many_digits(red: int, blue: int, theta: float) -> None:
    with mpmath.workdps(40):
        exact = red * mpmath.log(mpmath.mpf(theta)) + blue * mpmath.log(1 - mpmath.mpf(theta))
    assert likelihood.bernoulli_log_likelihood(theta, red, blue) == pytest.approx(float(exact), rel=1e-13)


@given(counts, counts, st.floats(0.001, 0.999))
@settings(max_examples=60, deadline=None)
def test_score_and_curvature_are_the_derivatives(red: int, blue: int, theta: float) -> None:
    import torch

    share = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    coin = torch.distributions.Bernoulli(probs=share)
    is_red, is_blue = torch.tensor([1.0, 0.0], dtype=torch.float64)
    log_likelihood = red * coin.log_prob(is_red) + blue * coin.log_prob(is_blue)
    (slope,) = torch.autograd.grad(log_likelihood, share, create_graph=True)
    (bend,) = torch.autograd.grad(slope, share)
    assert likelihood.bernoulli_log_likelihood(theta, red, blue) == pytest.approx(log_likelihood.item(), rel=1e-12)
    scale = red / theta + blue / (1 - theta)
    assert likelihood.bernoulli_score(theta, red, blue) == pytest.approx(slope.item(), rel=1e-10, abs=1e-12 * scale)
    assert likelihood.bernoulli_curvature(theta, red, blue) == pytest.approx(-bend.item(), rel=1e-10)


@given(counts, counts, st.floats(0.01, 0.999))
@hundred
def test_the_ratio_interval_ends_where_the_likelihood_has_dropped(red: int, blue: int, level: float) -> None:
    """The defining equation, solved once more by scipy at 1e-14."""
    found = intervals.likelihood_ratio_interval(red, blue, level)
    if red + blue == 0:
        assert (found.low, found.high) == (0, 1)
        return
    peak = red / (red + blue)
    limit = chi2.ppf(level, 1) / 2

    def above(theta: float) -> float:
        if theta in (0, 1):
            return limit if theta == peak else -1.0
        terms = [count * math.log(p / q) for count, p, q in ((red, peak, theta), (blue, 1 - peak, 1 - theta)) if count]
        return limit - math.fsum(terms)

    low = 0.0 if red == 0 else brentq(above, 0, peak, xtol=1e-14, rtol=1e-14)
    high = 1.0 if blue == 0 else brentq(above, peak, 1, xtol=1e-14, rtol=1e-14)
    assert found.low == pytest.approx(low, abs=1e-10)
    assert found.high == pytest.approx(high, abs=1e-10)
    assert peak in found


@given(counts, counts)
@hundred
def test_the_other_colour_gives_the_mirrored_interval(red: int, blue: int) -> None:
    one, other = intervals.likelihood_ratio_interval(red, blue), intervals.likelihood_ratio_interval(blue, red)
    assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low), abs=1e-12)


def test_both_intervals_agree_on_many_draws() -> None:
    wald = intervals.wald_interval(300_000_000, 700_000_000)
    ratio = intervals.likelihood_ratio_interval(300_000_000, 700_000_000)
    assert (ratio.low, ratio.high) == pytest.approx((wald.low, wald.high), abs=1e-9)
    assert wald.width == pytest.approx(2 * norm.ppf(0.975) * math.sqrt(0.21 / 1e9), rel=1e-6)


def test_many_intervals_at_once_are_the_single_ones() -> None:
    red = np.arange(0, 41)
    low, high = intervals.likelihood_ratio_bounds(red, 40 - red, 0.9)
    singles = [intervals.likelihood_ratio_interval(int(one), 40 - int(one), 0.9) for one in red]
    assert low.tolist() == [one.low for one in singles] and high.tolist() == [one.high for one in singles]


def test_curves_of_thousands_of_draws_do_not_underflow() -> None:
    curves = likelihood.bernoulli_curves(3000, 7000, 1001)
    peak = curves.theta == 0.3
    assert curves.relative[peak] == pytest.approx(1) and curves.relative.max() <= 1
    assert curves.log_likelihood[peak] == pytest.approx(-6108.643020548935)
    assert math.exp(-6108.6) == 0, "the likelihood itself would have been 0"
    inside = slice(1, -1)
    below = curves.log_likelihood[inside] - curves.log_likelihood[peak]
    np.testing.assert_allclose(np.log(curves.relative[inside][below > -600]), below[below > -600], atol=1e-9)


def test_the_parabola_touches_the_peak_and_crosses_the_drop_at_the_curvature_interval() -> None:
    curves = likelihood.bernoulli_curves(30, 70, 1001)
    assert curves.parabola is not None
    at_peak = curves.theta == 0.3
    assert curves.parabola[at_peak] == curves.log_likelihood[at_peak]
    wald = intervals.wald_interval(30, 70)
    drop = np.interp([wald.low, wald.high], curves.theta, curves.parabola) - curves.parabola.max()
    np.testing.assert_allclose(drop, -chi2.ppf(0.95, 1) / 2, atol=1e-3)
    assert likelihood.bernoulli_curves(0, 9).parabola is None


@given(st.floats(-1e5, 1e5))
@hundred
def test_power_of_ten_is_the_number(nats: float) -> None:
    mantissa, exponent = likelihood.power_of_ten(nats)
    assert 1 <= mantissa < 10.000001
    assert math.log(mantissa) + exponent * math.log(10) == pytest.approx(nats, abs=1e-9)


# --- a Gaussian


def test_a_fit_by_hand() -> None:
    """Mean 3, squared deviations 4 + 1 + 0 + 1 + 4 = 10, divided by 5 and not by 4."""
    assert likelihood.normal_fit([1, 2, 3, 4, 5]) == pytest.approx((3, math.sqrt(2)))
    constant, width, misfit = likelihood.normal_terms([1, 2, 3, 4, 5], 3, 2)
    assert (constant, width, misfit) == pytest.approx((-2.5 * math.log(2 * math.pi), -5 * math.log(2), -10 / 4 / 2))


@given(data)
@hundred
def test_fit_is_mean_and_biased_deviation(x: list[float]) -> None:
    exact = [Fraction(value) for value in x]
    mean = sum(exact) / len(exact)
    with mpmath.workdps(60):
        variance = sum((value - mean) ** 2 for value in exact) / len(exact)
        sigma = float(mpmath.sqrt(mpmath.mpf(variance.numerator) / variance.denominator))
    found_mu, found_sigma = likelihood.normal_fit(x)
    size = max(map(abs, x))
    assert found_mu == pytest.approx(float(mean), abs=1e-14 * size)
    assert found_sigma == pytest.approx(sigma, rel=1e-12, abs=1e-15 * size)
    assert found_sigma == pytest.approx(statistics.pstdev(x), rel=1e-9, abs=1e-13 * size)


def test_large_offset_and_tiny_spread_cost_no_digits() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert likelihood.normal_fit(x + 2.0**40)[1] == pytest.approx(math.sqrt(1.25), rel=1e-14)
    assert likelihood.normal_fit(x * 1e-200)[1] == pytest.approx(math.sqrt(1.25) * 1e-200, rel=1e-14)
    assert likelihood.normal_fit(x * 1e149)[1] == pytest.approx(math.sqrt(1.25) * 1e149, rel=1e-14)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.floats(-50, 50), st.floats(0.05, 50))
@hundred
def test_log_likelihood_is_the_sum_of_log_densities(x: list[float], mu: float, sigma: float) -> None:
    expected = math.fsum(norm.logpdf(x, mu, sigma))
    size = len(x) * (1 + (150 / sigma) ** 2)
    assert likelihood.normal_log_likelihood(x, mu, sigma) == pytest.approx(expected, rel=1e-12, abs=1e-13 * size)
    np.testing.assert_allclose(likelihood.normal_log_density(x, mu, sigma), norm.logpdf(x, mu, sigma), rtol=1e-12)
    assert sum(likelihood.normal_terms(x, mu, sigma)) == likelihood.normal_log_likelihood(x, mu, sigma)


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=9), st.floats(-9, 9), st.floats(0.1, 9))
@settings(max_examples=60, deadline=None)
def test_the_slopes_are_the_gradient(x: list[float], mu: float, sigma: float) -> None:
    import torch

    point = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (mu, sigma)]
    total = torch.distributions.Normal(*point).log_prob(torch.tensor(x, dtype=torch.float64)).sum()
    expected = [slope.item() for slope in torch.autograd.grad(total, point)]
    size = len(x) * (20 / sigma) ** 2 * (1 + 1 / sigma)
    assert likelihood.normal_score(x, mu, sigma) == pytest.approx(expected, rel=1e-10, abs=1e-13 * size)


@given(data, st.floats(-3, 3), st.floats(-2, 2))
@hundred
def test_no_gaussian_is_likelier_than_the_fit(x: list[float], shift: float, stretch: float) -> None:
    mu, sigma = likelihood.normal_fit(x)
    best = likelihood.normal_log_likelihood(x, mu, sigma)
    other = likelihood.normal_log_likelihood(x, mu + shift * sigma, sigma * math.exp(stretch))
    assert other <= best + 1e-9 * max(1, abs(best))
    # exactly: n/2 (e^(-2 stretch) (1 + shift^2) - 1) + n stretch nats worse
    gap = len(x) * (stretch + (math.exp(-2 * stretch) * (1 + shift**2) - 1) / 2)
    assert best - other == pytest.approx(gap, rel=1e-7, abs=1e-7 * max(1, abs(best)))


@given(data, st.floats(1e-3, 30), st.integers(4, 60))
@hundred
def test_on_a_contour_the_log_likelihood_has_dropped(x: list[float], drop: float, num_points: int) -> None:
    mean, spread = likelihood.normal_fit(x)
    mu, sigma = likelihood.normal_contour(x, drop, num_points)
    below = likelihood.normal_log_likelihood(x, mean, spread) - likelihood.normal_log_likelihood(x, mu, sigma)
    size = max(map(abs, x)) / spread
    np.testing.assert_allclose(below, drop, rtol=1e-6, atol=1e-7 * len(x) * (1 + size))
    assert [mu[0], sigma[0]] == pytest.approx([mu[-1], sigma[-1]], abs=1e-7 * spread), "closed"
    assert sigma[0] == pytest.approx(min(sigma))


def test_a_map_over_mu_and_sigma() -> None:
    x, mu, sigma = [0.5, 1.5, 4.0], np.linspace(-1, 4, 6), np.linspace(0.5, 3, 4)
    found = likelihood.normal_log_likelihood(x, mu[None, :], sigma[:, None])
    expected = [[norm.logpdf(x, one, width).sum() for one in mu] for width in sigma]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("x", [[2.5], [0.1, 0.1, 0.1], [-7, -7]])
def test_one_value_has_no_best_gaussian(x: list[float]) -> None:
    with pytest.raises(Problem, match=rf"{x[0]}: the likelihood grows without bound.*two different numbers"):
        likelihood.normal_fit(x)
    assert np.all(np.diff(likelihood.normal_log_likelihood(x, x[0], [1, 0.1, 1e-3, 1e-9])) > 0), "as the sentence says"


# --- bad input: the sentence names value and remedy


@pytest.mark.parametrize(
    ("red", "blue", "words"),
    [
        (-1, 3, "num_red cannot be -1; give a whole number, 0 or more"),
        (2, 3.5, r"num_blue cannot be 3\.5; give a whole number"),
        (math.nan, 3, "num_red cannot be nan; give a finite number"),
        (2, math.inf, "num_blue cannot be inf; give a finite number"),
        ("30", 70, "num_red cannot be '30'; give a finite number"),
        (True, 70, "num_red cannot be True"),
    ],
)
def test_counts_that_are_none(red: object, blue: object, words: str) -> None:
    for function in (
        lambda: likelihood.bernoulli_log_likelihood(0.5, red, blue),  # type: ignore[arg-type]
        lambda: likelihood.bernoulli_fit(red, blue),  # type: ignore[arg-type]
        lambda: likelihood.bernoulli_curves(red, blue),  # type: ignore[arg-type]
        lambda: intervals.wald_interval(red, blue),  # type: ignore[arg-type]
        lambda: intervals.likelihood_ratio_interval(red, blue),  # type: ignore[arg-type]
    ):
        with pytest.raises(Problem, match=words):
            function()


@pytest.mark.parametrize(
    ("theta", "words"),
    [
        (-0.1, r"theta cannot be -0\.1; a probability lies between 0 and 1"),
        (1.5, r"theta cannot be 1\.5; a probability"),
        ([0.2, 30, 40], "theta cannot be 30; a probability"),
        (math.nan, "theta cannot be nan; give a finite number"),
        ([0.5, math.nan], "theta holds nan at position 2.*finite number"),
        ([], "theta is empty; give at least one number"),
        ("half", "theta cannot be 'half'"),
    ],
)
def test_shares_that_are_none(theta: object, words: str) -> None:
    for function in (
        likelihood.bernoulli_log_likelihood,
        likelihood.bernoulli_score,
        likelihood.bernoulli_curvature,
        likelihood.bernoulli_terms,
    ):
        with pytest.raises(Problem, match=words):
            function(theta, 30, 70)  # type: ignore[operator]


@pytest.mark.parametrize("level", [0, 1, -0.2, 95])
def test_levels_that_are_none(level: float) -> None:
    for function in (intervals.wald_interval, intervals.likelihood_ratio_interval):
        with pytest.raises(Problem, match=rf"level cannot be {level}; .* strictly between 0 and 1"):
            function(30, 70, level)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        ([], "x is empty; give at least one number"),
        ([1, math.nan], "x holds nan at position 2.*finite number"),
        ([1, math.inf], "x holds inf at position 2"),
        ([[1, 2], [3, 4]], "x has 2 dimensions, but needs 1"),
        (["one", "two"], "x holds 'one' at position 1"),
        ([1, 1e200], r"x holds 1e\+200, too large to be squared; give numbers of at most 1e\+150, or another unit"),
    ],
)
def test_data_that_are_none(x: object, words: str) -> None:
    for function in (likelihood.normal_fit, lambda data: likelihood.normal_log_likelihood(data, 0, 1)):
        with pytest.raises(Problem, match=words):
            function(x)  # type: ignore[operator]


@pytest.mark.parametrize("sigma", [0, -2, [1, -2]])
def test_widths_that_are_none(sigma: object) -> None:
    bad = np.min(sigma)  # type: ignore[arg-type]
    for function in (likelihood.normal_log_likelihood, likelihood.normal_score):
        with pytest.raises(Problem, match=f"sigma cannot be {bad}; give a number above 0"):
            function([1, 2, 3], 0, sigma)  # type: ignore[operator]
    with pytest.raises(Problem, match="sigma cannot be"):
        likelihood.normal_log_density([1, 2, 3], 0, bad)
