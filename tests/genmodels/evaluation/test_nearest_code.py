"""The nearest of K vectors, in a plane and on a ray: against trying all of them."""

from __future__ import annotations

import numpy as np
import pytest

from genmodels.evaluation import nearest_code
from genmodels.evaluation.nearest_code import Floats, Plane

BOX = (-2.0, 3.0, -1.5, 2.5)


def drawn(seed: int, num_codes: int = 40, dims: int = 6) -> tuple[Plane, Floats]:
    rng = np.random.default_rng(seed)
    vectors = 1.5 * rng.standard_normal((num_codes, dims))
    return Plane.spanned(rng.standard_normal(dims), list(rng.standard_normal((2, dims)))), vectors


def tried(points: Floats, vectors: Floats) -> tuple[Floats, Floats]:
    """Which is the nearest of all, and by how much the next one is farther."""
    distances = np.linalg.norm(points[..., None, :] - vectors, axis=-1)
    best = np.sort(distances, axis=-1)
    return distances.argmin(-1), best[..., 1] - best[..., 0]


def holds(corners: Floats, places: Floats) -> np.ndarray:
    """Whether places (N, 2) are to the left of all sides."""
    sides, away = np.roll(corners, -1, 0) - corners, places[:, None] - corners
    return np.asarray((sides[:, 0] * away[..., 1] - sides[:, 1] * away[..., 0] >= -1e-12).all(1))


def area(corners: Floats) -> float:
    x, y = corners.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_a_plane_is_spanned_by_two_directions() -> None:
    rng = np.random.default_rng(0)
    origin, first, second = rng.standard_normal((3, 7))
    plane = Plane.spanned(origin, [first, second])
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    inside = origin + 2 * first - 3 * second
    np.testing.assert_allclose(plane.points(plane.coordinates(inside)), inside, atol=1e-12)
    np.testing.assert_allclose(plane.coordinates(origin + first), [np.linalg.norm(first), 0], atol=1e-12)
    assert plane.coordinates(origin + second)[1] > 0


@pytest.mark.parametrize("second", [[0.0, 0, 0], [2.0, 4, 4], [-1.0, -2, -2], [1.0, 2, 2 + 1e-9]])
def test_directions_that_span_no_plane_get_help(second: list[float]) -> None:
    first = np.array([1.0, 2.0, 2.0])
    plane = Plane.spanned(np.ones(3), [first, np.array(second)])
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(plane.coordinates(np.ones(3) + first), [3, 0], atol=1e-12)
    np.testing.assert_allclose(Plane.spanned(np.ones(3), [np.zeros(3), first]).axes[0], first / 3)


@pytest.mark.parametrize("seed", range(8))
def test_the_regions_are_where_trying_all_finds_their_code(seed: int) -> None:
    plane, vectors = drawn(seed)
    found = nearest_code.regions(plane, vectors, BOX)
    left, right, bottom, top = BOX
    places = np.stack(np.meshgrid(np.linspace(left, right, 101), np.linspace(bottom, top, 101)), -1).reshape(-1, 2)
    nearest, margin = tried(plane.points(places), vectors)
    assert set(nearest) <= set(found) and len(found) > 3
    for code, corners in found.items():
        clear = margin > 1e-9
        assert np.array_equal(holds(corners, places)[clear], (nearest == code)[clear]), code


@pytest.mark.parametrize("seed", range(8))
def test_the_regions_fill_the_box_once(seed: int) -> None:
    plane, vectors = drawn(seed, num_codes=100)
    areas = [area(corners) for corners in nearest_code.regions(plane, vectors, BOX).values()]
    assert min(areas) > 0 and sum(areas) == pytest.approx(20)


def test_of_codes_at_the_same_place_the_first_counts() -> None:
    """Revival may put two dead codes on the same vector."""
    plane, vectors = drawn(1)
    once, twice = (nearest_code.regions(plane, each, BOX) for each in (vectors, np.tile(vectors, (3, 1))))
    assert twice.keys() == once.keys() and all(np.array_equal(twice[code], once[code]) for code in once)
    way = plane.axes[0]
    met = [nearest_code.along(plane.origin, way, each, 2) for each in (vectors, np.tile(vectors, (3, 1)))]
    assert met[0] == met[1]


@pytest.mark.parametrize("seed", range(20))
def test_the_ray_meets_what_trying_all_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, origin = rng.standard_normal((30, 4)), rng.standard_normal(4)
    direction = rng.standard_normal(4)
    direction /= np.linalg.norm(direction)
    met = nearest_code.along(origin, direction, vectors, int(tried(origin, vectors)[0]))
    begins = np.array([t for t, _ in met])
    assert begins[0] == 0 and (np.diff(begins) > 0).all() and len({code for _, code in met}) == len(met)
    t = np.linspace(0, 50, 4001)
    nearest, margin = tried(origin + t[:, None] * direction, vectors)
    told = np.array([code for _, code in met])[np.searchsorted(begins, t, side="right") - 1]
    assert np.array_equal(told[margin > 1e-9], nearest[margin > 1e-9])
    for begin in begins[1:]:
        assert tried(origin + begin * direction, vectors)[1] < 1e-9


def test_a_ray_without_a_direction_goes_nowhere() -> None:
    _, vectors = drawn(0)
    assert nearest_code.along(np.zeros(6), np.zeros(6), vectors, 7) == [(0.0, 7)]
