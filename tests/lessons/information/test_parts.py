"""What each step of the information page sets off in the stage, and what it dims."""

from __future__ import annotations

import pytest

from lessons.information.scene import Scene
from tests.app import open_page
from tests.lessons.parts import containers, pieces, terms, walk_through
from ui.figures.style import REST

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
    seen = pieces(open_page("information", step=str(number)), CHART)
    full = {names for names, opacity in seen if opacity == 1}
    assert full - STAYS == STEPS[number]
    dimmed = {names for names, opacity in seen if opacity < 1}
    assert dimmed == {names for names, _ in seen} - STAYS - STEPS[number]
    assert dimmed
    assert all(opacity == pytest.approx(REST) for _, opacity in seen if opacity != 1)


def test_every_part_that_a_step_names_is_on_the_stage() -> None:
    app = open_page("information")
    there = " ".join([*(names for names, _ in pieces(app, CHART)), *terms(app), *containers(app.main)]).split()
    assert len(Scene.step_parts) == len(STEPS)
    assert set(" ".join(Scene.step_parts).split()) <= set(there)


@pytest.mark.parametrize(("number", "lit"), TERMS.items())
def test_a_step_sets_off_the_numbers_that_it_speaks_of(number: int, lit: list[bool]) -> None:
    parts = set(Scene.step_parts[number - 1].split())
    assert [not parts.isdisjoint(names.split()) for names in terms(open_page("information"))] == lit


def test_the_steps_are_walked_through_and_closed() -> None:
    walk_through("information", len(STEPS), CHART)
