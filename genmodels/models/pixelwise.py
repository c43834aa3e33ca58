"""Drawing without computing anything twice, where each layer takes one pixel after the other.

                  plain PixelCNN                      PixelRNN
    a row begins  -                                   the row above through K_ss (Row LSTM)
    a pixel       from what is kept of the pixels     its gates, from the kept states of its neighbours
                  that the masked kernel sees
    a row ends    -                                   the states from the right (Diagonal BiLSTM)

Shapes as in pixelcache.py: B batch, C channels, S side, the channels last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from torch import Tensor, nn

from genmodels.models.pixelcache import Array, CachedLook, label_shift, sigmoid, weights

if TYPE_CHECKING:
    from genmodels.models.pixelcnn import MaskedConv, PlainLayer
    from genmodels.models.pixelrnn import Diagonal, DiagonalBiLSTM, RowLSTM

VERSION = 0  # nothing that is learned depends on this file


class Cached(Protocol):
    """A layer with what it keeps of the pixels before."""

    def begin_row(self, row: int) -> None:
        """The next pixel is the first of this row."""

    def pixel(self, column: int, x: Array) -> Array:
        """x (B, 2C) -> (B, 2C)."""

    def finish_row(self) -> None:
        """All pixels of the row have been through."""


def lstm(gates: Array, c: Array) -> tuple[Array, Array]:
    """One step, from o, f, i and g, (B, 4C), and the c before, (B, C), to h and c."""
    o, f, i, g = np.split(gates, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


class CachedPlain:
    """A layer of the plain stack with what its masked convolution has been given so far, with zeros around."""

    def __init__(self, layer: PlainLayer, batch: int, side: int, label: Tensor | None) -> None:
        self.narrow, self.narrow_bias = weights(layer.narrow)
        self.widen, self.widen_bias = weights(layer.widen)
        masked, self.masked_bias = weights(layer.masked.conv)
        width, self.dilation = len(self.widen), layer.masked.dilation
        self.masked = masked[: 5 * width]  # three of the row above, the one to the left, and the pixel's own
        self.kept: Array = np.zeros((side + self.dilation, side + 2 * self.dilation, batch, width), np.float32)

    def begin_row(self, row: int) -> None:
        self.above, self.own = self.kept[row], self.kept[row + self.dilation]

    def pixel(self, column: int, x: Array) -> Array:
        d = self.dilation
        here = np.maximum(np.maximum(x, 0) @ self.narrow + self.narrow_bias, 0)
        self.own[column + d] = here
        taps = [*(self.above[column + step] for step in (0, d, 2 * d)), self.own[column], here]
        u = np.concatenate(taps, axis=-1) @ self.masked + self.masked_bias
        out: Array = x + np.maximum(u, 0) @ self.widen + self.widen_bias
        return out

    def finish_row(self) -> None:
        pass


class CachedRow:
    """A Row LSTM with the states of the row above, and of its own row so far."""

    def __init__(self, layer: RowLSTM, batch: int, side: int, label: Tensor | None) -> None:
        self.input_to_state, input_bias = weights(layer.input_to_state)
        self.state_to_state, self.state_bias = weights(layer.state_to_state)
        self.widen, self.widen_bias = weights(layer.widen)
        self.bias = input_bias + label_shift(layer.label, label)
        self.reach, width = layer.input_to_state.kernel_size[1], len(self.widen)
        self.h: Array = np.zeros((side + 2, batch, width), np.float32)  # with a border of zeros
        self.c: Array = np.zeros((side, batch, width), np.float32)
        self.inputs: Array = np.zeros((side + self.reach - 1, batch, 2 * width), np.float32)
        self.above: Array = np.zeros(0, np.float32)

    def begin_row(self, row: int) -> None:
        taps = [self.h[start : start + len(self.c)] for start in range(3)]
        self.above = np.concatenate(taps, axis=-1) @ self.state_to_state + self.state_bias

    def pixel(self, column: int, x: Array) -> Array:
        """x (B, 2C) -> (B, 2C)."""
        self.inputs[column + self.reach - 1] = x
        seen = np.concatenate(list(self.inputs[column : column + self.reach]), axis=-1)
        gates = seen @ self.input_to_state + self.bias + self.above[column]
        self.h[column + 1], self.c[column] = lstm(gates, self.c[column])
        return x + self.h[column + 1] @ self.widen + self.widen_bias

    def finish_row(self) -> None:
        pass


class CachedDiagonal:
    """One direction of a Diagonal BiLSTM: h of every pixel of a row, from the pixel before and the one above."""

    def __init__(self, layer: Diagonal, batch: int, side: int, label: Tensor | None) -> None:
        self.input_to_state, input_bias = weights(layer.input_to_state)
        self.state_to_state, state_bias = weights(layer.state_to_state)
        self.bias = input_bias + state_bias + label_shift(layer.label, label)
        width = len(self.state_to_state) // 2
        self.h: Array = np.zeros((side, batch, width), np.float32)
        self.begin()

    def begin(self) -> None:
        """Stand before the first pixel of a row; `h` still holds the row above."""
        self.before = self.c = np.zeros_like(self.h[0])

    def step(self, column: int, x: Array) -> Array:
        """x (B, 2C) -> h (B, C), which takes the place of the one above."""
        states = np.concatenate([self.h[column], self.before], axis=-1)
        gates = x @ self.input_to_state + states @ self.state_to_state + self.bias
        self.before, self.c = lstm(gates, self.c)
        self.h[column] = self.before
        return self.before


class CachedDiagonals:
    """A Diagonal BiLSTM; what comes from the right is made once a row is complete, and used in the next one."""

    def __init__(self, layer: DiagonalBiLSTM, batch: int, side: int, label: Tensor | None) -> None:
        self.from_left, self.from_right = (
            CachedDiagonal(one, batch, side, label) for one in (layer.from_left, layer.from_right)
        )
        self.widen, self.widen_bias = weights(layer.widen)
        self.inputs: Array = np.zeros((side, batch, 2 * len(self.widen)), np.float32)

    def begin_row(self, row: int) -> None:
        self.from_left.begin()

    def pixel(self, column: int, x: Array) -> Array:
        """x (B, 2C) -> (B, 2C)."""
        self.inputs[column] = x
        h = self.from_left.step(column, x) + self.from_right.h[column]
        return x + h @ self.widen + self.widen_bias

    def finish_row(self) -> None:
        self.from_right.begin()
        for column in reversed(range(len(self.inputs))):
            self.from_right.step(column, self.inputs[column])


class PixelwiseLook(CachedLook):
    """The factors of a network that begins with a masked convolution: a pixel through that and through each layer."""

    def __init__(
        self, first: MaskedConv, head: nn.Sequential, layers: Sequence[Cached], x: Tensor, shift: Array | float = 0.0
    ) -> None:
        super().__init__(head, x, len(first.mask) // 2)
        self.first, first_bias = weights(first.conv)
        seen = first.mask.bool().repeat_interleave(2).cpu().numpy()  # both channels of the picture
        self.first, self.bias = self.first * seen[:, None], first_bias + shift
        self.layers = layers

    def _finish_row(self) -> None:
        if self.row >= 0:  # the next row needs what all pixels of this one come to
            self._through(self.side)
            for layer in self.layers:
                layer.finish_row()
        super()._finish_row()

    def _begin_row(self, row: int) -> None:
        for layer in self.layers:
            layer.begin_row(row)

    def _pixel(self, column: int) -> Array:
        size = 2 * self.reach + 1
        patch = np.zeros((len(self.picture), size, size, 2), np.float32)
        patch[:, : self.reach + 1] = self.picture[:, self.row : self.row + self.reach + 1, column : column + size]
        features = patch.reshape(len(patch), -1) @ self.first + self.bias
        for layer in self.layers:
            features = layer.pixel(column, features)
        return features
