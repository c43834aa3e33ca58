"""Points in the plane, drawn by code or by a visitor, about as wide as a standard normal.

Shapes: N points, (N, 2) float32, x to the right and y up, mean 0 and mean square of a coordinate 1.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.errors import Problem

_SIZE = {"train": 20_000, "test": 2_000}
_SEED = {"train": 1, "test": 2}
REACH = 3.0  # a visitor's coordinates lie in [-3, 3]
FEWEST, MOST = 10, 500  # points drawn by hand
JITTER = 0.06  # standard deviation around each of them

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Points:
    """Points as the models take them: `points` float32 (N, 2). Shared: never written to."""

    points: Tensor

    def __len__(self) -> int:
        return len(self.points)

    @property
    def labels(self) -> Tensor:
        """None has a class: -1 everywhere, int64 (N,)."""
        return torch.full((len(self),), -1, device=self.points.device)

    def batch(self, index: slice | Tensor = slice(None), generator: torch.Generator | None = None) -> Tensor:
        """The points at `index`, (B, 2)."""
        return self.points[index]

    def subset(self, index: Tensor) -> Points:
        """The points at `index`, int64 (M,)."""
        return Points(self.points[index])

    def to(self, device: torch.device) -> Points:
        """The same points on another device."""
        return Points(self.points.to(device))


def two_moons(n: int, rng: np.random.Generator) -> Floats:
    """Two half circles that reach into each other, with noise of 0.07."""
    angle, upper = rng.uniform(0, math.pi, n), rng.random(n) < 0.5
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle))
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
    return _scaled(np.stack([x, y], 1) + rng.normal(0, 0.07, (n, 2)), (0.5, 0.25), 0.71)


def swiss_roll(n: int, rng: np.random.Generator) -> Floats:
    """A spiral of one and a half turns, with noise."""
    angle = 1.5 * math.pi * (1 + 2 * rng.random(n))
    points = np.stack([angle * np.cos(angle), angle * np.sin(angle)], 1)
    return _scaled(points + rng.normal(0, 0.25, (n, 2)), (1.98, 0.19), 6.79)


_RING, _RING_SD, _RING_SPREAD = 8, 0.05, 0.71  # on a circle of radius 1, before it is scaled
RING_SD = _RING_SD / _RING_SPREAD


def ring(n: int, rng: np.random.Generator) -> Floats:
    """Eight narrow Gaussians on a circle, at `ring_centres`, of standard deviation RING_SD."""
    angle = 2 * math.pi * rng.integers(_RING, size=n) / _RING
    points = np.stack([np.cos(angle), np.sin(angle)], 1) + rng.normal(0, _RING_SD, (n, 2))
    return _scaled(points, (0, 0), _RING_SPREAD)


def ring_centres() -> Floats:
    """Where the Gaussians of the ring are, (8, 2)."""
    angle = 2 * math.pi * np.arange(_RING) / _RING
    return _scaled(np.stack([np.cos(angle), np.sin(angle)], 1), (0, 0), _RING_SPREAD)


def checkerboard(n: int, rng: np.random.Generator) -> Floats:
    """The eight dark fields of a board of 4 x 4."""
    field = rng.integers(8, size=n)
    column, row = field % 4, 2 * (field // 4)
    corner = np.stack([column, row + column % 2], 1)
    return _scaled(corner + rng.random((n, 2)), (2, 2), 1.155)


def _scaled(points: Floats, centre: tuple[float, float], spread: float) -> Floats:
    return (points - np.array(centre)) / spread


SETS: dict[str, Callable[[int, np.random.Generator], Floats]] = {
    "two-moons": two_moons,
    "swiss-roll": swiss_roll,
    "ring": ring,
    "checkerboard": checkerboard,
}


def load(name: str, split: str) -> Points:
    """20,000 points of "train" or 2,000 of "test"; the same every time."""
    rng = np.random.default_rng(_SEED[split])
    return Points(torch.from_numpy(SETS[name](_SIZE[split], rng).astype(np.float32)))


def drawn(token: str, split: str) -> Points:
    """As many points around those of a drawing: each is one of them, picked at random, a little beside it."""
    rng = np.random.default_rng(_SEED[split])
    points = from_token(token)
    picked = points[rng.integers(len(points), size=_SIZE[split])]
    return Points(torch.from_numpy((picked + rng.normal(0, JITTER, picked.shape)).astype(np.float32)))


def to_token(points: Floats) -> str:
    """Text of points (N, 2) in [-3, 3], each coordinate to the nearest of 256 values."""
    steps = np.clip(np.rint((points + REACH) / (2 * REACH) * 255), 0, 255).astype(np.uint8)
    return base64.urlsafe_b64encode(steps.tobytes()).decode("ascii").rstrip("=")


def from_token(token: str) -> Floats:
    """The points (N, 2) of a text that `to_token` made; Problem for any other, or for too few or too many points."""
    try:
        raw = base64.b64decode(token[: 4 * MOST] + "=" * (-len(token[: 4 * MOST]) % 4), altchars=b"-_", validate=True)
        steps = np.frombuffer(raw, np.uint8).reshape(-1, 2)
    except (ValueError, binascii.Error) as error:
        raise Problem("damaged-points", "The points in this link are damaged; draw them anew.") from error
    if not FEWEST <= len(steps) <= MOST:
        sentence = "{n} points are drawn; a set to learn from has {fewest} to {most}."
        raise Problem("number-of-points", sentence, n=len(steps), fewest=FEWEST, most=MOST)
    return steps / 255 * 2 * REACH - REACH
