"""The page on pixels in a real Chromium: what is played, clicked, overwritten and erased is what the model computed."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from genmodels import load
from genmodels.evaluation import pixel_maps
from genmodels.evaluation.pixel_trace import Trace, draw
from genmodels.models.pixels import PixelModel
from lessons.pixels import models
from tests.browser.helpers import Open, computed, grey, inside
from tests.browser.helpers import draw as draw_on
from ui.text import labels

Come = Callable[..., Page]
OWN, COMMON = labels("en")["pixels"], labels("en")["common"]
PATIENCE = 60_000  # ms; a network computes
TO_COME = 0.1


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until nothing on it is being computed any more."""

    def opened(**query: object) -> Page:
        one = whole("pixels", **query)
        expect(one.page.locator(".raster")).to_have_attribute("data-at", re.compile(r"\d+"), timeout=PATIENCE)
        return computed(one)

    return opened


def model() -> PixelModel:
    network = load("pixelcnn-mnist", device="cpu")
    assert isinstance(network, PixelModel)
    return network


def drawn(seed: int = 0, **options: object) -> Trace:
    *_, whole = draw(model(), seed, **options)  # type: ignore[arg-type]
    assert isinstance(whole, Trace)
    return whole


def seen(page: Page, name: str) -> np.ndarray:
    """A picture of the stage as values in [0, 1]."""
    return grey(page.locator(f".raster figure.{name} canvas"))


def at(page: Page, number: int) -> None:
    expect(page.locator(".raster")).to_have_attribute("data-at", str(number), timeout=PATIENCE)


def button(page: Page, name: str) -> None:
    page.locator(".raster").get_by_role("button", name=COMMON[name], exact=True).click()


def test_what_is_shown_is_what_the_model_drew(come: Come) -> None:
    page, trace = come(pixel=441), drawn()
    for number in (441, 442):
        expected = trace.x.ravel().copy()
        expected[number:] = TO_COME
        assert np.abs(seen(page, "x") - expected).max() < 0.02
        bits = (trace.bits.ravel() / 5).clip(0, 1)
        bits[number:] = TO_COME
        assert np.abs(seen(page, "bits") - bits).max() < 0.02
        here = divmod(number, 28)
        cells = page.locator(".raster dl dd").all_text_contents()
        assert cells[0] == f"row {here[0] + 1}, column {here[1] + 1}"
        assert cells[1] == f"{trace.probabilities[here][1]:.4f}"
        assert cells[2] == f"{trace.chance[here]:.4f}"
        assert cells[3] == ("paper", "ink")[round(float(trace.x[here]))]
        assert cells[4:] == [
            f"{trace.bits[here]:.3f} bits",
            f"{trace.bits.ravel()[:number].sum():.1f} bits",
            f"{trace.total:.1f} bits",
        ]
        button(page, "step")
        at(page, number + 1)


def test_the_ten_bars_are_what_is_known_of_the_digit(come: Come) -> None:
    page, trace = come(pixel=300), drawn()
    assert trace.labels is not None
    shown = page.locator(".raster .digits b").evaluate_all(
        "all => all.map((one) => parseFloat(one.style.height) / 100)"
    )
    assert shown == pytest.approx(trace.labels[300].tolist(), abs=2e-4)


def test_playing_ends_with_the_whole_picture_and_the_sum_of_all_bits(come: Come) -> None:
    page, trace = come(pixel=0), drawn()
    button(page, "play")
    at(page, 784)  # whoever wants no motion is there at once
    assert np.abs(seen(page, "x") - trace.x.ravel()).max() < 0.02
    total = f"{trace.total:.1f} bits"
    assert page.locator(".raster dd").all_text_contents()[-2:] == [total, total]
    expect(page).to_have_url(re.compile("pixel=784"))


def test_a_click_goes_to_a_pixel_and_the_rail_follows(come: Come) -> None:
    page = come(pixel=784)
    place = inside(page.locator(".raster figure.p .frame"), (10 + 0.5) / 28, (20 + 0.5) / 28)
    page.mouse.click(*place)
    at(page, 20 * 28 + 10)
    expect(page.locator(".st-key-step")).to_contain_text("Row 21, column 11", timeout=PATIENCE)
    page.locator(".raster figure.x .frame").focus()
    page.keyboard.press("ArrowUp")
    at(page, 19 * 28 + 10)


