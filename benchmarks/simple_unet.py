"""The U-Net that many tutorials use for 64 x 64 pictures in colour, for comparison: 62,438,883 parameters.

Written anew from its description: five widths from 64 to 1024, two 3 x 3 convolutions per block with batch norm, the
time added as a vector, transposed convolutions on the way up, skips between blocks.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

WIDTHS, TIME = (64, 128, 256, 512, 1024), 32


class Block(nn.Module):
    """Two convolutions, told the time in between, then half or twice the size."""

    def __init__(self, num_in: int, num_out: int, up: bool) -> None:
        super().__init__()
        self.time = nn.Linear(TIME, num_out)
        self.first = nn.Conv2d(2 * num_in if up else num_in, num_out, 3, padding=1)
        self.second = nn.Conv2d(num_out, num_out, 3, padding=1)
        resize = nn.ConvTranspose2d if up else nn.Conv2d
        self.resize = resize(num_out, num_out, 4, stride=2, padding=1)
        self.norms = nn.ModuleList(nn.BatchNorm2d(num_out) for _ in range(2))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        h = self.norms[0](self.first(x).relu()) + self.time(t).relu()[:, :, None, None]
        out: Tensor = self.resize(self.norms[1](self.second(h).relu()))
        return out


class SimpleUnet(nn.Module):
    """eps(x_t, t) for x (B, 3, 64, 64) and t (B,) from 0 to T - 1."""

    def __init__(self) -> None:
        super().__init__()
        self.time = nn.Sequential(nn.Linear(TIME, TIME), nn.ReLU())
        self.enter = nn.Conv2d(3, WIDTHS[0], 3, padding=1)
        self.down = nn.ModuleList(Block(a, b, up=False) for a, b in pairwise(WIDTHS))
        self.up = nn.ModuleList(Block(a, b, up=True) for a, b in pairwise(WIDTHS[::-1]))
        self.leave = nn.Conv2d(WIDTHS[0], 3, 1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        half = TIME // 2
        frequencies = torch.exp(torch.arange(half, device=t.device) * (-math.log(10_000) / (half - 1)))
        angles = t[:, None] * frequencies
        told = self.time(torch.cat([angles.sin(), angles.cos()], dim=1))
        h, on_the_way = self.enter(x), []
        for block in self.down:
            h = block(h, told)
            on_the_way.append(h)
        for block in self.up:
            h = block(torch.cat([h, on_the_way.pop()], dim=1), told)
        out: Tensor = self.leave(h)
        return out
