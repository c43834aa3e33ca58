"""A cloud of points on its way from noise to data, and the arrows that show it the way: what a page plays.

Shapes: K steps, N points, L x L places of a lattice over the square [-3, 3].
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.evaluation.discrepancy import mmd
from genmodels.evaluation.exact_denoiser import ExactDenoiser
from genmodels.models import samplers
from genmodels.models.diffusion import Diffusion

Floats = NDArray[np.float32]
LATTICE, REACH = 15, 2.8
NUM_ARROWS = 60  # moments that have arrows of their own: more cannot be told apart
NUM_MEASURED = 2000  # samples that are compared with the data


@dataclass(frozen=True)
class Begun:
    """How far it is, as a share."""

    share: float


@dataclass(frozen=True)
class Flow:
    """The way of N points, from noise to t = 0.

    `times` (K + 1,); `xt` and predicted `x0` (K + 1, N, 2). `eps` (A, L * L, 2) is the predicted noise at the places of
    `lattice()`, at every `stride`-th moment, and `exact` that of the best denoiser there can be for the data. Step i
    takes `for_x0[i]` of x_0 and `for_xt[i]` of x_t and adds noise of `sigma[i]`, (K,). `mmd` compares 2,000 samples
    with the data, `floor` as many other data.
    """

    times: NDArray[np.int64]
    xt: Floats
    x0: Floats
    eps: Floats
    exact: Floats
    stride: int
    for_x0: Floats
    for_xt: Floats
    sigma: Floats
    mmd: float
    floor: float
    seconds: float
    share: float = 1.0

    def unlike(self) -> Floats:
        """The mean squared difference of the two kinds of arrows, (A,)."""
        unlike: Floats = ((self.eps - self.exact) ** 2).sum(2).mean(1)
        return unlike


def lattice() -> Tensor:
    """The places of the arrows, row by row from the lower left: (L * L, 2)."""
    side = torch.linspace(-REACH, REACH, LATTICE)
    return torch.stack([side.repeat(LATTICE), side.repeat_interleave(LATTICE)], 1)


@torch.no_grad()
def flow(
    model: Diffusion, data: Tensor, other: Tensor, n: int, seed: int, eta: float, **options: Any
) -> Iterator[Begun | Flow]:
    """Let n points flow; `data` (M, 2) are those of the exact arrows, `other` are compared with the samples."""
    begin, generator = time.perf_counter(), torch.Generator().manual_seed(seed)
    places, exact, last = lattice(), ExactDenoiser(data, model.schedule), model.schedule.num_steps
    number = options.get("steps") or last
    moments: list[tuple[int, Tensor, Tensor]] = []
    arrows: list[tuple[Tensor, Tensor]] = []
    stride = math.ceil(number / NUM_ARROWS)
    for moment in model.trajectory(NUM_MEASURED, eta=eta, generator=generator, **options):
        if len(moments) % stride == 0:
            t = max(moment.t, 1)
            arrows.append((model.predict_noise(places, t), exact(places, torch.full((len(places),), t / last))))
        moments.append((moment.t, moment.xt[:n], moment.x0[:n]))
        yield Begun(0.95 * len(moments) / (number + 1))
    times = [t for t, *_ in moments]
    steps = [samplers.step_coefficients(model.schedule, t, before, eta) for t, before in pairwise(times)]
    for_x0, for_xt, sigma = np.array(steps, np.float32).reshape(-1, 3).T
    xt, x0 = (torch.stack(parts).numpy() for parts in list(zip(*moments, strict=True))[1:])
    eps, best = (torch.stack(parts).numpy() for parts in zip(*arrows, strict=True))
    distance, floor = mmd(moment.xt, other[:NUM_MEASURED]), mmd(data[:NUM_MEASURED], other[:NUM_MEASURED])
    seconds = time.perf_counter() - begin
    yield Flow(np.array(times), xt, x0, eps, best, stride, for_x0, for_xt, sigma, distance, floor, seconds)