def test_an_overwritten_pixel_changes_what_comes_after_it_alone(come: Come) -> None:
    page, before = come(pixel=370), drawn()
    page.get_by_role("button", name=OWN["overwrite"]).click()
    expect(page).to_have_url(re.compile("forced=370-"), timeout=PATIENCE)
    expect(page.get_by_role("button", name=OWN["as-drawn"].replace("<<number>>", "1"))).to_be_visible(timeout=PATIENCE)
    page.locator(".raster .bar input").fill("784")
    at(page, 784)
    after = seen(page, "x")
    assert np.abs(after[:370] - before.x.ravel()[:370]).max() < 0.02
    assert abs(after[370] - (1 - before.x.ravel()[370])) < 0.02


def test_a_drawn_digit_is_read_and_then_completed(come: Come) -> None:
    page = come(pixel=784)
    page.get_by_role("radio", name=OWN["start-read"]).click()
    pad = page.locator(".st-key-stage .sketch .pad")
    expect(pad).to_be_visible(timeout=PATIENCE)
    draw_on(pad, (0.5, 0.15), (0.5, 0.85))
    bars = page.locator(".raster .digits [data-most] span")
    expect(bars).to_have_text("1", timeout=PATIENCE)
    ink = seen(page, "x").reshape(28, 28)
    assert ink[4:8].max() > 0.9 and ink[20:24].max() > 0.9
    page.get_by_role("radio", name=OWN["start-complete"]).click()
    expect(page).to_have_url(re.compile("start=complete"), timeout=PATIENCE)
    kept = page.locator(".raster:not([data-live]) dl .got dd")
    expect(kept).not_to_contain_text(OWN["view-given"], timeout=PATIENCE)
    page.mouse.click(*inside(page.locator(".raster figure.x .frame"), 0.5, 0.1))
    expect(kept).to_contain_text(OWN["view-given"], timeout=PATIENCE)


def test_the_prediction_erases_the_upper_half_and_the_picture_answers(come: Come) -> None:
    page = come()
    page.get_by_text(OWN["predict-b"]).click()
    page.get_by_role("button", name=OWN["predict-do"]).click()
    at(page, 784)
    expect(page).to_have_url(re.compile("erased=upper"), timeout=PATIENCE)
    expect(page.get_by_text(OWN["predict-b-answer"])).to_be_visible(timeout=PATIENCE)


def test_a_click_shows_what_each_network_sees_there(come: Come) -> None:
    page = come()
    figures = page.locator(".fields figure")
    expect(figures).to_have_count(4, timeout=PATIENCE)
    row, column = 14, 20
    page.mouse.click(*inside(page.locator(".fields .frame").first, (column + 0.5) / 28, (row + 0.5) / 28))
    place = row * 28 + column
    expect(page.locator(".fields")).to_have_attribute("data-place", str(place))
    for name, figure in zip(("plain", "gated", "dilated"), figures.all(), strict=False):
        field = pixel_maps.stored(models.ingredient(name).checkpoint)
        assert field is not None
        assert figure.get_attribute("data-seen") == str(int(field[place].sum()))
        assert figure.get_attribute("data-missed") == str(place - int(field[place].sum()))
    at(page, place)
    page.locator(".raster .bar input").fill("300")
    expect(page.locator(".fields")).to_have_attribute("data-place", "300", timeout=PATIENCE)
    missed = [int(figure.get_attribute("data-missed") or 0) for figure in figures.all()]
    assert missed[0] > missed[1] > missed[2], "blind spot, then short sight, then neither"


def test_a_digit_is_completed_in_six_ways_and_weighed_where_ink_is_below(come: Come) -> None:
    page = come(start="complete", erased="upper", digit=4)
    page.get_by_role("button", name=OWN["complete-do"]).click()
    for key in ("completed", "weighed"):
        expect(page.locator(f".st-key-{key} canvas, [class*=st-key-{key}] canvas")).to_have_count(6, timeout=PATIENCE)


def test_speed_is_chosen_and_play_goes_on(come: Come) -> None:
    page = come(pixel=0)
    speed = page.get_by_role("combobox", name=OWN["view-speed"])
    speed.select_option("16")
    button(page, "play")
    at(page, 784)
