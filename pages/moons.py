"""Autoencoder or VAE: two models with the same network have learned phases of the moon, and one pointer asks both."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from lessons.moons import models, sections
from lessons.moons.models import Pair
from lessons.moons.scene import EXPERIMENT, FIELDS, Scene
from ui import rail
from ui.lesson import Lesson
from ui.live import Live

with Lesson.guard("moons"):
    lesson = Lesson("moons", FIELDS)
    sections.take_model(lesson.state)
state, text, live = lesson.state, lesson.text, Live(lesson)


def trained() -> Pair | None:
    """The two models; None while they have to be trained. Problem where there is too little to learn."""
    return models.ready(state["learned"], float(state["beta"]), state["seed"])


def show_rail() -> None:
    if pair is not None:
        rail.show(lesson, Scene(state, text, pair), EXPERIMENT)


pair: Pair | None = None
refused: Problem | None = None
try:
    pair = trained()
except Problem as problem:  # the controls stay, so that one can choose otherwise
    refused = problem
lesson.header()
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            sections.controls(lesson)
            with lesson.picture():
                if refused:
                    lesson.notice(refused)
                else:
                    sections.stage(lesson, live, pair)
                    pair = trained()  # it may just have ended
        lesson.caption()
        lesson.look()
        if pair is not None:
            sections.badge(lesson, pair)
    with lesson.rail_column():
        if pair is None:
            st.skeleton(height=480)
        else:
            live.part("rail", show_rail, later=True)
lesson.picture_first()
if pair is not None:
    lesson.code(Scene(state, text, pair))
lesson.end()
