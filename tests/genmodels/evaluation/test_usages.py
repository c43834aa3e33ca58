"""Codebooks side by side: they collapse, are cured, and lead where each leads alone; what is counted is true."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import entropy
from torch import Tensor

from genmodels.data import mnist
from genmodels.evaluation import usages
from genmodels.evaluation.usages import WAYS, Look
from genmodels.models.quantiser import Quantiser
from genmodels.models.vqvae import VQVAE
from genmodels.training import loop, recipes

CURED = {"gradient-revival", "averages-revival"}
COLLAPSED = set(WAYS) - CURED


def trained(num_codes: int = 256, learning_rate: float = 0.003, seed: int = 0) -> list[Look]:
    return list(usages.watched(num_codes, learning_rate, seed))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings of 20 updates."""
    monkeypatch.setattr(usages, "NUM_UPDATES", 20)
    monkeypatch.setattr(usages, "NUM_LEARNED", 20 * usages.BATCH)


def alone(way: str, num_codes: int = 64) -> loop.Run:
    """The same training by itself, not begun yet."""
    digits = mnist.load("train").subset(torch.arange(usages.NUM_LEARNED))
    return loop.Run(usages.recipe(way, num_codes, 0.003, 0), "cpu", (digits, usages.counted_digits()))


# --- collapse, and its cures


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_revival_cures_and_averages_alone_do_not(seed: int) -> None:
    last = trained(seed=seed)[-1].codebooks
    assert all(last[way].used < 20 and last[way].perplexity < 12 for way in COLLAPSED)
    assert all(last[way].used > 180 and last[way].perplexity > 100 for way in CURED)
    assert max(last[way].nats for way in CURED) + 5 < min(last[way].nats for way in COLLAPSED)


@pytest.mark.slow
@pytest.mark.parametrize(("num_codes", "learning_rate"), [(16, 0.01), (64, 0.001)])
def test_a_smaller_codebook_collapses_as_well(num_codes: int, learning_rate: float) -> None:
    last = trained(num_codes, learning_rate)[-1].codebooks
    assert all(last[way].used < 9 for way in COLLAPSED)
    assert all(last[way].used > num_codes / 2 for way in CURED)


@pytest.mark.parametrize("num_codes", [16, 64, 256])
def test_before_training_a_handful_of_codes_are_the_nearest_to_all_vectors(num_codes: int) -> None:
    for seed in range(8):
        look = next(usages.watched(num_codes, 0.003, seed))
        assert look.updates == (0,) and all(one.used <= 7 for one in look.codebooks.values())


@pytest.mark.parametrize("way", sorted(COLLAPSED))
def test_a_code_that_is_never_chosen_is_never_moved(way: str, short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: set[int] = set()
    nearest = Quantiser.nearest

    def listen(self: Quantiser, z: Tensor) -> Tensor:
        codes = nearest(self, z)
        chosen.update(codes.flatten().tolist())
        return codes

    monkeypatch.setattr(Quantiser, "nearest", listen)
    run = alone(way)
    before = _codebook(run).clone()
    list(run.steps())
    moved = (_codebook(run) - before).abs().amax(1)
    never = [code for code in range(64) if code not in chosen]
    assert never and chosen
    assert moved[never].max() < 1e-5 < 1e-3 < moved[sorted(chosen)].max()


def _codebook(run: loop.Run) -> Tensor:
    assert isinstance(run.model, VQVAE)
    return run.model.codec.quantiser.codebook.detach()


# --- what is looked at


def test_they_begin_alike_and_lead_where_each_leads_alone(short: None) -> None:
    looks = trained(64)
    first = looks[0].codebooks
    assert all(np.array_equal(one.shares, first["gradient"].shares) for one in first.values())
    for way in WAYS:
        *_, last = alone(way).steps()
        assert isinstance(last.model, VQVAE)
        x = usages.counted_digits().pixels()
        shares, used, perplexity = last.model.eval().usage(x)
        here = looks[-1].codebooks[way]
        assert np.array_equal(here.shares, shares.numpy())
        assert (here.used, here.perplexity) == (int(used), pytest.approx(float(perplexity)))
        loss = last.model.codec_loss(x)["reconstruction"].detach()
        assert here.nats == pytest.approx(float(loss), rel=1e-4)


def test_the_numbers_of_a_look_belong_together(short: None) -> None:
    looks = trained(64)
    assert looks[0].share == 0 and looks[-1].share == 1
    assert looks[-1].updates == tuple(one.updates[-1] for one in looks)
    for way in WAYS:
        assert looks[-1].perplexities[way] == tuple(one.codebooks[way].perplexity for one in looks)
    for one in looks[-1].codebooks.values():
        assert one.shares.shape == (64,) and one.shares.sum() == pytest.approx(1)
        assert one.used == (one.shares > 0).sum()
        assert one.perplexity == pytest.approx(np.exp(entropy(one.shares)), rel=1e-5)
        counts = one.shares * usages.NUM_PLACES
        np.testing.assert_allclose(counts, counts.round(), atol=1e-3)


def test_what_is_left_of_the_shown_digits_is_what_the_model_makes_of_them(short: None) -> None:
    digits = usages.shown()
    labels = usages.counted_digits().labels
    found = [int(labels[_index_of(one)]) for one in digits]
    assert tuple(found) == usages.SHOWN and digits.dtype == np.uint8
    *_, last = alone("gradient").steps()
    assert isinstance(last.model, VQVAE)
    again = last.model.eval().reconstruct(torch.from_numpy(digits)[:, None] / 255)
    here = trained(64)[-1].codebooks["gradient"].pictures
    np.testing.assert_allclose(here, 255 * again[:, 0].detach().numpy(), atol=1)


def _index_of(digit: np.ndarray) -> int:
    return int((usages.counted_digits().images[:, 0].numpy() == digit).all((1, 2)).argmax())


def test_a_look_stays_as_it_was(short: None) -> None:
    looks = usages.watched(64, 0.003, 0)
    first = next(looks)
    before = {way: one.shares.copy() for way, one in first.codebooks.items()}
    *_, _last = looks
    assert all(np.array_equal(first.codebooks[way].shares, shares) for way, shares in before.items())


# --- their recipe


def test_no_prior_learns_and_nothing_is_averaged_over_the_updates(short: None) -> None:
    run = alone("averages-revival")
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    steps = list(run.steps())
    moved = {name for name, value in run.model.state_dict().items() if not torch.equal(value, before[name])}
    assert {name.split(".")[0] for name in moved} == {"codec"}
    assert steps[-1].position == run.recipe.num_epochs == 1 and run.eval_model is run.model


def test_it_is_no_recipe_that_is_kept_under_the_name_of_the_whole_model() -> None:
    whole = recipes.make("vqvae-mnist", epochs=1, num_codes=64)
    mine = usages.recipe("gradient", 64, 0.003, 0)
    assert mine.name not in recipes.names() and mine.name != whole.name
    assert [len(one.phases) for one in (mine, whole)] == [1, 2]
