"""What each step of the page on variational inference sets off in the stage, and what it dims."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from lessons.variational.figures import AXIS
from lessons.variational.scene import Scene
from tests.app import open_page
from tests.lessons.parts import drawn, markup, pieces, terms, walk_through
from ui.figures.style import REST

ALL = AXIS["name"]  # of the axis and its unit, which stay as long as one of the curves does
CHART = "densities"
STEPS = {
    1: {"prior", "likelihood", ALL},
    2: set[str](),
    3: {"posterior", ALL},
    4: {"q", ALL},
    5: {"posterior", "q", ALL},
}
BAR = {1: set[str](), 2: {"evidence"}, 3: set[str](), 4: {"elbo"}, 5: {"evidence", "elbo", "gap"}}  # and the equation


def area(app: AppTest) -> tuple[float, float]:
    """Opacity of the colours in which q's area and its edge are drawn."""
    q = next(one for one in drawn(app, CHART)["data"] if one["meta"] == "q")
    fill, edge = (re.findall(r"[\d.]+\)$", colour) for colour in (q["fillcolor"], q["line"]["color"]))
    return float(fill[0][:-1]), float(edge[0][:-1]) if edge else 1.0


def bar(app: AppTest) -> set[str]:
    """The parts of the bar."""
    return set(re.findall('data-part="([^"]*)" style="[^"]*opacity:var[(]--gm-part-', markup(app, "gm-bar")))


def test_at_rest_all_is_drawn_in_full() -> None:
    app = open_page("variational")
    assert all(opacity == 1 for _, opacity in pieces(app, CHART))
    assert area(app) == (0.12, 1)


@pytest.mark.parametrize("number", STEPS)
def test_a_step_sets_off_its_curves_and_dims_the_rest(number: int) -> None:
    app = open_page("variational", step=str(number))
    seen = pieces(app, CHART)
    assert {names for names, opacity in seen if opacity == 1} == STEPS[number]
    assert {names for names, opacity in seen if opacity == pytest.approx(REST)} == {n for n, _ in seen} - STEPS[number]
    left = 1 if "q" in STEPS[number] else REST
    assert area(app) == pytest.approx((0.12 * left, left)), "the area too, whose opacity Plotly does not heed"


def test_every_part_that_a_step_names_is_on_the_stage() -> None:
    app = open_page("variational")
    assert len(Scene.step_parts) == len(STEPS)
    there = " ".join([*(names for names, _ in pieces(app, CHART)), *terms(app)]).split()
    assert set(" ".join(Scene.step_parts).split()) <= set(there)


@pytest.mark.parametrize(("number", "lit"), BAR.items())
def test_a_step_sets_off_what_it_speaks_of_in_the_bar_and_in_the_sum(number: int, lit: set[str]) -> None:
    app, parts = open_page("variational"), set(Scene.step_parts[number - 1].split())
    assert bar(app) == set(terms(app)) == {"evidence", "elbo", "gap"}
    assert bar(app) & parts == lit


def test_the_steps_are_walked_through_and_closed() -> None:
    walk_through("variational", len(STEPS), CHART)
