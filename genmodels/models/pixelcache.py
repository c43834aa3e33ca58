"""Drawing pixel by pixel without computing anything twice.

Naive sampling passes the whole picture through the network for each pixel, S^2 times, and uses one pixel of what comes
out. But what a layer gives for the pixels before stays as it is, so it can be kept (Ramachandran et al. 2017, "Fast
generation for convolutional autoregressive models", arXiv 1704.06001):

    a row begins  the vertical stack, a row through each layer
    a pixel       the horizontal one, a pixel through each layer

The networks that do everything pixel by pixel stand in pixelwise.py.

The pixels that are drawn are the same, with the same random numbers. On a processor the small products are made by
numpy, which is several times quicker to call than torch.

Shapes: B batch, C channels, K levels, S side. Arrays have the channels last, so that a pixel lies in one piece.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from genmodels.models.pixelcnn import GatedLayer, GatedStacks, LabelShift

VERSION = 1

Array = npt.NDArray[np.float32]


def weights(conv: nn.Conv2d) -> tuple[Array, Array]:
    """A convolution as a matrix (taps * num_in, num_out) over the pixels it sees in reading order, and its bias."""
    matrix = conv.weight.detach().float().permute(2, 3, 1, 0).cpu().numpy()
    assert conv.bias is not None
    return matrix.reshape(-1, matrix.shape[-1]), conv.bias.detach().float().cpu().numpy()


def gate(features: Array) -> Array:
    """tanh(a) sigmoid(b) for features (..., 2C) that are a and b."""
    a, b = np.split(features, 2, axis=-1)
    return np.tanh(a) * sigmoid(b)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), without exp, which overflows."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def label_shift(layer: LabelShift, label: Tensor | None) -> Array | float:
    """What the labels add to a layer's features, (B, C), or 0."""
    shift = layer(label)
    return shift[:, :, 0, 0].detach().float().cpu().numpy() if isinstance(shift, Tensor) else shift


class CachedLayer:
    """A gated layer with what it has given so far; `above` and `left` keep what came into it, with zeros around."""

    def __init__(self, layer: GatedLayer, batch: int, side: int, label: Tensor | None) -> None:
        self.dilation = d = layer.dilation
        self.vertical, self.vertical_bias = weights(layer.vertical)
        self.horizontal, horizontal_bias = weights(layer.horizontal)
        self.across, across_bias = weights(layer.across)
        self.out = np.concatenate([weights(layer.residual)[0], weights(layer.skip)[0]], axis=1)
        self.out_bias = np.concatenate([weights(layer.residual)[1], weights(layer.skip)[1]])
        self.width = width = len(self.horizontal) // 2
        self.above: Array = np.zeros((side + d, batch, side + 2 * d, width), np.float32)
        self.left: Array = np.zeros((side + d, batch, width), np.float32)
        self.from_above: Array = np.zeros((side, batch, 2 * width), np.float32)
        self.shift_above: Array = np.zeros((batch, 1, 2 * width), dtype=np.float32)
        self.shift_above[:, 0] += label_shift(layer.label_above, label)
        self.shift_inner: Array = np.zeros((batch, 1, 2 * width), dtype=np.float32)
        self.shift_inner[:, 0] += label_shift(layer.label_inner, label) + across_bias + horizontal_bias

    def row(self, row: int, v: Array) -> Array:
        """One row of the vertical stack, (B, S, C) -> (B, S, C); what the horizontal one hears of it is kept."""
        d, side = self.dilation, v.shape[1]
        self.above[row + d, :, d:-d] = v
        rows = self.above[row], self.above[row + d]  # rows r - d and r
        taps = [one[:, start : start + side] for one in rows for start in (0, d, 2 * d)]
        above = np.concatenate(taps, axis=-1) @ self.vertical + self.vertical_bias
        # the label shifts what goes through the vertical stack's gate, not what the horizontal one hears of it
        self.from_above = np.ascontiguousarray(np.moveaxis(above @ self.across + self.shift_inner, 1, 0))
        self.left[:] = 0
        return v + gate(above + self.shift_above)

    def pixel(self, column: int, h: Array) -> tuple[Array, Array]:
        """One pixel of the horizontal stack, (B, C) -> h' (B, C) and its skip (B, 2C)."""
        self.left[column + self.dilation] = h
        seen = np.concatenate([self.left[column], h], axis=-1)
        out = gate(seen @ self.horizontal + self.from_above[column]) @ self.out + self.out_bias
        return h + out[:, : self.width], out[:, self.width :]


