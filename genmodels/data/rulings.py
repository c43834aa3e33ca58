"""Straight lines that are no part of a digit: rulings, squares, a form's cell, a stroke under it.

A line is taken away where nothing but the line is there, so that strokes which cross it stay whole.
Ink as in `genmodels.data.paper`; places in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from genmodels.data.lines import Line, find
from genmodels.data.pieces import extent

Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]

MARK = 0.25  # ink above this is a mark
BORDER = 0.06  # of the side; a line that comes so near to both borders runs on beyond them
BESIDE = 0.1  # of what stands within a frame; by so much a stroke may reach over the frame's line
NEAR = 0.07  # of the side; lines that end so near to each other meet
RIM = 0.15  # of the sides of a frame; its lines lie so near to its rectangle
STRAIGHT = 0.7  # of the marks that hang together lie on lines, in what is no digit
FEW = 3  # lines, with hardly anything beside them: a digit of straight strokes may have as many, but no such corner
NARROWER = 0.7  # of the pen that wrote the digit
SMALLEST = 80  # pixels; in smaller pictures strokes are no thicker than lines
LITTLE = 0.002  # of the picture; a digit has more marks than that


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
    if max(ink.shape) < SMALLEST:
        return ink, False
    mask = ink > MARK
    kept = mask & ~_around(mask)
    lines = [*find(kept), *(replace(one, pixels=one.pixels.T, down=True) for one in find(kept.T, down=True))]
    gone: list[Line] = []
    axes = False
    for choose in (_rulings, _frame, _strokes_beside) if lines else ():
        box = _box(kept & ~_together(lines, mask))
        if box is None:
            axes = len(lines) <= FEW and _are_axes(lines, None, mask.shape)
            break
        left = [line for line in lines if line not in gone]
        axes = axes or (choose is _strokes_beside and _are_axes(left, box, mask.shape))
        new = choose(left, kept, box)
        gone += new
        kept &= ~_together(new, mask)
    kept &= ~_beside(kept)
    box = None if kept.sum() == mask.sum() else _box(kept)
    if box is None:
        return ink, axes
    edge = ndimage.binary_dilation(mask & ~kept, np.ones((3, 3), bool))
    return np.where(edge & ~kept, np.float32(0), ink), axes or _is_curve(gone, box)


def _together(lines: list[Line], mask: Mask) -> Mask:
    together = np.zeros_like(mask)
    for line in lines:
        together |= line.pixels
    return together


def _box(rest: Mask) -> Box | None:
    """Around the largest marks that do not touch the border; None for too few."""
    labels, _ = ndimage.label(rest, np.ones((3, 3)))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    inner = sizes.copy()
    inner[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = 0
    counted = inner if inner.max() >= 0.1 * sizes.max() else sizes
    if counted.max() < LITTLE * rest.size:
        return None
    main = (counted >= 0.3 * counted.max())[labels]
    top, bottom, left, right = extent(main)
    return Box((top, bottom), (left, right))


def _pen(kept: Mask, box: Box) -> float:
    """How thick the strokes in the box are."""
    cut = kept[slice(*box.rows), slice(*box.cols)]
    return 4 * float(ndimage.distance_transform_edt(cut)[cut].mean())


# --- pieces that are no part of a digit, straight or not


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Connected marks, by number from 1 on: their map (H, W), how many pixels each has, and where each lies."""

    labels: NDArray[np.int32]
    sizes: NDArray[np.int64]
    places: list[tuple[slice, slice]]

    @classmethod
    def of(cls, mask: Mask) -> _Pieces:
        labels, _ = ndimage.label(mask, np.ones((3, 3)))
        return cls(labels, np.bincount(labels.ravel())[1:], ndimage.find_objects(labels))

    def within(self, one: int, other: int) -> bool:
        """Whether the piece `one` lies within the rectangle around the `other`."""
        return all(
            a.start >= b.start and a.stop <= b.stop for a, b in zip(self.places[one], self.places[other], strict=True)
        )

    def large(self) -> list[int]:
        """The pieces that may be a digit, largest first."""
        order = np.argsort(-self.sizes)
        return [int(i) for i in order if self.sizes[i] >= max(LITTLE * self.labels.size, 0.03 * self.sizes.max())]


def _around(mask: Mask) -> Mask:
    """A frame around all else, however thick its lines are: marks near the sides of their rectangle alone."""
    pieces = _Pieces.of(mask)
    large = pieces.large()
    for one in large:
        place = pieces.places[one]
        own = pieces.labels[place] == one + 1
        others = [other for other in large if other != one]
        inner = [round(RIM * side) for side in own.shape]
        hollow = own[inner[0] : own.shape[0] - inner[0], inner[1] : own.shape[1] - inner[1]].sum() < 0.02 * own.sum()
        if others and hollow and all(pieces.within(other, one) for other in others):
            return np.asarray(pieces.labels == one + 1)
    return np.zeros_like(mask)


