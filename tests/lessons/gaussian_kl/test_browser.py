"""The page on Gaussians in a real Chromium: handles on a chart, bumps and paths in the landscapes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lessons.gaussian_kl import fits
from tests.browser.helpers import Come, Open, drag
from tools.browser import Visit
from ui.text import labels

OWN, COMMON = labels("en")["gaussian_kl"], labels("en")["common"]


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until all of it is there."""

    def opened(**query: object) -> tuple[Visit, Page]:
        one = whole("gaussian_kl", further="open", **query)
        expect(one.page.locator(".fit")).to_have_attribute("data-step", "60")
        return one, one.page

    return opened


def handle(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=OWN[label].replace("#", "1"), exact=True).first


def test_a_curve_is_dragged_and_all_the_page_follows(come: Come) -> None:
    one, page = come()
    assert page.locator(".gm-equation strong").first.inner_text() == "0.8181"
    drag(handle(page, "centre-p"), x=-49)
    moved = float(handle(page, "centre-p").get_attribute("aria-valuenow") or "nan")
    assert -0.3 < moved < 0.3, "about 49 pixels are one unit of x"
    expected = moved**2 / 2 - 0.375 + 0.6931472
    expect(page.locator(".gm-equation strong").first).to_have_text(re.compile(f"^{expected:.4f}"))
    expect(page).to_have_url(re.compile(rf"mu_p={moved}\b"))
    printed = page.locator("p", has_text=COMMON["prints"]).locator("code")
    expect(printed).to_have_text(re.compile(f"^{expected:.4f} "))
    heading = page.locator(".annotation-text", has_text="D(p||q) =")
    expect(heading).to_have_text([f"D(p||q) = {expected:.4f}"])  # this one alone, once the chart is drawn
    expect(page.get_by_text(f"{expected:.6f} nats, exact.")).to_be_visible()
    assert one.troubles == []


def test_arrow_keys_move_a_handle_and_the_end_goes_with_its_centre(come: Come) -> None:
    one, page = come()
    end = handle(page, "end-q")
    before = end.bounding_box()
    handle(page, "centre-q").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page).to_have_url(re.compile(r"mu_q=0\.45"))
    after = end.bounding_box()
    assert before
    assert after
    assert after["x"] - before["x"] == pytest.approx(0.45 * 49.3, abs=1.5)
    end.focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"sigma_q=0\.95"))
    expect(end).to_have_attribute("aria-valuenow", "0.95")
    assert one.troubles == []


def test_a_bump_is_dragged_until_one_minimum_is_left(come: Come) -> None:
    one, page = come(s1=0.75, s2=0.75)
    marks = page.locator(".fit .reverse .minimum")
    expect(marks).to_have_count(3)
    drag(page.get_by_role("slider", name="Centre of bump 2", exact=True), x=-49)
    expect(marks).to_have_count(1)
    expect(page.locator(".fit .forward .minimum")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"m2=0\.9|m2=1\."))
    rows = page.locator("table").filter(has_text="μ").locator("tbody tr")
    expect(rows).to_have_count(2)
    assert one.troubles == []


def test_the_start_decides_where_it_ends_and_the_way_can_be_walked(come: Come) -> None:
    one, page = come()
    said = page.locator(".fit .reverse p")
    expect(said).to_have_text(re.compile(r"^μ −2\.000 +σ 0\.500 +D 0\.693$"))
    expect(page.locator(".fit .forward p")).to_have_text(re.compile(r"^μ 0\.000 +σ 2\.062 +D 0\.724$"))
    start = page.locator(".fit .reverse").get_by_role("slider")
    drag(start, x=130)
    expect(page).to_have_url(re.compile(r"a=-?[0123]\."))
    expect(said).to_have_text(re.compile(r"^μ 2\.000 +σ 0\.500 +D 0\.693$"))
    fit, button = page.locator(".fit"), page.locator(".fit .bar")
    button.get_by_role("button", name=COMMON["reset"]).click()
    expect(fit).to_have_attribute("data-step", "0")
    assert said.inner_text().startswith(f"μ {start.get_attribute('aria-valuenow')}")
    button.get_by_role("button", name=COMMON["step"], exact=True).click()
    expect(fit).to_have_attribute("data-step", "1")
    button.get_by_role("button", name=COMMON["play"], exact=True).click()
    expect(button.get_by_role("button", name=COMMON["pause"], exact=True)).to_be_visible()
    expect(fit).to_have_attribute("data-step", str(fits.NUM_STEPS))
    expect(button.get_by_role("button", name=COMMON["play"], exact=True)).to_be_visible()
    button.get_by_role("button", name=COMMON["back"], exact=True).click()
    expect(fit).to_have_attribute("data-step", str(fits.NUM_STEPS - 1))
    button.get_by_role("slider").focus()
    page.keyboard.press("End")
    expect(fit).to_have_attribute("data-step", str(fits.NUM_STEPS))
    assert one.troubles == []


def test_a_bad_covariance_is_repaired_with_one_click(come: Come) -> None:
    one, page = come()
    typed = page.get_by_role("spinbutton", name=OWN["slider-xy_p"])
    typed.fill("2")
    typed.press("Enter")
    notice = page.locator('[class*="st-key-notice"]')
    expect(notice).to_contain_text("The smallest eigenvalue of cov_p is -1,")
    page.get_by_role("button", name=COMMON["repair"]).click()
    expect(notice).to_have_count(0)
    expect(typed).to_have_value(re.compile(r"1\.4\d"))
    assert one.troubles == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_centre_can_be_taken_where_its_end_is_next_to_it(whole: Open, width: int) -> None:
    one = whole("gaussian_kl", width=width, sigma_p=0.2)
    centre, end = handle(one.page, "centre-p"), handle(one.page, "end-p")
    drag(centre, x=-30)
    expect(centre).not_to_have_attribute("aria-valuenow", "1")
    expect(end).to_have_attribute("aria-valuenow", "0.2")
    drag(end, x=30)
    expect(end).not_to_have_attribute("aria-valuenow", "0.2")


def test_the_best_q_moves_its_sliders_handle_and_link(come: Come) -> None:
    one, page = come()
    mean, slider = handle(page, "mean-q"), page.get_by_role("spinbutton", name=OWN["slider-xx_q"])
    page.get_by_role("button", name=OWN["best-reverse"]).click()
    expect(mean).to_have_attribute("aria-valuetext", "-0.5, 0")
    expect(slider).to_have_value("0.36")
    expect(page).to_have_url(re.compile("xx_q=0.36"))
    assert one.troubles == []
