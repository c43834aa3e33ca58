"""Straight thin lines in a mask of marks, by Hough's transform.

Shapes: H, W the mask. Places are in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]

TILTS = np.deg2rad(np.arange(-8, 8.01, 0.5))
THICKEST = 1 / 32  # of the longer side; what is thicker is a stroke
SHORTEST = 0.12  # of the longer side
MOST = 60  # lines in each direction


@dataclass(frozen=True, eq=False)
class Line:
    """A line across the picture, or `down` it: its `pixels` (H, W), where it lies and from where to where it runs."""

    pixels: Mask
    down: bool
    place: float
    start: float
    end: float
    width: float

    @property
    def length(self) -> float:
        return self.end - self.start


def find(mask: Mask, down: bool = False) -> list[Line]:
    """Lines that run from left to right, longest first: thin, straight, at most 8 degrees askew."""
    side = max(mask.shape)
    runs = _runs(mask)
    left = (runs > 0) & (runs <= round(side * THICKEST))
    found: list[Line] = []
    for _ in range(MOST):
        course = _strongest(left, SHORTEST * side)
        if course is None:
            break
        near = _near(course, mask.shape)
        line = _follow(mask, left, runs, near, SHORTEST * side)
        if line is not None:
            found.append(replace(line, down=down))
            left &= ~line.pixels
        left[near.rows, near.cols] = False  # not to be found again
    return sorted(found, key=lambda line: -line.length)


def _runs(mask: Mask) -> NDArray[np.int32]:
    """For every marked pixel the length of the unbroken column of marks that it stands in."""
    padded = np.zeros((mask.shape[0] + 2, mask.shape[1]), np.int8)
    padded[1:-1] = mask
    steps = np.diff(padded, axis=0).T  # (W, H + 1)
    cols, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    runs = np.zeros((mask.shape[1], mask.shape[0] + 1), np.int32)
    runs[cols, starts] += (ends - starts).astype(np.int32)
    runs[cols, ends] -= (ends - starts).astype(np.int32)
    return runs.cumsum(axis=1)[:, :-1].T.astype(np.int32)


def _strongest(left: Mask, shortest: float) -> tuple[float, int] | None:
    """Slope and height of the line with the most of the marks that are `left`; None where none is long enough."""
    rows, cols = np.nonzero(left)
    if len(rows) < 0.5 * shortest:
        return None
    best, slope, height = 0, 0.0, 0
    offset = left.shape[1]
    for tilt in np.tan(TILTS):
        counts = np.convolve(np.bincount(np.rint(rows - cols * tilt).astype(int) + offset), np.ones(3, int), "same")
        if counts.max() > best:
            best, slope, height = int(counts.max()), float(tilt), int(counts.argmax()) - offset
    return None if best < 0.5 * shortest else (slope, height)


class _Near(NamedTuple):
    """The pixels near a line, one column of them for each column of the picture."""

    middle: NDArray[np.int64]
    rows: NDArray[np.int64]
    cols: NDArray[np.int64]
    inside: Mask


def _near(course: tuple[float, int], shape: tuple[int, ...]) -> _Near:
    slope, place = course
    tolerance = max(2, shape[1] // 160)
    cols = np.arange(shape[1])
    middle = np.rint(place + cols * slope).astype(int)
    rows = middle[None] + np.arange(-tolerance, tolerance + 1)[:, None]
    return _Near(middle, rows.clip(0, shape[0] - 1), cols, (rows >= 0) & (rows < shape[0]))


def _follow(mask: Mask, left: Mask, runs: NDArray[np.int32], near: _Near, shortest: float) -> Line | None:
    """Follow a line from column to column over strokes that cross it, and measure it; None for too short a one."""
    thin = left[near.rows, near.cols] & near.inside
    there = (mask[near.rows, near.cols] & near.inside).any(0)
    start, end = _longest(there, thin.any(0), max(3, mask.shape[1] // 40))
    if end - start < shortest or thin[:, start:end].any(0).mean() < 0.35:
        return None
    thickness = float(np.median(runs[near.rows, near.cols][:, start:end][thin[:, start:end]]))
    part = np.zeros_like(mask)
    part[near.rows[:, start:end], near.cols[start:end]] = near.inside[:, start:end]
    part = ndimage.binary_dilation(part, np.ones((2 * round(thickness) + 1, 1), bool)) & mask
    own = part & (runs <= 1.6 * thickness + 1)
    place = float(near.middle[start:end].mean())
    return Line(own, False, place, start, end, thickness) if own.any() else None


def _longest(there: Any, thin: Any, gap: int) -> tuple[int, int]:
    """Start and end of the longest stretch of a row with no gap of more than `gap`, trimmed to where it is thin."""
    places = np.flatnonzero(there)
    if not len(places):
        return 0, 0
    cuts = np.flatnonzero(np.diff(places) > gap)
    starts = places[np.concatenate([[0], cuts + 1]).astype(int)]
    ends = places[np.concatenate([cuts, [len(places) - 1]]).astype(int)]
    longest = int((ends - starts).argmax())
    start, end = int(starts[longest]), int(ends[longest]) + 1
    inner = np.flatnonzero(thin[start:end])
    return (start + int(inner[0]), start + int(inner[-1]) + 1) if len(inner) else (start, start)
