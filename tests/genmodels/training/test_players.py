"""Trainings of several players and in phases: who moves what, when, and that going on changes not a bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from genmodels.data import points
from genmodels.data.points import Points
from genmodels.models.layers import GenerativeModel, linear
from genmodels.training import checkpoints, recipes, run
from genmodels.training.loop import Run
from genmodels.training.recipes import LAST, Phase, Player, Recipe
from genmodels.training.recipes.base import choice, number

Splits = tuple[Points, Points]


class Duel(GenerativeModel):
    """The smallest GAN of points, with the losses of Goodfellow et al. 2014, and a scale that is learned afterwards."""

    def __init__(self, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.generator, self.discriminator = linear(2, 2, generator), linear(2, 1, generator)
        self.scale = linear(1, 1, generator)

    def drawn(self, like: Tensor, generator: torch.Generator | None) -> Tensor:
        made: Tensor = self.generator(torch.randn(like.shape, generator=generator))
        return made

    def generator_loss(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        return {"total": F.softplus(-self.discriminator(self.drawn(x, generator))).mean()}

    def discriminator_loss(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        real = F.softplus(-self.discriminator(x)).mean()
        made = F.softplus(self.discriminator(self.drawn(x, generator).detach())).mean()
        return {"total": real + made, "real": real, "made": made}

    def scale_loss(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        return {"total": ((self.scale(x[:, :1]) - self.drawn(x, generator)[:, :1]) ** 2).mean()}


@dataclass(frozen=True, kw_only=True)
class DuelRecipe(Recipe):
    """Two players against each other: the discriminator learns from every batch, the generator from every second."""

    names, module, model, best_by = ("duel",), "duel", "Duel", LAST

    data: str = choice("two-moons", "two-moons")
    learning_rate: float = number(1e-2, 1e-5, 1e-1)

    @property
    def players(self) -> tuple[Player, ...]:
        rate, betas = self.learning_rate, (0.0, 0.9)
        return (
            Player(name="d", part="discriminator", loss="discriminator_loss", learning_rate=2 * rate, betas=betas),
            Player(name="g", part="generator", loss="generator_loss", learning_rate=rate, betas=betas, every=2),
        )

    @property
    def phases(self) -> tuple[Phase, ...]:
        return (Phase(self.epochs, self.players),)

    def examples(self, split: str) -> Points:
        return points.load(self.data, split)


@dataclass(frozen=True, kw_only=True)
class PhasedRecipe(DuelRecipe):
    """The duel, then, for as many epochs, a third player who learns from what it has left."""

    best_by, ema, lr_schedule = "scale_total", True, "cosine"

    @property
    def phases(self) -> tuple[Phase, ...]:
        scale = Player(name="scale", part="scale", loss="scale_loss", learning_rate=self.learning_rate)
        return (Phase(self.epochs, self.players), Phase(self.epochs, (scale,)))


@pytest.fixture
def splits(monkeypatch: pytest.MonkeyPatch) -> Splits:
    def build(recipe: Recipe, generator: torch.Generator | None = None) -> GenerativeModel:
        return Duel(generator)

    monkeypatch.setattr(recipes, "build", build)
    monkeypatch.setattr(recipes, "version", lambda module: 1)
    monkeypatch.setitem(recipes._RECIPES, "duel", PhasedRecipe)
    some = points.load("two-moons", "train")
    return some.subset(torch.arange(150)), some.subset(torch.arange(150, 200))


def started(splits: Splits, kind: type[Recipe] = DuelRecipe, **settings: Any) -> Run:
    return Run(kind(name="duel", **{"epochs": 2, "batch_size": 20, **settings}), "cpu", splits)


def weights(model: GenerativeModel) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def moved(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    return {name.split(".")[0] for name, value in after.items() if not torch.equal(value, before[name])}


def test_each_player_has_its_losses_under_its_name(splits: Splits) -> None:
    first, *_, last = started(splits).steps()
    evaluated = {f"valid_{name}" for name in ("d_total", "d_real", "d_made", "g_total")}
    assert set(first.losses) == evaluated
    assert set(last.losses) == evaluated | {name.replace("valid", "train") for name in evaluated}
    for kind in ("train", "valid"):
        parts = last.losses[f"{kind}_d_real"] + last.losses[f"{kind}_d_made"]
        assert last.losses[f"{kind}_d_total"] == pytest.approx(parts, rel=1e-5)
    assert started(splits).recipe.curves == ("d_total", "g_total")


def test_each_player_moves_its_own_weights_in_its_turn(splits: Splits) -> None:
    """The generator's gradient passes through the discriminator and leaves it as it is."""
    training = started(splits)
    next(training.steps())
    index, movers = torch.arange(20), []
    for _ in range(4):
        before = weights(training.model)
        training._update(index)
        training.batch += 1
        movers.append(moved(before, weights(training.model)))
    assert movers == [{"discriminator"}, {"discriminator", "generator"}] * 2


