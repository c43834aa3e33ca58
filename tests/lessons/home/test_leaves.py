"""The leaves of the tree: drawn by the shipped models, once, the quick ones first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from genmodels import sample
from lessons.home import leaves
from lessons.home.leaves import BRANCHES, LEAVES, NUM, OPENING, ORDER, Drawn, asked_for, draw, drawing, entrant
from tests.app import ROOT
from ui.background import works
from ui.course import page_of

LEVEL = 1  # grey level, for rounding


@pytest.fixture(scope="module")
def drawings() -> list[Drawn]:
    return list(draw(1))


def test_every_family_of_the_tree_is_a_leaf_with_a_lesson_and_draws() -> None:
    on_branches = [family for below in BRANCHES.values() for last in below.values() for family in last]
    assert sorted(on_branches) == sorted(LEAVES) == sorted(ORDER)
    assert [page_of(entrant(family).model) for family in LEAVES] == ["pixels", "vae", "vqvae", "denoiser", "gan"]


def test_they_come_one_by_one_the_quick_ones_first(drawings: list[Drawn]) -> None:
    assert [tuple(drawn.pictures) for drawn in drawings] == [ORDER[:number] for number in range(1, len(ORDER) + 1)]
    assert [drawn.whole for drawn in drawings] == [False] * (len(ORDER) - 1) + [True]
    took = drawings[-1].milliseconds
    assert max(took["vae"], took["gan"]) < min(took["pixel"], took["diffusion"])


@pytest.mark.parametrize("family", list(LEAVES))
def test_a_leaf_shows_what_its_model_draws(family: str, drawings: list[Drawn]) -> None:
    """The same as `genmodels.sample`, which loads its own copy of the weights."""
    options = dict(entrant(family).options)
    if family not in ("vae", "gan"):
        options["label"] = torch.from_numpy(asked_for(1))
    expected = sample(entrant(family).model, NUM, seed=1, device="cpu", **options)[:, 0].numpy() * 255
    shown = drawings[-1].pictures[family]
    assert shown.shape == (NUM, 28, 28) and shown.dtype == np.uint8
    assert np.abs(shown - expected).max() <= LEVEL
    assert (shown > 128).mean(axis=(1, 2)).max() > 0.02, "there is ink"


def test_labels_are_different_and_in_order_and_others_for_another_seed() -> None:
    each = [asked_for(seed).tolist() for seed in range(8)]
    assert all(len(set(one)) == NUM and one == sorted(one) for one in each)
    assert len({*map(tuple, each)}) > 1


def test_another_seed_draws_other_digits(drawings: list[Drawn]) -> None:
    for family in ("vae", "gan"):
        first = next(drawn for drawn in draw(2) if family in drawn.pictures).pictures[family]
        assert (first != drawings[-1].pictures[family]).any(axis=(1, 2)).all()


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Drawings that take no time; what is listed are their seeds, in the order in which they were begun."""
    begun: list[int] = []

    def drawn(seed: int) -> Iterator[Drawn]:
        begun.append(seed)
        pictures = dict.fromkeys(LEAVES, np.zeros((NUM, 28, 28), np.uint8))
        yield Drawn(pictures, dict.fromkeys(LEAVES, 1.0))

    monkeypatch.setattr(leaves, "draw", drawn)
    for cached in (leaves._first, works):
        cached.clear()
    yield begun
    for cached in (leaves._first, works):
        cached.clear()


def test_what_everybody_sees_first_is_drawn_once(instant: list[int]) -> None:
    for seed in (OPENING, *range(1, 40), OPENING):
        assert drawing(seed).wait(10)
        drawing(seed)
    assert instant.count(OPENING) == 1 and len(instant) == 40


def test_the_page_does_not_wait_for_torch() -> None:
    code = "import sys, lessons.home.sections, lessons.home.path; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
