"""The Frechet distance against scipy's matrix square root, a closed form, and what it cannot be asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from genmodels.errors import Problem
from genmodels.evaluation.frechet import frechet_distance, frechet_terms


def by_scipy(one: np.ndarray, other: np.ndarray) -> float:
    cov_1, cov_2 = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    mean = ((one.mean(0) - other.mean(0)) ** 2).sum()
    return float(mean + np.trace(cov_1 + cov_2 - 2 * sqrtm(cov_1 @ cov_2).real))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_against_scipy(seed: int, num_features: int) -> None:
    rng = np.random.default_rng(seed)
    one = rng.normal(size=(80, num_features)) @ rng.normal(size=(num_features, num_features))
    other = rng.normal(1, 2, size=(60, num_features))
    assert frechet_distance(one, other) == pytest.approx(by_scipy(one, other), rel=1e-6)
    assert frechet_distance(one, other) == pytest.approx(frechet_distance(other, one), rel=1e-9)


def test_it_is_zero_for_the_same_and_the_squared_distance_for_a_shift() -> None:
    cloud = np.random.default_rng(0).normal(size=(500, 5))
    assert frechet_distance(cloud, cloud) < 1e-9
    assert frechet_distance(cloud, cloud + 3) == pytest.approx(5 * 9)


def test_a_shift_is_in_the_first_term_and_a_stretch_in_the_second() -> None:
    cloud = np.random.default_rng(0).normal(size=(500, 5))
    cloud -= cloud.mean(0)
    assert frechet_terms(cloud, cloud + 3) == pytest.approx((45, 0), abs=1e-9)
    stretched = frechet_terms(cloud, 2 * cloud)
    assert stretched == pytest.approx((0, np.trace(np.cov(cloud, rowvar=False))), abs=1e-9)
    assert frechet_distance(cloud, 2 * cloud) == sum(stretched)


def test_one_feature_is_the_distance_of_two_gaussians() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(0, 1, (50_000, 1)), rng.normal(2, 3, (50_000, 1))
    assert frechet_distance(one, other) == pytest.approx(2**2 + (3 - 1) ** 2, rel=0.03)


def test_features_that_never_move_are_no_trouble() -> None:
    dead = np.zeros((50, 4))
    dead[:, 0] = np.random.default_rng(0).normal(size=50)
    assert frechet_distance(dead, dead) < 1e-9


@pytest.mark.parametrize(("features", "told"), [(np.zeros((1, 3)), "1"), (np.full((5, 2), np.nan), "diverged")])
def test_what_cannot_be_compared(features: np.ndarray, told: str) -> None:
    with pytest.raises(Problem, match=told):
        frechet_distance(features, np.zeros((5, 2)))
