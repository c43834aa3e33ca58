"""Pictures as phones take them, made from MNIST's test digits: paper, light, pen, lines, noise and JPEG, all by seed.

`photo(kind, digits, rng)` is one of `KINDS`; the bytes are a JPEG. The digits' own pixels come in, nothing is random
beyond `rng`, so that a share read right is the same number on every run.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.uint8]
Field = NDArray[np.float64]
SIDE = 420  # of a sheet


@dataclass
class Sheet:
    """Reflectance of the paper, 1 white; marks are laid on it, then it is lit and photographed."""

    rng: np.random.Generator
    height: int = SIDE
    width: int = SIDE
    cover: Field = field(init=False)  # 0 paper, 1 ink of reflectance `ink`
    pen: float = 0.15
    lit: Field = field(init=False)

    def __post_init__(self) -> None:
        self.cover = np.zeros((self.height, self.width))
        self.lit = np.full((self.height, self.width), 0.85)

    def mark(self, mask: Field, darkness: float = 1.0) -> None:
        """Lay ink down; where marks cross, the darker one counts."""
        self.cover = np.maximum(self.cover, darkness * mask)

    def digit(self, pixels: Grey, size: float, row: float = 0.5, col: float = 0.5, darkness: float = 1.0) -> Field:
        """Write a digit, `size` its height in shares of the sheet, its middle at (row, col). Returns its mask."""
        mask = written(pixels, round(size * self.height), self.rng.uniform(-6, 6))
        whole = np.zeros_like(self.cover)
        top, left = round(row * self.height - mask.shape[0] / 2), round(col * self.width - mask.shape[1] / 2)
        rows = slice(max(0, top), min(self.height, top + mask.shape[0]))
        cols = slice(max(0, left), min(self.width, left + mask.shape[1]))
        whole[rows, cols] = mask[rows.start - top : rows.stop - top, cols.start - left : cols.stop - left]
        self.mark(whole, darkness)
        return whole

    def line(self, start: tuple[float, float], end: tuple[float, float], width: float, darkness: float = 1.0) -> None:
        """A straight line between two (row, col) in pixels."""
        (r0, c0), (r1, c1) = start, end
        reach = width / 2 + 2
        rows = slice(max(0, int(min(r0, r1) - reach)), int(max(r0, r1) + reach))
        cols = slice(max(0, int(min(c0, c1) - reach)), int(max(c0, c1) + reach))
        row, col = np.mgrid[: self.height, : self.width][:, rows, cols]
        along = ((row - r0) * (r1 - r0) + (col - c0) * (c1 - c0)) / ((r1 - r0) ** 2 + (c1 - c0) ** 2)
        along = along.clip(0, 1)
        away = np.hypot(row - r0 - along * (r1 - r0), col - c0 - along * (c1 - c0))
        mask = np.zeros_like(self.cover)
        mask[rows, cols] = (width / 2 + 0.5 - away).clip(0, 1)
        self.mark(mask, darkness)

    def rulings(self, spacing: float, width: float, darkness: float, squared: bool, tilt: float = 0.0) -> None:
        """Parallel lines over all of the sheet, `tilt` in degrees, and others across them when it is squared."""
        row, col = np.mgrid[: self.height, : self.width].astype(float)
        cos, sin = np.cos(np.deg2rad(tilt)), np.sin(np.deg2rad(tilt))
        for place in (row * cos + col * sin, col * cos - row * sin)[: 2 if squared else 1]:
            away = np.abs((place + self.rng.uniform(0, spacing)) % spacing - spacing / 2)
            self.mark((width / 2 + 0.5 - away).clip(0, 1), darkness)

    def gradient(self, low: float) -> None:
        """Light that falls off to `low` of its best in some direction."""
        row, col = np.mgrid[-1 : 1 : self.height * 1j, -1 : 1 : self.width * 1j]
        angle = self.rng.uniform(0, 2 * np.pi)
        ramp = (1 + (row * np.sin(angle) + col * np.cos(angle)) / 1.42) / 2
        self.lit = self.lit * (low + (1 - low) * ramp)

    def shadow(self, depth: float, soft: float, reach: float) -> None:
        """A shadow across a corner: its edge runs at `reach` of the way to the middle, `soft` pixels wide."""
        row, col = np.mgrid[-1 : 1 : self.height * 1j, -1 : 1 : self.width * 1j]
        angle = np.pi / 4 + np.pi / 2 * self.rng.integers(4) + self.rng.uniform(-0.5, 0.5)
        edge = (row * np.sin(angle) + col * np.cos(angle)) - (1 - reach)
        share = 1 / (1 + np.exp(-edge * self.height / 2 / max(soft, 0.5)))
        self.lit = self.lit * (1 - depth * share)

    def photo(self, noise: float = 0.02, blur: float = 0.8, quality: int = 80) -> bytes:
        """Light on paper and ink through a lens, with grain, as JPEG."""
        light = self.lit * (1 - self.cover * (1 - self.pen))
        grain = self.rng.normal(0, noise, light.shape)
        seen = (ndimage.gaussian_filter(light, blur) + grain).clip(0, 1)
        return jpeg(np.rint(255 * seen).astype(np.uint8), quality)


def jpeg(grey: Grey, quality: int = 80) -> bytes:
    """The bytes of a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "JPEG", quality=quality)
    return file.getvalue()


