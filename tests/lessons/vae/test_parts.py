"""What each step of the VAE's page sets off on the stage, which is drawn in the browser."""

from __future__ import annotations

import re

import pytest

from lessons.vae.scene import Scene
from tests.app import component, in_url, open_page
from ui.text import LESSONS

FILES = sorted((LESSONS / "vae" / "latent_plane").glob("*.js"))
STEPS = {1: {"x", "q"}, 2: {"q", "z"}, 3: {"z", "x", "xhat", "error"}, 4: {"q", "prior"}}


def drawn() -> set[str]:
    """The parts that the plane's scripts name."""
    script = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    parts = script[script.index("const PARTS") :]
    listed = re.findall(r': "([a-z]+)"', parts[: parts.index("};")])
    layers = re.findall(r'layer\("([a-z]+)"\)', script)
    numbers = re.findall(r'(?:of\(|signed\("[=+]", )"([a-z ]+)"', script)
    return set(" ".join([*listed, *layers, *numbers]).split())


def test_every_part_that_a_step_names_is_drawn_and_some_are_not_named() -> None:
    named = set(" ".join(Scene.step_parts).split())
    assert named < drawn()
    assert {"dots", "blend"} == drawn() - named


@pytest.mark.parametrize("number", STEPS)
def test_a_step_sets_off_what_it_speaks_of(number: int) -> None:
    app = open_page("vae", step=str(number))
    assert set(component(app, "focus")["part"].split()) == STEPS[number]


def test_the_steps_are_walked_through_and_closed() -> None:
    app = open_page("vae")
    for number in (*STEPS, None):
        app.button("vae-step-next").click().run()
        assert in_url(app, "step") == (number and str(number))
        assert set(component(app, "focus")["part"].split()) == STEPS.get(number or 0, set())
