"""What each step of the page on diffusion in the plane sets off in the stage, and what it dims."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lessons.plane import plane_flow
from lessons.plane.scene import Scene
from tests.app import component, open_page, settled

LAYERS = {"data", "arrows", "cloud", "trail", "guess", "point"}
DRAWN = (Path(plane_flow.__file__).parent / "component.js").read_text(encoding="utf-8")


def test_every_layer_of_the_canvas_has_the_opacity_of_its_part() -> None:
    assert set(re.findall(r'\bleft\("(\w+)"\)', DRAWN)) == LAYERS


def test_every_part_that_a_step_names_is_drawn_and_some_layers_are_left() -> None:
    named = [set(names.split()) for names in Scene.step_parts]
    assert len(named) == 4
    for parts in named:
        assert parts & LAYERS and LAYERS - parts, "something is set off, and something dimmed"
        assert parts <= LAYERS | {"left", "sigma"}


@pytest.mark.parametrize(("number", "formula"), [(1, {"arrows"}), (2, {"guess"}), (3, {"guess"}), (4, {"trail"})])
def test_a_step_sets_off_what_its_formula_speaks_of(number: int, formula: set[str]) -> None:
    app = settled(open_page("plane", steps="3", step=str(number)))
    assert formula | {"point"} <= set(component(app, "focus")["part"].split())