def written(pixels: Grey, height: int, tilt: float = 0.0) -> Field:
    """A digit (28, 28) as a pen's stroke with sharp edges, cut to its ink, `height` pixels high or wide."""
    rows, cols = np.flatnonzero(pixels.max(1) > 64), np.flatnonzero(pixels.max(0) > 64)
    cut = Image.fromarray(np.pad(pixels[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1], 2))
    scale = height / (max(cut.size) - 4)
    large = cut.resize((round(cut.width * scale), round(cut.height * scale)), Image.Resampling.BICUBIC)
    turned = np.asarray(large.rotate(tilt, Image.Resampling.BICUBIC, expand=True), float) / 255
    smooth = ndimage.gaussian_filter(turned, scale / 3)
    return ((smooth - 0.5) * scale + 0.5).clip(0, 1)


Make = Callable[[Sheet, list[Grey]], dict[str, Any] | None]


def _plain(sheet: Sheet, digits: list[Grey]) -> None:
    sheet.digit(digits[0], sheet.rng.uniform(0.35, 0.75), *sheet.rng.uniform(0.42, 0.58, 2))


def _uneven(sheet: Sheet, digits: list[Grey]) -> None:
    _plain(sheet, digits)
    sheet.gradient(sheet.rng.uniform(0.3, 0.5))


def _shadow(sheet: Sheet, digits: list[Grey]) -> None:
    _plain(sheet, digits)
    sheet.shadow(sheet.rng.uniform(0.35, 0.6), sheet.rng.uniform(1, 14), sheet.rng.uniform(0.35, 0.9))


def _pencil(sheet: Sheet, digits: list[Grey]) -> None:
    sheet.pen = sheet.rng.uniform(0.55, 0.72)
    _uneven(sheet, digits)
    worn = ndimage.gaussian_filter(sheet.rng.normal(0, 1, sheet.cover.shape), 1.2)
    sheet.cover = sheet.cover * (0.9 + 0.35 * worn / worn.std()).clip(0.35, 1)


