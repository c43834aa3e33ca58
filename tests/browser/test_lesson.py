"""The frame of the lessons in a browser with scrollbars: columns, steps that act on the picture, the stage alone."""

from __future__ import annotations

import re
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.helpers import PATIENCE, Open, drag
from tools.browser import Visit
from ui.course import LESSONS
from ui.text import LANGUAGES, Text, labels

WINDOWS = {1280: 720, 1366: 768, 1440: 900, 1920: 1080}  # with two columns
PHONE = {390: 844}
QUICK = {"denoiser": {"steps": 5}, "plane": {"steps": 20}}
COMMON = labels("en")["common"]
BOXES = """() => Object.fromEntries(['.st-key-stage', '.st-key-rail-column'].map((one) => {
    const { left, right, top, bottom } = document.querySelector(one).getBoundingClientRect();
    return [one.slice(8), { left, right, top, bottom }];
}))"""
# The same, once it is so in four frames in a row and every chart fills its place; after ten seconds as it is.
AT_REST = f"""() => new Promise((done) => {{
    const width = (one) => one?.getBoundingClientRect().width;
    const fits = (chart) => Math.abs(width(chart.querySelector('.main-svg')) - width(chart)) < 3;
    const begun = performance.now();
    let before, same = 0;
    const look = () => {{
        const now = ({BOXES})(), told = JSON.stringify(now);
        same = told === before && [...document.querySelectorAll('.js-plotly-plot')].every(fits) ? same + 1 : 0;
        before = told;
        if (same === 4 || performance.now() > begun + 10_000) done(now); else requestAnimationFrame(look);
    }};
    look();
}})"""
BEYOND_RAIL = """() => {
    const rail = document.querySelector('.st-key-rail-column'), { right } = rail.getBoundingClientRect();
    return [...rail.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > right + 1
        && one.checkVisibility() && !one.closest('.katex-mathml') && !one.ownerSVGElement) // an svg cuts off
        .map((one) => one.outerHTML.slice(0, 100));
}"""
# What is left of each part of the stage by its names: of elements, also within components, and of what Plotly drew.
PARTS = """() => {
    const found = [], note = (names, opacity) => found.push([names, Number(opacity)]);
    const look = (root) => {
        for (const one of root.querySelectorAll('*')) {
            const key = [...one.classList].find((name) => name.startsWith('st-key-part-'));
            const names = one.dataset.part || key?.slice('st-key-part-'.length);
            if (names) note(names, getComputedStyle(one).opacity);
            for (const trace of one.data ?? []) if (trace.meta) note(trace.meta, trace.opacity ?? 1);
            if (one.shadowRoot) look(one.shadowRoot);
        }
    };
    look(document.querySelector('.st-key-stage'));
    return found;
}"""
SET_OFF = f"""() => {{
    const spoken = document.documentElement.dataset.part.split(' ');
    return ({PARTS})().every(([names, opacity]) =>
        names.split(' ').some((name) => spoken.includes(name)) ? opacity > 0.9 : opacity < 0.5);
}}"""
SEEN = """() => {
    const { top } = document.querySelector('.st-key-stage').getBoundingClientRect();
    return 0 <= top && top < 360;
}"""
SCROLLED = "() => document.querySelector('[data-testid=\"stMain\"]').scrollTop"


def come(visit: Open, page: str, lang: str = "en", width: int = 1440, height: int = 900, **query: Any) -> Visit:
    """A new visitor of a lesson, when all of it is there."""
    one = visit(width=width, height=height)
    one.goto(page, lang=lang, **QUICK.get(page, {}), **query)
    expect(one.page.locator(".st-key-next")).to_be_attached(timeout=60_000)
    expect(one.page.locator(".st-key-step")).to_be_attached(timeout=60_000)
    one.settled()
    return one


def at_rest(one: Visit) -> dict[str, dict[str, float]]:
    """Where stage and rail stand, once nothing slides any more."""
    return dict(one.settled().evaluate(AT_REST))


def turn(one: Visit, page: str, way: str = "next") -> None:
    one.page.locator(f".st-key-{page}-step-{way} button").click()
    one.settled()


def number_of_steps(page: str) -> int:
    return Text(page, "en", None).count("step")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", LESSONS)
def test_picture_and_rail_stand_beside_each_other_and_nothing_sticks_out(visit: Open, page: str, lang: str) -> None:
    one = come(visit, page, lang)
    for step in range(number_of_steps(page) + 1):
        for width, height in {**WINDOWS, **PHONE}.items():
            one.page.set_viewport_size({"width": width, "height": height})
            boxes = at_rest(one)
            stage, rail = boxes["stage"], boxes["rail-column"]
            where = f"step {step}, {width} px: {stage}, {rail}"
            scale = 1.2 if width >= 1700 else 1
            if width in WINDOWS:
                assert rail["left"] > stage["right"] and abs(rail["top"] - stage["top"]) < 2, where
                assert 600 <= (stage["right"] - stage["left"]) / scale <= 704.5, where
                assert 255.5 <= (rail["right"] - rail["left"]) / scale <= 288.5, where
            else:
                assert rail["top"] > stage["bottom"], where
            assert one.overflow() == [], where
            assert one.page.evaluate(BEYOND_RAIL) == [], where
        turn(one, page)
    assert one.troubles == []


