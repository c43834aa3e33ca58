"""Straight lines that are no part of a digit: rulings, squares, a form's cell, a stroke under it.

A line is looked for by Hough's transform among the marks that are thin across it, and taken away where nothing but
the line is there, so that strokes which cross it stay whole. Ink as in `genmodels.data.paper`; places in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]

MARK = 0.25  # ink above this is a mark
TILTS = np.deg2rad(np.arange(-8, 8.01, 0.5))
THICKEST = 1 / 36  # of the longer side; what is thicker is a stroke
SHORTEST = 0.12  # of the longer side
MOST = 60  # lines in each direction
BORDER = 0.06  # of the side; a line that comes so near to both borders runs on beyond them
BESIDE = 0.1  # of what stands within a frame; by so much a stroke may reach over the frame's line
NEAR = 0.05  # of the side; lines that end so near to each other meet
NARROWER = 0.7  # of the pen that wrote the digit
SMALLEST = 80  # pixels; in smaller pictures strokes are no thicker than lines
LITTLE = 0.002  # of the picture; a digit has more marks than that


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


class Box(NamedTuple):
    """Where the marks are that are no line: two ends on each axis, rows first."""

    rows: tuple[int, int]
    cols: tuple[int, int]

    def along(self, line: Line) -> tuple[int, int]:
        return self.rows if line.down else self.cols

    def across(self, line: Line) -> tuple[int, int]:
        return self.cols if line.down else self.rows


def without_lines(ink: Ink) -> tuple[Ink, bool]:
    """Ink without the lines around a digit, `ink` itself where there are none, and whether they are a plot's axes."""
    mask = ink > MARK
    lines: list[Line] = []
    if max(ink.shape) >= SMALLEST:
        lines = [*find(mask), *(replace(one, pixels=one.pixels.T, down=True) for one in find(mask.T, down=True))]
    if not lines:
        return ink, False
    kept = mask.copy()
    gone: list[Line] = []
    for choose in (_rulings, _frame, _strokes_beside):
        drawn = lines if choose is not _strokes_beside else gone
        box, pen = _box(kept & ~_together(drawn, mask))
        if box is None:
            break
        new = choose([line for line in lines if line not in gone], box, pen, mask.shape)
        gone += new
        kept &= ~_together(new, mask)
    box, _ = _box(kept)
    if not gone or box is None:
        return ink, _are_axes(lines, mask.shape)
    edge = ndimage.binary_dilation(_together(gone, mask), np.ones((3, 3), bool))
    left = [line for line in lines if line not in gone]
    return np.where(edge & ~kept, np.float32(0), ink), _are_axes(left, mask.shape) or _is_curve(gone, box)


def _together(lines: list[Line], mask: Mask) -> Mask:
    together = np.zeros_like(mask)
    for line in lines:
        together |= line.pixels
    return together


def _box(rest: Mask) -> tuple[Box | None, float]:
    """Around the largest marks that do not touch the border, and how thick their strokes are; None for too few."""
    labels, number = ndimage.label(rest, np.ones((3, 3)))
    if not number:
        return None, 0
    sizes = ndimage.sum_labels(rest, labels, np.arange(number + 1))
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    inner = sizes.copy()
    inner[edge] = 0
    counted = inner if inner.max() >= 0.1 * sizes[1:].max() else sizes
    counted[0] = 0
    if counted.max() < LITTLE * rest.size:
        return None, 0
    main = np.isin(labels, np.flatnonzero(counted >= 0.3 * counted.max()))
    rows, cols = np.flatnonzero(main.any(1)), np.flatnonzero(main.any(0))
    pen = 4 * float(ndimage.distance_transform_edt(main)[main].mean())
    return Box((int(rows[0]), int(rows[-1]) + 1), (int(cols[0]), int(cols[-1]) + 1)), pen


# --- which lines are no part of a digit


def _rulings(lines: list[Line], box: Box, pen: float, shape: tuple[int, ...]) -> list[Line]:
    """Lines that run from border to border, and those parallel to several."""
    found = []
    for down in (False, True):
        side = shape[0 if down else 1]
        ours = [line for line in lines if line.down == down]
        through = [line for line in ours if line.start <= BORDER * side and line.end >= (1 - BORDER) * side]
        long = [line for line in ours if line.length >= 0.5 * side]
        if len(through) >= 2 or len(long) >= 3:
            found += [line for line in ours if line.length >= 0.3 * side and _reaches(line, box, 0)]
            found += [line for line in through if line not in found]
        else:
            found += [line for line in through if line.width <= NARROWER * pen or _reaches(line, box, 0.05)]
    return found


def _reaches(line: Line, box: Box, share: float) -> bool:
    """Whether a line begins before the box and ends behind it, by a share of the box's length."""
    start, end = box.along(line)
    more = share * (end - start)
    return line.start <= start - more and line.end >= end + more


def _frame(lines: list[Line], box: Box, pen: float, shape: tuple[int, ...]) -> list[Line]:
    """The lines of a cell: on two opposite sides of what stands within, and others beside it."""

    def side(line: Line) -> int:
        """-1 above or left of the box, 1 below or right of it, 0 within."""
        start, end = box.across(line)
        over = BESIDE * (end - start)
        return -1 if line.place <= start + over else 1 if line.place >= end - over else 0

    def covers(line: Line, share: float) -> bool:
        start, end = box.along(line)
        return min(line.end, end) - max(line.start, start) >= share * (end - start)

    outside = [line for line in lines if side(line) and covers(line, 0.6)]
    for down in (False, True):
        sides = {side(line) for line in outside if line.down == down and covers(line, 0.9)}
        if sides == {-1, 1}:
            return outside
    return []


def _strokes_beside(lines: list[Line], box: Box, pen: float, shape: tuple[int, ...]) -> list[Line]:
    """Strokes under a digit or over it: apart from it, or longer than it on both sides."""
    top, bottom = box.rows
    found = []
    for line in lines:
        if line.down:
            continue
        own = np.flatnonzero(line.pixels.any(1))
        under, over = own[0] - bottom, top - own[-1]
        wide = line.length >= 0.5 * (box.cols[1] - box.cols[0])
        apart = under > 0.04 * (bottom - top) or (over > 0.08 * (bottom - top) and _reaches(line, box, 0.05))
        beyond = line.place > bottom - 0.15 * (bottom - top) and _reaches(line, box, 0.08)
        if wide and (apart or beyond):
            found.append(line)
    return found


def _are_axes(lines: list[Line], shape: tuple[int, ...]) -> bool:
    """Whether two long lines meet in a corner at the lower left, and do not run on to the borders."""
    height, width = shape
    near = NEAR * max(shape)
    for across, down in product(lines, lines):
        if across.down or not down.down or across.length < 0.4 * width or down.length < 0.4 * height:
            continue
        if abs(across.start - down.place) < near and abs(down.end - across.place) < near:
            return True
    return False


def _is_curve(lines: list[Line], box: Box) -> bool:
    """Whether what stands within a frame reaches from its left to its right, as the curve of a plot does."""
    sides = [line.place for line in lines if line.down]
    start, end = box.cols
    close = 0.03 * (end - start)
    return any(abs(place - start) < close for place in sides) and any(abs(place - end) < close for place in sides)


# --- lines in a mask


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
