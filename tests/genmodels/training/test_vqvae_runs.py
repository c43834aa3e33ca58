"""Trainings of the VQ-VAE: who learns in which phase, that going on changes not a bit, collapse, and its cures."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from genmodels.data.mnist import Images
from genmodels.errors import Problem
from genmodels.jobs import progress
from genmodels.models.vqvae import VQVAE
from genmodels.training import recipes
from genmodels.training.loop import Run
from genmodels.training.recipes import Recipe

SMALL = {"epochs": 1, "prior_epochs": 1, "width": 8, "prior_width": 16, "num_layers": 1}
QUANTISER = {f"codec.quantiser.{name}" for name in ("codebook", "counts", "sums")}


def recipe(**settings: Any) -> Recipe:
    return recipes.make("vqvae-mnist", **{**SMALL, **settings})


def weights(model: torch.nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def moved(before: dict[str, Tensor], model: torch.nn.Module) -> set[str]:
    return {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}


def parts(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


# --- phases


def test_the_first_phase_leaves_the_prior_alone_and_the_second_one_the_codes(small: tuple[Images, Images]) -> None:
    run = Run(recipe(), "cpu")
    untrained, losses = weights(run.model), {}
    for step in run.steps():
        losses[step.epoch] = step.losses
        if step.epoch == 1 and step.ends_epoch:
            assert parts(moved(untrained, run.model)) == {"codec"} and moved(untrained, run.model) >= QUANTISER
            codes = weights(run.model)
            assert not moved(codes, run.eval_model), "the next phase goes on from what would have been kept"
    for model in (run.model, run.eval_model):
        assert parts(moved(codes, model)) == {"prior"}
    told = {f"codec_{name}" for name in ("total", "reconstruction", "distance", "used", "perplexity")}
    assert set(losses[1]) == {f"{split}_{name}" for split in ("train", "valid") for name in told}
    told = {f"prior_{name}" for name in ("total", "per_code")}
    assert set(losses[2]) == {f"{split}_{name}" for split in ("train", "valid") for name in told}
    assert losses[2]["valid_prior_total"] == pytest.approx(49 * losses[2]["valid_prior_per_code"], rel=1e-5)


def test_together_both_learn_all_the_time(small: tuple[Images, Images]) -> None:
    run = Run(recipe(together=True, epochs=2, prior_epochs=3), "cpu")
    before = weights(run.model)
    steps = list(run.steps())
    assert [step.epoch for step in steps if step.ends_epoch] == list(range(6))
    assert {"train_codec_total", "train_prior_total"} <= set(steps[1].losses)
    assert parts(moved(before, run.model)) == {"codec", "prior"}
    assert recipe().curves == recipe(together=True).curves == ("codec_total", "prior_total")
    assert recipe(epochs=2, prior_epochs=3).num_epochs == recipe(epochs=2, prior_epochs=3, together=True).num_epochs


@pytest.mark.parametrize("settings", [{}, {"averages": False}, {"together": True}], ids=str)
def test_going_on_from_any_step_ends_bit_for_bit_the_same(small: Any, settings: dict[str, Any]) -> None:
    """Averages and the counts of what is dead are part of the state, and revival draws the same vectors."""
    whole = Run(recipe(**settings), "cpu")
    told, states = [], []
    for step in whole.steps():
        told.append((step.epoch, step.step, step.losses))
        states.append(whole.state())
    assert any("codec.quantiser.counts" in name for name in states[0])
    for cut in range(0, len(states), 3):
        again = Run(recipe(**settings), "cpu")
        again.restore(states[cut])
        assert [(step.epoch, step.step, step.losses) for step in again.steps()] == told[cut + 1 :]
        assert all(torch.equal(again.state()[name], value) for name, value in states[-1].items())


def test_the_averaged_model_takes_over_what_is_counted(small: tuple[Images, Images]) -> None:
    run = Run(recipe(), "cpu")
    steps = run.steps()
    for _ in range(3):
        next(steps)
    for name in ("counts", "sums"):
        kept, current = (getattr(one.codec.quantiser, name) for one in (run.eval_model, run.model))  # type: ignore[union-attr]
        assert torch.equal(kept, current) and not torch.equal(current, torch.ones_like(current))


def test_pages_are_told_how_many_codes_are_used_while_it_learns(small: tuple[Images, Images]) -> None:
    *_, last = (step for step in Run(recipe(), "cpu").steps() if step.epoch == 1)
    point = progress.point(recipe(), 1.0, last.losses)
    assert 1 <= point["train_codec_perplexity"] <= point["train_codec_used"] <= 64
    assert point.keys() == {"epoch"} | {
        f"{split}_codec_{name}" for split in ("train", "eval") for name in ("total", "used", "perplexity")
    }
    assert set(progress.in_words(point, recipe())) == {"train codec", "valid codec"}


# --- collapse, and its cures one by one


MANY = {"num_codes": 256, "epochs": 12, "batch_size": 32}


def codes_used(splits: tuple[Images, Images], **settings: Any) -> int:
    """How many of 256 codes pictures become after some seconds of the first phase."""
    run = Run(recipe(**MANY, **settings), "cpu")
    for step in run.steps():
        if step.ends_epoch and step.epoch == MANY["epochs"]:
            break
    assert isinstance(run.eval_model, VQVAE)
    return int(run.eval_model.usage(splits[1].pixels()).used)


@pytest.mark.parametrize("averages", [False, True])
def test_most_codes_die_unless_they_are_revived(small: tuple[Images, Images], averages: bool) -> None:
    """Moving averages alone raise no dead code: only those that are chosen are moved."""
    left_dead = codes_used(small, averages=averages, revival=False)
    assert 1 <= left_dead < 0.1 * 256
    assert codes_used(small, averages=averages, revival=True) > 0.5 * 256


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"num_codes": 1}, "num_codes cannot be 1; it is a whole number from 2 to 256"),
        ({"num_codes": 257}, "num_codes cannot be 257"),
        ({"latent_dim": 0}, "latent_dim cannot be 0"),
        ({"commitment": -1}, "commitment cannot be -1"),
        ({"averages": "yes"}, "averages cannot be yes; it is true or false"),
        ({"revival": 1}, "revival cannot be 1"),
        ({"together": "no"}, "together cannot be no"),
        ({"prior_epochs": 0}, "prior_epochs cannot be 0"),
        ({"prior_rate": 1}, "prior_rate cannot be 1"),
        ({"prior_width": 15}, "prior_width cannot be 15"),
        ({"num_layers": 0}, "num_layers cannot be 0"),
        ({"data": "ring"}, "data cannot be ring"),
        ({"beta": 4}, "no setting 'beta'"),
    ],
)
def test_what_cannot_be_trained_is_said(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(Problem, match=sentence):
        recipes.make("vqvae-mnist", **settings)
