"""The path through the course beside the tree: the lessons in their order, and what this visitor has solved of them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lessons.home.course_path import course_path
from ui import rail
from ui.course import COURSE, LESSONS, SECTIONS
from ui.goals import goals_of
from ui.lesson import Lesson
from ui.text import labels


def minutes() -> int:
    """How long the whole course takes, with all challenges."""
    return sum(COURSE[page].minutes for page in LESSONS)


def whole(lesson: Lesson) -> None:
    """All of it."""
    _show(lesson, "course_path", brief=False)


def next_one(lesson: Lesson) -> None:
    """The next lesson alone, for above the picture, where the path stands below it."""
    with st.container(key="next-lesson"):
        _show(lesson, "course_path_next", brief=True)


def _show(lesson: Lesson, key: str, brief: bool) -> None:
    words = lesson.text.all("path-")
    words["length"] = lesson.text("path-length", number=len(LESSONS), hours=f"{minutes() / 60:.0f}")
    query = {"lang": lesson.lang}
    # a callback that looks later may be broken off (docs/decisions/live.md)
    memories = [memory for name, memory in st.session_state.to_dict().items() if str(name).startswith("memory:")]
    course_path(key, _sections(lesson), query, words, lambda: rail.forget(memories), brief)


def _sections(lesson: Lesson) -> list[dict[str, Any]]:
    book = labels(lesson.lang)
    listed = {section: [page for page in pages if page in LESSONS] for section, pages in SECTIONS.items()}
    return [
        {"title": book["frame"][f"section-{section}"], "lessons": [_entry(book, page) for page in pages]}
        for section, pages in listed.items()
        if pages
    ]


def _entry(book: dict[str, Any], page: str) -> dict[str, Any]:
    own = book[page]
    about = {"page": page, "title": own["title"], "menu": own.get("menu", own["title"])}
    return {**about, "minutes": COURSE[page].minutes, "goals": goals_of(page)}
