"""Codebooks of VQ-VAEs that are trained side by side, alike but for how the codebook learns: who uses which codes.

Two things may be on or off, `averages` and `revival` of models/quantiser.py: with neither the codebook follows its
gradient. All begin with the same weights and see the same digits in the same order.

Shapes: K codes. Shares are of all codes of the test digits, losses in nats per picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.data import mnist
from genmodels.data.mnist import Images
from genmodels.evaluation.codes import cross_entropy, decoded, encoded
from genmodels.models.quantiser import usage
from genmodels.models.vqvae import SIDE, VQVAE
from genmodels.training.recipes.quantised import CodecRecipe
from genmodels.training.together import Moment, Together

NUM_UPDATES, BATCH, WIDTH = 180, 16, 16  # about ten seconds of one core for all four
NUM_TEST = 100  # digits whose codes are counted
NUM_PLACES = NUM_TEST * SIDE**2
NUM_LEARNED = NUM_UPDATES * BATCH
SHOWN = (0, 1, 2, 3, 4, 7)  # the first test digit of each of these is shown


class Way(NamedTuple):
    """How a codebook learns: the settings of models/quantiser.py."""

    averages: bool
    revival: bool


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "gradient": Way(averages=False, revival=False),
        "averages": Way(averages=True, revival=False),
        "gradient-revival": Way(averages=False, revival=True),
        "averages-revival": Way(averages=True, revival=True),
    }
)


class Codebook(NamedTuple):
    """One codebook at one moment, by what the test digits use of it.

    The share of each code, float32 (K,), how many are used and how evenly, the cross-entropy of a digit in nats, and
    what is left of the shown ones, uint8 (S, 28, 28).
    """

    shares: NDArray[np.float32]
    used: int
    perplexity: float
    nats: float
    pictures: NDArray[np.uint8]


@dataclass(frozen=True)
class Look:
    """The codebooks after so many updates, by the names in WAYS; `share` of the training is done.

    `perplexities` are those of all looks so far, by the same names, and `updates` when these were.
    """

    updates: tuple[int, ...]
    codebooks: Mapping[str, Codebook]
    perplexities: Mapping[str, tuple[float, ...]]

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self.updates[-1] / NUM_UPDATES


@cache
def counted_digits() -> Images:
    """Those whose codes are counted."""
    return mnist.load("test").subset(torch.arange(NUM_TEST))


@cache
def shown() -> NDArray[np.uint8]:
    """The shown digits as they are, uint8 (S, 28, 28)."""
    return _pictures(counted_digits().pixels(_which()))


def _which() -> Tensor:
    labels = counted_digits().labels
    return torch.stack([(labels == digit).nonzero()[0, 0] for digit in SHOWN])


def recipe(way: str, num_codes: int, learning_rate: float, seed: int) -> CodecRecipe:
    """The small VQ-VAE whose codebook learns that way. Raises Problem for a setting that cannot be used."""
    return CodecRecipe(
        name="vqvae-codec",
        epochs=1,
        batch_size=BATCH,
        width=WIDTH,
        num_codes=num_codes,
        learning_rate=learning_rate,
        seed=seed,
        prior_width=16,  # no prior learns: it is as small as it can be
        num_layers=1,
        num_classes=0,
        averages=WAYS[way].averages,
        revival=WAYS[way].revival,
    )


def watched(num_codes: int, learning_rate: float, seed: int) -> Iterator[Look]:
    """Train all of them once through a few thousand digits, and look at the codebooks on the way, at first untrained.

    Raises Diverged as each training does.
    """
    learned = mnist.load("train").subset(torch.arange(NUM_LEARNED))
    recipes = [recipe(way, num_codes, learning_rate, seed) for way in WAYS]
    updates: tuple[int, ...] = ()
    perplexities: dict[str, tuple[float, ...]] = dict.fromkeys(WAYS, ())
    for moment in Together(recipes, splits=(learned, counted_digits())).run():
        updates = (*updates, round(moment.position * NUM_UPDATES))
        codebooks = dict(zip(WAYS, _codebooks(moment), strict=True))
        perplexities = {way: (*perplexities[way], one.perplexity) for way, one in codebooks.items()}
        yield Look(updates, codebooks, perplexities)


def _codebooks(moment: Moment) -> Iterator[Codebook]:
    x = counted_digits().pixels()
    for model in moment.models:
        assert isinstance(model, VQVAE)
        codes = encoded(model, x)
        again, (shares, used, perplexity) = decoded(model, codes), usage(codes, model.num_codes)
        nats = cross_entropy(again, x)
        yield Codebook(shares.numpy(), int(used), float(perplexity), nats, _pictures(again[_which()]))


def _pictures(x: Tensor) -> NDArray[np.uint8]:
    pictures: NDArray[np.uint8] = (255 * x[:, 0]).round().to(torch.uint8).numpy()
    return pictures
