"""PixelCNN: all factors of a picture from one pass through convolutions that do not look ahead.

A convolution sees a pixel's whole neighbourhood. Here nothing of it may be seen that comes after the pixel, so the
kernel is masked (`MaskedConv`; figure 2 of the first paper): 1 is seen, 0 is not.

    1 1 1          1 1 1        A, for the picture itself: not the pixel that is to be predicted
    1 0 0          1 1 0        B, for features: those of the pixel itself tell only of what came before
    0 0 0          0 0 0

Stacked, such kernels see far, but not round a corner: a wedge above and to the right of the pixel stays hidden, however
many there are, the blind spot. Two stacks see all that came before (figure 1 of the second paper). The *vertical* one
looks at the rows above, to the left and to the right, and never at its own row; the *horizontal* one looks to the left,
and hears from the vertical one, at each layer, what is above:

    v' = v + gate(W v)                    W: two rows, three columns
    u  = gate(U h + V W v)                U: two columns of the own row
    h' = h + R u,   skip = S u            gate((a, b)) = tanh(a) sigmoid(b)      (equation 2)

The label y shifts a and b in every layer (equation 3). The skips of all layers add up to what the logits are made of.
Layer by layer the kernels reach twice as far, 1, 2, 4, 8 pixels, without more weights (dilation; Yu and Koltun 2016).

Shapes: B batch, C channels, K levels, S side. Pixels are in [0, 1].
Sources: van den Oord, Kalchbrenner and Kavukcuoglu 2016, "Pixel recurrent neural networks", arXiv 1601.06759; van den
Oord et al. 2016, "Conditional image generation with PixelCNN decoders", arXiv 1606.05328.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.models.layers import conv
from genmodels.models.pixelcache import GatedLook, label_shift
from genmodels.models.pixels import Look, PixelModel
from genmodels.models.pixelwise import CachedPlain, PixelwiseLook

VERSION = 1

REACH = 3  # pixels that the first layer of a stack sees up, and to the left
DILATIONS = (1, 2, 4, 8)


class PixelCNN(PixelModel):
    """`stack` "gated" has the two stacks, "plain" the single one with the blind spot; `dilated` as above, or all 1."""

    def __init__(
        self,
        stack: str = "gated",
        dilated: bool = True,
        num_classes: int = 10,
        levels: int = 2,
        width: int = 32,
        num_layers: int = 8,
        side: int = 28,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(levels, num_classes, side)
        dilations = [DILATIONS[layer % len(DILATIONS)] if dilated else 1 for layer in range(num_layers)]
        network = {"plain": PlainStack, "gated": GatedStacks}[stack]
        self.network = network(width, dilations, num_classes, generator)
        self.head = head(width, levels, generator)

    def logits(self, x: Tensor, label: Tensor | None = None) -> Tensor:
        """Pictures (B, 1, S, S) and labels (B,) -> the factors of all pixels, (B, K, S, S)."""
        # a pixel's channels beside each other in memory: on CPU the convolutions are a quarter faster
        bordered = with_border(x).contiguous(memory_format=torch.channels_last)
        out: Tensor = self.head(self.network(bordered, label))
        return out

    def look(self, x: Tensor, label: Tensor | None) -> Look:
        """Each pixel's factor from what the pixels before have left."""
        network = self.network
        if isinstance(network, GatedStacks):
            return GatedLook(network, self.head, x, label)
        assert isinstance(network, PlainStack)
        plain: Iterable[PlainLayer] = network.layers  # type: ignore[assignment]
        layers = [CachedPlain(layer, len(x), self.side, label) for layer in plain]
        return PixelwiseLook(network.first, self.head, layers, x, label_shift(network.label, label))


def with_border(x: Tensor) -> Tensor:
    """Pictures (B, 1, S, S) with a channel of ones, (B, 2, S, S): where it is missing, the picture has ended."""
    return torch.cat([2 * x - 1, torch.ones_like(x)], dim=1)


def gate(features: Tensor) -> Tensor:
    """tanh(a) sigmoid(b) for features (B, 2C, ...) that are a and b: (B, C, ...), equation 2."""
    a, b = features.chunk(2, dim=1)
    return a.tanh() * b.sigmoid()


def head(width: int, levels: int, generator: torch.Generator | None = None) -> nn.Sequential:
    """From features (B, 2C, S, S) to logits (B, K, S, S): two convolutions of 1 x 1 (table 1 of the first paper)."""
    first, last = conv(2 * width, 2 * width, 1, generator), conv(2 * width, levels, 1, generator)
    return nn.Sequential(nn.ReLU(), first, nn.ReLU(), last)


