"""The likelihood page as a visitor uses it: balls drawn and typed, guesses dragged, in a real Chromium."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from lessons.likelihood.scene import MOST_DRAWS, filled
from tests.browser.helpers import Open, drag, equation
from tools.browser import Visit
from ui.text import labels

WORDS = labels("en")["likelihood"]


def opened(visit: Open, **query: object) -> tuple[Visit, Page]:
    one = visit()
    return one, one.goto("likelihood", **{"lang": "en", **query})


def handle(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=label, exact=True)


def test_the_guess_follows_the_hand_while_it_is_held(visit: Open) -> None:
    one, page = opened(visit)
    guess = handle(page, WORDS["handle"])
    assert equation(page) == "−69.3147 = −20.7944 + (−48.5203)"
    drag(guess, x=-100, release=False)
    expect(page.locator(".gm-equation").first).not_to_contain_text("69.3147")
    held = equation(page)
    page.mouse.up()
    one.settled()
    share = float(guess.get_attribute("aria-valuenow") or "")
    assert 0.28 < share < 0.36
    assert held != "−69.3147 = −20.7944 + (−48.5203)"
    expect(page).to_have_url(re.compile(f"theta={share:g}"))
    assert one.troubles == []


def test_arrow_keys_move_the_guess(visit: Open) -> None:
    one, page = opened(visit, theta=0.31)
    handle(page, WORDS["handle"]).focus()
    for key in ("ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator(".gm-equation").first).to_contain_text("−61.0864")
    expect(page).to_have_url(re.compile(r"theta=0\.3(&|$)"))
    page.keyboard.press("Shift+ArrowRight")
    expect(page).to_have_url(re.compile(r"theta=0\.325"))
    assert one.troubles == []


def test_balls_are_drawn_as_python_has_them_and_stop_when_told(visit: Open) -> None:
    sampler, rng = filled(190)
    balls = sampler.draw(MOST_DRAWS, rng)[0]
    one, page = opened(visit)
    red, blue = (page.get_by_label(WORDS[f"urn-{colour}"], exact=True) for colour in ("red", "blue"))
    page.get_by_role("button", name=WORDS["urn-reset"]).click()
    expect(page.get_by_text(WORDS["verdict-none"])).to_be_visible()
    page.get_by_role("button", name=WORDS["urn-one"], exact=True).click()
    page.get_by_role("button", name=WORDS["urn-ten"]).click()
    assert (int(red.input_value()), int(blue.input_value())) == (balls[:11].sum(), 11 - balls[:11].sum())
    expect(page.locator("svg.strip circle")).to_have_count(11)
    expect(page).to_have_url(re.compile(f"red={balls[:11].sum()}&blue={11 - balls[:11].sum()}"))

    page.get_by_role("button", name=labels("en")["common"]["play"], exact=True).click()
    expect(page.locator("svg.strip circle").nth(16)).to_be_attached()
    page.get_by_role("button", name=labels("en")["common"]["pause"], exact=True).click()
    n = page.locator("svg.strip circle").count()
    assert (int(red.input_value()), int(blue.input_value())) == (balls[:n].sum(), n - balls[:n].sum())
    page.wait_for_timeout(500)
    assert page.locator("svg.strip circle").count() == n
    one.settled()
    expect(page.locator(".gm-equation").first).to_contain_text(f"{balls[:n].sum()} log 0.5")
    assert one.troubles == []


def test_typed_counts_are_taken_and_nonsense_is_put_back(visit: Open) -> None:
    one, page = opened(visit)
    red = page.get_by_label(WORDS["urn-red"], exact=True)
    for typed, taken in (("-4", 30), ("many", 30), ("2.5", 30), ("999", 400), ("0", 0)):
        red.fill(typed)
        red.press("Enter")
        expect(red).to_have_value(str(taken))
        expect(page.locator("svg.strip circle.red")).to_have_count(taken)
        expect(page.locator(".gm-equation").first).to_contain_text(f"{taken} log 0.5")
    expect(page.get_by_text("The curvature gives none")).to_be_visible()
    assert one.troubles == []


def test_the_stickiness_follows_the_hand(visit: Open) -> None:
    one, page = opened(visit, further="open")
    slider = page.get_by_role("slider", name=WORDS["slider-sticky"])
    slider.scroll_into_view_if_needed()
    expect(page.get_by_text("74.2 %")).to_be_visible()
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("95.0 %")).to_be_visible()
    expect(page.get_by_text("100.0 independent ones")).to_be_visible()
    assert one.troubles == []


def test_the_gaussian_follows_both_handles(visit: Open) -> None:
    one, page = opened(visit)
    start = equation(page, 1)
    drag(handle(page, WORDS["normal-mu"]), x=66)
    expect(page.locator(".gm-equation").nth(1)).not_to_contain_text(start.split(" = ")[0])
    after = equation(page, 1)
    sigma = handle(page, WORDS["normal-sigma"])
    assert sigma.get_attribute("aria-valuenow") == "1", "the width went along with the centre"
    sigma.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page).to_have_url(re.compile(r"sigma=1\.25"))
    one.settled()
    assert float(after.split(" = ")[0].replace("−", "-")) > float(start.split(" = ")[0].replace("−", "-"))
    page.get_by_role("button", name=WORDS["normal-top"]).click()
    expect(page.get_by_text("0.00 above your point")).to_be_visible()
    assert one.troubles == []


def test_another_urn_takes_the_balls_back(visit: Open) -> None:
    one, page = opened(visit)
    page.get_by_role("button", name=WORDS["open-yes"]).click()
    expect(page.get_by_text("68 red balls among 200")).to_be_visible()
    page.get_by_role("button", name=WORDS["new-urn"]).click()
    expect(page.locator("svg.strip circle")).to_have_count(0)
    expect(page.get_by_text("red balls among 200: ")).to_have_count(0)
    assert one.troubles == []
