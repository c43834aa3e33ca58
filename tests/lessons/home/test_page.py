"""The first page without a browser: what it opens with, the lessons in their order, and where its links lead."""

from __future__ import annotations

from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lessons.home.scene import DIGITS, LAST, START, STEPS, real
from lessons.home.sections import FAMILIES
from tests.app import component, follow, in_url, notices, open_page, settled, words
from ui.course import COURSE, LESSONS, page_of
from ui.text import LANGUAGES, labels


@pytest.fixture(scope="module")
def app() -> AppTest:
    return settled(open_page("home"))


def links(app: AppTest) -> list[tuple[str, str, dict[str, str]]]:
    """Label, page and query of every link to another page."""
    found = [one.proto for one in app.get("page_link")]
    return [(one.label, one.page, {k: v[0] for k, v in parse_qs(one.query_string).items()}) for one in found]


def test_it_opens_with_ten_digits_on_their_way(app: AppTest) -> None:
    shown = component(app, "emerging")
    assert (shown["digit"], shown["t"], len(shown["times"])) == (3, START, STEPS + 1)
    assert START in shown["times"] and shown["times"][0] == LAST and shown["times"][-1] == 0
    assert len(shown["states"]) >= (STEPS + 1) * DIGITS * 28**2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lesson_is_there_in_its_order_with_what_it_asks_and_its_minutes(lang: str) -> None:
    app, book = open_page("home", lang=lang), labels(lang)
    listed = [(label, page, query) for label, page, query in links(app) if label.endswith("]")]
    assert [page for _, page, _ in listed] == list(LESSONS)
    for label, page, query in listed:
        assert book[page]["title"] in label and book[page]["teaser"] in label
        assert book["home"]["minutes"].replace("<<minutes>>", str(COURSE[page].minutes)) in label
        assert query == {"lang": lang}
        assert (book["home"]["first"] in label) == (page == LESSONS[0])


def test_the_denoiser_goes_on_with_the_digit_on_screen() -> None:
    app = settled(open_page("home", seed="4", digit="8", t="60"))
    query = next(query for label, _, query in links(app) if label == labels("en")["home"]["open-denoiser"])
    assert query == {
        "lang": "en", "label": "8", "noise": "4", "t": "60", "steps": "25", "eta": "0", "guidance": "0.5"
    }  # fmt: skip
    app.switch_page("../pages/denoiser.py")
    follow(app, **query)
    assert not notices(app) and {name: in_url(app, name) for name in ("label", "noise", "t")} == {
        "label": "8", "noise": "4", "t": "60"
    }  # fmt: skip


def test_drawing_again_takes_other_noise_and_other_real_digits() -> None:
    app = settled(open_page("home", digit="8"))
    before = component(app, "emerging")["states"]
    app.button[[one.label for one in app.button].index(labels("en")["home"]["again"])].click().run()
    settled(app)
    assert in_url(app, "seed") == "1" and in_url(app, "digit") == "8"
    assert component(app, "emerging")["states"] != before
    assert (real(0) != real(1)).any(axis=(1, 2)).sum() > DIGITS / 2
    assert np.array_equal(real(1), real(1))


def test_families_without_a_lesson_are_no_links(app: AppTest) -> None:
    table = next(one.proto.body for one in app.get("html") if "gm-families" in one.proto.body)
    own = labels("en")["home"]
    for family, model in {name: model for group in FAMILIES.values() for name, model in group.items()}.items():
        row = next(row for row in table.split("<tr>") if f">{own[f'{family}-family']}<" in row)
        assert ("<a " in row) == (page_of(model) is not None) != (own["no-lesson"] in row)


def test_it_ends_with_the_first_lesson(app: AppTest) -> None:
    label, page, _ = links(app)[-1]
    assert page == LESSONS[0] and labels("en")[page]["title"] in label
    assert labels("en")["common"]["next"] in words(app)