class LabelShift(nn.Module):
    """What each label adds to features (B, C, S, S), nothing at first; 0 where there are no labels."""

    def __init__(self, num_classes: int, width: int) -> None:
        super().__init__()
        weight = torch.zeros(num_classes, width)
        self.table = nn.Embedding(num_classes, width, _weight=weight) if num_classes else None

    def forward(self, label: Tensor | None) -> Tensor | float:
        """Labels (B,) -> (B, C, 1, 1)."""
        return 0.0 if self.table is None or label is None else self.table(label)[:, :, None, None]


class MaskedConv(nn.Module):
    """A convolution whose kernel is 0 at all pixels after its own; kind "A" leaves out the pixel itself, too."""

    mask: Tensor

    def __init__(
        self,
        kind: str,
        num_in: int,
        num_out: int,
        size: int,
        dilation: int = 1,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.dilation = dilation
        self.conv = conv(num_in, num_out, size, generator)
        mask = torch.ones(size, size)
        mask[size // 2, size // 2 + (kind == "B") :] = 0
        mask[size // 2 + 1 :] = 0
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """x (B, C, S, S) -> (B, C', S, S)."""
        reach = self.dilation * (len(self.mask) // 2)
        return F.conv2d(x, self.conv.weight * self.mask, self.conv.bias, padding=reach, dilation=self.dilation)


class PlainStack(nn.Module):
    """One stack of masked convolutions, each added to what comes in; it has the blind spot."""

    def __init__(
        self, width: int, dilations: list[int], num_classes: int, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.first = MaskedConv("A", 2, 2 * width, 2 * REACH + 1, generator=generator)
        self.label = LabelShift(num_classes, 2 * width)
        self.layers = nn.ModuleList(PlainLayer(width, dilation, generator) for dilation in dilations)

    def forward(self, x: Tensor, label: Tensor | None) -> Tensor:
        """x (B, 2, S, S) -> (B, 2C, S, S)."""
        h = self.first(x) + self.label(label)
        for layer in self.layers:
            h = layer(h)
        return h


class PlainLayer(nn.Module):
    """h + a masked convolution between two of 1 x 1 (figure 5 of the first paper)."""

    def __init__(self, width: int, dilation: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.narrow = conv(2 * width, width, 1, generator)
        self.masked = MaskedConv("B", width, width, 3, dilation, generator)
        self.widen = conv(width, 2 * width, 1, generator)

    def forward(self, h: Tensor) -> Tensor:
        """h (B, 2C, S, S) -> (B, 2C, S, S)."""
        u = self.masked(self.narrow(h.relu()).relu())
        out: Tensor = h + self.widen(u.relu())
        return out


class GatedStacks(nn.Module):
    """The vertical and the horizontal stack; what comes out is the sum of the skips of all layers."""

    def __init__(
        self, width: int, dilations: list[int], num_classes: int, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.above = conv(2, width, (REACH, 2 * REACH + 1), generator)
        self.left = conv(2, width, (1, REACH), generator)
        self.layers = nn.ModuleList(GatedLayer(width, dilation, num_classes, generator) for dilation in dilations)

    def forward(self, x: Tensor, label: Tensor | None) -> Tensor:
        """x (B, 2, S, S) -> (B, 2C, S, S)."""
        side = x.shape[-1]
        # both see nothing of the pixel itself: the vertical one its rows above, the horizontal one what is to its left
        v = self.above(F.pad(x, (REACH, REACH, REACH, 0)))[:, :, :side]
        h = v + self.left(F.pad(x, (REACH, 0, 0, 0)))[:, :, :, :side]
        skips = torch.zeros((), device=x.device)
        for layer in self.layers:
            v, h, skip = layer(v, h, label)
            skips = skips + skip
        return skips


class GatedLayer(nn.Module):
    """One layer of both stacks (figure 2 of the second paper)."""

    def __init__(self, width: int, dilation: int, num_classes: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.dilation = dilation
        self.vertical = conv(width, 2 * width, (2, 3), generator, dilation=dilation)
        self.horizontal = conv(width, 2 * width, (1, 2), generator, dilation=dilation)
        self.across = conv(2 * width, 2 * width, 1, generator)
        self.label_above, self.label_inner = (LabelShift(num_classes, 2 * width) for _ in range(2))
        self.residual, self.skip = conv(width, width, 1, generator), conv(width, 2 * width, 1, generator)

    def forward(self, v: Tensor, h: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """v, h (B, C, S, S), labels (B,) -> v' and h' (B, C, S, S), skip (B, 2C, S, S)."""
        reach = self.dilation
        above = self.vertical(F.pad(v, (reach, reach, reach, 0)))  # rows r - d and r, columns c - d, c and c + d
        inner = self.horizontal(F.pad(h, (reach, 0, 0, 0))) + self.across(above)  # columns c - d and c
        u = gate(inner + self.label_inner(label))
        return v + gate(above + self.label_above(label)), h + self.residual(u), self.skip(u)
