"""What each step of the information page sets off in the stage, and what it dims."""

from __future__ import annotations

import pytest

from lessons.information.scene import Scene
from tests.app import open_page
from tests.lessons.parts import lit, on_the_stage, pieces, set_off, walk_through

STAYS: set[str] = set()
CHART = "stacked"
STEPS = {
    1: set[str](),  # the bars alone, which test_browser.py sees
    2: {"entropy cross"},
    3: {"entropy cross", "divergence cross", "cross"},
    4: {"divergence cross", "divergence"},
}
TERMS = {1: [False] * 3, 2: [False, True, False], 3: [True, False, False], 4: [True] * 3}


def test_at_rest_all_is_drawn_in_full() -> None:
    assert all(opacity in (None, 1) for _, opacity in pieces(open_page("information"), CHART))


@pytest.mark.parametrize("number", STEPS)
def test_a_step_sets_off_its_part_and_dims_the_rest(number: int) -> None:
    assert set_off("information", CHART, number, STAYS) == STEPS[number]


def test_every_part_that_a_step_names_is_on_the_stage() -> None:
    assert len(Scene.step_parts) == len(STEPS)
    assert set(" ".join(Scene.step_parts).split()) <= on_the_stage("information", CHART)


@pytest.mark.parametrize(("number", "numbers"), TERMS.items())
def test_a_step_sets_off_the_numbers_that_it_speaks_of(number: int, numbers: list[bool]) -> None:
    assert lit("information", Scene.step_parts[number - 1]) == numbers


def test_the_steps_are_walked_through_and_closed() -> None:
    walk_through("information", len(STEPS), CHART)
