"""The page on variational inference under a hand: q is dragged, the bar keeps its height, the climb is played."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from genmodels.probability.families import Gamma
from genmodels.probability.variational import ExponentialNormal
from lessons.variational.ascent import Climb
from lessons.variational.scene import FIELDS, Scene
from tests.browser.helpers import Open, inside, touch
from ui.numbers import number
from ui.text import Text, labels

OWN = labels("en")["variational"]
MODEL = ExponentialNormal()


def equation(page: Page) -> list[float]:
    """log p(x), the ELBO and the gap, as they stand on the screen."""
    texts = page.locator(".gm-equation strong").all_text_contents()
    return [float(text.replace("−", "-")) for text in texts]


def bar(page: Page) -> tuple[float, float]:
    """Heights of the gap and of the ELBO in the bar."""
    heights = page.locator(".gm-bar").evaluate(
        "bar => [...bar.children].filter(one => one.style.height).map(one => one.getBoundingClientRect().height)"
    )
    return heights[0], heights[1]


@pytest.fixture
def page(visit: Open) -> Page:
    tab = visit().goto("variational", lang="en")
    return tab


def test_q_is_dragged_and_the_bar_keeps_its_height(visit: Open) -> None:
    one = visit()
    page = one.goto("variational", lang="en")
    handle = page.get_by_role("slider", name=OWN["handle-m"])
    x, y = inside(handle)
    before, height = equation(page), sum(bar(page))
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for step in range(30):
        page.mouse.move(x - 1.7 * step, y)
        page.wait_for_timeout(30)
        seen.add(tuple(equation(page)))
    page.mouse.up()
    assert len(seen) > 4, "the equation waits until the point is let go"
    assert {log_evidence for log_evidence, *_ in seen} == {before[0]}
    mean = float(handle.get_attribute("aria-valuenow") or 0)
    elbo = MODEL.elbo(1.3, Gamma(1, 1 / mean))  # a gamma of shape 1 is an exponential
    expect(page.locator(".gm-equation strong").nth(1)).to_have_text(number(elbo, 6))
    assert bar(page)[0] < 40 and sum(bar(page)) == pytest.approx(height, abs=0.5)
    expect(page).to_have_url(re.compile(f"m={mean:g}"))
    assert one.troubles == []


def test_arrow_keys_and_typing_move_the_observation(page: Page) -> None:
    slider = page.get_by_role("slider", name=OWN["slider-x"])
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".gm-equation strong").first).to_have_text(number(MODEL.log_evidence(1.31), 6))
    page.get_by_role("spinbutton", name=OWN["slider-x"]).fill("2")
    page.keyboard.press("Enter")
    expect(page.locator(".gm-equation strong").first).to_have_text("−1.672754")
    expect(page.get_by_text(f"x = {number(2, 2)}")).to_have_count(0)  # said on hover only


def test_a_family_brings_its_handles_and_its_best_member_moves_them(page: Page) -> None:
    assert page.locator(".st-key-chart-densities button[role=slider]").count() == 1
    page.get_by_role("radio", name=OWN["truncated-normal"]).click()
    width = page.get_by_role("slider", name=OWN["handle-s"])
    expect(width).to_be_visible()
    page.get_by_role("button", name=OWN["best"]).click()
    expect(page.locator(".gm-equation strong").last).to_have_text("0.000000")
    expect(width).to_have_attribute("aria-valuenow", re.compile(r"^0\.65"))  # the handle follows the sentence
    assert float(width.get_attribute("aria-valuenow") or 0) == pytest.approx(0.65869, abs=1e-4)  # sqrt of 0.43387
    mean, end = (button.bounding_box() for button in page.locator(".st-key-chart-densities button[role=slider]").all())
    assert mean and end and end["x"] > mean["x"] + 30


def test_the_climb_is_stepped_and_its_q_taken(visit: Open) -> None:
    one = visit()
    page = one.goto("variational", lang="en", family="gamma", seed=3)
    state = {name: field.default for name, field in FIELDS.items()} | {"family": "gamma", "seed": 3}
    found = Climb(Scene(state, Text("variational", "en", "light")))  # type: ignore[arg-type]
    climb = page.locator(".climb")
    climb.scroll_into_view_if_needed()
    expect(climb).to_have_attribute("data-step", "120")
    climb.get_by_role("button", name=labels("en")["common"]["reset"]).click()
    expect(climb.locator(".said")).to_contain_text(f"ELBO {number(float(found.elbo[0]))}")
    climb.get_by_role("button", name=labels("en")["common"]["step"]).click()
    expect(climb).to_have_attribute("data-step", "1")
    said = climb.locator(".said").text_content() or ""
    first = found.path[1]
    assert isinstance(first, Gamma)
    assert f"shape {first.shape:.4f}" in said and f"rate {first.rate:.4f}" in said
    assert f"ELBO {number(float(found.elbo[1]))}" in said
    climb.get_by_role("slider", name=OWN["climb-steps"]).fill("40")
    climb.get_by_role("button", name=OWN["climb-take"]).click()
    expect(page.locator(".gm-equation strong").nth(1)).to_have_text(
        re.compile(re.escape(number(float(found.elbo[40]), 6)))
    )
    handle = page.get_by_role("slider", name=OWN["handle-m"])
    expect(handle).not_to_have_attribute("aria-valuenow", "1.4")  # it follows the equation
    assert float(handle.get_attribute("aria-valuenow") or 0) == pytest.approx(found.path[40].mean, abs=1e-4)
    one.settled()
    assert one.troubles == []


def test_play_walks_the_path_and_stops_at_its_end(page: Page) -> None:
    common = labels("en")["common"]
    climb = page.locator(".climb")
    climb.get_by_role("button", name=common["reset"]).click()
    expect(climb).to_have_attribute("data-step", "0")
    climb.get_by_role("button", name=common["play"]).click()
    climb.get_by_role("button", name=common["pause"]).click()
    halfway = int(climb.get_attribute("data-step") or 0)
    assert 0 <= halfway < 120, "it was paused"
    climb.get_by_role("button", name=common["play"]).click()
    expect(climb).to_have_attribute("data-step", "120", timeout=30_000)
    expect(climb.get_by_role("button", name=common["play"])).to_be_visible()


def test_who_wants_no_motion_sees_the_end_at_once(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    climb = page.locator(".climb")
    climb.get_by_role("button", name=labels("en")["common"]["reset"]).click()
    climb.get_by_role("button", name=labels("en")["common"]["play"]).click()
    assert climb.get_attribute("data-step") == "120"


def test_a_finger_drags_on_a_narrow_screen(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto("variational", lang="zh", family="gamma")
    handle = page.get_by_role("slider", name=labels("zh")["variational"]["handle-m"])
    touch(one, handle, x=30)
    expect(handle).not_to_have_attribute("aria-valuenow", "1.4")
    assert float(handle.get_attribute("aria-valuenow") or 0) > 1.6
    assert one.overflow() == []
