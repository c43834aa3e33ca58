"""Controls and further sections of the page on diffusion in the plane. Layout; no maths."""

from __future__ import annotations

import streamlit as st

from genmodels.data import points
from genmodels.errors import Problem
from genmodels.evaluation.flow import Flow
from lessons.plane import scene
from lessons.plane.scene import KIND, SHIPPED, Network
from ui import wording
from ui.components import sketch
from ui.components.tiles import tiles
from ui.jobs import runs
from ui.lesson import HALF, Lesson
from ui.own_digit import take
from ui.text import Text
from ui.widgets import choice, explained_number


def controls(lesson: Lesson) -> None:
    """Which model, which sampler, other noise, and whose arrows."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        runs.chooser(lesson, {"": text("model-shipped")}, KIND, lambda name: scene.show(state, name))
        explained_number(lesson, "steps", 10)
        explained_number(lesson, "eta", 0.25)
        noise = {"noise": state["noise"] + 1}
        st.button(text("other-noise"), key="plane-other", on_click=state.update, args=[noise])
    arrows = {one: text(f"arrows-{one}") for one in ("network", "exact")}
    choice(lesson, "arrows", text("control-arrows"), arrows, label_visibility="collapsed")


def badge(network: Network, flow: Flow, text: Text) -> dict[str, object]:
    """What computed the page: checkpoint, size, data, speed; of an own run also what was changed."""
    card, recipe = network.checkpoint.card, network.checkpoint.recipe
    own = f" {network.name[:8]} · {wording.in_words(recipe, text)}" if network.name != SHIPPED else ""
    return {
        "name": card["name"] + own,
        "epoch": network.checkpoint.epoch,
        "parameters": f"{card['parameters']:,}",
        "data": wording.setting_value(recipe.data, text),
        "seconds": f"{flow.seconds:.2f}",
    }


def own_points(lesson: Lesson) -> None:
    """A pad to draw on; its ink becomes the points that the training below learns."""
    state, text = lesson.state, lesson.text
    lesson.section("own-points")
    with lesson.row():
        with st.container(width=HALF):
            st.markdown(text.section("own-points"))
            try:
                words = text.all("sketch-") | text.all("pad-")
                drawing = sketch.sketch("plane-pad", words, cleared=lambda: state.update({"drawn": ""}))
                token = take("plane-drawing", drawing, lambda raw: checked(scene.from_ink(sketch.picture(raw))))
            except Problem as problem:
                lesson.notice(problem)
                token = None
            if token is not None:
                state.update({"drawn": token, "data": "drawn"})
                st.rerun()
        with st.container(width=HALF):
            if state["drawn"]:
                mine = points.from_token(state["drawn"])
                tiles("plane-own", scene.picture(mine)[None], text("own-points"), size=240, roles=["data"])
                lesson.note("own-points-note", number=len(mine))


def checked(token: str) -> str:
    """The token itself, when it is one of a set that can be learned; otherwise Problem."""
    points.from_token(token)
    return token
