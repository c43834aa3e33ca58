"""The slice through the space of vectors in a real Chromium: z is dragged, and only borders change anything."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels import load
from genmodels.data import mnist
from genmodels.evaluation import straight
from genmodels.evaluation.straight import StraightThrough
from genmodels.models.vqvae import VQVAE
from tests.browser.helpers import Open, inside, stroke, touch
from ui.text import labels

Come = Callable[..., Page]
PATIENCE = 60_000
DIGIT, CELL = 4, 10  # of the test set, and a place of its grid, where several codes are near
OWN = labels("en")["vqvae"]


@pytest.fixture(scope="module")
def found() -> StraightThrough:
    return found_at(CELL)


def found_at(cell: int) -> StraightThrough:
    model = load("vqvae-mnist", device="cpu")
    assert isinstance(model, VQVAE)
    return straight.of(model, mnist.load("test").pixels(slice(DIGIT, DIGIT + 1)), cell)


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until the slice is drawn."""

    def opened(**query: object) -> Page:
        one = whole("vqvae", digit=DIGIT, cell=CELL, **query)
        expect(slice_of(one.page)).to_have_attribute("data-code", re.compile(r"\d"), timeout=PATIENCE)
        return one.settled()

    return opened


def slice_of(page: Page) -> Locator:
    return page.locator(".slice")


def told(page: Page) -> tuple[int, str]:
    """The code under the handle, and its loss."""
    code, loss = (str(slice_of(page).get_attribute(f"data-{name}")) for name in ("code", "loss"))
    return int(code), loss


def place(page: Page, found: StraightThrough, x: float, y: float) -> tuple[float, float]:
    """Where on the screen a point of the plane is."""
    left, right, bottom, top = found.box
    return inside(page.locator(".slice .field"), (x - left) / (right - left), (top - y) / (top - bottom))


def on_ray(found: StraightThrough, t: float) -> tuple[float, float]:
    return float(t * found.descent[0]), float(t * found.descent[1])


def test_nothing_changes_until_z_crosses_a_border(come: Come, found: StraightThrough) -> None:
    """The handle follows the ray, of which Python has told where each code begins."""
    page, stairs = come(), found.stairs
    seen = []
    for stair, end in zip(stairs, [*(one.begin for one in stairs[1:]), found.reach], strict=False):
        if stair.begin >= found.reach:
            break
        for share in (0.1, 0.5, 0.9):
            t = stair.begin + share * (min(end, found.reach) - stair.begin)
            page.mouse.click(*place(page, found, *on_ray(found, t)))
            seen.append((told(page), (stair.code, f"{stair.loss:.3f}")))
    assert len({code for (code, _), _ in seen}) > 1
    for (code, loss), (expected, nats) in seen:
        assert code == expected and float(loss) == pytest.approx(float(nats), abs=2e-3)


def test_the_handle_is_dragged_and_the_sentence_and_picture_follow(come: Come, found: StraightThrough) -> None:
    page = come()
    first, second = found.stairs[:2]
    picture = page.locator(".slice canvas")
    start = place(page, found, *on_ray(found, found.reach))
    stroke(page, start, place(page, found, 0, 0), release=False)
    assert told(page)[0] == first.code
    expect(page.locator(".slice p")).to_contain_text(OWN["slice-same"].removeprefix(", "))
    before = picture.evaluate("canvas => canvas.toDataURL()")
    page.mouse.move(*place(page, found, *on_ray(found, (second.begin + found.stairs[2].begin) / 2)), steps=8)
    page.mouse.up()
    assert told(page)[0] == second.code
    assert picture.evaluate("canvas => canvas.toDataURL()") != before
    way = OWN["slice-more" if second.loss > first.loss else "slice-less"]
    change = f"{abs(second.loss - first.loss):.3f}"
    expect(page.locator(".slice p")).to_contain_text(way.replace("#", change))
    page.mouse.move(*place(page, found, 0, 0))
    assert told(page)[0] == second.code, "it was let go"


def test_keys_move_it_and_home_brings_it_back(come: Come, found: StraightThrough) -> None:
    page = come()
    grip = page.locator(".slice .grip")
    grip.focus()
    page.keyboard.press("Home")
    assert told(page)[0] == found.code and grip.get_attribute("aria-valuenow") == "0.000"
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    step = 0.06 * (found.box[1] - found.box[0])
    assert float(str(grip.get_attribute("aria-valuenow"))) == pytest.approx(step, abs=2e-3)
    assert str(told(page)[0]) in str(grip.get_attribute("aria-valuetext"))


def test_it_follows_the_place_that_is_chosen_in_the_grid(come: Come) -> None:
    page = come()
    page.locator(".code-grid .codes .frame").scroll_into_view_if_needed()
    page.mouse.click(*inside(page.locator(".code-grid .codes .frame"), 1.5 / 7, 4.5 / 7))  # row 5, column 2
    found = found_at(4 * 7 + 1)
    expect(page.locator(".slice text.end")).to_have_text(f"t = {found.reach:.2f}", timeout=PATIENCE)
    last = [stair for stair in found.stairs if stair.begin <= found.reach][-1]
    expect(slice_of(page)).to_have_attribute("data-code", str(last.code))


def test_on_a_phone_it_is_to_scale_and_a_finger_moves_it(visit: Open, found: StraightThrough) -> None:
    one = visit(width=390, height=844)
    page = one.goto("vqvae", lang="en", digit=DIGIT, cell=CELL)
    expect(slice_of(page)).to_have_attribute("data-code", re.compile(r"\d"), timeout=PATIENCE)
    one.settled()
    box = page.locator(".slice .field").bounding_box()
    assert box and box["width"] == box["height"] > 280 and one.overflow() == []
    z, e = (page.locator(f".slice circle.{name}").bounding_box() for name in "ze")
    assert z and e
    apart = (e["x"] + e["width"] / 2) - (z["x"] + z["width"] / 2)
    assert apart == pytest.approx(found.distance / (found.box[1] - found.box[0]) * box["width"], abs=1.5)
    before = page.locator(".slice .grip").get_attribute("aria-valuenow")
    touch(one, page.locator(".slice .grip"), x=40)
    assert page.locator(".slice .grip").get_attribute("aria-valuenow") != before
