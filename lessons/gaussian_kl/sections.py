"""The further sections of the page on Gaussians: three ways to one number, two bumps, the plane, a box, units."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from lessons.gaussian_kl import beyond, figures, fits
from lessons.gaussian_kl.beyond import Box, Plane
from lessons.gaussian_kl.fit import fit
from lessons.gaussian_kl.fits import Fits
from lessons.gaussian_kl.scene import Scene, Ways
from ui import rail
from ui.charts import chart
from ui.lesson import HALF, Lesson
from ui.live import Coordinate, Handle, Live
from ui.widgets import presets

WIDE = 640  # of a row of 1024, beside what is read; the code stands at the same width
STEP = 0.05  # of a handle, by one press of an arrow key
BARE = ("", "gaussian_kl-")  # labels and keys of the buttons


def ways(lesson: Lesson, pair: Live) -> None:
    """Closed form, quadrature and Monte Carlo; they follow the two curves above, and have controls of their own."""
    state, text, own = lesson.state, lesson.text, Live(lesson)

    def draw() -> None:
        found = Ways(Scene(state, text))
        words = {name: text(name) for name in ("quadrature", "monte-carlo", "x", "draws")}
        chart(figures.three_ways(found.figure, words | {"exact": found.label()}, lesson.mode), "ways")

    def numbers() -> None:
        st.markdown(text.section("ways-table", **Ways(Scene(state, text)).table_values()))

    lesson.section("ways")
    st.markdown(text.section("ways"))
    with lesson.row():
        with st.container(width=WIDE):
            own.sliders("ways-controls", "points", "draws", steps={"points": 2, "draws": 10})
            own.part("ways", draw)
        with st.container(width="stretch"):
            own.part("ways-numbers", numbers)
            new = {"seed": state["seed"] + 1}
            st.button(text("new-draw"), key="gaussian_kl-new-draw", on_click=state.update, args=[new])
    pair.later += ["ways", "ways-numbers"]
    own.later.append("code")  # it has the same draws


def two_bumps(lesson: Lesson) -> None:
    """One Gaussian on its way to two bumps, by both divergences."""
    state, text, own = lesson.state, lesson.text, Live(lesson)
    words = text.all("fit-") | text.transport()

    def draw() -> None:
        fit("fit", Fits(state).scene(), words, own.listener("fit"))

    def found() -> None:
        st.markdown(Fits(state).table(text))
        rail.challenges(lesson, Fits(state).challenges(text))

    lesson.section("fit")
    st.markdown(text.section("fit"))
    with lesson.row():
        with st.container(width=HALF):
            own.part("fit-picture", draw)
        with st.container(width="stretch"):
            with st.container(horizontal=True):
                presets(lesson, fits.PRESETS, *BARE)
            own.sliders("fit-controls", "w", steps={"w": 0.05})
            own.part("optima", found, later=True)
    first, second = text.section("fit-read").split("\n\n")
    with lesson.row():
        with st.container(width=HALF):
            st.markdown(first)
        with st.container(width=HALF):
            st.markdown(second)


def plane(lesson: Lesson) -> None:
    """Two Gaussians in the plane, with full covariances."""
    state, text, own = lesson.state, lesson.text, Live(lesson)

    def draw() -> None:
        words = {"p": "p", "q": "q"}
        chart(figures.plane(Plane(state).ellipses(), words, lesson.mode), "plane")

    def numbers() -> None:
        scene = Plane(state)
        problems = scene.problems()
        for name, problem in problems.items():
            own.repair(problem, scene.repaired(name), key=f"repair-{name}")
        if not problems:
            st.markdown(text.section("plane-equation", **scene.values()))
        if "p" not in problems:
            with st.container(horizontal=True):
                presets(lesson, {f"best-{name}": values for name, values in scene.fits().items()}, *BARE)

    lesson.section("plane")
    st.markdown(text.section("plane"))

    def mean(name: str) -> Handle:
        x, y = (own.coordinate(f"{axis}_{name}", step=STEP) for axis in "xy")
        return Handle(text(f"mean-{name}"), x, y)

    with lesson.row():
        with st.container(width=HALF), st.container(width=HALF - 40):
            own.chart("plane", draw, figures.PLANE_FRAME, lambda: [mean("p"), mean("q")])
        with st.container(width="stretch"):
            own.sliders("plane-p", "xx_p", "xy_p", "yy_p", steps=dict.fromkeys(("xx_p", "xy_p", "yy_p"), STEP))
            own.sliders("plane-q", "xx_q", "xy_q", "yy_q", steps=dict.fromkeys(("xx_q", "xy_q", "yy_q"), STEP))
            own.part("plane-numbers", numbers)
    st.markdown(text.section("plane-formula"))


def box(lesson: Lesson, pair: Live) -> None:
    """p against a uniform q: one direction is infinite."""
    state, text, own = lesson.state, lesson.text, Live(lesson)

    def draw() -> None:
        scene = Box(Scene(state, text))
        chart(figures.box(*scene.curve(), scene.ends, text("density"), lesson.mode), "box")

    def values() -> None:
        scene = Box(Scene(state, text))
        try:
            st.markdown(text.section("box-values", **scene.values()))
        except Problem as problem:
            own.repair(problem, scene.repaired(), key="repair-box")

    def end(name: str) -> Handle:
        return Handle(text(f"end-{name}"), own.coordinate(name, step=STEP), Coordinate(0))

    lesson.section("box")
    with lesson.row():
        with st.container(width=HALF):
            own.chart("box", draw, figures.BOX_FRAME, lambda: [end("low"), end("high")])
        with st.container(width=HALF):
            st.markdown(text.section("box"))
            own.part("box-values", values)
    pair.later += ["box", "box-values"]


def units(lesson: Lesson, pair: Live) -> None:
    """What a change of units does to entropies, and does not do to divergences."""
    state, text, own = lesson.state, lesson.text, Live(lesson)

    def draw() -> None:
        curves, values = beyond.entropies(Scene(state, text))
        names = ("nats", "scale", "entropy_p", "entropy_q", "forward", "reverse")
        words = {name: text(name.replace("_", "-")) for name in names}
        with lesson.row():
            with st.container(width=HALF):
                chart(figures.units(curves, state["scale"], words, lesson.mode), "units")
            with st.container(width=HALF):
                st.markdown(text.section("units-values", **values))

    lesson.section("units")
    st.markdown(text.section("units"))
    with st.container(width=HALF):
        own.sliders("units-controls", "scale", steps={"scale": STEP})
    own.part("units", draw)
    pair.later.append("units")
