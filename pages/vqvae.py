"""VQ-VAE: a picture becomes a small grid of codes, and a prior writes such grids code by code."""

from __future__ import annotations

import streamlit as st

from genmodels.evaluation.pixel_trace import Glimpse, Trace
from lessons.vqvae import models, sections
from lessons.vqvae.collapse import FIELDS as COLLAPSE_FIELDS
from lessons.vqvae.collapse import collapse
from lessons.vqvae.scene import FIELDS as SCENE_FIELDS
from lessons.vqvae.scene import Scene, Wish, traced
from lessons.vqvae.straight import straight
from ui import background, rail
from ui.jobs import form, panel
from ui.lesson import Lesson
from ui.live import Live
from ui.own_digit import original

SETTINGS = ("epochs", "prior_epochs", "num_codes", "latent_dim", "learning_rate", "averages", "revival", "together")
FIELDS = {**models.FIELDS, **SCENE_FIELDS, **COLLAPSE_FIELDS, **form.fields(models.SHIPPED, SETTINGS)}

with Lesson.guard("vqvae"):
    lesson = Lesson("vqvae", FIELDS)
    network = models.chosen(lesson.state)
state, text, live = lesson.state, lesson.text, Live(lesson)
state.add(network.fields())
wish = Wish.of(state, network)
draws = state["start"] == "draw"
work = traced(wish, network, "vqvae") if draws else None


def again() -> None:
    traced(wish, network, "vqvae", again=True)


def drawn(view: Trace | Glimpse) -> None:
    if isinstance(view, Trace):
        sections.stage(lesson, live, network, view)


def scene() -> Scene:
    return Scene(state, text, network, trace)


def show_straight() -> None:
    straight(lesson, network.model, original(state), state["cell"])


lesson.header()
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            sections.controls(lesson, network)
            with lesson.picture():
                if work:
                    background.show(lesson, "view", work, drawn, again)
                else:
                    sections.stage(lesson, live, network, None)
        last = work.so_far[-1] if work and work.so_far else None
        trace = last if isinstance(last, Trace) else None
        ready = trace is not None or not draws
        lesson.caption("caption-drawn" if draws else "caption")
        sections.badge(lesson, network)
        with st.expander(text("other-picture"), key="other-picture"):
            sections.other_picture(lesson, scene()) if ready else None
        lesson.look()
    with lesson.rail_column():
        if ready:
            show = lambda: rail.show(lesson, scene(), lambda: sections.experiment(state), of=network.name)  # noqa: E731
            live.part("rail", show, later=True)
        else:
            st.skeleton(height=480)
lesson.picture_first()
sections.prior(lesson, network)
if ready:
    sections.cost(lesson, scene())
if not draws:
    live.part("straight", show_straight, later=True)
collapse(lesson)
panel.panel(lesson, models.SHIPPED, SETTINGS, lambda key: models.show(state, key))
if ready:
    lesson.code(scene())
lesson.end()
