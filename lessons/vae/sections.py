"""What stands below the VAE explorer's picture: the visitor's own digit, and whether a decoded one was remembered."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from lessons.vae.scene import MNIST, Scene
from ui.components.tiles import tiles
from ui.lesson import Lesson
from ui.own_digit import Show, choose, notes
from ui.state import State


def show_picture(state: State, **source: Any) -> None:
    """Another picture x; the point z goes to its mean."""
    state.update({"x": "", "z1": None, "z2": None, **source})


def show_drawing(lesson: Lesson) -> Show:
    """What shows a picture that was drawn on the stage; the plane there is told of it, and takes its point along."""
    state, memory = lesson.state, lesson.memory

    def show(**source: Any) -> None:
        memory["placed"] = memory.get("placed", 0) + 1
        state.update({"x": "", "z1": None, "z2": None, **source}, silent=True)

    return show


def other_picture(lesson: Lesson, scene: Scene) -> None:
    """Upload the picture x or choose one of the test set, and what the encoder says of the one that is shown."""
    text = lesson.text
    with lesson.row():
        with st.container(width=320):
            choose(lesson, partial(show_picture, lesson.state), ("upload", "test"))
        with st.container(width="stretch"):
            captions = [text("own-prepared"), text("own-reconstructed")]
            tiles("own", scene.own(), text("own-alt"), captions, size=112, roles=["data", "model"])
            st.markdown(scene.cloud)
            lesson.note("own-prepared-note", *notes(lesson))
            st.markdown(text("own-samples"))
            tiles("samples", scene.samples(), text("own-samples"), size=40)


def remembered_or_invented(lesson: Lesson, scene: Scene) -> None:
    """The decoded picture beside the training pictures most like it."""
    text = lesson.text
    lesson.section("nearest")
    pictures, captions, roles = scene.neighbours()
    tiles("neighbours", pictures, text("nearest-alt"), captions, size=72, roles=roles)
    lesson.note("nearest-note")


def look(scene: Scene) -> list[str]:
    """Sections of what to look for, as far as they are true of this run."""
    classes = "look-classes" if scene.dim == 2 and scene.data == MNIST else "look-classes-other"
    return [classes, "look-between", {1: "look-line", 2: "look-two"}.get(scene.dim, "look-cut")]


def look_further(lesson: Lesson, scene: Scene) -> None:
    """What else can be said of the picture: how the manifold is laid out, and what its loss is not."""
    lesson.section()
    st.markdown("\n\n".join(map(lesson.text.section, ["look-grid"] * (scene.dim == 2) + ["look-likelihood"])))
