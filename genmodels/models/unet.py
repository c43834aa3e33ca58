"""A compact U-Net: from a noisy picture and the time, the noise that is in it.

The picture goes down to half its size and again, where a pixel sees far, and up again; at each size what was there on
the way down is laid beside it (the skips), so that fine lines need not pass through the coarse middle.

    pixels -> Res ----------------- skip ----------------> Res -> noise
               half size -> Res -- skip --> Res -> double size
                              Res, attention, Res

Every residual block hears of the time, and of the label if there is one, through their embedding: it becomes a scale
and a shift of the block's features.
GroupNorm and not BatchNorm, because a single picture must look the same to the network as one in a batch.

Shapes: B batch, C channels of the picture, F features, E embedding, H x W.
Source: Ronneberger et al. 2015 (U-Net); Ho, Jain and Abbeel 2020, appendix B; Dhariwal and Nichol 2021, section 3.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.models.layers import conv, linear

VERSION = 1

EMBEDDING, FREQUENCIES, GROUPS, HEADS = 128, 64, 8, 4


def time_features(t: Tensor, num: int = FREQUENCIES) -> Tensor:
    """Sines and cosines of the time (B,) in [0, 1] at `num / 2` frequencies from 1 to 1000: (B, num)."""
    frequencies = torch.exp(torch.linspace(0, math.log(1000), num // 2, device=t.device))
    angles = t[:, None].float() * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Residual(nn.Module):
    """x + two convolutions of it, with a scale and a shift between them that come from the embedding of time and label.

    A 1 x 1 convolution takes x to another number of features. Source: Dhariwal and Nichol 2021, section 3 (adaptive
    group normalization).
    """

    def __init__(self, num_in: int, num_out: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.in_layers = nn.Sequential(nn.GroupNorm(GROUPS, num_in), nn.SiLU(), conv(num_in, num_out, 3, generator))
        self.scale_shift = linear(EMBEDDING, 2 * num_out, generator)
        self.norm = nn.GroupNorm(GROUPS, num_out, affine=False)
        self.out_conv = zero(conv(num_out, num_out, 3, generator))
        self.shortcut = conv(num_in, num_out, 1, generator) if num_in != num_out else nn.Identity()

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        """x (B, F, H, W), emb (B, E) -> (B, F', H, W)."""
        scale, shift = self.scale_shift(F.silu(emb))[:, :, None, None].chunk(2, dim=1)
        h = self.norm(self.in_layers(x)) * (1 + scale) + shift
        out: Tensor = self.shortcut(x) + self.out_conv(F.silu(h))
        return out


class Attention(nn.Module):
    """x + self-attention over its H W places; affordable where the picture is small."""

    def __init__(self, width: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(GROUPS, width)
        self.query_key_value = conv(width, 3 * width, 1, generator)
        self.out = zero(conv(width, width, 1, generator))

    def forward(self, x: Tensor) -> Tensor:
        """x (B, F, H, W) -> (B, F, H, W)."""
        num_images, num_features, height, width = x.shape
        heads = self.query_key_value(self.norm(x))
        heads = heads.view(num_images, 3, HEADS, num_features // HEADS, height * width)
        query, key, value = heads.transpose(3, 4).unbind(1)  # (B, heads, places, features of a head)
        attended = F.scaled_dot_product_attention(query, key, value)
        out: Tensor = x + self.out(attended.transpose(2, 3).reshape(x.shape))
        return out


class UNet(nn.Module):
    """eps or v, of x_t, t and label, for pictures (B, C, H, W) in the model's scale.

    `widths` are the features at each size; the sides are halved from one to the next. It does not work on single pixels
    but on `patch` x `patch` of them at once, which saves most of the time; H and W are multiples of
    patch * 2^(len(widths) - 1).
    With `num_classes`, label num_classes stands for "no label". `skips=False` takes the skips away: the same network
    otherwise, to see what they are for.
    """

    def __init__(
        self,
        channels: int = 1,
        widths: tuple[int, ...] = (48, 96),
        num_classes: int = 0,
        skips: bool = True,
        generator: torch.Generator | None = None,
        patch: int = 2,
    ) -> None:
        super().__init__()
        self.has_skips, self.patch = skips, patch
        self.time = nn.Sequential(
            linear(FREQUENCIES, EMBEDDING, generator), nn.SiLU(), linear(EMBEDDING, EMBEDDING, generator)
        )
        self.label = embedding(num_classes + 1, EMBEDDING, generator) if num_classes else None
        self.conv_in = conv(patch**2 * channels, widths[0], 3, generator)
        pairs = list(zip((widths[0], *widths), widths, strict=False))
        self.down = nn.ModuleList(Residual(num_in, num_out, generator) for num_in, num_out in pairs)
        self.downsample = nn.ModuleList(conv(width, width, 3, generator, stride=2) for width in widths[:-1])
        middle = widths[-1]
        self.middle = nn.ModuleList([Residual(middle, middle, generator), Residual(middle, middle, generator)])
        self.attention = Attention(middle, generator)
        factor = 2 if skips else 1  # the skips are concatenated
        self.up = nn.ModuleList(Residual(factor * num_out, num_in, generator) for num_in, num_out in reversed(pairs))
        self.conv_out = nn.Sequential(
            nn.GroupNorm(GROUPS, widths[0]), nn.SiLU(), zero(conv(widths[0], patch**2 * channels, 3, generator))
        )

    def forward(self, x: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        """x (B, C, H, W), t (B,) in [0, 1], label (B,) int64 or None: (B, C, H, W)."""
        emb = self.time(time_features(t))
        if self.label is not None:
            no_label = torch.full_like(t, self.label.num_embeddings - 1, dtype=torch.long)
            emb = emb + self.label(no_label if label is None else label)
        h = self.conv_in(F.pixel_unshuffle(x, self.patch))
        skips = []
        for level, block in enumerate(self.down):
            h = block(h, emb)
            skips.append(h)
            if level < len(self.downsample):
                h = self.downsample[level](h)
        h = self.middle[0](h, emb)
        h = self.attention(h)
        h = self.middle[1](h, emb)
        for level, block in enumerate(self.up):
            h = block(torch.cat([h, skips.pop()], dim=1) if self.has_skips else h, emb)
            if level < len(self.downsample):
                h = F.interpolate(h, scale_factor=2.0, mode="nearest")
        out: Tensor = F.pixel_shuffle(self.conv_out(h), self.patch)
        return out


def zero(layer: nn.Conv2d) -> nn.Conv2d:
    """A layer that starts at 0: a block that ends with it starts as the identity, a network that does gives 0."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


def embedding(num: int, width: int, generator: torch.Generator | None = None) -> nn.Embedding:
    """A vector for each label, N(0, 1), drawn from `generator`."""
    return nn.Embedding(num, width, _weight=torch.randn(num, width, generator=generator))
