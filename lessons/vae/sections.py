"""What stands below the VAE explorer's picture: the visitor's own digit, and whether a decoded one was remembered."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from lessons.vae.scene import MNIST, Scene
from ui.components.tiles import tiles
from ui.lesson import HALF, Lesson
from ui.own_digit import choose, notes
from ui.state import State


def show_picture(state: State, **source: Any) -> None:
    """Another picture x; the point z goes to its mean."""
    state.update({"x": "", "z1": None, "z2": None, **source})


def own_digit(lesson: Lesson, scene: Scene) -> None:
    """Draw, upload or choose the picture x, and what the encoder says of it."""
    text = lesson.text
    lesson.section("own")
    with lesson.row():
        with st.container(width=HALF):
            choose(lesson, partial(show_picture, lesson.state))
        with st.container(width=HALF):
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
    of_dim = ["look-grid", "look-two"] if scene.dim == 2 else ["look-line"] if scene.dim == 1 else ["look-cut"]
    return [classes, "look-between", *of_dim, "look-likelihood"]