def _perspective(sheet: Sheet, digits: list[Grey]) -> None:
    """Seen from the side, on a desk darker than the paper."""
    _plain(sheet, digits)
    sheet.gradient(0.6)
    depth = sheet.rng.uniform(0.03, 0.1, 8) * SIDE * np.tile([1, 1], 4)
    x0, y0, x1, y1, x2, y2, x3, y3 = depth
    corners = np.array([[x0, y0], [SIDE - x1, y1], [SIDE - x2, SIDE - y2], [x3, SIDE - y3]])
    plain = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]])
    rows = []
    for (x, y), (u, v) in zip(corners, plain, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    warp = np.linalg.solve(np.array(rows), plain.reshape(-1))

    def seen(values: Field, ground: float) -> Field:
        picture = Image.fromarray(values.astype(np.float32))
        bent = picture.transform(
            (SIDE, SIDE), Image.Transform.PERSPECTIVE, tuple(warp), Image.Resampling.BILINEAR, fillcolor=ground
        )
        return np.asarray(bent, float)

    sheet.cover, sheet.lit = seen(sheet.cover, 0), seen(sheet.lit, 0.35)


Range = tuple[float, float]


def _ruled(spacing: Range, width: Range, darkness: Range, squared: bool, tilt: float) -> Make:
    """Paper with lines, or squares, that lie so far apart (shares of the side), and are so wide, dark and tilted."""

    def make(sheet: Sheet, digits: list[Grey]) -> None:
        _plain(sheet, digits)
        among = sheet.rng.uniform
        apart = among(*spacing) * SIDE
        sheet.rulings(apart, among(*width), among(*darkness), squared, among(-tilt, tilt))
        sheet.gradient(0.7)

    return make


def _cell(sheet: Sheet, digits: list[Grey]) -> None:
    """A form's box around the digit, drawn or printed; some of its sides run on, as a table's do."""
    rng, middle = sheet.rng, SIDE / 2
    size = rng.uniform(0.35, 0.6)
    sheet.digit(digits[0], size, 0.5, 0.5)
    half_h, half_w = rng.uniform(0.56, 0.75, 2) * size * SIDE
    top, bottom, left, right = middle - half_h, middle + half_h, middle - half_w, middle + half_w
    on = rng.uniform(0, 0.2) * SIDE * rng.integers(0, 2)
    width, dark = rng.uniform(1.5, 5), rng.uniform(0.7, 1)
    for start, end in (
        ((top, left - on), (top, right + on)),
        ((bottom, left - on), (bottom, right + on)),
        ((top - on, left), (bottom + on, left)),
        ((top - on, right), (bottom + on, right)),
    ):
        sheet.line(start, end, width, dark)
    sheet.gradient(0.7)


def _underlined(sheet: Sheet, digits: list[Grey]) -> None:
    """A stroke under the digit, drawn by hand: a little askew, and near to the digit."""
    rng = sheet.rng
    size = rng.uniform(0.35, 0.6)
    mask = sheet.digit(digits[0], size, 0.45, 0.5)
    rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    row = rows[-1] + rng.uniform(0.07, 0.2) * size * SIDE
    reach = rng.uniform(0.05, 0.35) * size * SIDE
    askew = rng.uniform(-0.04, 0.04) * size * SIDE
    sheet.line((row - askew, cols[0] - reach), (row + askew, cols[-1] + reach), rng.uniform(3, 9))
    sheet.gradient(0.7)


def _thick_cell(sheet: Sheet, digits: list[Grey]) -> None:
    """A box drawn with a marker."""
    size, middle = sheet.rng.uniform(0.35, 0.5), SIDE / 2
    sheet.digit(digits[0], size)
    half_h, half_w, width = 0.68 * size * SIDE, 0.64 * size * SIDE, sheet.rng.uniform(9, 16)
    top, bottom, left, right = middle - half_h, middle + half_h, middle - half_w, middle + half_w
    corners = [(top, left), (top, right), (bottom, right), (bottom, left), (top, left)]
    for start, end in pairwise(corners):
        sheet.line(start, end, width)
    sheet.gradient(0.7)


def _lined_shadow(sheet: Sheet, digits: list[Grey]) -> None:
    _plain(sheet, digits)
    squared = bool(sheet.rng.integers(2))
    sheet.rulings(
        sheet.rng.uniform(0.1, 0.25) * SIDE, 2, sheet.rng.uniform(0.3, 0.8), squared, sheet.rng.uniform(-3, 3)
    )
    sheet.shadow(0.5, 4, 0.7)


def _chalk(sheet: Sheet, digits: list[Grey]) -> None:
    """Light on dark: a blackboard that has been wiped."""
    _plain(sheet, digits)
    clouds = ndimage.gaussian_filter(sheet.rng.normal(0, 1, sheet.cover.shape), 25)
    sheet.lit = 0.2 + 0.03 * clouds / clouds.std()
    sheet.gradient(0.6)
    sheet.pen = 3.2


def _marker(sheet: Sheet, digits: list[Grey]) -> None:
    """A digit so large that it nearly fills the picture, as after cropping."""
    sheet.digit(digits[0], sheet.rng.uniform(0.85, 0.97))
    sheet.gradient(0.6)


def _side_by_side(sheet: Sheet, digits: list[Grey]) -> None:
    size, apart = sheet.rng.uniform(0.3, 0.42), sheet.rng.uniform(0.22, 0.26)
    sheet.digit(digits[0], size, 0.5, 0.5 - apart)
    sheet.digit(digits[1], size, 0.5, 0.5 + apart)
    sheet.gradient(0.6)


def _above(sheet: Sheet, digits: list[Grey]) -> None:
    size, apart = sheet.rng.uniform(0.3, 0.42), sheet.rng.uniform(0.24, 0.27)
    sheet.digit(digits[0], size, 0.5 - apart, 0.5)
    sheet.digit(digits[1], size, 0.5 + apart, 0.5)
    sheet.gradient(0.6)


def _two_rows(sheet: Sheet, digits: list[Grey]) -> None:
    size = sheet.rng.uniform(0.18, 0.24)
    for i, pixels in enumerate(digits[:6]):
        sheet.digit(pixels, size, 0.3 + 0.4 * (i // 3), 0.2 + 0.3 * (i % 3))
    sheet.gradient(0.6)


def _plot(sheet: Sheet, digits: list[Grey]) -> None:
    """Axes with ticks, numbers and a curve, in two or four lines; a screenshot as often as a photo."""
    rng = sheet.rng
    left, right, top, bottom = 0.15 * SIDE, 0.93 * SIDE, 0.08 * SIDE, 0.86 * SIDE
    sides = [((top, left), (bottom, left)), ((bottom, left), (bottom, right))]
    sides += [((top, right), (bottom, right)), ((top, left), (top, right))] if rng.integers(2) else []
    for start, end in sides:
        sheet.line(start, end, 2)
    for share in np.linspace(0.1, 0.9, 5):
        row, col = top + share * (bottom - top), left + share * (right - left)
        sheet.line((row, left), (row, left - 6), 2)
        sheet.line((bottom, col), (bottom + 6, col), 2)
        sheet.digit(digits[round(4 * share)], 0.04, row / SIDE, left / SIDE - 0.05)
        sheet.digit(digits[round(4 * share) + 1], 0.04, bottom / SIDE + 0.05, col / SIDE)
    across = np.linspace(0, 1, 40)
    height = 0.5 + 0.35 * np.sin(rng.uniform(2, 9) * across + rng.uniform(0, 6)) * rng.uniform(0.5, 1)
    places = list(zip(top + height * (bottom - top), left + across * (right - left), strict=True))
    for start, end in pairwise(places):
        sheet.line(start, end, 3)
    if rng.integers(2):
        sheet.gradient(0.7)


def _bare_plot(sheet: Sheet, digits: list[Grey]) -> None:
    """Two axes that meet or cross, and a curve; no numbers."""
    rng, crossing = sheet.rng, bool(sheet.rng.integers(2))
    row, col = (0.5 * SIDE, 0.5 * SIDE) if crossing else (0.86 * SIDE, 0.14 * SIDE)
    sheet.line((0.08 * SIDE, col), (0.92 * SIDE, col), 2)
    sheet.line((row, 0.08 * SIDE), (row, 0.92 * SIDE), 2)
    across = np.linspace(-1, 1, 60) if crossing else np.linspace(0, 1, 40)
    height = np.sin(rng.uniform(3, 6) * across) * 0.33 if crossing else 0.7 * across ** rng.uniform(0.5, 3)
    for start, end in pairwise(
        zip(row - height * SIDE, col + across * (0.4 if crossing else 0.75) * SIDE, strict=True)
    ):
        sheet.line(start, end, 3)


def _scene(sheet: Sheet, digits: list[Grey]) -> None:
    """A made-up landscape: soft shapes at all sizes, and grain."""
    rng = sheet.rng
    layers = [ndimage.gaussian_filter(rng.normal(0, 1, sheet.cover.shape), size) for size in (3, 8, 20, 60)]
    mixed = sum(rng.uniform(0.5, 1.5) * one / one.std() for one in layers)
    sheet.lit = np.asarray(0.5 + 0.17 * mixed / mixed.std()).clip(0.02, 0.98)


READ: dict[str, Make] = {
    "plain": _plain,
    "uneven": _uneven,
    "shadow": _shadow,
    "pencil": _pencil,
    "perspective": _perspective,
    "lined": _ruled((0.09, 0.3), (1.2, 2.5), (0.25, 0.5), False, 3),
    "strongly_lined": _ruled((0.12, 0.35), (1.5, 3), (0.6, 1), False, 4),
    "squared": _ruled((0.08, 0.2), (1.2, 2.2), (0.25, 0.5), True, 3),
    "strongly_squared": _ruled((0.1, 0.25), (1.5, 2.6), (0.6, 1), True, 3),
    "cell": _cell,
    "underlined": _underlined,
    "thick_cell": _thick_cell,
    "lined_shadow": _lined_shadow,
    "chalk": _chalk,
    "marker": _marker,
}
SEVERAL: dict[str, Make] = {"side_by_side": _side_by_side, "above": _above, "two_rows": _two_rows}
BUSY: dict[str, Make] = {"plot": _plot, "bare_plot": _bare_plot, "scene": _scene}
KINDS = READ | SEVERAL | BUSY


def photo(kind: str, digits: list[Grey], rng: np.random.Generator) -> bytes:
    """One picture of that kind; it shows the first of `digits` alone unless it is of several."""
    sheet = Sheet(rng)
    sheet.pen = rng.uniform(0.1, 0.35)
    KINDS[kind](sheet, digits)
    return sheet.photo(rng.uniform(0.008, 0.025), rng.uniform(0.5, 1.4), int(rng.integers(65, 92)))
