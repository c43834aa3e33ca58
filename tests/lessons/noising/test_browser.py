"""The forward process in a real Chromium: what is played, stepped and scrubbed is what Python computed."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from lessons.noising.scene import FIELDS, Scene
from tests.browser.helpers import Open, grey
from ui.text import Text, labels

Come = Callable[..., Page]
COMMON = labels("en")["common"]
STATE = {name: field.default for name, field in FIELDS.items()}


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until all of it is there."""
    return lambda **query: whole("noising", **query).page


def seen(page: Page, way: str) -> np.ndarray:
    """The digit's canvas, as values in [0, 1]."""
    return grey(page.locator(f".digit.{way}"))


def at(page: Page, t: int) -> None:
    expect(page.locator(".noising")).to_have_attribute("data-step", str(t))


def button(page: Page, name: str) -> None:
    page.locator(".noising").get_by_role("button", name=COMMON[name], exact=True).click()


def test_steps_and_jump_are_what_python_says(come: Come) -> None:
    page = come(t=60)
    scene = Scene({**STATE, "t": 60}, Text("noising", "en", "light"))  # type: ignore[arg-type]
    view = scene.view()
    at(page, 60)
    for t in (60, 61):
        jump = scene.schedule.noise(scene.picture, t, torch.from_numpy(view.picture.eps)).numpy()
        for way, values in (("jump", jump), ("steps", view.picture.path[t])):
            expected = ((values + 1) / 2).clip(0, 1).ravel()
            assert np.abs(seen(page, way) - expected).max() < 0.02, f"{way} at t = {t}"
        numbers = page.locator(".noising .exact td").all_text_contents()
        assert numbers == [f"{view.signal[t] * float(scene.picture[scene.pixel]):.3f}", f"{view.noisy[t]:.3f}"]
        button(page, "step")
        at(page, t + 1)


def test_scrubbing_reaches_the_steps_in_words_and_the_link(come: Come) -> None:
    page = come()
    page.locator(".noising input").focus()
    page.keyboard.press("End")
    at(page, 300)
    expect(page.get_by_text("now t = 300")).to_be_visible()
    expect(page).to_have_url(re.compile("t=300"))
    expect(page.locator(".noising .equation")).to_have_text("x300 = 0.2192 x0 + 0.9757 ε")
    page.keyboard.press("Home")
    at(page, 0)
    start = Scene(STATE, Text("noising", "en", "light")).picture.numpy()  # type: ignore[arg-type]
    assert np.abs(seen(page, "jump") - (start.ravel() + 1) / 2).max() < 0.01, "at t = 0 there is only the digit"


def test_it_plays_to_the_end_and_stops(come: Come) -> None:
    page = come(steps=40, t=0)
    button(page, "play")
    at(page, 40)
    expect(page.locator(".noising").get_by_role("button", name=COMMON["play"], exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("t=40"))
    expect(page.get_by_role("heading", name=COMMON["code"])).to_be_visible()
    at(page, 40)


def test_fewer_steps_than_t_and_back(come: Come) -> None:
    page = come(t=250)
    at(page, 250)
    page.get_by_label(labels("en")["noising"]["slider-steps"]).fill("100")
    page.keyboard.press("Enter")
    at(page, 100)
    expect(page.locator(".noising input")).to_have_attribute("max", "100")


def test_the_laboratory_follows_the_hand(come: Come) -> None:
    page = come(further="open")
    equation = page.locator(".gm-equation")
    before = equation.inner_text()
    handle = page.get_by_role("slider", name=labels("en")["noising"]["handle-xt"])
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(equation).not_to_have_text(before)
    expect(page).to_have_url(re.compile("xt=-0.45"))


@pytest.mark.parametrize("width", [1440, 390])
def test_a_narrow_screen_shows_it_all(visit: Open, width: int) -> None:
    one = visit(width=width)
    page = one.goto("noising", lang="zh")
    expect(page.locator(".noising .equation")).to_be_visible()
    assert not one.overflow() and not one.troubles
