"""Browser components on a page that is drawn again before their scripts have come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import Open
from tests.own_pages import with_pages
from tools.browser import ROOT, Server, start_server
from ui.components import SHARED

PAGE = """
import time
import streamlit as st
from ui.components import Listener
from ui.components.copy_link import copy_link
from ui.components.sliders import Slider, sliders

runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.title("Late")
copy_link("link", f"?runs={runs}", f"run {runs}", "copied")
sliders("sliders", [Slider("mean", "Mean", runs / 10, 0, 1, 0.1, 1)], Listener(runs))
if runs < 6:
    time.sleep(0.5)
    st.rerun()
"""
COME_LATE = "await new Promise((done) => setTimeout(done, 2500));\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The course with such a page in the place of one of its own."""
    root = with_pages(tmp_path_factory.mktemp("course"), {"noising": PAGE})
    shared = root / "ui" / "components" / "kept.js"
    shared.write_text(COME_LATE + shared.read_text(encoding="utf-8"), encoding="utf-8")
    with start_server(root=root) as running:
        running.wait_until("readyz")
        yield running


@pytest.mark.browser
def test_what_was_drawn_again_before_its_script_had_come_stays(visit: Open) -> None:
    """Streamlit ends the calls that were overtaken only after the last one has drawn."""
    one = visit()
    page = one.goto("noising", lang="en")
    slider = page.get_by_role("slider", name="Mean")
    expect(slider).to_have_value("0.6")
    page.wait_for_timeout(500)
    expect(slider).to_have_value("0.6")
    expect(page.get_by_role("button", name="run 6", exact=True)).to_be_visible()
    assert one.troubles == []


LATE_CALL = """({script, left}) => {
    const keep = new Function(script + "; return keep;")();
    const parent = document.createElement("div"), shown = [];
    document.body.append(parent);
    const call = (data) =>
        keep(parent, () => ({ destroy: () => shown.push("gone") }), (it) => shown.push(it.data = data));
    call("first");
    const newer = call("newer");
    const older = call("older");  // came late; its end follows at once
    older();
    if (left) { parent.remove(); newer(); }
    return shown;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("left", [False, True])
def test_an_older_call_that_comes_after_the_newer_one_does_not_take_its_place(visit: Open, left: bool) -> None:
    page = visit().page
    script = (SHARED / "kept.js").read_text(encoding="utf-8")
    shown = page.evaluate(LATE_CALL, {"script": script, "left": left})
    assert shown == ["first", "newer", "older", "newer", *(["gone"] if left else [])]


SCRIPTS = sorted([*SHARED.glob("*/component.js"), *(ROOT / "lessons").glob("*/*/component.js")])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.parent.name)
def test_whatever_has_an_end_is_kept(script: Path) -> None:
    """What `keep` returns knows whether its call was overtaken; an end of one's own would not."""
    _, _, exported = script.read_text(encoding="utf-8").partition("\nexport default ")
    assert exported
    assert "return () =>" not in exported
