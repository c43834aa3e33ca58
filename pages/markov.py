"""A Markov chain: the restaurant, or any other of up to eight states; where it walks, and where it stays."""

from __future__ import annotations

import streamlit as st

from lessons.markov import charts, classes, scene
from lessons.markov.chain import chain
from lessons.markov.upload import upload
from ui.figures.style import CONFIG
from ui.lesson import RAIL, STAGE, Lesson
from ui.live import Live
from ui.widgets import number_box, presets, select

TABLE, SETTINGS, WHOLE = 340, 300, 656  # beside each other, or one above the other with more states

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
        for width, figure in zip((640, charts.SQUARE), charts.speed(now, lesson.mode), strict=True):
            st.container(width=width).plotly_chart(figure, theme=None, config=CONFIG, key=f"speed-{width}")
    st.markdown(text.section(now.speed(), **now.speed_values()))


def case() -> None:
    now = scene.Scene(state, text)
    st.markdown(classes.case(now))
    if len(now.classes) > 1:
        st.plotly_chart(charts.mixtures(now, lesson.mode), theme=None, config=CONFIG, key="simplex")
        st.markdown(text.section("mixtures"))


def plane() -> None:
    now = scene.Scene(state, text)
    if len(now.names) != 3:
        return lesson.note("triangle-only", number=len(now.names))
    st.plotly_chart(charts.way(now, lesson.mode), theme=None, config=CONFIG, key="triangle")


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
        number_box(lesson, "states", text("states"), len(called), (2, 8), resize, width=112)
        with st.container(width=168):
            live.part("begin", begin, later=True)
        st.button(text("again"), key="again", on_click=lambda: state.update({"seed": state["seed"] + 1}))
        upload(lesson)


lesson.header()
called = scene.names(state, text)
with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            with st.container(horizontal=True):
                presets(lesson, {name: scene.setting(name) for name in scene.SETTINGS})
            beside = len(called) <= 3
            with st.container(horizontal=True, gap="small"):
                with st.container(width=TABLE if beside else WHOLE):
                    live.cells("matrix", "matrix", called, called, names="names")
                with st.container(width=SETTINGS if beside else WHOLE):
                    settings()
            live.part("wrong", wrong)
            live.part("picture", picture)
            live.part("equation", lambda: lesson.equation(*scene.Scene(state, text).equation()))
        lesson.caption()
    with st.container(width=RAIL):
        live.part("rail", lambda: lesson.rail(scene.Scene(state, text)), later=True)
lesson.picture_first()
lesson.predict_and_look(scene.setting("ring"))
for part, draw in {"speed": speed, "classes": case}.items():
    lesson.section(part)
    live.part(part, draw, later=True)
lesson.section("triangle")
with lesson.row():
    with st.container(width=640):
        live.part("triangle", plane, later=True)
    with st.container(width="stretch"):
        st.markdown(text.section("triangle", number=scene.NUM_STEPS, seed=state["seed"]))
lesson.section("elimination")
st.markdown(text.section("elimination"))
live.part("elimination", elimination, later=True)
lesson.section("bridge")
st.markdown(text.section("bridge"))
lesson.hand_on("to-noising", "noising")
live.part("code", lambda: lesson.code(scene.Scene(state, text)), later=True)
lesson.end()
