"""What the prose of the page on GANs claims, against the shipped training, recipes and trainings of a few seconds."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from genmodels.data import points
from genmodels.evaluation import modes
from genmodels.evaluation.game import BANDWIDTH, NUM_MEASURED, NUMBERS
from genmodels.training import loop, recipes
from lessons.gan.points import FAR_APART, SHIPPED, recorded
from ui.text import LANGUAGES, sections


def smoothed(name: str) -> np.ndarray:
    """A number of the shipped training, a mean over half an epoch."""
    values = recorded(SHIPPED).record["numbers"][:, NUMBERS.index(name)]
    return np.convolve(values, np.ones(15) / 15, "valid")


def test_the_losses_stay_while_the_points_find_their_places() -> None:
    """From the third epoch on: 30 frames are an epoch."""
    for loss in ("generator", "discriminator"):
        later = smoothed(loss)[60:]
        assert np.ptp(later) < 0.1, loss
    share = smoothed("share")
    assert share[60] < 0.35 and share[-1] > 0.9


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_rates_of_the_button_are_those_of_the_prose(lang: str) -> None:
    said = sections(lang, "gan")["look-points"]
    for value in FAR_APART.values():
        assert f"{value:g}" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_estimate_is_made_as_the_step_says(lang: str) -> None:
    said = sections(lang, "gan")["step-2-points"]
    assert f"{NUM_MEASURED:,}" in said and re.search(rf"\b{BANDWIDTH:g}\b", said)


@pytest.mark.slow
@pytest.mark.usefixtures("denormals")
@pytest.mark.parametrize("settings", [{}, {"r1": 0.1}])
def test_rates_too_far_apart_collapse_also_with_what_is_said_to_cure_it(settings: dict[str, object]) -> None:
    found = spots(**FAR_APART, **settings)
    assert found <= 1


@pytest.mark.slow
@pytest.mark.usefixtures("denormals")
def test_r1_cures_wassersteins_loss() -> None:
    assert spots(loss_kind="wasserstein") <= 1
    assert spots(loss_kind="wasserstein", r1=0.1) == 8


def spots(**settings: object) -> int:
    """How many of the ring's spots have points after a training, by the model that would be kept."""
    torch.set_flush_denormal(True)
    *_, last = loop.Run(recipes.make("gan-points", **settings), "cpu").steps()
    made = last.model.sample(2000, torch.Generator().manual_seed(0)).numpy()
    return modes.found(made, points.ring_centres(), points.RING_SD).number
