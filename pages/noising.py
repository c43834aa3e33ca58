"""The forward process: a picture goes into noise by small steps, or in one jump to any of them."""

from __future__ import annotations

import streamlit as st

from lessons.noising import posterior, sections, sums
from lessons.noising.noising import noising
from lessons.noising.scene import FIELDS, TUTORIAL, Scene, check_link, problem_of
from ui import rail
from ui.components import Listener
from ui.lesson import Lesson
from ui.live import Live

lesson = Lesson("noising", {**FIELDS, **posterior.FIELDS, **sums.FIELDS})
state, text, live = lesson.state, lesson.text, Live(lesson)


def picture(listener: Listener) -> None:
    now = Scene(state, text)
    noising("noising", now.view(), text.all("view-") | text.transport(), now.t, listener)


check_link(state)
lesson.header()
if problem := problem_of(state):
    live.repair(problem, {"steps": FIELDS["steps"].default})
    lesson.end()
    st.stop()

with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            with lesson.picture():
                live.control("noising", picture)
            sections.controls(lesson)
        lesson.caption()
        lesson.look()
    with lesson.rail_column():
        live.part("rail", lambda: rail.show(lesson, Scene(state, text), TUTORIAL), later=True)
lesson.picture_first()
sections.schedules(lesson)
sections.terminal(lesson)
with lesson.further(*sums.FIELDS, *posterior.FIELDS) as unfolded:
    if unfolded:
        sections.sums(lesson)
        sections.step_back(lesson)
        sections.origin(lesson)
        sections.bridge(lesson)
lesson.code(Scene(state, text))
lesson.end()
