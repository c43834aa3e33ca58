"""Adam as one fused step of PyTorch's own kernel.

`torch.optim.Adam` computes the same numbers, bit for bit (a test compares), but brings PyTorch's compiler along when it
is made: 2.4 s of imports, which whoever presses "train" would wait for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor
from torch.optim.adam import adam

_PARTS = ("step", "exp_avg", "exp_avg_sq")  # as torch.optim.Adam calls them


class Adam:
    """The optimiser of one training. Source: Kingma and Ba 2015, "Adam: a method for stochastic optimization"."""

    def __init__(
        self, parameters: Iterable[Tensor], learning_rate: float, betas: tuple[float, float] = (0.9, 0.999)
    ) -> None:
        self.parameters, self.learning_rate, self.betas = list(parameters), learning_rate, betas
        self._step = [torch.zeros((), device=p.device) for p in self.parameters]
        self._exp_avg = [torch.zeros_like(p) for p in self.parameters]
        self._exp_avg_sq = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move the parameters that have a gradient."""
        moved = [i for i, parameter in enumerate(self.parameters) if parameter.grad is not None]
        lists = (self.parameters, self._exp_avg, self._exp_avg_sq, self._step)
        parameters, exp_avgs, exp_avg_sqs, steps = ([values[i] for i in moved] for values in lists)
        adam(
            parameters,
            [parameter.grad for parameter in parameters if parameter.grad is not None],
            exp_avgs,
            exp_avg_sqs,
            [],
            steps,
            fused=True,
            amsgrad=False,
            beta1=self.betas[0],
            beta2=self.betas[1],
            lr=self.learning_rate,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )

    def state(self) -> dict[str, Tensor]:
        """What the next step depends on besides the parameters: "<number of the parameter>.<part>"."""
        return {
            f"{i}.{name}": values[i]
            for name, values in zip(_PARTS, (self._step, self._exp_avg, self._exp_avg_sq), strict=True)
            for i in range(len(self.parameters))
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go back to `state()`; KeyError or ValueError when it is not of such a model."""
        own = self.state()
        if state.keys() != own.keys():
            raise KeyError("the parts of Adam's state are not those of this model")
        for name, value in own.items():
            if value.shape != state[name].shape:
                raise ValueError("the moments of Adam do not fit the weights")
            value.copy_(state[name])
