"""One sample's whole way from noise to data, kept as it goes: what a page plays, steps through and does sums with.

Shapes: K steps, K + 1 moments, "..." the shape of one thing: (C, H, W).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import safetensors.numpy
import torch
from numpy.typing import NDArray

from genmodels.evaluation import judge
from genmodels.models import samplers
from genmodels.models.diffusion import Diffusion
from genmodels.models.samplers import Moment

DIGIT = (1, 28, 28)
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Glimpse:
    """How far a sample is: x_t (...) and the x_0 predicted from it, in [-1, 1], at t, and the share of the steps."""

    t: int
    xt: Floats
    x0: Floats
    share: float


@dataclass(frozen=True)
class Trace:
    """The moments of one sample, from noise to the sample itself, in the model's scale.

    `times` (K + 1,) ends with 0. `xt`, predicted `x0`, the same unclipped, and `eps` are (K + 1, ...); at t = 0 x0 is
    the sample and eps is 0. Step i has the mean `for_x0[i]` x0[i] + `for_xt[i]` xt[i] and the standard deviation
    `sigma[i]`, (K,).
    `read` (K + 1, 10) is what the judge makes of each predicted x_0, as probabilities; None for what are no digits.
    """

    times: NDArray[np.int64]
    xt: Floats
    x0: Floats
    eps: Floats
    x0_unclipped: Floats
    for_x0: Floats
    for_xt: Floats
    sigma: Floats
    read: Floats | None
    seconds: float

    @property
    def num_steps(self) -> int:
        """K."""
        return len(self.times) - 1

    def mean(self, i: int) -> Floats:
        """Where step i leads before noise is added."""
        mean: Floats = self.for_x0[i] * self.x0[i] + self.for_xt[i] * self.xt[i]
        return mean

    def added(self, i: int) -> Floats:
        """The noise that step i added: sigma z."""
        added: Floats = self.xt[i + 1] - self.mean(i)
        return added

    def payload(self, name: str) -> bytes:
        """For the browser: a safetensors file with xt, x0 and eps in half precision, under `name`."""
        arrays = {one: getattr(self, one).astype(np.float16) for one in ("xt", "x0", "eps")}
        return safetensors.numpy.save(arrays, metadata={"name": name})


def trace(model: Diffusion, seed: int, eta: float, **options: Any) -> Iterator[Glimpse | Trace]:
    """Draw one sample from `model`: a glimpse after each step, and its trace at the end.

    `options` are those of `Diffusion.trajectory`; its `n` is 1 and the noise follows from `seed`.
    """
    begin = time.perf_counter()
    generator = torch.Generator().manual_seed(seed)
    moments = []
    number = None
    for moment in model.trajectory(1, eta=eta, generator=generator, **options):
        moments.append(moment)
        number = number or options.get("steps") or moment.t
        if moment.t:
            share = len(moments) / (number + 1)
            yield Glimpse(moment.t, moment.xt[0].cpu().numpy(), moment.x0[0].cpu().numpy(), share)
    yield _gathered(model, moments, eta, time.perf_counter() - begin)


def _gathered(model: Diffusion, moments: list[Moment], eta: float, seconds: float) -> Trace:
    times = [moment.t for moment in moments]
    steps = [samplers.step_coefficients(model.schedule, t, before, eta) for t, before in pairwise(times)]
    for_x0, for_xt, sigma = np.array(steps, np.float32).reshape(-1, 3).T
    xt, x0, eps, x0_unclipped = (
        torch.cat(parts).cpu().float().numpy() for parts in list(zip(*moments, strict=True))[1:]
    )
    read = judge.probabilities((torch.from_numpy(x0) + 1) / 2).numpy() if x0.shape[1:] == DIGIT else None
    return Trace(np.array(times), xt, x0, eps, x0_unclipped, for_x0, for_xt, sigma, read, seconds)
