"""What every page of the course keeps to. A new page is held to it by its row in `ui/course.py`."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genmodels.data import mnist, points, tokens
from genmodels.errors import Problem
from tests.app import (
    challenges_done,
    component,
    equations,
    fields_of,
    follow,
    in_url,
    link,
    notices,
    open_page,
    open_step,
    problem,
    run_snippet,
    settled,
    shown,
    words,
)
from ui.course import COURSE, LESSONS, PAGES, address
from ui.goals import goals_of
from ui.state import Choice, Field, Number, Numbers, Token
from ui.text import LANGUAGES, Text, labels

# Challenges that one click meets, although they should ask for more: a preset, one option of a choice, the best q, or
# the experiment of the guess. They are to become real challenges, which takes them from this table; none comes in.
MET_BY_ONE_CLICK = {}


@cache
def arrived(page: str, lang: str = "en", folded: bool = False) -> AppTest:
    """The page as it opens, with what is folded then unless it is to be `folded`; only to be looked at."""
    unfolded = {"further": "open"} if page in LESSONS and not folded else {}
    return settled(open_page(page, lang=lang, **unfolded))


def headings(app: AppTest) -> list[str]:
    return [header.value for header in app.header]


# --- the five parts


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_the_page_comes_whole(page: str, lang: str) -> None:
    app = arrived(page, lang)
    assert not app.exception
    assert [title.value for title in app.title] == [labels(lang)[page]["title"]]
    assert in_url(app, "lang") == lang
    assert Text(page, lang, "light").section("question") in words(app)
    assert not notices(app)
    markup = [element.proto.body for element in app.get("html")]
    assert "<<" not in "".join([words(app), *headings(app), *markup, *(code.value for code in app.code)])


@pytest.mark.parametrize("page", PAGES)
def test_the_same_sections_stand_in_every_language(page: str) -> None:
    books = [labels(lang)["common"] | labels(lang)[page] for lang in LANGUAGES]
    known = set(zip(*(map(book.get, books[0]) for book in books), strict=True))
    assert set(zip(*(headings(arrived(page, lang)) for lang in LANGUAGES), strict=True)) <= known


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", LESSONS)
def test_a_lesson_has_its_steps_challenges_and_snippet(page: str, lang: str) -> None:
    app = arrived(page, lang)
    common = labels(lang)["common"]
    parts = [heading for heading in headings(app) if heading in (common["steps"], common["challenges"], common["code"])]
    assert list(dict.fromkeys(parts)) == [common["steps"], common["challenges"], common["code"]]
    assert 2 <= len(challenges_done(app)) <= 5
    assert len(app.code) == 1
    assert run_snippet(app) == shown(app) != ""


@pytest.mark.parametrize("page", LESSONS)
def test_one_can_go_through_all_steps_and_back_to_the_whole_picture(page: str) -> None:
    """The first is there as the page opens; it acts on the picture, and stands in the link, once one has begun."""
    app = settled(open_page(page))
    number = Text(page, "en", None).count("step")
    assert number >= 3 and open_step(app).startswith(":yellow-badge[1]")
    for step in [*range(number + 1), 0]:
        badge, head, body = re.fullmatch(r":yellow-badge\[(\d)\] (.+?)\n\n(.+)", open_step(app), re.S).groups()  # type: ignore[union-attr]
        assert (int(badge), bool(head.strip()), "$" in body) == (max(step, 1), True, True)
        assert link(app, page).get("step") == (str(step) if step else None)
        assert bool(component(app, "focus")["part"]) is bool(step)
        app.button(f"{page}-step-next").click().run()
    app.button(f"{page}-step-back").click().run()
    assert "step" not in link(app, page) and app.button(f"{page}-step-back").disabled


@pytest.mark.parametrize("page", PAGES)
def test_every_page_leads_to_the_next_one(page: str) -> None:
    """In the order of the course, with a line about it, and from the last one home; the host's page stands apart."""
    last = [one.proto for one in arrived(page).get("page_link")][-1:]
    if page == "training":
        return
    order = ("home", *LESSONS, "home")
    following = order[order.index(page) + 1]
    book = labels("en")[following]
    assert [(one.page, one.label) for one in last] == [
        (address(following), f"**{book['title']}** {book['teaser']}"),
    ]


# --- challenges


def given(component: Any) -> Any:
    """What a browser component was given; None where that is no plain value."""
    return json.loads(component.proto.json) if component.proto.json else None


def reached(app: AppTest, page: str) -> set[str]:
    """Names of the challenges that were met since the visitor arrived."""
    return {name for _, name in app.session_state[f"memory:{page}"]["reached"]}


def anew(app: AppTest, page: str, **query: str) -> AppTest:
    """The page as that link opens it, with nothing met yet; a name that no page knows makes every link a new one."""
    app.session_state[f"memory:{page}"]["reached"].clear()
    return follow(app, lang="en", **query, visit=uuid4().hex)


@pytest.mark.parametrize("page", LESSONS)
def test_the_path_through_the_course_knows_every_challenge_of_a_lesson_and_no_other(page: str) -> None:
    """Also those of its other views; and what tells the browser has the names of the rows that stand there."""
    views = [arrived(page), *(settled(open_page(page, **asked)) for asked in COURSE[page].views.values())]
    found: set[str] = set()
    for app in views:
        told = [one for one in map(given, app.get("bidi_component")) if isinstance(one, dict) and "before" in one]
        assert {one["page"] for one in told} == {page} and not any(one["solved"] for one in told)
        names = [name for one in told for name in one["shown"]]
        assert len(names) == len(challenges_done(app)) == len(set(names))
        found |= set(names)
    assert found == set(goals_of(page))


