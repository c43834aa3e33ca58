"""Controls and further sections of the page on diffusion in the plane. Layout; no maths."""

from __future__ import annotations

import streamlit as st

from genmodels.data import points
from genmodels.errors import Problem
from lessons.plane import scene
from lessons.plane.scene import KINDS
from ui.components import sketch
from ui.jobs import runs
from ui.lesson import HAND, Lesson
from ui.own_digit import take
from ui.widgets import choice, explained_number, mirrored

PADS = ("folded", "open")


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
        turned = mirrored("plane-pad-open", scene.draws(state), lambda on: state.update({"pad": PADS[on]}))
        st.toggle(text("own-points"), **turned)


def own_points(lesson: Lesson) -> None:
    """A pad beside the plane; its ink becomes the points that the training on this page learns."""
    state, text = lesson.state, lesson.text

    def cleared() -> None:
        state.update({"drawn": "", "data": state.fields["data"].default})

    with st.container(key="hand"):
        try:
            drawing = sketch.sketch("plane-pad", text.all("sketch-") | text.all("pad-"), HAND, cleared)
            token = take("plane-drawing", drawing, lambda raw: checked(scene.from_ink(sketch.picture(raw))))
        except Problem as problem:
            lesson.notice(problem)
            token = None
        if token is not None:
            state.update({"drawn": token, "data": "drawn"})
            st.rerun()
        if state["drawn"]:
            learned = state["data"] == "drawn"
            lesson.note("own-points-note" if learned else "own-points-other", number=len(scene.mine(state)))
        else:
            st.markdown(f":small[{text.section('own-points')}]")


def checked(token: str) -> str:
    """The token itself, when it is one of a set that can be learned; otherwise Problem."""
    points.from_token(token)
    return token
