"""Ink on photographed paper: what is darker than the paper around it, whatever light lies on both.

Shapes: H, W the picture; grey float32 in [0, 1]; its ink float32 (H, W), 0 for paper and 1 for full ink.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Ink = NDArray[np.float32]

WIDEST_STROKE = 0.34  # of the longer side; what is darker and wider is light on the paper, or the desk beside it
EDGE = 0.016  # of the longer side; so far from the edge of a shadow the paper counts as lying in it
FAINTEST = 0.06  # of the light that the paper gives back; fainter marks are none
FLOOR = 0.3  # of full ink; what is fainter is paper
SMALL = 256  # pixels; the paper is looked for in a picture of this size


def ink_on_paper(grey: NDArray[np.float32]) -> tuple[Ink, bool, bool]:
    """Separate ink from paper under any light. Returns the ink, whether it was darker than its ground, and whether
    the light was uneven; ink that is 0 throughout where nothing can be seen.
    """
    smooth = ndimage.gaussian_filter(grey, max(grey.shape) / 400)
    small = _small(smooth)
    reach = _reach(WIDEST_STROKE, small.shape, grey.shape)
    dark_ink = _mostly_light(small, reach)
    if not dark_ink:
        smooth, small = 1 - smooth, 1 - small
    ground = _large(ndimage.grey_closing(small, reach, mode="nearest"), grey.shape)
    mark = (1 - smooth / np.maximum(ground, 0.02)).clip(0, 1)
    noise = 1.5 * float(np.median(np.abs(mark - np.median(mark))))
    peak = float(np.quantile(mark, 0.998))
    uneven = float(np.ptp(np.quantile(ground, (0.02, 0.98)))) > 0.05
    if peak < max(FAINTEST, 5 * noise):
        return np.zeros_like(grey), dark_ink, uneven
    full = float(np.quantile(mark[mark > peak / 2], 0.8))
    grain = 4 * noise * np.median(ground) / np.maximum(ground, 0.02)  # of a photo it is the same in light and shadow
    floor = grain.clip(FLOOR * full, 0.6 * full)
    return ((mark - floor) / (full - floor)).clip(0, 1).astype(np.float32), dark_ink, uneven


def _small(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    size = min(SMALL, grey.shape[1]), min(SMALL, grey.shape[0])
    return ndimage.median_filter(np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX)), 3)


def _reach(share: float, small: tuple[int, ...], shape: tuple[int, ...]) -> list[int]:
    """Odd numbers of pixels of the small picture that are `share` of the longer side of one of `shape`."""
    length = share * max(shape) / 2
    return [2 * max(1, round(length * here / there)) + 1 for here, there in zip(small, shape, strict=True)]


def _mostly_light(small: NDArray[np.float32], reach: list[int]) -> bool:
    """Whether the ground is the lighter of the two where there are strokes: it takes more room than they do."""
    low, high = ndimage.minimum_filter(small, reach), ndimage.maximum_filter(small, reach)
    around = high - low > 0.5 * (high - low).max()
    return bool(((small - low) / np.maximum(high - low, 1e-3))[around].mean() >= 0.5)


def _large(ground: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The ground at every pixel; near the edge of a shadow the paper counts as lying in it."""
    darkest = ndimage.minimum_filter(ground, _reach(2 * EDGE, ground.shape, shape), mode="nearest")
    return np.asarray(Image.fromarray(darkest).resize((shape[1], shape[0]), Image.Resampling.BILINEAR))
