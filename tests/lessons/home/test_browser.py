"""The first page in a real Chromium: the digits follow the hand, and two models are a few clicks away."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from lessons.home.scene import DIGITS, MODEL, START, STEPS, Drawn, draw
from tests.browser.helpers import Open, drag, grey, touch
from ui.course import LESSONS
from ui.text import labels

OWN, COMMON = labels("en")["home"], labels("en")["common"]
PATIENCE = 60_000  # ms; a network computes
LISTEN = """stage => new MutationObserver(() => (globalThis.seen ??= new Set()).add(stage.dataset.step))
    .observe(stage, { attributes: true })"""  # every step that is shown
COUNT = "addEventListener('click', () => sessionStorage.setItem('clicks', 1 + clicked()), true)"
CLICKED = "globalThis.clicked = () => Number(sessionStorage.getItem('clicks'));"


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return list(draw(0))[-1]


def come(visit: Open, width: int = 1440, **query: object) -> Page:
    """Home, once its digits are drawn."""
    one = visit(width=width)
    one.goto(lang="en", **query)
    expect(one.page.locator(".emerging[data-whole]")).to_be_visible(timeout=PATIENCE)
    return one.settled()


def handle(page: Page) -> Locator:
    return page.get_by_role("slider", name=OWN["view-way"])


def digit(page: Page, number: int) -> Locator:
    return page.get_by_role("radio", name=OWN["view-digit"].replace("#", str(number)))


def expect_states(page: Page, drawn: Drawn, at: int, chosen: int) -> None:
    """Large and small, the page shows these states of the sampler."""
    expect(page.locator(".emerging")).to_have_attribute("data-step", str(at))
    wanted = drawn.states[at].reshape(DIGITS, -1) / 255
    assert np.abs(grey(page.locator(".emerging .big")) - wanted[chosen]).max() < 0.02
    for number in range(DIGITS):
        assert np.abs(grey(digit(page, number).locator("canvas")) - wanted[number]).max() < 0.02


def test_every_picture_is_a_state_of_the_sampler(visit: Open, drawn: Drawn) -> None:
    page = come(visit)
    expect_states(page, drawn, drawn.times.index(START), 3)
    handle(page).focus()
    for key, at in (("Home", 0), ("ArrowRight", 1), ("Shift+ArrowRight", 6), ("End", STEPS), ("ArrowLeft", STEPS - 1)):
        page.keyboard.press(key)
        expect_states(page, drawn, at, 3)
        expect(handle(page)).to_have_attribute("aria-valuenow", str(at))
    expect(page).to_have_url(re.compile(rf"[?&]t={drawn.times[STEPS - 1]}\b"))


def test_the_strip_holds_the_whole_way(visit: Open, drawn: Drawn) -> None:
    page = come(visit)
    frames = page.locator(".emerging .strip canvas")
    number = frames.count()
    assert number >= 9
    for frame in range(number):
        state = drawn.states[int(frame * STEPS / (number - 1) + 0.5), 3].ravel() / 255
        assert np.abs(grey(frames.nth(frame)) - state).max() < 0.02


def test_the_mouse_drags_it_out_of_the_noise(visit: Open, drawn: Drawn) -> None:
    page = come(visit, t=300)
    page.locator(".emerging").evaluate(LISTEN)
    drag(handle(page), x=700)
    assert len(page.evaluate("() => [...seen]")) >= 8, "the picture follows while the hand moves"
    expect_states(page, drawn, STEPS, 3)
    expect(page).to_have_url(re.compile(r"[?&]t=0\b"))


def test_a_finger_drags_it_too(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto(lang="en", t=300)
    expect(page.locator(".emerging[data-whole]")).to_be_visible(timeout=PATIENCE)
    one.settled()
    touch(one, handle(page), x=120)
    expect(page).not_to_have_url(re.compile(r"[?&]t=300\b"))
    assert 5 < int(page.locator(".emerging").get_attribute("data-step") or 0) < STEPS


def test_another_digit_is_chosen_by_click_and_key(visit: Open, drawn: Drawn) -> None:
    page = come(visit)
    digit(page, 8).click()
    expect_states(page, drawn, drawn.times.index(START), 8)
    expect(digit(page, 8)).to_be_checked()
    expect(page).to_have_url(re.compile(r"[?&]digit=8\b"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(digit(page, 0)).to_be_focused()
    expect(page).to_have_url(re.compile(r"[?&]digit=0\b"))


def test_the_link_shows_the_same(visit: Open) -> None:
    page = come(visit, seed=5, digit=6, t=61)
    expect(page.locator(".emerging")).to_have_attribute("data-step", str(STEPS - 5))
    assert np.abs(grey(page.locator(".emerging .big")) - list(draw(5))[-1].states[-6, 6].ravel() / 255).max() < 0.02


def test_drawing_again_shows_other_digits_at_the_same_step(visit: Open) -> None:
    page = come(visit, seed=11, digit=4, t=0)
    page.get_by_role("button", name=OWN["again"]).click()
    expect(page.locator(f".emerging[data-whole][data-name={MODEL}-12]")).to_be_visible(timeout=PATIENCE)
    expect_states(page, list(draw(12))[-1], STEPS, 4)
    expect(page).to_have_url(re.compile(r"seed=12"))


def test_a_latent_point_and_a_denoiser_are_four_clicks_away(visit: Open) -> None:
    one = visit()
    one.page.add_init_script(CLICKED + COUNT)
    page = one.goto(lang="en")
    page.get_by_role("link", name=OWN["open-vae"]).click()
    page.locator(".handle.z").focus()
    one.settled()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("z1="))
    one.settled()
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=labels("en")["denoiser"]["menu"]).click()
    shown = page.locator(".denoiser[data-step]")
    expect(shown).to_be_visible(timeout=PATIENCE)
    one.settled()
    step = int(shown.get_attribute("data-step") or -1)
    page.locator(".denoiser").get_by_role("button", name=COMMON["step"], exact=True).click()
    expect(shown).to_have_attribute("data-step", str(step + 1))
    assert 3 <= page.evaluate("clicked()") <= 4
    assert one.troubles == []


def test_the_lessons_stand_whole_on_a_wide_and_on_a_narrow_screen(visit: Open) -> None:
    for width in (1440, 390):
        page = come(visit, width=width)
        rows = page.locator(".st-key-course").get_by_role("link")
        titles = rows.locator("strong")
        assert rows.count() == titles.count() == len(LESSONS)
        for row in rows.all():
            assert row.evaluate("row => row.querySelector('p').scrollWidth <= row.clientWidth + 1")
            assert row.evaluate("row => row.querySelector('p').scrollHeight <= row.clientHeight + 1")
