"""The visitor's cookie in a real browser: there before the first script runs, kept, replaced when forged, unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from genmodels.jobs.identity import COOKIE, public_id
from tests.own_pages import with_pages
from tools.browser import Server, Visit, start_server
from ui.course import PAGES
from ui.text import labels

PAGE = """
import streamlit as st
from ui.jobs import visitor
runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
if runs == 1:
    st.session_state["first"] = visitor.current()
st.title("Visitor")
st.html(f'<p class="first">{st.session_state["first"]}</p><p class="now">{visitor.current()}</p>')
st.html(f'<p class="teacher">{visitor.is_teacher()}</p>')
visitor.sign_in()
"""
PASSWORD = "chalk and talk"
WORDS = labels("en")["visitor"]
Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with pages that show who visits them."""
    return with_pages(tmp_path_factory.mktemp("course"), dict.fromkeys(PAGES, PAGE))


@pytest.fixture(scope="module")
def server(course: Path) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENMODELS_PASSWORD", PASSWORD)
        with start_server(root=course) as running:
            running.wait_until("readyz")
            yield running


def shown(page: Page, which: str = "now") -> str:
    return page.locator(f"p.{which}").inner_text()


def cookie(one: Visit) -> dict[str, object]:
    [found] = [dict(found) for found in one.context.cookies() if found.get("name") == COOKIE]
    return found


def test_the_very_first_run_of_the_first_visit_knows_its_visitor(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en")
    value = str(cookie(one)["value"])
    assert shown(page, "first") == shown(page) == public_id(f"cookie:{value.split('.')[0]}")
    assert one.troubles == []


def test_a_reload_and_a_second_tab_are_the_same_visitor_and_another_browser_is_not(visit: Open) -> None:
    one, other = visit(), visit()
    page = one.goto(lang="en")
    before = shown(page)
    page.wait_for_load_state("networkidle")  # a reload breaks off what is still loading, which counts as a failure
    page.reload()
    assert shown(one.settled()) == before
    tab = one.context.new_page()
    tab.goto(f"{one.url}/vae?lang=en")
    expect(tab.locator("p.first")).to_have_text(before)
    assert shown(other.goto(lang="en")) != before
    assert one.troubles == other.troubles == []


def test_scripts_do_not_see_the_cookie(visit: Open) -> None:
    one = visit()
    page = one.goto(lang="en")
    assert cookie(one)["httpOnly"] is True
    assert cookie(one)["sameSite"] == "Lax"
    assert COOKIE not in page.evaluate("document.cookie")
    assert str(cookie(one)["value"])[:32] not in page.content()


@pytest.mark.parametrize(
    "damage", [lambda value: "0" * 32 + value[32:], lambda value: value[:40], lambda _: "nonsense"]
)
def test_a_forged_or_damaged_cookie_is_replaced_at_once(visit: Open, damage: Callable[[str], str]) -> None:
    one = visit()
    before = shown(one.goto(lang="en"))
    forged = damage(str(cookie(one)["value"]))
    one.context.add_cookies([{"name": COOKIE, "value": forged, "url": one.url}])
    page = one.goto(lang="en")
    assert shown(page, "first") == public_id(f"cookie:{str(cookie(one)['value']).split('.')[0]}") != before
    assert str(cookie(one)["value"]) != forged
    assert one.troubles == []


def test_behind_a_path_and_after_a_new_start_it_is_still_the_same_visitor(browser: Browser, course: Path) -> None:
    """The second server lies at another port, which is nothing to a cookie, and has the first one's secret."""
    secret, seen, one = b"", [], Visit(browser, "")
    for _ in range(2):
        with start_server("--server.baseUrlPath=course", root=course) as moved:
            moved.wait_until("readyz")
            kept = moved.log.parent / "home" / "secret"
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(secret) if secret else None
            one.url = f"{moved.url}/course"
            seen.append(shown(one.goto("vae", lang="en"), "first"))
            secret = kept.read_bytes()
            assert cookie(one)["path"] == "/course"
            one.page.goto("about:blank")  # or the tab would miss its server
    one.close()
    assert seen[0] == seen[1]
    assert one.troubles == []


def test_the_teacher_signs_in_by_keyboard_and_out_again(visit: Open) -> None:
    one = visit()
    page = one.goto(lang="en")
    page.get_by_role("button", name=WORDS["teacher"]).press("Enter")
    field = page.get_by_label(WORDS["password"])
    field.fill("chalk and walk")
    field.press("Enter")
    expect(page.get_by_text(WORDS["wrong-password"])).to_be_visible()
    expect(page.locator("p.teacher")).to_have_text("False")
    page.wait_for_timeout(1000)  # the brake
    field.fill(PASSWORD)
    field.press("Enter")
    expect(page.locator("p.teacher")).to_have_text("True")
    page.get_by_role("button", name=WORDS["sign-out"]).click()
    expect(page.locator("p.teacher")).to_have_text("False")
    assert one.troubles == []
