"""What each step of the page on the forward process sets off in the stage, and what it dims."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from lessons.noising.scene import Scene
from tests.browser.helpers import Open
from ui.figures.style import REST

PARTS = {"steps", "jump", "signal", "noise"}
STEPS = ("steps", "noise", "signal", "jump")
OPACITIES = """(one) => [...one.querySelectorAll('[data-part]')].map(
    (piece) => [piece.dataset.part, Number(getComputedStyle(piece).opacity)])"""


def pieces(page: Page) -> list[tuple[set[str], float]]:
    """Of every piece of picture, curves, table and equation: the parts to which it belongs, and its opacity."""
    return [(set(names.split()), opacity) for names, opacity in page.locator(".noising").evaluate(OPACITIES)]


def test_at_rest_all_is_drawn_in_full(whole: Open) -> None:
    seen = pieces(whole("noising").page)
    assert set.union(*(names for names, _ in seen)) == PARTS
    assert all(opacity == 1 for _, opacity in seen)


def test_a_step_sets_off_its_part_and_dims_the_rest(whole: Open) -> None:
    assert Scene.step_parts == STEPS
    page = whole("noising").page
    for number, part in enumerate((*STEPS, ""), 1):
        page.locator(".st-key-noising-step-next button").click()
        expect(page.locator(":root")).to_have_attribute("data-part", part)
        page.wait_for_timeout(400)  # what is dimmed changes in 240 ms
        for names, opacity in pieces(page):
            assert opacity == pytest.approx(1 if part in names or not part else REST), f"step {number}: {names}"


def test_curves_that_are_drawn_anew_stay_as_dim(whole: Open) -> None:
    one = whole("noising", step=2)
    one.page.locator(".noising input[type=range]").press("End")
    one.settled()
    for names, opacity in pieces(one.page):
        assert opacity == pytest.approx(1 if "noise" in names else REST), names
