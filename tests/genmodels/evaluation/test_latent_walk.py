"""A walk on the sphere: ends, equal angles, lengths, and the directions between which there is no single way."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch

from genmodels.evaluation import latent_walk

A, B = torch.randn(2, 64, generator=torch.Generator().manual_seed(0))


def test_it_begins_at_one_end_and_ends_at_the_other() -> None:
    walk = latent_walk.great_circle(A, B, 11)
    assert torch.allclose(walk[0], A, atol=1e-5) and torch.allclose(walk[-1], B, atol=1e-5)


def test_its_steps_are_equal_angles_and_its_lengths_lie_between() -> None:
    walk = latent_walk.great_circle(A, B, 11)
    angles = [float(latent_walk.angle(one, other)) for one, other in pairwise(walk)]
    assert angles == pytest.approx([float(latent_walk.angle(A, B)) / 10] * 10, abs=1e-4)
    lengths = walk.norm(dim=1)
    assert torch.allclose(lengths, torch.linspace(float(A.norm()), float(B.norm()), 11), atol=1e-4)


def test_the_straight_line_would_pass_nearer_to_the_origin() -> None:
    middle = latent_walk.great_circle(A, B, 3)[1]
    assert middle.norm() > 1.2 * ((A + B) / 2).norm()


def test_right_angle() -> None:
    walk = latent_walk.great_circle(torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0]), 3)
    assert torch.allclose(walk[1], torch.full((2,), math.sqrt(2)), atol=1e-6)


@pytest.mark.parametrize("other", [2.0, -1.0])
def test_the_same_way_or_the_opposite_one_is_a_straight_line(other: float) -> None:
    walk = latent_walk.great_circle(A, other * A, 5)
    assert torch.isfinite(walk).all()
    assert torch.allclose(walk[2], (1 + other) / 2 * A, atol=1e-4)
