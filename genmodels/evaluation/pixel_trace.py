"""One picture pixel by pixel, drawn by a model or read by it: what a page plays, steps through and does sums with.

Shapes: S side, K levels, C classes. Pictures are levels in [0, 1]; bits are -log2 of probabilities.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.evaluation.pixel_maps import bits
from genmodels.models.pixels import PixelModel

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Glimpse:
    """A picture that is being drawn, (S, S), and the share of it that is done."""

    x: NDArray[np.float32]
    share: float


@dataclass(frozen=True, eq=False)
class Trace:
    """All pixels of one picture, `x` (S, S), in the order in which they come: row by row, from left to right.

    `bits` (S, S) are what each costs given those before, and `probabilities` (S, S, K) those of its levels; they are
    of p(x|y) with the `label` y, of p(x) where that is None.
    `drawn` (S, S) tells the pixels that the model drew from those that were there. They were drawn with the
    `probabilities_drawn` (S, S, K), which differ where the temperature is not 1, by the random numbers `chance` (S, S):
    the first level at which the sum of the probabilities exceeds it. Both are NaN at the other pixels.
    `labels` (S * S + 1, C) is what the model knows of the label before the first pixel and after each of them; None
    where it has none. `seconds` is how long drawing took.
    """

    x: NDArray[np.float32]
    bits: Floats
    probabilities: Floats
    drawn: NDArray[np.bool_]
    probabilities_drawn: Floats
    chance: Floats
    labels: Floats | None
    label: int | None
    seconds: float

    @property
    def side(self) -> int:
        """S."""
        return len(self.x)

    @property
    def levels(self) -> int:
        """K."""
        return self.probabilities.shape[2]

    @property
    def total(self) -> float:
        """-log2 p of the whole picture."""
        return float(self.bits.sum())


def read(model: PixelModel, x: Tensor, label: int | None = None) -> Trace:
    """What the model makes of a picture x (1, 1, S, S) that is there; without a label on average over all of them."""
    shape = (model.side, model.side)
    nothing = np.full((*shape, model.levels), np.nan)
    return _gathered(model, x, label, np.zeros(shape, bool), nothing, nothing[..., 0], 0.0)


def draw(
    model: PixelModel,
    seed: int,
    label: int | None = None,
    temperature: float = 1.0,
    given: Tensor | None = None,
    mask: Tensor | None = None,
) -> Iterator[Glimpse | Trace]:
    """Draw one picture: a glimpse after each row, and the trace at the end; options as of `PixelModel.draw`.

    Without a label the model draws one first, and the trace is of p(x|y) with that.
    """
    begin, side = time.perf_counter(), model.side
    drawn = np.zeros((side, side), bool)
    chance, probabilities = np.full((side, side), np.nan), np.full((side, side, model.levels), np.nan)
    generator = torch.Generator().manual_seed(seed)
    x = None
    for pixel in model.draw(1, generator, label, temperature, given, mask):
        place, x = (pixel.row, pixel.column), pixel.x
        drawn[place] = True
        chance[place], probabilities[place] = float(pixel.chance), pixel.probabilities[0].cpu().numpy()
        label = label if pixel.label is None else int(pixel.label)
        if pixel.column == side - 1:
            yield Glimpse(x[0, 0].cpu().numpy().copy(), (pixel.row + 1) / side)
    assert x is not None  # there is something to draw, or Problem
    yield _gathered(model, x, label, drawn, probabilities, chance, time.perf_counter() - begin)


def _gathered(
    model: PixelModel,
    x: Tensor,
    label: int | None,
    drawn: NDArray[np.bool_],
    probabilities_drawn: Floats,
    chance: Floats,
    seconds: float,
) -> Trace:
    cost = bits(model, x, label)
    labels = cost.labels if label is None or not model.num_classes else bits(model, x).labels
    picture = x[0, 0].cpu().numpy().copy()
    return Trace(picture, cost.bits, cost.probabilities, drawn, probabilities_drawn, chance, labels, label, seconds)
