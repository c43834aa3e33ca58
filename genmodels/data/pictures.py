"""A visitor's picture becomes a digit as MNIST was made: 20 x 20 box, centre of mass in the middle of 28 x 28.

Shapes: H, W the picture; its ink is float32 (H, W), 0 for paper and 1 for full ink, whichever of the two was lighter.
A picture that is no single digit on plain ground raises `Problem` with a sentence that says what to do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from genmodels.data.picture_files import decode
from genmodels.errors import Problem

__all__ = ["PreparedDigit", "decode", "from_upload", "prepare"]

Ink = NDArray[np.float32]
Note = Literal["inverted", "levelled", "specks", "thickened"]

SIDE, BOX = 28, 20  # MNIST: a box of 20 in a field of 28
WORKING_SIDE = 1024  # larger pictures are averaged down to at most this before anything is looked for
MIN_CONTRAST = 0.06  # of the full range; fainter pictures are blank
EDGE_INK = 0.25  # ink above this belongs to the digit's box
SURE_INK = 0.35  # ink above this is no smear; a cell of the counting grid that has some belongs to a piece
GRID = 48  # cells along the longer side of the ink when its pieces are counted
REACH = 2  # cells; pieces of a broken stroke that lie this near are one
SPECK = 0.015  # pieces with a smaller share of the ink are dirt
MAX_LENGTH = 4.0  # of all strokes, in sides of the box; the longest digit of MNIST has 3.1
THIN, PEN = 1.0, 2.0  # stroke widths in pixels of the 28 x 28 result: thinner than THIN is drawn again with PEN


@dataclass(frozen=True)
class PreparedDigit:
    """The digit as a model wants it: `pixels` uint8 (28, 28), 255 = ink, and what was done to the picture for it."""

    pixels: NDArray[np.uint8]
    notes: tuple[Note, ...]


def from_upload(data: bytes) -> PreparedDigit:
    """Digit from the bytes of a PNG or JPEG file. Raises Problem as `decode` and `prepare` do."""
    return prepare(decode(data))


def prepare(picture: NDArray[np.uint8] | NDArray[np.floating]) -> PreparedDigit:
    """Find one digit in a grey picture (H, W), uint8 or float in [0, 1], and fit it as MNIST was made.

    The ground is what the border shows, so that dark ink on light paper and light ink on dark ground are both taken;
    a drawing pad with 255 = ink passes as it is.
    Raises Problem: blank-picture, busy-picture, several-digits. ValueError for any other array.
    """
    ink, notes = _ink_of(_working_copy(picture))
    clean = _keep_one_digit(ink)
    if clean is not ink:
        notes.append("specks")
    fine = _fit(clean, 4 * BOX)
    width, length = _strokes(fine)
    if length > MAX_LENGTH:
        raise _busy()
    if width < THIN:
        clean = _thicken(fine, width)
        notes.append("thickened")
    return PreparedDigit(_centred(_fit(clean, BOX)), tuple(notes))


def _working_copy(picture: NDArray[np.uint8] | NDArray[np.floating]) -> NDArray[np.float32]:
    """Check the array and average it down to WORKING_SIDE. Returns float32 (H, W) in [0, 1]."""
    if picture.ndim != 2 or picture.size == 0:
        raise ValueError(f"a picture has shape (H, W), not {picture.shape}")
    if picture.dtype != np.uint8 and not np.issubdtype(picture.dtype, np.floating):
        raise ValueError(f"a picture is uint8 or float in [0, 1], not {picture.dtype}")
    if picture.dtype != np.uint8 and not (picture.min() >= 0 and picture.max() <= 1):
        raise ValueError(f"a float picture lies in [0, 1], not in [{picture.min()}, {picture.max()}]")
    scale = 255 if picture.dtype == np.uint8 else 1
    image = Image.fromarray(picture if scale == 255 else picture.astype(np.float32))
    factor = math.ceil(max(image.size) / WORKING_SIDE)
    return np.asarray(image.reduce(factor) if factor > 1 else image, np.float32) / np.float32(scale)


def _ink_of(grey: NDArray[np.float32]) -> tuple[Ink, list[Note]]:
    """Separate ink from ground: subtract the ground, turn light ground over, cut the noise, stretch the contrast."""
    ground, border = _ground(grey)
    difference = grey - ground
    smooth = _box3(difference)
    dark = -smooth.min() > smooth.max()
    if dark:
        difference, smooth = -difference, -smooth
    at_border = np.abs(difference[border])
    noise = 1.5 * float(np.median(at_border))  # about one standard deviation
    peak = float(smooth.max())
    if noise > 0.05 and peak < 4 * noise:
        raise _busy()
    if min(grey.shape) < 3 or peak < max(MIN_CONTRAST, 4 * noise):
        sentence = (
            "There is nothing to see in this picture of {width} x {height} pixels. "
            "Draw one digit, large and with a clear difference between pen and paper."
        )
        raise Problem("blank-picture", sentence, width=grey.shape[1], height=grey.shape[0])
    full = float(np.quantile(difference[difference > peak / 2], 0.9))
    uneven = float((at_border > 0.3 * full).mean())
    opposite = float((difference < -0.3 * full).mean())  # lighter than the paper that carries dark ink
    covered = float((difference > 0.5 * full).mean())
    if uneven > 0.35 or opposite > 0.01 or covered > 0.6:
        raise _busy()
    floor = min(3 * noise, 0.5 * full)
    notes: list[Note] = ["inverted"] if dark else []
    if np.ptp(ground) > 0.05:
        notes.append("levelled")
    return ((difference - floor) / (full - floor)).clip(0, 1), notes


def _busy() -> Problem:
    """The problem of a picture whose ground is not plain."""
    sentence = (
        "This looks like a photo or a busy picture, not like one digit on a plain ground. "
        "Crop it to the digit, or draw the digit on empty paper."
    )
    return Problem("busy-picture", sentence)


def _ground(grey: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Brightness of the ground, a quadratic surface through the border, so that a shadow on the paper does no harm.

    Returns the surface (H, W) and the mask (H, W) of the border it was fitted to.
    """
    height, width = grey.shape
    thick = max(1, min(height, width) // 40)
    border = np.ones(grey.shape, bool)
    border[thick : height - thick, thick : width - thick] = False
    row, col = np.linspace(-0.5, 0.5, height)[:, None], np.linspace(-0.5, 0.5, width)[None, :]
    terms = [np.broadcast_to(term, grey.shape) for term in (np.ones(1), row, col, row**2, col**2, row * col)]
    design = np.stack([term[border] for term in terms], axis=1)
    values = grey[border].astype(float)
    weights = np.zeros(len(terms))
    weights[0] = np.median(values)
    for _ in range(3):  # strokes that run off the picture are left out of the fit
        rest = np.abs(values - design @ weights)
        near = rest <= max(3 * float(np.median(rest)), 0.02)
        chosen = design[near]  # least squares by the normal equations: six unknowns, and thirty times as fast
        weights = np.linalg.pinv(chosen.T @ chosen, rcond=1e-10) @ (chosen.T @ values[near])
    surface = sum(weight * term for weight, term in zip(weights, terms, strict=True))
    return np.asarray(surface, np.float32), border


def _box3(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean over 3 x 3 neighbours, (H, W) -> (H, W): a single wild pixel must not decide what is ink."""
    wide = np.pad(values, 1, mode="edge")
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9, np.float32)


@dataclass(frozen=True)
class _Piece:
    """One connected piece of ink on the counting grid: its cells, its ink, its extent in cells (ends excluded)."""

    cells: list[tuple[int, int]]
    ink: float
    left: int
    right: int
    height: int


def _keep_one_digit(ink: Ink) -> Ink:
    """Remove specks; return `ink` itself when there are none. Raises Problem: several-digits, busy-picture."""
    top, bottom, left, right = _extent(ink > SURE_INK)
    step = max(1, math.ceil(max(bottom - top, right - left) / GRID))
    tall, wide = math.ceil((bottom - top) / step), math.ceil((right - left) / step)
    window = np.zeros((tall * step, wide * step), np.float32)
    part = ink[top : top + tall * step, left : left + wide * step]
    window[: part.shape[0], : part.shape[1]] = part
    blocks = window.reshape(tall, step, wide, step)
    cells = blocks.mean(axis=(1, 3))
    pieces = _pieces(cells, blocks.max(axis=(1, 3)) > SURE_INK)
    _check_one_digit(pieces)
    total = sum(piece.ink for piece in pieces)
    specks = [piece for piece in pieces if piece.ink < SPECK * total]
    if not specks:
        return ink
    if sum(piece.ink for piece in specks) > 0.25 * total:
        raise _busy()
    keep = np.zeros(cells.shape, bool)
    for piece in pieces:
        if piece not in specks:
            keep[tuple(np.transpose(piece.cells))] = True
    keep = _box3(keep.astype(np.float32)) > 0  # the soft edge of a stroke lies in the neighbouring cells
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
        found.append(_Piece(members, share, min(cols), max(cols) + 1, max(rows) + 1 - min(rows)))
    return found


def _check_one_digit(pieces: list[_Piece]) -> None:
    """Raise Problem when large pieces stand side by side.

    Strokes of one broken digit overlap from left to right, or one of them is small or flat (the bar of a 5).
    """
    largest = max(piece.ink for piece in pieces)
    tallest = max(piece.height for piece in pieces)
    large = [p for p in pieces if p.ink >= 0.3 * largest and p.height >= 0.5 * tallest]
    count, reached = 0, 0
    for piece in sorted(large, key=lambda p: p.left):
        if count == 0 or piece.left >= reached:
            count += 1
        reached = max(reached, piece.right)
    if count > 1:
        sentence = "There seem to be {count} digits side by side. Draw one digit, or crop the picture to one."
        raise Problem("several-digits", sentence, count=count)


def _extent(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """First row, end row, first column and end column (ends excluded) of the true part of (H, W)."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(cols[0]), int(cols[-1]) + 1


def _strokes(fine: Ink) -> tuple[float, float]:
    """Mean width of the strokes in pixels of the result, and their length in sides of the box.

    Taken from a digit fitted at four times the final resolution. The outline is as long as the total variation of the
    ink, half of it is the length of the strokes, and the area over the length is the width.
    """
    wide = np.pad(fine, 1)
    outline = float(np.hypot(np.diff(wide, axis=0)[:, :-1], np.diff(wide, axis=1)[:-1]).sum())
    return float(fine.sum()) / max(outline / 2, 1e-6) / 4, outline / 2 / max(fine.shape)


def _thicken(fine: Ink, width: float) -> Ink:
    """Draw strokes of `width` again with PEN (pixels of the result); in and out four times the final resolution."""
    solid = (fine / np.quantile(fine[fine > fine.max() / 2], 0.5)).clip(0, 1)
    reach = round(2 * (PEN - width))  # on either side
    image = Image.fromarray(np.pad(np.rint(255 * solid).astype(np.uint8), reach + 1))
    return np.asarray(image.filter(ImageFilter.MaxFilter(2 * reach + 1)), np.float32) / np.float32(255)


def _fit(ink: Ink, box: int) -> Ink:
    """Crop to the ink and scale the longer side to `box` pixels, averaging over areas; the aspect ratio is kept."""
    top, bottom, left, right = _extent(ink > EDGE_INK)
    scale = max(bottom - top, right - left) / box
    high, wide = math.ceil((bottom - top) / scale - 1e-6), math.ceil((right - left) / scale - 1e-6)
    pad = math.ceil(scale) + 1
    middle = pad + (left + right) / 2, pad + (top + bottom) / 2
    window = (
        middle[0] - wide * scale / 2,
        middle[1] - high * scale / 2,
        middle[0] + wide * scale / 2,
        middle[1] + high * scale / 2,
    )
    kernel = Image.Resampling.BOX if scale >= 1 else Image.Resampling.BICUBIC
    fitted = Image.fromarray(np.pad(ink, pad)).resize((wide, high), kernel, box=window)
    return np.asarray(fitted, np.float32).clip(0, 1)


def _centred(digit: Ink) -> NDArray[np.uint8]:
    """Place a fitted digit (h, w <= 20) so that its centre of mass is the middle of (28, 28). Returns uint8."""
    field = np.zeros((SIDE, SIDE), np.uint8)
    mass = digit.sum()
    place = []
    for axis, length in enumerate(digit.shape):
        centre = float((digit.sum(axis=1 - axis) * np.arange(length)).sum() / mass)
        # Whole pixels, as in MNIST, whose centres of mass lie at index 13.5 to 14.5.
        place.append(min(max(round(SIDE / 2 - centre), 0), SIDE - length))
    pixels = np.rint(255 * digit / digit.max()).clip(0, 255).astype(np.uint8)
    field[place[0] : place[0] + digit.shape[0], place[1] : place[1] + digit.shape[1]] = pixels
    return field
