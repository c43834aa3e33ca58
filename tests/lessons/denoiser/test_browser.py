"""The denoiser in a real Chromium: what is played, stepped and scrubbed is what the model computed."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from genmodels import load
from genmodels.evaluation.trace import Trace, trace
from tests.browser.helpers import Open, draw, grey, inside
from ui.text import labels

Come = Callable[..., Page]
OWN, COMMON = labels("en")["denoiser"], labels("en")["common"]
PATIENCE = 60_000  # ms; a network computes
STEPS = 12


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until nothing on it is being computed any more."""

    def opened(**query: object) -> Page:
        one = whole("denoiser", **{"steps": STEPS, **query})
        expect(one.page.locator(".denoiser")).to_have_attribute("data-step", re.compile(r"\d+"), timeout=PATIENCE)
        expect(one.page.get_by_role("button", name=COMMON["work-stop"])).to_have_count(0, timeout=PATIENCE)
        return one.settled()

    return opened


def drawn(**options: object) -> Trace:
    *_, whole = trace(load("ddpm-mnist"), 0, 1.0, **{"steps": STEPS, "label": 3, "guidance": 0.5, **options})
    assert isinstance(whole, Trace)
    return whole


def seen(page: Page, name: str) -> np.ndarray:
    """A picture of the stage as values in [0, 1]."""
    return grey(page.locator(f".denoiser figure.{name} canvas"))


def button(page: Page, name: str) -> None:
    page.locator(".denoiser").get_by_role("button", name=COMMON[name], exact=True).click()


def at(page: Page, step: int) -> None:
    expect(page.locator(".denoiser")).to_have_attribute("data-step", str(step))


def test_every_picture_is_what_the_model_says(come: Come) -> None:
    page, whole = come(t=150), drawn()
    i = int(abs(whole.times - 150).argmin())
    at(page, i)
    for step in (i, i + 1):
        mean, added = whole.mean(step), whole.added(step)
        pictures = {
            "xt": whole.xt[step],
            "x0": whole.x0[step],
            "mean": mean,
            "added": added,
            "next": whole.xt[step + 1],
        }
        for name, values in pictures.items():
            assert np.abs(seen(page, name) - ((values + 1) / 2).clip(0, 1).ravel()).max() < 0.02, f"{name} at {step}"
        noise = (whole.eps[step] / 5 + 0.5).clip(0, 1).ravel()
        assert np.abs(seen(page, "eps") - noise).max() < 0.02
        digit, sure = int(whole.read[step].argmax()), float(whole.read[step].max())
        t = int(whole.times[step])
        left = float(load("ddpm-mnist").schedule.alpha_bar[t])
        told = [str(t), f"{left:.4f}", f"{whole.sigma[step]:.4f}", f"{digit}, {100 * sure:.0f} %"]
        assert page.locator(".denoiser dd").all_text_contents() == told
        button(page, "step")
        at(page, step + 1)


def test_scrubbing_to_the_end_leaves_the_sample_and_nothing_to_add(come: Come) -> None:
    page, whole = come(), drawn()
    page.locator(".denoiser .bar input").fill(str(STEPS))
    at(page, STEPS)
    assert np.abs(seen(page, "xt") - ((whole.xt[-1] + 1) / 2).clip(0, 1).ravel()).max() < 0.02
    expect(page.locator(".denoiser figure.eps canvas")).to_be_hidden()
    expect(page.get_by_text("x_{0}")).to_have_count(0)
    expect(page).to_have_url(re.compile("t=0"))


def test_playing_goes_from_here_to_the_picture(come: Come) -> None:
    page = come(t=300)
    at(page, 0)
    button(page, "play")
    at(page, STEPS)  # whoever wants no motion is there at once


def test_the_strip_leads_to_its_moments(come: Come) -> None:
    page = come()
    pictures = page.locator(".denoiser .strip button")
    expect(pictures).to_have_count(10)
    pictures.first.click()
    at(page, 0)
    pictures.last.click()
    at(page, STEPS)
    expect(pictures.last).to_have_attribute("data-now", "")


def test_a_pixel_that_is_clicked_is_the_one_of_the_sums(come: Come) -> None:
    page = come(t=150)
    page.mouse.click(*inside(page.locator(".denoiser figure.xt .frame"), 10.5 / 28, 20.5 / 28))
    expect(page.get_by_text("row 21, column 11")).to_be_visible(timeout=PATIENCE)
    page.locator(".denoiser figure.xt .frame").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("row 21, column 12")).to_be_visible(timeout=PATIENCE)


def test_another_noise_is_drawn_while_one_watches(come: Come) -> None:
    page = come(steps=300)
    page.get_by_role("button", name=OWN["other-noise"]).click()
    expect(page).to_have_url(re.compile("noise=1"), timeout=PATIENCE)
    stop = page.locator(".st-key-view-stop button")  # the pictures of the drawn digit have one of their own
    expect(stop).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".denoiser[data-live]")).to_be_visible(timeout=PATIENCE)
    expect(stop).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(".denoiser dd.read")).to_have_text(re.compile("3"))


def test_a_stop_stops_and_it_can_be_begun_again(come: Come) -> None:
    page = come()
    page.get_by_role("button", name=OWN["compare-do"]).click()
    page.get_by_role("button", name=COMMON["work-stop"]).click()
    expect(page.get_by_text(COMMON["work-stopped"])).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name=COMMON["work-again"]).click()
    expect(page.get_by_text("DDIM, 10 steps")).to_be_visible(timeout=PATIENCE)


def test_a_drawn_digit_is_noised_and_comes_back(come: Come) -> None:
    page = come(label="any", from_t=60)
    draw(page.locator(".sketch .pad"), (0.5, 0.2), (0.5, 0.8))
    expect(page.get_by_text("read as 1")).to_have_count(6, timeout=PATIENCE)
    page.get_by_role("button", name=OWN["edit-step"]).click()
    expect(page.get_by_text("noised to t = 60")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".denoiser dd.read")).to_have_text(re.compile("1, "), timeout=PATIENCE)


def test_many_are_drawn_at_once(come: Come) -> None:
    page = come()
    page.get_by_role("button", name=OWN["grid-do"]).click()
    expect(page.get_by_text(re.compile(r"of 40 are read as asked"))).to_be_visible(timeout=PATIENCE)


def test_it_fits_a_narrow_screen(visit: Open) -> None:
    one = visit(width=390)
    one.goto("denoiser", lang="zh", steps=STEPS)
    expect(one.page.locator(".denoiser")).to_have_attribute("data-step", re.compile(r"\d+"), timeout=PATIENCE)
    one.settled()
    assert not one.overflow() and not one.troubles
