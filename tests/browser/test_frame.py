"""The frame in a real browser: links, languages, themes, errors, and silence towards other hosts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import Open
from tests.own_pages import with_pages
from tools.browser import start_server
from ui import theme
from ui.course import PAGES, address
from ui.text import LANGUAGES, labels

LESSONS = [page for page in PAGES if page != "home"]
MENU = '[data-testid="stSidebarNav"]'


def title(page: str, lang: str) -> str:
    return str(labels(lang)[page]["title"])


def in_menu(page: str, lang: str) -> str:
    return str(labels(lang)[page].get("menu", title(page, lang)))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_comes_whole_and_asks_no_other_host(visit: Open, page: str, lang: str) -> None:
    one = visit()
    tab = one.goto(address(page), lang=lang)
    expect(tab.locator("h1")).to_have_text(title(page, lang))
    expect(tab.locator("html")).to_have_attribute("lang", lang)
    expect(tab).to_have_title(f"{in_menu(page, lang)} · {labels(lang)['frame']['brand']}")
    for width in (1440, 1024, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        one.settled()
        assert one.overflow() == [], f"at {width} pixels"
    assert one.troubles == []


def test_a_deep_link_on_a_server_that_nobody_has_visited(visit: Open) -> None:
    """Streamlit alone would show the page's file without menu and language until the front page was visited."""
    page = PAGES[-1]
    with start_server() as fresh:
        fresh.wait_until("_stcore/health")
        one = visit(at=fresh)
        tab = one.goto(address(page), lang="zh")
        expect(tab.locator("h1")).to_have_text(title(page, "zh"))
        expect(tab.locator(MENU)).to_contain_text(in_menu("home", "zh"))
        assert one.troubles == []


@pytest.mark.parametrize(("locale", "lang"), [("zh-CN", "zh"), ("de-DE", "en")])
def test_the_browser_is_greeted_in_its_language(visit: Open, locale: str, lang: str) -> None:
    tab = visit(locale=locale).goto()
    expect(tab.locator("h1")).to_have_text(title("home", lang))
    expect(tab).to_have_url(re.compile(rf"/\?lang={lang}$"))


def test_the_language_goes_along_with_every_click(visit: Open) -> None:
    one = visit()
    tab = one.goto(lang="en")
    tab.get_by_role("radio", name=LANGUAGES["zh"]).click()
    expect(tab.locator("h1")).to_have_text(title("home", "zh"))
    for page in [*LESSONS, "home"]:
        tab.locator(MENU).get_by_role("link", name=in_menu(page, "zh")).click()
        expect(tab.locator("h1")).to_have_text(title(page, "zh"))
        expect(tab).to_have_url(re.compile(rf"/{address(page)}\?lang=zh"))
    one.settled()
    assert one.troubles == []


def test_a_press_that_the_page_before_overtakes_is_not_lost(visit: Open) -> None:
    """What a page says just after a link was pressed brings that page back; then the link is followed all the same."""
    one = visit()
    tab = one.goto("likelihood", lang="en")
    expect(tab.locator(".st-key-next")).to_be_attached()
    one.settled()
    link = tab.locator(MENU).get_by_role("link", name=in_menu("information", "en"))
    addresses: list[str] = []
    tab.on("framenavigated", lambda frame: addresses.append(frame.url))
    tab.evaluate("""() => document.addEventListener('click', () =>
        document.querySelector('.st-key-to-the-peak button').click(), { once: true })""")  # after all who follow links
    link.click()
    expect(tab).to_have_url(re.compile(r"/information\?lang=en$"), timeout=20_000)
    expect(tab.locator("h1")).to_have_text(title("information", "en"))
    one.settled()
    assert any(re.search(r"/likelihood\?.*theta=", one) for one in addresses), "the page before has spoken"
    assert one.troubles == []


