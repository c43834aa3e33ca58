"""A term is explained where the pointer rests on it, where the focus is, and where it is tapped."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.helpers import Open, touch
from ui.text import terms

FIRST, SECOND = list(terms("en", "variational").items())[:2]


def test_a_term_is_explained_by_pointer_and_keyboard(whole: Open) -> None:
    one = whole("variational")
    page, box = one.page, one.page.locator("#gm-term")
    link = page.locator(f'a[href="#term-{FIRST[0]}"]').first
    expect(box).to_be_hidden()
    link.hover()
    expect(box).to_have_text(FIRST[1]["name"] + FIRST[1]["text"])
    expect(box).to_be_visible()
    expect(link).to_have_attribute("aria-describedby", "gm-term")
    page.mouse.move(5, 500)
    expect(box).to_be_hidden()
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    assert "#term" not in page.url and not one.troubles


def test_a_finger_opens_and_closes_an_explanation_that_stays_within_the_window(whole: Open) -> None:
    one = whole("variational", width=390)
    page, box = one.page, one.page.locator("#gm-term")
    touch(one, page.locator(f'a[href="#term-{SECOND[0]}"]').first)
    expect(box).to_contain_text(SECOND[1]["name"])
    place = box.bounding_box()
    assert place and place["x"] >= 0 and place["x"] + place["width"] <= 390 and place["y"] >= 0
    assert "#term" not in page.url
    touch(one, page.locator("h1"))
    expect(box).to_be_hidden()
    assert not one.overflow() and not one.troubles
