"""A visitor's own digit in a real browser: a pad that is cleared, and a photo that is cut and turned."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.data import pictures, tokens
from tests.bad_pictures import drawing, encoded
from tests.browser.helpers import Open, draw, inside, stroke, touch
from tools.browser import Visit
from ui.text import fill, labels

COMMON = labels("en")["common"]
TWO = encoded(drawing(shapes=("left", "right")))
OWN = re.compile(r"[?&]x=[\w-]{50}")


@pytest.fixture
def uploaded(visit: Open) -> tuple[Visit, Page]:
    """The VAE's page with a picture of a 1 and a 0, which is refused."""
    one = visit(theme="light")
    page = one.goto("vae", lang="en")
    page.get_by_text(labels("en")["vae"]["other-picture"]).click()
    page.locator("input[type=file]").set_input_files({"name": "two.png", "mimeType": "image/png", "buffer": TWO})
    expect(page.locator('[class*="st-key-notice"]').filter(has_text="2 digits")).to_have_count(1)
    expect(field(page)).to_be_visible()
    return one, page


def at_rest(what: Locator) -> Locator:
    """It, in view and at its place: what still comes above pushes it away, and a helper would scroll after it."""
    places: list[float] = []
    while len(places) < 6 or len(set(places[-6:])) > 1:
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        places.append(box["y"] if box else -1.0)
        what.page.wait_for_timeout(100)
    return what


def field(page: Page) -> Locator:
    return page.get_by_label(COMMON["crop-picture"], exact=True)


def digit(page: Page) -> np.ndarray:
    """The own digit that the page's address holds."""
    expect(page).to_have_url(OWN)
    found = re.search(r"[?&]x=([\w-]+)", page.url)
    assert found
    return tokens.from_token(found[1])


def extent(pixels: np.ndarray, axis: int) -> int:
    """Columns (0) or rows (1) between the first and the last with ink."""
    return int(np.ptp(np.flatnonzero((pixels > 100).any(axis))))


def test_the_pad_and_the_page_are_cleared_together(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en", digit=3)
    pad = page.get_by_label(COMMON["sketch-pad"]).first
    draw(pad, (0.25, 0.2), (0.75, 0.22), (0.43, 0.85))
    expect(page.locator("figure.x p")).to_have_text(labels("en")["vae"]["x-own"])
    page.get_by_role("button", name=COMMON["sketch-clear"]).click()
    expect(page.locator("figure.x p")).to_have_text(fill(labels("en")["vae"]["x-test"], {"digit": 3, "label": 0}))
    expect(page).not_to_have_url(OWN)
    draw(pad, (0.5, 0.5), (0.5, 0.5))
    refused = page.get_by_role("status").filter(has_text=labels("en")["problem"]["only-a-dot"])
    expect(refused).to_be_visible()
    expect(page).not_to_have_url(OWN)
    page.get_by_role("button", name=COMMON["sketch-undo"]).click()
    expect(refused).to_be_hidden()
    assert one.troubles == []


def test_a_square_is_cut_with_the_mouse_and_the_picture_is_turned(uploaded: tuple[Visit, Page]) -> None:
    one, page = uploaded
    stroke(page, inside(field(page), 0.45, 0.17), inside(field(page), 0.98, 0.75))
    expect(page.locator('[class*="st-key-notice"]')).to_have_count(0)
    upright = digit(page)
    assert extent(upright, 1) > extent(upright, 0) + 2, "more of it from top to bottom"
    url = page.url
    page.get_by_role("button", name=COMMON["crop-right"]).click()
    expect(page).not_to_have_url(url)
    assert extent(digit(page), 0) > extent(digit(page), 1) + 2, "the same, lying"
    page.get_by_role("button", name=COMMON["crop-whole"]).click()
    expect(page.locator('[class*="st-key-notice"]')).to_contain_text("2 digits")
    assert one.troubles == []


def test_a_square_is_cut_with_the_keys(uploaded: tuple[Visit, Page]) -> None:
    _, page = uploaded
    field(page).focus()
    for key in (*["PageDown"] * 9, *["Shift+ArrowLeft"] * 5):
        page.keyboard.press(key)
    expect(page.locator('[class*="st-key-notice"]')).to_have_count(0)
    one = digit(page)
    assert extent(one, 0) < 8, "the 1 alone"
    page.keyboard.press("Escape")
    expect(page.locator('[class*="st-key-notice"]')).to_contain_text("2 digits")


def test_a_finger_cuts_a_square_and_does_not_scroll(uploaded: tuple[Visit, Page]) -> None:
    one, page = uploaded
    place = at_rest(field(page))
    box = place.bounding_box()
    assert box
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(scrolled)
    touch(one, place, -0.5 * box["width"], -0.6 * box["height"], start=(0.45, 0.85))
    expect(page.locator('[class*="st-key-notice"]')).to_have_count(0)
    assert extent(digit(page), 0) < 8, "the 1 alone"
    assert page.evaluate(scrolled) == before


def test_both_digits_can_be_used_anyway(uploaded: tuple[Visit, Page]) -> None:
    _, page = uploaded
    button = page.get_by_role("button", name=COMMON["use-anyway"])
    tops = [one.evaluate("element => element.getBoundingClientRect().top") for one in (button, field(page))]
    assert tops[0] < tops[1], "above the picture, which grows when it has come"
    button.click()
    expect(page.locator('[class*="st-key-notice"]')).to_have_count(0)
    assert np.array_equal(digit(page), pictures.prepare(pictures.decode(TWO), anyway=True).pixels)
