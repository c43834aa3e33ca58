"""What each step of the page on Gaussians sets off in the stage, and what it dims."""

from __future__ import annotations

import pytest

from lessons.gaussian_kl.scene import Scene
from tests.app import open_page
from tests.lessons.parts import lit, on_the_stage, pieces, set_off, walk_through

STAYS: set[str] = set()
RULERS = {"p rulers", "q rulers"}
CHART = "pair"
STEPS = {
    1: {"p", "q", "p q"} | RULERS,
    2: {"p", "p q", "p rulers", "forward"},
    3: RULERS,
    4: {"q", "p q", "q rulers", "reverse"},
}
TERMS = {1: [False] * 4, 2: [True, False, False, False], 3: [True] * 4, 4: [False] * 4}


def test_at_rest_all_is_drawn_in_full() -> None:
    assert all(opacity in (None, 1) for _, opacity in pieces(open_page("gaussian_kl"), CHART))


@pytest.mark.parametrize("number", STEPS)
def test_a_step_sets_off_its_part_and_dims_the_rest(number: int) -> None:
    assert set_off("gaussian_kl", CHART, number, STAYS) == STEPS[number]


def test_every_part_that_a_step_names_is_on_the_stage() -> None:
    assert len(Scene.step_parts) == len(STEPS)
    assert set(" ".join(Scene.step_parts).split()) <= on_the_stage("gaussian_kl", CHART)


@pytest.mark.parametrize(("number", "numbers"), TERMS.items())
def test_a_step_sets_off_the_numbers_that_it_speaks_of(number: int, numbers: list[bool]) -> None:
    assert lit("gaussian_kl", Scene.step_parts[number - 1]) == numbers


def test_the_steps_are_walked_through_and_closed() -> None:
    walk_through("gaussian_kl", len(STEPS), CHART)
