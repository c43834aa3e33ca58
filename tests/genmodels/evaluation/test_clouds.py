"""Measures of two clouds against scikit-learn's neighbours and brute force, and what is known of them beforehand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from genmodels.errors import Problem
from genmodels.evaluation import clouds
from genmodels.evaluation.clouds import neighbours
from genmodels.evaluation.comparison import Neighbours


def two(seed: int, n: int = 300, m: int = 300, num_features: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """A cloud, and another that is moved and narrower."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, num_features)), rng.normal(0.4, 0.8, size=(m, num_features))


def by_scikit_learn(real: np.ndarray, drawn: np.ndarray, k: int) -> dict[str, float]:
    """With its own balls, and its nearest-neighbour classifier, each point left out once."""
    radius_real, radius_drawn = (
        NearestNeighbors(n_neighbors=k + 1).fit(one).kneighbors(one)[0][:, k] for one in (real, drawn)
    )
    between = NearestNeighbors(n_neighbors=len(drawn)).fit(drawn).kneighbors(real)
    table = np.empty((len(real), len(drawn)))
    np.put_along_axis(table, between[1], between[0], axis=1)
    inside_real, inside_drawn = table <= radius_real[:, None], table <= radius_drawn
    both, kind = np.concatenate([real, drawn]), np.repeat([0, 1], [len(real), len(drawn)])
    right = np.empty(len(both))
    for i in range(len(both)):
        rest = np.arange(len(both)) != i
        classifier = KNeighborsClassifier(1).fit(both[rest], kind[rest])
        right[i] = classifier.predict(both[i : i + 1])[0] == kind[i]
    return {
        "precision": inside_real.any(0).mean(),
        "recall": inside_drawn.any(1).mean(),
        "density": inside_real.sum() / (k * len(drawn)),
        "coverage": inside_real.any(1).mean(),
        "one_nn": right.mean(),
        "one_nn_real": right[: len(real)].mean(),
        "one_nn_drawn": right[len(real) :].mean(),
    }


def brute(real: np.ndarray, drawn: np.ndarray, k: int) -> dict[str, float]:
    """Every difference of every two points, in float64; exact for whole numbers."""

    def table(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return ((one[:, None] - other) ** 2).sum(2)

    cross, own = table(real, drawn), [table(one, one) for one in (real, drawn)]
    for one in own:
        np.fill_diagonal(one, np.inf)
    radius_real, radius_drawn = (np.sort(one, axis=1)[:, k - 1] for one in own)
    others = cross.min(1), cross.min(0)
    told = [np.where(other == mine.min(1), 0.5, other > mine.min(1)) for mine, other in zip(own, others, strict=True)]
    inside = cross <= radius_real[:, None]
    return {
        "precision": inside.any(0).mean(),
        "recall": (cross <= radius_drawn).any(1).mean(),
        "density": inside.sum() / (k * len(drawn)),
        "coverage": inside.any(1).mean(),
        "one_nn": np.concatenate(told).mean(),
        "one_nn_real": told[0].mean(),
        "one_nn_drawn": told[1].mean(),
    }


def same(found: Neighbours, expected: dict[str, float]) -> None:
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("n", "m", "k"), [(300, 300, 5), (200, 350, 3), (350, 200, 1)])
def test_against_scikit_learn(n: int, m: int, k: int) -> None:
    real, drawn = two(0, n, m)
    same(neighbours(real, drawn, k), by_scikit_learn(real, drawn, k))


@given(st.integers(0, 2**32 - 1), st.integers(8, 40), st.integers(8, 40), st.integers(1, 5), st.integers(1, 3))
def test_against_brute_force_on_a_coarse_grid(seed: int, n: int, m: int, k: int, num_features: int) -> None:
    """Points of a grid of whole numbers, far from 0: nearly all are copies of each other or as near as others."""
    rng = np.random.default_rng(seed)
    real, drawn = (rng.integers(0, 4, size=(size, num_features)) + 1000.0 for size in (n, m))
    same(neighbours(real, drawn, k), brute(real, drawn, k))


def test_the_size_of_the_tables_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    real, drawn = two(1)
    whole = neighbours(real, drawn)
    monkeypatch.setattr(clouds, "_ROWS", 7)
    assert neighbours(real, drawn) == whole


def test_exchanged_clouds_exchange_precision_and_recall() -> None:
    real, drawn = two(2, 300, 250)
    one, other = neighbours(real, drawn), neighbours(drawn, real)
    assert (one.precision, one.recall) == (other.recall, other.precision)
    assert one.precision > 0.9 > 0.8 > one.recall  # drawn are the narrower ones
    assert (one.one_nn_real, one.one_nn_drawn) == (other.one_nn_drawn, other.one_nn_real)
    assert one.one_nn == other.one_nn


def test_one_distribution_gives_what_is_known() -> None:
    """Coverage is 1 - (1/2)^5 on average where N = M is large: of the 5 nearest to a point some other is drawn."""
    rng = np.random.default_rng(3)
    found = neighbours(rng.normal(size=(3000, 8)), rng.normal(size=(3000, 8)))
    assert found.coverage == pytest.approx(1 - 0.5**5, abs=0.01)
    assert found.density == pytest.approx(1, abs=0.03) and found.one_nn == pytest.approx(0.5, abs=0.02)


def test_copies_and_constants_are_no_trouble() -> None:
    real, far = two(4)[0], np.full((50, 6), 1e4)
    copied = neighbours(real, real)
    assert copied.precision == copied.recall == copied.coverage == 1 and copied.one_nn == 0
    assert copied.density == pytest.approx(6 / 5)  # a point's own ball, and those of 5 others on average
    constant = neighbours(far + 1 / 3, far + 1 / 3)
    assert constant.precision == constant.recall == constant.coverage == 1 and constant.one_nn == 0.5
    repeated = neighbours(real, np.repeat(real[:1], 300, axis=0))
    assert repeated.precision == 1 and repeated.recall < 0.02 and repeated.coverage < 0.1
    apart = neighbours(real, far)
    assert apart.precision == apart.recall == apart.density == apart.coverage == 0 and apart.one_nn == 1


def test_single_precision_and_the_place_of_the_origin_do_not_matter() -> None:
    real, drawn = (one.astype(np.float32) for one in two(5))
    found = neighbours(real, drawn)
    assert neighbours(real.astype(np.float64) + 2.0**12, drawn.astype(np.float64) + 2.0**12) == found
    assert replace(found, n=300) == found


@pytest.mark.parametrize(
    ("features", "told"),
    [(np.zeros((5, 3)), "5 pictures are too few"), (np.zeros(9), "9 pictures"), (np.full((9, 2), np.inf), "diverged")],
)
def test_what_cannot_be_compared(features: np.ndarray, told: str) -> None:
    for pair in ((features, np.zeros((9, 3))), (np.zeros((9, 3)), features)):
        with pytest.raises(Problem, match=told):
            neighbours(*pair)
