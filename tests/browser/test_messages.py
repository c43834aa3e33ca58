"""What a visitor does is not lost when messages of the browser come late, early, or while the page still runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.browser.helpers import Open
from tests.own_pages import with_pages
from tools.browser import Server, Visit, start_server
from ui.text import labels

PAGE = """
import time
import streamlit as st
from genmodels.errors import Problem
from ui.lesson import Lesson
from ui.live import Live
from ui.state import Number

lesson = Lesson("noising", {"m1": Number(0, -2, 2, decimals=2), "seed": Number(0, 0, 99)})
state, live = lesson.state, Live(lesson)

def picture():
    st.html("<p>begins</p>")
    time.sleep(0.4)
    if state["m1"] > 1:
        live.repair(Problem("too-much", "Too much."), {"m1": 0.5})
    st.html(f'<p class="picture">m1 = {state["m1"]:g}, seed = {state["seed"]}</p>')

@st.fragment(run_every=0.3)
def watch():
    lesson.memory["looks"] = lesson.memory.get("looks", 0) + 1
    st.html(f'<p class="looks">{lesson.memory["looks"]}</p>')

def below():
    st.button("inside", on_click=lambda: state.update({"seed": state["seed"] + 1}))
    st.html(f'<p class="below">m1 = {state["m1"]:g}</p>')

lesson.header()
st.button("preset", on_click=state.update, args=[{"m1": 0.5}])
live.sliders("sliders", "m1")
live.part("picture", picture)
live.part("below", below, later=True)
st.button("nothing")
watch()
lesson.end()
"""
LOOKING = """
import time
import streamlit as st
from ui.components import Listener
from ui.components.sliders import Slider, sliders
from ui.fragments import fragment

begun = st.session_state.setdefault("begun", time.monotonic())

def view(ended):
    if not ended and time.monotonic() - begun > 1.5:
        st.rerun()
    with st.container(horizontal=not ended):
        st.html("<p>looks</p>")
        if ended:
            sliders("sliders", [Slider("mean", "Mean", 0.6, 0, 1, 0.1, 1)], Listener())
        else:
            st.button("stop")

st.title("Looking")
time.sleep(0.4)  # meanwhile the browser, which has not heard of this run yet, asks for the part once more
ended = time.monotonic() - begun > 1.5
fragment(view, run_every=None if ended else 0.3, key="view")(ended)
"""
LABEL = labels("en")["noising"]["slider-m1"]
REPAIR = labels("en")["common"]["repair"]
Holds = Callable[[WidgetState], bool]


SENDS_SLOWLY = """
import streamlit.runtime.runtime

streamlit.runtime.runtime.MESSAGE_FLUSH_INTERVAL_SECS = 0.4
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The course, with a slow page of live controls in the place of one of its own."""
    with start_server(root=with_pages(tmp_path_factory.mktemp("course"), {"noising": PAGE})) as running:
        running.wait_until("readyz")
        yield running


@pytest.fixture(scope="module")
def slow_to_send(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same, quickly drawn; what was drawn lies on the server for a while before it goes to the browser."""
    pages = {"noising": SENDS_SLOWLY + PAGE.replace("time.sleep(0.4)", ""), "plane": SENDS_SLOWLY + LOOKING}
    with start_server(root=with_pages(tmp_path_factory.mktemp("course"), pages)) as running:
        running.wait_until("readyz")
        yield running


def kind(message: str | bytes) -> str | None:
    """What a message of the server is."""
    return ForwardMsg.FromString(message).WhichOneof("type") if isinstance(message, bytes) else None


