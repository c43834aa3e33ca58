"""What stands below the VAE explorer's picture: the visitor's own digit, and whether a decoded one was remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from genmodels.data import tokens
from genmodels.data.pictures import PreparedDigit, from_upload, prepare
from genmodels.errors import Problem
from ui.components import sketch
from ui.components.tiles import tiles
from ui.explorer.scene import MNIST, Scene
from ui.lesson import HALF, Lesson
from ui.state import State


def show_picture(state: State, **source: Any) -> None:
    """Another picture x; the point z goes to its mean."""
    state.update({"x": "", "z1": None, "z2": None, **source})


def take(slot: str, raw: bytes | None, prepare: Callable[[bytes], PreparedDigit]) -> PreparedDigit | None:
    """What a visitor handed in, prepared, once: None when there is nothing, or nothing new since the last run.

    A Problem is raised again on every run, for as long as the thing that caused it lies there.
    """
    memory: dict[str, Any] = st.session_state.setdefault(f"taken:{slot}", {"raw": None, "problem": None})
    if raw == memory["raw"]:
        if memory["problem"]:
            raise memory["problem"]
        return None
    memory |= {"raw": raw, "problem": None}
    if raw is None:
        return None
    try:
        return prepare(raw)
    except Problem as problem:
        memory["problem"] = problem
        raise


def own_digit(lesson: Lesson, scene: Scene) -> None:
    """Draw, upload or choose the picture x, and what the encoder says of it."""
    text = lesson.text
    lesson.section("own")
    with lesson.row():
        with st.container(width=HALF):
            try:
                _choose_picture(lesson, last=len(scene.latent.labels) - 1)
            except Problem as problem:
                lesson.notice(problem)
        with st.container(width=HALF):
            captions = [text("own-prepared"), text("own-reconstructed")]
            tiles("own", scene.own(), text("own-alt"), captions, size=112, roles=["data", "model"])
            st.markdown(scene.cloud)
            lesson.note("own-prepared-note", *_notes(lesson.state))
            st.markdown(text("own-samples"))
            tiles("samples", scene.samples(), text("own-samples"), size=40)


def _choose_picture(lesson: Lesson, last: int) -> None:
    """Whatever is new is shown at once."""
    state, text = lesson.state, lesson.text
    source = st.segmented_control(
        text("own"),
        ["draw", "upload", "test"],
        default="draw",
        format_func=lambda name: text(f"source-{name}"),
        key="source",
        label_visibility="collapsed",
        required=True,
    )
    picture = None
    if source == "draw":
        drawing = sketch.sketch("sketch", text.all("sketch-"))
        picture = take("drawing", drawing, lambda raw: prepare(sketch.picture(raw)))
    elif source == "upload":
        file = st.file_uploader(text("upload"), key="upload")
        picture = take("upload", file.getvalue() if file else None, from_upload)
    else:  # the state decides what the field shows
        st.session_state["digit-number"] = state["digit"]
        st.number_input(
            text("digit-number"),
            0,
            last,
            step=1,
            key="digit-number",
            on_change=lambda: show_picture(state, digit=st.session_state["digit-number"]),
        )
    if picture is not None:
        st.session_state["vae-notes"] = picture.notes
        show_picture(state, x=tokens.to_token(picture.pixels))
        st.rerun()


def _notes(state: State) -> list[str]:
    """Labels of what was done to the visitor's picture, as long as it is the one shown."""
    return [f"note-{note}" for note in st.session_state.get("vae-notes", ())] if state["x"] else []


def remembered_or_invented(lesson: Lesson, scene: Scene) -> None:
    """The decoded picture beside the training pictures most like it."""
    text = lesson.text
    lesson.section("nearest")
    pictures, captions, roles = scene.neighbours(text)
    tiles("neighbours", pictures, text("nearest-alt"), captions, size=72, roles=roles)
    lesson.note("nearest-note")


def look(scene: Scene) -> list[str]:
    """Sections of what to look for, as far as they are true of this run."""
    classes = "look-classes" if scene.dim == 2 and scene.data == MNIST else "look-classes-other"
    return [classes, "look-between", "look-two" if scene.dim == 2 else "look-line" if scene.dim == 1 else "look-cut"]
