"""Averages that are chosen after a training are those that would have been kept during it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import integrate

from genmodels.arrays import unpack
from genmodels.training import averages, checkpoints, loop, recipes, run
from genmodels.training.averages import SIGMAS, PowerAverages, Profile

UPDATES = 4000
STOPS = range(250, UPDATES + 1, 250)


class Walk(torch.nn.Module):
    """Ten weights that wander about."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(10, dtype=torch.float64))


def profile(gamma: float, t: np.ndarray, last: int) -> np.ndarray:
    return np.where(t <= last, (gamma + 1) * (t / last) ** gamma / last, 0.0)


def test_the_powers_are_those_of_the_paper() -> None:
    assert [averages.gamma_of(sigma) for sigma in SIGMAS] == pytest.approx([16.97, 6.94], abs=0.005)


@pytest.mark.parametrize("sigma", [0.02, 0.05, 0.1, 0.2, 0.27])
def test_a_profile_is_as_wide_as_asked_for(sigma: float) -> None:
    gamma = averages.gamma_of(sigma)
    moment = lambda power: integrate.quad(lambda t: (gamma + 1) * t ** (gamma + power), 0, 1)[0]  # noqa: E731
    assert (moment(2) - moment(1) ** 2) ** 0.5 == pytest.approx(sigma, rel=1e-6)


@pytest.mark.parametrize("sigma", [0.0, -0.1, 0.3, float("nan")])
def test_no_average_is_wider_than_the_training(sigma: float) -> None:
    with pytest.raises(ValueError, match="lies between 0 and 0.288"):
        averages.gamma_of(sigma)


@pytest.mark.parametrize(
    ("one", "other"), [((6.9, 100), (17.0, 250)), ((17.0, 250), (6.9, 100)), ((3.0, 80), (3.0, 80))]
)
def test_the_overlap_is_an_integral(one: tuple[float, int], other: tuple[float, int]) -> None:
    last = max(one[1], other[1])
    value, _ = integrate.quad(
        lambda t: float(profile(one[0], np.array(t), one[1]) * profile(other[0], np.array(t), other[1])),
        0,
        last,
        points=[one[1], other[1]],
        epsabs=1e-12,
    )
    assert averages.overlap(Profile(*one), Profile(*other)) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("sigma", [0.05, 0.075, 0.1, 0.15, 0.2])
def test_an_average_made_afterwards_is_the_one_kept_on_the_way(sigma: float) -> None:
    rng = np.random.default_rng(0)
    way = np.cumsum(rng.normal(size=(UPDATES, 10)), axis=0)
    model, gamma = Walk(), averages.gamma_of(sigma)
    kept, direct, snapshots = PowerAverages(model), np.zeros(10), []
    for step in range(1, UPDATES + 1):
        model.weight.data = torch.from_numpy(way[step - 1])
        kept.update(model, step)
        direct += (1 - (1 - 1 / step) ** (gamma + 1)) * (way[step - 1] - direct)
        if step in STOPS:
            snapshots += [one.weight.detach().numpy().copy() for one in kept.models]
    profiles = [Profile(averages.gamma_of(one), stop) for stop in STOPS for one in SIGMAS]
    found = averages.coefficients(profiles, Profile(gamma, UPDATES)) @ np.array(snapshots)
    # the way has gone as far as sqrt(updates): two in a hundred of that at most
    assert np.abs(found - direct).max() < 0.02 * np.abs(way).max()


def test_a_training_puts_its_averages_aside_and_goes_on_with_them(home: Path) -> None:
    recipe = recipes.make("ddpm-points", epochs=3, hidden_dim=16)
    whole, stopped = home / "whole", home / "stopped"
    for _ in run.run(recipe, whole, averaged=True, device="cpu"):
        pass
    steps = run.run(recipe, stopped, averaged=True, device="cpu")
    for step in steps:
        if step.ends_epoch and step.epoch == 1:
            break
    steps.close()
    for _ in run.run(recipe, stopped, averaged=True, device="cpu"):
        pass
    names = sorted(path.name for path in whole.glob(averages.SNAPSHOTS))
    per_epoch = loop.Run(recipe, "cpu").num_batches
    assert names == [averages.SNAPSHOT.format(update=per_epoch * epoch) for epoch in (1, 2, 3)]
    for name in names:
        assert (whole / name).read_bytes() == (stopped / name).read_bytes()
    last = unpack((whole / names[-1]).read_bytes())
    shapes = {name: value.shape for name, value in checkpoints.open_folder(whole).tensors().items()}
    for number in ("0.", "1."):
        assert {name.removeprefix(number): v.shape for name, v in last.items() if name.startswith(number)} == shapes
    # without them nothing is put aside, and the weights that are kept are the same
    plain = home / "plain"
    for _ in run.run(recipe, plain, device="cpu"):
        pass
    assert not list(plain.glob(averages.SNAPSHOTS))
    assert checkpoints.open_folder(plain).sha256 == checkpoints.open_folder(whole).sha256
