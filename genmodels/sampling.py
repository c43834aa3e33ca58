"""New images from a trained model, in one call."""

from __future__ import annotations

import io
import math
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from genmodels.errors import Problem
from genmodels.models.layers import GenerativeModel
from genmodels.training import checkpoints, tricks

MAX_IMAGES = 10_000
_MANY = 8  # pictures at once


def sample(name: str, n: int, seed: int = 0, device: str = "auto", **options: Any) -> Tensor:
    """n images from the model called `name` (or from the own one with that key): float32 (n, C, H, W) in [0, 1].

    The same seed gives the same images; `options` are those of the model's own `sample`.
    Raises Problem when there is no such model, and when n is not from 1 to 10,000.
    """
    check_count(n)
    model = checkpoints.get(name).model(device)
    with fast(model, n):
        return model.sample(n, generator=torch.Generator().manual_seed(seed), **options)


def fast(model: GenerativeModel, n: int) -> AbstractContextManager[object]:
    """A context in which `model` draws n pictures at once, in bfloat16 where that is faster and does no harm.

    Measured on a processor with bfloat16: 1.7 times as fast for 64 digits, and slower for one.
    """
    device = next(model.parameters()).device
    return tricks.half_precision(device) if model.half_precision and n >= _MANY else nullcontext()


def check_count(n: int) -> None:
    """Problem unless n images may be asked for."""
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MAX_IMAGES:
        raise Problem("bad-count", "{n} images cannot be drawn; ask for 1 to {limit}.", n=str(n)[:40], limit=MAX_IMAGES)


def png(images: Tensor) -> bytes:
    """Images (n, C, H, W) in [0, 1] as one PNG: a grid as square as possible, with a black pixel between."""
    num_columns = math.ceil(math.sqrt(len(images)))
    num_rows = math.ceil(len(images) / num_columns)
    channels, height, width = images.shape[1:]
    grid = torch.zeros(num_rows * (height + 1) - 1, num_columns * (width + 1) - 1, channels, dtype=torch.uint8)
    for index, image in enumerate((images.cpu() * 255).round().to(torch.uint8)):
        row, column = divmod(index, num_columns)
        top, left = row * (height + 1), column * (width + 1)
        grid[top : top + height, left : left + width] = image.permute(1, 2, 0)
    file = io.BytesIO()
    Image.fromarray(grid.squeeze(2).numpy()).save(file, "PNG")
    return file.getvalue()
