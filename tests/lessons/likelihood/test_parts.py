"""What each step of the likelihood page sets off in the stage, and what it dims."""

from __future__ import annotations

import pytest

from lessons.likelihood.figures import EVERY
from lessons.likelihood.scene import Scene
from tests.app import open_page
from tests.lessons.parts import lit, on_the_stage, pieces, set_off, walk_through

STAYS = {EVERY}  # an axis, and the line of a control
CHART = "looks"
STEPS = {
    1: {"likelihood"},
    2: {"log"},
    3: {"score", "peak"},
    4: {"log", "curvature", "intervals", "peak"},
}
TERMS = {1: [False] * 3, 2: [True] * 3, 3: [False] * 3, 4: [False] * 3}
OWN = {"balls"}  # of the urn; test_browser.py sees it dimmed


def test_at_rest_all_is_drawn_in_full() -> None:
    assert all(opacity in (None, 1) for _, opacity in pieces(open_page("likelihood"), CHART))


@pytest.mark.parametrize("number", STEPS)
def test_a_step_sets_off_its_part_and_dims_the_rest(number: int) -> None:
    assert set_off("likelihood", CHART, number, STAYS) == STEPS[number]


def test_every_part_that_a_step_names_is_on_the_stage() -> None:
    assert len(Scene.step_parts) == len(STEPS)
    assert set(" ".join(Scene.step_parts).split()) <= on_the_stage("likelihood", CHART) | OWN


@pytest.mark.parametrize(("number", "numbers"), TERMS.items())
def test_a_step_sets_off_the_numbers_that_it_speaks_of(number: int, numbers: list[bool]) -> None:
    assert lit("likelihood", Scene.step_parts[number - 1]) == numbers


def test_the_steps_are_walked_through_and_closed() -> None:
    walk_through("likelihood", len(STEPS), CHART)