class CachedLook:
    """Gives one factor after the other, in raster order; a subclass says how a row begins and what a pixel comes to."""

    def __init__(self, head: nn.Sequential, x: Tensor, reach: int) -> None:
        self.x, self.side, self.reach = x, x.shape[-1], reach
        self.head = [weights(one) for one in head if isinstance(one, nn.Conv2d)]
        # the picture and its channel of ones, with the zeros around them that convolutions see
        self.picture = np.zeros((len(x), self.side + reach, self.side + 2 * reach, 2), np.float32)
        self.picture[:, reach:, reach:-reach, 1] = 1
        self.row, self.column = -1, 0  # the row that has begun, and its next pixel

    def logits(self, row: int, column: int) -> Tensor:
        """(B, K), for a pixel after the one that was asked for before; those between count as they stand in x."""
        while self.row < row:
            self._finish_row()
            self.row, self.column = self.row + 1, 0
            self._begin_row(self.row)
        features = self._through(column + 1)
        (first, first_bias), (last, last_bias) = self.head
        out = np.maximum(np.maximum(features, 0) @ first + first_bias, 0) @ last + last_bias
        return torch.from_numpy(out).to(self.x.device)

    def _finish_row(self) -> None:
        """Take over what x holds of the row that ends."""
        if self.row >= 0:
            self._take(slice(0, self.side))

    def _begin_row(self, row: int) -> None:
        raise NotImplementedError

    def _pixel(self, column: int) -> Array:
        """What goes into the last two layers, (B, 2C)."""
        raise NotImplementedError

    def _through(self, end: int) -> Array:
        """The pixels of this row up to `end`, and what the last one of them comes to."""
        features: Array = np.zeros(0, np.float32)
        for column in range(self.column, end):
            if column:
                self._take(slice(column - 1, column))
            features = self._pixel(column)
        self.column = end
        return features

    def _take(self, columns: slice) -> None:
        """Pixels of this row as they now are in x, in the network's scale."""
        into = slice(self.reach + columns.start, self.reach + columns.stop)
        self.picture[:, self.row + self.reach, into, 0] = 2 * self.x[:, 0, self.row, columns].cpu().numpy() - 1


class GatedLook(CachedLook):
    """The factors of a `PixelCNN` with two stacks: rows through the vertical one, pixels through the horizontal one."""

    def __init__(self, network: GatedStacks, head: nn.Sequential, x: Tensor, label: Tensor | None) -> None:
        super().__init__(head, x, network.left.kernel_size[1])
        gated: Iterable[GatedLayer] = network.layers  # type: ignore[assignment]
        self.layers = [CachedLayer(layer, len(x), self.side, label) for layer in gated]
        self.above, self.above_bias = weights(network.above)
        self.left, self.left_bias = weights(network.left)
        self.v: Array = np.zeros(0, np.float32)

    def _begin_row(self, row: int) -> None:
        reach = self.reach
        seen = self.picture[:, row : row + reach]
        taps = [seen[:, up, left : left + self.side] for up in range(reach) for left in range(2 * reach + 1)]
        v = np.concatenate(taps, axis=-1) @ self.above + self.above_bias
        self.v = np.ascontiguousarray(np.moveaxis(v, 1, 0))
        for layer in self.layers:
            v = layer.row(row, v)

    def _pixel(self, column: int) -> Array:
        seen = self.picture[:, self.row + self.reach, column : column + self.reach].reshape(len(self.picture), -1)
        h = self.v[column] + seen @ self.left + self.left_bias
        skips = []
        for layer in self.layers:
            h, skip = layer.pixel(column, h)
            skips.append(skip)
        return np.sum(skips, axis=0)
