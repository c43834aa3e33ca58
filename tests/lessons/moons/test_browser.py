"""The page on moons in a real Chromium: one pointer asks both models, and phases that are pressed are learned."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import Open, drag, touch
from ui.text import labels

Come = Callable[..., Page]
OWN = labels("en")["moons"]
PATIENCE = 60_000


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until both decoders have answered."""

    def opened(**query: object) -> Page:
        one = whole("moons", **query)
        expect(one.page.locator(".planes")).to_have_attribute("data-vae-distance", re.compile(r"\d"), timeout=PATIENCE)
        return one.settled()

    return opened


def told(page: Page, name: str) -> float:
    return float(str(page.locator(".planes").get_attribute(f"data-{name}")))


def test_the_pointer_moves_in_both_planes_before_the_server_knows(come: Come) -> None:
    page = come()
    before = [told(page, name) for name in ("u", "ae-distance", "vae-distance")]
    grip = page.locator(".planes .grip").first
    drag(grip, x=-50, y=30, release=False)
    assert all(
        told(page, name) != value for name, value in zip(("u", "ae-distance", "vae-distance"), before, strict=True)
    )
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"u=-?0\.\d+"), timeout=PATIENCE)


def test_keys_move_the_pointer_and_the_numbers_in_the_step_follow(come: Come) -> None:
    page = come(step=2)
    page.locator(".planes .grip").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".planes")).to_have_attribute("data-u", "0.32")
    distance = f"{told(page, 'ae-distance'):.4f}"
    expect(page.locator(".st-key-step")).to_contain_text(distance, timeout=PATIENCE)


def test_a_phase_is_added_with_a_key_and_both_are_trained_on_it(come: Come) -> None:
    page = come(learned="0-180")
    cursor = page.locator(".dial").get_by_role("slider")
    cursor.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"learned=0-\d+-180"), timeout=PATIENCE)
    page.get_by_role("button", name=OWN["both-do"]).click()
    expect(page.get_by_text(OWN["both-do"])).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(".planes")).to_have_attribute("data-ae-moons", re.compile(r"\d+"), timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"3 phases, 6 epochs"))).to_be_visible(timeout=2 * PATIENCE)


def test_it_fits_a_narrow_screen_and_a_finger_moves_the_pointer(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto("moons", lang="zh", learned="0-180")
    expect(page.locator(".planes")).to_have_attribute("data-vae-distance", re.compile(r"\d"), timeout=PATIENCE)
    one.settled()
    touch(one, page.locator(".planes .grip").first, x=-20, y=15)
    expect(page).to_have_url(re.compile("u="), timeout=PATIENCE)
    assert not one.overflow() and not one.troubles
