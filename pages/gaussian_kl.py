"""Divergences between Gaussians: both directions, three ways to compute one, and what they make of a fit."""

from __future__ import annotations

import streamlit as st

from lessons.gaussian_kl import figures, fits, sections
from lessons.gaussian_kl.scene import FIELDS, PRESETS, Scene
from ui.lesson import RAIL, STAGE, Lesson
from ui.live import Coordinate, Handle, Live
from ui.widgets import presets

lesson = Lesson("gaussian_kl", {**FIELDS, **fits.FIELDS})
state, text, live = lesson.state, lesson.text, Live(lesson)


def picture() -> None:
    scene = Scene(state, text)
    sections.chart(figures.pair(scene.pair(), scene.pair_words(), lesson.mode), "pair")
    lesson.equation(*scene.equation(), unit=text("nats"))


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
with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            with st.container(horizontal=True):
                presets(lesson, PRESETS, *sections.BARE)
                st.button(text("swap"), key="gaussian_kl-swap", on_click=swap)
            live.chart("pair", picture, figures.RULER_FRAME, [*ruler("p"), *ruler("q")])
        lesson.caption()
    with st.container(width=RAIL):
        live.part("rail", lambda: lesson.rail(Scene(state, text)), later=True)
lesson.picture_first()
lesson.predict_and_look(PRESETS["narrow"])
sections.ways(lesson, live)
sections.two_bumps(lesson)
sections.plane(lesson)
sections.box(lesson, live)
sections.units(lesson, live)
live.part("code", lambda: lesson.code(Scene(state, text)), later=True)
lesson.hand_on("to-information", "information")
lesson.hand_on("to-variational", "variational")
lesson.end()
