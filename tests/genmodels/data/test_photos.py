"""Photos of digits: what is on the paper beside the digit does no harm, and what is no single digit is refused."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import torch

from genmodels.data import mnist, pictures
from genmodels.errors import Problem
from genmodels.evaluation import judge
from tests.photos import BUSY, KINDS, READ, SEVERAL, photo

FEW, MANY = 2, 24


def outcomes(kind: str, number: int, seed: int) -> Counter[str]:
    """How often photos of test digits that the judge reads are "right" or "wrong", or refused with which code."""
    data = mnist.load("test")
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    counted: Counter[str] = Counter()
    for _ in range(number):
        chosen = legible(rng)
        try:
            pixels = pictures.from_upload(photo(kind, [data.images[i, 0].numpy() for i in chosen], rng)).pixels
        except Problem as problem:
            counted[problem.code] += 1
            continue
        read = int(judge.classes(torch.from_numpy(pixels)[None, None].float() / 255)[0])
        counted["right" if read == data.labels[chosen[0]] else "wrong"] += 1
    return counted


def legible(rng: np.random.Generator) -> np.ndarray:
    """Six of the first test digits that the judge reads as they are meant."""
    data = mnist.load("test")
    chosen = rng.integers(0, 10_000, 12)
    read = judge.classes(data.images[chosen].float() / 255)
    return chosen[(read == data.labels[chosen]).numpy()][:6]


def test_a_few_of_each_kind() -> None:
    for kind in READ:
        assert outcomes(kind, FEW, 0)["right"] >= FEW - 1, kind
    for kind in SEVERAL:
        assert outcomes(kind, FEW, 0) == {"several-digits": FEW}, kind
    for kind in BUSY:
        assert outcomes(kind, FEW, 0) == {"busy-picture": FEW}, kind


@pytest.mark.slow
@pytest.mark.parametrize("kind", READ)
def test_nearly_all_digits_are_read(kind: str) -> None:
    """Measured: 58 to 60 of 60 of each kind, see docs/decisions/photos.md."""
    counted = outcomes(kind, MANY, 1)
    assert counted["right"] >= 0.9 * MANY, counted


@pytest.mark.slow
@pytest.mark.parametrize("kind", SEVERAL | BUSY)
def test_nearly_all_that_is_no_single_digit_is_refused(kind: str) -> None:
    counted = outcomes(kind, MANY, 1)
    code = "busy-picture" if kind in BUSY else "several-digits"
    assert counted[code] >= 0.95 * MANY, counted
    assert counted["right"] + counted["wrong"] <= 1
