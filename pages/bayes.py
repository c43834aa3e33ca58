"""Joint, marginal and conditional probability, and Bayes' rule: a diagnostic test, any table, shots on a target."""

from __future__ import annotations

import streamlit as st

from lessons.bayes import figures, table, target
from lessons.bayes.scene import FIELDS, SETTINGS, START, Scene
from lessons.bayes.sections import TableSection, TargetSection
from lessons.bayes.squares import squares
from ui.figures.style import CONFIG
from ui.lesson import HALF, RAIL, STAGE, Lesson
from ui.live import Live
from ui.widgets import presets

lesson = Lesson("bayes", {**FIELDS, **table.FIELDS, **target.FIELDS})
state, text = lesson.state, lesson.text
live, people = Live(lesson), Live(lesson)
lower = (TableSection(lesson), TargetSection(lesson))


def picture() -> None:
    now = Scene(state, text)
    squares("squares", now.squares(), now.cells(), 2, now.cuts(), live.listener("squares"))
    if now.problem:
        live.repair(now.problem, START)
    else:
        lesson.equation(*now.equation())


def rail() -> None:
    lesson.rail(Scene(state, text), also=[one for section in lower for one in section.challenges()])


def tested() -> None:
    now = Scene(state, text)
    words = {name: text(f"tested-{name}") for name in ("people", "unit", "seen", "posterior")}
    figure = figures.tested(now.share_so_far(), now.posterior, words, lesson.mode)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="tested")
    st.markdown(now.tested())
    buttons("tested", now.more_people())


def again() -> None:
    now = Scene(state, text)
    if (beliefs := now.beliefs()) is None:
        lesson.note("again-never")
    else:
        words = {name: text(f"again-{name}") for name in ("before", "unit")}
        figure = figures.beliefs(beliefs, now.result_names(), words, lesson.mode)
        st.plotly_chart(figure, theme=None, config=CONFIG, key="again")
    buttons("again", now.more_results())


def buttons(kind: str, changes: dict[str, dict[str, object]]) -> None:
    """A row of buttons that make these changes to the state."""
    with st.container(horizontal=True):
        for name, values in changes.items():
            label, there = text(f"{kind}-{name}"), all(state[key] == value for key, value in values.items())
            key = f"bayes-{kind}-{name}"
            st.button(label, key=key, on_click=people.moved, args=[values], disabled=there)


def code() -> None:
    now = Scene(state, text)
    if now.posterior is not None:
        lesson.code(now)
        lesson.hand_on("on", "information", p=now.coin())


lesson.header()
with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            with st.container(horizontal=True):
                presets(lesson, SETTINGS)
            live.part("picture", picture)
        lesson.caption()
    with st.container(width=RAIL):
        live.part("rail", rail, later=True)
lesson.picture_first()
lesson.predict_and_look(SETTINGS["frequent"])
with lesson.row():
    for key, draw in (("tested", tested), ("again", again)):
        with st.container(width=HALF):
            lesson.section(key)
            st.markdown(text.section(key))
            live.part(key, draw, later=True)
            people.parts.append(key)
for section in lower:
    section.show()
    section.live.later.append("rail")
live.part("code", code, later=True)
lesson.end()
