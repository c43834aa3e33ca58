"""Diffusion in the plane: the arrows that a network has learned, and points that follow them from noise to data."""

from __future__ import annotations

import streamlit as st

from genmodels.evaluation.flow import Begun, Flow
from lessons.plane import sections
from lessons.plane.plane_flow import plane_flow
from lessons.plane.scene import FIELDS as SCENE_FIELDS
from lessons.plane.scene import NUM_DATA, SHIPPED, Scene, chosen, flowing, key_of, pure_noise, show
from ui import background, own_points, rail
from ui.jobs import form, panel, runs
from ui.lesson import Lesson
from ui.live import Live

SETTINGS = ("data", "epochs", "num_steps", "schedule", "predicts", "loss_kind", "seed", "drawn")
FIELDS = {**SCENE_FIELDS, **form.fields(SHIPPED, SETTINGS)}

with Lesson.guard("plane"):
    lesson = Lesson("plane", FIELDS)
    network = chosen(lesson.state)
state, text, live = lesson.state, lesson.text, Live(lesson)
state.add(network.fields())


def again() -> None:
    flowing(state, network, again=True)


def draw(now: Begun | Flow) -> None:
    if isinstance(now, Begun):
        st.skeleton(height=500)
        return
    scene = Scene(state, text, network, now)
    values = {"mmd": f"{now.mmd:.4f}", "floor": f"{now.floor:.4f}"}
    words = text.all("view-") | text.transport() | {"mmd": text("mmd", **values)}
    at, name = (state["t"], scene.picked), "-".join(map(str, (*key_of(state, network), state["arrows"])))
    left, data = network.model.schedule.alpha_bar.numpy(), network.data[:NUM_DATA].numpy()
    plane_flow(
        "flow", now, scene.arrows, data, own_points.mine(state), left, at, name, words, live.listener("flow", "view")
    )


lesson.header()
work = flowing(state, network)
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            sections.controls(lesson)
            with lesson.picture(), st.container(key="hands"):
                with st.container():
                    background.show(lesson, "view", work, draw, again)
                if own_points.draws(state):
                    own_points.pad(lesson)
        lesson.caption()
        lesson.look()
        flow = work.so_far[-1] if work.so_far else None
        if isinstance(flow, Flow):
            scene = Scene(state, text, network, flow)
            lesson.badge(**runs.badge(network.checkpoint, network.name, text, seconds=f"{flow.seconds:.2f}"))
    with lesson.rail_column():
        if isinstance(flow, Flow):
            live.part("rail", lambda: rail.show(lesson, scene, lambda: pure_noise(state)), later=True)
        else:
            st.skeleton(height=480)
lesson.picture_first()
panel.panel(lesson, SHIPPED, SETTINGS, lambda key: show(state, key))
if isinstance(flow, Flow):
    lesson.code(scene)
lesson.end()
