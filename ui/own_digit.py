"""A visitor's own digit, drawn or uploaded, or one of the test set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from genmodels.data import tokens
from genmodels.data.pictures import from_upload, prepare
from genmodels.errors import Problem
from ui.components import sketch
from ui.lesson import Lesson
from ui.widgets import number

Show = Callable[..., None]
Prepared = TypeVar("Prepared")


def choose(lesson: Lesson, show: Show) -> None:
    """Let the visitor choose: `show(digit=number)` or `show(x=token)` is called with whatever is new.

    The state has `digit`, a number of the test set, and `x`, the token of an own picture or "".
    """
    try:
        _choose(lesson, show)
    except Problem as problem:
        lesson.notice(problem)


def _choose(lesson: Lesson, show: Show) -> None:
    text, made = lesson.text, lesson.memory.setdefault("notes", [])
    source = st.segmented_control(
        text("own"),
        ["draw", "upload", "test"],
        default="draw",
        format_func=lambda name: text(f"source-{name}"),
        key="source",
        label_visibility="collapsed",
        required=True,
    )
    picture = None
    if source == "draw":
        drawing = sketch.sketch("sketch", text.all("sketch-"))
        picture = take("drawing", drawing, lambda raw: prepare(sketch.picture(raw)))
    elif source == "upload":
        file = st.file_uploader(text("upload"), key="upload")
        picture = take("upload", file.getvalue() if file else None, from_upload)
    else:
        number(lesson, "digit", text("digit-number"), key="digit-number", choose=lambda digit: show(digit=digit))
    if picture is not None:
        made[:] = picture.notes
        show(x=tokens.to_token(picture.pixels))
        st.rerun()


def take(slot: str, raw: bytes | None, prepare: Callable[[bytes], Prepared]) -> Prepared | None:
    """What a visitor handed in, prepared, once: None when there is nothing, or nothing new since the last run.

    A Problem is raised again on every run, for as long as the thing that caused it lies there.
    """
    memory: dict[str, Any] = st.session_state.setdefault(f"taken:{slot}", {"raw": None, "problem": None})
    if raw == memory["raw"]:
        if memory["problem"]:
            raise memory["problem"]
        return None
    memory |= {"raw": raw, "problem": None}
    if raw is None:
        return None
    try:
        return prepare(raw)
    except Problem as problem:
        memory["problem"] = problem
        raise


def notes(lesson: Lesson) -> list[str]:
    """Labels of what was done to the visitor's picture, as long as it is the one shown."""
    return [f"note-{note}" for note in lesson.memory.get("notes", ())] if lesson.state["x"] else []
