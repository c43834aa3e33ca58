"""The first page without a browser: tree and axes, the path through the course, and where its links lead."""

from __future__ import annotations

import re
import time
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genmodels.errors import Problem
from lessons.home import leaves, measures
from lessons.home.leaves import LEAVES, NUM, Drawn, draw, entrant
from lessons.home.measures import Mark
from lessons.home.scene import DIGITS, LAST, START, STEPS, real
from tests.app import ROOT, component, follow, in_url, notices, open_page, problem, settled, words
from tests.lessons.home.marks import MARKS, NUMBERS, mark
from ui.background import works
from ui.course import COURSE, LESSONS, SECTIONS, page_of, view_of
from ui.goals import goals_of
from ui.text import LANGUAGES, labels, sections

OWN = labels("en")["home"]


@pytest.fixture(scope="module")
def app() -> AppTest:
    return grown(open_page("home"))


def links(app: AppTest) -> list[tuple[str, str, dict[str, str]]]:
    """Label, page and query of every link to another page."""
    found = [one.proto for one in app.get("page_link")]
    return [(one.label, one.page, {k: v[0] for k, v in parse_qs(one.query_string).items()}) for one in found]


def pictures(app: AppTest) -> dict[str, np.ndarray]:
    """What stands on the leaves that have drawn."""
    shown = component(app, "family_tree")["leaves"]
    raw = {name: leaf["pictures"] for name, leaf in shown.items() if leaf["pictures"]}
    return {name: np.frombuffer(b64decode(one), np.uint8).reshape(-1, 28, 28) for name, one in raw.items()}


def grown(app: AppTest) -> AppTest:
    """The page once all its leaves have drawn, which no bar tells."""
    begun = time.monotonic()
    while len(pictures(app)) < len(LEAVES):
        assert time.monotonic() - begun < 300, "the leaves stay empty"
        time.sleep(0.2)
        app.run()
    return settled(app)


def press(app: AppTest, key: str) -> AppTest:
    return grown(app.button(key).click().run())


# --- the tree


