"""The training loop: one generator of small steps, the same for a notebook, the command line, the pages and the tests.

A recipe says who learns: one player with one loss, several against each other, or others in a later phase (see
`Player` and `Phase`). All random numbers follow from the recipe's seed. The order of the examples in epoch e comes from
(seed, e) alone, so that the position in the data is one number; a run restored from `state()` goes on exactly as if it
had not stopped.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor

from genmodels.data import Examples
from genmodels.errors import Problem
from genmodels.models.layers import GenerativeModel
from genmodels.settings import device as device_called
from genmodels.training import recipes, tricks
from genmodels.training.averages import PowerAverages
from genmodels.training.learner import Learner, part_of
from genmodels.training.recipes import Recipe

_CHUNK = 500  # examples at once in an evaluation: their activations stay in the cache


@dataclass(frozen=True)
class Step:
    """Where a training stands.

    `epoch` counts from 1 (0: nothing trained yet) and `step` is the number of batches so far. `losses` are in the
    recipe's unit: "train_total", "train_reconstruction", ... are means since the epoch began, under changing weights;
    "valid_..." (or "test_...", see Recipe.eval_split) are there at the end of an epoch, under the weights it ends
    with. With several players each loss has its player's name in it, as in "train_generator_total".
    `model` is the one that would be kept, which may be the one being trained: use it before asking for the next step,
    and do not change it. `position` is how many epochs are done, 1.3 in the middle of the second one.
    """

    epoch: int
    step: int
    losses: dict[str, float]
    model: GenerativeModel
    position: float = 0.0

    @property
    def ends_epoch(self) -> bool:
        """Whether the model was evaluated here: at epoch 0 and at the end of every epoch."""
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
    """The examples to train on, and those to evaluate on: held out, or the test set when holdout is 0."""
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
    """One training: model, learners and position. `steps` moves it on; `state` and `restore` stop and resume it.

    `eval_model` is what is evaluated and kept: the model that is trained, or the moving average of its weights.
    `averages` are two more of them if it is to be `averaged`, for a choice after the training.
    """

    def __init__(
        self,
        recipe: Recipe,
        device: str = "auto",
        splits: tuple[Examples, Examples] | None = None,
        averaged: bool = False,
    ) -> None:
        self.recipe = recipe
        self.device = device_called(device)
        self.model = recipes.build(recipe, _generator("weights", recipe.seed)).to(self.device)
        self.eval_model = tricks.ema_copy(self.model) if recipe.ema else self.model
        self.averages = PowerAverages(self.model) if averaged else None
        self.train_examples, self.eval_examples = (one.to(self.device) for one in splits or split(recipe))
        self.noise = _generator("noise", recipe.seed, device=self.device)
        self.epoch, self.batch = 0, 0  # where the next update is; epoch 0 is the look before training
        self._begin_phase(0)

    @property
    def num_batches(self) -> int:
        """Batches per epoch; the last one may be smaller."""
        return math.ceil(len(self.train_examples) / self.recipe.batch_size)

    @property
    def position(self) -> float:
        """How many epochs are done, 1.3 in the middle of the second one."""
        return self.update / self.num_batches

    @property
    def update(self) -> int:
        """How many batches have been learned from."""
        return max(0, self.epoch - 1) * self.num_batches + self.batch

    def begin_from(self, weights: Mapping[str, Tensor]) -> None:
        """Begin with these weights instead of random ones; RuntimeError where they are of another network."""
        self.model.load_state_dict(weights)
        self.eval_model.load_state_dict(weights)

    def steps(self) -> Iterator[Step]:
        """Go on to the end. When a step is handed out, the run already stands behind it: `state` may be taken."""
        if self.epoch == 0:
            losses = self._eval_losses(epoch=0)
            self.epoch = 1
            yield self._checked(Step(0, 0, losses, self.eval_model))
        while self.epoch <= self.recipe.num_epochs:
            yield from self._train_epoch()

    def _begin_phase(self, index: int) -> None:
        """New learners; they go on from the weights that would be kept if the training ended here."""
        self.phase = index
        self.epochs_before = sum(phase.epochs for phase in self.recipe.phases[:index])
        if self.eval_model is not self.model:
            self.model.load_state_dict(self.eval_model.state_dict())
        self.learners = [Learner(player, self.model) for player in self.recipe.phases[index].players]

    def _train_epoch(self) -> Iterator[Step]:
        epoch = self.epoch
        order = torch.randperm(len(self.train_examples), generator=_generator("order", self.recipe.seed, epoch))
        batches = order.to(self.device).split(self.recipe.batch_size)
        parts = self.recipe.steps_per_epoch
        report_after = {math.ceil(self.num_batches * part / parts) for part in range(1, parts + 1)}
        for index in batches[self.batch :]:
            self._update(index)
            self.batch += 1
            if self.batch not in report_after:
                continue
            step = (epoch - 1) * self.num_batches + self.batch
            # only here does the computer wait for the numbers: on a GPU, asking at each update would stop its work
            means = [learner.means() for learner in self.learners]
            losses = {f"train_{name}": mean for one in means for name, mean in one.items()}
            if self.batch == self.num_batches:
                losses |= self._end_epoch()
            yield self._checked(Step(epoch, step, losses, self.eval_model, step / self.num_batches))

    def _end_epoch(self) -> dict[str, float]:
        """Evaluate, and stand at the beginning of the next epoch, which may be that of another phase."""
        losses = self._eval_losses(self.epoch)
        self.epoch, self.batch = self.epoch + 1, 0
        for learner in self.learners:
            learner.begin_epoch()
        if (phase := self._phase_of(self.epoch)) != self.phase:
            self._begin_phase(phase)
        return losses

    def _phase_of(self, epoch: int) -> int:
        """The phase that an epoch belongs to; one after the last epoch counts as part of the last phase."""
        ends = accumulate(phase.epochs for phase in self.recipe.phases[:-1])
        return sum(epoch > end for end in ends)

    def _checked(self, step: Step) -> Step:
        if not all(map(math.isfinite, step.losses.values())):
            raise Diverged(step.epoch, step.step, self.recipe.learning_rate)
        return step

    def _update(self, index: Tensor) -> None:
        """Each learner whose turn it is takes a step on the examples at `index`."""
        self.model.train()
        step = (self.epoch - 1 - self.epochs_before) * self.num_batches + self.batch + 1  # of this phase
        num_steps = self.recipe.phases[self.phase].epochs * self.num_batches
        factor = tricks.lr_factor(step, num_steps) if self.recipe.lr_schedule == "cosine" else 1.0
        for learner in self.learners:
            if step % learner.player.every == 0:
                losses = self._losses(self.model, learner, self.train_examples, index, self.noise)
                learner.update(losses, len(index), factor, self.recipe.clip_norm)
        if self.eval_model is not self.model:
            tricks.ema_update(self.eval_model, self.model, step)
        if self.averages:
            self.averages.update(self.model, step)

    def _losses(
        self,
        model: GenerativeModel,
        learner: Learner,
        examples: Examples,
        index: slice | Tensor,
        noise: torch.Generator,
    ) -> dict[str, Tensor]:
        labels = (examples.labels[index],) if model.labelled else ()
        loss: Callable[..., dict[str, Tensor]] = getattr(model, learner.player.loss)
        with tricks.half_precision(self.device) if self.recipe.half_precision else nullcontext():
            return loss(examples.batch(index, noise), noise, *labels)

    @torch.no_grad()
    def _eval_losses(self, epoch: int) -> dict[str, float]:
        """The mean losses of all learners, their noise drawn apart so that looking does not change the training."""
        self.eval_model.eval()
        noise = _generator("second", self.recipe.seed, epoch, device=self.device)
        sums: dict[str, Tensor] = {}
        for start in range(0, len(self.eval_examples), _CHUNK):
            chunk = slice(start, min(start + _CHUNK, len(self.eval_examples)))
            for learner in self.learners:
                losses = self._losses(self.eval_model, learner, self.eval_examples, chunk, noise)
                for name, loss in losses.items():
                    called = f"{self.recipe.eval_split}_{learner.player.called(name)}"
                    sums[called] = sums.get(called, torch.zeros_like(loss)) + loss * (chunk.stop - chunk.start)
        return {name: total.item() / len(self.eval_examples) for name, total in sums.items()}

    def state(self) -> dict[str, Tensor]:
        """All that the rest of the run depends on, as tensors on the CPU, by flat names."""
        state = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        if self.eval_model is not self.model:
            state |= {f"ema.{name}": value for name, value in self.eval_model.state_dict().items()}
        if self.averages:
            state |= {f"average.{name}": value for name, value in self.averages.state().items()}
        for number, learner in enumerate(self.learners):
            state |= {f"learner.{number}.{name}": value for name, value in learner.state().items()}
        state |= {"noise": self.noise.get_state(), "position": torch.tensor([self.epoch, self.batch])}
        return {name: value.detach().to("cpu", copy=True) for name, value in state.items()}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go back to where `state` was taken; LookupError, ValueError or RuntimeError when it is not of such a run.

        On the same kind of device the run goes on bit for bit; on another one with other noise.
        """
        self.epoch, self.batch = state["position"].tolist()
        self._begin_phase(self._phase_of(self.epoch))
        self.model.load_state_dict(part_of(state, "model."))
        if self.eval_model is not self.model:
            self.eval_model.load_state_dict(part_of(state, "ema."))
        if self.averages:
            self.averages.restore(part_of(state, "average."))
        for number, learner in enumerate(self.learners):
            learner.restore(part_of(state, f"learner.{number}."), self.device)
        if state["noise"].shape == self.noise.get_state().shape:
            self.noise.set_state(state["noise"])
        else:
            self.noise = _generator("noise", self.recipe.seed, self.epoch, self.batch, device=self.device)
