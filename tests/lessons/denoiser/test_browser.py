"""The denoiser in a real Chromium: what is played, stepped and scrubbed is what the model computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from genmodels import load
from genmodels.evaluation.trace import Trace, trace
from lessons.denoiser import denoiser
from tests.browser.helpers import Open, computed, draw, grey, inside
from ui.components import SHARED
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
        return computed(one)

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


def test_the_strip_sets_off_the_picture_nearest_to_what_is_shown(come: Come) -> None:
    page = come(steps=300, t=135)
    marked = page.locator(".denoiser .strip [data-now]")
    expect(marked).to_have_count(1)
    expect(marked.locator("small")).to_have_text("133")
    for step, nearest in ((149, "167"), (151, "133")):
        page.locator(".denoiser .bar input").fill(str(step))
        expect(marked.locator("small")).to_have_text(nearest)


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


FRAMES_COME_FIRST = """(scripts) => {
    const Denoiser = new Function(scripts.replace("export default", "return Denoiser;"))();
    const parent = document.createElement("div"), told = [];
    document.body.append(parent);
    const messenger = { push: (value) => told.push(value.t) };
    const control = new Denoiser(parent, messenger);
    const xt = Object.assign(new Float32Array(12), { shape: [3, 1, 2, 2] });
    const put = (name) => {
        (globalThis.genmodels ??= new Map()).set(name, { tensors: { xt, x0: xt, eps: xt } });
        dispatchEvent(new CustomEvent("genmodels:shelf", { detail: name }));
    };
    const whole = { times: [60, 30, 0], shape: [1, 2, 2], pixel: 0, words: {}, alpha_bar: [0.5, 0.8, 1],
        sigma: [1, 1], for_x0: [1, 1], for_xt: [0, 0] };
    put("before");
    control.update({ ...whole, name: "before", revision: 1, begin: 60 });
    const begun = parent.firstChild.dataset.t;
    control.update({ name: "after", revision: 2, begin: 0, pixel: 0, words: {}, shape: [1, 2, 2],
        live: { xt: btoa("abcd"), x0: btoa("abcd"), t: 30 } });
    put("after");
    control.update({ ...whole, name: "after", revision: 2, begin: 0 });
    const shown = parent.firstChild.dataset.t;
    control.destroy();
    return [begun, shown, ...told];
}"""


def test_it_begins_where_the_page_says_also_where_its_frames_come_before_it(visit: Open) -> None:
    """Frames and what is told of them travel apart; a slow browser takes over the frames while all is still new."""
    shared = [SHARED / name for name in ("kept.js", "messenger.js", "transport.js", "paper.js", "parts.js")]
    own = Path(denoiser.__file__).parent
    scripts = [file.read_text(encoding="utf-8") for file in (*shared, own / "looks.js", own / "component.js")]
    assert visit().page.evaluate(FRAMES_COME_FIRST, "\n".join(scripts)) == ["60", "0", 0]


def test_a_drawn_digit_is_noised_and_comes_back_beside_the_hand(come: Come) -> None:
    page = come(label="any", from_t=60)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("radio", name=OWN["start-digit"]).click()
    pad = page.locator(".st-key-stage .sketch .pad")
    expect(pad).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".st-key-view-stop")).to_have_count(0, timeout=PATIENCE)
    draw(pad, (0.5, 0.2), (0.5, 0.8))
    expect(page.locator(".denoiser")).to_have_attribute("data-t", "0", timeout=PATIENCE)
    expect(page.locator(".denoiser dd.read")).to_have_text(re.compile("1, "), timeout=PATIENCE)
    hand, result = pad.bounding_box(), page.locator(".denoiser figure.x0").bounding_box()
    assert hand and result and result["x"] + result["width"] <= hand["x"], "beside each other"
    for box in (hand, result):
        assert box["y"] >= 0 and box["y"] + box["height"] <= 720, "on one screen, at which nobody has scrolled"
    assert page.evaluate("() => document.querySelector('[data-testid=\"stMain\"]').scrollTop") == 0


def test_the_digit_of_the_stage_comes_back_six_times(come: Come) -> None:
    page = come(label="any", from_t=60, start="digit", digit=4, further="open")
    page.get_by_role("button", name=OWN["edit-do"]).click()
    expect(page.get_by_text("read as 4", exact=True)).to_have_count(6, timeout=PATIENCE)


def test_playing_marks_the_rail_as_behind_until_it_follows(come: Come) -> None:
    page = come(t=300)
    page.emulate_media(reduced_motion="no-preference")
    behind = "() => document.documentElement.hasAttribute('data-behind')"
    page.wait_for_function(f"() => !({behind})()", timeout=PATIENCE)
    page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => window.seen.push(document.documentElement.hasAttribute("data-behind")))
                .observe(document.documentElement, { attributeFilter: ["data-behind"] });
        }"""
    )
    page.locator(".denoiser .bar input").fill("3")
    at(page, 3)
    page.wait_for_function(f"() => window.seen.includes(true) && !({behind})()", timeout=PATIENCE)


def test_many_are_drawn_at_once(come: Come) -> None:
    page = come(further="open")
    page.get_by_role("button", name=OWN["grid-do"]).click()
    expect(page.get_by_text(re.compile(r"of 40 are read as asked"))).to_be_visible(timeout=PATIENCE)


def test_it_fits_a_narrow_screen(visit: Open) -> None:
    one = visit(width=390)
    one.goto("denoiser", lang="zh", steps=STEPS)
    expect(one.page.locator(".denoiser")).to_have_attribute("data-step", re.compile(r"\d+"), timeout=PATIENCE)
    one.settled()
    assert not one.overflow() and not one.troubles
