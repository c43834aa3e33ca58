"""Trainings side by side lead where each leads alone, and what is seen on the way does not change any more."""

from __future__ import annotations

import pytest
import torch

from genmodels.data import mnist
from genmodels.training import loop, recipes
from genmodels.training.together import Together

SMALL = {"hidden_dim": 8, "epochs": 2, "learned": "0-180"}
BOTH = [recipes.make(f"{kind}-moon-phases", **SMALL) for kind in ("ae", "vae")]


def test_the_models_are_those_of_each_training_alone() -> None:
    together = Together(BOTH)
    moments = list(together.run())
    assert together.share == 1.0 and moments[-1] is together.moment
    for recipe, model in zip(BOTH, together.moment.models, strict=True):
        *_, last = loop.Run(recipe, "cpu").steps()
        assert all(torch.equal(a, b) for a, b in zip(last.model.parameters(), model.parameters(), strict=True))


def test_a_moment_stays_as_it_was() -> None:
    steps = Together(BOTH).run()
    first = next(steps)
    before = [parameter.clone() for parameter in first.models[0].parameters()]
    *_, later = steps
    assert all(torch.equal(a, b) for a, b in zip(before, first.models[0].parameters(), strict=True))
    assert first.position == 0 < later.position == 2
    assert not any(parameter.requires_grad for parameter in first.models[0].parameters())


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="equally many"):
        Together([BOTH[0], recipes.make("vae-moon-phases", epochs=3)])


def test_all_learn_from_the_examples_that_are_given() -> None:
    digits = mnist.load("train").subset(torch.arange(64)), mnist.load("test").subset(torch.arange(20))
    recipe = recipes.make("vae-mnist", hidden_dim=8, epochs=1)
    together = Together([recipe, recipe], splits=digits)
    *_, last = together.run()
    *_, alone = loop.Run(recipe, "cpu", digits).steps()
    assert [losses == alone.losses for losses in last.losses] == [True, True]
