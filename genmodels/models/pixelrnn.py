"""PixelRNN: the same factors as a PixelCNN's, from a memory that is carried through the picture.

A masked convolution sees as far as its kernels reach. An LSTM carries a state (c, h) on and on, so that in principle
a pixel hears of all that came before (equation 3 of the paper; o, f, i and g are four groups of C channels):

    (o, f, i, g) = K_ss h_before + K_is x_here        input-to-state for a whole picture at once, state-to-state in turn
    c = sigmoid(f) c_before + sigmoid(i) tanh(g)
    h = sigmoid(o) tanh(c)

What "before" is makes the two kinds (figure 4):

    Row LSTM          three pixels of the row above; a row is one step. It sees a triangle above the pixel.
    Diagonal BiLSTM   the pixel to the left and the one above; a diagonal is one step. It sees what is to the left and
                      above. A second one, from the right, runs a row behind it and sees the rest,
                      but for the last pixel of the row above.

Each layer adds what it found to what came in, as in figure 5. A step has to wait for the one before it, which is what a
convolution need not do: an RNN of the same size takes several times as long.

Shapes: B batch, C channels, K levels, S side. Pixels are in [0, 1].
Source: van den Oord, Kalchbrenner and Kavukcuoglu 2016, "Pixel recurrent neural networks", arXiv 1601.06759.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.models.layers import conv
from genmodels.models.pixelcnn import REACH, LabelShift, MaskedConv, head, with_border
from genmodels.models.pixels import Look, PixelModel
from genmodels.models.pixelwise import CachedDiagonals, CachedRow, PixelwiseLook

VERSION = 1


class PixelRNN(PixelModel):
    """A masked convolution, LSTM layers of one `kind`, "row" or "diagonal", and two convolutions of 1 x 1."""

    def __init__(
        self,
        kind: str = "row",
        num_classes: int = 10,
        levels: int = 2,
        width: int = 32,
        num_layers: int = 3,
        side: int = 28,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(levels, num_classes, side)
        self.kind = kind
        layer = {"row": RowLSTM, "diagonal": DiagonalBiLSTM}[kind]
        self.first = MaskedConv("A", 2, 2 * width, 2 * REACH + 1, generator=generator)
        self.layers = nn.ModuleList(layer(width, num_classes, generator) for _ in range(num_layers))
        self.head = head(width, levels, generator)

    def logits(self, x: Tensor, label: Tensor | None = None) -> Tensor:
        """Pictures (B, 1, S, S) and labels (B,) -> the factors of all pixels, (B, K, S, S)."""
        features = self.first(with_border(x))
        for layer in self.layers:
            features = layer(features, label)
        out: Tensor = self.head(features)
        return out

    def look(self, x: Tensor, label: Tensor | None) -> Look:
        """Each pixel's factor from the states that the pixels before have left."""
        cached = {"row": CachedRow, "diagonal": CachedDiagonals}[self.kind]
        return PixelwiseLook(
            self.first, self.head, [cached(layer, len(x), self.side, label) for layer in self.layers], x
        )


def lstm(gates: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """One step, equation 3: from o, f, i and g, (B, 4C, S), and the c before, (B, C, S), to h and c."""
    o, f, i, g = gates.chunk(4, dim=1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


class RowLSTM(nn.Module):
    """A row is a step (section 3.1): K_is sees the pixel and those to its left, K_ss three pixels of the row above."""

    def __init__(self, width: int, num_classes: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.input_to_state = conv(2 * width, 4 * width, (1, REACH), generator)
        self.state_to_state = conv(width, 4 * width, (1, 3), generator)
        self.label = LabelShift(num_classes, 4 * width)
        self.widen = conv(width, 2 * width, 1, generator)

    def forward(self, x: Tensor, label: Tensor | None) -> Tensor:
        """x (B, 2C, S, S), labels (B,) -> (B, 2C, S, S)."""
        inputs = self.input_to_state(F.pad(x, (REACH - 1, 0, 0, 0))) + self.label(label)
        h = c = inputs.new_zeros(len(x), inputs.shape[1] // 4, x.shape[3])
        rows = []
        for row in inputs.unbind(2):
            above = self.state_to_state(F.pad(h, (1, 1))[:, :, None])[:, :, 0]
            h, c = lstm(row + above, c)
            rows.append(h)
        out: Tensor = x + self.widen(torch.stack(rows, dim=2))
        return out


class DiagonalBiLSTM(nn.Module):
    """A diagonal is a step (section 3.2), once from the upper left and once from the upper right."""

    def __init__(self, width: int, num_classes: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.from_left, self.from_right = (Diagonal(width, num_classes, generator) for _ in range(2))
        self.widen = conv(width, 2 * width, 1, generator)

    def forward(self, x: Tensor, label: Tensor | None) -> Tensor:
        """x (B, 2C, S, S), labels (B,) -> (B, 2C, S, S)."""
        left = self.from_left(x, label)
        right = self.from_right(x.flip(3), label).flip(3)
        # a row lower, or it would tell of pixels to the right
        right = F.pad(right, (0, 0, 1, 0))[:, :, :-1]
        out: Tensor = x + self.widen(left + right)
        return out


class Diagonal(nn.Module):
    """An LSTM from the upper left to the lower right; before a pixel come its left neighbour and the one above."""

    def __init__(self, width: int, num_classes: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.input_to_state = conv(2 * width, 4 * width, 1, generator)
        self.state_to_state = conv(width, 4 * width, (2, 1), generator)
        self.label = LabelShift(num_classes, 4 * width)

    def forward(self, x: Tensor, label: Tensor | None) -> Tensor:
        """x (B, 2C, S, S), labels (B,) -> h of all pixels, (B, C, S, S)."""
        inputs = self.input_to_state(x) + self.label(label)
        h = c = inputs.new_zeros(len(x), inputs.shape[1] // 4, x.shape[2])
        inside = skewed(torch.ones_like(x[:1, :1]))
        diagonals = []
        for diagonal, exists in zip(skewed(inputs).unbind(3), inside.unbind(3), strict=True):
            # of the diagonal before, a row's own pixel is its left neighbour, and the row above has the one above
            before = self.state_to_state(F.pad(h, (1, 0))[..., None])[..., 0]
            h, c = (exists * state for state in lstm(diagonal + before, c))  # beyond the picture there is no state
            diagonals.append(h)
        return unskewed(torch.stack(diagonals, dim=3))


def skewed(x: Tensor) -> Tensor:
    """Each row (B, C, S, S) a pixel further to the right than the one above: (B, C, S, 2S - 1), diagonals upright."""
    side = x.shape[3]
    wide = F.pad(x, (0, side))  # read on, with one place less in each row
    return wide.flatten(2)[:, :, :-side].view(*x.shape[:3], 2 * side - 1)


def unskewed(x: Tensor) -> Tensor:
    """The other way: (B, C, S, 2S - 1) -> (B, C, S, S)."""
    side = x.shape[2]
    return F.pad(x.flatten(2), (0, side)).view(*x.shape[:2], side, 2 * side)[..., :side]
