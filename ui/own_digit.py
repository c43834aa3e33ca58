"""A visitor's own digit, drawn or uploaded, or one of the test set."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import nullcontext
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
from ui.state import State, heard
from ui.widgets import number

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from genmodels.data.pictures import PreparedDigit

Show = Callable[..., None]
Raw = TypeVar("Raw", bound=Hashable)
Prepared = TypeVar("Prepared")
KEPT_SIDE = 1024  # pixels at least, of an uploaded picture that has more
DOUBTFUL = ("busy-picture", "several-digits")  # what a visitor may know better


def choose(
    lesson: Lesson,
    show: Show,
    sources: Sequence[str] = ("draw", "upload", "test"),
    size: int = 240,
    head: DeltaGenerator | None = None,
) -> None:
    """Let the visitor choose: `show(digit=number)` or `show(x=token)` is called with whatever is new.

    `sources` are those on offer, the first one chosen; the choice stands in `head`, or above. The pad is at most `size`
    CSS pixels wide. The state has `digit`, a number of the test set, and `x`, the token of an own picture or "".
    """
    memory = lesson.memory.setdefault("own", {"asked": None, "anyway": None, "file": None})
    try:
        _choose(lesson, show, sources, memory, size, head)
    except Problem as problem:
        _refused(lesson, problem, memory)


def _refused(lesson: Lesson, problem: Problem, memory: dict[str, Any]) -> None:
    lesson.notice(problem)
    if problem.code in DOUBTFUL and memory["asked"] != memory["anyway"]:
        anyway = {"anyway": memory["asked"]}
        st.button(lesson.text("use-anyway"), key="use-anyway", on_click=memory.update, args=[anyway])


def _choose(
    lesson: Lesson,
    show: Show,
    sources: Sequence[str],
    memory: dict[str, Any],
    size: int,
    head: DeltaGenerator | None,
) -> None:
    text = lesson.text

    def gone() -> None:
        """What the own picture came from is not there any more."""
        if lesson.state["x"]:
            show(x="")

    with nullcontext() if head is None else head:
        source = st.segmented_control(
            text("own"),
            sources,
            default=sources[0],
            format_func=lambda name: text(f"source-{name}"),
            key="source",
            label_visibility="collapsed",
            required=True,
            on_change=gone,
        )
    picture = None
    if source == "draw":
        picture = _drawn(lesson, memory, gone, size)
    elif source == "upload":
        picture = _uploaded(lesson, memory, gone)
    else:
        number(lesson, "digit", text("digit-number"), key="digit-number", choose=lambda digit: show(digit=digit))
    if picture is not None:
        lesson.memory["notes"] = picture.notes
        show(x=tokens.to_token(picture.pixels))
        st.rerun()


def _drawn(lesson: Lesson, memory: dict[str, Any], gone: Callable[[], None], size: int) -> PreparedDigit | None:
    drawing = sketch.sketch("sketch", lesson.text.all("sketch-"), size, cleared=gone)
    _none_yet(lesson, drawing)
    return _prepared("drawing", drawing, memory, lambda: sketch.picture(drawing or b""))


def drawn(lesson: Lesson, message: object, show: Show) -> None:
    """Take over what the pad of a stage says after a stroke; for callbacks.

    `show(x=token)` is called with the new picture, `show(x="")` when the pad has been cleared. A drawing that cannot be
    used changes nothing; `refused` tells why. A `message` with "anyway": True is of a visitor who knows better.
    """
    pad = lesson.memory.setdefault("pad", {})
    pad["refused"] = None
    try:
        drawing = sketch.unpack(message)
        if drawing is None:
            pad["x"] = ""
            show(x="")
            return
        from genmodels.data import pictures

        anyway = isinstance(message, Mapping) and message.get("anyway") is True
        picture = pictures.prepare(sketch.picture(drawing), anyway=anyway)
    except Problem as problem:
        pad["refused"] = problem
        return
    lesson.memory["notes"] = picture.notes
    pad["x"] = tokens.to_token(picture.pixels)
    show(x=pad["x"])


def pad_data(lesson: Lesson) -> dict[str, Any]:
    """What the pad of a stage is told: its `labels`, whether it is to be `blank`, and what was `refused`, or None.

    It is blank while the picture on the page is not the one that was drawn on it.
    """
    text, pad = lesson.text, lesson.memory.get("pad", {})
    problem: Problem | None = pad.get("refused")
    refused = None
    if problem:
        anyway = text("use-anyway") if problem.code in DOUBTFUL else ""
        refused = {"sentence": text.problem(problem), "anyway": anyway}
    blank = not problem and (not lesson.state["x"] or lesson.state["x"] != pad.get("x"))
    return {"labels": text.all("sketch-"), "blank": blank, "refused": refused}


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
    said = st.container()  # above the picture, whose height comes later and would move a button away under the pointer
    cut = crop("crop", grey, lesson.text.all("crop-"))
    try:
        return _prepared("upload", (file.file_id, cut), memory, lambda: cut.of(grey))
    except Problem as problem:
        with said:
            _refused(lesson, problem, memory)
        return None


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


def original(state: State) -> NDArray[np.uint8]:
    """The digit that the state asks for, in grey, uint8 (28, 28): an own one, or one of the test set."""
    from genmodels.data import mnist  # brings torch, which not every page needs

    if state["x"]:
        return tokens.from_token(state["x"])
    digit: NDArray[np.uint8] = mnist.load("test").images[state["digit"]].numpy().reshape(28, 28)
    return digit


def notes(lesson: Lesson) -> list[str]:
    """Labels of what was done to the visitor's picture, as long as it is the one shown."""
    return [f"note-{note}" for note in lesson.memory.get("notes", ())] if lesson.state["x"] else []
