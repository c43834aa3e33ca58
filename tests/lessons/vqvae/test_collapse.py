"""Collapse on the page of the VQ-VAE: what is asked for is trained and seen live, and what is said was measured."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from itertools import chain

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from genmodels.evaluation import usages
from genmodels.evaluation.usages import WAYS, Codebook
from lessons.vqvae.collapse import FIELDS, NUM_CODES, RATES
from tests.app import component, in_url, notices, open_page, settled, words
from tests.browser.helpers import PATIENCE, Open
from ui.text import LANGUAGES, labels, sections

OWN = labels("en")["vqvae"]
DO, SHOWN = "vqvae-collapse-do", "collapse-usages"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings of 10 updates."""
    monkeypatch.setattr(usages, "NUM_UPDATES", 10)
    monkeypatch.setattr(usages, "NUM_LEARNED", 10 * usages.BATCH)


def trained(lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("vqvae", lang=lang, **query))
    app = settled(app.button(DO).click().run())
    assert not app.exception and not notices(app)
    return app


def is_shown(app: AppTest) -> bool:
    return any(one.proto.id.endswith(f"-{SHOWN}") for one in app.get("bidi_component"))


# --- without a browser


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_shown_is_what_the_package_measures(lang: str, short: None) -> None:
    app = trained(lang, collapse_codes="64", collapse_rate="0.01", collapse_seed="3")
    *_, last = usages.watched(64, 0.01, 3)
    told = component(app, SHOWN)
    assert [one["way"] for one in told["columns"]] == list(WAYS)
    assert [one["name"] for one in told["columns"]] == [labels(lang)["vqvae"][f"collapse-way-{way}"] for way in WAYS]
    assert told["updates"] == list(last.updates) and told["last"] == last.updates[-1] == 10
    for one in told["columns"]:
        book = last.codebooks[one["way"]]
        assert (one["used"], one["perplexity"]) == (book.used, pytest.approx(book.perplexity))
        assert np.array_equal(np.frombuffer(b64decode(one["shares"]), np.float32), book.shares)
        assert np.array_equal(np.frombuffer(b64decode(one["pictures"]), np.uint8), book.pictures.ravel())
        assert one["curve"] == pytest.approx(last.perplexities[one["way"]], abs=1e-4)
    assert np.array_equal(np.frombuffer(b64decode(told["originals"]), np.uint8), usages.shown().ravel())
    assert f"{usages.NUM_LEARNED:,}" in words(app) and str(usages.NUM_TEST) in words(app)


def test_other_settings_have_to_be_asked_for_and_stand_in_the_link(short: None) -> None:
    app = trained()
    assert is_shown(app)
    app = settled(app.selectbox("vqvae-collapse_codes").set_value(16).run())
    assert in_url(app, "collapse_codes") == "16"
    assert not is_shown(app) and DO in [button.key for button in app.button]


def test_every_setting_that_is_offered_can_be_trained() -> None:
    for num_codes in NUM_CODES:
        for rate in RATES:
            for way in WAYS:
                recipe = usages.recipe(way, num_codes, float(rate), 99)
                assert (recipe.num_codes, recipe.learning_rate, recipe.seed) == (num_codes, float(rate), 99)
    assert FIELDS["collapse_codes"].default == max(NUM_CODES)


# --- what the prose says


