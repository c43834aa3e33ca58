"""Joint, marginal and conditional probability, and Bayes' rule: a diagnostic test, any table, shots on a target."""

from __future__ import annotations

import streamlit as st

from lessons.bayes import figures, table, target
from lessons.bayes.scene import FIELDS, SETTINGS, START, Scene
from lessons.bayes.sections import TableSection, TargetSection
from lessons.bayes.squares import squares
from ui import rail
from ui.charts import chart
from ui.lesson import Lesson
from ui.live import Live
from ui.widgets import presets

lesson = Lesson("bayes", {**FIELDS, **table.FIELDS, **target.FIELDS})
state, text = lesson.state, lesson.text
live, people = Live(lesson), Live(lesson)
any_two, shots = TableSection(lesson), TargetSection(lesson)


def picture() -> None:
    now = Scene(state, text)
    squares("squares", now.squares(), now.cells(), 2, now.cuts(), live.listener("squares"))


def equation() -> None:
    now = Scene(state, text)
    if now.problem:
        live.repair(now.problem, START)
    else:
        lesson.equation(*now.equation())


def beside() -> None:
    rail.show(lesson, Scene(state, text), SETTINGS["frequent"])


def tested() -> None:
    now = Scene(state, text)
    words = {name: text(f"tested-{name}") for name in ("people", "unit", "seen", "posterior")}
    figure = figures.tested(now.share_so_far(), now.posterior, words, lesson.mode)
    chart(figure, "tested")
    st.markdown(now.tested())
    buttons("tested", now.more_people())


def again() -> None:
    now = Scene(state, text)
    if (beliefs := now.beliefs()) is None:
        lesson.note("again-never")
    else:
        words = {name: text(f"again-{name}") for name in ("before", "unit")}
        figure = figures.beliefs(beliefs, now.result_names(), words, lesson.mode)
        chart(figure, "again")
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
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            with st.container(horizontal=True):
                presets(lesson, SETTINGS)
            with lesson.picture():
                live.part("picture", picture)
            live.part("equation", equation)
        lesson.caption()
        lesson.look()
    with lesson.rail_column():
        live.part("rail", beside, later=True)
    below = lesson.below_picture()
lesson.picture_first()
with below:
    lesson.section("tested")
    st.markdown(text.section("tested"))
    live.part("tested", tested, later=True)
people.parts.append("tested")
any_two.show()
with lesson.further("results", *target.FIELDS) as unfolded:
    if unfolded:
        lesson.section("again")
        with lesson.row():
            with st.container(width=640):
                live.part("again", again, later=True)
            with st.container(width="stretch"):
                st.markdown(text.section("again"))
        people.parts.append("again")
        shots.show()
live.part("code", code, later=True)
lesson.end()