@pytest.mark.parametrize("page", LESSONS)
def test_a_step_sets_off_the_part_that_it_speaks_of(visit: Open, page: str) -> None:
    one = come(visit, page)
    ahead = one.page.locator(f".st-key-{page}-step-next button")
    place = ahead.bounding_box()
    assert place and all(opacity == 1 for _, opacity in one.page.evaluate(PARTS)), "the whole picture as it opens"
    parts = import_module(f"lessons.{page}.scene").Scene.step_parts
    assert len(parts) == number_of_steps(page)
    for step, part in enumerate(parts, 1):
        ahead.focus()
        one.page.keyboard.press("ArrowRight")
        expect(one.page.locator(".st-key-step")).to_contain_text(re.compile(rf"^{step}\b"))
        expect(one.page).to_have_url(re.compile(rf"[?&]step={step}\b"))
        expect(one.page.locator(":root")).to_have_attribute("data-part", part)
        with suppress(PlaywrightTimeout):  # what is wrong then, is said below
            one.page.wait_for_function(SET_OFF, timeout=PATIENCE)
        spoken_of = set(part.split())
        left = one.page.evaluate(PARTS)
        kept = [opacity for names, opacity in left if spoken_of & set(names.split())]
        rest = [opacity for names, opacity in left if not spoken_of & set(names.split())]
        assert kept and all(opacity > 0.9 for opacity in kept), f"step {step}: {spoken_of}, {left}"
        assert rest and all(opacity < 0.5 for opacity in rest), f"step {step}: {spoken_of}, {left}"
        now = ahead.bounding_box()
        assert now and (now["x"], now["y"]) == (place["x"], place["y"]), "Next stays where it is"
    turn(one, page)
    one.page.wait_for_function(f"() => ({PARTS})().every(([_, opacity]) => opacity === 1)", timeout=PATIENCE)
    assert one.troubles == []


@pytest.mark.parametrize("page", LESSONS)
def test_the_picture_alone_is_for_a_projector(visit: Open, page: str) -> None:
    one = come(visit, page, width=1280, height=720)
    tab, title = one.page, one.page.locator("h1")
    button = tab.locator(".st-key-stage button").first
    before = button.evaluate("one => parseFloat(getComputedStyle(one).fontSize) * one.currentCSSZoom")
    tab.keyboard.press("f")
    expect(title).to_be_hidden()
    expect(tab).to_have_url(re.compile(r"[?&]view=stage\b"))
    one.settled()
    for hidden in (".st-key-rail-column", '[data-testid="stSidebar"]', ".st-key-next", ".st-key-code"):
        expect(tab.locator(hidden)).to_be_hidden()
    after = button.evaluate("one => parseFloat(getComputedStyle(one).fontSize) * one.currentCSSZoom")
    assert after == pytest.approx(1.5 * before, rel=0.01)
    assert one.overflow() == []
    assert tab.evaluate(BOXES)["stage"]["bottom"] <= 720, "controls and numbers are on the first screen"
    tab.keyboard.press("Escape")
    expect(title).to_be_visible()
    assert one.troubles == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", LESSONS)
def test_what_the_prediction_does_is_seen(visit: Open, page: str, width: int) -> None:
    one = come(visit, page, width=width, height=720)
    tab = one.page
    ask = tab.locator(".st-key-ask")
    ask.get_by_role("radio").first.check(force=True)
    one.settled()
    do = tab.locator(f".st-key-{page}-do button")
    expect(do).to_be_enabled()
    do.click()
    answer = labels("en")[page]["predict-a-answer"][:20]
    expect(ask.get_by_text(answer)).to_be_attached(timeout=6 * PATIENCE)
    one.settled()
    with suppress(PlaywrightTimeout):
        tab.wait_for_function(SEEN, timeout=PATIENCE)
    assert tab.evaluate(SEEN), f"the picture is on screen: {tab.evaluate(BOXES)}"


@pytest.mark.parametrize("page", LESSONS)
def test_no_page_jumps_unasked(visit: Open, page: str) -> None:
    one = come(visit, page, width=390, height=844)
    ahead = one.page.locator(f".st-key-{page}-step-next button")
    ahead.scroll_into_view_if_needed()
    before = one.page.evaluate(SCROLLED)
    for step in (1, 2, 3):
        box = ahead.bounding_box()
        assert box is not None
        # pressed where it stands: `click` scrolls by itself when the button is being drawn anew at that moment
        one.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        one.page.wait_for_url(re.compile(rf"[?&]step={step}\b"), timeout=PATIENCE)
        one.settled()
        assert abs(one.page.evaluate(SCROLLED) - before) < 5


def test_the_rail_is_marked_as_long_as_it_is_behind(visit: Open) -> None:
    one = come(visit, "gaussian_kl")
    tab: Page = one.page
    behind = "() => document.documentElement.hasAttribute('data-behind')"
    assert not tab.evaluate(behind)
    drag(tab.get_by_role("slider", name=labels("en")["gaussian_kl"]["centre-q"]), x=60, release=False)
    assert tab.evaluate(behind), "the stage has moved on"
    tab.mouse.up()
    tab.wait_for_function(f"() => !({behind})()", timeout=PATIENCE)
    assert one.troubles == []
