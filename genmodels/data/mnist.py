"""MNIST, 70,000 handwritten digits of 28 x 28 pixels, read from the four original files that lie in this package.

Source: LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition".
Licence: CC BY-SA 3.0, Yann LeCun and Corinna Cortes; see embedded/mnist/LICENCE.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Self

import torch
from torch import Tensor

from genmodels.data import digests
from genmodels.errors import Problem

_FOLDER = Path(__file__).parent / "embedded" / "mnist"
TEST_SEED = 0  # of the binarised test digits, the same for all models
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

    def batch(self, index: slice | Tensor = slice(None), generator: torch.Generator | None = None) -> Tensor:
        """The same as `pixels`; nothing is drawn."""
        return self.pixels(index)

    def subset(self, index: Tensor) -> Self:
        """The pictures and labels at `index`, int64 (M,)."""
        return replace(self, images=self.images[index], labels=self.labels[index])

    def to(self, device: torch.device) -> Self:
        """The same pictures on another device."""
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))


class DrawnAnew(Images):
    """Grey pictures of which a training sees only ink and paper: each pixel is ink with the probability of its grey.

    It is drawn whenever the picture is seen, so that no draw can be learned by heart.
    """

    def batch(self, index: slice | Tensor = slice(None), generator: torch.Generator | None = None) -> Tensor:
        """The pictures at `index` as this draw has them, float32 (B, C, H, W), each value 0 or 1."""
        return ink_or_paper(self.pixels(index), generator)


def ink_or_paper(grey: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Each pixel of grey pictures, in [0, 1], as 1 with the probability of its grey, else 0."""
    where = generator.device if generator else grey.device
    uniform = torch.rand(grey.shape, generator=generator, device=where).to(grey.device)
    return (uniform < grey).to(grey.dtype)


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


@cache
def binarised(split: str) -> Images:
    """MNIST as a model of two levels of ink sees it: "train" drawn anew each time, "test" drawn once for everybody.

    Source: Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks", section 5.1.
    """
    grey = load(split)
    if split == "train":
        return DrawnAnew(grey.images, grey.labels)
    drawn = ink_or_paper(grey.pixels(), torch.Generator().manual_seed(TEST_SEED))
    return Images((drawn * 255).byte(), grey.labels)


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
