"""What the pages tell the browser of challenges, and what is left of them when it is to be forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app import challenges_done, follow, open_page
from ui import rail
from ui.course import LESSONS
from ui.goals import goals_of
from ui.text import LANGUAGES, labels

TRUSTED = {"prior": "1", "sensitivity": "99", "specificity": "99.95"}


def told(app: AppTest) -> dict[str, Any]:
    """What the browser is told of the list of challenges beside the stage."""
    each = [json.loads(one.proto.json) for one in app.get("bidi_component") if "-progress-" in one.proto.id]
    return dict(next(one for one in each if "trust" in one["shown"]))


def test_a_lesson_tells_the_browser_what_was_solved_by_its_name() -> None:
    app = open_page("bayes", lang="zh")
    assert told(app)["solved"] == [] and told(app)["before"] == labels("zh")["common"]["solved-before"]
    follow(app, lang="zh", **TRUSTED)
    assert (told(app)["page"], told(app)["solved"]) == ("bayes", ["trust"])
    follow(app, lang="zh", prior="50")
    assert told(app)["solved"] == ["trust"], "what was reached stays reached in this visit"


def test_what_is_forgotten_counts_again_only_when_it_is_done_again() -> None:
    app = open_page("bayes", **TRUSTED)
    assert challenges_done(app)[0]
    rail.forget([app.session_state["memory:bayes"], {}])
    app.run()
    assert not challenges_done(app)[0] and told(app)["solved"] == []
    follow(app, lang="en", prior="50")
    follow(app, lang="en", **TRUSTED)
    assert challenges_done(app)[0] and told(app)["solved"] == ["trust"]


@pytest.mark.parametrize("page", LESSONS)
def test_every_lesson_has_challenges_which_are_called_the_same_in_every_language(page: str) -> None:
    """Their names are what the browser keeps: one that is called otherwise is one that nobody has solved."""
    assert 2 <= len(goals_of(page)) <= 12 and len(set(goals_of(page))) == len(goals_of(page))
    for name in goals_of(page):
        assert name.isascii() and name.replace("-", "").isalnum() and name[0].isalpha() and len(name) <= 64
        assert all(f"challenge-{name}" in labels(lang)[page] for lang in LANGUAGES)
