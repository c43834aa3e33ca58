"""The page of PyTorch notes in a real Chromium: cells that light up, amber cells that are set, and answers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels import shape_questions
from tests.browser.helpers import PATIENCE, Open, drag
from ui.text import labels

Come = Callable[..., Page]
OWN = labels("en")["pytorch"]
MARKED = """note => {
    const key = (one) => `${one.closest('figure').dataset.name}:${one.dataset.cell}`;
    const found = (mark) => [...note.querySelectorAll(`[data-${mark}]`)].map(key);
    return { lit: found('lit'), source: found('source'), made: found('made') };
}"""


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(note=...)` opens the page and waits until its tensors are drawn."""

    def opened(**query: object) -> Page:
        one = whole("pytorch", **query)
        expect(one.page.locator(".note")).to_have_attribute("data-drawn", re.compile(r"\d"))
        return one.settled()

    return opened


def cell(page: Page, tensor: str, number: int) -> Locator:
    return page.locator(f'.note figure[data-name="{tensor}"] [data-cell="{number}"]')


def marked(page: Page) -> dict[str, list[str]]:
    """Which cells are lit, by what they are to the one under the hand."""
    found: dict[str, list[str]] = page.locator(".note").evaluate(MARKED)
    return found


def test_the_cell_under_the_pointer_lights_those_it_came_from_and_those_made_of_it(come: Come) -> None:
    page = come(note="view", order="transposed", to="3, 2, 2")
    cell(page, "y", 7).hover()
    # y is read from x row by row, so its cell 7 is cell 7 of x, in row 3 and column 1: place 3 * 1 + 1 * 6 in memory
    assert marked(page) == {"lit": ["y:7"], "source": ["memory:9", "x:7"], "made": []}
    expect(page.locator(".note .where")).to_have_text("y[1, 1, 1] = 9  ←  x[3, 1], memory[9]")
    cell(page, "x", 7).hover()
    assert marked(page) == {"lit": ["x:7"], "source": ["memory:9"], "made": ["y:7"]}
    page.locator(".note .code").hover()
    assert marked(page) == {"lit": [], "source": [], "made": []}


def test_the_same_by_keyboard(come: Come) -> None:
    page = come(note="chunk")
    cell(page, "x", 0).focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(cell(page, "x", 8)).to_be_focused()
    assert marked(page) == {"lit": ["x:8"], "source": [], "made": ["parts[1]:2"]}
    page.keyboard.press("Home")
    expect(cell(page, "x", 0)).to_be_focused()
    page.keyboard.press("Tab")
    expect(cell(page, "parts[0]", 0)).to_be_focused()
    assert marked(page)["source"] == ["x:0"]


def test_an_amber_cell_is_set_by_keys_by_typing_and_by_hand(come: Come) -> None:
    page = come(note="gather")
    cell(page, "t", 0).focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile(r"[?&]t=6%2C2%2C2%2C5"))
    expect(cell(page, "out", 0)).to_have_text("0.1443")
    expect(cell(page, "t", 0)).to_be_focused()
    assert marked(page)["made"] == ["out:0"]
    cell(page, "t", 1).fill("3")
    page.keyboard.press("Enter")
    expect(cell(page, "out", 1)).to_have_text("0.6842")
    expect(page).to_have_url(re.compile(r"[?&]t=6%2C3%2C2%2C5"))
    cell(page, "t", 1).fill("99")
    page.keyboard.press("Enter")
    expect(cell(page, "t", 1)).to_have_value("8")
    cell(page, "t", 1).fill("x")
    page.keyboard.press("Enter")
    expect(cell(page, "t", 1)).to_have_value("8")
    drag(cell(page, "t", 2), y=-40)
    expect(page).to_have_url(re.compile(r"[?&]t=6%2C8%2C[45]%2C5"))
    page.get_by_role("button", name=OWN["more-pictures"]).click()
    expect(page).to_have_url(re.compile(r"[?&]t=6%2C8%2C[45]%2C5%2C5"))  # those that were set, and one more


def test_a_slider_changes_code_and_cells_while_it_is_moved(come: Come) -> None:
    page = come(note="chunk")
    expect(page.locator(".note .code")).to_contain_text("chunk(4, dim=1)")
    slider = page.locator(".sliders input[type=range]").nth(2)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".note .code")).to_contain_text("chunk(3, dim=1)")
    page.keyboard.press("ArrowLeft")
    expect(page.locator('.note figure[data-name="parts[2]"]')).to_have_count(0)
    expect(page.locator(".st-key-step")).to_contain_text("How long is a part?")


def test_a_wrong_answer_is_explained_and_a_right_one_counts(come: Come) -> None:
    page = come(note="view", ask=2)
    question = shape_questions.ask("view", 2)
    assert isinstance(question.answer, tuple)
    box = page.get_by_label(OWN["control-answer"])
    box.fill(f"({question.answer[1]}, {question.answer[0]})")
    page.get_by_role("button", name=OWN["check"]).click()
    expect(page.get_by_text(OWN["wrong-transposed"])).to_be_visible()
    expect(page.get_by_text(OWN["answer-told"])).to_be_visible()
    page.get_by_role("button", name=OWN["another"]).click()
    expect(page).to_have_url(re.compile(r"[?&]ask=3\b"))
    box.fill(str(shape_questions.ask("view", 3).answer).replace("(", "（").replace(",", "，"))
    box.press("Enter")
    expect(page.get_by_text("Right, it is")).to_be_visible()
    expect(page.locator(".st-key-rail-column").get_by_text(OWN["now-right"].replace("<<number>>", "1"))).to_be_visible()


def test_a_note_is_chosen_and_the_link_opens_it(come: Come, visit: Open) -> None:
    page = come()
    page.get_by_role("radio", name=OWN["note-gather"]).click()
    expect(page.locator(".note")).to_have_attribute("data-note", "gather")
    cell(page, "t", 3).focus()
    page.keyboard.press("ArrowUp")
    expect(page).to_have_url(re.compile("t=7%2C2%2C2%2C6"))
    other = visit()
    tab = other.page
    tab.goto(page.url)
    expect(tab.locator('.note figure[data-name="out"] [data-cell="3"]')).to_have_text("0.1443", timeout=3 * PATIENCE)
    assert other.troubles == []


def test_pictures_of_a_batch_are_the_digits_and_say_which_they_are(come: Come) -> None:
    page = come(note="loader", batch=6, turn=2)
    expect(page.locator('.note figure[data-name="images"] canvas')).to_have_count(6)
    cell(page, "images", 1).hover()
    expect(page.locator(".note .where")).to_contain_text("images[1]")
    expect(page.locator(".note .where")).to_contain_text("dataset[13]")


@pytest.mark.parametrize("note", ["draws", "like", "loader", "ppf", "view", "chunk", "gather", "types"])
def test_every_note_fits_a_narrow_screen_and_the_projector(visit: Open, note: str) -> None:
    one = visit(width=390)
    page = one.goto("pytorch", lang="zh", note=note)
    expect(page.locator(".note")).to_have_attribute("data-drawn", re.compile(r"\d"))
    one.settled()
    assert one.overflow() == []
    page.set_viewport_size({"width": 1280, "height": 720})
    page.keyboard.press("f")
    expect(page.locator("h1")).to_be_hidden()
    one.settled()
    bottom = page.evaluate("document.querySelector('.st-key-stage').getBoundingClientRect().bottom")
    assert bottom <= 720 and one.overflow() == []
    assert one.troubles == []
