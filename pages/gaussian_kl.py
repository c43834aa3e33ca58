"""Divergences between Gaussians: both directions, three ways to compute one, and what they make of a fit."""

from __future__ import annotations

import streamlit as st

from lessons.gaussian_kl import figures, fits, sections
from lessons.gaussian_kl.scene import FIELDS, FURTHER, PRESETS, Scene
from ui import rail
from ui.charts import chart
from ui.figures.style import dim
from ui.lesson import Lesson
from ui.live import Coordinate, Handle, Live
from ui.widgets import presets

lesson = Lesson("gaussian_kl", {**FIELDS, **fits.FIELDS})
state, text, live = lesson.state, lesson.text, Live(lesson)


def picture() -> None:
    scene = Scene(state, text)
    chart(dim(figures.pair(scene.pair(), scene.pair_words(), lesson.mode), lesson.part(scene)), "pair")


def equation() -> None:
    lesson.equation(*Scene(state, text).equation(), unit=text("nats"))


def ruler(name: str) -> list[Handle]:
    """Its centre, and its right end, which is measured from there."""
    level, centre, width = Coordinate(figures.RULER_Y[name]), f"mu_{name}", f"sigma_{name}"
    return [
        Handle(text(f"centre-{name}"), live.coordinate(centre, step=sections.STEP), level),
        Handle(text(f"end-{name}"), live.coordinate(width, base=centre, step=sections.STEP), level),
    ]


def swap() -> None:
    state.update({f"{name}_{to}": state[f"{name}_{of}"] for name in ("mu", "sigma") for to, of in ("pq", "qp")})


lesson.header()
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            with st.container(horizontal=True):
                presets(lesson, PRESETS, *sections.BARE)
                st.button(text("swap"), key="gaussian_kl-swap", on_click=swap)
            with lesson.picture():
                live.chart("pair", picture, figures.RULER_FRAME, lambda: [*ruler("p"), *ruler("q")])
            live.part("equation", equation)
        lesson.caption()
        lesson.look()
    with lesson.rail_column():
        live.part("rail", lambda: rail.show(lesson, Scene(state, text), PRESETS["narrow"]), later=True)
lesson.picture_first()
sections.box(lesson, live)
sections.two_bumps(lesson)
with lesson.further(*FURTHER) as unfolded:
    if unfolded:
        sections.ways(lesson, live)
        sections.plane(lesson)
        sections.units(lesson, live)
        lesson.hand_on("to-information", "information")
live.part("code", lambda: lesson.code(Scene(state, text)), later=True)
lesson.end()
