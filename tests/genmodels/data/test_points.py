"""Points in the plane: drawn by code always the same, by hand as they were drawn; a damaged drawing gets a sentence."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genmodels.data import point_sets, points
from genmodels.errors import Problem
from genmodels.training import loop, recipes


@pytest.mark.parametrize("name", points.SETS)
def test_a_set_is_the_same_every_time_and_as_wide_as_a_normal(name: str) -> None:
    train, test = points.load(name, "train"), points.load(name, "test")
    assert torch.equal(train.points, points.load(name, "train").points)
    assert (len(train), len(test)) == (20_000, 2_000)
    assert not torch.equal(train.points[:2000], test.points)
    assert train.points.mean(0).abs().max() < 0.05
    assert abs(float(train.points.square().mean()) - 1) < 0.05


def test_the_sets_have_their_shapes() -> None:
    rng = np.random.default_rng(0)
    radius = np.hypot(*points.ring(4000, rng).T)
    assert np.quantile(np.abs(radius - 1 / 0.71), 0.99) < 0.25
    column, row = np.floor(points.checkerboard(4000, rng) * 1.155 + 2).T
    assert set((column + row) % 2) == {0}, "half of the fields are empty"
    assert all((column == one).mean() > 0.2 for one in range(4))


@given(arrays(np.float64, (20, 2), elements=st.floats(-3, 3)))
def test_a_drawing_survives_a_link(drawn: np.ndarray) -> None:
    assert np.abs(points.from_token(points.to_token(drawn)) - drawn).max() <= 3 / 255 + 1e-9


@pytest.mark.parametrize("token", ["", "!", "AAA", "A" * 26, "é" * 40, "A" * 100_000])
def test_a_damaged_drawing_is_refused_with_a_sentence(token: str) -> None:
    with pytest.raises(Problem, match="draw"):
        points.from_token(token)


def test_a_drawing_is_learned_from_around_its_points() -> None:
    token = points.to_token(np.array([[0.0, 0.0], [2.0, 1.0]] * 5))
    learned = points.drawn(token, "train").points
    near = torch.minimum(learned.norm(dim=1), (learned - torch.tensor([2.0, 1.0])).norm(dim=1))
    assert near.max() < 6 * points.JITTER
    assert 0.45 < (learned[:, 0] > 1).float().mean() < 0.55


def test_own_points_and_their_name_go_together() -> None:
    token = points.to_token(np.zeros((10, 2)))
    assert recipes.make("ddpm-points", data="drawn", drawn=token).examples("test").batch().shape == (2000, 2)
    for settings in ({"data": "drawn"}, {"drawn": token}, {"data": "drawn", "drawn": "<script>"}):
        with pytest.raises(Problem):
            recipes.make("ddpm-points", **settings)


def test_every_set_has_a_key_of_its_own() -> None:
    own = {"drawn": points.to_token(np.zeros((10, 2)))}
    made = [recipes.make("ddpm-points", data=name, **own if name == "drawn" else {}) for name in point_sets()]
    assert len({recipes.key(recipe) for recipe in made}) == len(point_sets())


@pytest.mark.parametrize(("predicts", "share"), [("noise", 0.9), ("v", 0.95)])
def test_a_short_training_on_points_learns(predicts: str, share: float) -> None:
    first, *_, last = loop.train("ddpm-points", epochs=1, hidden_dim=32, predicts=predicts)
    assert last.losses["test_total"] < share * first.losses["test_total"]
    assert last.model.sample(50, torch.Generator().manual_seed(0), steps=10).shape == (50, 2)


@pytest.mark.parametrize(("name", "gain"), [("ring", (0.0, 0.01)), ("two-moons", (0.1, 1.0))])
def test_the_ring_leaves_no_straight_line_to_v(name: str, gain: tuple[float, float]) -> None:
    """What the plane's page says of v: there the best linear guess takes nothing off the error, which begins at 1."""
    x0 = points.load(name, "train").points.numpy()
    eps = np.random.default_rng(0).normal(size=x0.shape)
    signal, noisy = 0.6**0.5, 0.4**0.5
    xt, v = signal * x0 + noisy * eps, signal * eps - noisy * x0
    residual = v - xt @ np.linalg.lstsq(xt, v)[0]
    assert np.square(v).mean() == pytest.approx(1, abs=0.05)
    assert gain[0] <= 1 - np.square(residual).mean() / np.square(v).mean() <= gain[1]
