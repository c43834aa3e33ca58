"""The Bayes page as a visitor uses it: by mouse, finger and keys, in a real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lessons.bayes.scene import SETTINGS
from tests.browser.helpers import Open, drag, touch
from ui.text import labels

OWN = labels("en")["bayes"]
# Those of these names that are broken or stick out of their cells
BEYOND = """(names) => names.filter((name) => {
    const [text, cell] = [name, name.parentElement].map((one) => one.getBoundingClientRect());
    const broken = Math.min(text.height, text.width) > 30; // a long one may be turned
    const across = text.left < cell.left || text.right > cell.right;
    return broken || across || text.top < cell.top || text.bottom > cell.bottom;
}).map((name) => name.textContent)"""


def numbers(page: Page) -> Locator:
    """The live equation, its numbers and signs."""
    return page.locator(".gm-equation :is(strong, b)")


def handle(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=OWN[f"cut-{name}"], exact=True)


@pytest.fixture
def page(whole: Open) -> Page:
    """The page in English, to its end."""
    return whole("bayes", further="open").page


def test_a_dragged_cut_is_followed_by_both_squares_and_the_equation(page: Page) -> None:
    expect(numbers(page)).to_have_text(["16.67 %", "=", "99", "/", "594"])
    square = page.locator(".square").first
    size = square.bounding_box()
    assert size
    drag(handle(page, "prior"), y=0.19 * size["height"])
    expect(handle(page, "prior")).to_have_attribute("aria-valuenow", "20")
    expect(numbers(page)).to_have_text(["83.19 %", "=", "1,980", "/", "2,380"])
    sick_and_positive = page.locator(".square").nth(1).locator(".cells button").first
    page.wait_for_function(
        "([cell, height]) => Math.abs(cell.clientHeight - height) < 1.5",
        arg=[sick_and_positive.element_handle(), 0.8319 * size["height"]],
    )
    drag(handle(page, "specificity"), x=0.2 * size["width"])
    expect(handle(page, "specificity")).to_have_attribute("aria-valuenow", "75")
    expect(numbers(page).first).to_have_text("49.75 %")
    expect(page).to_have_url(re.compile(r"prior=20\.0.*specificity=75\.0"))


def test_arrow_keys_are_fine_near_the_ends_and_coarse_between(page: Page) -> None:
    specificity = handle(page, "specificity")
    specificity.focus()
    for key, expected in (
        ("ArrowLeft", "96"),
        ("Shift+ArrowLeft", "99.7"),
        ("ArrowLeft", "99.8"),
        ("ArrowRight", "99.7"),
    ):
        page.keyboard.press(key)
        expect(specificity).to_have_attribute("aria-valuenow", expected)
    expect(numbers(page).first).to_have_text("76.92 %")
    page.keyboard.press("End")
    expect(numbers(page).first).to_have_text("100.00 %")
    page.keyboard.press("Home")
    expect(numbers(page)).to_have_text(["0.99 %", "=", "99", "/", "9,999"])


def test_a_typed_number_counts_and_nonsense_is_put_back(page: Page) -> None:
    field = page.get_by_label(OWN["cut-specificity"]).locator("visible=true").last
    field.fill("99.9")
    field.press("Enter")
    expect(numbers(page)).to_have_text(["90.91 %", "=", "990", "/", "1,089"])
    done = page.locator("p", has_text=OWN["challenge-trust"]).get_by_text(labels("en")["common"]["done"])
    expect(done).to_be_visible()
    field.fill("101")
    field.press("Enter")
    expect(field).to_have_value("99.9")
    page.get_by_role("button", name=OWN["setting-start"]).click()
    expect(field).to_have_value("95")
    expect(numbers(page).first).to_have_text("16.67 %")


def test_a_cell_shows_its_people_in_both_squares(page: Page) -> None:
    cells = [page.locator(".square").nth(i).locator(".cells button") for i in (0, 1)]
    cells[0].nth(2).hover()
    expect(page.locator("output").first).to_have_text("495 of 10,000 people: healthy, positive. 0.99 × 0.05 = 0.0495")
    count = """canvas => { const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((_, i) => i % 4 === 3).filter((alpha) => alpha > 0).length; }"""
    for both in cells:
        expect(both.nth(2).locator("canvas")).to_be_visible()
        assert both.nth(2).locator("canvas").evaluate(count) > 495
    cells[0].nth(2).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("output").first).to_contain_text("9,405 of 10,000 people")
    expect(cells[1].nth(3).locator("canvas")).to_be_visible()


def test_a_table_that_does_not_sum_to_one_is_repaired_with_one_click(page: Page) -> None:
    field = page.get_by_role("spinbutton", name="p(rain, late)")
    field.fill("0.98")
    field.press("Enter")
    expect(page.get_by_text(labels("en")["problem"]["table-sum"].format(total="1.8"))).to_be_visible()
    page.get_by_role("button", name=labels("en")["common"]["repair"]).click()
    expect(field).to_have_value("49/90")
    expect(page.locator("table", has_text="p(Y | X = rain)")).to_contain_text("0.5444 / 0.6111 = 0.8909")


def test_the_slice_is_dragged_through_the_hits(page: Page) -> None:
    slice_handle = page.get_by_role("slider", name=OWN["handle-slice"])
    slice_handle.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(slice_handle).to_have_attribute("aria-valuenow", "0.8")
    expect(page.get_by_text("p(y | x = 0.80)")).to_be_visible()
    expect(page.get_by_text(re.compile(r"of 300 lie within ±0\.25"))).to_be_visible()
    drag(slice_handle, x=-90)
    expect(page.get_by_text(re.compile(r"p\(y \| x = -1\.\d\d\)"))).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_name_stands_on_one_line_within_its_cell_or_not_at_all(visit: Open, width: int) -> None:
    one = visit(width=width)
    page = one.goto("bayes")
    expect(page.locator(".square")).to_have_count(4)
    for name in ("bus", "test", "copy", "dice"):
        page.get_by_role("button", name=OWN[f"example-{name}"], exact=True).click()
        one.settled()
        names = page.locator(".cells button span[data-fits]")
        for _ in range(20):  # cells slide to their places
            page.wait_for_timeout(500)
            if not (beyond := names.evaluate_all(BEYOND)):
                break
        assert beyond == [], name
    assert one.overflow() == [] and one.troubles == []


def test_on_a_narrow_screen_nothing_sticks_out_and_nothing_goes_wrong(visit: Open) -> None:
    narrow = visit(width=390, locale="zh-CN", theme="dark")
    page = narrow.goto("bayes", lang="zh", prior="0.1", mu_x="-1.25", rho="-0.9")
    expect(page.get_by_role("heading", name=labels("zh")["bayes"]["target"])).to_be_visible(timeout=20_000)
    narrow.settled()
    assert narrow.overflow() == []
    assert narrow.troubles == []


def test_the_squares_keep_their_fills_while_no_pointer_is_on_them(whole: Open) -> None:
    """Every preset, and a finger: dots stand in a cell for as long as one looks at it, and fills otherwise."""
    one = whole("bayes")
    dotted = one.page.locator(".squares .cells button[data-on]")
    for name in SETTINGS:
        one.page.get_by_role("button", name=OWN[f"setting-{name}"], exact=True).click()
        expect(one.page).to_have_url(re.compile("prior=") if SETTINGS[name]["prior"] != 1 else re.compile("bayes"))
        one.settled()
        expect(dotted).to_have_count(0)
    touch(one, handle(one.page, "prior"), y=40)
    one.settled()
    expect(dotted).to_have_count(0)
    one.page.locator(".squares .cells button").first.hover()
    expect(dotted).to_have_count(2)  # the same cell in either square
