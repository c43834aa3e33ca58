"""Several samples at once, as the page's further sections show them while they are drawn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from genmodels import data as datasets
from genmodels.evaluation import judge, measured_samplers
from genmodels.evaluation.nearest import nearest
from genmodels.evaluation.trace import Trace, trace
from genmodels.models.samplers import Moment
from genmodels.sampling import fast
from lessons.denoiser.scene import Network, Wish

Pixels = NDArray[np.uint8]
PER_DIGIT, FEW_CARS = 4, 12
FEW_STEPS, OUTCOMES = 25, 6
NUM_SAMPLES, NUM_NEAREST = 4, 5
LANES = ((None, 1.0), (None, 0.0), (25, 0.0), (10, 0.0))  # steps (None: all of them) and eta
STRIP = 10


@dataclass(frozen=True)
class Batch:
    """Pictures (N, H, W) or (N, H, W, 3) as far as they are; at the end also what was asked for and what is read."""

    pictures: Pixels
    share: float
    seconds: float = 0.0
    asked: tuple[int, ...] = ()
    read: tuple[int, ...] = ()

    @property
    def misread(self) -> int:
        """How many are not read as they were asked for."""
        return sum(asked != read for asked, read in zip(self.asked, self.read, strict=True)) if self.asked else 0


@dataclass(frozen=True)
class Neighbours:
    """Rows of pictures, a sample and the training pictures most like it, and how far from it these are."""

    rows: tuple[Pixels, ...]
    distances: tuple[tuple[float, ...], ...]
    share: float


@dataclass(frozen=True)
class Pair:
    """The ten digits, from the same noise, drawn right and drawn with a mistake, as far as they are."""

    right: Batch | None
    wrong: Batch | None
    share: float


@dataclass(frozen=True)
class Lane:
    """One sampler's way from the common noise: ten moments, what came out, and how long it took."""

    steps: int
    eta: float
    strip: Pixels
    read: tuple[int, float] | None
    seconds: float


@dataclass(frozen=True)
class Lanes:
    """Those that are done."""

    lanes: tuple[Lane, ...]
    share: float


def few_steps(network: Network) -> int:
    """Those of a quick sample."""
    return min(FEW_STEPS, network.num_steps)


def drawn(network: Network, n: int, labels: tuple[int, ...] = (), seed: int = 0, **options: Any) -> Iterator[Batch]:
    """n samples, all at once: how they look after each step, then how they are read.

    `options` are those of `Diffusion.trajectory`.
    """
    begin = time.perf_counter()
    generator = torch.Generator().manual_seed(seed)
    asked = {"label": torch.tensor(labels)} if labels else {"guidance": 0.0}
    number, batch = options.get("steps") or network.num_steps, None
    for i, moment in enumerate(_quick(network, n, generator, {**options, **asked})):
        batch = Batch(pixels(moment.x0), i / number)
        yield batch
    assert batch is not None
    read = tuple(judge.classes((moment.xt + 1).clamp(0, 2) / 2).tolist()) if network.labelled else ()
    yield replace(batch, seconds=(time.perf_counter() - begin) / n, asked=labels, read=read)


def _quick(network: Network, n: int, generator: torch.Generator, options: dict[str, Any]) -> Iterator[Moment]:
    """The trajectory, in half precision only while it computes: between the moments others compute in this thread."""
    moments = network.model.trajectory(n, generator=generator, **options)
    while True:
        with fast(network.model, n):
            moment = next(moments, None)
        if moment is None:
            return
        yield moment


def edited(network: Network, wish: Wish) -> Iterator[Batch]:
    """What becomes of a digit that is noised and denoised again: several times, each with noise of its own."""
    digit = torch.from_numpy(np.frombuffer(wish.start, np.uint8).copy()).view(1, *network.model.shape) / 127.5 - 1
    eps = torch.randn(OUTCOMES, *network.model.shape, generator=torch.Generator().manual_seed(wish.noise))
    noised = network.model.schedule.noise(digit.expand_as(eps), wish.from_t, eps)
    start = (wish.from_t, noised.to(next(network.model.parameters()).device))
    labels = () if wish.label is None else (wish.label,) * OUTCOMES
    steps = min(FEW_STEPS, wish.from_t)
    asked = {"start": start, "steps": steps, "guidance": wish.guidance, "interval": wish.interval}
    yield from drawn(network, OUTCOMES, labels, wish.noise + 1, **asked)


def pair(network: Network, wrong: str, right: str, seed: int) -> Iterator[Pair]:
    """Ten digits by the sampler `wrong`, and by the sampler `right`; both of `evaluation.samplers`."""
    labels, done = tuple(range(10)), None
    for name in (right, wrong):
        options = measured_samplers.options(name, network.model, len(labels), torch.Generator().manual_seed(seed))
        for batch in drawn(network, len(labels), labels, seed, **options):
            share = (batch.share + (done is not None)) / 2
            yield Pair(batch, None, share) if done is None else Pair(done, batch, share)
        done = batch


def neighbours(network: Network, seed: int) -> Iterator[Neighbours]:
    """A few samples, and for each the training pictures nearest to it: has it learned them by heart?"""
    for batch in drawn(network, NUM_SAMPLES, (), seed, steps=few_steps(network), eta=0.0):
        yield Neighbours((), (), 0.9 * batch.share)
    training = datasets.load(network.checkpoint.recipe.data, "train").images
    samples = torch.from_numpy(batch.pictures).permute(0, 3, 1, 2).float() / 255
    index, distances = nearest(samples, training, NUM_NEAREST)
    found = training[index].permute(0, 1, 3, 4, 2).numpy()
    rows = tuple(np.stack([one, *like]) for one, like in zip(batch.pictures, found, strict=True))
    yield Neighbours(rows, tuple(map(tuple, distances.tolist())), 1.0)


def lanes(network: Network, wish: Wish) -> Iterator[Lanes]:
    """The same noise with several samplers, one after the other."""
    last = network.num_steps
    kinds = dict.fromkeys((min(steps or last, last), eta) for steps, eta in LANES)  # each once, however few there are
    total, walked, done = sum(steps for steps, _ in kinds), 0, []
    for steps, eta in kinds:
        one = replace(wish, steps=steps, eta=eta, start=b"", from_t=0)
        for glimpse in trace(network.model, one.noise, eta, **one.options(network.model)):
            if isinstance(glimpse, Trace):
                done.append(_lane(glimpse, steps, eta))
            else:
                yield Lanes(tuple(done), (walked + glimpse.share * steps) / total)
        walked += steps
        yield Lanes(tuple(done), walked / total)


def _lane(whole: Trace, steps: int, eta: float) -> Lane:
    moments = np.linspace(0, whole.num_steps, STRIP).round().astype(int)
    read = None if whole.read is None else (int(whole.read[-1].argmax()), float(whole.read[-1].max()))
    return Lane(steps, eta, pixels(torch.from_numpy(whole.xt[moments])), read, whole.seconds)


def pixels(x: torch.Tensor) -> Pixels:
    """Pictures (N, C, H, W) in [-1, 1] as uint8, (N, H, W) or (N, H, W, 3)."""
    whole = ((x.cpu().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return (whole[:, 0] if whole.shape[1] == 1 else whole.permute(0, 2, 3, 1)).numpy()
