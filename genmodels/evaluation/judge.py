"""The judge of drawn digits: a small classifier, frozen and pinned by its hash, with its features and probabilities.

There are two, trained apart; unless another is asked for, the first one speaks. Shapes: N pictures, F = 128 features.
"""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from genmodels.arrays import unpack
from genmodels.errors import Problem
from genmodels.evaluation import judges
from genmodels.evaluation.judges import FIRST, JUDGES
from genmodels.models.layers import conv, linear

SHA256 = JUDGES[FIRST].sha256
NUM_FEATURES = 128
_CHUNK = 500


class Judge(nn.Module):
    """Two pairs of convolutions, 28 -> 14 -> 7, then 128 features, then ten classes."""

    def __init__(self, widths: tuple[int, int, int, int], generator: torch.Generator | None = None) -> None:
        super().__init__()
        layers = list(pairwise((1, *widths)))
        self.convolutions = nn.ModuleList(conv(num_in, num_out, 3, generator) for num_in, num_out in layers)
        self.norms = nn.ModuleList(nn.BatchNorm2d(num_out) for num_out in widths)
        self.gather = linear(widths[-1] * 7 * 7, NUM_FEATURES, generator)
        self.classify = linear(NUM_FEATURES, 10, generator)

    def features(self, x: Tensor) -> Tensor:
        """Pictures (N, 1, 28, 28) in [0, 1] -> (N, 128), none of them negative."""
        for i, (layer, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            x = F.relu(norm(layer(x)))
            if i % 2:
                x = F.max_pool2d(x, 2)
        return F.relu(self.gather(x.flatten(1)))

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, 10)."""
        logits: Tensor = self.classify(self.features(x))
        return logits


@cache
def judge(name: str = FIRST) -> Judge:
    """One of JUDGES, which come with the package, in eval mode; one for all, never changed.

    Raises Problem when its file is not the one that all published numbers are from.
    """
    known = JUDGES[name]
    file = judges.FOLDER / known.file
    payload = file.read_bytes() if file.exists() else b""
    if hashlib.sha256(payload).hexdigest() != known.sha256:
        raise Problem(
            "damaged-judge",
            "The judge's file {file} is missing or damaged; restore it with git checkout, or install "
            "genmodels once more.",
            file=known.file,
        )
    model = Judge(known.widths, torch.Generator())
    model.load_state_dict({name: torch.from_numpy(value) for name, value in unpack(payload).items()})
    return model.eval().requires_grad_(False)


@torch.no_grad()
def features(images: Tensor, name: str = FIRST) -> NDArray[np.float32]:
    """A judge's features of pictures (N, 1, 28, 28) in [0, 1]: (N, 128)."""
    model = judge(name)
    return torch.cat([model.features(chunk) for chunk in images.cpu().float().split(_CHUNK)]).numpy()


def classes(images: Tensor) -> Tensor:
    """The most probable digit of each picture (N, 1, 28, 28) in [0, 1]: (N,)."""
    return probabilities(images).argmax(1)


@torch.no_grad()
def read(features: NDArray[np.float32], name: str = FIRST) -> NDArray[np.int64]:
    """The most probable digit of each picture with these features of a judge (N, 128): (N,)."""
    digits: NDArray[np.int64] = judge(name).classify(torch.from_numpy(features)).argmax(1).numpy()
    return digits


@torch.no_grad()
def probabilities(images: Tensor) -> Tensor:
    """The probability of each digit for each picture (N, 1, 28, 28) in [0, 1]: (N, 10)."""
    model = judge()
    return torch.cat([model(chunk).softmax(1) for chunk in images.cpu().float().split(_CHUNK)])
