"""A Markov chain: the restaurant, or any other of up to eight states; where it walks, and where it stays."""

from __future__ import annotations

import streamlit as st

from lessons.markov import charts, classes, scene
from lessons.markov.chain import chain
from lessons.markov.upload import upload
from ui import rail
from ui.charts import chart
from ui.lesson import RAIL, STAGE, Lesson
from ui.live import Live
from ui.widgets import number_box, presets, select

TABLE, WHOLE = 340, 656  # the settings beside the table or, with more states, below it

lesson = Lesson("markov", scene.FIELDS)
state, text, live = lesson.state, lesson.text, Live(lesson)
if not state["matrix"]:  # what a link may leave empty
    state.reset("matrix")
scene.check_link(state, text)


def picture() -> None:
    words = text.all("chain-") | text.transport()
    chain("chain", scene.Scene(state, text).view(), words, scene.BEGIN)


def wrong() -> None:
    now = scene.Scene(state, text)
    if now.misnamed:
        lesson.notice(now.misnamed)
    if now.broken:
        columns = now.broken.code == "chain-columns"
        label, note = ("transpose", "broken-columns") if columns else ("repair", "broken")
        live.repair(now.broken, {"matrix": now.repaired}, label=label)
        lesson.note(note)


def speed() -> None:
    now = scene.Scene(state, text)
    with lesson.row():
        steps, circle = charts.speed(now, lesson.mode)
        with st.container(width="stretch"):
            chart(steps, "speed-steps")
        with st.container(width=charts.SQUARE):
            chart(circle, "speed-circle")
    st.markdown(text.section(now.speed(), **now.speed_values()))


def case() -> None:
    now = scene.Scene(state, text)
    st.markdown(classes.case(now))
    if len(now.classes) > 1:
        chart(charts.mixtures(now, lesson.mode), "simplex")
        st.markdown(text.section("mixtures"))


def plane() -> None:
    now = scene.Scene(state, text)
    if len(now.names) != 3:
        return lesson.note("triangle-only", number=len(now.names))
    chart(charts.way(now, lesson.mode), "triangle")


def triangle() -> None:
    lesson.section("triangle")
    with lesson.row():
        with st.container(width=640):
            live.part("triangle", plane, later=True)
        with st.container(width="stretch"):
            st.markdown(text.section("triangle", number=scene.NUM_STEPS, seed=state["seed"]))


def elimination() -> None:
    now = scene.Scene(state, text)
    if now.exact is None:
        lesson.note("inexact")
    for steps in classes.eliminations(now):
        with lesson.row():
            for step in steps:
                st.container(width=RAIL if len(now.names) <= 4 else STAGE).markdown(step)


def begin() -> None:
    def move(start: int) -> None:
        live.moved({"start": start})

    called = scene.names(state, text)
    first = min(state["start"], len(called) - 1)
    select(lesson, "start", text("start"), dict(enumerate(called)), key="begin", value=first, choose=move)


def settings() -> None:
    def resize(number: int) -> None:
        state.update(scene.resized(state, number, text))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        number_box(lesson, "states", text("states"), len(called), (2, 8), resize, width=104)
        with st.container(width=116):
            live.part("begin", begin, later=True)
        st.button(text("again"), key="again", on_click=lambda: state.update({"seed": state["seed"] + 1}))
        upload(lesson)


lesson.header()
called = scene.names(state, text)
with lesson.columns():
    column = lesson.picture_column()
    with column:
        with lesson.stage():
            with st.container(horizontal=True):
                presets(lesson, {name: scene.setting(name) for name in scene.SETTINGS})
            beside = len(called) <= 3
            with st.container(horizontal=True, gap="small"):
                with st.container(width=TABLE if beside else WHOLE):
                    live.cells("matrix", "matrix", called, called, names="names")
                with st.container(width="stretch" if beside else WHOLE):
                    settings()
            live.part("wrong", wrong)
            with lesson.picture():  # a low one, with room for its sum
                live.part("picture", picture)
                live.part("equation", lambda: lesson.equation(*scene.Scene(state, text).equation()))
        lesson.caption()
        lesson.look()
    with lesson.rail_column():
        live.part("rail", lambda: rail.show(lesson, scene.Scene(state, text), scene.setting("ring")), later=True)
lesson.picture_first()
with column:
    lesson.section("classes")
    live.part("classes", case, later=True)
lesson.section("speed")
live.part("speed", speed, later=True)
lesson.section("bridge")
st.markdown(text.section("bridge"))
lesson.hand_on("to-noising", "noising")
with lesson.further() as unfolded:
    if unfolded:
        triangle()
        lesson.section("elimination")
        st.markdown(text.section("elimination"))
        live.part("elimination", elimination, later=True)
live.part("code", lambda: lesson.code(scene.Scene(state, text)), later=True)
lesson.end()
