"""Pixel by pixel: a picture drawn or read by a model that gives each pixel its exact probability."""

from __future__ import annotations

import streamlit as st

from genmodels.evaluation.pixel_trace import Glimpse, Trace
from lessons.pixels import compare, models, sections
from lessons.pixels.raster import raster
from lessons.pixels.scene import FIELDS as SCENE_FIELDS
from lessons.pixels.scene import Scene, Wish, traced
from ui import background, rail
from ui.jobs import form, panel, runs
from ui.lesson import Lesson
from ui.live import Live

SETTINGS = ("epochs", "width", "num_layers", "levels", "num_classes", "seed", "stack", "dilated")
FIELDS = {**models.FIELDS, **SCENE_FIELDS, **form.fields(models.SHIPPED, SETTINGS)}

with Lesson.guard("pixels"):
    lesson = Lesson("pixels", FIELDS)
    network = models.chosen(lesson.state)
state, text, live = lesson.state, lesson.text, Live(lesson)
state.add(network.fields())


def again() -> None:
    traced(wish, network, "pixels", again=True)


def draw(view: Trace | Glimpse) -> None:
    words = text.all("view-") | text.transport()
    raster(
        "raster", view, wish.name_of_trace, state["pixel"], network.model.levels, words, live.listener("raster", "view")
    )


lesson.header()
wish = Wish.of(state, network)
work = traced(wish, network, "pixels")
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            head = sections.controls(lesson, network)
            with lesson.picture(), st.container(key="hands"):
                with st.container():
                    background.show(lesson, "view", work, draw, again)
                if state["start"] != "draw":
                    sections.hand(lesson, head)
            trace = work.so_far[-1] if work.so_far else None
            if isinstance(trace, Trace) and state["start"] == "draw":
                with head:
                    sections.overwrite(lesson, Scene(state, text, network, trace))
        lesson.caption()
        lesson.look()
        if isinstance(trace, Trace):
            lesson.badge(**runs.badge(network.checkpoint, network.name, text, network.device))
    with lesson.rail_column():
        if isinstance(trace, Trace):
            scene = Scene(state, text, network, trace)
            live.part(
                "rail",
                lambda: rail.show(lesson, scene, lambda: sections.upper_half(state), of=network.name),
                later=True,
            )
        else:
            st.skeleton(height=480)
lesson.picture_first()
sections.sees(lesson, live)
sections.complete(lesson, network)
panel.panel(lesson, models.SHIPPED, SETTINGS, lambda key: models.show(state, key))
with lesson.further() as unfolded:
    if unfolded:
        compare.ingredients(lesson)
        compare.clocks(lesson, network)
        compare.recurrent(lesson)
if isinstance(trace, Trace):
    lesson.code(scene)
lesson.end()
