"""Which pieces of ink are one digit: specks go, and several digits are told from the strokes of one.

Ink as in `genmodels.data.paper`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from genmodels.errors import Problem

Ink = NDArray[np.float32]

SURE_INK = 0.35  # ink above this is no smear; a cell of the counting grid that has some belongs to a piece
GRID = 48  # cells along the longer side of the ink when its pieces are counted
REACH = 2  # cells; pieces of a broken stroke that lie this near are one
SPECK = 0.015  # pieces with a smaller share of the ink are dirt
SMEAR = 0.2  # of full ink on paper; what is nowhere darker than SURE_INK goes
MOST_PIECES = 12  # of some size; with more it is no digit on paper
BLOT = 0.4  # of its longer side; what is that thick is no stroke
LITTLE = 0.002  # of the picture; a digit has more ink than that
LIGHT = 0.15  # of the darkest piece; in a row of its own one with less ink is no digit
FLAT = 0.6  # of its width; lower pieces are bars of one digit
ROWS_APART = 0.08  # of the taller digit; digits in two rows are at least so far from each other


def busy() -> Problem:
    """The problem of a picture whose ground is not plain."""
    sentence = (
        "This looks like a photo or a busy picture, not like one digit on a plain ground. "
        "Crop it to the digit, or draw the digit on empty paper."
    )
    return Problem("busy-picture", sentence)


def blank(shape: tuple[int, ...]) -> Problem:
    """The problem of a picture (H, W) without any ink."""
    sentence = (
        "There is nothing to see in this picture of {width} x {height} pixels. "
        "Draw one digit, large and with a clear difference between pen and paper."
    )
    return Problem("blank-picture", sentence, width=shape[1], height=shape[0])


def box3(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean over 3 x 3 neighbours, (H, W) -> (H, W): a single wild pixel must not decide what is ink."""
    wide = np.pad(values, 1, mode="edge")
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9, np.float32)


