"""How many spots of a mixture have points: what a collapsed generator fails at. Shapes: N points, K spots."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NEAR = 3.0  # standard deviations: 98.9 % of a round Gaussian in the plane lie within them
FEWEST = 0.25  # of its fair share of the points; a spot with fewer is not found


class Modes(NamedTuple):
    """What was found: the points near each spot, int64 (K,), the spots that count, and the share of points near any."""

    counts: NDArray[np.int64]
    number: int
    share: float


def found(points: Floats, centres: Floats, sd: float) -> Modes:
    """Look which of the points (N, 2) lie within NEAR standard deviations of the centres (K, 2) nearest to them."""
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    near = distance.min(1) < NEAR * sd
    counts = np.bincount(distance.argmin(1)[near], minlength=len(centres))
    return Modes(counts, int((counts >= FEWEST * len(points) / len(centres)).sum()), float(near.mean()))
