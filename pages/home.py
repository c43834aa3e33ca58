"""Home: real digits beside drawn ones, what learning means, and the families with a way into their lessons."""

from __future__ import annotations

import streamlit as st

from lessons.home import sections
from lessons.home.scene import FIELDS, MODEL, drawn, real, trained
from ui.lesson import RAIL, STAGE, Lesson

with Lesson.guard("home"):
    trained(MODEL)
lesson = Lesson("home", FIELDS)
text, seed = lesson.text, lesson.state["seed"]
lesson.header()
with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            new, facts = drawn(seed)
            with st.container(horizontal=True, gap="medium"):
                sections.panel(lesson, "data", "blue", real(seed))
                sections.panel(lesson, "model", "orange", new)
            st.button(text("again"), type="primary", on_click=lesson.state.update, args=({"seed": seed + 1},))
        lesson.caption()
        lesson.badge(**facts)
    with st.container(width=RAIL):
        st.header(text("idea"), anchor=False)
        st.markdown(text.section("idea"))
        st.page_link(
            "../pages/vae.py",
            label=text("open"),
            icon=":material/arrow_forward:",
            query_params={"lang": lesson.lang},
        )
sections.families(lesson)
sections.foundations(lesson)
lesson.state.mirror(lesson.lang)
