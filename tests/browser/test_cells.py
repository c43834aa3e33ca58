"""The table of probabilities in a real Chromium: dragged, moved with the keys, typed, renamed, flagged."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import Come, Open, drag
from tools.browser import Visit
from ui.text import labels

COMMON = labels("en")["common"]


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page with the chain's table and waits until all of it is there."""

    def opened(**query: object) -> tuple[Visit, Page]:
        one = whole("markov", **query)
        return one, one.page

    return opened


def cell(page: Page, row: str, column: str) -> Locator:
    return page.get_by_role("spinbutton", name=f"From {row} to {column}", exact=True)


def row(page: Page, name: str) -> list[str]:
    return [cell(page, name, column).input_value() for column in ("burger", "pizza", "hot dog")]


def matrix(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("matrix", [""])[0]


def test_what_a_dragged_cell_takes_the_rest_of_its_row_gives(come: Come) -> None:
    one, page = come()
    drag(cell(page, "burger", "burger"), y=-36)  # 180 pixels are all there is
    expect(cell(page, "burger", "burger")).to_have_value("0.4")
    assert row(page, "burger") == ["0.4", "0.45", "0.15"], "pizza keeps three times the share of hot dog"
    page.wait_for_url("**matrix=0.4**")  # on its way the hand may have rested
    assert matrix(page) == "0.4,0.45,0.15;0.3,0,0.7;0.5,0,0.5"
    assert one.troubles == []


def test_arrow_keys_and_shift(come: Come) -> None:
    _, page = come()
    one = cell(page, "pizza", "pizza")
    one.focus()
    one.press("ArrowUp")
    expect(one).to_have_value("0.01")
    assert row(page, "pizza") == ["0.297", "0.01", "0.693"]
    one.press("Shift+ArrowUp")
    expect(one).to_have_value("0.11")
    for _ in range(3):
        one.press("Shift+ArrowDown")
    expect(one).to_have_value("0")
    assert row(page, "pizza") == ["0.3", "0", "0.7"], "back at 0 the others have what they had"


def test_where_the_rest_is_nothing_it_shares_evenly(come: Come) -> None:
    _, page = come(matrix="1,0,0;0,1,0;0,0,1")
    one = cell(page, "burger", "burger")
    one.focus()
    one.press("Shift+ArrowDown")
    assert row(page, "burger") == ["0.9", "0.05", "0.05"]


def test_a_typed_fraction_stays_one_and_a_sum_is_flagged_until_it_is_put_right(come: Come) -> None:
    one, page = come()
    typed = cell(page, "burger", "burger")
    typed.fill("1/3")
    typed.press("Enter")
    page.wait_for_url("**matrix=1%2F3**")
    assert row(page, "burger") == ["1/3", "0.6", "0.2"], "typed numbers leave the others alone"
    flag = page.locator(".cells .sum[data-off]")
    expect(flag).to_have_text("Σ 1.1333")
    expect(page.get_by_text("Row 1 sums to 1.13333333333;")).to_be_visible()
    page.get_by_role("button", name=COMMON["repair"]).click()
    expect(flag).to_be_hidden()
    expect(typed).to_have_value("5/17")
    assert row(page, "burger") == ["5/17", "9/17", "3/17"]
    assert one.troubles == []


def test_what_is_no_number_is_put_back_and_it_is_said_why(come: Come) -> None:
    _, page = come()
    typed, said = cell(page, "burger", "burger"), page.locator(".cells [role=status]")
    for nonsense in ("half", "1/0", "1/2/3", "0x1", "1_0"):
        typed.fill(nonsense)
        typed.press("Enter")
        typed.blur()
        expect(typed).to_have_value("0.2")
        expect(said).to_have_text(COMMON["cells-refused"].replace("#", nonsense))
    assert matrix(page) == ""
    for text, value in {"20 %": "0.2", "２／１０": "2/10", "0,2": "0.2"}.items():
        typed.fill(text)
        typed.press("Enter")
        typed.blur()
        expect(typed).to_have_value(value)
        expect(said).to_be_empty()


PASTE = """(input, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def test_cells_of_a_spreadsheet_are_pasted_at_once_or_refused_as_a_whole(come: Come) -> None:
    one, page = come()
    first = cell(page, "burger", "pizza")
    first.focus()
    first.evaluate(PASTE, "0,7\t10 %\r\n1/3\t2/3\r\n")
    page.wait_for_url("**matrix=**")
    assert matrix(page) == "0.2,0.7,0.1;0.3,1/3,2/3;0.5,0,0.5"
    said = page.locator(".cells [role=status]")
    for text in ("0.1\t0.2\t0.7", "0.1\tx"):
        first.evaluate(PASTE, text)
        expect(said).to_contain_text(text.replace("\t", " "))
    assert row(page, "burger") == ["0.2", "0.7", "0.1"]
    assert one.troubles == []


def test_a_state_is_renamed_in_rows_and_columns_and_in_all_the_page(come: Come) -> None:
    _, page = come()
    name = page.get_by_label("Name of pizza", exact=True)
    name.fill("soup, hot")
    name.press("Enter")
    page.keyboard.press("Tab")
    expect(cell(page, "burger", "soup hot")).to_have_value("0.6")  # commas part names in a link
    expect(page.locator(".chain .graph text", has_text="soup hot")).to_be_visible()
    page.wait_for_url("**names=**")
    page.get_by_text("soup hot", exact=True).last.wait_for()


def test_row_and_column_of_the_cell_under_the_hand_stand_out(come: Come) -> None:
    _, page = come()
    named = """all => all.filter(name => getComputedStyle(name).textDecorationLine === 'underline')
        .map(name => name.value ?? name.textContent)"""
    cell(page, "pizza", "hot dog").focus()
    assert page.locator(".cells th > *").evaluate_all(named) == ["hot dog", "pizza"]
    cell(page, "burger", "pizza").focus()
    assert page.locator(".cells th > *").evaluate_all(named) == ["pizza", "burger"]


def test_a_finger_drags_too(come: Come) -> None:
    """Touch arrives as pointer events; the page must not scroll under them."""
    _, page = come(width=390)
    one = cell(page, "hot dog", "pizza")
    one.scroll_into_view_if_needed()
    assert one.evaluate("input => getComputedStyle(input.closest('td')).touchAction") == "none"
    box = one.bounding_box()
    assert box and box["height"] >= 40
    drag(one, y=-18)
    expect(one).to_have_value("0.1")
    assert row(page, "hot dog") == ["0.45", "0.1", "0.45"]
