"""What each step of the page on Gaussians sets off in the stage, and what it dims."""

from __future__ import annotations

import pytest

from lessons.gaussian_kl.scene import Scene
from tests.app import open_page
from tests.lessons.parts import containers, pieces, terms, walk_through
from ui.figures.style import REST

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
    seen = pieces(open_page("gaussian_kl", step=str(number)), CHART)
    full = {names for names, opacity in seen if opacity == 1}
    assert full - STAYS == STEPS[number]
    dimmed = {names for names, opacity in seen if opacity < 1}
    assert dimmed == {names for names, _ in seen} - STAYS - STEPS[number]
    assert dimmed
    assert all(opacity == pytest.approx(REST) for _, opacity in seen if opacity != 1)


def test_every_part_that_a_step_names_is_on_the_stage() -> None:
    app = open_page("gaussian_kl")
    there = " ".join([*(names for names, _ in pieces(app, CHART)), *terms(app), *containers(app.main)]).split()
    assert len(Scene.step_parts) == len(STEPS)
    assert set(" ".join(Scene.step_parts).split()) <= set(there)


@pytest.mark.parametrize(("number", "lit"), TERMS.items())
def test_a_step_sets_off_the_numbers_that_it_speaks_of(number: int, lit: list[bool]) -> None:
    parts = set(Scene.step_parts[number - 1].split())
    assert [not parts.isdisjoint(names.split()) for names in terms(open_page("gaussian_kl"))] == lit


def test_the_steps_are_walked_through_and_closed() -> None:
    walk_through("gaussian_kl", len(STEPS), CHART)
