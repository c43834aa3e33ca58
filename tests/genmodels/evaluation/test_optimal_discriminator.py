"""The best discriminator against closed forms, scipy's kernel density estimate and the Jensen-Shannon divergence."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.special import expit

from genmodels.data import points
from genmodels.evaluation import modes, optimal_discriminator

PLACES = np.random.default_rng(0).uniform(-3, 3, (40, 2))
distributions = st.lists(st.floats(0.01, 1), min_size=4, max_size=4).map(lambda p: np.array(p) / sum(p))


def test_two_gaussians_have_a_straight_discriminator() -> None:
    """N(a, I) against N(b, I): D*(x) = (a - b) x - (|a|^2 - |b|^2) / 2."""
    a, b = np.array([0.5, -1.0]), np.array([-0.3, 0.2])
    data, made = (optimal_discriminator.mixture(centre[None], 1.0) for centre in (a, b))
    exact = PLACES @ (a - b) - (a @ a - b @ b) / 2
    assert np.allclose(optimal_discriminator.logit(data(PLACES), made(PLACES)), exact, rtol=0, atol=1e-9)


def test_two_mixtures() -> None:
    """sigmoid(D*) = p_data / (p_data + p_g), by scipy's densities."""
    centres, others = points.ring_centres(), np.array([[0.2, 0.1], [1.0, -1.0]])

    def density(around: np.ndarray, sd: float) -> np.ndarray:
        return np.mean([scipy.stats.multivariate_normal(c, sd**2).pdf(PLACES) for c in around], axis=0)

    data, made = density(centres, 0.4), density(others, 0.7)
    found = optimal_discriminator.logit(
        optimal_discriminator.mixture(centres, 0.4)(PLACES), optimal_discriminator.mixture(others, 0.7)(PLACES)
    )
    assert np.allclose(expit(found), data / (data + made), rtol=0, atol=1e-9)


def test_an_estimate_is_scipys() -> None:
    made = np.random.default_rng(1).normal(size=(700, 2))
    kernel = scipy.stats.gaussian_kde(made.T, bw_method=0.2)
    kernel.covariance = 0.04 * np.eye(2)
    theirs = [np.mean(scipy.stats.multivariate_normal([0, 0], 0.04).pdf(place - made)) for place in PLACES]
    assert np.allclose(optimal_discriminator.mixture(made, 0.2)(PLACES), np.log(theirs), rtol=0, atol=1e-9)


@given(distributions, distributions)
def test_the_value_is_minus_log_4_and_twice_the_js_divergence(data: np.ndarray, made: np.ndarray) -> None:
    js = jensenshannon(data, made) ** 2
    assert optimal_discriminator.value(data, made) == pytest.approx(-math.log(4) + 2 * js, abs=1e-9)
    assert optimal_discriminator.value(data, data) == pytest.approx(-math.log(4), abs=1e-12)


def test_distributions_that_do_not_meet_are_told_apart_for_sure() -> None:
    data, made = np.array([0.5, 0.5, 0, 0]), np.array([0, 0, 1.0, 0])
    assert optimal_discriminator.value(data, made) == 0
    with np.errstate(divide="ignore"):
        found = optimal_discriminator.logit(np.log(data), np.log(made))
    assert list(found) == [math.inf, math.inf, -math.inf, 0]


def test_the_modes_of_the_ring() -> None:
    rng = np.random.default_rng(3)
    everything = modes.found(points.ring(4000, rng), points.ring_centres(), points.RING_SD)
    assert everything.number == 8 and everything.counts.sum() == round(4000 * everything.share)
    assert everything.share == pytest.approx(1 - math.exp(-(modes.NEAR**2) / 2), abs=0.006)
    three = points.ring_centres()[[1, 4, 6]].repeat([100, 100, 3], axis=0)
    assert modes.found(three, points.ring_centres(), points.RING_SD).number == 2, "three points of 203 are no spot"
    nowhere = modes.found(np.zeros((50, 2)), points.ring_centres(), points.RING_SD)
    assert (nowhere.number, nowhere.share) == (0, 0.0)
