"""Real digits that drawn ones are compared with, and what those are to a judge: read once per process.

10,000 of either split of MNIST, in an order drawn at random: the first n of them are n at random, always the same.
The judges have been trained on the training digits, and know them a little better than others: two sets of real digits
are alike to them only where both are new. Hence "rest", the second half of the test digits, to be set beside the first.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.data import mnist
from genmodels.evaluation import drawn, judge
from genmodels.evaluation.frechet import Terms, frechet_terms
from genmodels.evaluation.nearest import nearest

N = 10_000
COPIES = drawn.COPIES
Pixels = Literal["grey", "binary"]
Split = Literal["train", "test", "rest"]


class Yardstick(NamedTuple):
    """What drawn digits are compared with.

    Their Frechet distance is to all digits of one split; as many as are drawn, of the other, show what is to be
    reached. `neighbours` says of which split those are whose neighbours count. Models are asked to draw what is like
    the test digits, which they have not seen.
    """

    pixels: Pixels = "grey"
    split: Split = "test"
    neighbours: Split = "test"

    @property
    def other(self) -> Split:
        """The split that the Frechet distance is not to."""
        return "train" if self.split == "test" else "test"

    def distance(self, features: NDArray[np.floating], name: str) -> Terms:
        """The terms of the Frechet distance of digits with these features (n, 128) by a judge."""
        return frechet_terms(features, features_of(self.pixels, self.split, name))

    def floor(self, n: int, name: str) -> float:
        """The distance of n real digits."""
        return _floor(self, n, name)

    def near(self, n: int, name: str) -> NDArray[np.float32]:
        """The features (n, 128) of those whose neighbours count."""
        return features_of(self.pixels, self.neighbours, name)[:n]


@cache
def _floor(yardstick: Yardstick, n: int, name: str) -> float:
    return sum(yardstick.distance(features_of(yardstick.pixels, yardstick.other, name)[:n], name))


@cache
def pictures(pixels: Pixels, split: Split) -> Tensor:
    """The digits, uint8 (N, 1, 28, 28), half as many of "rest".

    The binary ones of "test" are those of the data set mnist-binary.
    """
    if split == "rest":
        return pictures(pixels, "test")[N // 2 :]
    if pixels == "grey":
        return drawn.at_random(N, split).images
    if split == "test":
        return mnist.binarised("test").images[drawn.order("test")[:N]]
    grey = drawn.at_random(N, split).pixels()
    return (255 * mnist.ink_or_paper(grey, torch.Generator().manual_seed(mnist.TEST_SEED))).byte()


def labels(split: Split) -> Tensor:
    """Which digits they are, int64 (N,)."""
    if split == "rest":
        return labels("test")[N // 2 :]
    return drawn.at_random(N, split).labels


@cache
def features_of(pixels: Pixels, split: Split, name: str) -> NDArray[np.float32]:
    """A judge's features of the digits, (N, 128), half as many of "rest"."""
    if split == "rest":
        return features_of(pixels, "test", name)[N // 2 :]
    return judge.features(pictures(pixels, split).float() / 255, name)


def to_training(images: Tensor) -> float:
    """How far pictures uint8 (n, 1, 28, 28) are from the nearest grey training digit: the median of the first COPIES.

    A mean squared difference per pixel, in [0, 1].
    """
    _, distances = nearest(images[:COPIES].float() / 255, mnist.load("train").images)
    return float(distances[:, 0].median())


@cache
def apart(pixels: Pixels) -> float:
    """The same for test digits, which nobody has copied."""
    return to_training(pictures(pixels, "test"))