def test_the_leaves_are_what_the_models_drew_and_link_to_their_lessons(app: AppTest) -> None:
    shown, drawn = component(app, "family_tree"), list(draw(0))[-1]
    assert shown["view"] == "tree" and set(pictures(app)) == set(LEAVES)
    for family, leaf in shown["leaves"].items():
        assert np.array_equal(pictures(app)[family], drawn.pictures[family])
        assert leaf["page"] == page_of(entrant(family).model) and leaf["num"] == NUM
        assert leaf["query"] == {"lang": "en", **view_of(entrant(family).model)}
        assert entrant(family).model in leaf["alt"] and leaf["title"] and leaf["line"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_branches_part_by_what_is_known_of_the_density(lang: str) -> None:
    root = component(open_page("home", lang=lang), "family_tree")["tree"]
    own = labels(lang)["home"]
    assert root["label"] == own["branch-root"] and "p_data(x)" in root["about"] and "p_model(x)" in root["about"]
    (explicit, implicit) = root["below"]
    assert (explicit["label"], implicit["label"]) == (own["branch-explicit"], own["branch-implicit"])
    assert {one["name"]: one["below"] for one in explicit["below"]} == {
        "tractable": ["pixel"], "approximate": ["vae", "vqvae", "diffusion"],
    }  # fmt: skip
    assert implicit["below"] == ["gan"]


def test_an_empty_leaf_stands_there_until_its_model_has_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(seed: int, again: bool = False) -> Any:
        raise Problem("works-full", "{number} other computations are waiting", number=40)

    monkeypatch.setattr(leaves, "drawing", full)
    app = open_page("home", seed="77")
    assert not app.exception and pictures(app) == {}
    assert set(component(app, "family_tree")["leaves"]) == set(LEAVES)
    assert notices(app) == [problem("en", "works-full", number=40)]


def test_drawing_again_draws_other_digits_with_a_link_to_them() -> None:
    app = grown(open_page("home"))
    before = pictures(app)
    press(app, "home-again")
    assert in_url(app, "seed") == "1"
    assert all((pictures(app)[family] != before[family]).any() for family in LEAVES)
    assert np.array_equal(pictures(app)["vae"], next(draw(1)).pictures["vae"])


def test_the_badge_names_every_checkpoint_and_what_it_took(app: AppTest) -> None:
    lead = OWN["badge-leaves"].split("<<each>>")[0].replace("<<number>>", str(NUM))
    (badge,) = [element.value for element in app.markdown if lead in element.value]
    for family in LEAVES:
        assert re.search(rf"{entrant(family).model} [\d.]+ m?s\b", badge)


# --- the axes


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets what has been measured."""

    def given(*marks: Mark, real: float | None = None) -> None:
        monkeypatch.setattr(measures, "measured", lambda: marks)
        monkeypatch.setattr(measures, "real_coverage", lambda: real)

    return given


def test_the_marks_stand_on_their_numbers_and_say_them(measured: Any) -> None:
    measured(*MARKS)
    app = open_page("home", picture="trilemma")
    shown = {one["name"]: one for one in component(app, "family_tree")["marks"]}
    assert set(shown) == set(NUMBERS)
    for name, (milliseconds, times, coverage) in NUMBERS.items():
        one = shown[name]
        assert (one["milliseconds"], one["times"], one["coverage"]) == (milliseconds, times, coverage)
        assert one["main"] == (name in LEAVES.values()) and "<<" not in one["title"] + one["facts"]
    assert shown["diffusion"]["facts"] == "1.4 s · 2.4 × · 91 %"
    assert (shown["diffusion"]["title"], shown["diffusion-10"]["title"]) == ("Diffusion (50 steps)", "in 10 steps")


@pytest.mark.parametrize(
    ("section", "marks"),
    [
        ("first-three", [mark("vae", 1, 9, 0.1), mark("gan", 2, 3, 0.2), mark("vqvae", 50, 5, 0.9)]),
        ("first-two", [mark("vae", 1, 9, 0.1), mark("gan", 2, 3, 0.9)]),
        ("first-one", [mark("vae", 1, 9, 0.1), mark("gan", 0.5, 3, 0.9)]),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_is_chosen_by_who_is_first(lang: str, section: str, marks: list[Mark], measured: Any) -> None:
    measured(*marks)
    told = words(open_page("home", picture="trilemma", lang=lang))
    begin = sections(lang, "home")[section].split("<<")[0]
    ends = {name: sections(lang, "home")[name].rsplit(">>", 1)[1] for name in ("first-one", "first-two")}
    assert begin in told and (ends["first-two"][3:] in told) == (section != "first-one")
    best = {
        "speed": min(marks, key=lambda one: one.milliseconds),
        "quality": min(marks, key=lambda one: one.times_real),
    }
    own = labels(lang)["home"]
    for one in best.values():
        assert own[f"mark-{one.name}"] in told
    assert f"{best['quality'].times_real:.1f}" in told and f"{100 * max(one.coverage for one in marks):.0f}" in told
    assert own["measured"].split("<<n>>")[0] in told and "10,000" in told


def test_what_real_digits_get_is_said_where_it_was_measured(measured: Any) -> None:
    measured(*MARKS, real=0.957)
    assert "96 %" in words(open_page("home", picture="trilemma"))


def test_what_has_not_been_measured_is_calmly_left_out(measured: Any) -> None:
    measured()
    app = open_page("home", picture="trilemma")
    assert not app.exception and not notices(app)
    assert component(app, "family_tree")["marks"] == [] and OWN["nothing-measured"] in words(app)
    measured(mark("vae", 1, 9, 0.1))
    told = words(open_page("home", picture="trilemma"))
    assert OWN["nothing-measured"] not in told and "VAE" in told


# --- the path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lesson_is_on_the_path_with_its_minutes_and_challenges(lang: str) -> None:
    app, book = open_page("home", lang=lang), labels(lang)
    shown = component(app, "course_path")
    each = [lesson for section in shown["sections"] for lesson in section["lessons"]]
    assert [lesson["page"] for lesson in each] == list(LESSONS)
    for lesson in each:
        page = lesson["page"]
        assert lesson["minutes"] == COURSE[page].minutes and tuple(lesson["goals"]) == goals_of(page)
        assert lesson["title"] == book[page]["title"]
    assert len(shown["sections"]) == sum(bool({*pages} & {*LESSONS}) for pages in SECTIONS.values())
    hours = sum(COURSE[page].minutes for page in LESSONS) / 60
    assert str(len(LESSONS)) in shown["words"]["length"] and f"{hours:.0f}" in shown["words"]["length"]
    assert shown["query"] == {"lang": lang} and not shown["brief"]
    assert component(app, "course_path_next")["brief"]


# --- one being drawn


def test_ten_digits_are_on_their_way_below(app: AppTest) -> None:
    shown = component(app, "emerging")
    assert (shown["digit"], shown["t"], len(shown["times"])) == (3, START, STEPS + 1)
    assert START in shown["times"] and shown["times"][0] == LAST and shown["times"][-1] == 0
    assert len(shown["states"]) >= (STEPS + 1) * DIGITS * 28**2


def test_they_are_not_built_before_the_tree_is_painted() -> None:
    app = AppTest.from_file(str(ROOT / "frame" / "main.py"), default_timeout=120)
    follow(app, lang="en")
    assert component(app, "family_tree")["leaves"] and component(app, "course_path")["sections"]
    assert not [one for one in app.get("bidi_component") if one.proto.id.endswith("-emerging")]
    assert [header.value for header in app.header] == []


def test_the_denoiser_goes_on_with_the_digit_on_screen() -> None:
    app = settled(open_page("home", noise="4", digit="8", t="60"))
    query = next(query for label, _, query in links(app) if label == OWN["open-denoiser"])
    assert query == {
        "lang": "en", "label": "8", "noise": "4", "t": "60", "steps": "25", "eta": "0", "guidance": "0.5"
    }  # fmt: skip
    app.switch_page("../pages/denoiser.py")
    follow(app, **query)
    assert not notices(app) and {name: in_url(app, name) for name in ("label", "noise", "t")} == {
        "label": "8", "noise": "4", "t": "60"
    }  # fmt: skip


def test_other_noise_is_taken_with_other_real_digits_and_the_leaves_stay() -> None:
    app = grown(open_page("home", digit="8"))
    before, leaves_before = component(app, "emerging")["states"], pictures(app)
    press(app, "home-again-emerging")
    assert in_url(app, "noise") == "1" and in_url(app, "digit") == "8" and in_url(app, "seed") is None
    assert component(app, "emerging")["states"] != before
    assert all(np.array_equal(one, leaves_before[name]) for name, one in pictures(app).items())
    assert (real(0) != real(1)).any(axis=(1, 2)).sum() > DIGITS / 2
    assert np.array_equal(real(1), real(1))


def test_it_ends_with_the_first_lesson(app: AppTest) -> None:
    label, page, _ = links(app)[-1]
    assert page == LESSONS[0] and labels("en")[page]["title"] in label
    assert labels("en")["common"]["next"] in words(app)


def test_what_a_visitor_asks_for_is_drawn_by_the_works_of_the_process() -> None:
    """Never in the page's thread."""
    grown(open_page("home", seed="5"))
    work = works().get(("leaves", 5), lambda: iter(()))
    assert work.ended and isinstance(work.so_far[-1], Drawn)
