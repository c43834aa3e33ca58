"""How good a model's digits are: to the judge, and beside the digits it was trained on.

All numbers depend on n, the number of digits drawn, and on the judge: both stand beside them, and so does what real
digits get at the same n. Shapes: N pictures (N, 1, 28, 28) in [0, 1].
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.evaluation import judge
from genmodels.evaluation.frechet import frechet_distance
from genmodels.evaluation.nearest import nearest
from genmodels.models.layers import GenerativeModel
from genmodels.sampling import fast

BATCH = 250
COPIES = 200  # pictures that are compared with all training digits; each takes milliseconds
FEWEST, MOST = 200, 10_000


@dataclass(frozen=True)
class Quality:
    """n digits, by the judge: Frechet distance to all test digits, and the share read as asked for, if any was.

    `confidence` is how sure the judge was on average. `floor` is the distance of n real training digits, and
    `calibration` that of n real test digits drawn by chance. `copied` is the median squared distance per pixel to the
    nearest training digit, `apart` that of real test digits: far smaller, and the model has learned by heart.
    """

    n: int
    frechet: float
    floor: float
    calibration: float
    accuracy: float | None
    confidence: float
    copied: float
    apart: float
    seconds: float  # per picture


def draw(
    model: GenerativeModel,
    n: int,
    seed: int = 0,
    progress: Callable[[int], object] = lambda _: None,
    options: Callable[[int, torch.Generator], dict[str, Any]] = lambda *_: {},
) -> tuple[Tensor, Tensor | None, float]:
    """n pictures in batches, the labels they were asked for, each equally often, and the seconds per picture.

    `options(b, generator)` gives those of the model's own `sample` for a batch of b; `progress(b)` hears of each.
    """
    if not FEWEST <= n <= MOST:
        sentence = "{n} pictures are too few or too many to judge a model by; take {fewest} to {most}."
        raise Problem("bad-sample-size", sentence, n=n, fewest=FEWEST, most=MOST)
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % 10 if getattr(model, "num_classes", 0) == 10 else None
    begin, pictures = time.perf_counter(), []
    for index in torch.arange(n).split(BATCH):
        asked = {} if labels is None else {"label": labels[index]}
        with fast(model, len(index)):
            drawn = model.sample(len(index), generator, **options(len(index), generator), **asked)
        pictures.append(drawn.cpu().float())
        progress(len(index))
    return torch.cat(pictures), labels, (time.perf_counter() - begin) / n


def quality(images: Tensor, labels: Tensor | None = None, seconds: float = 0.0) -> Quality:
    """What the judge makes of drawn digits; those to each of which a training digit is compared are the first ones."""
    n = len(images)
    sure, read = judge.probabilities(images).max(1)
    return Quality(
        n=n,
        frechet=frechet_distance(judge.features(images), _test_features()),
        floor=real(n, "train"),
        calibration=real(n, "test"),
        accuracy=None if labels is None else float((read == labels).float().mean()),
        confidence=float(sure.mean()),
        copied=_nearest_training(images[:COPIES]),
        apart=_apart(),
        seconds=seconds,
    )


@cache
def real(n: int, split: str) -> float:
    """The Frechet distance of n real digits of a split, drawn by chance, to all test digits."""
    examples = mnist.load(split)
    index = torch.randperm(len(examples), generator=torch.Generator().manual_seed(0))[:n]
    return frechet_distance(judge.features(examples.pixels(index)), _test_features())


@cache
def _test_features() -> NDArray[np.float32]:
    return judge.features(mnist.load("test").pixels())


def _nearest_training(images: Tensor) -> float:
    _, distances = nearest(images, mnist.load("train").images)
    return float(distances[:, 0].median())


@cache
def _apart() -> float:
    return _nearest_training(mnist.load("test").pixels(slice(COPIES)))