def hold(page: Page, holds: Holds) -> None:
    """The first message with a value that `holds` waits until the server is drawing what the next one asks for."""
    held: list[bytes] = []
    passed = []

    def route(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def sent(message: str | bytes) -> None:
            asked = BackMsg.FromString(message) if isinstance(message, bytes) else BackMsg()
            if not held and any(map(holds, asked.rerun_script.widget_states.widgets)):
                assert isinstance(message, bytes)
                held.append(message)
                return
            if held and asked.HasField("rerun_script"):
                passed.append(message)
            server.send(message)

        def answered(message: str | bytes) -> None:
            browser.send(message)
            if kind(message) == "delta" and len(passed) == 1:
                passed.append(held[0])
                server.send(held[0])

        browser.on_message(sent)
        server.on_message(answered)

    page.route_web_socket("**/_stcore/stream", route)


def come(one: Visit) -> Page:
    page = one.goto("noising", lang="en")
    expect(page.locator("p.below")).to_be_visible()
    return one.settled()


def write(page: Page, value: str) -> None:
    number = page.get_by_role("spinbutton", name=LABEL)
    number.fill(value)
    number.press("Enter")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def shows(one: Visit, m1: str, seed: int = 0) -> None:
    """The control, the picture and what is below say the same, and go on doing so."""
    for _ in range(2):
        # lists: while a part that has become shorter is being drawn, the old end of it is still there
        expect(one.page.locator("p.picture")).to_have_text([f"m1 = {m1}, seed = {seed}"])
        expect(one.page.locator("p.below")).to_have_text([f"m1 = {m1}"])
        expect(one.page.get_by_role("spinbutton", name=LABEL)).to_have_value(f"{float(m1):.2f}")
        one.page.wait_for_timeout(600)
        one.settled()
    assert one.troubles == []


def test_a_press_is_not_lost_to_a_message_that_comes_after_it(visit: Open) -> None:
    """The hand has come to rest while the answer to the button is being drawn."""
    one = visit()
    hold(one.page, lambda widget: '"rest"' in widget.json_trigger_value)
    page = come(one)
    write(page, "1.5")
    expect(page.get_by_role("button", name=REPAIR)).to_be_visible()
    page.wait_for_timeout(1000)
    press(page, REPAIR)
    shows(one, "0.5")


def test_a_value_is_not_taken_over_after_what_was_done_later(visit: Open) -> None:
    one = visit()
    hold(one.page, lambda widget: "1.5" in widget.json_value)
    page = come(one)
    write(page, "1.5")
    press(page, "preset")
    shows(one, "0.5")


def test_a_control_that_was_told_the_old_value_meanwhile_is_told_the_new_one(visit: Open) -> None:
    """The hand moves after the server has answered a press, and before that answer has come."""
    one, on_the_way, lines = visit(), [], []

    def route(browser: WebSocketRoute) -> None:
        lines.append(browser.send)
        browser.connect_to_server().on_message(lambda message: lines[-1](message))

    one.page.route_web_socket("**/_stcore/stream", route)
    page = come(one)
    lines.append(on_the_way.append)
    press(page, "inside")
    while "script_finished" not in map(kind, on_the_way):
        page.wait_for_timeout(50)
    page.get_by_role("slider", name=LABEL).press("ArrowRight")
    page.wait_for_timeout(100)
    lines.pop()
    for message in on_the_way:
        lines[0](message)
    shows(one, "0.01", seed=1)


def test_a_value_counts_also_when_it_is_what_was_said_last(visit: Open) -> None:
    one = visit()
    page = come(one)
    write(page, "0.8")
    shows(one, "0.8")
    press(page, "preset")
    shows(one, "0.5")
    write(page, "0.8")
    shows(one, "0.8")


def test_a_press_in_a_part_is_not_lost_while_the_page_runs_and_something_else_moves(visit: Open) -> None:
    one = visit()
    page = come(one)
    press(page, "preset")
    page.get_by_role("button", name="inside").dispatch_event("click")
    # it comes from here, and the picture is not yet drawn
    expect(page.get_by_role("spinbutton", name=LABEL)).to_have_value("0.50")
    page.get_by_role("slider", name=LABEL).press("ArrowRight")
    shows(one, "0.51", seed=1)


def test_what_is_pressed_in_a_part_is_known_to_the_others(visit: Open) -> None:
    one = visit()
    page = come(one)
    press(page, "inside")
    shows(one, "0", seed=1)


def test_what_looks_on_goes_on_looking_when_a_hand_comes_to_rest_while_the_page_is_to_be_drawn(visit: Open) -> None:
    """Both messages wait for the page: it is drawn as a whole, and the hand's callback must not break that off."""
    one, sent = visit(), []
    pressed = False

    def route(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            nonlocal pressed
            asked = BackMsg.FromString(message) if isinstance(message, bytes) else BackMsg()
            widgets = asked.rerun_script.widget_states.widgets
            if any('"rest"' in widget.json_trigger_value for widget in widgets) and not pressed:
                sent.append(message)
                return
            server.send(message)
            if any(widget.trigger_value for widget in widgets):
                server.send(sent[0])
                pressed = True

        browser.on_message(pass_on)

    one.page.route_web_socket("**/_stcore/stream", route)
    page = come(one)
    slider = page.get_by_role("slider", name=LABEL)
    slider.press("ArrowRight")
    page.wait_for_timeout(1500)
    assert sent, "the hand has come to rest"
    slider.press("ArrowRight")  # keeps the server busy
    press(page, "nothing")
    shows(one, "0.02")
    looks = int(page.locator("p.looks").inner_text())
    expect(page.locator("p.looks")).not_to_have_text(str(looks))


def test_what_was_drawn_reaches_the_browser_although_a_message_comes_before_it_was_sent(
    visit: Open, slow_to_send: Server
) -> None:
    one = visit(at=slow_to_send)
    page = come(one)
    slider = page.get_by_role("slider", name=LABEL)
    for press in range(1, 9):
        slider.press("ArrowRight")
        expect(page.locator("p.picture")).to_have_text(f"m1 = {press / 100:g}, seed = 0")
        page.wait_for_timeout(70 * press)
    shows(one, "0.08")


def test_what_is_drawn_again_before_it_was_sent_leaves_no_gap(visit: Open, slow_to_send: Server) -> None:
    """Streamlit throws it away; the browser closes the gap, and what is drawn later lands a place too low."""
    one = visit(at=slow_to_send)
    page = come(one)
    slider, looks = page.get_by_role("slider", name=LABEL), page.locator("p.looks")
    for press_number in range(1, 7):
        press(page, "nothing")
        page.wait_for_timeout(40 * press_number)
        slider.press("ArrowRight")
        shows(one, f"{press_number / 100:.2f}")
        seen = looks.inner_text()
        expect(looks).not_to_have_text(seen)
        expect(looks).to_have_count(1)


@pytest.mark.parametrize("_", range(2))
def test_what_was_looked_at_comes_although_a_last_look_was_under_way(visit: Open, slow_to_send: Server, _: int) -> None:
    """The last look throws away what the page has just drawn of the part, but for what stands in inner fragments."""
    one = visit(at=slow_to_send)
    one.page.goto(f"{slow_to_send.url}/plane")
    expect(one.page.get_by_role("slider", name="Mean")).to_have_value("0.6")
    one.page.wait_for_timeout(1500)
    expect(one.page.get_by_role("slider", name="Mean")).to_have_value("0.6")
    assert one.troubles == []


def test_what_got_lost_on_the_way_is_made_good_when_the_hand_rests(visit: Open) -> None:
    one, lost = visit(), []

    def route(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if not lost and isinstance(message, bytes) and b"m1 = 0.01, seed" in message:
                lost.append(message)
            else:
                browser.send(message)

        browser.on_message(server.send)
        server.on_message(pass_on)

    one.page.route_web_socket("**/_stcore/stream", route)
    page = come(one)
    page.get_by_role("slider", name=LABEL).press("ArrowRight")
    shows(one, "0.01")
    assert lost
