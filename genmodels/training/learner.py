"""A player at work: the weights it moves, their optimiser, and its losses since the epoch began."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from genmodels.models.layers import GenerativeModel
from genmodels.training.adam import Adam
from genmodels.training.recipes import Player


class Learner:
    """One player of a training, with what its next update depends on beside the model."""

    def __init__(self, player: Player, model: GenerativeModel) -> None:
        self.player = player
        part = model.get_submodule(player.part)
        self.optimiser = Adam(part.parameters(), player.learning_rate, player.betas)
        self.sums: dict[str, Tensor] = {}  # of each loss over the examples of this epoch
        self.num_seen = 0  # these examples

    def update(self, losses: Mapping[str, Tensor], batch_size: int, lr_factor: float, clip_norm: float | None) -> None:
        """One step of Adam down the gradient of losses["total"], a mean over a batch; remembers all of them."""
        self.optimiser.zero_grad()
        # in the own weights only: the generator's loss passes through the discriminator and leaves it as it is
        losses["total"].backward(inputs=self.optimiser.parameters)
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(self.optimiser.parameters, clip_norm)
        self.optimiser.learning_rate = self.player.learning_rate * lr_factor
        self.optimiser.step()
        self.num_seen += batch_size
        for name, loss in losses.items():
            self.sums[name] = self.sums.get(name, torch.zeros_like(loss)) + loss.detach() * batch_size

    def means(self) -> dict[str, float]:
        """The mean of each loss since the epoch began, by its name in curves; on a GPU this waits for the numbers."""
        if not self.sums:
            return {}
        means = (torch.stack(list(self.sums.values())) / self.num_seen).tolist()
        return {self.player.called(name): mean for name, mean in zip(self.sums, means, strict=True)}

    def begin_epoch(self) -> None:
        """Forget the losses so far."""
        self.sums, self.num_seen = {}, 0

    def state(self) -> dict[str, Tensor]:
        """All that the next update depends on beside the model, by flat names."""
        return {
            **{f"adam.{name}": value for name, value in self.optimiser.state().items()},
            **{f"sum.{name}": value for name, value in self.sums.items()},
            "num_seen": torch.tensor(self.num_seen),
        }

    def restore(self, state: Mapping[str, Tensor], device: torch.device) -> None:
        """Go back to `state()`; KeyError or ValueError when it is not of such a player."""
        self.optimiser.restore(part_of(state, "adam."))
        self.sums = {name: value.to(device, copy=True) for name, value in part_of(state, "sum.").items()}
        self.num_seen = int(state["num_seen"])


def part_of(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """What stands in a state under names that begin with `prefix`, by the rest of these names."""
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
