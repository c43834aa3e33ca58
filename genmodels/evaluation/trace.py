"""The whole trajectory of one sample, from noise to data: what a page plays, steps through and does sums with.

Shapes: K steps, K + 1 moments, "..." the shape of one image: (C, H, W). Values are in the model's scale, [-1, 1].
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
    """An unfinished trajectory: x_t (...), the x_0 predicted from it, and the share of the steps that is done."""

    t: int
    xt: Floats
    x0: Floats
    share: float


@dataclass(frozen=True)
class Trace:
    """The moments of one sample, from noise to the sample itself.

    `times` (K + 1,) ends with 0. `xt`, the predicted `x0`, clipped and `x0_unclipped`, and the predicted `eps` are
    (K + 1, ...); at t = 0 x0 is the sample and eps is 0.
    Step i draws xt[i + 1] from a normal distribution with mean `for_x0[i]` x0[i] + `for_xt[i]` xt[i] and standard
    deviation `sigma[i]`, (K,) each. `read` (K + 1, 10) are the judge's probabilities of the ten digits for each
    predicted x_0; None for images that are no digits. `seconds` is how long it all took.
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
        """The mean of step i, (...): where it leads before noise is added."""
        mean: Floats = self.for_x0[i] * self.x0[i] + self.for_xt[i] * self.xt[i]
        return mean

    def added(self, i: int) -> Floats:
        """The noise that step i added, sigma z, (...)."""
        added: Floats = self.xt[i + 1] - self.mean(i)
        return added

    def payload(self, name: str) -> bytes:
        """For the browser: a safetensors file with xt, x0 and eps in half precision, under `name`."""
        arrays = {one: getattr(self, one).astype(np.float16) for one in ("xt", "x0", "eps")}
        return safetensors.numpy.save(arrays, metadata={"name": name})


def trace(model: Diffusion, seed: int, eta: float, **options: Any) -> Iterator[Glimpse | Trace]:
    """Draw one sample from `model`: a glimpse at each time, and the trace at the end.

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
    _, *columns = zip(*moments, strict=True)
    xt, x0, eps, x0_unclipped = (torch.cat(column).cpu().float().numpy() for column in columns)
    read = judge.probabilities((torch.from_numpy(x0) + 1) / 2).numpy() if x0.shape[1:] == DIGIT else None
    return Trace(np.array(times), xt, x0, eps, x0_unclipped, for_x0, for_xt, sigma, read, seconds)
