"""Which of K vectors is the nearest one: along a ray, and everywhere in a plane, in a space of any dimension.

A point of a plane through o is p = o + c A with two coordinates c and axes A, and its squared distance to a vector e is

    |p - e|^2 = |c|^2 - 2 c . A(e - o) + |e - o|^2

The first term is the same for all vectors, and the rest is linear in c. So two vectors are equally near along a
straight line, and each of them is the nearest one within a convex polygon. The same holds on a ray, p = o + t u.

Shapes: K vectors of D numbers, N points, V corners. Float64 throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Corner = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, right, bottom and top of a rectangle in a plane."""

_PARALLEL = 1e-6  # what is left of a direction, as a share of it, when it is no new one


@dataclass(frozen=True)
class Plane:
    """A plane in a space of D dimensions: a point of it, (D,), and two orthonormal axes, (2, D)."""

    origin: Floats
    axes: Floats

    @classmethod
    def spanned(cls, origin: Floats, directions: Sequence[Floats]) -> Plane:
        """Through `origin` along the first two directions (D,) that are not parallel; D is at least 2.

        Where there are no two, some others serve. The first axis points along the first direction, and the second one
        to the side of the first on which the second direction points.
        """
        axes: list[Floats] = []
        for direction in [*directions, *np.eye(len(origin))]:
            rest = direction - sum((axis * (axis @ direction) for axis in axes), np.zeros_like(origin))
            if len(axes) < 2 and np.linalg.norm(rest) > _PARALLEL * np.linalg.norm(direction):
                axes.append(rest / np.linalg.norm(rest))
        return cls(origin, np.stack(axes))

    def coordinates(self, points: Floats) -> Floats:
        """Points (..., D) -> (..., 2); those outside the plane are projected into it."""
        inside: Floats = _products((points - self.origin)[..., None, :], self.axes)
        return inside

    def points(self, coordinates: Floats) -> Floats:
        """Coordinates (..., 2) -> points (..., D)."""
        outside: Floats = self.origin + coordinates @ self.axes
        return outside


def regions(plane: Plane, vectors: Floats, box: Box) -> dict[int, Floats]:
    """Where in the box each of the vectors (K, D) is the nearest: corners (V, 2), anticlockwise.

    A vector that is the nearest nowhere in the box is left out; of equal ones the first is taken, as by argmin.
    """
    left, right, bottom, top = box
    slopes, heights = 2 * plane.coordinates(vectors), np.square(vectors - plane.origin).sum(1)
    middle = np.array([(left + right) / 2, (bottom + top) / 2])
    first = np.unique(np.column_stack([slopes, heights]), axis=0, return_index=True)[1]
    order = first[np.argsort((heights - _products(slopes, middle))[first])]  # those that are near cut most away
    found = {}
    for k in order:
        polygon = [(left, bottom), (right, bottom), (right, top), (left, top)]
        normals, limits = slopes - slopes[k], heights - heights[k]
        for j in order:
            if polygon and j != k:
                polygon = list(_cut(polygon, float(normals[j, 0]), float(normals[j, 1]), float(limits[j])))
        if polygon:
            found[int(k)] = np.array(polygon)
    return found


def _cut(polygon: Sequence[Corner], a: float, b: float, limit: float) -> Iterator[Corner]:
    """What of a convex polygon has a x + b y < limit. Source: Sutherland and Hodgman 1974."""
    beyond = [a * x + b * y - limit for x, y in polygon]
    for i, (x, y) in enumerate(polygon):
        here, before = beyond[i], beyond[i - 1]
        if (here < 0) != (before < 0):
            share = before / (before - here)
            x_before, y_before = polygon[i - 1]
            yield x_before + share * (x - x_before), y_before + share * (y - y_before)
        if here < 0:
            yield x, y


def along(origin: Floats, direction: Floats, vectors: Floats, first: int) -> list[tuple[float, int]]:
    """The vectors that are the nearest on the ray origin + t direction, each with the t from which on it is.

    `first` is the one that is nearest at t = 0. Every next one lies further ahead, so the ray meets each at most once.
    """
    ahead, heights = 2 * _products(vectors, direction), np.square(vectors - origin).sum(1)
    met = [(0.0, first)]
    while True:
        t, k = met[-1]
        further = np.flatnonzero(ahead > ahead[k])
        if not len(further):
            return met
        border = (heights[further] - heights[k]) / (ahead[further] - ahead[k])
        next_one = int(np.argmin(border))
        met.append((max(t, float(border[next_one])), int(further[next_one])))


def _products(vectors: Floats, others: Floats) -> Floats:
    """Inner products along the last axis. Unlike those of matrices, they are the same for the same two vectors."""
    products: Floats = (vectors * others).sum(-1)
    return products
