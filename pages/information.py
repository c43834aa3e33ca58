"""Information, entropy, cross-entropy and KL divergence: two distributions to be dragged, and what they cost."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from genmodels.probability.information import unequal
from lessons.information.figures import losses, running_average, stacked
from lessons.information.letters import Typed
from lessons.information.scene import BASES, SETTINGS, Scene, outcomes, resized
from ui import rail
from ui.charts import chart
from ui.figures.style import dim
from ui.fragments import fragment
from ui.lesson import Lesson
from ui.live import Live
from ui.state import Choice, Number, Numbers, Values
from ui.widgets import choice, number_box, presets

NUM_DRAWS, ROWS = 10_000, 12

lesson = Lesson(
    "information",
    {
        "p": Numbers(Values((0.5, 0.5)), 0, 1, least=2, most=12),
        "q": Numbers(Values((0.2, 0.8)), 0, 1, least=2, most=12),
        "unit": Choice("bits", ("bits", "nats")),
        "seed": Number(0, 0, 9999),
        "game": Number(0, 0, 9999),
    },
)
state, text, live = lesson.state, lesson.text, Live(lesson)
if len(state["p"]) != len(state["q"]):  # a link may name what happens and leave open what is believed
    found = unequal(state["p"], state["q"])
    state.update({"q": resized(len(state["p"]))["q"]}, silent=True)
    if state.asked("q"):
        state.complain(found)


def picture() -> None:
    now = Scene(state, text)
    for name, problem in now.broken.items():
        live.repair(problem, {name: getattr(now, name)}, key=f"repair-{name}")
    if now.broken:
        lesson.note("broken")
    chart(dim(stacked(now.rows(), lesson.mode), lesson.part(now)), "stacked")


def equation() -> None:
    now = Scene(state, text)
    lesson.equation(*now.equation(), unit=text(f"unit-{now.unit}"))
    if why := now.ruled_out():
        lesson.note("infinite", **why)


def beside() -> None:
    rail.show(lesson, Scene(state, text), {"p": (0.2, 0.8), "q": (0.5, 0.5), "unit": "bits"})
    st.button(text("new-target"), key="information-game", on_click=lambda: state.update({"game": state["game"] + 1}))


def average() -> None:
    now = Scene(state, text)
    unit = text(f"unit-{now.unit}")
    words = {**text.all("average-"), "unit": unit, "mean": text("average-mean", unit=unit)}
    figure = running_average(now.averages(NUM_DRAWS), now.kl, words, lesson.mode)
    chart(figure, "average")


def loss() -> None:
    now = Scene(state, text)
    words = text.all("loss-") | {"unit": text(f"unit-{now.unit}")}
    figure = losses(*now.losses(), now.q[0], words, lesson.mode)
    chart(figure, "losses")


@fragment
def typed() -> None:
    written = st.text_area(text("typed"), text("typed-sample"), key="letters")
    try:
        code = Typed(written)
    except Problem as problem:
        lesson.notice(problem)
        return
    st.markdown(code.result(text))
    head = [text(f"typed-{name}") for name in ("letter", "count", "information", "code", "digits")]
    st.table({name: list(column) for name, column in zip(head, zip(*code.table(ROWS), strict=True), strict=True)})
    if (more := len(code.shares) - ROWS) > 0:
        lesson.note("typed-more", number=more)


def resize(number: int) -> None:
    state.update(resized(number))


lesson.header()
names = outcomes(len(state["p"]), text)
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            with st.container(horizontal=True, vertical_alignment="bottom"):
                presets(lesson, SETTINGS)
            with lesson.picture():
                with st.container(key="part-bars"):
                    live.bars("bars", names, {"p": "ink", "q": "q"})
                live.part("picture", picture, steps=True)
            live.part("equation", equation)
            with st.container(horizontal=True, vertical_alignment="top"):
                number_box(lesson, "outcomes", text("outcomes"), len(names), (2, 12), resize, width=160)
                choice(lesson, "unit", text("unit"), {unit: text(f"unit-{unit}") for unit in BASES}, key="unit")
        lesson.caption()
        lesson.look()
    with lesson.rail_column():
        live.part("rail", beside, later=True)
    below = lesson.below_picture()
lesson.picture_first()
with below:
    lesson.section("average")
    live.part("average", average, later=True)
    st.markdown(text.section("average", number=f"{NUM_DRAWS:,}", seed=state["seed"]))
    st.button(text("again"), key="again", on_click=lambda: state.update({"seed": state["seed"] + 1}))
lesson.section("loss")
with lesson.row():
    with st.container(width=640):
        live.part("loss", loss, later=True)
    with st.container(width="stretch"):
        st.markdown(text.section("loss"))
with lesson.further() as unfolded:
    if unfolded:
        lesson.section("letters")
        with lesson.row():
            with st.container(width=640):
                typed()
            with st.container(width="stretch"):
                st.markdown(text.section("letters"))
live.part("code", lambda: lesson.code(Scene(state, text)), later=True)
lesson.end()
