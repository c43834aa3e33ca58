"""Distances to moons against brute force, and what the course says of the two models, trained on three seeds."""

from __future__ import annotations

from statistics import mean

import numpy as np
import pytest
import torch

from genmodels.data import moon_phases
from genmodels.evaluation import moons, report
from genmodels.evaluation.moons import Moons
from genmodels.models.autoencoder import Autoencoder
from genmodels.models.vae import VAE
from genmodels.training import checkpoints, loop

SETS = {"two": "0-180", "nine": "0-22-45-68-90-112-135-158-180", "all": "all"}
SEEDS = (0, 1, 2)


def test_the_nearest_phase_is_the_one_of_brute_force() -> None:
    pictures = torch.rand(20, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    pictures[:5] = moons.phases()[[0, 7, 90, 133, 180]] * 0.9
    distance, phase = moons.nearest(pictures)
    true = moons.phases().numpy().astype(float)
    for i, picture in enumerate(pictures.numpy().astype(float)):
        squares = ((true - picture) ** 2).mean((1, 2, 3))
        assert distance[i].item() == pytest.approx(squares.min(), abs=1e-12) and phase[i] == squares.argmin()


def test_an_overlay_is_a_mix_of_the_two() -> None:
    half, full = moons.phases()[0], moons.phases()[-1]
    mixes = torch.stack([(1 - w) * half + w * full for w in (0.0, 0.3, 1.0)])
    assert moons.overlay(mixes).numpy() == pytest.approx(0, abs=1e-12)
    gibbous = moons.phases()[90:91]
    grid = [((1 - w) * half + w * full - gibbous[0]).square().mean().item() for w in np.linspace(0, 1, 10_001)]
    assert moons.overlay(gibbous).item() == pytest.approx(min(grid), abs=1e-7)


@torch.no_grad()
def test_a_walk_begins_and_ends_at_its_codes() -> None:
    model = VAE(side=32, hidden_dim=8, generator=torch.Generator().manual_seed(0))
    a, b = moons.codes(model)[[10, 170]]
    way = moons.walk(model, a, b, 4)
    expected = model.decode(torch.stack([a, (3 * a + b) / 4, (a + b) / 2, (a + 3 * b) / 4, b]))
    assert torch.allclose(way, expected, atol=1e-6)


def test_the_measures_are_those_of_the_card() -> None:
    for name in ("ae-moon-phases", "vae-moon-phases"):
        checkpoint = checkpoints.get(name)
        told = report.report(checkpoint, "cpu", 0, {})["moons"]
        assert told == pytest.approx(checkpoint.card["evaluated"]["moons"], rel=1e-3, abs=1e-6)
    assert told["kl"] > 0 == report.report(checkpoints.get("ae-moon-phases"), "cpu", 0, {})["moons"]["kl"]


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], list[Moons]]:
    """Both models on each set of phases, three seeds each; about a minute."""
    return {
        (kind, name): [measured(kind, token, seed) for seed in SEEDS]
        for kind in ("ae", "vae")
        for name, token in SETS.items()
    }


def measured(kind: str, token: str, seed: int) -> Moons:
    *_, last = loop.train(f"{kind}-moon-phases", device="cpu", seed=seed, learned=token)
    model = last.model.eval()
    assert isinstance(model, Autoencoder | VAE)
    return moons.measured(model, moon_phases.from_token(token))


Found = dict[tuple[str, str], list[Moons]]


@pytest.mark.slow
def test_from_half_and_full_alone_neither_invents_a_moon(found: Found) -> None:
    """The VAE lays one picture over the other; the autoencoder stays further from any moon."""
    assert all(one.overlay <= 0.0005 for one in found["vae", "two"])
    assert all(one.worst > moons.VALID for kind in ("ae", "vae") for one in found[kind, "two"])
    assert all(0.002 < one.walk < 0.012 for one in found["ae", "two"])


@pytest.mark.slow
def test_with_nine_phases_the_autoencoder_walks_through_cleaner_moons(found: Found) -> None:
    for ae, vae in zip(found["ae", "nine"], found["vae", "nine"], strict=True):
        assert ae.walk < 0.0015 and vae.walk > 2 * ae.walk
        assert ae.worst < moons.VALID < vae.worst


@pytest.mark.slow
def test_only_the_vae_can_be_sampled(found: Found) -> None:
    for name in SETS:
        assert all(one.valid >= 0.75 for one in found["vae", name])
        assert all(one.valid <= 0.2 for one in found["ae", name])
        assert mean(one.typical for one in found["vae", name]) < moons.VALID
