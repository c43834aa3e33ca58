"""Maximum likelihood: an urn with a hidden share, four looks at one peak, and how sure the draws may make you."""

from __future__ import annotations

import streamlit as st

from lessons.likelihood import draws, figures, normal
from lessons.likelihood.scene import EXPERIMENT, FIELDS, Scene
from lessons.likelihood.urn import urn
from ui import rail
from ui.charts import chart
from ui.figures.style import dim
from ui.lesson import Lesson
from ui.live import Coordinate, Handle, Live

lesson = Lesson("likelihood", {**FIELDS, **draws.FIELDS, **normal.FIELDS})
state, text, live = lesson.state, lesson.text, Live(lesson)


def picture() -> None:
    scene = Scene(state, text)
    figure = figures.four_looks(scene.looks(), scene.look_names(), scene.look_values(), text("truth"), lesson.mode)
    chart(dim(figure, lesson.part(scene)), "looks")


def equation() -> None:
    lesson.equation(*Scene(state, text).equation(), unit=text("nats"))


def verdict() -> None:
    with st.container(key="part-peak"):
        st.markdown(f":small[{Scene(state, text).verdict()}]")


def reveal() -> None:
    scene = Scene(state, text)
    if scene.opened:
        with st.container(key="part-truth"):
            st.space("small")
            st.markdown(scene.reveal())


def from_data() -> None:
    scene = Scene(state, text)
    figure = figures.seen_from_data(scene.probabilities, scene.red, scene.data_words(), lesson.mode)
    chart(figure, "from-data")


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


def handle() -> list[Handle]:
    return [Handle(text("handle"), live.coordinate("theta", step=0.005), Coordinate(0))]


lesson.header()
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            names = text.transport() | text.all("urn-")
            live.control("balls", lambda listener: urn("balls", Scene(state, text).balls(), names, listener))
            with lesson.picture(), st.container(gap="xxsmall"):
                live.chart("looks", picture, figures.FRAME, handle)
                live.part("verdict", verdict)
            with st.container(gap="xsmall"):
                live.part("equation", equation)
                with st.container(gap=None):  # the urn takes no room while it is closed
                    buttons()
                    live.part("reveal", reveal)
        lesson.caption()
        lesson.look()
    with lesson.rail_column():
        live.part("rail", lambda: rail.show(lesson, Scene(state, text), EXPERIMENT), later=True)
lesson.picture_first()
lesson.section("data")
with lesson.row():
    with st.container(width=draws.WIDE):
        live.part("from-data", from_data, later=True)
    with st.container(width="stretch"):
        st.markdown(text.section("data"))
normal.section(lesson)
with lesson.further(*draws.FIELDS) as unfolded:
    if unfolded:
        draws.section(lesson)
live.part("code", code, later=True)
lesson.end()
