"""Pixel by pixel: what models share that give every picture its exact probability.

Any distribution of pictures is a product of conditional ones, a factor for each pixel (equation 1 of the paper):

    p(x) = prod_i p(x_i | x_1, ..., x_{i-1})      i runs from left to right and from top to bottom

A network that gives each factor from the pixels before it gives p(x) itself, where others have but a bound of it; and
a picture is drawn by drawing one pixel after the other. The price is time: as many looks as there are pixels. All
factors of a picture that is there come from one look, because none of them depends on what another one gives.

A pixel has one of K levels, 0, ..., K - 1, and its factor is K numbers that sum to one (section 3.3). Pictures are
handed over as pixels in [0, 1], a level k as k / (K - 1); with K = 2 they are black and white.

Shapes: B batch, K levels, S side of a picture, n samples. log-probabilities are in nats per picture.
Source: van den Oord, Kalchbrenner and Kavukcuoglu 2016, "Pixel recurrent neural networks", arXiv 1601.06759.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor

from genmodels import values
from genmodels.errors import Problem
from genmodels.models.layers import GenerativeModel, checked_labels, noise, num_pixels

VERSION = 1


class Pixel(NamedTuple):
    """One pixel that has just been drawn: where, what could have come with which probability (n, K), and x so far.

    `chance` (n,) are the random numbers in [0, 1) that chose among the levels: the first at which the sum of the
    probabilities exceeds it. `label` (n,) are the labels drawn or asked for, None where there are none.
    """

    row: int
    column: int
    probabilities: Tensor
    chance: Tensor
    label: Tensor | None
    x: Tensor


class Look(Protocol):
    """Gives the factor of one pixel after the other, in raster order, for pictures that grow meanwhile."""

    def logits(self, row: int, column: int) -> Tensor:
        """(B, K), the logarithms of the probabilities of this pixel's levels, up to a constant."""


class WholeLook:
    """Looks at the whole picture for every pixel and throws away all factors but one: what naive sampling does."""

    def __init__(self, model: PixelModel, x: Tensor, label: Tensor | None) -> None:
        self.model, self.x, self.label = model, x, label

    def logits(self, row: int, column: int) -> Tensor:
        """(B, K), from a pass of everything through the network."""
        return self.model.logits(self.x, self.label)[:, :, row, column]


