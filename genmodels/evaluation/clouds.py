"""How two clouds of features lie in each other: quality and variety of drawn pictures told apart by nearest neighbours.

Around each point of a cloud lies a ball that reaches to its k-th nearest neighbour within the cloud: together they are
where the cloud is. What is drawn should lie in the balls of the real ones (precision), and what is real in the balls of
the drawn ones (recall). A far-off point has a large ball, in which anything lies; so one may rather count how many
real balls a drawn point lies in (density), and which real balls have a drawn point in them (coverage). And if one
takes a point out, is its nearest neighbour of its own kind? If the two clouds are one, half of the times.

Shapes: N real points, M drawn points, F features. A point on the edge of a ball is in it. All numbers depend on N, M
and k: state them, and compare with what real pictures get at the same ones.
Sources: Kynkaanniemi et al. 2019, "Improved precision and recall metric for assessing generative models", arXiv
1904.06991, equations 1 and 2; Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models",
arXiv 2002.09797, equations 2 and 3; Lopez-Paz and Oquab 2017, "Revisiting classifier two-sample tests", arXiv
1610.06545, with the nearest neighbour as classifier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genmodels.errors import Problem
from genmodels.evaluation.comparison import Neighbours

K = 5
Array = NDArray[np.float64]
_ROWS = 256  # of a table of distances at once: 20 MB where there are 10,000 columns
# A squared distance is had as |x|^2 - 2 x.y + |y|^2, in which rounding leaves this share of |x|^2 + |y|^2 at most. What
# is nearer to a border than that lies on it; otherwise copies of one picture would lie beside each other.
_ROUNDING = 1e-12


class Cloud(NamedTuple):
    """Points (N, F), their squared norms (N,), and squared distances (N,) to the nearest and the k-th nearest other."""

    points: Array
    squares: Array
    nearest: Array
    radii: Array


class Crossing(NamedTuple):
    """What one cloud is to another, for points (N,) and others (M,).

    `balls_of_points` (M,) is in how many balls of points each of the others lies, and `in_others` (N,) whether a point
    lies in a ball of any other. `nearest_other` (N,) and `nearest_point` (M,) are squared distances.
    """

    balls_of_points: NDArray[np.int64]
    in_others: NDArray[np.bool_]
    nearest_other: Array
    nearest_point: Array


def neighbours(real: NDArray[np.floating], drawn: NDArray[np.floating], k: int = K) -> Neighbours:
    """All measures of drawn points (M, F) against real ones (N, F), by balls to the k-th nearest neighbour.

    With the two exchanged, precision is recall, and recall is precision. `n` is the smaller of N and M.
    Raises Problem where there are not more than k of each, and for features that are not numbers.
    """
    real, drawn = _checked(real, k), _checked(drawn, k)
    # far from 0 the squares would be large and their differences lost
    centre = (real.mean(0) + drawn.mean(0)) / 2
    own, made = _cloud(real - centre, k), _cloud(drawn - centre, k)
    met = _crossing(own, made)
    real_told = _told_apart(own, met.nearest_other)
    drawn_told = _told_apart(made, met.nearest_point)
    return Neighbours(
        n=min(len(real), len(drawn)),
        k=k,
        precision=float((met.balls_of_points > 0).mean()),
        recall=float(met.in_others.mean()),
        density=float(met.balls_of_points.mean() / k),
        coverage=float((met.nearest_other <= own.radii).mean()),
        one_nn=float(np.concatenate([real_told, drawn_told]).mean()),
        one_nn_real=float(real_told.mean()),
        one_nn_drawn=float(drawn_told.mean()),
    )


def _checked(features: NDArray[np.floating], k: int) -> Array:
    values = np.asarray(features, np.float64)
    if values.ndim != 2 or len(values) <= k:
        sentence = "{n} pictures are too few to have {k} neighbours each; take {fewest} or more."
        raise Problem("too-few-neighbours", sentence, n=len(values) if values.ndim else 0, k=k, fewest=k + 1)
    if not np.isfinite(values).all():
        raise Problem("features-not-finite", "Some pictures are not numbers; the model that drew them has diverged.")
    return values


def _cloud(points: Array, k: int) -> Cloud:
    squares = np.einsum("nf,nf->n", points, points)
    nearest, radii = np.empty(len(points)), np.empty(len(points))
    for rows, table in _tables(points, squares, points, squares):
        table[np.arange(len(table)), np.arange(rows.start, rows.start + len(table))] = np.inf  # a point and itself
        table.partition(k - 1, axis=1)
        nearest[rows], radii[rows] = table[:, :k].min(1), table[:, k - 1]
    return Cloud(points, squares, nearest.clip(0), radii.clip(0))


def _crossing(cloud: Cloud, other: Cloud) -> Crossing:
    n, m = len(cloud.points), len(other.points)
    balls, inside = np.zeros(m, np.int64), np.empty(n, np.bool_)
    nearest_other, nearest_point = np.empty(n), np.full(m, np.inf)
    shrunk = 1 - _ROUNDING  # one pass over the table less than to widen the balls
    squares = cloud.squares * shrunk, other.squares * shrunk
    for rows, table in _tables(cloud.points, squares[0], other.points, squares[1]):
        balls += (table <= cloud.radii[rows, None]).sum(0)
        inside[rows] = (table <= other.radii).any(1)
        nearest_other[rows] = table.min(1)
        np.minimum(nearest_point, table.min(0), out=nearest_point)
    return Crossing(balls, inside, nearest_other.clip(0), nearest_point.clip(0))


def _tables(one: Array, squares: Array, other: Array, other_squares: Array) -> Iterator[tuple[slice, Array]]:
    """Squared distances, a few rows at a time: which rows (R,), and the table (R, M), good until the next one."""
    memory = np.empty((_ROWS, len(other)))  # to ask for it anew each time takes longer than to fill it
    for start in range(0, len(one), _ROWS):
        rows = slice(start, start + _ROWS)
        table = np.matmul(-2 * one[rows], other.T, out=memory[: len(one[rows])])
        table += squares[rows, None]
        table += other_squares
        yield rows, table


def _told_apart(cloud: Cloud, nearest_other: Array) -> Array:
    """Whether each point's nearest neighbour is of its own cloud, (N,): 1, 0, or 1/2 where both are as near."""
    lead = nearest_other - cloud.nearest
    return np.where(np.abs(lead) <= 4 * _ROUNDING * _scale(cloud), 0.5, lead > 0)


def _scale(cloud: Cloud) -> Array:
    """What rounding is to be seen beside, for each point (N,): the numbers that distances to near ones come from."""
    return cloud.squares + cloud.nearest
