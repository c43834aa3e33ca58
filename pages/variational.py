"""Variational inference: log p(x) as a bar of two parts, the ELBO of a q to be dragged and the gap above it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from lessons.variational import figures, sections
from lessons.variational.scene import FAMILIES, FIELDS, PRESETS, Scene, best_member
from ui import rail
from ui.charts import chart
from ui.figures.style import dim
from ui.lesson import Lesson
from ui.live import Coordinate, Handle, Live
from ui.widgets import choice

BAR = 156  # of the stage; the curves have the rest where that is enough, else stage.css puts the bar below them
STEP = 0.01  # of a handle, by one press of an arrow key
COURSE = {"x": 2, "rate": 1, "sigma": 1}

lesson = Lesson("variational", FIELDS)
state, text, live = lesson.state, lesson.text, Live(lesson)


def picture() -> None:
    scene = Scene(state, text)
    figure = figures.densities(scene.densities(), scene.density_words(), lesson.mode)
    chart(dim(figure, lesson.part(scene)), "densities")


def bar() -> None:
    st.html(Scene(state, text).bar())


def equation() -> None:
    lesson.equation(*Scene(state, text).equation(), unit=text("nats"))


def show(model: dict[str, object], family: str) -> None:
    """Show the best q of a family for this x, rate and sigma."""
    state.update({**model, **best_member(model, family)})


def best_truncated_normal() -> dict[str, object]:
    return best_member({name: state[name] for name in COURSE}, "truncated-normal")


def best() -> None:
    show({name: state[name] for name in COURSE}, state["family"])


def handles() -> list[Handle]:
    """q's mean, and unless the mean says all, how wide it is."""
    level = Coordinate(figures.RULER_Y)
    mean = Handle(text("handle-m"), live.coordinate("m", step=STEP), level)
    width = Handle(text("handle-s"), live.coordinate("s", base="m", step=STEP), level)
    return [mean] if state["family"] == "exponential" else [mean, width]


st.html(Path(figures.__file__).with_name("stage.css"))
lesson.header()
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            with st.container(horizontal=True, vertical_alignment="bottom"):
                choice(lesson, "family", text("family"), {name: text(name) for name in FAMILIES})
                st.button(text("best"), key="variational-best", on_click=best)
            with lesson.picture():  # a low one, with room for its sum
                with st.container(horizontal=True, gap="small"):
                    with st.container(width="stretch", key="variational-curves"):
                        live.chart("densities", picture, figures.FRAME, handles)
                    with st.container(width=BAR):
                        live.part("bar", bar)
                live.part("equation", equation)
            live.sliders("model", *COURSE)
        lesson.caption()
        lesson.look()
        with st.container(horizontal=True, key="watch-presets"):
            for name, values in PRESETS.items():
                st.button(text(f"preset-{name}"), key=f"variational-{name}", on_click=show, args=values)
    with lesson.rail_column():
        live.part("rail", lambda: rail.show(lesson, Scene(state, text), best_truncated_normal), later=True)
lesson.picture_first()
sections.climbing(lesson, live)
sections.splits(lesson, live)
with lesson.further() as unfolded:
    if unfolded:
        sections.far(lesson)
live.part("code", lambda: lesson.code(Scene(state, text)), later=True)
lesson.end()