def test_one_step_back_is_the_page_before(visit: Open) -> None:
    one = visit()
    tab = one.goto(lang="zh")
    tab.locator(MENU).get_by_role("link", name=in_menu(LESSONS[0], "zh")).click()
    expect(tab.locator("h1")).to_have_text(title(LESSONS[0], "zh"))
    one.settled()
    tab.go_back()
    expect(tab.locator("h1")).to_have_text(title("home", "zh"))


def test_a_broken_page_apologises_and_the_log_has_the_details(visit: Open, tmp_path: Path) -> None:
    root = with_pages(tmp_path, dict.fromkeys(PAGES, "secret = 1 / 0"))
    with start_server(root=root) as broken:
        broken.wait_until("_stcore/health")
        tab = visit(at=broken).page
        tab.goto(f"{broken.url}/?lang=zh")
        apology = tab.locator('[class*="st-key-notice"]')
        expect(apology).to_contain_text(labels("zh")["frame"]["failed"].split("**")[1])
        assert "ZeroDivisionError" not in tab.content()
        reference = apology.locator("code").inner_text()
        assert f"reference {reference}: ZeroDivisionError" in broken.said()
        assert "secret = 1 / 0" in broken.said()
        assert broken.status()[0] == 503


def test_an_unknown_language_is_named(visit: Open) -> None:
    tab = visit().goto(lang="xx")
    expect(tab.locator('[class*="st-key-notice"]')).to_contain_text("“xx”")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_of_the_system_is_worn(visit: Open, mode: str) -> None:
    tab = visit(theme=mode).goto(lang="en")
    ink = theme.tokens(mode)["ink"]
    wanted = f"rgb({', '.join(str(int(ink[i : i + 2], 16)) for i in (1, 3, 5))})"
    expect(tab.locator("h1")).to_have_css("color", wanted)
    brand = '[data-testid="stSidebarHeader"] [data-testid="stLogoSpacer"]'
    seen = tab.evaluate(f"getComputedStyle(document.querySelector('{brand}'), '::before').color")
    assert seen == wanted, "the stylesheet does not follow the theme"


@pytest.mark.parametrize(("lang", "wide"), [("en", False), ("zh", True)])
def test_quotation_marks_are_as_wide_as_the_language_has_them(visit: Open, lang: str, wide: bool) -> None:
    tab = visit().goto(address("bayes"), lang=lang)
    measure = """paragraph => [...'“”…'].map(mark => {
        const span = paragraph.appendChild(document.createElement('span'));
        span.textContent = mark;
        return span.getBoundingClientRect().width / parseFloat(getComputedStyle(span).fontSize);
    })"""
    widths = tab.locator(".st-key-rail-column p").first.evaluate(measure)
    assert [width > 0.95 for width in widths] == [wide] * 3, widths


def test_the_toolbar_has_the_theme_and_no_deploy(visit: Open) -> None:
    tab = visit().goto(lang="en")
    expect(tab.get_by_text("Deploy")).to_have_count(0)
    tab.get_by_test_id("stMainMenu").click()
    expect(tab.get_by_test_id("stMainMenuPopover")).to_contain_text("Dark")


def test_the_menu_on_a_small_screen(visit: Open) -> None:
    tab = visit(width=390).goto(lang="en")
    tab.get_by_test_id("stExpandSidebarButton").click()
    expect(tab.locator(MENU).get_by_role("link", name=in_menu("home", "en"))).to_be_visible()


def test_the_menu_of_a_phone_goes_away_when_a_page_is_chosen(visit: Open) -> None:
    one = visit(width=390)
    tab = one.goto("bayes", lang="en")
    open_it, menu = tab.get_by_test_id("stExpandSidebarButton"), tab.locator(MENU)
    expect(menu).not_to_be_in_viewport()
    open_it.click()
    tab.reload()
    one.settled()
    expect(menu).not_to_be_in_viewport()
    open_it.click()
    tab.get_by_role("link", name=in_menu("markov", "en")).click()
    expect(tab.locator("h1")).to_have_text(title("markov", "en"))
    expect(menu).not_to_be_in_viewport()
