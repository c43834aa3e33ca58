"""The page on the VQ-VAE in a real Chromium: codes are looked at, painted, killed and drawn."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import Open, draw, grey, inside, stroke, touch
from ui.text import labels

Come = Callable[..., Page]
OWN = labels("en")["vqvae"]
PATIENCE = 60_000


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until the grid is decoded."""

    def opened(**query: object) -> Page:
        one = whole("vqvae", **query)
        expect(grid(one.page)).to_have_attribute("data-codes", re.compile(r"\d"), timeout=PATIENCE)
        return one.settled()

    return opened


def grid(page: Page) -> Locator:
    return page.locator(".code-grid")


def frame(page: Page, name: str = "codes") -> Locator:
    return page.locator(f".code-grid .{name} .frame")


def code_at(page: Page, place: int) -> int:
    return int(str(grid(page).get_attribute("data-codes")).split(".")[place])


def centre(page: Page, place: int, name: str = "codes") -> tuple[float, float]:
    return inside(frame(page, name), (place % 7 + 0.5) / 7, (place // 7 + 0.5) / 7)


def press(page: Page, place: int, name: str = "codes") -> None:
    page.mouse.click(*centre(page, place, name))


def tool(page: Page, name: str) -> None:
    page.locator(f".code-grid .{name}").click()


def test_a_place_is_looked_at_in_any_of_the_three_squares(come: Come) -> None:
    page = come()
    for name, place in (("x", 24), ("codes", 8), ("decoded", 40)):
        page.mouse.move(*centre(page, place, name))
        expect(grid(page)).to_have_attribute("data-here", str(place))
        chosen = page.locator(".code-grid .few [data-chosen] b")
        expect(chosen).to_have_text(str(code_at(page, place)))
    press(page, 31)
    expect(page).to_have_url(re.compile("cell=31"), timeout=PATIENCE)
    assert page.locator(".code-grid .all i").count() == 64, "the distances of all codes"


def test_painting_changes_the_picture_before_the_server_knows_and_can_be_taken_back(come: Come) -> None:
    page = come(brush=8)
    decoded = page.locator(".code-grid .decoded canvas")
    before, codes = grey(decoded), grid(page).get_attribute("data-codes")
    tool(page, "paint")
    stroke(page, centre(page, 42), centre(page, 48), release=False)
    assert [code_at(page, place) for place in range(42, 49)] == [8] * 7
    assert abs(grey(decoded) - before).max() > 0.2, "decoded under the hand"
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"painted=42-8\.43-8"), timeout=PATIENCE)
    page.get_by_role("button", name=OWN["grid-as-encoded"]).click()
    expect(grid(page)).to_have_attribute("data-codes", str(codes))
    expect(page).not_to_have_url(re.compile("painted="), timeout=PATIENCE)


def test_a_killed_code_is_nowhere_and_comes_back(come: Come) -> None:
    page = come()
    code = code_at(page, 24)
    tool(page, "kill")
    press(page, 24)
    expect(grid(page)).not_to_have_attribute("data-codes", re.compile(rf"(^|\.){code}(\.|$)"))
    expect(page).to_have_url(re.compile(f"killed={code}"), timeout=PATIENCE)
    button = page.locator(".code-grid .palette button").nth(code)
    expect(button).to_have_attribute("aria-label", re.compile(OWN["grid-killed"]))
    button.click()
    assert code_at(page, 24) == code


def test_keys_do_all_of_it(come: Come) -> None:
    page = come(cell=24, brush=8)
    tool(page, "paint")
    frame(page).focus()
    page.keyboard.press("ArrowRight")
    expect(grid(page)).to_have_attribute("data-here", "25")
    page.keyboard.press("Enter")
    assert code_at(page, 25) == 8
    expect(page).to_have_url(re.compile("painted=25-8"), timeout=PATIENCE)
    page.locator(".code-grid .palette [aria-pressed=true]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".code-grid .palette [aria-pressed=true]")).to_have_attribute(
        "aria-label", re.compile(OWN["grid-code"].replace("#", "9"))
    )


def test_the_numbers_of_the_hand_are_those_of_the_server(come: Come) -> None:
    page = come(step=3, brush=8)
    tool(page, "paint")
    press(page, 10)
    nats = str(grid(page).get_attribute("data-nats"))
    expect(page.locator(".st-key-step")).to_contain_text(nats, timeout=PATIENCE)


def test_the_prior_draws_code_by_code_and_goes_on_from_what_is_painted(come: Come) -> None:
    page = come(start="draw", brush=8)
    page.get_by_role("button", name=labels("en")["common"]["reset"]).click()
    expect(grid(page)).to_have_attribute("data-at", "0")
    page.get_by_role("button", name=labels("en")["common"]["play"]).click()
    expect(grid(page)).to_have_attribute("data-at", re.compile("[1-9]"))
    expect(grid(page)).to_have_attribute("data-at", "49", timeout=PATIENCE)
    codes = str(grid(page).get_attribute("data-codes"))
    tool(page, "paint")
    press(page, 17)
    expect(page).to_have_url(re.compile("painted=17-8"), timeout=PATIENCE)
    expect(grid(page)).not_to_have_attribute("data-codes", codes)
    expect(grid(page)).to_have_attribute("data-codes", re.compile(r"^(\d+\.){17}8\."), timeout=PATIENCE)


def test_ones_own_digit_becomes_codes(come: Come) -> None:
    page = come()
    before = str(grid(page).get_attribute("data-codes"))
    page.get_by_text(OWN["other-picture"]).click()
    pad = page.locator(".st-key-other-picture .pad")
    expect(pad).to_be_in_viewport(timeout=PATIENCE)
    pad.hover()  # waits until it stands still
    draw(pad, (0.5, 0.15), (0.5, 0.5), (0.5, 0.85))
    expect(page).to_have_url(re.compile("x="), timeout=PATIENCE)
    expect(grid(page)).not_to_have_attribute("data-codes", before, timeout=PATIENCE)
    expect(page.get_by_text(OWN["own-again"])).to_be_visible()


def test_it_fits_a_narrow_screen_and_a_finger_paints(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto("vqvae", lang="zh", brush=8, tool="paint")
    expect(grid(page)).to_have_attribute("data-codes", re.compile(r"\d"), timeout=PATIENCE)
    one.settled()
    touch(one, frame(page), x=60, start=(0.25, 0.5))
    expect(page).to_have_url(re.compile("painted="), timeout=PATIENCE)
    assert not one.overflow() and not one.troubles