def _beside(mask: Mask) -> Mask:
    """Strokes under the digit, straight or not: flat, and apart from it."""
    pieces = _Pieces.of(mask)
    found = np.zeros_like(mask)
    shapes = [(rows.stop - rows.start, cols.stop - cols.start) for rows, cols in pieces.places]
    flat = [i + 1 for i, (high, wide) in enumerate(shapes) if wide >= 4 * high]
    box = _box(mask & ~np.isin(pieces.labels, flat)) if flat else None
    for i, (high, wide) in enumerate(shapes):
        if box is None or wide < max(4 * high, 0.5 * (box.cols[1] - box.cols[0])):
            continue
        if pieces.places[i][0].start > box.rows[1] + 0.03 * (box.rows[1] - box.rows[0]):
            found |= pieces.labels == i + 1
    return found


# --- which lines are no part of a digit


def _rulings(lines: list[Line], kept: Mask, box: Box) -> list[Line]:
    """Lines that run from border to border, and those parallel to several."""
    found = []
    for down in (False, True):
        side = kept.shape[0 if down else 1]
        ours = [line for line in lines if line.down == down]
        through = [line for line in ours if line.start <= BORDER * side and line.end >= (1 - BORDER) * side]
        long = [line for line in ours if line.length >= 0.5 * side]
        if len(through) >= 2 or len(long) >= 3:
            found += [line for line in ours if line.length >= 0.3 * side and _reaches(line, box, 0)]
            found += [line for line in through if line not in found]
        else:
            pen = _pen(kept & ~_together(lines, kept), box) if through else 0.0
            found += [line for line in through if line.width <= NARROWER * pen or _reaches(line, box, 0.05)]
    return found


def _reaches(line: Line, box: Box, share: float) -> bool:
    """Whether a line begins before the box and ends behind it, by a share of the box's length."""
    start, end = box.along(line)
    more = share * (end - start)
    return line.start <= start - more and line.end >= end + more


def _frame(lines: list[Line], kept: Mask, box: Box) -> list[Line]:
    """The lines of a cell: on two opposite sides of what stands within, and those that hang together with them."""
    pieces = _Pieces.of(kept)
    of = {line: int(np.bincount(pieces.labels[line.pixels]).argmax()) - 1 for line in lines}
    straight = np.bincount(pieces.labels[_together(lines, kept)], minlength=len(pieces.sizes) + 1)[1:] / pieces.sizes
    framing = {i for i in of.values() if straight[i] >= STRAIGHT}
    content = [i for i in pieces.large() if i not in framing or any(pieces.within(i, o) for o in framing - {i})]
    if content and framing - set(content):
        within = np.isin(pieces.labels, [i + 1 for i in content])
        box = _box(within) or box
        lines = [line for line in lines if of[line] in framing and of[line] not in content]

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
            return lines if content and framing - set(content) else outside
    return []


def _strokes_beside(lines: list[Line], kept: Mask, box: Box) -> list[Line]:
    """Strokes at the foot of a digit that are longer than it on both sides."""
    found = []
    for line in lines:
        rest = _box(kept & ~line.pixels)
        if line.down or rest is None:
            continue
        foot = rest.rows[1] - 0.15 * (rest.rows[1] - rest.rows[0])
        if line.place > foot and _reaches(line, rest, 0.08):
            found.append(line)
    return found


def _are_axes(lines: list[Line], box: Box | None, shape: tuple[int, ...]) -> bool:
    """Whether two long lines meet in a corner at the lower left, or cross each other with a curve along one."""
    height, width = shape
    near = NEAR * max(shape)
    for across, down in product(lines, lines):
        if across.down or not down.down or across.length < 0.4 * width or down.length < 0.4 * height:
            continue
        if abs(across.start - down.place) < near and abs(down.end - across.place) < near:
            return True
        crossing = across.start < down.place < across.end and down.start < across.place < down.end
        curve = box is not None and box.cols[1] - box.cols[0] > 0.8 * across.length
        if crossing and curve and min(across.length / width, down.length / height) > 0.7:
            return True
    return False


def _is_curve(lines: list[Line], box: Box) -> bool:
    """Whether what stands within a frame reaches from its left to its right, as the curve of a plot does."""
    sides = [line.place for line in lines if line.down]
    start, end = box.cols
    close = 0.03 * (end - start)
    return any(abs(place - start) < close for place in sides) and any(abs(place - end) < close for place in sides)
