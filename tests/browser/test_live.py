"""The live controls that all pages share: what a hand does to them, and what the server hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from genmodels.errors import Problem
from genmodels.probability import checks, information
from tests.browser.helpers import Open, equation, inside, touch
from tools.browser import ROOT
from ui.course import SECTIONS
from ui.text import labels

RESCALE = (ROOT / "ui" / "components" / "rescale.js").read_text(encoding="utf-8")
NUMBERS = (ROOT / "ui" / "components" / "numbers.js").read_text(encoding="utf-8")
MESSENGER = (ROOT / "ui" / "components" / "messenger.js").read_text(encoding="utf-8")


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page of its own for scripts."""
    page = browser.new_page()
    page.set_content('<div data-testid="stApp" data-test-script-state="notRunning"></div>')
    yield page
    page.close()


def test_a_dragged_share_is_what_python_says(blank: Page) -> None:
    """The browser rescales as `with_share` does, to the thousandth, and its sum is 1 exactly."""
    blank.add_script_tag(content=RESCALE)
    rng = np.random.default_rng(0)
    for _ in range(200):
        q = rng.dirichlet(np.full(rng.integers(2, 13), 0.7))
        index, theta = int(rng.integers(len(q))), float(rng.uniform(0, 1))
        here = blank.evaluate("([q, index, theta]) => rescale(q, index, theta)", [q.tolist(), index, theta])
        assert sum(round(share * 1000) for share in here) == 1000
        assert abs(sum(here) - 1) < 1e-12
        assert np.abs(np.array(here) - information.with_share(q, index, [round(theta, 3)])[0]).max() < 1e-3


@pytest.mark.parametrize(
    ("values", "index", "value", "expected"),
    [
        ([1, 0, 0], 0, 0.5, [0.5, 0.25, 0.25]),
        ([0.2, 0.3, 0.5], 2, 7, [0, 0, 1]),
        ([0.2, 0.8], 0, -1, [0, 1]),
        ([0.5], 0, 0.2, [1]),
        ([0.4, 0.8, 0.8], 0, 0.5, [0.5, 0.25, 0.25]),
    ],
)
def test_the_ends_of_a_drag(blank: Page, values: list[float], index: int, value: float, expected: list[float]) -> None:
    blank.add_script_tag(content=RESCALE)
    assert blank.evaluate("([v, i, x]) => rescale(v, i, x)", [values, index, value]) == expected


WRITTEN = [
    *re.split(" ", "0.25 1/3 0,5 ,5 5. +2/3 1/2.5 1,5/2 50% 33.3% 1e-3% 1e-05 -1/2 −1/2 ０．５ １００％ 1⁄3 1e300"),
    *re.split(" ", "1/0 a 1/2/3 0x1 0b1 1_0 Infinity nan 1e400 1e999/1e999 1,000.5 0.20.3 1/-2 1/3% ½ ٣ % / . +"),
    *("", " ", " 1 / 3 ", "50 %", "0.2\t0.3", "0.2\n0.3", "9" * 40, "9" * 41, "\u30000.5\u00a0"),
]
SIGNS = "0123456789.,/%eE+- −０５．，％⁄x\u00a0\u3000"
NUMBERS_OF = (
    "texts => texts.map(text => { const n = numberOf(text); return [Number.isFinite(n) ? n : null, canonical(text)]; })"
)


def test_browser_and_python_read_the_same_numbers(blank: Page) -> None:
    blank.add_script_tag(content=NUMBERS)
    rng = np.random.default_rng(0)
    texts = WRITTEN + ["".join(rng.choice(list(SIGNS), rng.integers(1, 8))) for _ in range(3000)]
    read = 0
    for text, (here, written) in zip(texts, blank.evaluate(NUMBERS_OF, texts), strict=True):
        try:
            there = float(checks.fraction(text, "x"))
        except Problem:
            assert here is None, f"only the browser takes {text!r}"
            continue
        read += 1
        assert here == pytest.approx(there, rel=1e-15, abs=0), f"{text!r}"
        for rewritten in (written, checks.canonical(text)):
            assert set(rewritten) <= set("0123456789./eE+-"), f"{text!r} in formulas and links"
            assert float(checks.fraction(rewritten, "x")) == pytest.approx(there, rel=1e-15, abs=0)
    assert read > 300


