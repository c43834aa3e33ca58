"""What the VAE page says in words, in both languages: its numbers are computed or were measured, its claims hold."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm

from genmodels.data import mnist
from genmodels.evaluation.latent import GRID
from genmodels.models.vae import VAE
from lessons.vae.scene import Scene, inside, with_sign
from ui.text import LANGUAGES, LESSONS, Text, labels, sections

ROOT = LESSONS.parent


def measured() -> dict[str, Any]:
    """What `python -m benchmarks.vae_training mistakes` has found last: run -> seed -> epochs -> nats."""
    newest = max((ROOT / "benchmarks" / "results").glob("*-vae-mistakes.json"))
    result: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))["result"]
    return result


def pairs(wrong: str) -> list[tuple[dict[str, float], dict[str, float]]]:
    """A run with that mistake and the right one, by seed and epoch."""
    right, found = measured()["as it should be"], measured()[wrong]
    return [(found[seed][epoch], right[seed][epoch]) for seed in found for epoch in found[seed]]


def numbers(text: str, pattern: str = r"\d+\.\d+") -> list[str]:
    return re.findall(pattern, text)


# --- the two mistakes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_costs_of_both_mistakes_are_those_that_were_measured(lang: str) -> None:
    told = sections(lang, "vae")["compare"]
    right, uniform, relu = (measured()[run]["seed 0"]["3"] for run in measured())
    rows = [uniform["own loss"], right["own loss"], uniform["true"], right["true"], relu["own loss"], relu["true"]]
    assert numbers(told) == [f"{value:.1f}" for value in rows]


def test_with_uniform_noise_the_own_loss_looks_better_and_the_truth_is_worse() -> None:
    for wrong, right in pairs("uniform noise"):
        assert wrong["own loss"] < right["own loss"]
        assert wrong["true"] > right["true"] + 9


RELU_COSTS = {
    "en": r"With seeds (.+) it costs more than (\d+) nats, and with seed (\d) the code dies altogether: its KL is 0",
    "zh": r"用随机种子 (.+) 训练，都要多付 (\d+) 奈特以上；种子为 (\d) 时，编码完全失效：KL 为 0",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_relu_after_the_encoder_costs_more_than_twenty_nats_and_with_seed_two_the_code_dies(lang: str) -> None:
    told = re.search(RELU_COSTS[lang], sections(lang, "vae")["train-note"])
    assert told, "the sentence is another one"
    seeds, least, dead = told.groups()
    relu = measured()["ReLU after the encoder"]
    assert set(relu) == {f"seed {seed}" for seed in re.findall(r"\d", seeds)}
    assert all(wrong["true"] - right["true"] > float(least) for wrong, right in pairs("ReLU after the encoder"))
    lifeless = [seed for seed, epochs in relu.items() if max(row["KL"] for row in epochs.values()) < 0.05]
    assert lifeless == [f"seed {dead}"]


def pixels(n: int = 300) -> torch.Tensor:
    return mnist.load("test").pixels(slice(0, n))


@torch.no_grad()
def test_a_relu_after_the_encoder_pins_widths_and_means() -> None:
    mu, logvar = VAE(relu_after_encoder=True, generator=torch.Generator().manual_seed(0)).encode(pixels())
    assert (mu >= 0).all() and ((logvar / 2).exp() >= 1).all()


@torch.no_grad()
def test_with_uniform_noise_every_code_lies_on_the_same_side_of_the_centre() -> None:
    vae = VAE(noise="uniform", generator=torch.Generator().manual_seed(0)).train()
    mu, logvar = vae.encode(pixels())
    assert (vae.reparameterise(mu, logvar, torch.Generator().manual_seed(1)) >= mu).all()


# --- the steps


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ellipses_hold_what_the_page_says(lang: str) -> None:
    words = labels(lang)["vae"]
    for dim, kind in ((1, "line-"), (2, "")):
        for widths in (1, 2):
            assert numbers(words[f"stage-prior-{kind}{widths}"])[-1] == f"{100 * inside(widths, dim):.1f}"
    draws = np.random.default_rng(0).standard_normal((200_000, 5))[:, :2]  # of five dimensions the plane shows two
    assert inside(1, 5) == pytest.approx((np.linalg.norm(draws, axis=1) < 1).mean(), abs=0.004)


@pytest.mark.parametrize("dim", [1, 2])
def test_as_many_draws_land_farther_out_as_is_said(dim: int) -> None:
    scene = Scene.__new__(Scene)  # of which only the dimension matters here
    scene.dim, scene.text = dim, Text("vae", "en", None)
    distance = np.linalg.norm(np.random.default_rng(1).standard_normal((400_000, dim)), axis=1)
    for radius in (0.5, 1.0, 2.0, 3.0):
        told = scene._where(radius)
        assert f"{radius:.1f} widths" in told
        share = float(re.search(r"([\d.]+) % of all draws land farther out", told)[1])  # type: ignore[index]
        assert share == pytest.approx(100 * (distance > radius).mean(), rel=0.1)
    assert "the centre itself" in scene._where(0.01)
    assert "fewer than one draw in a million" in scene._where(5.6) and "37 widths" in scene._where(37.2)
    assert "farther out" in scene._where(4.8), "one in 100,000, or more"


def test_a_difference_has_its_sign_unless_it_is_none() -> None:
    assert [with_sign(value) for value in (-0.51, -0.04, 0.0, 0.04, 0.06)] == ["−0.5", "0.0", "0.0", "0.0", "+0.1"]


def test_most_of_the_price_and_a_fifth_of_it() -> None:
    painting = (LESSONS / "vae" / "latent_plane" / "painting.js").read_text(encoding="utf-8")
    assert 'share < 20 ? "balance" : "balance-code"' in painting
    words = labels("en")["vae"]
    assert words["stage-balance"].startswith("Most of ") and "at least a fifth" in words["stage-balance-code"]


# --- what to look for


def test_the_question_is_that_of_the_path_on_the_page() -> None:
    page = (ROOT / "pages" / "vae.py").read_text(encoding="utf-8")
    ends = [int(re.search(rf'"{name}": Number\((\d+),', page)[1]) for name in ("digit", "to")]  # type: ignore[index]
    asked = [str(label) for label in mnist.load("test").labels[ends].tolist()]
    for lang in LANGUAGES:
        assert numbers(sections(lang, "vae")["question"], r"\d") == asked


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_manifolds_grid_is_the_one_that_is_explained(lang: str) -> None:
    told = sections(lang, "vae")["look-grid"]
    rows, columns = re.search(r"(\d+) × (\d+)", told).groups()  # type: ignore[union-attr]
    assert int(rows) == int(columns) == len(GRID)
    low, high, inverse = re.findall(r"\b[01]\.\d+\b", told)[0], "0.95", f"{norm.ppf(0.95):.4f}"
    assert np.allclose(norm.cdf(GRID), np.linspace(float(low), float(high), len(GRID)))
    assert f"`norm.ppf({high})`" in told and inverse in told and inverse == "1.6449" == f"{GRID[-1]:.4f}"
    between = np.diff(norm.cdf(GRID))
    assert np.ptp(between) < 1e-12 and re.search(r"([\d.]+) %", told)[1] == f"{100 * between[0]:.1f}"  # type: ignore[index]
    assert np.diff(GRID).argmin() == len(GRID) // 2 - 1, "closest in the middle"


def test_a_continuous_bernoulli_integrates_to_one_and_the_cross_entropy_alone_does_not() -> None:
    for told in (0.05, 0.3, 0.9):
        factor = 2 * np.arctanh(1 - 2 * told) / (1 - 2 * told)
        integral = quad(lambda x, p=told: p**x * (1 - p) ** (1 - x), 0, 1)[0]
        assert factor * integral == pytest.approx(1)
        assert integral < 0.9


def test_the_squared_error_is_a_gaussian_of_fixed_variance() -> None:
    x, mean, s = np.linspace(0, 1, 5), 0.3, 0.4
    assert np.allclose((x - mean) ** 2 / (2 * s**2) + np.log(s * np.sqrt(2 * np.pi)), -norm.logpdf(x, mean, s))


def test_mnist_is_grey() -> None:
    pictures = mnist.load("test").images
    grey = ((pictures > 0) & (pictures < 255)).flatten(1).sum(1)
    assert (grey > 0).float().mean() > 0.999 and 100 < grey.float().median() < 784


# --- the prediction


@torch.no_grad()
def test_before_training_all_codes_are_nearly_one_and_all_decode_into_nearly_the_same_grey() -> None:
    vae = VAE(generator=torch.Generator().manual_seed(0)).eval()
    assert vae.encode(pixels())[0].std(0).max() < 0.1
    decoded = vae.decode(torch.randn(300, 2, generator=torch.Generator().manual_seed(1)))
    assert decoded.std(0).mean() < 0.06 and decoded.mean().item() == pytest.approx(0.5, abs=0.05)
