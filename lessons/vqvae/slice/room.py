"""Where the number of each region has room: away from its borders, the arrows and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from genmodels.evaluation.straight import StraightThrough

Floats = NDArray[np.float64]

NARROW = 280  # CSS pixels of the slice's side at least
CLEAR = 13  # around a number, or it has no room
HANDLE = 12  # radius of what is dragged, which stands at the end of the ray first
LATTICE = 33  # places along either side that are tried


def numbers(found: StraightThrough) -> dict[int, tuple[float, float]]:
    """The place with the most room in the region of each code, where there is enough."""
    left, right, bottom, top = found.box
    pixels = NARROW / (right - left)
    at = np.stack(np.meshgrid(np.linspace(left, right, LATTICE), np.linspace(bottom, top, LATTICE)), -1).reshape(-1, 2)
    edges = np.min([at[:, 0] - left, right - at[:, 0], at[:, 1] - bottom, top - at[:, 1]], axis=0)
    taken = np.minimum(edges, _from_marks(found, at, pixels))
    placed = {}
    for code, corners in found.regions.items():
        room = np.minimum(_inside(at, corners), taken)
        best = int(room.argmax())
        if room[best] * pixels >= CLEAR:
            placed[code] = (float(at[best, 0]), float(at[best, 1]))
    return placed


def _inside(at: Floats, corners: Floats) -> Floats:
    """How far places (N, 2) are from the edges of a polygon (V, 2), anticlockwise; negative outside."""
    sides = np.roll(corners, -1, 0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    sides, corners = sides[lengths > 0] / lengths[lengths > 0, None], corners[lengths > 0]
    away = at[:, None] - corners
    inward: Floats = (sides[:, 0] * away[..., 1] - sides[:, 1] * away[..., 0]).min(1)
    return inward


def _from_marks(found: StraightThrough, at: Floats, pixels: float) -> Floats:
    """How far places (N, 2) are from the ray, the arrows and the names of all of them, as component.js sets them."""
    e, ray, tip = np.array([found.distance, 0]), found.reach * found.descent, found.descent * found.slope / found.scale
    below, left = np.array([0, -20]) / pixels, np.array([-60, 0]) / pixels
    pairs = [(np.zeros(2), ray), (np.zeros(2), e), (e, e + tip), (below, e + below), (2 * below, e + 2 * below)]
    above, beside = ray + np.array([0, 16]) / pixels, np.array([0, -10 if tip[0] < 0 else 10]) / pixels
    pairs += [(e + tip, e + tip + np.array([24, 10]) / pixels), (tip + beside, tip + beside + left)]
    pairs += [(above, above - left if ray[0] < 0 else above + left)]
    handle = _from_line(at, ray, ray) - HANDLE / pixels
    nearest: Floats = np.min([handle, *(_from_line(at, start, end) for start, end in pairs)], axis=0)
    return nearest


def _from_line(at: Floats, start: Floats, end: Floats) -> Floats:
    """Of places (N, 2) to the line between two points."""
    way = end - start
    share = np.clip((at - start) @ way / max(float(way @ way), 1e-30), 0, 1)
    distance: Floats = np.linalg.norm(at - start - share[:, None] * way, axis=1)
    return distance
