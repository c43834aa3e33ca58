"""What the page on diffusion in the plane says in words, in both languages: computed here, or as it was measured."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from genmodels import load
from genmodels.data import points
from genmodels.evaluation import preview
from genmodels.evaluation.discrepancy import WIDTHS, mmd
from genmodels.evaluation.exact_denoiser import ExactDenoiser
from genmodels.evaluation.flow import lattice
from genmodels.models.diffusion import Diffusion, PointNetwork
from genmodels.models.samplers import step_coefficients
from genmodels.models.schedule import NoiseSchedule, velocity
from lessons.plane import scene
from tests.app import Recorded
from ui.text import LANGUAGES, LESSONS, sections


def told(lang: str, key: str) -> str:
    return sections(lang, "plane")[key]


@cache
def model() -> Diffusion:
    network = load("ddpm-points", device="cpu")
    assert isinstance(network, Diffusion)
    return network


@cache
def moons() -> tuple[Tensor, Tensor]:
    """The points of the exact denoiser, and others."""
    return points.load("two-moons", "train").points[:2000], points.load("two-moons", "test").points


def exact(places: Tensor, t: int) -> Tensor:
    """The noise that is the best guess there."""
    best: Tensor = ExactDenoiser(moons()[0], model().schedule)(places, torch.full((len(places),), t / 300))
    return best


@cache
def measured() -> dict[str, Any]:
    """What `python -m benchmarks.points predicts` has found last: set -> prediction -> seed -> numbers."""
    newest = max((LESSONS.parent / "benchmarks" / "results").glob("*-points-predicts.json"))
    result: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))["result"]
    return result


def span(name: str, predicted: str, number: str, places: int) -> list[str]:
    """Least and largest of the seeds, as they stand in the text."""
    found = [row[number] for row in measured()[name][predicted].values()]
    return [f"{min(found):.{places}f}", f"{max(found):.{places}f}"]


# --- v and the ring


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_costs_of_either_prediction_are_those_that_were_measured(lang: str) -> None:
    paragraph = told(lang, "train-note").split("\n\n")[-1]
    spans = [span(name, predicted, "MMD", 3) for name in ("two-moons", "ring") for predicted in ("v", "noise")]
    expected = [number for one in spans for number in one] + span("ring", "v", "held-out loss", 2)
    assert re.findall(r"\d\.\d+", paragraph) == expected
    assert measured()["sampler"] == {"steps": int(re.search(r"\d+", paragraph)[0]), "eta": 0.0}  # type: ignore[index]
    assert f"{measured()['n']:,}" in paragraph
    assert {len(rows) for name in ("two-moons", "ring") for rows in measured()[name].values()} == {3}


def test_on_the_ring_the_best_linear_guess_of_v_is_zero_and_on_the_moons_it_is_not() -> None:
    schedule = NoiseSchedule.cosine(300)
    errors = {}
    for name in ("ring", "two-moons"):
        x0 = points.load(name, "train").points.double()
        eps = torch.randn(x0.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        signal, noisy = schedule.alpha_bar[150].sqrt(), (1 - schedule.alpha_bar[150]).sqrt()
        xt, v = signal * x0 + noisy * eps, velocity(x0, eps, signal, noisy)
        linear = torch.linalg.lstsq(xt, v).solution
        errors[name] = float(((v - xt @ linear) ** 2).mean())
        if name == "ring":
            assert linear.abs().max() < 0.03 and float((v**2).mean()) == pytest.approx(1, abs=0.02)
            assert np.allclose(np.cov(x0.T), np.eye(2), atol=0.02), "as wide as the noise in every direction"
    assert errors["ring"] > 0.99 and errors["two-moons"] < 0.95


# --- the prediction


def test_the_experiment_is_the_one_that_is_asked_about_whatever_was_on_screen() -> None:
    state = Recorded(model="0" * 32, steps=10, t=4)
    changes = scene.pure_noise(state)  # type: ignore[arg-type]
    assert state["model"] == "" and set(state["reset"]) == {"steps", "t"}
    assert changes == {"t": 300, "arrows": "exact"} and state["limits"]["t"].parse(300) == 300


@torch.no_grad()
def test_in_pure_noise_the_best_arrows_point_at_the_shrunken_mean_of_all_data() -> None:
    shares = ExactDenoiser(moons()[0], model().schedule).posterior(lattice(), 300)
    assert shares.max() < 1.01 / len(moons()[0]), "every datum is nearly as likely as any other"
    toward = model().schedule.alpha_bar[300].sqrt().float() * moons()[0].mean(0) - lattice()
    assert torch.allclose(-exact(lattice(), 300), toward, atol=0.01)


@torch.no_grad()
def test_at_small_t_nearly_every_arrow_points_at_the_nearest_datum_and_at_large_t_only_the_middle_counts() -> None:
    signal = model().schedule.alpha_bar[1].sqrt().float()
    nearest = signal * moons()[0][torch.cdist(lattice(), signal * moons()[0]).argmin(1)]
    agree = torch.nn.functional.cosine_similarity(-exact(lattice(), 1), nearest - lattice())
    assert 0.9 < (agree > 0.99).float().mean() < 1


# --- what to look for


@torch.no_grad()
def test_the_network_is_much_nearer_to_the_exact_arrows_where_the_cloud_passes() -> None:
    for t in (1, 3, 10, 30, 60, 100, 150, 200, 250, 300):
        noise = torch.randn(2000, 2, generator=torch.Generator().manual_seed(0))
        cloud = model().schedule.noise(moons()[1], t, noise)
        beyond = lattice()[torch.cdist(lattice(), cloud).min(1).values > 0.2]
        on, off = (
            float(((model().predict_noise(places, t) - exact(places, t)) ** 2).sum(1).mean())
            for places in (cloud, beyond)
        )
        assert 2 * on < off, t


@torch.no_grad()
def test_in_the_last_step_the_exact_arrows_lead_to_single_points_which_the_network_does_not_know() -> None:
    sure = ExactDenoiser(moons()[0], model().schedule).posterior(lattice(), 1).max(1).values > 0.9
    assert sure.float().mean() > 0.9
    noise = torch.randn(2000, 2, generator=torch.Generator().manual_seed(0))
    cloud = model().schedule.noise(moons()[1], 1, noise)
    assert ((model().predict_noise(cloud, 1) - exact(cloud, 1)) ** 2).sum(1).mean() > 1


def test_in_few_steps_fresh_noise_mends_errors_that_stay_without_it() -> None:
    for steps in (10, 20):
        without, fresh = (
            mmd(model().sample(500, torch.Generator().manual_seed(0), steps=steps, eta=eta), moons()[1][:500])
            for eta in (0.0, 1.0)
        )
        assert fresh < without


def test_the_discrepancy_of_a_set_with_itself_is_zero_and_sums_three_kernels() -> None:
    first, other = moons()[0][:300], moons()[1][:300]
    assert len(WIDTHS) == 3 and mmd(first, first) == pytest.approx(0, abs=1e-12)
    assert 0 < mmd(first, other) < mmd(first + 0.3, other) < mmd(first + 1, other)


def test_the_last_step_goes_all_the_way_and_adds_nothing() -> None:
    assert all(step_coefficients(model().schedule, 15, 0, eta) == (1, 0, 0) for eta in (0.0, 1.0))


# --- own points and training


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sizes_are_as_they_are_told(lang: str) -> None:
    assert str(points.MOST) in told(lang, "own-points") and f"{preview.NUM_POINTS:,}" in told(lang, "train")
    hidden = [layer for layer in PointNetwork(128, None).layers if isinstance(layer, torch.nn.Linear)][:-1]
    number, sets = ("three hidden layers of 128", "four sets") if lang == "en" else ("三个隐藏层，每层 128", "四组")
    assert number in told(lang, "train-note") and [layer.out_features for layer in hidden] == [128] * 3
    assert sets in told(lang, "train-note") and len(points.SETS) == 4


@torch.no_grad()
def test_each_point_is_taken_alone() -> None:
    assert torch.allclose(model().predict_noise(moons()[1], 150)[:5], model().predict_noise(moons()[1][:5], 150))
