"""Diffusion in the plane in a real Chromium: what moves is what the model computed, and an own shape is learned."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import Open, draw, inside
from tests.flows import flowing
from ui.text import labels

Come = Callable[..., Page]
COMMON = labels("en")["common"]
PATIENCE = 60_000
STEPS = 12
PIXEL = """(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(
    Math.round((x + 3) / 6 * canvas.width), Math.round((3 - y) / 6 * canvas.height), 1, 1).data]"""
BLUE = """canvas => {
    const { width, height } = canvas, { data } = canvas.getContext('2d').getImageData(0, 0, width, height / 5);
    return data.filter((one, i) => i % 4 === 2 && one > 150 && data[i - 2] < 100 && data[i + 1] > 200).length;
}"""
AMBER = (0xFF, 0xB2, 0x0F)


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until the points are on the stage."""

    def opened(**query: object) -> Page:
        one = whole("plane", **{"steps": STEPS, **query})
        expect(one.page.locator(".flow")).to_have_attribute("data-step", re.compile(r"\d+"), timeout=PATIENCE)
        one.page.set_default_timeout(PATIENCE)
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
    in_view = np.abs(now.xt[3]).max(1) < 2.8
    particle = int(np.where(in_view, alone.min(1), 0).argmax())
    x, y = map(float, now.xt[3, particle])
    page.mouse.click(*inside(page.locator(".flow canvas"), (x + 3) / 6, (3 - y) / 6))
    expect(page).to_have_url(re.compile(f"particle={particle}"), timeout=PATIENCE)
    page.locator(".flow canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"particle={(particle + 1) % 240}"), timeout=PATIENCE)


def test_a_shape_is_drawn_learned_and_brought_on_stage(come: Come) -> None:
    page = come(epochs=2, pad="open")
    draw(page.locator(".sketch .pad"), (0.2, 0.2), (0.8, 0.8))
    expect(page.get_by_text(re.compile(r"\d+ points are in the plane"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name=COMMON["train-start"]).click()
    page.locator(".st-key-watch-ready button").click(timeout=3 * PATIENCE)
    expect(page.get_by_text(re.compile("trained on your points"))).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile("model=[0-9a-f]{32}"))


def test_points_appear_in_the_plane_beside_the_hand(come: Come) -> None:
    page = come()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_text(COMMON["own-points"]).click()
    pad = page.locator(".st-key-stage .sketch .pad")
    expect(pad).to_be_visible(timeout=PATIENCE)
    draw(pad, (0.1, 0.1), (0.9, 0.1))
    expect(page.get_by_text(re.compile(r"\d+ points are in the plane"))).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".flow li.mine")).to_be_visible(timeout=PATIENCE)
    hand, plane = pad.bounding_box(), page.locator(".flow canvas").bounding_box()
    assert hand and plane and plane["x"] + plane["width"] <= hand["x"], "beside each other"
    for box in (hand, plane):
        assert box["y"] >= 0 and box["y"] + box["height"] <= 720, "on one screen, at which nobody has scrolled"
    assert page.evaluate("() => document.querySelector('[data-testid=\"stMain\"]').scrollTop") == 0
    blue = page.locator(".flow canvas").evaluate(BLUE)
    assert blue > 20, "a line of points near the upper edge, where no data of the model lie"


def test_it_fits_a_narrow_screen(visit: Open) -> None:
    one = visit(width=390)
    one.goto("plane", lang="zh", steps=STEPS)
    expect(one.page.locator(".flow")).to_have_attribute("data-step", re.compile(r"\d+"), timeout=PATIENCE)
    one.settled()
    assert not one.overflow() and not one.troubles