def numbers_of(paragraph: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?", paragraph)]


@pytest.mark.slow
def test_the_prose_says_what_is_measured() -> None:
    """The very numbers, but for what another processor's rounding makes of trainings that collapse."""
    books = [list(usages.watched(256, 0.003, seed))[-1].codebooks for seed in (0, 1, 2)]

    def ends(of: Callable[[Codebook], float], *ways: str) -> list[float]:
        found = [of(one[way]) for one in books for way in ways]
        return [min(found), max(found)]

    used = [ends(lambda one: one.used, way) for way in WAYS]
    nats = [ends(lambda one: one.nats, *ways) for ways in (list(WAYS)[2:], list(WAYS)[:2])]
    for lang in LANGUAGES:
        first, *_ = sections(lang, "vqvae")["collapse-look"].split("\n\n")
        said = [one for one in numbers_of(first) if one not in (256, 0.003)]
        assert said == pytest.approx([*chain(*used), *chain(*nats)], rel=0.15, abs=4), lang


# --- in a real Chromium


@pytest.fixture
def come(whole: Open) -> Callable[..., Page]:
    """`come(**query)` opens the page and goes to its part on collapse."""

    def opened(**query: object) -> Page:
        page = whole("vqvae", **query).page
        page.get_by_role("button", name=OWN["collapse-do"]).scroll_into_view_if_needed()
        return page

    return opened


def update(page: Page) -> int:
    return int(page.locator(".usages").get_attribute("data-update") or -1)


def begun(page: Page) -> None:
    page.get_by_role("button", name=OWN["collapse-do"]).click()
    expect(page.locator(".usages")).to_be_visible(timeout=3 * PATIENCE)


def test_it_is_seen_live_and_all_four_are_there_at_the_end(come: Callable[..., Page]) -> None:
    page = come(collapse_codes=64)
    begun(page)
    seen = {update(page)}
    while max(seen) < usages.NUM_UPDATES:
        page.wait_for_timeout(100)
        seen.add(update(page))
    assert len(seen) > 4, "it is watched while it learns"
    expect(page.locator(".st-key-collapse-stop")).to_have_count(0, timeout=PATIENCE)
    used = [int(str(one.get_attribute("data-used"))) for one in page.locator(".usages section").all()]
    assert len(used) == len(WAYS) and max(used[:2]) < 16 < 32 < min(used[2:])
    for way, number in zip(page.locator(".usages section").all(), used, strict=True):
        expect(way.locator(".used")).to_have_text(
            OWN["usages-used"].replace("#", str(number)).replace("%", "64").replace("<b>", "").replace("</b>", "")
        )


def test_a_code_tells_its_share_to_mouse_and_keys(come: Callable[..., Page]) -> None:
    page = come(collapse_codes=16, collapse_seed=1)
    begun(page)
    expect(page.locator(".usages")).to_have_attribute("data-update", str(usages.NUM_UPDATES), timeout=3 * PATIENCE)
    told = page.locator(".usages .told")
    expect(told.first).to_have_text(OWN["usages-point"])
    board = page.locator(".usages .board").nth(1)
    board.hover(position={"x": 8, "y": 8})
    about = re.compile(r"Code 0: (unused|\d+\.\d+ % of all)")
    for one in told.all():
        expect(one).to_have_text(about)
    board.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(board).to_have_attribute("aria-valuenow", "5")
    expect(told.nth(3)).to_contain_text("Code 5: ")
    assert board.get_attribute("aria-valuetext") == told.nth(1).text_content()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(board).to_have_attribute("aria-valuenow", "15")


def test_a_training_can_be_stopped_and_begun_again(come: Callable[..., Page]) -> None:
    page = come(collapse_seed=5)
    begun(page)
    page.locator(".st-key-collapse-stop button").click()
    again = page.locator(".st-key-collapse-again button")
    expect(again).to_be_visible(timeout=PATIENCE)
    reached = update(page)
    assert 0 <= reached < usages.NUM_UPDATES
    page.wait_for_timeout(1500)
    assert update(page) == reached
    again.click()
    expect(page.locator(".usages")).to_have_attribute("data-update", str(usages.NUM_UPDATES), timeout=3 * PATIENCE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_fits_a_narrow_screen(whole: Open, lang: str) -> None:
    one = whole("vqvae", width=390, lang=lang, collapse_codes=16)
    one.page.get_by_role("button", name=labels(lang)["vqvae"]["collapse-do"]).click()
    expect(one.page.locator(".usages")).to_have_attribute("data-update", str(usages.NUM_UPDATES), timeout=3 * PATIENCE)
    one.settled()
    assert not one.overflow() and not one.troubles
