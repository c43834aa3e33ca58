"""Ways from noise back to data, with a network that is trained already: one function per algorithm.

A sampler needs of the network only its guess at x_0 and eps (a `Denoiser`); `genmodels.models.diffusion` trains one.

Shapes: B batch, T steps; "..." is the shape of one thing. t = 0 is data, t = T noise.
Source: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", arXiv 2006.11239 (DDPM); Song, Meng and
Ermon 2021, "Denoising diffusion implicit models", arXiv 2010.02502 (DDIM); Ho and Salimans 2022, "Classifier-free
diffusion guidance", arXiv 2207.12598; Kynkaanniemi et al. 2024, "Applying guidance in a limited interval improves
sample and distribution quality in diffusion models", arXiv 2404.07724.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from genmodels import values
from genmodels.errors import Problem
from genmodels.models.layers import noise
from genmodels.models.schedule import NoiseSchedule

VERSION = 1


class Denoiser(Protocol):
    """What a sampler needs of a model."""

    schedule: NoiseSchedule
    num_classes: int
    x0_limit: float

    def predict(self, xt: Tensor, t: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """x_0 and eps (B, ...) as the network sees them in x_t (B, ...) at t (B,), given labels (B,) or None."""


class Moment(NamedTuple):
    """One moment of a sample's way from noise to data: x_t (B, ...) and what the model makes of it."""

    t: int
    xt: Tensor
    x0: Tensor  # predicted, and clipped to where data can be
    eps: Tensor  # predicted
    x0_unclipped: Tensor


def time_grid(first: int, steps: int | None) -> list[int]:
    """first = t_1 > ... > t_n > 0 evenly spread, n = `steps`, all of them by default; Problem where that cannot be."""
    try:
        number = first if steps is None else values.count(steps, 1, first)
    except ValueError as error:
        sentence = "{steps} steps are not possible from t = {first}; take 1 to {first}."
        raise Problem("sampling-steps", sentence, steps=str(steps)[:40], first=first) from error
    return torch.linspace(first, 0, number + 1, dtype=torch.float64).round().long().tolist()


def checked_interval(interval: tuple[int, int] | None, last: int) -> tuple[int, int]:
    """The times (from, to) at which there is guidance, both included, 1 to `last` by default; Problem for no such."""
    if interval is None:
        return 1, last
    try:
        low, high = (values.count(t, 1, last) for t in interval)
        if low > high:
            raise ValueError("an interval begins before it ends")
    except (TypeError, ValueError) as error:
        sentence = "Guidance lasts from one t to a later one, both from 1 to {last}; this interval is {interval}."
        raise Problem("guidance-interval", sentence, interval=f"{interval!r}"[:40], last=last) from error
    return low, high


def checked_strengths(eta: float, guidance: float) -> tuple[float, float]:
    """eta in [0, 1] and guidance in [0, 100] as floats; Problem for anything else."""
    try:
        return values.real(eta, 0, 1), values.real(guidance, 0, 100)
    except ValueError as error:
        told = {"eta": f"{eta!r}"[:40], "guidance": f"{guidance!r}"[:40]}
        sentence = "eta lies between 0 and 1, guidance between 0 and 100; these are {eta} and {guidance}."
        raise Problem("sampling-options", sentence, **told) from error


def step_coefficients(schedule: NoiseSchedule, t: int, before: int, eta: float = 1.0) -> tuple[float, float, float]:
    """What the mean of a step from t to `before` takes of x_0 and of x_t, and its standard deviation sigma.

    DDIM, equations 12 and 16. eta = 1 and before = t - 1 give DDPM's posterior, `NoiseSchedule.posterior`.
    """
    alpha_bar, alpha_bar_before = float(schedule.alpha_bar[t]), float(schedule.alpha_bar[before])
    sigma = eta * math.sqrt((1 - alpha_bar_before) / (1 - alpha_bar) * (1 - alpha_bar / alpha_bar_before))
    # the mean is sqrt(alpha_bar_before) x_0 + sqrt(1 - alpha_bar_before - sigma^2) eps,
    # and eps = (x_t - sqrt(alpha_bar) x_0) / sqrt(1 - alpha_bar)
    for_xt = math.sqrt(max(1 - alpha_bar_before - sigma**2, 0) / (1 - alpha_bar))
    for_x0 = math.sqrt(alpha_bar_before) - math.sqrt(alpha_bar) * for_xt
    return for_x0, for_xt, sigma


def step(
    schedule: NoiseSchedule,
    xt: Tensor,
    x0: Tensor,
    t: int,
    before: int,
    eta: float = 1.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """x at `before` < t, given x_t and the predicted x_0 (DDIM, equation 12); into t = 0 no noise is added."""
    for_x0, for_xt, sigma = step_coefficients(schedule, t, before, eta)
    mean = for_x0 * x0 + for_xt * xt
    if sigma == 0:
        return mean
    return mean + sigma * noise("normal", tuple(xt.shape), xt.device, generator)


def guided(model: Denoiser, xt: Tensor, t: int, label: Tensor | None, guidance: float) -> tuple[Tensor, Tensor]:
    """The predicted x_0 and eps, (1 + w) times what they are with the label, less w times what they are without it.

    Classifier-free guidance (Ho and Salimans, equation 6), w = `guidance`; without a label or with w = 0 none.
    """
    times = torch.full((len(xt),), t, device=xt.device)
    if label is None or guidance == 0:
        return model.predict(xt, times, label)
    # with and without the label in one batch: one call is faster than two
    no_label = torch.full_like(label, model.num_classes)
    twice = xt.repeat(2, *[1] * (xt.ndim - 1))
    x0, eps = model.predict(twice, times.repeat(2), torch.cat([label, no_label]))
    x0_with, x0_without = x0.chunk(2)
    eps_with, eps_without = eps.chunk(2)
    x0 = x0_with + guidance * (x0_with - x0_without)
    eps = eps_with + guidance * (eps_with - eps_without)
    return x0, eps


def trajectory(
    model: Denoiser,
    xt: Tensor,
    times: list[int],
    label: Tensor | None = None,
    eta: float = 1.0,
    guidance: float = 0.0,
    clamp_xt: bool = False,
    generator: torch.Generator | None = None,
    interval: tuple[int, int] | None = None,
) -> Iterator[Moment]:
    """The way of x_t (B, ...) along `times`, the first one being its own t, to 0, where x_0 is the sample itself.

    eta = 1 adds noise as DDPM does, eta = 0 none (DDIM). There is guidance at the times of `interval` only: early on it
    takes variety, and late it does nothing but cost (Kynkaanniemi et al.). `clamp_xt` is a mistake of tutorials: x_t,
    which is meant to leave [-1, 1], is cut off there after every step.
    """
    low, high = checked_interval(interval, model.schedule.num_steps)
    for t, before in pairwise(times):
        x0_unclipped, eps = guided(model, xt, t, label, guidance if low <= t <= high else 0.0)
        # at T the guess may have been divided by next to nothing, and few large steps never recover from that
        x0 = x0_unclipped.clamp(-model.x0_limit, model.x0_limit)
        yield Moment(t, xt, x0, eps, x0_unclipped)
        xt = step(model.schedule, xt, x0, t, before, eta, generator)
        if clamp_xt:
            xt = xt.clamp(-1, 1)
    yield Moment(0, xt, xt, torch.zeros_like(xt), xt)
