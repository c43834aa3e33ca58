"""The trajectories of many points from noise to data, and the noise predicted around them: what a page plays.

Shapes: K steps, N points, L x L places of a lattice in the square [-3, 3], A of the moments.
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
NUM_ARROWS = 60  # most moments at which arrows are computed: more cannot be told apart
NUM_MEASURED = 2000  # samples that are compared with as many data


@dataclass(frozen=True)
class Begun:
    """A flow that is still being computed: the share that is done, from 0 to 1."""

    share: float


@dataclass(frozen=True)
class Flow:
    """The trajectories of N points, from noise to t = 0.

    `times` (K + 1,) ends with 0; `xt` and the predicted `x0` are (K + 1, N, 2). `eps` (A, L * L, 2) is the noise that
    the network predicts at the places of `lattice()`, at every `stride`-th moment, and `exact` the noise that the exact
    denoiser of the training points predicts there. Step i has the mean `for_x0[i]` x0[i] + `for_xt[i]` xt[i] and the
    standard deviation `sigma[i]`, (K,) each. `mmd` is MMD^2 between 2,000 samples and 2,000 test points, `floor`
    between training and test points: what no model can be expected to beat. `seconds` is how long it all took.
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

    def squared_error(self) -> Floats:
        """|eps - exact|^2, the mean over the lattice, (A,)."""
        error: Floats = ((self.eps - self.exact) ** 2).sum(2).mean(1)
        return error


def lattice() -> Tensor:
    """The places of the arrows, row by row from the lower left: (L * L, 2)."""
    side = torch.linspace(-REACH, REACH, LATTICE)
    return torch.stack([side.repeat(LATTICE), side.repeat_interleave(LATTICE)], 1)


@torch.no_grad()
def flow(
    model: Diffusion, training: Tensor, test: Tensor, n: int, seed: int, eta: float, **options: Any
) -> Iterator[Begun | Flow]:
    """Draw 2,000 samples and keep the trajectories of n of them: a share after each step, and the flow at the end.

    `training` (M, 2) are the points of the exact denoiser, `test` (M, 2) those that the samples are compared with;
    `options` are those of `Diffusion.trajectory`.
    """
    begin, generator = time.perf_counter(), torch.Generator().manual_seed(seed)
    places, exact, last = lattice(), ExactDenoiser(training, model.schedule), model.schedule.num_steps
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
    _, *columns = zip(*moments, strict=True)
    xt, x0 = (torch.stack(column).numpy() for column in columns)
    eps, best = (torch.stack(column).numpy() for column in zip(*arrows, strict=True))
    distance = mmd(moment.xt, test[:NUM_MEASURED])
    floor = mmd(training[:NUM_MEASURED], test[:NUM_MEASURED])
    seconds = time.perf_counter() - begin
    yield Flow(np.array(times), xt, x0, eps, best, stride, for_x0, for_xt, sigma, distance, floor, seconds)
