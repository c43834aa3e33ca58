"""The shots on a target against scipy and torch, integrals, and what must hold of any of them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from genmodels.errors import Problem
from genmodels.probability.bivariate import BivariateNormal, cut, histogram

quick = settings(max_examples=80, deadline=None)
places, spreads, correlations = st.floats(-5, 5), st.floats(0.05, 5), st.floats(-0.999, 0.999)
shots = st.builds(BivariateNormal, places, places, spreads, spreads, correlations)


def refused(act: Callable[[], object], code: str, *said: str) -> None:
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.code == code
    for words in said:
        assert words in str(caught.value)


def test_by_hand() -> None:
    target = BivariateNormal(mu_x=1, mu_y=2, sigma_x=2, sigma_y=1, rho=0.6)
    given_x = target.conditional(given=0, value=3)
    assert (given_x.mu, given_x.sigma) == pytest.approx((2.6, 0.8))
    given_y = target.conditional(given=1, value=3)
    assert (given_y.mu, given_y.sigma) == pytest.approx((2.2, 1.6))
    assert target.cov == pytest.approx(np.array([[4, 1.2], [1.2, 1]]))
    assert (target.marginal(1).mu, target.marginal(1).sigma) == (2, 1)


@given(shots, places, places)
@quick
def test_joint_density_is_marginal_times_conditional_both_ways(target: BivariateNormal, x: float, y: float) -> None:
    joint = stats.multivariate_normal([target.mu_x, target.mu_y], target.cov).logpdf([x, y])
    for given_axis, (known, other) in enumerate([(x, y), (y, x)]):
        marginal, conditional = target.marginal(given_axis), target.conditional(given_axis, known)
        product = marginal.log_density(np.array(known)) + conditional.log_density(np.array(other))
        assert float(product) == pytest.approx(joint, rel=1e-7, abs=1e-8)


def test_the_joint_density_of_torch_says_the_same() -> None:
    import torch

    target = BivariateNormal(1, -1, 0.5, 2, -0.8)
    joint = torch.distributions.MultivariateNormal(torch.tensor([1.0, -1.0]).double(), torch.tensor(target.cov))
    y = np.linspace(-6, 4, 50)
    logs = joint.log_prob(torch.tensor(np.stack([np.full(50, 0.7), y], axis=1))).numpy()
    conditional = target.conditional(0, 0.7).log_density(y)
    assert conditional == pytest.approx(logs - target.marginal(0).log_density(np.array(0.7)), abs=1e-12)


def test_draws_have_the_moments_and_more_of_them_begin_with_the_same() -> None:
    target = BivariateNormal(1, -2, 0.5, 2, -0.7)
    hits = target.draw(40_000, np.random.default_rng(5))
    assert stats.kstest(hits[:, 0], stats.norm(1, 0.5).cdf).pvalue > 1e-3
    assert stats.kstest(hits[:, 1], stats.norm(-2, 2).cdf).pvalue > 1e-3
    assert np.corrcoef(hits.T)[0, 1] == pytest.approx(-0.7, abs=4 * (1 - 0.49) / 200)
    assert (target.draw(100, np.random.default_rng(5)) == hits[:100]).all()


def test_a_thin_slice_comes_to_the_conditional() -> None:
    target = BivariateNormal(0, 0, 1, 1, 0.8)
    hits = target.draw(200_000, np.random.default_rng(6))
    for given_axis in (0, 1):
        found, exact = cut(hits, 1.0, 0.05, given_axis), target.conditional(given_axis, 1.0)
        error = exact.sigma / math.sqrt(found.count)
        assert abs(found.mean - exact.mu) < 4 * error
        assert abs(found.sd - exact.sigma) < 4 * error


def test_a_slice_by_hand() -> None:
    hits = [[0.0, 1.0], [0.5, 2.0], [1.0, 4.0], [3.0, 8.0]]
    found = cut(hits, 0.5, 0.5)
    assert found.inside.tolist() == [True, True, True, False], "ends included"
    assert (found.count, found.values.tolist()) == (3, [1, 2, 4])
    assert found.mean == pytest.approx(7 / 3)
    assert found.sd == pytest.approx(np.std([1, 2, 4], ddof=1))
    across = cut(hits, 8, 1, given=1)
    assert (across.values.tolist(), across.mean) == ([3.0], 3.0)
    assert math.isnan(across.sd), "one hit has no spread"
    nothing = cut(hits, 50, 1)
    assert nothing.count == 0
    assert math.isnan(nothing.mean)
    assert cut(np.empty((0, 2)), 0, 1).count == 0


def test_histograms_are_densities() -> None:
    assert histogram([0.1, 0.2, 1.5, 9.0], [0, 1, 3]).tolist() == [0.5, 0.125], "9 counts among all, but has no bin"
    assert histogram([], [0, 1, 3]).tolist() == [0, 0]
    values = BivariateNormal().draw(50_000, np.random.default_rng(7))[:, 0]
    edges = np.linspace(-3, 3, 25)
    exact = np.diff(stats.norm.cdf(edges)) / np.diff(edges)
    error = np.sqrt(exact / 50_000 / np.diff(edges))
    assert (np.abs(histogram(values, edges) - exact) < 4.5 * error).all()


def test_what_is_refused() -> None:
    refused(lambda: BivariateNormal(sigma_x=0), "not-positive", "sigma_x cannot be 0", "above 0")
    refused(lambda: BivariateNormal(sigma_y=-1), "not-positive", "sigma_y cannot be -1")
    refused(lambda: BivariateNormal(mu_y=math.inf), "not-a-number", "mu_y cannot be inf")
    refused(lambda: BivariateNormal(rho=math.nan), "not-a-number", "rho cannot be nan")
    refused(lambda: BivariateNormal().conditional(0, math.nan), "not-a-number", "value cannot be nan")
    refused(lambda: BivariateNormal().conditional(2, 0), "bad-index", "given cannot be 2")
    refused(lambda: BivariateNormal().draw(-1, np.random.default_rng()), "not-a-count", "num_draws cannot be -1")
    refused(lambda: cut([[1, 2, 3]], 0, 1), "hits-columns", "these have 3", "rows of two")
    refused(lambda: cut([[1, 2]], 0, 0), "not-positive", "half_width cannot be 0")


@pytest.mark.parametrize("rho", [1, -1, 1.2])
def test_hits_on_one_line_have_no_density(rho: float) -> None:
    refused(lambda: BivariateNormal(rho=rho), "bad-correlation", f"rho cannot be {rho}", "strictly between -1 and 1")


@pytest.mark.parametrize("edges", [[0], [1, 0], [0, 0, 1]])
def test_bins_of_no_width(edges: list[float]) -> None:
    refused(lambda: histogram([1], edges), "histogram-edges", "ascend", "sort them")
