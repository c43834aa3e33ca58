"""How good a model's digits are: Frechet distance and accuracy by a classifier, the judge, and whether they are copies.

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
COPIES = 200  # drawn digits that are compared with all training digits; each takes milliseconds
FEWEST, MOST = 200, 10_000


@dataclass(frozen=True)
class Quality:
    """What n drawn digits are worth.

    `frechet` is their Frechet distance to all test digits, in the judge's features; `floor` that of n training digits,
    `calibration` that of n test digits drawn at random. `accuracy` is the share that the judge classifies as asked for,
    None without labels, and `confidence` the mean probability of the class it chose. `copied` is the mean squared
    difference per pixel to the nearest training digit, median over the first COPIES; `apart` the same for test digits.
    A `copied` far below `apart` means that the model has memorised training digits.
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
    labelled: bool = True,
) -> tuple[Tensor, Tensor | None, float]:
    """Pictures (n, 1, 28, 28), their labels (n,), each equally often, or None, and the seconds per picture.

    `options(b, generator)` returns the options of the model's own `sample` for a batch of b; `progress(b)` is called
    after each batch. Unless `labelled`, no label is asked for. Raises Problem unless n is from 200 to 10,000.
    """
    if not FEWEST <= n <= MOST:
        sentence = "{n} pictures are too few or too many to judge a model by; take {fewest} to {most}."
        raise Problem("bad-sample-size", sentence, n=n, fewest=FEWEST, most=MOST)
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % 10 if labelled and getattr(model, "num_classes", 0) == 10 else None
    begin, pictures = time.perf_counter(), []
    for index in torch.arange(n).split(BATCH):
        asked = {} if labels is None else {"label": labels[index]}
        with fast(model, len(index)):
            drawn = model.sample(len(index), generator, **options(len(index), generator), **asked)
        pictures.append(drawn.cpu().float())
        progress(len(index))
    return torch.cat(pictures), labels, (time.perf_counter() - begin) / n


def quality(images: Tensor, labels: Tensor | None = None, seconds: float = 0.0) -> Quality:
    """Measure drawn digits (N, 1, 28, 28), with the labels (N,) they were asked for."""
    n = len(images)
    confidence, predicted = judge.probabilities(images).max(1)
    return Quality(
        n=n,
        frechet=distance(judge.features(images)),
        floor=real(n, "train"),
        calibration=real(n, "test"),
        accuracy=None if labels is None else float((predicted == labels).float().mean()),
        confidence=float(confidence.mean()),
        copied=_nearest_training(images[:COPIES]),
        apart=_apart(),
        seconds=seconds,
    )


def distance(features: NDArray[np.float32]) -> float:
    """The Frechet distance of digits with these features of the judge, (N, 128), to all test digits."""
    return frechet_distance(features, test_features())


@cache
def real(n: int, split: str) -> float:
    """The Frechet distance of n real digits of a split, drawn at random, to all test digits."""
    return distance(judge.features(at_random(n, split).pixels()))


def at_random(n: int, split: str) -> mnist.Images:
    """n real digits of a split, drawn at random and always the same ones."""
    return mnist.load(split).subset(order(split)[:n])


def order(split: str) -> Tensor:
    """In which order the digits of a split are drawn at random, int64 (N,)."""
    return torch.randperm(len(mnist.load(split)), generator=torch.Generator().manual_seed(0))


@cache
def test_features() -> NDArray[np.float32]:
    """The judge's features of all test digits, (10000, 128)."""
    return judge.features(mnist.load("test").pixels())


def _nearest_training(images: Tensor) -> float:
    _, distances = nearest(images, mnist.load("train").images)
    return float(distances[:, 0].median())


@cache
def _apart() -> float:
    return _nearest_training(mnist.load("test").pixels(slice(COPIES)))
