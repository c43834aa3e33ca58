"""The further sections of the page on variational inference: the climb, three ways to split the bound, far out."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lessons.variational import figures
from lessons.variational.ascent import Climb
from lessons.variational.climb import climb
from lessons.variational.scene import DRAWS, Scene, far_out
from ui.charts import chart
from ui.lesson import Lesson
from ui.live import Live
from ui.state import heard
from ui.widgets import choice

WIDE = 640  # of a row of 1024, beside what is read


def climbing(lesson: Lesson, live: Live) -> None:
    """q on its way up, from where the hand left it."""
    state, text = lesson.state, lesson.text
    parameters = [f"parameter-{name}" for name in ("rate", "shape", "mu", "sigma")]
    words = text.all("climb-") | text.transport() | {name: text(name) for name in parameters}

    def take() -> None:
        """Show the q at which the climb stands in the picture above."""
        message = heard("climb").get("take")
        state.update(Climb(Scene(state, text)).member(message.get("step") if isinstance(message, Mapping) else None))
        st.rerun()

    def draw() -> None:
        climb("climb", Climb(Scene(state, text)).view(), words, take)

    def reached() -> None:
        st.markdown(text.section("climb-read", **Climb(Scene(state, text)).reached()))

    lesson.section("climb")
    with lesson.row():
        with st.container(width=WIDE):
            live.part("climb-picture", draw, later=True)
        with st.container(width="stretch"):
            st.markdown(text.section("climb"))
            choice(lesson, "draws", text("draws"), {number: str(number) for number in DRAWS})
            live.part("reached", reached, later=True)
            new = {"seed": state["seed"] + 1}
            st.button(text("new-draw"), key="variational-new-draw", on_click=state.update, args=[new])


def splits(lesson: Lesson, live: Live) -> None:
    """Three ways to the same bound."""
    text = lesson.text

    def draw() -> None:
        elbo, ways = Scene(lesson.state, text).splits()
        figure = figures.splits(ways, elbo, text("nats"), lesson.mode)
        chart(figure, "splits")

    lesson.section("splits")
    with lesson.row():
        with st.container(width=WIDE):
            live.part("splits", draw, later=True)
        with st.container(width="stretch"):
            st.markdown(text.section("splits"))


def far(lesson: Lesson) -> None:
    """What the formula and the logarithm of its factor say of an x that nobody expected."""
    lesson.section("far")
    with lesson.row():
        with st.container(width=WIDE):
            st.markdown(far_out(lesson.text))
        with st.container(width="stretch"):
            st.markdown(lesson.text.section("far"))
