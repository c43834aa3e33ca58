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
from scipy import ndimage

from genmodels.data.ground import ink_on_plain_ground
from genmodels.data.paper import ink_on_paper
from genmodels.data.picture_files import decode
from genmodels.data.pieces import SURE_INK, away_from_border, blank, busy, extent, keep_one_digit, thickness
from genmodels.data.rulings import without_lines
from genmodels.errors import Problem

__all__ = ["PreparedDigit", "decode", "from_upload", "prepare"]

Ink = NDArray[np.float32]
Note = Literal["inverted", "levelled", "lines", "specks", "thickened"]

SIDE, BOX = 28, 20  # MNIST: a box of 20 in a field of 28
WORKING_SIDE = 1024  # larger pictures are averaged down to at most this before anything is looked for
EDGE_INK = 0.25  # ink above this belongs to the digit's box
LINES_SIDE = 640  # lines and light are looked for in pictures of at most this size
MOST_COVERED = 0.45  # of the picture by ink on paper; of a plain ground it may be more
THICKEST = 0.5  # strokes, in shares of the longer side; MNIST's have at most 0.45 unless they are narrow
GRAIN = (5, 5)  # pixels of four times the result; what a pencil leaves white in its stroke is no edge of it
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


def prepare(picture: NDArray[np.uint8] | NDArray[np.floating], anyway: bool = False) -> PreparedDigit:
    """Find one digit in a grey picture (H, W), uint8 or float in [0, 1], and fit it as MNIST was made.

    Dark ink on light paper and light ink on dark ground are both taken, lines of the paper and shadows are not; a
    drawing pad with 255 = ink passes as it is. What does not look like one digit is taken only if it is to be `anyway`.
    Raises Problem: blank-picture, busy-picture, several-digits, only-a-dot. ValueError for any other array.
    """
    grey = _working_copy(picture)
    ink, notes, photo = _ink(grey, anyway)
    clean = keep_one_digit(ink, anyway)
    if clean is not ink:
        notes.append("specks")
    fine = _fit(clean, 4 * BOX)
    width, length = _strokes(ndimage.grey_closing(fine, GRAIN) if photo else fine)
    if length > MAX_LENGTH and not anyway:
        raise busy()
    _check_shape(fine)
    if width < THIN:
        clean = _thicken(fine, width)
        notes.append("thickened")
    return PreparedDigit(_centred(_fit(clean, BOX)), tuple(notes))


def _ink(grey: NDArray[np.float32], anyway: bool) -> tuple[Ink, list[Note], bool]:
    """The ink of the digit, what was done to find it, and whether it lies on anything but a plain ground."""
    found = ink_on_plain_ground(grey)
    if found is not None:
        (ink, dark), light = found, False
    else:
        ink, dark, light = ink_on_paper(_reduced(grey, LINES_SIDE))
        if not ink.any():
            raise busy() if grey.std() > 0.1 else blank(grey.shape)
        if (ink > 0.5).mean() > MOST_COVERED and not anyway:
            raise busy()
    coarse = _reduced(ink, LINES_SIDE)
    bare, axes = without_lines(coarse)
    if axes and not anyway:
        raise busy()
    lines = bare is not coarse
    if lines or found is None:
        ink = away_from_border(bare, anyway)
    if not (ink > SURE_INK).any():
        raise blank(grey.shape)
    told: dict[Note, bool] = {"inverted": dark, "levelled": light, "lines": lines}
    return ink, [note for note, true in told.items() if true], found is None


def _check_shape(fine: Ink) -> None:
    """Raise Problem for a dot or a blot: nothing but the 1, which is narrow, has strokes so thick for its size."""
    high, wide = fine.shape
    if wide > 0.6 * high and thickness(fine > 0.4 * fine.max()) > THICKEST:
        sentence = "There is only a dot or a blot here, no strokes of a digit. Draw one digit, as large as you can."
        raise Problem("only-a-dot", sentence)


def _reduced(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Averaged down to at most `side` pixels; the array itself where it is small enough."""
    factor = math.ceil(max(values.shape) / side)
    return np.asarray(Image.fromarray(values).reduce(factor)) if factor > 1 else values


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
    top, bottom, left, right = extent(ink > EDGE_INK)
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
