"""The forward process: a picture goes into noise by small steps, or in one jump to any of them."""

from __future__ import annotations

import streamlit as st

from lessons.noising import posterior, sections, sums
from lessons.noising.noising import noising
from lessons.noising.scene import FIELDS, TUTORIAL, Scene, check_link, problem_of
from ui.lesson import RAIL, STAGE, Lesson
from ui.live import Live

lesson = Lesson("noising", {**FIELDS, **posterior.FIELDS, **sums.FIELDS})
state, text, live = lesson.state, lesson.text, Live(lesson)

check_link(state)
lesson.header()
if problem := problem_of(state):
    live.repair(problem, {"steps": FIELDS["steps"].default})
    lesson.end()
    st.stop()
with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            scene = Scene(state, text)
            words = text.all("view-") | text.transport()
            noising("noising", scene.view(), words, scene.t, live.listener("noising"))
            sections.controls(lesson)
        lesson.caption()
    with st.container(width=RAIL):
        live.part("rail", lambda: lesson.rail(Scene(state, text)), later=True)
lesson.picture_first()
lesson.predict_and_look(TUTORIAL)
sections.sums(lesson)
sections.schedules(lesson)
sections.terminal(lesson)
sections.step_back(lesson)
sections.origin(lesson)
lesson.code(Scene(state, text))
sections.bridge(lesson)
lesson.end()
