"""A real denoiser, stepped through by hand: a trained diffusion model makes a picture out of noise."""

from __future__ import annotations

import streamlit as st

from genmodels.evaluation.trace import Glimpse, Trace
from ui import recipe_form, training, working
from ui.components.denoiser import denoiser
from ui.diffusion import breaking, denoising, models, steps
from ui.diffusion import denoiser_sections as sections
from ui.diffusion.denoising import SHIPPED, Scene, Wish
from ui.lesson import RAIL, STAGE, Lesson
from ui.live import Live

SETTINGS = ("epochs", "schedule", "predicts", "loss_kind", "num_steps", "width", "seed", "skips")
FIELDS = {**models.FIELDS, **denoising.FIELDS, **breaking.FIELDS, **recipe_form.fields(SHIPPED, SETTINGS)}
TRANSPORT = ("play", "pause", "back", "step", "reset")

with Lesson.guard("denoiser"):
    lesson = Lesson("denoiser", FIELDS)
    network = models.chosen(lesson.state)
state, text, live = lesson.state, lesson.text, Live(lesson)
state.add(network.fields())


def again() -> None:
    denoising.traced(wish, network, "denoiser", again=True)


def draw(view: Trace | Glimpse) -> None:
    pixel = Scene(state, text, network, view).pixel if isinstance(view, Trace) else 0
    at = (state["t"], pixel, state.revision)
    words = text.all("view-") | {one: text(one) for one in TRANSPORT}
    left = network.model.schedule.alpha_bar.numpy()
    denoiser("denoiser", view, wish.name_of_trace, at, left, words, live.callbacks("denoiser"))


def rail() -> None:
    lesson.steps(4, steps.variants(network.model), **scene.step_values())
    if challenges := scene.challenges():
        lesson.challenges(challenges, of=network.name)


lesson.header()
wish = Wish.of(state, network)
work = denoising.traced(wish, network, "denoiser")
with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            sections.controls(lesson, network)
            with st.container():  # there also when it is empty, so that the picture below keeps its place
                sections.start(lesson)
            working.show(lesson, "view", work, draw, again)
        lesson.caption()
        trace = work.so_far[-1] if work.so_far else None
        if isinstance(trace, Trace):
            scene = Scene(state, text, network, trace)
            lesson.badge(**models.badge(network, 1000 * trace.seconds / trace.num_steps, text))
    with st.container(width=RAIL):
        if isinstance(trace, Trace):
            live.part("rail", rail, later=True)
        else:
            st.skeleton(height=480)
lesson.picture_first()
if network.labelled:
    lesson.predict_and_look({"label": "any", "start": "noise", "t": round(0.93 * network.num_steps)})
    sections.edit(lesson, network)
sections.compare(lesson, network)
sections.grid(lesson, network)
if network.labelled:
    breaking.section(lesson, network)
    training.panel(lesson, SHIPPED, SETTINGS, lambda key: models.show(state, key))
if network.model.shape[0] > 1:
    sections.colours(lesson, network)
if isinstance(trace, Trace):
    lesson.code(scene.printed, **scene.code_values())
lesson.hand_on("to-plane", "plane")
lesson.end()
