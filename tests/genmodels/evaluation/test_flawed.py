"""The measures say of sets of real digits what must be said of them, by both judges, and so do the stored records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
import torch

from genmodels.data import mnist
from genmodels.evaluation import clouds, comparison, flawed, judge, real_digits
from genmodels.evaluation.comparison import TESTS, Compared, Neighbours
from genmodels.evaluation.judges import JUDGES

N = 2000
pytestmark = pytest.mark.xdist_group("judge")


@cache
def measured(name: str, by: str) -> Neighbours:
    n = N // 2 if name == "real" else N
    digits, _ = flawed.drawn(name, n)
    features = judge.features(digits.float() / 255, by)
    return clouds.neighbours(flawed.YARDSTICKS[name].near(n, by), features)


@pytest.fixture(autouse=True, scope="module")
def fewer() -> Iterator[None]:
    """2,000 digits are read of each split, not 10,000."""
    patch = pytest.MonkeyPatch()
    patch.setattr(real_digits, "N", N)
    for one in (real_digits.pictures, real_digits.features_of, real_digits._floor):
        one.cache_clear()
    yield
    patch.undo()
    for one in (real_digits.pictures, real_digits.features_of, real_digits._floor):
        one.cache_clear()


def test_each_test_is_one_of_these() -> None:
    assert tuple(one.name for one in TESTS) == tuple(flawed.YARDSTICKS)


@pytest.mark.parametrize("by", JUDGES)
def test_real_digits_get_full_marks(by: str) -> None:
    found = measured("real", by)
    assert found.coverage > 0.94 and found.density == pytest.approx(1, abs=0.08)
    assert found.one_nn == pytest.approx(0.5, abs=0.04)
    assert min(found.precision, found.recall) > 0.85


@pytest.mark.parametrize("by", JUDGES)
def test_memorised_digits_are_all_there_and_betray_themselves(by: str) -> None:
    found = measured("memorised", by)
    assert found.precision == found.recall == found.coverage == 1
    assert found.density == pytest.approx(1.2, abs=0.001) and found.one_nn < 0.01
    digits, _ = flawed.drawn("memorised", 50)
    assert real_digits.to_training(digits) == 0 < real_digits.to_training(flawed.drawn("real", 50)[0])


@pytest.mark.parametrize("by", JUDGES)
def test_to_the_test_digits_memorised_ones_are_as_good_as_real(by: str) -> None:
    """Which is why a Frechet distance says nothing of copying."""
    yardstick = flawed.YARDSTICKS["memorised"]
    features = judge.features(flawed.drawn("memorised", N)[0].float() / 255, by)
    assert sum(yardstick.distance(features, by)) == yardstick.floor(N, by)


@pytest.mark.parametrize("by", JUDGES)
def test_one_digit_is_precise_and_nothing_else(by: str) -> None:
    found = measured("repeated", by)
    assert found.precision == 1 and found.recall < 0.01 and found.coverage < 0.02
    assert found.one_nn_drawn == 1


@pytest.mark.parametrize("by", JUDGES)
def test_half_of_the_classes_is_precise_and_half_of_it_is_missing(by: str) -> None:
    digits, labels = flawed.drawn("half", N // 3)
    assert set(labels.tolist()) == set(range(5)) and len(digits) == N // 3
    near = flawed.YARDSTICKS["half"].near(N // 3, by)
    found = clouds.neighbours(near, judge.features(digits.float() / 255, by))
    real = clouds.neighbours(near, real_digits.features_of("grey", "test", by)[: N // 3])
    assert found.precision > real.precision - 0.05
    assert found.recall < 0.65 < 0.8 < real.recall and found.coverage < 0.65 < real.coverage
    assert (
        flawed.most("real", 10_000) == flawed.most("half", 10_000) == 5000 < int((mnist.load("test").labels < 5).sum())
    )
    assert flawed.most("half", 300) == flawed.most("real", 300) == 300


def test_digits_are_those_of_the_data_and_never_written_to() -> None:
    digits, labels = flawed.drawn("repeated", 4)
    assert torch.equal(digits[0], digits[3]) and len(set(labels.tolist())) == 1
    binary = real_digits.pictures("binary", "train")
    assert set(np.unique(binary.numpy())) == {0, 255}
    grey = real_digits.pictures("grey", "train").float() / 255
    assert float((binary.float() / 255 - grey).mean()) == pytest.approx(0, abs=1e-3)
    known = {tuple(one.tolist()) for one in mnist.binarised("test").images.flatten(1)[:, 300:330]}
    assert all(tuple(one.tolist()) in known for one in real_digits.pictures("binary", "test").flatten(1)[:9, 300:330])


# --- as the page shows them


def stored(name: str) -> Compared:
    found = comparison.shipped(next(one for one in TESTS if one.name == name))
    assert found is not None
    return found


def test_the_stored_records_say_so_too() -> None:
    real, memorised, repeated, half = (stored(name) for name in flawed.YARDSTICKS)
    assert real.neighbours.coverage == pytest.approx(1, abs=0.05)
    assert real.neighbours.density == pytest.approx(1, abs=0.03)
    assert real.neighbours.one_nn == pytest.approx(0.5, abs=0.02)
    assert real.times_real == 1 and real.copied == pytest.approx(real.apart, rel=0.1)
    assert repeated.neighbours.precision > 0.99
    assert max(repeated.neighbours.recall, repeated.neighbours.coverage) < 0.01
    assert memorised.neighbours.recall == 1 and memorised.neighbours.one_nn < 0.01
    assert memorised.copied == 0 and memorised.times_real == pytest.approx(1, abs=1e-6)
    assert half.neighbours.precision > 0.93 > 0.6 > half.neighbours.recall > 0.4
    assert half.neighbours.coverage < 0.6 and half.judges[0].shares[5:] == pytest.approx((0,) * 5, abs=0.01)
