"""Ink on a plain ground: a drawing, a scan, a screenshot, whose border shows nothing but the ground.

Ink as in `genmodels.data.paper`, which is for all other pictures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genmodels.data.pieces import blank, box3

Ink = NDArray[np.float32]

MIN_CONTRAST = 0.06  # of the full range; fainter pictures are blank
SMOOTH = 0.02  # noise of a ground without grain; a stroke may run off such a picture


def ink_on_plain_ground(grey: NDArray[np.float32]) -> tuple[Ink, bool] | None:
    """Separate ink from a ground that is as bright everywhere: subtract it, turn light ground over, cut the noise.

    Returns the ink and whether it was darker than its ground; None where the ground is not plain.
    Raises Problem: blank-picture.
    """
    ground, border = _ground(grey)
    difference = grey - ground
    smooth = box3(difference)
    dark = bool(-smooth.min() > smooth.max())
    if dark:
        difference, smooth = -difference, -smooth
    at_border = np.abs(difference[border])
    noise = 1.5 * float(np.median(at_border))  # about one standard deviation
    peak = float(smooth.max())
    if min(grey.shape) < 3 or (noise < SMOOTH and np.ptp(ground) <= 0.05 and peak < max(MIN_CONTRAST, 4 * noise)):
        raise blank(grey.shape)
    if noise >= SMOOTH or np.ptp(ground) > 0.05:
        return None
    full = float(np.quantile(difference[difference > peak / 2], 0.9))
    uneven = float((at_border > 0.3 * full).mean())
    opposite = float((difference < -0.3 * full).mean())  # lighter than the paper that carries dark ink
    covered = float((difference > 0.5 * full).mean())
    if uneven > (0.15 if noise < SMOOTH / 4 else 0.02) or opposite > 0.01 or covered > 0.6:
        return None
    floor = min(3 * noise, 0.5 * full)
    return ((difference - floor) / (full - floor)).clip(0, 1), dark


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
