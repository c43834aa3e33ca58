"""Home: ten digits drawn out of the noise, what learning means, the lessons in their order, and the families."""

from __future__ import annotations

import streamlit as st

from lessons.home import sections
from lessons.home.emerging import emerging
from lessons.home.scene import DIGITS, FIELDS, MODEL, STEPS, Drawn, drawing, pixels_per_number, trained
from ui import background
from ui.lesson import Lesson
from ui.live import Live

with Lesson.guard("home"):
    checkpoint, _ = trained()
lesson = Lesson("home", FIELDS)
state, text, live = lesson.state, lesson.text, Live(lesson)
seed = state["seed"]


def again() -> None:
    drawing(seed, again=True)


def picture(drawn: Drawn) -> None:
    name, at, words = f"{MODEL}-{seed}", (state["digit"], state["t"]), text.all("view-")
    emerging("emerging", name, drawn, at, words, live.listener("emerging", "drawn"))


lesson.header()
with Lesson.guard("home"):
    work = drawing(seed)
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            with lesson.picture():
                background.show(lesson, "drawn", work, picture, again)
            with st.container(key="real"):
                sections.real_digits(lesson)
            st.button(text("again"), type="primary", on_click=state.update, args=({"seed": seed + 1},))
        lesson.caption()
        lesson.look()
        if work.so_far and work.so_far[-1].whole:
            seconds = work.so_far[-1].seconds
            facts = {"parameters": f"{checkpoint.card['parameters']:,}", "epochs": checkpoint.epoch}
            lesson.badge(name=MODEL, **facts, steps=STEPS, number=DIGITS, seconds=f"{seconds:.1f}")
    with lesson.rail_column():
        lesson.heading("idea")
        st.markdown(text.section("idea", pixels=pixels_per_number()))
        live.part("ways-on", lambda: sections.ways_on(lesson), later=True)
sections.course(lesson)
sections.families(lesson)
lesson.end()
