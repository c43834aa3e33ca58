"""What the denoiser's page says in words, in both languages: computed with the shipped network, or as measured."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

import pytest
import torch
from scipy.stats import norm

from genmodels import load
from genmodels.data import mnist
from genmodels.evaluation import judge, measured_samplers
from genmodels.evaluation.measured_samplers import Measured
from genmodels.models.diffusion import Diffusion
from genmodels.models.samplers import Moment, step_coefficients
from genmodels.models.schedule import NoiseSchedule, velocity
from genmodels.models.unet import UNet
from genmodels.training import checkpoints
from lessons.denoiser import models
from lessons.denoiser.breaking import MISTAKES
from tests.app import Recorded
from ui.text import LANGUAGES, sections

pytestmark = pytest.mark.usefixtures("denormals")


def told(lang: str, key: str) -> str:
    return sections(lang, "denoiser")[key]


@cache
def model() -> Diffusion:
    network = load("ddpm-mnist", device="cpu")
    assert isinstance(network, Diffusion)
    return network


def noise(n: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


def way(xt: torch.Tensor, t: int = 300, seed: int = 0, **options: Any) -> list[Moment]:
    return list(model().trajectory(start=(t, xt), generator=torch.Generator().manual_seed(seed), **options))


def read(x: torch.Tensor) -> torch.Tensor:
    return judge.classes((x + 1).clamp(0, 2) / 2)


def apart(first: torch.Tensor, second: torch.Tensor) -> float:
    return float((first - second).flatten(1).norm(dim=1).mean())


@cache
def measured() -> dict[str, Measured]:
    known = measured_samplers.measured(checkpoints.get("ddpm-mnist"))
    assert known is not None
    return known.samplers


# --- the steps


def test_the_noise_and_the_picture_follow_from_v() -> None:
    x0, eps, alpha_bar = 0.4, -1.3, 0.3
    signal, noisy = math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)
    xt, v = signal * x0 + noisy * eps, velocity(x0, eps, signal, noisy)
    assert noisy * xt + signal * v == pytest.approx(eps) and signal * xt - noisy * v == pytest.approx(x0)


def test_with_noise_and_all_steps_the_weights_are_those_of_the_step_back_and_the_mean_is_the_papers() -> None:
    schedule = NoiseSchedule.cosine(300)
    for_x0, for_xt, _ = schedule.posterior_coefficients()
    x0, eps = 0.4, -1.3
    for t in (2, 150, 299):
        a, b, _ = step_coefficients(schedule, t, t - 1, 1.0)
        assert (a, b) == pytest.approx((float(for_x0[t]), float(for_xt[t])), rel=1e-6)
        alpha, alpha_bar, beta = (float(getattr(schedule, name)[t]) for name in ("alpha", "alpha_bar", "beta"))
        xt = math.sqrt(alpha_bar) * x0 + math.sqrt(1 - alpha_bar) * eps
        papers = (xt - beta / math.sqrt(1 - alpha_bar) * eps) / math.sqrt(alpha)
        assert a * x0 + b * xt == pytest.approx(papers, rel=1e-6)


def test_the_weights_need_not_add_up_to_one_and_the_last_step_goes_all_the_way() -> None:
    schedule = model().schedule
    for eta in (0.0, 0.5, 1.0):
        assert step_coefficients(schedule, 12, 0, eta) == (1, 0, 0)
    assert sum(step_coefficients(schedule, 300, 299)[:2]) < 0.1


# --- the prediction and what to look for


def test_the_experiment_is_the_one_that_is_asked_about_whatever_was_on_screen() -> None:
    state = Recorded(model="0" * 32, label="3", start="digit", steps=10, t=4)
    changes = models.nearly_noise(state)  # type: ignore[arg-type]
    assert state["model"] == "" and {"steps", "t", "start"} <= set(state["reset"])
    assert (changes["label"], changes["start"]) == ("any", "noise")
    assert state["limits"]["t"].parse(changes["t"]) == changes["t"]
    assert float(model().schedule.alpha_bar[changes["t"]].sqrt()) == pytest.approx(0.1, abs=0.005)


@torch.no_grad()
def test_there_the_guess_is_a_blur_that_other_noise_changes_little() -> None:
    t = models.nearly_noise(Recorded())["t"]  # type: ignore[arg-type]
    guess, _ = model().predict(noise(8), torch.full((8,), t), None)
    digits = 2 * mnist.load("test").pixels(slice(0, 8)) - 1
    assert torch.pdist(guess.flatten(1)).mean() < 0.4 * torch.pdist(digits.flatten(1)).mean()
    grey = [float((x.abs() < 0.8).float().mean()) for x in (guess, digits)]
    assert grey[0] > 3 * grey[1]


def test_the_digit_is_mostly_settled_while_noise_prevails_and_few_pixels_change_in_the_last_third() -> None:
    moments = way(noise(10), steps=12)
    times = [moment.t for moment in moments]
    final = [read(moment.x0) == read(moments[-1].x0) for moment in moments]
    noisy = [i for i, t in enumerate(times) if model().schedule.alpha_bar[t] < 0.5]
    assert (~torch.stack(final[noisy[-1] :])).any(0).float().mean() < 0.5
    third = times.index(100)
    changed = (moments[third].x0 - moments[-1].xt).abs() > 0.5  # of the way from black, -1, to white, 1
    assert float(changed.float().mean()) < 0.03


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_next_to_nothing_is_left_a_small_error_of_the_noise_exceeds_the_picture(lang: str) -> None:
    root, small, large = re.search(
        r"alpha_T\}=([\d.]+)\}\$.*?(0\.01)\D.*?(\d+)(?:,| in|，)", told(lang, "look"), re.S
    ).groups()  # type: ignore[union-attr]
    left = float(model().schedule.alpha_bar[-1].sqrt())
    assert root == f"{left:.6f}" and float(small) / left == pytest.approx(float(large), abs=0.5)


def test_in_as_many_steps_noise_brings_the_digits_nearer_to_real_ones() -> None:
    assert measured_samplers.SAMPLERS["ddpm-50"]["steps"] == measured_samplers.SAMPLERS["ddim-50"]["steps"] == 50
    assert measured()["ddpm-50"].frechet < measured()["ddim-50"].frechet
    assert all("50" in told(lang, "look") for lang in LANGUAGES)


# --- edit by noise, and compare


def test_a_little_noise_is_forgotten_and_a_four_becomes_a_nine_more_easily_than_a_zero() -> None:
    test = mnist.load("test")
    fours = 2 * test.pixels(torch.nonzero(test.labels == 4).ravel()[:8]) - 1

    def back(t: int, label: int | None) -> torch.Tensor:
        noised = model().schedule.noise(fours, t, noise(8, 1))
        return read(way(noised, t, steps=6, label=label, eta=0.0)[-1].xt)

    assert (back(60, None) == 4).all()
    assert int((back(210, 9) == 9).sum()) >= 2 * int((back(210, 0) == 0).sum())


def test_without_noise_few_steps_end_near_the_same_picture_and_other_noise_leads_elsewhere() -> None:
    start, label = noise(4), torch.arange(4)
    many, few = (way(start, steps=steps, eta=0.0, label=label)[-1].xt for steps in (25, 10))
    one, other = (way(start, steps=10, seed=seed, label=label)[-1].xt for seed in (1, 2))
    assert apart(many, few) < 0.25 * min(apart(one, other), apart(many, one))


# --- the mistakes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_measured_mistakes_are_what_the_page_says_of_them(lang: str) -> None:
    found, samplers = measured(), measured_samplers.SAMPLERS
    worse = [pair for name, pair in MISTAKES.items() if name != "unguided"]  # that one is nearer, and misread more
    assert all(found[wrong].frechet > found[right].frechet for wrong, right in worse)
    assert found["ddim-25"].accuracy < found["guided"].accuracy, "without guidance more are misread"
    assert found["guided-6"].accuracy == 1, "with too much every digit is read as asked"
    assert re.search(r"\*\*.*?(\d)", told(lang, "break-guided"))[1] == f"{samplers['guided-6']['guidance']:.0f}"  # type: ignore[index]
    left = 100 * math.sqrt(float(NoiseSchedule.linear(300).alpha_bar[-1]))
    assert all(f"{left:.2f} %" in told(lang, section) for section in ("break-late", "train-note"))


def test_a_small_sample_says_the_contrary_of_a_large_one_and_hides_the_gap() -> None:
    checkpoint = checkpoints.get("ddpm-mnist")
    few, many = (measured_samplers.measured(checkpoint, n) for n in (measured_samplers.SMALL, measured_samplers.LARGE))
    assert few is not None and many is not None
    assert few.samplers["guided"].frechet < few.samplers["ddim-25"].frechet
    assert many.samplers["guided"].frechet > many.samplers["ddim-25"].frechet
    assert many.samplers["guided"].frechet / many.floor > 2 * few.samplers["guided"].frechet / few.floor
    assert few.floor > 3 * many.floor, "chance alone"


def test_nearly_a_third_of_pure_noise_lies_beyond_black_and_white() -> None:
    assert 0.3 < 2 * norm.sf(1) < 1 / 3


def test_one_index_reads_all_lists_and_a_list_that_begins_one_later_is_one_step_off() -> None:
    schedule = NoiseSchedule.linear(300)
    lists = (schedule.beta, schedule.alpha, schedule.alpha_bar, schedule.snr, *schedule.posterior_coefficients())
    assert {len(one) for one in lists} == {301} and float(schedule.alpha_bar[0]) == 1
    later = schedule.beta[1:]  # as tutorials have it
    assert float(later[7]) == float(schedule.beta[8]) != float(schedule.beta[7])


@torch.no_grad()
def test_each_picture_is_taken_alone_and_with_batch_norm_it_would_not_be() -> None:
    network = model().network
    kinds = {type(layer).__name__ for layer in network.modules()}
    assert isinstance(network, UNet) and "GroupNorm" in kinds and not any("BatchNorm" in kind for kind in kinds)
    pictures, t = noise(3), torch.full((3,), 0.5)
    assert torch.allclose(network(pictures, t)[:1], network(pictures[:1], t[:1]), atol=1e-4)
    batch_norm = torch.nn.BatchNorm2d(1)
    assert not torch.allclose(batch_norm(pictures)[:1], batch_norm(pictures[:1]), atol=1e-3)


# --- the cars


def test_the_cars_are_somewhat_nearer_to_the_training_pictures_and_no_copies() -> None:
    checkpoint = checkpoints.get("ddpm-cars")
    known, recipe = checkpoint.card["evaluated"], checkpoint.recipe
    assert 0.5 * known["apart"] < known["copied"] < known["apart"]
    assert (recipe.fixed["side"], recipe.fixed["patch"], checkpoint.card["device"]) == (64, 4, "cpu")
