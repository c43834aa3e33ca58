"""MNIST, 70,000 handwritten digits of 28 x 28 pixels, read from the four original files that lie in this package.

Source: LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition".
Licence: CC BY-SA 3.0, Yann LeCun and Corinna Cortes; see embedded/mnist/LICENCE.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from genmodels.data import digests
from genmodels.errors import Problem

_FOLDER = Path(__file__).parent / "embedded" / "mnist"
_PREFIX = {"train": "train", "test": "t10k"}


@dataclass(frozen=True, eq=False)
class Images:
    """Pictures as they are stored: `images` uint8 (N, C, H, W), `labels` int64 (N,). Shared: never written to."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.images)

    def pixels(self, index: slice | Tensor = slice(None)) -> Tensor:
        """The pictures at `index` as the models take them: float32 (B, C, H, W) in [0, 1]."""
        # index_select copies whole rows and is ten times as fast here as images[index]
        picked = self.images[index] if isinstance(index, slice) else self.images.index_select(0, index)
        return picked.float().div_(255)

    batch = pixels

    def subset(self, index: Tensor) -> Images:
        """The pictures and labels at `index`, int64 (M,)."""
        return Images(self.images[index], self.labels[index])

    def to(self, device: torch.device) -> Images:
        """The same pictures on another device."""
        return Images(self.images.to(device), self.labels.to(device))


@cache
def load(split: str) -> Images:
    """The 60,000 pictures of "train" or the 10,000 of "test", read once per process.

    Raises Problem when the embedded files are damaged.
    """
    prefix = _PREFIX[split]
    images = _read(f"{prefix}-images-idx3-ubyte")[16:]  # 16 bytes: magic number, N, rows, columns
    labels = _read(f"{prefix}-labels-idx1-ubyte")[8:]  # 8 bytes: magic number, N
    return Images(
        torch.frombuffer(images, dtype=torch.uint8).view(-1, 1, 28, 28),
        torch.frombuffer(labels, dtype=torch.uint8).long(),
    )


def _read(name: str) -> bytearray:
    try:
        raw = gzip.decompress((_FOLDER / f"{name}.gz").read_bytes())
    except (OSError, EOFError, zlib.error):
        raw = b""
    if hashlib.sha256(raw).hexdigest() != digests("mnist")[name]:
        raise Problem(
            "damaged-data",
            "The embedded file {name}.gz is missing or damaged; restore it with git checkout, or install "
            "genmodels once more.",
            name=name,
        )
    return bytearray(raw)  # writable, which torch.frombuffer asks for
