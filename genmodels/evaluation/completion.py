"""Completing a picture whose pixels are partly gone: as a model of one order can, and as it would have to be.

A model that draws in raster order knows what comes before a hole, not what comes after it. Let the pixels that are kept
be K and those of the hole H. Drawing the hole pixel by pixel gives each filling with the probability

    q(x_H) = prod_{i in H} p(x_i | x_1, ..., x_{i-1})

where p(x_H | x_K) would be right, which is proportional to p(x) = q(x_H) prod_{i in K} p(x_i | x_1, ..., x_{i-1}).
The last product is how well the kept pixels go with what was drawn: a filling has to be weighed by it (importance
sampling). What is kept before the hole is the same for all fillings and needs no weight. If that is all that is kept,
drawing alone is exact.

Source: importance sampling with self-normalised weights, e.g. Owen 2013, "Monte Carlo theory, methods and examples",
section 9.2; the effective sample size, equation 9.13.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from genmodels.models.layers import checked_labels
from genmodels.models.pixels import PixelModel


@dataclass(frozen=True, eq=False)
class Completions:
    """Pictures x (n, 1, S, S) whose holes have been drawn, and how much of the truth each stands for.

    `weights` (n,) sum to 1. `bits_kept` (n,) is what the kept pixels that come after the hole's first cost, -log2 of
    their product above. `labels` (n,) are those of the drawings, None where the model has none.
    """

    x: Tensor
    weights: Tensor
    bits_kept: Tensor
    labels: Tensor | None

    @property
    def effective(self) -> float:
        """How many drawings from the right distribution they are worth, 1 to n: 1 / sum of the squared weights."""
        return 1 / float((self.weights**2).sum())


@torch.no_grad()
def complete(
    model: PixelModel, given: Tensor, mask: Tensor, n: int, generator: torch.Generator, label: int | None = None
) -> Completions:
    """Fill the hole `mask` (S, S), True where nothing is known, of the picture `given` (1, S, S), n times.

    Raises Problem for what `PixelModel.draw` refuses.
    """
    for pixel in model.draw(n, generator, label, given=given, mask=mask):
        x, labels = pixel.x, pixel.label
    factors = model.log_factors(x, None if labels is None else checked_labels(labels, model.num_classes, x))
    hole = mask.bool().to(x.device)
    after = hole.flatten().cumsum(0).view_as(hole) > 0  # what comes before was in mind when the label was drawn
    kept = factors.double()[:, ~hole & after].sum(1)
    return Completions(x.cpu(), kept.softmax(0).cpu(), -kept.cpu() / math.log(2), labels)
