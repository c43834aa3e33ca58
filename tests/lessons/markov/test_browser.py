"""The Markov page in a real Chromium: the walk is played and stepped, and the page follows an edited cell."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.probability.markov import MarkovChain, visit_shares
from tests.browser.helpers import Come, Open
from tools.browser import Visit
from ui.text import labels

OWN, COMMON = labels("en")["markov"], labels("en")["common"]
CHAIN = MarkovChain([[0.2, 0.6, 0.2], [0.3, 0, 0.7], [0.5, 0, 0.5]], ["burger", "pizza", "hot dog"])


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until all of it is there."""

    def opened(**query: object) -> tuple[Visit, Page]:
        one = whole("markov", **query)
        return one, one.page

    return opened


def shares(page: Page, name: str) -> list[float]:
    return [float(value) for value in page.locator(f".chain td.{name}").all_text_contents()]


def button(page: Page, name: str) -> Locator:
    return page.locator(".chain").get_by_role("button", name=name, exact=True)


def at(page: Page, step: int) -> None:
    expect(page.locator(".chain")).to_have_attribute("data-step", str(step))


def test_step_back_and_scrub_show_what_python_says(come: Come) -> None:
    one, page = come()
    at(page, 8)
    walk = CHAIN.walk("pizza", 300, np.random.default_rng(0))
    visits, path = visit_shares(walk, 3), CHAIN.distributions("pizza", 300)
    assert shares(page, "distribution") == [0.3522, 0.2111, 0.4366]
    assert shares(page, "limit") == [0.3521, 0.2113, 0.4366]
    button(page, COMMON["step"]).click()
    at(page, 9)
    assert shares(page, "visits") == visits[9].round(4).tolist()
    button(page, COMMON["back"]).click()
    button(page, COMMON["back"]).click()
    at(page, 7)
    assert shares(page, "distribution") == pytest.approx(path[7], abs=6e-5)
    scrubber = page.locator(".chain input[type=range]")
    scrubber.press("End")
    at(page, 300)
    assert shares(page, "visits") == pytest.approx(visits[300], abs=6e-5)
    assert scrubber.get_attribute("aria-valuetext") == f"Step 300: {CHAIN.states[walk[300]]}"
    button(page, COMMON["reset"]).click()
    at(page, 0)
    assert shares(page, "visits") == [0, 1, 0]
    assert page.locator(".chain .name.here").text_content() == "pizza"
    assert one.troubles == []


def test_playing_walks_to_the_end_and_stops(come: Come) -> None:
    _, page = come()
    for _ in range(2):
        page.locator(".chain .speed").click()
    expect(page.locator(".chain .speed")).to_have_text("16×")
    button(page, COMMON["play"]).click()
    expect(button(page, COMMON["pause"])).to_be_visible()
    expect(page.locator(".chain")).to_have_attribute("data-step", re.compile(r"^[3-9]\d$"))
    button(page, COMMON["pause"]).click()
    expect(button(page, COMMON["play"])).to_be_visible()
    page.locator(".chain input[type=range]").press("End")
    page.locator(".chain input[type=range]").press("ArrowLeft")
    button(page, COMMON["play"]).click()
    at(page, 300)
    expect(button(page, COMMON["play"])).to_be_visible()


def test_all_the_page_follows_an_edited_cell_and_the_walk_stays_where_it_is(come: Come) -> None:
    one, page = come()
    button(page, COMMON["step"]).click()
    cell = page.get_by_role("spinbutton", name="From hot dog to hot dog", exact=True)
    cell.focus()
    for _ in range(3):
        cell.press("Shift+ArrowUp")
    expected = MarkovChain([["0.2", "0.6", "0.2"], ["0.3", "0", "0.7"], ["0.2", "0", "0.8"]])
    limit = expected.stationary_distributions()[0]
    expect(page.locator(".chain td.limit").nth(2)).to_have_text(f"{limit[2]:.4f}")
    at(page, 9)
    expect(page.locator(".gm-equation strong").first).to_have_text(re.compile(f"^{limit[2]:.4f}"))
    printed = page.locator("p", has_text=COMMON["prints"]).locator("code").first
    exact = " ".join(map(str, expected.stationary_fractions()[0]))
    expect(printed).to_have_text(re.compile(f"-> {exact}$"))
    rate = page.locator(".annotation-text", has_text=f"= {expected.second_modulus():.5f}")
    expect(rate).to_be_attached()
    assert one.troubles == []


def test_arrows_are_as_wide_as_probabilities(come: Come) -> None:
    _, page = come()
    widths = sorted(
        float(arrow.get_attribute("stroke-width") or 0) for arrow in page.locator(".chain path.arrow").all()
    )
    assert widths == pytest.approx([14 * share for share in (0.2, 0.2, 0.3, 0.5, 0.5, 0.6, 0.7)], abs=0.01)


def test_another_start_is_chosen(come: Come) -> None:
    one, page = come()
    page.get_by_role("combobox", name=OWN["start"]).click()
    page.get_by_role("option", name="hot dog").click()
    page.wait_for_url("**start=2**")
    button(page, COMMON["reset"]).click()
    expect(page.locator(".chain .name.here")).to_have_text("hot dog")
    assert one.troubles == []


def test_the_scrubber_is_long_enough_for_300_steps_and_the_stage_is_filled(come: Come) -> None:
    one, page = come()
    for width, least in ((1440, 300), (390, 300)):
        page.set_viewport_size({"width": width, "height": 900})
        one.settled()
        box = page.locator(".chain input[type=range]").bounding_box()
        assert box and box["width"] >= least, f"at {width} pixels"
    page.set_viewport_size({"width": 1440, "height": 900})
    one.settled()
    stage = page.locator(".st-key-stage").bounding_box()
    chain = page.locator(".chain").bounding_box()
    assert stage and chain and chain["width"] > 0.9 * stage["width"], "it stands below the table, not beside a gap"


def test_nothing_of_eight_states_sticks_out(come: Come) -> None:
    one, page = come(matrix=";".join([",".join(["1/8"] * 8)] * 8))
    assert page.locator(".chain .state").count() == 8
    for width in (1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        one.settled()
        assert one.overflow() == [], f"at {width} pixels"
