"""Averages of the weights whose width is chosen after the training, not before.

How far back an average should remember cannot be known in advance, and to try it out would take a training each time.
So two averages with power functions are kept while the model learns, and now and then a copy of both is put aside
(a snapshot). From these any other width can be had afterwards: its profile over the updates is the sum of the
snapshots' profiles that comes nearest to it, and the same sum of the snapshots is the average.

Shapes: N snapshots. Source: Karras et al. 2024, "Analyzing and improving the training dynamics of diffusion models",
arXiv 2312.02696, section 3 and appendix C; `sigma` is their sigma_rel, the width as a share of the training's length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels import storage
from genmodels.arrays import Arrays, unpack
from genmodels.models.layers import GenerativeModel
from genmodels.training.learner import part_of
from genmodels.training.tricks import ema_copy, lerp

SIGMAS = (0.05, 0.10)  # of the two that are kept (section 3.2)
SNAPSHOT, SNAPSHOTS = "averages-{update:08d}.safetensors", "averages-*.safetensors"


class Profile(NamedTuple):
    """The average after `update` updates in which update t counts as t^gamma."""

    gamma: float
    update: int


class PowerAverages:
    """The two averages of a model's weights, taken along while it learns."""

    def __init__(self, model: GenerativeModel) -> None:
        self.models = [ema_copy(model) for _ in SIGMAS]

    @torch.no_grad()
    def update(self, model: GenerativeModel, step: int) -> None:
        """Take in the weights after update `step` = 1, 2, ... (equation 127)."""
        for sigma, average in zip(SIGMAS, self.models, strict=True):
            decay = (1 - 1 / step) ** (gamma_of(sigma) + 1)
            lerp(average, model, 1 - decay)

    def state(self) -> dict[str, Tensor]:
        """All weights by flat names, "0.<name>" and "1.<name>"."""
        return {
            f"{number}.{name}": value
            for number, one in enumerate(self.models)
            for name, value in one.state_dict().items()
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go back to where `state` was taken; LookupError or RuntimeError where it is not of such a model."""
        for number, one in enumerate(self.models):
            one.load_state_dict(part_of(state, f"{number}."))


def gamma_of(sigma: float) -> float:
    """The power whose profile has the width `sigma`, a share of the training from 0 to 0.28 (both excluded).

    The only root above 0 of  gamma^3 + 7 gamma^2 + (16 - sigma^-2) gamma + 12 - sigma^-2  (equation 126).
    Raises ValueError for another width.
    """
    if not 0 < sigma < 12**-0.5:
        raise ValueError(f"the width of an average lies between 0 and 0.288 of the training, not {sigma}")
    roots = np.roots([1, 7, 16 - sigma**-2, 12 - sigma**-2])
    return float(roots.real.max())


def overlap(one: Profile, other: Profile) -> float:
    """The inner product of two profiles, the integral of their product over the updates (equation 143)."""
    first, last = sorted((one, other), key=lambda profile: profile.update)
    powers = (first.gamma + 1) * (last.gamma + 1) / (first.gamma + last.gamma + 1)
    return powers * (first.update / last.update) ** last.gamma / last.update


def coefficients(snapshots: Sequence[Profile], wanted: Profile) -> NDArray[np.float64]:
    """What each snapshot counts for, (N,), so that their sum comes nearest to `wanted` (algorithm 3): least squares."""
    between = np.array([[overlap(one, other) for other in snapshots] for one in snapshots])
    with_wanted = np.array([overlap(one, wanted) for one in snapshots])
    # snapshots of nearby updates are nearly the same profile: the pseudo-inverse does not let rounding decide
    found: NDArray[np.float64] = np.linalg.lstsq(between, with_wanted, rcond=1e-12)[0]
    return found / found.sum()


def combined(folder: Path, sigma: float) -> Arrays:
    """The weights averaged with the width `sigma`, by name, float32: from all snapshots in the folder of a training.

    Raises Damaged where there are none, and ValueError for a width that no average has.
    """
    paths = sorted(folder.glob(SNAPSHOTS))
    updates = [int(found[1]) for path in paths if (found := re.fullmatch(r"averages-(\d+)\.safetensors", path.name))]
    if not updates:
        raise storage.Damaged(f"{folder.name} holds no averages; train with --averages")
    powers = [gamma_of(kept) for kept in SIGMAS]
    profiles = [Profile(gamma, update) for update in updates for gamma in powers]
    shares = coefficients(profiles, Profile(gamma_of(sigma), updates[-1])).reshape(-1, len(SIGMAS))
    sums: dict[str, NDArray[np.float64]] = {}
    for path, row in zip(paths, shares, strict=True):
        for name, value in unpack(storage.read(path)).items():
            number, _, weight = name.partition(".")
            sums[weight] = sums.get(weight, np.zeros(value.shape)) + row[int(number)] * value.astype(np.float64)
    return {name: value.astype(np.float32) for name, value in sums.items()}
