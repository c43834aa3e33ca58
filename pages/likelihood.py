"""Maximum likelihood: an urn with a hidden share, four looks at one peak, and how sure the draws may make you."""

from __future__ import annotations

import streamlit as st

from lessons.likelihood import draws, figures, normal
from lessons.likelihood.scene import EXPERIMENT, FIELDS, Scene
from lessons.likelihood.urn import urn
from ui.figures.style import CONFIG
from ui.lesson import RAIL, STAGE, Lesson
from ui.live import Coordinate, Handle, Live

lesson = Lesson("likelihood", {**FIELDS, **draws.FIELDS, **normal.FIELDS})
state, text, live = lesson.state, lesson.text, Live(lesson)


def picture() -> None:
    scene = Scene(state, text)
    figure = figures.four_looks(scene.looks(), scene.look_names(), scene.look_values(), text("truth"), lesson.mode)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="looks")


def words() -> None:
    scene = Scene(state, text)
    lesson.equation(*scene.equation(), unit=text("nats"))
    st.markdown(scene.verdict())
    if scene.opened:
        st.markdown(scene.reveal())


def from_data() -> None:
    scene = Scene(state, text)
    figure = figures.seen_from_data(scene.probabilities, scene.red, scene.data_words(), lesson.mode)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="from-data")


def code() -> None:
    scene = Scene(state, text)
    lesson.code(scene)
    if scene.peak is not None:
        lesson.hand_on("to-information", "information", p=f"{scene.peak:.12g},{1 - scene.peak:.12g}")


def to_the_peak() -> None:
    state.update(Scene(state, text).at_the_peak())


def buttons() -> None:
    turned = "no" if state["open"] == "yes" else "yes"
    new = {"urn": state["urn"] + 1, "red": 0, "blue": 0, "open": "no"}
    with st.container(horizontal=True):
        st.button(text("to-the-peak"), key="to-the-peak", on_click=to_the_peak)
        st.button(text(f"open-{turned}"), key="open-urn", on_click=state.update, args=[{"open": turned}])
        st.button(text("new-urn"), key="new-urn", on_click=state.update, args=[new])


lesson.header()
with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            names = text.transport() | text.all("urn-")
            urn("balls", Scene(state, text).balls(), names, live.listener("balls"))
            handle = Handle(text("handle"), live.coordinate("theta", step=0.005), Coordinate(0))
            live.chart("looks", picture, figures.FRAME, [handle])
            live.part("words", words)
            buttons()
        lesson.caption()
    with st.container(width=RAIL):
        live.part("rail", lambda: lesson.rail(Scene(state, text)), later=True)
lesson.picture_first()
lesson.predict_and_look(EXPERIMENT)
lesson.section("data")
with lesson.row():
    with st.container(width=draws.WIDE):
        live.part("from-data", from_data, later=True)
    with st.container(width="stretch"):
        st.markdown(text.section("data"))
draws.section(lesson)
normal.section(lesson)
live.part("code", code, later=True)
lesson.end()
