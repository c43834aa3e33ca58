"""The ten digits of the first page: states of the sampler, from one noise, the same that the denoiser's page draws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from genmodels import load
from genmodels.data import mnist
from genmodels.evaluation import judge
from genmodels.evaluation.trace import Trace, trace
from lessons.home import scene
from lessons.home.scene import DIGITS, ETA, GUIDANCE, LAST, MODEL, STEPS, Drawn, draw, drawing, real
from ui.background import works

LEVEL = 1  # grey level: one picture and ten at once may round to either side
SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def drawings() -> dict[int, Drawn]:
    return {seed: list(draw(seed))[-1] for seed in SEEDS}


def test_every_state_is_one_of_the_denoisers_page(drawings: dict[int, Drawn]) -> None:
    model, seed, digit = load(MODEL), 1, 7
    *_, whole = trace(model, seed, ETA, steps=STEPS, label=digit, guidance=GUIDANCE)
    assert isinstance(whole, Trace)
    assert list(drawings[seed].times) == whole.times.tolist()
    there = np.round((whole.xt[:, 0].clip(-1, 1) + 1) * 127.5)
    assert np.abs(drawings[seed].states[:, digit] - there).max() <= LEVEL


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ten_begin_with_one_noise_and_end_as_what_was_asked_for(seed: int, drawings: dict[int, Drawn]) -> None:
    drawn = drawings[seed]
    assert drawn.whole and drawn.states.shape == (STEPS + 1, DIGITS, 28, 28) and drawn.times[0] == LAST
    assert (drawn.states[0] == drawn.states[0, 0]).all()
    read = judge.classes(torch.from_numpy(drawn.states[-1, :, None].astype(np.float32)) / 255)
    assert read.tolist() == list(range(DIGITS))


def test_another_seed_is_another_noise(drawings: dict[int, Drawn]) -> None:
    first, other = drawings[0], drawings[1]
    assert (first.states[0] != other.states[0]).mean() > 0.5
    assert (first.states[-1] != other.states[-1]).any(axis=(1, 2)).all()


def test_the_states_come_one_by_one() -> None:
    shares = [drawn.share for drawn in draw(0)]
    assert shares == [number / (STEPS + 1) for number in range(1, STEPS + 2)]


def test_the_real_ones_are_test_digits_of_each_kind() -> None:
    test = mnist.load("test")
    for seed in SEEDS:
        for digit, picture in enumerate(real(seed)):
            same = (test.images[test.labels == digit, 0].numpy() == picture).all(axis=(1, 2))
            assert same.any()


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Drawings that take no time; what is listed are their seeds, in the order in which they were begun."""
    begun: list[int] = []

    def drawn(seed: int) -> Iterator[Drawn]:
        begun.append(seed)
        yield Drawn(np.zeros((1, DIGITS, 28, 28), np.uint8), (0,), 1.0)

    monkeypatch.setattr(scene, "draw", drawn)
    scene._first.clear()
    works.clear()
    yield begun
    scene._first.clear()
    works.clear()


def test_what_everybody_sees_first_is_drawn_once(instant: list[int]) -> None:
    for seed in (0, *range(1, 40), 0):
        assert drawing(seed).wait(10)
        drawing(seed)
    assert instant.count(0) == 1 and len(instant) == 40
    assert drawing(1).wait(10)
    assert instant.count(1) == 2, "what few ask for again is not kept for ever"
