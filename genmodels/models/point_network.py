"""The network for points in the plane: place and time in, three hidden layers, an arrow out.

Shapes: B batch; places (B, 2), times (B,) in [0, 1].
"""

from __future__ import annotations

from itertools import chain, pairwise

import torch
from torch import Tensor, nn

from genmodels.models.layers import linear
from genmodels.models.unet import time_features

FREQUENCIES = 32


class PointNetwork(nn.Module):
    """What a diffusion asks of x_t and t, for points (B, 2): the noise, or v."""

    def __init__(self, hidden_dim: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        sizes = (2 + FREQUENCIES, hidden_dim, hidden_dim, hidden_dim)
        hidden = [(linear(num_in, num_out, generator), nn.SiLU()) for num_in, num_out in pairwise(sizes)]
        self.layers = nn.Sequential(*chain(*hidden), linear(hidden_dim, 2, generator))

    def forward(self, x: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        """x (B, 2), t (B,) in [0, 1]."""
        out: Tensor = self.layers(torch.cat([x, time_features(t, FREQUENCIES)], dim=1))
        return out
