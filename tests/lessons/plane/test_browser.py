"""Diffusion in the plane in a real Chromium: what moves is what the model computed, and an own shape is learned."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.flows import flowing
from tools.browser import Visit
from ui.text import labels

Open = Callable[..., Visit]
Come = Callable[..., Page]
OWN, COMMON = labels("en")["plane"], labels("en")["common"]
PATIENCE = 60_000
STEPS = 12
PIXEL = """(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(
    Math.round((x + 3) / 6 * canvas.width), Math.round((3 - y) / 6 * canvas.height), 1, 1).data]"""
AMBER = (0xFF, 0xB2, 0x0F)


@pytest.fixture
def come(visit: Open) -> Come:
    """`come(**query)` opens the page and waits until the points are on the stage."""

    def opened(width: int = 1440, **query: object) -> Page:
        one = visit(width=width)
        one.page.set_default_timeout(PATIENCE)
        page = one.goto("plane", **{"lang": "en", "steps": STEPS, **query})
        expect(page.locator(".flow")).to_have_attribute("data-step", re.compile(r"\d+"), timeout=PATIENCE)
        expect(page.get_by_role("heading", name=COMMON["code"])).to_be_visible(timeout=PATIENCE)
        return one.settled()

    return opened


def button(page: Page, name: str) -> None:
    page.locator(".flow").get_by_role("button", name=COMMON[name], exact=True).click()


def at(page: Page, step: int) -> None:
    expect(page.locator(".flow")).to_have_attribute("data-step", str(step))


def test_the_point_is_where_the_model_puts_it(come: Come) -> None:
    page, now = come(t=100, particle=5), flowing()
    i = int(abs(now.times - 100).argmin())
    for step in (i, i + 1):
        at(page, step)
        place = [float(one) for one in now.xt[step, 5]]
        assert tuple(page.locator(".flow canvas").evaluate(PIXEL, place)[:3]) == AMBER
        unlike = page.locator(".flow dd.unlike").text_content()
        assert unlike == f"{now.squared_error()[step // now.stride]:.3f}"
        button(page, "step")


def test_played_scrubbed_and_picked(come: Come) -> None:
    page, now = come(t=300), flowing()
    at(page, 0)
    button(page, "play")
    at(page, STEPS)
    page.locator(".flow .bar input").fill("3")
    at(page, 3)
    expect(page).to_have_url(re.compile(f"t={now.times[3]}"))
    alone = np.linalg.norm(now.xt[3][:, None] - now.xt[3][None], axis=2) + 9 * np.eye(240)
    inside = np.abs(now.xt[3]).max(1) < 2.8
    particle = int(np.where(inside, alone.min(1), 0).argmax())
    box = page.locator(".flow canvas").bounding_box()
    assert box
    x, y = map(float, now.xt[3, particle])
    page.mouse.click(box["x"] + (x + 3) / 6 * box["width"], box["y"] + (3 - y) / 6 * box["height"])
    expect(page).to_have_url(re.compile(f"particle={particle}"), timeout=PATIENCE)
    page.locator(".flow canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"particle={(particle + 1) % 240}"), timeout=PATIENCE)


def test_a_shape_is_drawn_learned_and_brought_on_stage(come: Come) -> None:
    page = come(epochs=2)
    pad = page.locator(".sketch .pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    x, y, side = box["x"], box["y"], box["width"]
    page.mouse.move(x + 0.2 * side, y + 0.2 * side)
    page.mouse.down()
    page.mouse.move(x + 0.8 * side, y + 0.8 * side, steps=10)
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"\d+ points\. Choose"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name=COMMON["train-start"]).click()
    expect(page.get_by_text(re.compile("trained on your points"))).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile("model=[0-9a-f]{32}"))


def test_it_fits_a_narrow_screen(visit: Open) -> None:
    one = visit(width=390)
    one.goto("plane", lang="zh", steps=STEPS)
    expect(one.page.locator(".flow")).to_have_attribute("data-step", re.compile(r"\d+"), timeout=PATIENCE)
    one.settled()
    assert not one.overflow() and not one.troubles