class PixelModel(GenerativeModel):
    """The chain rule over pixels; a subclass says what each factor is, in `logits`.

    With classes, p(x|y) is modelled and p(x) is its mean over the labels y, all equally likely.
    """

    options = ("label", "temperature", "given", "mask", "cached")

    def __init__(self, levels: int = 2, num_classes: int = 0, side: int = 28) -> None:
        super().__init__()
        num_pixels(side)
        self.levels, self.num_classes, self.side = values.count(levels, 2, 256), num_classes, side
        self.labelled = num_classes > 0

    # --- the factors

    def logits(self, x: Tensor, label: Tensor | None = None) -> Tensor:
        """All factors of the pictures x (B, 1, S, S) with labels (B,): (B, K, S, S), as logarithms up to a constant."""
        raise NotImplementedError

    def look(self, x: Tensor, label: Tensor | None) -> Look:
        """What gives the factors one after the other while x (B, 1, S, S) is filled in; here from whole passes."""
        return WholeLook(self, x, label)

    def log_factors(self, x: Tensor, label: Tensor | None = None) -> Tensor:
        """log p(x_i | x_1, ..., x_{i-1}) for every pixel, (B, S, S) in nats; their sum is log p(x|y)."""
        log_p = self.logits(x, label).float().log_softmax(1)
        return log_p.gather(1, self.level_of(x)).squeeze(1)

    def level_of(self, x: Tensor) -> Tensor:
        """Which of the levels 0, ..., K - 1 the pixels of x are."""
        return (x * (self.levels - 1)).round().long()

    @torch.no_grad()
    def log_prob(self, x: Tensor, label: Any = None) -> Tensor:
        """log p(x|y) of pictures x (B, 1, S, S), exact, (B,) nats; without a label log p(x), the mean over all labels.

        Raises Problem for a picture of another size, a value that is no level, and a label out of range.
        """
        x = self.check(x)
        if label is not None or not self.num_classes:
            return self.log_factors(x, checked_labels(label, self.num_classes, x)).double().sum((1, 2))
        return self._log_prob_before(x, self.side**2).logsumexp(0) - math.log(self.num_classes)

    def _log_prob_before(self, x: Tensor, place: int) -> Tensor:
        """log p(the first `place` pixels | y) for every label y, (classes, B)."""
        each = (checked_labels(label, self.num_classes, x) for label in range(self.num_classes))
        return torch.stack([self.log_factors(x, labels).double().flatten(1)[:, :place].sum(1) for labels in each])

    @torch.no_grad()
    def conditional(self, x: Tensor, row: int, column: int, label: Any = None) -> Tensor:
        """The probabilities of a pixel's levels given the pixels before it, (B, K); what x holds from there on is idle.

        Without a label it is what the labels say on average, each weighed by how well it explains the pixels before.
        """
        x, place = self.check(x), self.place(row, column)
        if label is not None or not self.num_classes:
            return self.logits(x, checked_labels(label, self.num_classes, x))[:, :, row, column].double().softmax(1)
        each = torch.stack([self.conditional(x, row, column, one) for one in range(self.num_classes)])
        return (self._log_prob_before(x, place).softmax(0)[:, :, None] * each).sum(0)

    # --- training: the negative logarithm of p(x), nothing else

    def quantised(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Grey pixels as levels. With two each is drawn, ink with the probability of its grey; else the nearest one."""
        if self.levels == 2:
            return (noise("uniform", tuple(x.shape), x.device, generator) < x).to(x.dtype)
        return (x * (self.levels - 1)).round() / (self.levels - 1)

    def terms(
        self, x: Tensor, generator: torch.Generator | None = None, label: Tensor | None = None
    ) -> dict[str, Tensor]:
        """-log p(x|y) of each picture x (B, 1, S, S), grey in [0, 1] and quantised here: {"pixels": (B,)} in nats."""
        return {"pixels": -self.log_factors(self.quantised(x, generator), label).sum((1, 2))}

    def loss(
        self, x: Tensor, generator: torch.Generator | None = None, label: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The mean over the batch; its only part is the total."""
        return {"total": self.terms(x, generator, label)["pixels"].mean()}

    # --- drawing

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator | None = None, **options: Any) -> Tensor:
        """n new pictures (n, 1, S, S); options and errors are those of `draw`."""
        x = torch.zeros(n, 1, self.side, self.side)
        for pixel in self.draw(n, generator, **options):
            x = pixel.x
        return x.clone()

    @torch.no_grad()
    def draw(
        self,
        n: int,
        generator: torch.Generator | None = None,
        label: Any = None,
        temperature: float = 1.0,
        given: Tensor | None = None,
        mask: Tensor | None = None,
        cached: bool = True,
    ) -> Iterator[Pixel]:
        """Draw n pictures, one pixel after the other; the same seed gives the same ones, `cached` or not.

        The pixels of `given` (1, S, S) or (n, 1, S, S) stay where `mask` (S, S) is False, the others are drawn. This is
        exact where all that stays comes before what is drawn; a pixel never hears of one that comes after it.
        Without a label each picture has one of its own, drawn with what is given before the first pixel in mind.
        A `temperature` below 1 makes the likely likelier, above 1 all more alike. Raises Problem for options that
        cannot be.
        """
        x, places = self._begun(n, given, mask)
        temperature = self._temperature(temperature)
        chance = noise("uniform", (n, 1 + self.side**2), x.device, generator)
        labels = checked_labels(label, self.num_classes, x)
        if labels is None and self.num_classes:
            labels = self._drawn_labels(x, places[0], chance[:, 0])
        look = self.look(x, labels) if cached else WholeLook(self, x, labels)
        for place in places:
            row, column = divmod(place, self.side)
            probabilities = (look.logits(row, column).double() / temperature).softmax(1)
            x[:, 0, row, column] = _level(probabilities, chance[:, 1 + place]) / (self.levels - 1)
            yield Pixel(row, column, probabilities, chance[:, 1 + place], labels, x)

    def _begun(self, n: int, given: Tensor | None, mask: Tensor | None) -> tuple[Tensor, list[int]]:
        """The pictures with what is given, (n, 1, S, S), and the places of the pixels to draw, in raster order."""
        shape, device = (n, 1, self.side, self.side), next(self.parameters()).device
        x = torch.zeros(shape, device=device)
        if given is not None:
            known = self.check(given if given.ndim == 4 else given[None])
            if len(known) not in (1, n):
                sentence = "{given} pictures are given for {n}; give one, or as many."
                raise Problem("given-count", sentence, given=len(known), n=n)
            x[:] = known.to(device)
        holes = torch.ones(self.side, self.side, dtype=torch.bool) if mask is None else torch.as_tensor(mask)
        if tuple(holes.shape) != (self.side, self.side):
            sentence = "The mask needs the shape ({side}, {side}), not {given}."
            raise Problem("mask-shape", sentence, side=self.side, given=str(tuple(holes.shape)))
        places: list[int] = holes.bool().flatten().nonzero().flatten().tolist()
        if not places:
            raise Problem("mask-empty", "There is nothing to draw: the mask is False everywhere.")
        x[:, 0, holes.bool()] = 0
        return x, places

    def _drawn_labels(self, x: Tensor, first: int, chance: Tensor) -> Tensor:
        """A label for each picture, from p(y | what stands before the place `first`)."""
        if first == 0:
            return (chance * self.num_classes).long()
        return _level(self._log_prob_before(x, first).T.softmax(1), chance).long()

    # --- what cannot be

    def check(self, x: Tensor) -> Tensor:
        """x itself; Problem where it is no batch (B, 1, S, S) of pictures whose pixels are levels."""
        if x.ndim != 4 or tuple(x.shape[1:]) != (1, self.side, self.side):
            sentence = "Pictures need the shape (B, 1, {side}, {side}), not {given}."
            raise Problem("picture-shape", sentence, side=self.side, given=str(tuple(x.shape)))
        level = x * (self.levels - 1)
        is_one = ((level - level.round()).abs() < 1e-3) & (level > -0.5) & (level < self.levels - 0.5)
        if not bool(is_one.all()):
            sentence = "Every pixel needs one of {levels} levels, 0, 1/{last}, ..., 1; quantise the picture first."
            raise Problem("picture-levels", sentence, levels=self.levels, last=self.levels - 1)
        return x

    def place(self, row: int, column: int) -> int:
        """How many pixels come before this one; Problem where there is no such pixel."""
        try:
            return values.count(row, 0, self.side - 1) * self.side + values.count(column, 0, self.side - 1)
        except ValueError as error:
            sentence = "There is no pixel at row {row}, column {column}; both are from 0 to {last}."
            raise Problem(
                "no-pixel", sentence, row=str(row)[:40], column=str(column)[:40], last=self.side - 1
            ) from error

    def _temperature(self, temperature: float) -> float:
        try:
            return values.real(temperature, 0.05, 20)
        except ValueError as error:
            sentence = "The temperature is a number from 0.05 to 20, not {temperature}."
            raise Problem("temperature", sentence, temperature=str(temperature)[:40]) from error


def _level(probabilities: Tensor, chance: Tensor) -> Tensor:
    """One level each from probabilities (n, K): the first at which their sum exceeds `chance`, (n,) in [0, 1)."""
    below = probabilities.cumsum(1)[:, :-1] <= chance[:, None]
    return below.sum(1).to(torch.float32)
