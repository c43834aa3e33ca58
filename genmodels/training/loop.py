"""The training loop: one generator of small steps, the same for a notebook, the command line, the pages and the tests.

All random numbers follow from the recipe's seed. The order of the pictures in epoch e comes from (seed, e) alone, so
that the position in the data is one number; a run restored from `state()` goes on exactly as if it had not stopped.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from genmodels.data import Examples
from genmodels.errors import Problem
from genmodels.models.layers import GenerativeModel
from genmodels.settings import device as device_called
from genmodels.training import recipes, steadying
from genmodels.training.adam import Adam
from genmodels.training.recipes import Recipe

_STEPS_PER_EPOCH = 10
_CHUNK = 500  # pictures at once in the second curve: their activations stay in the cache


@dataclass(frozen=True)
class Step:
    """Where a training stands.

    `epoch` counts from 1 (0: nothing trained yet) and `step` is the number of updates so far. `losses` are in nats
    per image: "train_total", "train_reconstruction", ... are means since the epoch began, under changing weights;
    "valid_..." (or "test_...", see Recipe.second_curve) are there at the end of an epoch, under the weights it ends
    with. `model` is the one that would be kept, which may be the one being trained: use it before asking for the next
    step, and do not change it.
    `position` is how many epochs are done, 1.3 in the middle of the second one.
    """

    epoch: int
    step: int
    losses: dict[str, float]
    model: GenerativeModel
    position: float = 0.0

    @property
    def ends_epoch(self) -> bool:
        """Whether the second curve was measured here: at epoch 0 and at the end of every epoch."""
        return any(not name.startswith("train_") for name in self.losses)


class Diverged(Problem):
    """The loss became infinite or not a number: nothing after this would be worth keeping."""

    def __init__(self, epoch: int, step: int, learning_rate: float) -> None:
        super().__init__(
            "diverged",
            "Training diverged in epoch {epoch}, by step {step}: the loss is no longer a number. "
            "Try a learning rate below {learning_rate:g}.",
            epoch=epoch,
            step=step,
            learning_rate=learning_rate,
        )


def train(
    name: str,
    data: str | None = None,
    epochs: int | None = None,
    device: str = "auto",
    seed: int = 0,
    **settings: Any,
) -> Iterator[Step]:
    """Train a model from nothing and watch: about ten steps per epoch, the first one before any training.

    None means the recipe's own value. Nothing is read from or written to the disk but the data.
    Raises Problem for a setting that cannot be used, at once, and Diverged while training.
    """
    recipe = recipes.make(name, data=data, epochs=epochs, seed=seed, **settings)
    return Run(recipe, device).steps()


def split(recipe: Recipe) -> tuple[Examples, Examples]:
    """The examples to train on, and those of the second curve: held out, or the test set when holdout is 0."""
    training = recipe.examples("train")
    if not recipe.holdout:
        return training, recipe.examples("test")
    # the same pictures whatever the seed, so that runs can be compared
    order = torch.randperm(len(training), generator=_generator("holdout"))
    num_held_out = max(1, round(recipe.holdout * len(training)))
    return training.subset(order[num_held_out:]), training.subset(order[:num_held_out])


def _generator(*purpose: object, device: torch.device | None = None) -> torch.Generator:
    """A generator of its own for each purpose, such as ("order", seed, epoch); no two share their numbers."""
    digest = hashlib.sha256(repr(purpose).encode()).digest()
    return torch.Generator(device or "cpu").manual_seed(int.from_bytes(digest[:7]))


class Run:
    """One training: model, optimiser and position. `steps` moves it on; `state` and `restore` stop and resume it.

    `kept` is the model that the training is for: the trained one itself, or the average of its weights.
    """

    def __init__(self, recipe: Recipe, device: str = "auto", splits: tuple[Examples, Examples] | None = None) -> None:
        self.recipe = recipe
        self.device = device_called(device)
        self.model = recipes.build(recipe, _generator("weights", recipe.seed)).to(self.device)
        self.kept = steadying.apart(self.model) if recipe.steadied else self.model
        self.optimiser = Adam(self.model.parameters(), recipe.learning_rate)
        self.training, self.second = (examples.to(self.device) for examples in splits or split(recipe))
        self.noise = _generator("noise", recipe.seed, device=self.device)
        self.epoch, self.batch = 0, 0  # where the next update is; epoch 0 is the look before training
        self.sums = torch.zeros((), device=self.device)  # losses of this epoch so far, summed over pictures

    @property
    def num_batches(self) -> int:
        """Updates per epoch; the last batch may be smaller."""
        return math.ceil(len(self.training) / self.recipe.batch_size)

    def steps(self) -> Iterator[Step]:
        """Go on to the end. When a step is handed out, the run already stands behind it: `state` may be taken."""
        if self.epoch == 0:
            losses = self._second_losses(epoch=0)
            self.epoch = 1
            yield self._checked(Step(0, 0, losses, self.kept))
        while self.epoch <= self.recipe.epochs:
            yield from self._train_epoch()

    def _train_epoch(self) -> Iterator[Step]:
        epoch = self.epoch
        order = torch.randperm(len(self.training), generator=_generator("order", self.recipe.seed, epoch))
        batches = order.to(self.device).split(self.recipe.batch_size)
        report_after = {
            math.ceil(self.num_batches * part / _STEPS_PER_EPOCH) for part in range(1, _STEPS_PER_EPOCH + 1)
        }
        num_seen = self.batch * self.recipe.batch_size
        for index in batches[self.batch :]:
            names = self._update(index)
            self.batch += 1
            num_seen += len(index)
            if self.batch not in report_after:
                continue
            step = (epoch - 1) * self.num_batches + self.batch
            # only here does the computer wait for the numbers: on a GPU, asking at each update would stop its work
            means = (self.sums / num_seen).tolist()
            losses = {f"train_{name}": mean for name, mean in zip(names, means, strict=True)}
            position = step / self.num_batches
            if self.batch == self.num_batches:
                losses |= self._second_losses(epoch)
                self.epoch, self.batch = epoch + 1, 0
                self.sums = torch.zeros_like(self.sums)
            yield self._checked(Step(epoch, step, losses, self.kept, position))

    def _checked(self, step: Step) -> Step:
        if not all(map(math.isfinite, step.losses.values())):
            raise Diverged(step.epoch, step.step, self.recipe.learning_rate)
        return step

    def _update(self, index: Tensor) -> list[str]:
        """One step of Adam on the pictures at `index`; adds up the losses and returns their names."""
        self.model.train()
        losses = self._losses(self.model, self.training, index, self.noise)
        self.optimiser.zero_grad()
        losses["total"].backward()
        if self.recipe.steadied:
            self._steadied_step((self.epoch - 1) * self.num_batches + self.batch + 1)
        else:
            self.optimiser.step()
        self.sums = self.sums + torch.stack([loss.detach() for loss in losses.values()]) * len(index)
        return list(losses)

    def _steadied_step(self, step: int) -> None:
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        rate = steadying.annealed(step, self.recipe.epochs * self.num_batches)
        self.optimiser.learning_rate = self.recipe.learning_rate * rate
        self.optimiser.step()
        steadying.average(self.kept, self.model, step)

    def _losses(
        self, model: GenerativeModel, examples: Examples, index: slice | Tensor, noise: torch.Generator
    ) -> dict[str, Tensor]:
        labels = (examples.labels[index],) if model.labelled else ()
        with steadying.half_precision(self.device) if self.recipe.half_precision else nullcontext():
            return model.loss(examples.batch(index), noise, *labels)

    @torch.no_grad()
    def _second_losses(self, epoch: int) -> dict[str, float]:
        """The mean losses over the second set, their noise drawn apart so that looking does not change the training."""
        self.kept.eval()
        noise = _generator("second", self.recipe.seed, epoch, device=self.device)
        sums: dict[str, Tensor] = {}
        for start in range(0, len(self.second), _CHUNK):
            chunk = slice(start, min(start + _CHUNK, len(self.second)))
            for name, loss in self._losses(self.kept, self.second, chunk, noise).items():
                sums[name] = sums.get(name, torch.zeros_like(loss)) + loss * (chunk.stop - chunk.start)
        return {f"{self.recipe.second_curve}_{name}": total.item() / len(self.second) for name, total in sums.items()}

    def state(self) -> dict[str, Tensor]:
        """All that the rest of the run depends on, as tensors on the CPU, by flat names."""
        state = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        if self.kept is not self.model:
            state |= {f"kept.{name}": value for name, value in self.kept.state_dict().items()}
        state |= {f"adam.{name}": value for name, value in self.optimiser.state().items()}
        state |= {
            "noise": self.noise.get_state(),
            "sums": self.sums,
            "position": torch.tensor([self.epoch, self.batch]),
        }
        return {name: value.detach().to("cpu", copy=True) for name, value in state.items()}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go back to where `state` was taken; LookupError, ValueError or RuntimeError when it is not of such a run.

        On the same kind of device the run goes on bit for bit; on another one with other noise.
        """
        self.model.load_state_dict(_part(state, "model."))
        if self.kept is not self.model:
            self.kept.load_state_dict(_part(state, "kept."))
        self.optimiser.restore(_part(state, "adam."))
        self.epoch, self.batch = state["position"].tolist()
        if state["noise"].shape == self.noise.get_state().shape:
            self.noise.set_state(state["noise"])
        else:
            self.noise = _generator("noise", self.recipe.seed, self.epoch, self.batch, device=self.device)
        self.sums = state["sums"].to(self.device, copy=True)


def _part(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
