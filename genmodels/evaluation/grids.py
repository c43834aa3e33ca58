"""Grids of codes as a page handles them: what each code stands for, grids with codes killed, and what a grid costs.

Shapes: h = 7 side of a grid, K codes, D numbers of a vector.
"""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from genmodels.errors import Problem
from genmodels.evaluation.codes import encoded
from genmodels.models.quantiser import usage
from genmodels.models.vqvae import SIDE, VQVAE

PATCH = 4  # pixels: of a picture, what one place of the grid covers
MARGIN = 2  # pixels around a patch that a stamp shows as well


@dataclass(frozen=True, eq=False)
class Atlas:
    """What the codes of a model stand for, seen in N pictures.

    `stamps` (K, 8, 8), in [0, 1]: the mean of the places that have become each code, with the pixels around them; 0
    where none has. `shares` (K,) is how often each occurs; `used` of them do, and `perplexity` is exp(entropy).
    `blank` int64 (h, h) are the codes of an empty picture.
    """

    stamps: NDArray[np.float32]
    shares: NDArray[np.float32]
    used: int
    perplexity: float
    blank: NDArray[np.int64]


def atlas(model: VQVAE, x: Tensor) -> Atlas:
    """Of the pictures x (N, 1, 28, 28)."""
    codes = encoded(model, x)
    shares, used, perplexity = usage(codes, model.num_codes)
    blank = encoded(model, torch.zeros(1, 1, *x.shape[2:]))[0]
    stamps = _stamps(codes, x, model.num_codes)
    return Atlas(stamps.numpy(), shares.numpy(), int(used), float(perplexity), blank.numpy())


def _stamps(codes: Tensor, x: Tensor, num_codes: int) -> Tensor:
    size = PATCH + 2 * MARGIN
    patches = F.pad(x, (MARGIN,) * 4).unfold(2, size, PATCH).unfold(3, size, PATCH)  # (N, 1, h, h, 8, 8)
    sums = torch.zeros(num_codes, size**2).index_add_(0, codes.flatten(), patches.reshape(-1, size**2))
    counts = torch.bincount(codes.flatten(), minlength=num_codes)
    return (sums / counts.clamp(min=1)[:, None]).view(-1, size, size)


@torch.no_grad()
def living(model: VQVAE, z: Tensor, painted: Mapping[int, int], killed: Collection[int] = ()) -> Tensor:
    """The grid that comes of vectors z (h, h, D): int64 (h, h), at each place the nearest code that is alive.

    `painted`: place, counted row by row, -> the code whose vector stands there instead.
    """
    check_killed(killed, model.num_codes)
    z = z.flatten(0, 1).clone()
    for place, code in painted.items():
        z[place] = model.codec.quantiser.codebook[code]
    distances = model.distances(z[None])[0]
    distances[:, list(killed)] = torch.inf
    return distances.argmin(-1).view(SIDE, SIDE)


def check_killed(killed: Collection[int], num_codes: int) -> None:
    """Raises Problem where no code would be left."""
    if len(set(killed)) >= num_codes:
        raise Problem("codes-all-killed", "All {number} codes have been killed; leave one of them.", number=num_codes)


def bits_as_numbers(num_codes: int) -> float:
    """Of a grid whose codes are written as numbers, each as likely as any other."""
    return SIDE**2 * math.log2(num_codes)


@torch.no_grad()
def bits_with_prior(model: VQVAE, codes: Tensor, label: int | None = None) -> float:
    """-log2 p(codes | label) of a grid int64 (h, h), what the prior needs to write it; without one, of p(codes)."""
    return -float(model.log_prob(codes[None], label)) / math.log(2)


def bits_as_png(picture: NDArray[np.uint8]) -> int:
    """Of a grey picture (H, W) as a PNG file as small as Pillow makes it; nothing is lost."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", optimize=True)
    return 8 * file.tell()


def uniform(model: VQVAE, n: int, generator: torch.Generator) -> Tensor:
    """Grids whose codes know nothing of each other, each as likely as any other: int64 (n, h, h)."""
    return torch.randint(model.num_codes, (n, SIDE, SIDE), generator=generator)