def test_each_player_has_its_own_rate(splits: Splits) -> None:
    """Adam's first step, without momentum, moves every weight that has a gradient by the learning rate."""
    training = started(splits)
    next(training.steps())
    training.batch = 1  # the generator's turn
    before = weights(training.model)
    training._update(torch.arange(20))
    for name, rate in (("generator.weight", 0.01), ("discriminator.weight", 0.02)):
        step = (weights(training.model)[name] - before[name]).abs()
        assert step.max() == pytest.approx(rate, rel=1e-3), name


def test_the_means_are_over_the_batches_that_a_player_saw(splits: Splits) -> None:
    training = started(splits)
    next(training.steps())
    for _ in range(5):
        training._update(torch.arange(20))
        training.batch += 1
    assert [learner.num_seen for learner in training.learners] == [100, 40]


@pytest.mark.parametrize("kind", [DuelRecipe, PhasedRecipe])
def test_going_on_from_any_step_ends_bit_for_bit_the_same(splits: Splits, kind: type[Recipe]) -> None:
    whole = started(splits, kind)
    told, states = [], []
    for step in whole.steps():
        told.append((step.epoch, step.step, step.losses))
        states.append(whole.state())
    for cut, state in enumerate(states):
        again = started(splits, kind)
        again.restore(state)
        assert [(step.epoch, step.step, step.losses) for step in again.steps()] == told[cut + 1 :]
        assert again.state().keys() == whole.state().keys()
        assert all(torch.equal(again.state()[name], value) for name, value in whole.state().items())


def scale_error(model: Any, held_out: Points) -> float:
    """The third player's loss, always with the same noise."""
    return float(model.scale_loss(held_out.batch(slice(0, 50)), torch.Generator().manual_seed(0))["total"])


def test_a_phase_begins_where_the_one_before_has_ended(splits: Splits) -> None:
    """Its players go on from the average that would have been kept, and leave the other weights alone."""
    training = started(splits, PhasedRecipe)
    losses = {}
    for step in training.steps():
        losses[step.epoch] = step.losses
        if step.epoch == 2 and step.ends_epoch:
            codes, before = weights(training.eval_model), scale_error(training.eval_model, splits[1])
            assert moved(codes, weights(training.model)) == set(), "the next phase has begun from the average"
    assert moved(codes, weights(training.model)) == {"scale"}
    assert moved(codes, weights(training.eval_model)) == {"scale"}
    assert {name for name in losses[2] if "scale" in name} == set()
    assert set(losses[3]) == set(losses[4]) == {"train_scale_total", "valid_scale_total"}
    assert training.recipe.num_epochs == 4 and training.recipe.curves == ("d_total", "g_total", "scale_total")
    assert scale_error(training.eval_model, splits[1]) < before


@pytest.fixture
def kept(splits: Splits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Recipe]], dict[str, Any]]:
    """A recipe's card when it has been trained and kept."""
    from genmodels.training import loop

    monkeypatch.setattr(loop, "split", lambda recipe: splits)

    def train(kind: type[Recipe]) -> dict[str, Any]:
        monkeypatch.setitem(recipes._RECIPES, "duel", kind)
        for _ in run.run(kind(name="duel", epochs=2, batch_size=20), tmp_path / kind.__name__, device="cpu"):
            pass
        found = checkpoints.open_folder(tmp_path / kind.__name__)
        assert found.finished and found.model("cpu")
        return found.card

    return train


def test_the_last_epoch_is_kept_where_the_recipe_says_so(kept: Callable[..., dict[str, Any]]) -> None:
    assert kept(DuelRecipe)["epoch"] == 2


def test_the_best_epoch_is_one_of_the_phase_that_has_the_loss(kept: Callable[..., dict[str, Any]]) -> None:
    card = kept(PhasedRecipe)
    losses = {row["epoch"]: row["valid_scale_total"] for row in card["curve"] if "valid_scale_total" in row}
    assert losses.keys() == {3, 4} and card["epoch"] == min(losses, key=losses.__getitem__)


def test_a_kept_run_of_phases_goes_on_bit_for_bit(splits: Splits, tmp_path: Path, monkeypatch: Any) -> None:
    from genmodels.training import loop

    monkeypatch.setattr(loop, "split", lambda recipe: splits)
    recipe = PhasedRecipe(name="duel", epochs=2, batch_size=20)
    for name, stop in (("whole", None), ("cut", 2)):
        for step in run.run(recipe, tmp_path / name, device="cpu"):
            if step.epoch == stop and step.ends_epoch:
                break
    for _ in run.run(recipe, tmp_path / "cut", device="cpu"):
        pass
    whole, cut = (checkpoints.open_folder(tmp_path / name) for name in ("whole", "cut"))
    assert whole.card["files"] == cut.card["files"] and whole.card["curve"] == cut.card["curve"]
