"""The moon's phases: their areas against the closed form, their text, and what cannot be learned from."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from genmodels import data
from genmodels.data import moon_phases
from genmodels.errors import Problem
from genmodels.training import recipes

PHASES = st.sets(st.integers(0, 180), min_size=2)


@pytest.mark.parametrize("degrees", [90, 120, 135, 171.5, 180])
def test_the_lit_share_of_the_disc_is_half_of_one_minus_the_cosine(degrees: float) -> None:
    area = moon_phases.draw(degrees).sum() / (math.pi * moon_phases.RADIUS**2)
    assert area == pytest.approx((1 - math.cos(math.radians(degrees))) / 2, abs=0.003)


def test_the_lower_half_is_the_mirror_of_the_upper_one_and_nothing_gets_darker() -> None:
    drawn = [moon_phases.draw(moon_phases.angle(phase)) for phase in range(0, 181, 20)]
    for before, after in pairwise(drawn):
        assert np.array_equal(after, after[::-1])
        assert (after >= before).all() and after.sum() > before.sum()


def test_half_and_full() -> None:
    half, full = moon_phases.draw(90), moon_phases.draw(180)
    assert half[:, :16].sum() == 0 and np.array_equal(half[:, 16:], full[:, 16:])
    assert np.array_equal(full, full[:, ::-1]), "the full moon is a disc"


def test_all_phases_are_the_data_set() -> None:
    images = data.load("moon-phases", "test")
    assert len(images) == moon_phases.NUM_PHASES == 181 and images.images.shape == (181, 1, 32, 32)
    assert moon_phases.angle(0) == 90 and moon_phases.angle(180) == 180
    assert len(data.content_hash("moon-phases")) == 64 and data.side("moon-phases") == 32


@given(PHASES)
def test_text_and_back(phases: set[int]) -> None:
    token = moon_phases.to_token(tuple(phases))
    assert moon_phases.from_token(token) == tuple(sorted(phases)) and len(token) <= 700


def test_each_phase_is_met_equally_often_in_an_epoch() -> None:
    examples = moon_phases.repeated((0, 90, 180))
    counts = torch.bincount(examples.labels)[[0, 90, 180]]
    assert len(examples) == counts.sum() == 1600 and counts.max() - counts.min() <= 1


def test_the_order_of_the_phases_makes_no_other_training() -> None:
    one, other = (recipes.make("vae-moon-phases", learned=token) for token in ("180-0-90", "0-90-180"))
    assert recipes.key(one) == recipes.key(other) != recipes.key(recipes.make("vae-moon-phases"))
    every = "-".join(map(str, range(181)))
    assert recipes.make("ae-moon-phases", learned=every) == recipes.make("ae-moon-phases")


@pytest.mark.parametrize(("token", "code"), [("", "few-phases"), ("90", "few-phases"), ("90-90", "few-phases")])
def test_too_few_phases_are_refused_with_their_number(token: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        recipes.make("ae-moon-phases", learned=token)
    assert caught.value.code == code and caught.value.values["n"] == len(moon_phases.from_token(token))


@pytest.mark.parametrize("token", ["181", "0-181", "-1", "0--1", "half", "0-x", "9" * 500, "0-١"])
def test_phases_that_there_are_not(token: str) -> None:
    with pytest.raises(Problem) as caught:
        moon_phases.from_token(token)
    assert caught.value.code == "damaged-phases"