def extent(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """First row, end row, first column and end column (ends excluded) of the true part of (H, W)."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(cols[0]), int(cols[-1]) + 1


@dataclass(frozen=True)
class _Piece:
    """One connected piece of ink on the counting grid: its cells, its ink, its extent in cells (ends excluded)."""

    cells: list[tuple[int, int]]
    ink: float
    left: int
    right: int
    top: int
    bottom: int

    @property
    def height(self) -> int:
        return self.bottom - self.top


def keep_one_digit(ink: Ink, anyway: bool = False) -> Ink:
    """Remove specks; return `ink` itself when there are none.

    Raises Problem: several-digits, busy-picture; not if it is to be taken `anyway`.
    """
    top, bottom, left, right = extent(ink > SURE_INK)
    step = max(1, math.ceil(max(bottom - top, right - left) / GRID))
    tall, wide = math.ceil((bottom - top) / step), math.ceil((right - left) / step)
    window = np.zeros((tall * step, wide * step), np.float32)
    part = ink[top : top + tall * step, left : left + wide * step]
    window[: part.shape[0], : part.shape[1]] = part
    blocks = window.reshape(tall, step, wide, step)
    cells = blocks.mean(axis=(1, 3))
    pieces = _pieces(cells, blocks.max(axis=(1, 3)) > SURE_INK)
    if not anyway:
        _check_one_digit(pieces)
    total = sum(piece.ink for piece in pieces)
    specks = [piece for piece in pieces if piece.ink < SPECK * total]
    if not specks or (anyway and len(specks) == len(pieces)):
        return ink
    if sum(piece.ink for piece in specks) > 0.25 * total and not anyway:
        raise busy()
    keep = np.zeros(cells.shape, bool)
    for piece in pieces:
        if piece not in specks:
            keep[tuple(np.transpose(piece.cells))] = True
    keep = box3(keep.astype(np.float32)) > 0  # the soft edge of a stroke lies in the neighbouring cells
    clean = np.zeros_like(ink)
    stencil = np.kron(keep, np.ones((step, step), bool))[: part.shape[0], : part.shape[1]]
    clean[top : top + part.shape[0], left : left + part.shape[1]] = part * stencil
    return clean


def _pieces(cells: NDArray[np.float32], taken: NDArray[np.bool_]) -> list[_Piece]:
    """Connected pieces on the grid of mean ink: cells that are taken, at most REACH apart."""
    todo = set(zip(*(axis.tolist() for axis in np.nonzero(taken)), strict=True))
    around = [(i, j) for i in range(-REACH, REACH + 1) for j in range(-REACH, REACH + 1)]
    found = []
    while todo:
        members = [todo.pop()]
        for row, col in members:  # grows while it is walked through
            near = [(row + i, col + j) for i, j in around if (row + i, col + j) in todo]
            members.extend(near)
            todo.difference_update(near)
        rows, cols = zip(*members, strict=True)
        share = float(cells[rows, cols].sum())
        found.append(_Piece(members, share, min(cols), max(cols) + 1, min(rows), max(rows) + 1))
    return found


def _check_one_digit(pieces: list[_Piece]) -> None:
    """Raise Problem when large pieces stand side by side, or in rows one above the other.

    Strokes of one broken digit overlap, or one of them is small or flat (the bar of a 5), or they are near each other.
    """
    largest = max(piece.ink for piece in pieces)
    tallest = max(piece.height for piece in pieces)
    tall = [piece for piece in pieces if piece.height >= 0.5 * tallest]
    upright = [p for p in tall if p.ink >= LIGHT * largest and p.height >= FLAT * (p.right - p.left)]
    breaks: list[int] = []
    bottom = math.inf
    for piece in sorted(upright, key=lambda p: p.top):
        if piece.top - bottom >= max(ROWS_APART * tallest, REACH + 1):
            breaks.append(piece.top)
        bottom = piece.bottom if bottom == math.inf else max(piece.bottom, bottom)
    rows = [[p for p in upright if sum(p.top >= b for b in breaks) == row] for row in range(len(breaks) + 1)]
    heavy = [piece for piece in tall if piece.ink >= 0.3 * largest]
    count = sum(max(1, _side_by_side(row)) for row in rows) if breaks else _side_by_side(heavy)
    if count > 1:
        sentence = "There seem to be {count} digits in this picture. Draw one digit, or crop the picture to one."
        raise Problem("several-digits", sentence, count=count)


def _side_by_side(pieces: list[_Piece]) -> int:
    """How many of them do not overlap from left to right."""
    count, reached = 0, 0
    for piece in sorted(pieces, key=lambda p: p.left):
        if count == 0 or piece.left >= reached:
            count += 1
        reached = max(reached, piece.right)
    return count


def thickness(piece: NDArray[np.bool_]) -> float:
    """How thick the strokes of a piece are, in shares of its longer side; two thirds of a disc's."""
    top, bottom, left, right = extent(piece)
    cut = np.pad(piece[top:bottom, left:right], 1)
    return 4 * float(ndimage.distance_transform_edt(cut)[cut].mean()) / max(cut.shape)


def away_from_border(ink: Ink, anyway: bool = False) -> Ink:
    """Ink without smears, and without what runs on beyond the border: a desk, a shadow, a neighbour.

    What runs on is kept where there is nothing else. Raises Problem: busy-picture, for too many pieces.
    """
    labels, number = ndimage.label(ink > SMEAR, np.ones((3, 3)))
    every = np.arange(number + 1)
    shares = np.where(np.isin(every, labels[ink > SURE_INK]), ndimage.sum_labels(ink, labels, every), 0)
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    shares[0] = 0
    if not shares.any():
        return np.zeros_like(ink)
    if np.count_nonzero(shares > 0.02 * shares.max()) > MOST_PIECES and not anyway:
        raise busy()
    inner = shares.copy()
    inner[edge] = 0
    if inner.max() >= max(0.03 * shares.max(), LITTLE * ink.size):
        shares = inner
    heavy = np.flatnonzero(shares >= 0.3 * shares.max())
    if len(heavy) > 1 and any(thickness(labels == one) > BLOT for one in heavy) and not anyway:
        raise busy()
    return np.where(np.isin(labels, np.flatnonzero(shares)), ink, np.float32(0))