def test_a_sum_that_is_not_1_never_reads_as_1(blank: Page) -> None:
    blank.add_script_tag(content=NUMBERS)
    sums = [1, 0.9999999, 1.00000001, 1.1, 0.99995, 1 + 5e-10]
    assert blank.evaluate("sums => sums.map(sum => writtenSum(sum, 4))", sums) == [
        *("1", "0.9999999", "1.00000001", "1.1", "0.99995", "1")
    ]


def test_the_server_hears_the_first_and_the_last_and_not_more_than_it_can_bear(blank: Page) -> None:
    blank.add_script_tag(content=MESSENGER)
    heard = blank.evaluate(
        """async () => {
            const [heard, rests] = [[], []];
            const tell = (value) => heard.push([value, performance.now()]);
            const messenger = new Messenger(tell, () => rests.push(heard.length));
            for (let i = 0; i < 50; i++) { messenger.push(i); await new Promise((done) => setTimeout(done, 10)); }
            await new Promise((done) => setTimeout(done, 600));
            return { heard, rests };
        }"""
    )
    values, times = zip(*heard["heard"], strict=True)
    assert values[0] == 0 and values[-1] == 49
    assert list(values) == sorted(values)
    assert min(np.diff(times)) >= 55
    assert heard["rests"] == [len(values)], "the rest comes once, after the last"


def test_every_value_goes_with_the_revision_that_it_was_made_for(blank: Page) -> None:
    blank.add_script_tag(content=MESSENGER)
    heard = blank.evaluate(
        """() => {
            const heard = [];
            const messenger = new Messenger((...told) => heard.push(told));
            messenger.revision = 3;
            messenger.push("at once");
            messenger.push("later");
            messenger.revision = 4;
            messenger.flush();
            messenger.push("new");
            return heard;
        }"""
    )
    assert heard == [["at once", 3, 1], ["later", 3, 2], ["new", 4, 3]], "with its revision and the number of its move"


def test_the_hand_rests_when_it_does_nothing_elsewhere_either(blank: Page) -> None:
    """A message in the wake of a press would break its answer off."""
    blank.add_script_tag(content=MESSENGER)
    rested, last = blank.evaluate(
        """() => new Promise((done) => {
            let last = 0;
            new Messenger(() => {}, () => done([performance.now(), last])).push(0);
            for (let i = 1; i <= 8; i++) setTimeout(() => {
                last = performance.now();
                const kind = i % 2 ? new KeyboardEvent("keydown") : new PointerEvent("pointerup");
                document.body.dispatchEvent(kind);
            }, 80 * i);
        })"""
    )
    assert rested - last >= 240 and last > 600


def test_a_busy_page_is_not_interrupted(blank: Page) -> None:
    blank.add_script_tag(content=MESSENGER)
    heard = blank.evaluate(
        """async () => {
            const app = document.querySelector('[data-testid="stApp"]');
            const heard = [];
            const messenger = new Messenger((value) => { heard.push(value); app.dataset.testScriptState = "running"; });
            for (let i = 0; i < 20; i++) { messenger.push(i); await new Promise((done) => setTimeout(done, 10)); }
            const meanwhile = heard.length;
            app.dataset.testScriptState = "notRunning";
            await new Promise((done) => setTimeout(done, 200));
            return [meanwhile, heard];
        }"""
    )
    assert heard == [1, [0, 19]]


