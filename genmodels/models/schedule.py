"""How much noise each step of a diffusion adds, and what follows from it without any network.

Shapes: B batch, T steps; "..." is the shape of one thing. t = 0 is data, t = T noise. Equations without a source are
those of Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", arXiv 2006.11239.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels import values
from genmodels.errors import Problem

VERSION = 1

_MOST_STEPS = 10_000
Values = TypeVar("Values", float, NDArray[np.float32], Tensor)
_LARGEST_BETA = 0.999  # of the cosine schedule; equation 17's last beta would be 1


@dataclass(frozen=True, eq=False)
class NoiseSchedule:
    """The variances beta of the noise that each step adds, and what follows from them: (T + 1,) float64, indexed by t.

    At t = 0 nothing has been added: beta = 0, alpha_bar = 1. Only where `ends_in_noise` may the last beta be 1, which
    leaves nothing of the data. Raises Problem for betas out of range.
    """

    beta: Tensor
    ends_in_noise: bool = False

    def __post_init__(self) -> None:
        beta = torch.as_tensor(self.beta, dtype=torch.float64)
        object.__setattr__(self, "beta", beta)
        if beta.ndim != 1 or not 2 <= len(beta) <= _MOST_STEPS + 1:
            sentence = "A schedule has 1 to {most} steps, not {steps}."
            raise Problem("schedule-steps", sentence, most=_MOST_STEPS, steps=max(len(beta) - 1, 0) if beta.ndim else 0)
        for t in range(1, len(beta)):
            value, last = float(beta[t]), t == len(beta) - 1
            if not (0 < value < 1 or (last and value == 1 and self.ends_in_noise)):
                sentence = (
                    "beta at t = {t} is {beta:.4g}, but has to lie between 0 and 1: take more steps or a lower end."
                )
                raise Problem("schedule-beta", sentence, t=t, beta=value)
        if beta[0] != 0:
            raise Problem(
                "schedule-start", "beta at t = 0 is {beta:.4g}, but nothing is added there.", beta=float(beta[0])
            )

    @classmethod
    def linear(cls, num_steps: int = 300, start: float = 1e-4, end: float = 0.02) -> Self:
        """beta from `start` to `end` in equal steps, as in the paper, where T = 1000.

        With T = 300 the same ends leave alpha_bar_T = 0.048: x_T still shows 22 % of the picture's amplitude.
        """
        return cls(_from_zero(torch.linspace(start, end, _steps(num_steps), dtype=torch.float64)))

    @classmethod
    def rescaled(cls, num_steps: int = 300, start: float = 1e-4, end: float = 0.02) -> Self:
        """`linear` with betas 1000 / T times as large, so that x_T is as noisy as after 1000 steps."""
        factor = 1000 / _steps(num_steps)
        return cls.linear(num_steps, start * factor, end * factor)

    @classmethod
    def cosine(cls, num_steps: int = 300, offset: float = 0.008) -> Self:
        """alpha_bar_t = f(t) / f(0), f(t) = cos^2((t/T + s) / (1 + s) pi/2), with beta at most 0.999.

        Source: Nichol and Dhariwal 2021, "Improved denoising diffusion probabilistic models", equation 17.
        """
        time = torch.arange(_steps(num_steps) + 1, dtype=torch.float64) / num_steps
        f = torch.cos((time + offset) / (1 + offset) * math.pi / 2) ** 2
        return cls(_from_zero((1 - f[1:] / f[:-1]).clamp(max=_LARGEST_BETA)))

    @classmethod
    def named(cls, name: str, num_steps: int) -> Self:
        """A schedule by its name: "linear", "rescaled", "cosine", or "cosine-zero" without any signal at T."""
        kinds: dict[str, Callable[[int], Self]] = {"linear": cls.linear, "rescaled": cls.rescaled, "cosine": cls.cosine}
        if name == "cosine-zero":
            return cls.cosine(num_steps).zero_terminal_snr()
        if name not in kinds:
            known = ", ".join([*kinds, "cosine-zero"])
            raise Problem(
                "schedule-name", "There is no schedule {name!r}; known: {known}.", name=name[:40], known=known
            )
        return kinds[name](num_steps)

    def zero_terminal_snr(self) -> Self:
        """The same schedule, stretched so that nothing of the data is left at T; t = 1 stays as it is.

        A model that predicts the noise cannot use it: at T there is nothing but noise to see, and x_0 does not follow.
        Source: Lin et al. 2024, "Common diffusion noise schedules and sample steps are flawed", algorithm 1.
        """
        root = self.alpha_bar.sqrt()
        root = torch.cat([root[:1], (root[1:] - root[-1]) * root[1] / (root[1] - root[-1])])
        alpha_bar = root**2
        return type(self)(_from_zero(1 - alpha_bar[1:] / alpha_bar[:-1]), ends_in_noise=True)

    @cached_property
    def num_steps(self) -> int:
        """T."""
        return len(self.beta) - 1

    @cached_property
    def alpha(self) -> Tensor:
        """1 - beta."""
        return 1 - self.beta

    @cached_property
    def alpha_bar(self) -> Tensor:
        """The share of the data's variance that is left, alpha_1 ... alpha_t; 1 at t = 0."""
        return self.alpha.cumprod(0)

    @cached_property
    def snr(self) -> Tensor:
        """The ratio of signal to noise, alpha_bar / (1 - alpha_bar); infinite at t = 0."""
        return self.alpha_bar / (1 - self.alpha_bar)

    def noise(self, x0: Tensor, t: int | Tensor, eps: Tensor) -> Tensor:
        """x_t in one jump from x0 (B, ...) with eps of its shape, t a number or (B,): equation 4."""
        alpha_bar = self.at(self.alpha_bar, t, x0)
        return alpha_bar.sqrt() * x0 + (1 - alpha_bar).sqrt() * eps

    def step(self, x: Tensor, t: int | Tensor, eps: Tensor) -> Tensor:
        """x_t from x_{t-1} by one step: equation 2."""
        beta = self.at(self.beta, t, x)
        return (1 - beta).sqrt() * x + beta.sqrt() * eps

    def path(self, x0: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """x_0, x_1, ..., x_T by T small steps, each with noise of its own: (T + 1, ...) for x0 (...)."""
        steps = [x0]
        for t in range(1, self.num_steps + 1):
            eps = torch.randn(x0.shape, generator=generator, dtype=x0.dtype)
            steps.append(self.step(steps[-1], t, eps))
        return torch.stack(steps)

    def posterior(self, x0: Tensor, xt: Tensor, t: int | Tensor) -> tuple[Tensor, Tensor]:
        """Mean (B, ...) and variance of q(x_{t-1} | x_t, x_0), equations 6 and 7; the variance at t = 1 is 0."""
        for_x0, for_xt, variance = self.posterior_coefficients()
        mean = self.at(for_x0, t, xt) * x0 + self.at(for_xt, t, xt) * xt
        return mean, self.at(variance, t, xt)

    def posterior_coefficients(self) -> tuple[Tensor, Tensor, Tensor]:
        """The factors of x_0 and x_t in the posterior's mean, and its variance, equation 7: (T + 1,) each.

        At t = 0 they are 1, 0 and 0.
        """
        alpha_bar_before = torch.cat([torch.ones(1, dtype=torch.float64), self.alpha_bar[:-1]])
        one_minus_alpha_bar = (1 - self.alpha_bar).where(self.beta > 0, torch.ones_like(self.beta))  # 0 at t = 0
        for_x0 = alpha_bar_before.sqrt() * self.beta / one_minus_alpha_bar
        for_x0 = for_x0.where(self.beta > 0, torch.ones_like(for_x0))
        for_xt = self.alpha.sqrt() * (1 - alpha_bar_before) / one_minus_alpha_bar
        variance = self.beta * (1 - alpha_bar_before) / one_minus_alpha_bar
        return for_x0, for_xt, variance

    def at(self, values: Tensor, t: int | Tensor, like: Tensor) -> Tensor:
        """values[t], t a number or (B,), so shaped that it multiplies `like` (B, ...), with its device and dtype.

        Raises Problem unless t is from 0 to T.
        """
        index = torch.as_tensor(t)
        if not bool(((index >= 0) & (index <= self.num_steps)).all()):
            wrong = int(index[(index < 0) | (index > self.num_steps)].flatten()[0])
            raise Problem(
                "schedule-t", "t = {t} is not on this schedule; it runs from 0 to {last}.", t=wrong, last=self.num_steps
            )
        found = values[index.cpu()].to(like.device, like.dtype)
        return found.view(-1, *[1] * (like.ndim - 1)) if found.ndim else found


def velocity(x0: Values, eps: Values, sqrt_alpha_bar: Any, sqrt_one_minus_alpha_bar: Any) -> Values:
    """v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0, for numbers, arrays or tensors.

    The two roots are numbers, or tensors that multiply x_0 and eps.
    Source: Salimans and Ho 2022, "Progressive distillation for fast sampling of diffusion models", appendix D.
    """
    v: Values = sqrt_alpha_bar * eps - sqrt_one_minus_alpha_bar * x0
    return v


def _from_zero(beta: Tensor) -> Tensor:
    return torch.cat([torch.zeros(1, dtype=torch.float64), beta])


def _steps(num_steps: int) -> int:
    try:
        return values.count(num_steps, 1, _MOST_STEPS)
    except ValueError as error:
        sentence = "A schedule has 1 to {most} steps, not {steps}."
        raise Problem("schedule-steps", sentence, most=_MOST_STEPS, steps=str(num_steps)[:40]) from error
