"""What each step of the page on the denoiser sets off in the stage, and what it dims."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons.denoiser import denoiser
from lessons.denoiser.scene import Scene
from tests.app import component, open_page, settled

PICTURES = {"xt", "x0", "eps", "mean", "added", "next"}
NUMBERS = {"t", "left", "sigma", "read"}
DRAWN = (Path(denoiser.__file__).parent / "component.js").read_text(encoding="utf-8")


def test_every_part_that_a_step_names_is_drawn_and_some_are_left() -> None:
    named = [set(names.split()) for names in Scene.step_parts]
    assert len(named) == 4
    for parts in named:
        assert parts and parts < PICTURES | NUMBERS
    assert all(f'"{name}"' in DRAWN for name in PICTURES | NUMBERS)


@pytest.mark.parametrize(("number", "formula"), [(1, {"xt", "eps"}), (2, {"x0"}), (3, {"mean"}), (4, {"next"})])
def test_a_step_sets_off_the_pictures_of_its_formula(number: int, formula: set[str]) -> None:
    app = settled(open_page("denoiser", steps="3", step=str(number)))
    part = set(component(app, "focus")["part"].split())
    assert formula <= part
    assert not component(settled(open_page("denoiser", steps="3")), "focus")["part"]