def test_the_picture_follows_the_dragged_bar(visit: Open) -> None:
    one = visit()
    page = one.goto("information", lang="en")
    handle = page.get_by_role("slider", name="q, what you believe: Share of heads")
    x, y = inside(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for step in range(30):
        page.mouse.move(x, y - step)
        page.wait_for_timeout(30)
        seen.add(equation(page))
    assert len(seen) > 4, "the equation waits until the bar is let go"
    page.mouse.up()
    share = float(handle.get_attribute("aria-valuenow") or 0)
    assert share > 0.3
    told = f"{information.kl_divergence((0.5, 0.5), (share, 1 - share)):.4f}"[:5]
    expect(page.locator(".gm-equation strong").last).to_contain_text(told)
    written = f"q={share:g}%2C{1 - share:g}"
    page.wait_for_function("written => location.search.includes(written)", arg=written)  # when the hand rests
    assert one.troubles == []


def test_arrow_keys_typing_and_repair(visit: Open) -> None:
    one = visit()
    page = one.goto("information", lang="en")
    handle = page.get_by_role("slider", name="p, what happens: Share of heads")
    handle.focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(handle).to_have_attribute("aria-valuenow", "0.600")
    expect(page.locator(".gm-equation strong").nth(1)).to_contain_text(f"{information.entropy((0.6, 0.4)):.5f}")
    page.get_by_role("textbox", name="p, what happens: Share of heads").fill("1/5")
    page.keyboard.press("Enter")
    sentence = labels("en")["problem"]["not-a-distribution"].format(what="p", total="0.6")
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.locator(".bars output").first).to_have_text("sum 0.6 ≠ 1")
    expect(page.get_by_role("heading", name=labels("en")["common"]["steps"])).to_be_visible()
    expect(page.locator(".gm-equation strong").nth(1)).to_contain_text(f"{information.entropy((1 / 3, 2 / 3)):.4f}"[:5])
    page.get_by_role("button", name=labels("en")["common"]["repair"]).click()
    expect(page.get_by_text(sentence)).to_have_count(0)
    expect(handle).to_have_attribute("aria-valuenow", "0.333")
    one.settled()
    assert one.troubles == []


def test_a_share_that_is_none_is_put_back_and_it_is_said_why(visit: Open) -> None:
    page = visit().goto("information", lang="en")
    said = page.locator(".bars [role=status]").last
    box = page.get_by_role("textbox", name="q, what you believe: Share of heads")
    for typed in ("1.7", "-0.1", "x", "1,000.5"):
        box.fill(typed)
        page.keyboard.press("Enter")
        expect(said).to_have_text(labels("en")["common"]["bars-refused"].replace("#", typed))
        expect(box).to_have_value("0.200")
    box.fill("0.1999999")
    page.keyboard.press("Enter")
    expect(said).to_be_empty()
    expect(page.locator(".bars output").last).to_have_text("sum 0.9999999 ≠ 1")
    expect(page.get_by_text("q sums to 0.9999999,")).to_be_visible()


def test_a_finger_drags_too(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto("information", lang="zh")
    handle = page.locator(".bars button").first
    touch(one, handle, y=40)
    expect(handle).not_to_have_attribute("aria-valuenow", "0.500")
    assert float(handle.get_attribute("aria-valuenow") or 1) < 0.45
    assert one.overflow() == []


def test_the_rest_of_the_page_follows_when_the_hand_rests(visit: Open) -> None:
    page = visit().goto("information", lang="en")
    page.get_by_role("slider", name="q, what you believe: Share of heads").focus()
    page.keyboard.press("End")
    prints = page.locator("p", has_text=labels("en")["common"]["prints"]).locator("code").first
    expect(prints).to_have_text("inf = 1.0000 + inf")


@pytest.mark.parametrize("page_name", SECTIONS["probability"])
def test_a_key_pressed_while_the_page_is_still_coming_is_not_lost(visit: Open, page_name: str) -> None:
    """Its message breaks off the run that draws the rest of the page, which then has to be drawn all the same."""
    one = visit()
    one.page.goto(f"{one.url}/{page_name}?lang=en")
    handle = one.page.locator(".st-key-stage :is([role=slider], [role=spinbutton], input[type=range])").first
    handle.wait_for()
    handle.focus()
    before = handle.get_attribute("aria-valuenow")
    one.page.keyboard.press("ArrowDown")
    expect(handle).not_to_have_attribute("aria-valuenow", before or "")
    page = one.settled()
    expect(page.get_by_role("heading", name=labels("en")["common"]["code"])).to_be_visible()
    page.wait_for_function("() => location.search.length > '?lang=en'.length")
    # the notebook of the run that was broken off may be gone before the browser looks for it; the next run brings one
    assert [trouble for trouble in one.troubles if "404" not in trouble] == []
