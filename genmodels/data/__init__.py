"""Data sets of pictures, each held as one uint8 tensor, and of points in the plane.

`load` brings torch; `content_hash`, which is part of every recipe's key, does not.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Protocol, Self

from genmodels.errors import Problem

if TYPE_CHECKING:
    import torch

    from genmodels.data.mnist import Images

# The digests of the files that make up each data set. MNIST's are of the unpacked files (sha256), checked whenever
# they are read; the other two are of the packed files (md5), which torchvision checks when it downloads them.
_DIGESTS = {
    "mnist": {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    "fashion-mnist": {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    },
    "kmnist": {
        "train-images-idx3-ubyte.gz": "bdb82020997e1d708af4cf47b453dcf7",
        "train-labels-idx1-ubyte.gz": "e144d726b3acfaa3e44228e80efcd344",
        "t10k-images-idx3-ubyte.gz": "5c965bf0a639b31b8f53240b1b52f4d7",
        "t10k-labels-idx1-ubyte.gz": "7320c461ea6c1c855c0b718fb2a4b134",
    },
}
_SIDE = 28  # of the pictures in all of them
# MNIST with pixels that are ink or paper, drawn from its greys; the number is raised by hand when the drawing changes.
_BINARISED = {"mnist-binary": 1}

# Pictures that are drawn by code; the number is raised by hand when that code changes.
_DRAWN = {"moon-phases": 1}
_DRAWN_SIDE = 32

# Pictures that the host has, or has not: `genmodels.data.folders`.
_FOLDERS = ("cars", "folder")

# Points come from code, "drawn" ones from a recipe; the number is raised by hand when that code changes.
_POINTS = {"two-moons": 1, "swiss-roll": 1, "ring": 1, "checkerboard": 1, "drawn": 1}


class Examples(Protocol):
    """What a training needs of its data, wherever they lie."""

    def __len__(self) -> int: ...
    @property
    def labels(self) -> torch.Tensor:
        """int64 (N,)."""

    def batch(self, index: slice | torch.Tensor = ..., generator: torch.Generator | None = None) -> torch.Tensor:
        """The examples at `index` as the models take them, float32 (B, ...); some sets are drawn anew each time."""

    def subset(self, index: torch.Tensor) -> Self:
        """The examples at `index`, int64 (M,)."""

    def to(self, device: torch.device) -> Self:
        """The same on another device."""


def names() -> tuple[str, ...]:
    """The sets of pictures of 28 x 28 that `load` knows."""
    return (*_DIGESTS, *_BINARISED)


def drawn_sets() -> tuple[str, ...]:
    """The sets of grey pictures that are drawn by code."""
    return tuple(_DRAWN)


def colour_sets() -> tuple[str, ...]:
    """The sets of colour pictures that lie in a folder of the host, if they do."""
    return _FOLDERS


def point_sets() -> tuple[str, ...]:
    """The sets of points of `genmodels.data.points`, and "drawn" for those that a visitor drew."""
    return tuple(_POINTS)


def side(name: str) -> int:
    """The side of a set's grey pictures, in pixels; Problem for an unknown name."""
    if name in _DRAWN:
        return _DRAWN_SIDE
    digests(name)
    return _SIDE


def digests(name: str) -> dict[str, str]:
    """The digest of each file of a set of pictures; Problem for an unknown name."""
    if name in _BINARISED:
        return digests("mnist")
    if name not in _DIGESTS:
        known = ", ".join(names())
        raise Problem(
            "unknown-data", "There is no data set {name!r}; known: {known}.", name=str(name)[:40], known=known
        )
    return dict(_DIGESTS[name])


def content_hash(name: str) -> str:
    """What a data set consists of, as 64 hex digits: sha256 over its files' names and digests; no torch.

    Raises Problem for pictures of the host's that are not here.
    """
    if name in _FOLDERS:
        from genmodels.data import folders

        return folders.content_hash(name)
    if (version := (_POINTS | _DRAWN | _BINARISED).get(name)) is not None:
        return hashlib.sha256(f"{name} {version}".encode()).hexdigest()
    return hashlib.sha256(json.dumps(digests(name), sort_keys=True).encode()).hexdigest()


def check(name: str) -> None:
    """Problem where a training on this data set could not begin: before it is queued, and without torch."""
    if name in _FOLDERS:
        from genmodels.data import folders

        folders.check(name)


def load(name: str, split: str) -> Images:
    """The pictures and labels of a data set; `split` is "train" or "test".

    "mnist" comes with the package, and "mnist-binary" is made of it; "fashion-mnist" and "kmnist" are downloaded on
    first use into the data folder. "cars" and "folder" lie in a folder of the host; "moon-phases" are drawn, the same
    for both splits. Raises Problem for an unknown name, and when they cannot be had.
    """
    if name not in _FOLDERS and name not in _DRAWN:
        digests(name)
    if split not in ("train", "test"):
        raise ValueError(f"split is 'train' or 'test', not {split!r}")
    if name in _FOLDERS:
        from genmodels.data import folders

        return folders.load(name, split)
    if name in _DRAWN:
        from genmodels.data import moon_phases

        return moon_phases.load()
    if name in ("mnist", *_BINARISED):
        from genmodels.data import mnist

        return mnist.load(split) if name == "mnist" else mnist.binarised(split)
    from genmodels.data import relatives

    return relatives.load(name, split)
