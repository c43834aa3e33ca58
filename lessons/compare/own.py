"""Own models beside the others: which of them, and what has not been measured yet."""

from __future__ import annotations

import streamlit as st

from lessons.compare import rows
from lessons.compare.rows import MOST_OWN, check_own
from ui import wording
from ui.lesson import Lesson
from ui.state import State
from ui.widgets import select


def add(state: State, key: str) -> None:
    """One more row; the first of them goes where there is no room."""
    keys = [*(one for one in check_own(state["own"]) if one != key), key]
    state.update({"own": ".".join(keys[-MOST_OWN:])})


def leave_out(state: State, key: str) -> None:
    """A row less."""
    changes = {"own": ".".join(one for one in check_own(state["own"]) if one != key)}
    if state["model"] == key:
        changes["model"] = ""
    state.update(changes)


def own(lesson: Lesson) -> None:
    """Choose own models to stand beside the others."""
    state, text = lesson.state, lesson.text
    st.markdown(f"**{text('own')}** {text.section('own')}")
    listed, there = rows.listed(), check_own(state["own"])
    if not listed:
        lesson.note("own-none")
        return
    left = {key: _called(key, lesson) for key in listed if key not in there}
    if left:
        options = {"": text("own-choose"), **left}
        select(
            lesson,
            "own",
            text("control-own"),
            options,
            key="compare-add",
            value="",
            choose=lambda key: key and add(state, key),
            width=360,
        )
    for key in there:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_called(key, lesson))
            st.button(text("own-leave-out"), key=f"own-out-{key}", on_click=leave_out, args=[state, key])


def _called(key: str, lesson: Lesson) -> str:
    recipe = rows.listed().get(key)
    if recipe is None:
        return key[:8]
    return lesson.text("own-called", name=recipe.name, run=key[:8], changes=wording.in_words(recipe, lesson.text))
