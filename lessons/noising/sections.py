"""Controls and further sections of the page on the forward process. Layout; no maths."""

from __future__ import annotations

import streamlit as st

from genmodels.evaluation import measured_samplers
from genmodels.models.schedule import NoiseSchedule
from genmodels.training import checkpoints
from lessons.noising import figures
from lessons.noising.posterior import Lab, Origin
from lessons.noising.scene import SCHEDULES, TUTORIAL, Comparison, Scene
from lessons.noising.sums import Sum
from ui.charts import chart
from ui.lesson import HALF, Lesson
from ui.live import Coordinate, Handle, Live
from ui.widgets import number, select

WIDE = 624  # of a row of 1024, beside what is read
PANEL = 270  # three beside each other wherever the rail stands beside the stage


def controls(lesson: Lesson) -> None:
    """Which digit, which schedule of how many steps, and other noise: what makes all frames anew."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        shown = Scene(state, text).shown
        for name, width in (("digit", 184), ("steps", 130)):
            number(lesson, name, text(f"slider-{name}", shown=shown), width=width)
        chooser(lesson, "schedule", 150)
        st.button(text("other-noise"), key="noising-noise", on_click=state.update, args=[{"seed": state["seed"] + 1}])


def sums(lesson: Lesson) -> None:
    """Two Gaussians, each with a mean and a width to be moved, and their sum."""
    state, text, own = lesson.state, lesson.text, Live(lesson)

    def draw() -> None:
        now = Sum(state)
        words = {name: text(f"sum-{name}") for name in ("first", "second", "total", "density")}
        figure = figures.sums(*now.densities(), *now.histogram(), words, lesson.mode)
        chart(figure, "sum")

    def numbers() -> None:
        st.markdown(text.section("sum", **Sum(state).values()))

    lesson.section("sum")
    with lesson.row():
        with st.container(width=HALF):
            own.part("sum-picture", draw)
        with st.container(width="stretch"):
            own.part("sum-numbers", numbers)
    with lesson.row():
        with st.container(width=HALF):
            own.sliders("sum-m1", "m1", "s1", steps={"m1": 0.05, "s1": 0.05})
        with st.container(width="stretch"):
            own.sliders("sum-m2", "m2", "s2", steps={"m2": 0.05, "s2": 0.05})


def schedules(lesson: Lesson) -> None:
    """The page's schedule beside another one."""
    state, text = lesson.state, lesson.text
    lesson.section("schedules")
    now = Comparison(state, text)
    words = {name: text(f"schedules-{name}") for name in ("alpha-bar", "decibels", "variance", "time")}
    with lesson.row():
        for i, figure in enumerate(figures.schedules(now.both(), words, lesson.mode)):
            with st.container(width=PANEL):
                chart(figure, f"schedules-{i}")
    with lesson.row():
        with st.container(width=HALF):
            st.markdown(text.section("schedules", **now.values()))
        with st.container(width="stretch"):
            chooser(lesson, "other", 200)
            st.markdown(text.section("schedules-named", **now.values()))


def terminal(lesson: Lesson) -> None:
    """What it costs to begin with pure noise where the schedule has left something: measured on the shipped digits."""
    known = measured_samplers.measured(checkpoints.get("ddpm-mnist"))
    if known is None:
        return
    text, found = lesson.text, known.samplers
    values = {"ddpm": "ddpm-50", "ddpm-late": "late", "ddim": "ddim-25", "ddim-late": "late-ddim"}
    lesson.section("terminal")
    with lesson.row():
        with st.container(width=HALF):
            st.markdown(text.section("terminal"))
        with st.container(width=HALF):
            distances = {name: f"{found[sampler].frechet:.1f}" for name, sampler in values.items()}
            left = f"{100 * float(NoiseSchedule.linear(TUTORIAL['steps']).alpha_bar[-1].sqrt()):.0f}"
            st.markdown(text.section("terminal-table", **distances, left=left))
            st.markdown(text.section("terminal-judge"))
            lesson.note("terminal-note", n=f"{known.n:,}", floor=f"{known.floor:.1f}", judge=known.judge[:8])
            lesson.hand_on("to-mistake", "denoiser", mistake="late")


def chooser(lesson: Lesson, name: str, width: int) -> None:
    """A select box for a schedule of the state."""
    text = lesson.text
    select(lesson, name, text(name), {one: text(f"schedule-{one}") for one in SCHEDULES}, width=width)


def step_back(lesson: Lesson) -> None:
    """The posterior laboratory: x_0 and x_t are dragged."""
    state, text, own = lesson.state, lesson.text, Live(lesson)

    def lab() -> Lab:
        return Lab(state, NoiseSchedule.named(state["schedule"], state["steps"]))

    def draw() -> None:
        curves = lab().curves()
        words = text.all("lab-")
        figure = figures.step_back(curves.x, curves.before, curves.likelihood, curves.after, words, lesson.mode)
        chart(figure, "lab")

    def numbers() -> None:
        lesson.equation(*lab().equation())
        st.markdown(text.section("posterior-values", **lab().values()))

    lesson.section("posterior")
    st.markdown(text.section("posterior"))
    level = Coordinate(0)

    def points() -> list[Handle]:
        return [Handle(text(f"handle-{name}"), own.coordinate(name, step=0.05), level) for name in ("x0", "xt")]

    with lesson.row():
        with st.container(width=WIDE):
            own.chart("lab", draw, figures.LINE_FRAME, points)
            own.sliders("lab-controls", "lab_t")
        with st.container(width="stretch"):
            own.part("lab-numbers", numbers)
    own.later.append("origin")


def origin(lesson: Lesson) -> None:
    """Which datum a place in the plane came from."""
    state, text, own = lesson.state, lesson.text, Live(lesson)

    def here() -> Origin:
        return Origin(state, NoiseSchedule.named(state["schedule"], state["steps"]))

    def draw() -> None:
        now = here()
        figure = figures.origin(now.data.numpy(), now.shares, now.mean, {"mean": "E[x₀ | xₜ]"}, lesson.mode)
        chart(figure, "origin")

    def numbers() -> None:
        st.markdown(text.section("origin", **here().values()))

    lesson.section("origin")

    def handle() -> list[Handle]:
        return [Handle(text("handle-place"), own.coordinate("px", step=0.05), own.coordinate("py", step=0.05))]

    with lesson.row():
        with st.container(width=HALF - 40):
            own.chart("origin", draw, figures.PLANE_FRAME, handle)
        with st.container(width="stretch"):
            own.part("origin-numbers", numbers)


def bridge(lesson: Lesson) -> None:
    """Where this comes from."""
    lesson.section("bridge")
    st.markdown(lesson.text.section("bridge"))
    lesson.hand_on("to-markov", "markov")