@pytest.mark.parametrize("page", LESSONS)
def test_no_challenge_is_met_by_coming(page: str) -> None:
    app = arrived(page)
    assert not any(challenges_done(app)) and not reached(app, page)


@pytest.mark.parametrize("page", LESSONS)
def test_a_challenge_takes_more_than_one_click(page: str) -> None:
    """One press of any button but the main ones, one other option of any choice, or the experiment of the guess.

    For what an option has computed anew there is no waiting: on the denoiser's page that would take half a minute.
    """
    app = settled(open_page(page))
    found: set[str] = set()
    for key in [one.key for one in app.button if not one.disabled and one.proto.type != "primary"]:
        settled(settled(anew(app, page)).button(key).click().run())
        found |= reached(app, page)
    settled(anew(app, page)).radio(f"{page}-guess").set_value("a").run()
    found |= reached(settled(app.button(f"{page}-do").click().run()), page)
    for name, field in fields_of(page).items():
        for option in field.options if isinstance(field, Choice) else ():
            if option != field.default:
                found |= reached(anew(app, page, **{name: str(option)}), page)
    assert found == MET_BY_ONE_CLICK.get(page, set())


# --- links


GARBAGE = "?!" * 200


def beyond(field: Field) -> str:
    """What looks like a value of this field, and is none."""
    if isinstance(field, Number):
        return str(field.high + 1)
    if isinstance(field, Numbers):
        return ",".join(["0"] * (field.most + 1))
    return "-1"


def complaint(page: str, lang: str, name: str, raw: str) -> str | None:
    """What the page has to say of that value in a link; None where it has to take it."""
    field = fields_of(page)[name]
    try:
        field.parse(raw)
    except Problem as found:
        return Text(page, lang, None).problem(found)
    except (ValueError, KeyError, OverflowError):
        return problem(lang, "bad-value", name=name, value=raw[:40], limits=field.limits)
    return None


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_nonsense_in_a_link_is_answered_by_a_sentence_and_the_page_stands(page: str, lang: str) -> None:
    fields = fields_of(page)
    query = dict.fromkeys(fields, GARBAGE) if lang == "en" else {name: beyond(one) for name, one in fields.items()}
    app = settled(open_page(page, lang=lang, **query))
    assert not app.exception
    complaints = {name: complaint(page, lang, name, raw) for name, raw in query.items()}
    assert all(complaints[name] for name in fields if lang == "en" or not isinstance(fields[name], Token))
    said = notices(app)
    assert [one for one in complaints.values() if one and one not in said] == []
    assert headings(app) == headings(arrived(page, lang, folded=True))
    if page in LESSONS:
        assert shown(app) == shown(arrived(page, lang))


QUICK = {"denoiser": {"steps": "100"}, "plane": {"steps": "100"}}  # of what takes seconds otherwise
TEXTS = (
    "0.5,0.5;0.25,0.75",
    "pn",
    tokens.to_token(mnist.load("test").images[9, 0].numpy()),
    points.to_token(np.random.default_rng(0).normal(0, 1, (60, 2)).clip(-3, 3)),
)
"""A table, a row of results, a picture, points: what a token of a page may hold."""


def another(field: Field) -> str | None:
    """A value beside the default, as a link writes it; None for a token that is the name of a run."""
    if isinstance(field, Number):
        start = field.low if field.default is None else field.default
        change = max(round((field.high - field.low) / 40, field.decimals), 10.0**-field.decimals)
        return str(field.parse(start + change if start + change <= field.high else start - change))
    if isinstance(field, Numbers):
        first, *rest, last = field.default
        return str(field.parse([first / 2, *rest, last + first / 2]))
    if isinstance(field, Choice):
        return str(field.options[field.options.index(field.default) - 1])
    return next((text for text in TEXTS if allowed(field, text)), None)


def allowed(field: Field, raw: str) -> bool:
    try:
        field.parse(raw)
    except (ValueError, KeyError):
        return False
    return True


def trained(app: AppTest) -> AppTest:
    """The page once the models of its state are there, where they are trained on it."""
    asked = [button for button in app.button if button.key == "moons-both-do"]
    return settled(asked[0].click().run()) if asked else app


@pytest.mark.parametrize("page", LESSONS)
def test_the_link_reproduces_the_state(page: str) -> None:
    fields = fields_of(page)
    changed = {name: value for name, field in fields.items() if (value := another(field)) is not None}
    changed |= QUICK.get(page, {})
    first = trained(settled(open_page(page, **changed)))
    offered = link(first, page)
    assert offered == {"lang": "en", **{name: str(fields[name].parse(value)) for name, value in changed.items()}}
    second = settled(open_page(page, **offered))
    assert not second.exception
    assert link(second, page) == offered
    assert equations(second) == equations(first)
    assert open_step(second) == open_step(first)
    assert second.code[0].value == first.code[0].value != arrived(page).code[0].value
    assert run_snippet(second) == shown(second) == shown(first)
    assert challenges_done(second) == challenges_done(first)
