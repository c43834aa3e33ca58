"""A visitor's own digit, drawn or uploaded, or one of the test set."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from genmodels.data import tokens
from genmodels.errors import Problem
from ui.components import sketch
from ui.components.crop import crop
from ui.lesson import Lesson
from ui.state import heard
from ui.widgets import number

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from genmodels.data.pictures import PreparedDigit

Show = Callable[..., None]
Raw = TypeVar("Raw", bound=Hashable)
Prepared = TypeVar("Prepared")
KEPT_SIDE = 1024  # pixels at least, of an uploaded picture that has more
DOUBTFUL = ("busy-picture", "several-digits")  # what a visitor may know better


def choose(lesson: Lesson, show: Show) -> None:
    """Let the visitor choose: `show(digit=number)` or `show(x=token)` is called with whatever is new.

    The state has `digit`, a number of the test set, and `x`, the token of an own picture or "".
    """
    memory = lesson.memory.setdefault("own", {"asked": None, "anyway": None, "file": None})
    try:
        _choose(lesson, show, memory)
    except Problem as problem:
        lesson.notice(problem)
        if problem.code in DOUBTFUL and memory["asked"] != memory["anyway"]:
            anyway = {"anyway": memory["asked"]}
            st.button(lesson.text("use-anyway"), key="use-anyway", on_click=memory.update, args=[anyway])


def _choose(lesson: Lesson, show: Show, memory: dict[str, Any]) -> None:
    text = lesson.text

    def gone() -> None:
        """What the own picture came from is not there any more."""
        if lesson.state["x"]:
            show(x="")

    source = st.segmented_control(
        text("own"),
        ["draw", "upload", "test"],
        default="draw",
        format_func=lambda name: text(f"source-{name}"),
        key="source",
        label_visibility="collapsed",
        required=True,
        on_change=gone,
    )
    picture = None
    if source == "draw":
        picture = _drawn(lesson, memory, gone)
    elif source == "upload":
        picture = _uploaded(lesson, memory, gone)
    else:
        number(lesson, "digit", text("digit-number"), key="digit-number", choose=lambda digit: show(digit=digit))
    if picture is not None:
        lesson.memory["notes"] = picture.notes
        show(x=tokens.to_token(picture.pixels))
        st.rerun()


def _drawn(lesson: Lesson, memory: dict[str, Any], gone: Callable[[], None]) -> PreparedDigit | None:
    drawing = sketch.sketch("sketch", lesson.text.all("sketch-"), cleared=gone)
    _none_yet(lesson, drawing)
    return _prepared("drawing", drawing, memory, lambda: sketch.picture(drawing or b""))


def _uploaded(lesson: Lesson, memory: dict[str, Any], gone: Callable[[], None]) -> PreparedDigit | None:
    def changed() -> None:
        if heard("upload") is None:
            gone()

    file = st.file_uploader(lesson.text("upload"), key="upload", on_change=changed)
    _none_yet(lesson, file)
    if file is None:
        memory["file"] = None
        return _prepared("upload", None, memory, lambda: np.zeros((1, 1), np.uint8))
    grey = _read(file, memory)
    cut = crop("crop", grey, lesson.text.all("crop-"))
    return _prepared("upload", (file.file_id, cut), memory, lambda: cut.of(grey))


def _none_yet(lesson: Lesson, own: object) -> None:
    if own is None and not lesson.state["x"]:
        lesson.note("own-none-yet", digit=lesson.state["digit"])


def _read(file: UploadedFile, memory: dict[str, Any]) -> NDArray[np.uint8]:
    """The picture of a file, decoded once and kept as long as the file lies there; its Problem likewise."""
    from genmodels.data.pictures import decode

    if memory["file"] != file.file_id:
        memory.update(file=file.file_id, grey=None, problem=None)
        try:
            image = Image.fromarray(decode(file.getvalue()))
            memory["grey"] = np.asarray(image.reduce(max(1, max(image.size) // KEPT_SIDE)))
        except Problem as problem:
            memory["problem"] = problem
    if memory["problem"]:
        raise memory["problem"]
    grey: NDArray[np.uint8] = memory["grey"]
    return grey


def _prepared(
    slot: str, asked: Hashable | None, memory: dict[str, Any], picture: Callable[[], NDArray[np.uint8]]
) -> PreparedDigit | None:
    """The digit of the picture that is `asked` for, once; one that was refused when the visitor wants it anyway."""
    memory["asked"] = asked

    def prepare(raw: tuple[Hashable, bool]) -> PreparedDigit:
        from genmodels.data import pictures  # heavy, and not needed before a picture is there

        return pictures.prepare(picture(), anyway=raw[1])

    return take(slot, None if asked is None else (asked, asked == memory["anyway"]), prepare)


def take(slot: str, raw: Raw | None, prepare: Callable[[Raw], Prepared]) -> Prepared | None:
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


def notes(lesson: Lesson) -> list[str]:
    """Labels of what was done to the visitor's picture, as long as it is the one shown."""
    return [f"note-{note}" for note in lesson.memory.get("notes", ())] if lesson.state["x"] else []
