"""Variational inference: log p(x) as a bar of two parts, the ELBO of a q to be dragged and the gap above it."""

from __future__ import annotations

import streamlit as st

from lessons.variational import figures, sections
from lessons.variational.scene import FAMILIES, FIELDS, PRESETS, Scene, best_member
from ui.figures.style import CONFIG
from ui.lesson import RAIL, STAGE, Lesson
from ui.live import Coordinate, Handle, Live
from ui.widgets import choice

CHART = 490  # of the stage; the bar has the rest
STEP = 0.01  # of a handle, by one press of an arrow key
COURSE = {"x": 2, "rate": 1, "sigma": 1}

lesson = Lesson("variational", FIELDS)
state, text, live = lesson.state, lesson.text, Live(lesson)


def picture() -> None:
    scene = Scene(state, text)
    figure = figures.densities(scene.densities(), scene.density_words(), lesson.mode)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="densities")


def bar() -> None:
    st.html(Scene(state, text).bar())


def equation() -> None:
    lesson.equation(*Scene(state, text).equation(), unit=text("nats"))


def show(model: dict[str, object], family: str) -> None:
    """Show the best q of a family for this x, rate and sigma."""
    state.update({**model, **best_member(model, family)})


def best() -> None:
    show({name: state[name] for name in COURSE}, state["family"])


def handles() -> list[Handle]:
    """q's mean, and unless the mean says all, how wide it is."""
    level = Coordinate(figures.RULER_Y)
    mean = Handle(text("handle-m"), live.coordinate("m", step=STEP), level)
    width = Handle(text("handle-s"), live.coordinate("s", base="m", step=STEP), level)
    return [mean] if state["family"] == "exponential" else [mean, width]


lesson.header()
with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            with st.container(horizontal=True, vertical_alignment="bottom"):
                choice(lesson, "family", text("family"), {name: text(name) for name in FAMILIES})
                st.button(text("best"), key="variational-best", on_click=best)
            with st.container(horizontal=True, gap="small"):
                with st.container(width=CHART):
                    live.chart("densities", picture, figures.FRAME, handles())
                with st.container(width="stretch"):
                    live.part("bar", bar)
            live.part("equation", equation)
            live.sliders("model", *COURSE)
        lesson.caption()
        with st.container(horizontal=True):
            for name, values in PRESETS.items():
                st.button(text(f"preset-{name}"), key=f"variational-{name}", on_click=show, args=values)
    with st.container(width=RAIL):
        live.part("rail", lambda: lesson.rail(Scene(state, text)), later=True)
lesson.picture_first()
lesson.predict_and_look(lambda: best_member({name: state[name] for name in COURSE}, "truncated-normal"))
sections.climbing(lesson, live)
sections.splits(lesson, live)
sections.far(lesson)
live.part("code", lambda: lesson.code(Scene(state, text)), later=True)
lesson.hand_on("to-vae", "vae")
lesson.end()
