"""Controls of the page on diffusion in the plane. Layout; no maths."""

from __future__ import annotations

import streamlit as st

from lessons.plane import scene
from lessons.plane.scene import KINDS
from ui import own_points
from ui.jobs import runs
from ui.lesson import Lesson
from ui.widgets import choice, explained_number


def controls(lesson: Lesson) -> None:
    """Which model, which sampler, other noise, whose arrows, and whether the visitor draws."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        runs.chooser(lesson, {"": text("model-shipped")}, KINDS, lambda name: scene.show(state, name))
        explained_number(lesson, "steps", 10)
        explained_number(lesson, "eta", 0.25)
        noise = {"noise": state["noise"] + 1}
        st.button(text("other-noise"), key="plane-other", on_click=state.update, args=[noise])
    arrows = {one: text(f"arrows-{one}") for one in ("network", "exact")}
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        choice(lesson, "arrows", text("control-arrows"), arrows, label_visibility="collapsed", width="content")
        own_points.switch(lesson)
