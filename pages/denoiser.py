"""A real denoiser, stepped through by hand: a trained diffusion model makes a picture out of noise."""

from __future__ import annotations

import streamlit as st

from genmodels.evaluation.trace import Glimpse, Trace
from lessons.denoiser import breaking, models, sections
from lessons.denoiser.denoiser import denoiser
from lessons.denoiser.scene import FIELDS as SCENE_FIELDS
from lessons.denoiser.scene import SHIPPED, Scene, Wish, traced
from ui import background, rail
from ui.jobs import form, panel, runs
from ui.lesson import Lesson
from ui.live import Live

SETTINGS = ("epochs", "schedule", "predicts", "loss_kind", "num_steps", "width", "seed", "skips")
FIELDS = {**models.FIELDS, **SCENE_FIELDS, **breaking.FIELDS, **form.fields(SHIPPED, SETTINGS)}

with Lesson.guard("denoiser"):
    lesson = Lesson("denoiser", FIELDS)
    network = models.chosen(lesson.state)
state, text, live = lesson.state, lesson.text, Live(lesson)
state.add(network.fields())


def again() -> None:
    traced(wish, network, "denoiser", again=True)


def draw(view: Trace | Glimpse) -> None:
    pixel = Scene(state, text, network, view).pixel if isinstance(view, Trace) else 0
    words = text.all("view-") | text.transport()
    left = network.model.schedule.alpha_bar.numpy()
    denoiser("denoiser", view, wish.name_of_trace, (state["t"], pixel), left, words, live.listener("denoiser", "view"))


lesson.header()
experiment = (lambda: models.nearly_noise(state)) if network.labelled else None
wish = Wish.of(state, network)
work = traced(wish, network, "denoiser")
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            head = sections.controls(lesson, network)
            with lesson.picture(), st.container(key="hands"):
                with st.container():
                    background.show(lesson, "view", work, draw, again)
                if network.labelled and state["start"] == "digit":
                    sections.hand(lesson, head)
        lesson.caption()
        if network.labelled:
            lesson.look()
        trace = work.so_far[-1] if work.so_far else None
        if isinstance(trace, Trace):
            scene = Scene(state, text, network, trace)
            milliseconds = f"{1000 * trace.seconds / trace.num_steps:.1f}"
            lesson.badge(**runs.badge(network.checkpoint, network.name, text, network.device, ms=milliseconds))
    with lesson.rail_column():
        if isinstance(trace, Trace):
            live.part("rail", lambda: rail.show(lesson, scene, experiment, of=network.name), later=True)
        else:
            st.skeleton(height=480)
lesson.picture_first()
sections.compare(lesson, network)
if network.labelled:
    panel.panel(lesson, SHIPPED, SETTINGS, lambda key: models.show(state, key))
if network.model.shape[0] > 1:
    sections.colours(lesson, network)
with lesson.further(*breaking.FIELDS) as unfolded:
    if unfolded:
        if network.labelled:
            breaking.section(lesson, network)
            sections.edit(lesson, network)
        sections.grid(lesson, network)
if isinstance(trace, Trace):
    lesson.code(scene)
lesson.end()
