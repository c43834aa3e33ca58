"""Drawing thousands of digits so that it can be stopped and goes on where it stood.

They are put aside in parts of PART below the home, in a folder that is named by all that they follow from; each part
has random numbers of its own. Shapes: n digits (n, 1, 28, 28), uint8, 255 = ink.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from genmodels import settings, storage
from genmodels.arrays import pack, unpack
from genmodels.data import mnist
from genmodels.evaluation.real_digits import Pixels
from genmodels.models.diffusion import Diffusion
from genmodels.models.layers import GenerativeModel
from genmodels.models.pixels import PixelModel
from genmodels.sampling import fast

FOLDER, PART, BATCH = "comparing", 1000, 250
SPEEDS = (1, 64)  # digits at once, of which the time is taken
_VERSION = 1  # raised by hand when what is drawn from a seed changes
_PATIENCE, _REPEATS = 20.0, 7  # seconds, and how often at most, the time is taken
Progress = Callable[[int], object]


@dataclass(frozen=True)
class Draughtsman:
    """A model that draws digits, with options of its `sample` and a seed; `weights` is the hash of its file.

    `data` is what it was trained on. With ten classes it is asked for each label in turn.
    """

    model: GenerativeModel
    weights: str
    data: str
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0

    @property
    def pixels(self) -> Pixels:
        """Whether it draws ink and paper, or grey."""
        two_levels = isinstance(self.model, PixelModel) and self.model.levels == 2
        return "binary" if two_levels or self.data == "mnist-binary" else "grey"

    @property
    def labelled(self) -> bool:
        """Whether it can be asked for a digit."""
        return getattr(self.model, "num_classes", 0) == 10

    @property
    def folder(self) -> Path:
        """Where its parts lie while there are not all of them."""
        device = next(self.model.parameters()).device.type
        told = [_VERSION, self.weights, dict(self.options), self.seed, PART, BATCH, device]
        name = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
        return settings.home() / FOLDER / name

    def batch(self, n: int, generator: torch.Generator, first: int = 0) -> Tensor:
        """n digits, the first of which is number `first`.

        Where a model of ink and paper gives how likely ink is, it is drawn: that is what its p(x) is of. A diffusion
        of them gives a grey that is nearly one of them, which is rounded, as its last step has it.
        """
        asked = {"label": torch.arange(first, first + n) % 10} if self.labelled else {}
        with fast(self.model, n):
            x = self.model.sample(n, generator, **self.options, **asked)
        x = x.cpu().float()
        if self.pixels == "binary" and not isinstance(self.model, PixelModel):
            x = x.round() if isinstance(self.model, Diffusion) else mnist.ink_or_paper(x, generator)
        return (255 * x).round().byte()


def labels(n: int) -> Tensor:
    """Those that are asked for, each in turn, int64 (n,)."""
    return torch.arange(n) % 10


@contextmanager
def aside(draughtsman: Draughtsman) -> Iterator[Path]:
    """The folder for its parts, which no other process writes to; without an error it is gone afterwards.

    Raises Problem while another process is at it.
    """
    folder = draughtsman.folder
    with storage.only_writer(folder):
        storage.sweep(folder)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)


def draw(draughtsman: Draughtsman, n: int, folder: Path, progress: Progress = lambda _: None) -> Tensor:
    """n digits, those of them that lie in `folder` as they are; the others are put there."""
    parts = []
    for number in range(math.ceil(n / PART)):
        path = folder / f"part-{number:03d}.safetensors"
        wanted = min(PART, n - number * PART)
        part = _kept(path, wanted)
        if part is None:
            part = _part(draughtsman, number, wanted, progress)
            storage.write(path, pack({"digits": part.numpy()}))
        else:
            progress(wanted)
        parts.append(part)
    return torch.cat(parts)


def _kept(path: Path, wanted: int) -> Tensor | None:
    try:
        digits = unpack(storage.read(path))["digits"]
    except (storage.Damaged, KeyError):
        return None
    sound = digits.dtype == np.uint8 and digits.shape == (wanted, 1, 28, 28)
    return torch.from_numpy(digits) if sound else None


def _part(draughtsman: Draughtsman, number: int, wanted: int, progress: Progress) -> Tensor:
    (seed,) = np.random.SeedSequence([draughtsman.seed, number]).generate_state(1, np.uint64)
    generator, batches = torch.Generator().manual_seed(int(seed)), []
    for index in torch.arange(wanted).split(BATCH):
        batches.append(draughtsman.batch(len(index), generator, number * PART + int(index[0])))
        progress(len(index))
    return torch.cat(batches)


def milliseconds(draughtsman: Draughtsman) -> dict[int, float]:
    """How long a digit takes, for 1 and for 64 at once: the median of a few times, after one that does not count.

    On a CPU with one thread it is that thread's own time: what else the machine does is not in it.
    """
    return {n: 1000 * _seconds(draughtsman, n) / n for n in SPEEDS}


def _seconds(draughtsman: Draughtsman, n: int) -> float:
    generator = torch.Generator().manual_seed(draughtsman.seed)
    taken: list[float] = []
    begin = time.perf_counter()
    while len(taken) <= _REPEATS and (len(taken) < 2 or time.perf_counter() - begin < _PATIENCE):
        before = _clock(draughtsman)
        draughtsman.batch(n, generator)
        taken.append(_clock(draughtsman) - before)
    return statistics.median(taken[1:])


def _clock(draughtsman: Draughtsman) -> float:
    device = next(draughtsman.model.parameters()).device
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.thread_time() if device.type == "cpu" and torch.get_num_threads() == 1 else time.perf_counter()
