"""What each step of the Markov page sets off in the stage, and what it dims."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from lessons.markov.scene import Scene
from tests.browser.helpers import Open
from ui.figures.style import REST

PARTS = ("transitions", "visits", "distribution", "limit")
STEPS = ("transitions", "transitions distribution", "limit", "distribution limit")
OPACITIES = """(one) => [...one.querySelectorAll('[data-part]')].map(
    (piece) => [piece.dataset.part, Number(getComputedStyle(piece).opacity)])"""


def pieces(page: Page) -> dict[str, set[float]]:
    """What is left of each part of the graph, of its table and of the live equation."""
    found: dict[str, set[float]] = {}
    for place in (".chain", ".st-key-stage .gm-equation"):
        for part, opacity in page.locator(place).evaluate(OPACITIES):
            found.setdefault(part, set()).add(round(opacity, 2))
    return found


def come_to_rest(page: Page, part: str) -> None:
    """Wait until this is set off, and what is dimmed has changed, which takes 240 ms."""
    expect(page.locator(":root")).to_have_attribute("data-part", part)
    page.wait_for_timeout(400)


def test_the_steps_set_off_their_part_and_dim_the_rest(whole: Open) -> None:
    assert Scene.step_parts == STEPS
    page = whole("markov").page
    assert pieces(page) == {part: {1.0} for part in PARTS}
    for number, kept in enumerate((*STEPS, ""), 1):
        page.locator(".st-key-markov-step-next button").click()
        come_to_rest(page, kept)
        left = {part: {1.0 if part in kept.split() or not kept else REST} for part in PARTS}
        assert pieces(page) == left, f"step {number}"


def test_a_chain_of_other_states_is_dimmed_as_well(whole: Open) -> None:
    page = whole("markov", step=3).page
    page.locator(".st-key-stage button", has_text="Two ends").click()
    expect(page.locator(".chain tbody tr")).to_have_count(4)
    come_to_rest(page, "limit")
    assert pieces(page) == {part: {1.0 if part == "limit" else REST} for part in PARTS}
