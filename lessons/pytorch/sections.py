"""Controls, stage and question of the page of PyTorch notes. Layout; no maths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from genmodels import shape_questions
from genmodels.errors import Problem
from lessons.pytorch import moves
from lessons.pytorch.gathering import MOST, times
from lessons.pytorch.loading import Loading
from lessons.pytorch.scene import FIELDS, NOTES, SWITCH, Scene
from lessons.pytorch.tensor import tensor
from ui.components import Listener
from ui.lesson import Lesson
from ui.live import Live
from ui.state import heard
from ui.widgets import choice, mirrored, number, require_short, select

SLIDERS: Mapping[str, tuple[str, ...]] = {
    "like": ("rows", "cols"),
    "loader": ("batch",),
    "ppf": ("grid", "low"),
    "view": ("rows", "cols"),
    "chunk": ("rows", "cols", "chunks"),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "draws": ("n",),
    "like": ("fill", "dtype"),
    "loader": ("shuffle", "drop"),
    "view": ("order", "call"),
    "chunk": ("dim",),
    "gather": ("of",),
    "types": ("function", "arg"),
}
SEEDED = ("draws", "like")
WIDE = {"fill": 128, "dtype": 96}  # CSS pixels of a list: both fit side by side where the stage stands alone
USED = {  # where the course uses what a note shows: the page, and what its link asks for
    "draws": "vae",
    "like": "vae",
    "loader": "training",
    "ppf": "vae",
    "view": "vae",
    "chunk": "vae",
    "gather": "noising",
    "table": "pixels",
    "types": "training",
}


def notes(lesson: Lesson) -> None:
    """Which note is open."""
    named = {note: lesson.text(f"note-{note}") for note in NOTES}

    def opened(note: str) -> None:
        lesson.state.update({"note": note, "answer": ""})

    choice(lesson, "note", lesson.text("control-note"), named, choose=opened, label_visibility="collapsed")


def controls(lesson: Lesson, live: Live) -> None:
    """What of the open note can be set beside its cells."""
    state, note = lesson.state, lesson.state["note"]
    if note in SLIDERS:
        live.sliders(f"sliders-{note}", *SLIDERS[note])
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for name in CHOICES.get(note, ()):
            _choose(lesson, name)
        if note == "view":
            _typed_shape(lesson)
        table = note == "gather" and state["of"] == "table"
        if note == "gather":
            _of_gather(lesson, table)
        if note == "loader":
            _turns(lesson)
        if note in SEEDED or table or (note == "loader" and state["shuffle"] == "on"):
            _seed(lesson)


def _choose(lesson: Lesson, name: str) -> None:
    options = FIELDS[name].options  # type: ignore[attr-defined]
    named = {option: _named(lesson, name, option) for option in options}
    if name in ("n", "fill", "dtype", "arg"):
        select(lesson, name, lesson.text(f"control-{name}"), named, width=WIDE.get(name, 144))
    else:
        seen = "collapsed" if name in ("order", "call") else "visible"
        choice(lesson, name, lesson.text(f"control-{name}"), named, label_visibility=seen)


def _named(lesson: Lesson, name: str, option: str | int) -> str:
    if name == "n":
        return f"{option:,}"
    if name in ("shuffle", "drop"):
        return str(option == SWITCH[1])
    if name in ("dtype", "fill", "call", "function", "dim"):
        return str(option)
    return lesson.text(f"{name}-{option}")


def _seed(lesson: Lesson) -> None:
    state = lesson.state
    number(lesson, "seed", lesson.text("control-seed"), width=104)
    another = {"seed": (state["seed"] + 1) % 10_000}
    st.button(lesson.text("new-seed"), key="pytorch-new-seed", on_click=state.update, args=[another])


def _typed_shape(lesson: Lesson) -> None:
    """The sizes that y is to have; what is no row of sizes is told in a sentence."""
    state, text = lesson.state, lesson.text

    def take(typed: str) -> None:
        try:
            require_short(len(typed), shape_questions.MOST_SIGNS)
            state.update({"to": moves.sized(typed.strip().strip("()[]（）"))})
        except Problem as problem:
            state.complain(problem)
        except ValueError:
            most, largest = moves.MOST_AXES, moves.LARGEST
            sentence = "“{text}” are no sizes; write up to {most} whole numbers to {largest}, such as 3, 4 or 3, -1."
            state.complain(Problem("sizes-unreadable", sentence, text=typed, most=most, largest=largest))

    st.text_input(text("control-to"), width=144, **mirrored("pytorch-to", state["to"], take))


def _of_gather(lesson: Lesson, table: bool) -> None:
    if table:
        _choose(lesson, "dim")
        return
    state, text, number_of = lesson.state, lesson.text, len(times(lesson.state["t"]))

    def change(more: bool) -> None:  # from t as it is when the button is pressed: cells are set without it
        now = times(state["t"])
        listed = (*now, now[-1]) if more else now[:-1]
        state.update({"t": ",".join(map(str, listed))})

    st.button(text("fewer-pictures"), "pytorch-fewer", on_click=change, args=[False], disabled=number_of == 1)
    st.button(text("more-pictures"), "pytorch-more", on_click=change, args=[True], disabled=number_of == MOST)


def _turns(lesson: Lesson) -> None:
    state = lesson.state

    def last() -> None:
        state.update({"turn": len(Loading(state).loader) - 1})

    number(lesson, "turn", lesson.text("control-turn"), width=128)
    st.button(lesson.text("last-batch"), "pytorch-last", on_click=last)


def stage(lesson: Lesson, live: Live) -> None:
    """The open note: its code, tensors and charts, which follow every control."""

    def draw() -> None:
        now = Scene(lesson.state, lesson.text).note
        words = lesson.text.all("tensor-")
        listener: Listener = live.listener("tensor")
        tensor("tensor", now.name, now.code, now.grids(), now.charts(), now.refused, words, listener)

    live.part("note", draw)


def question(lesson: Lesson, scene: Callable[[], Scene]) -> None:
    """A question about the open note, which checks the answer itself and says why."""
    state, text, asked = lesson.state, lesson.text, scene().question
    lesson.heading("quiz")
    st.markdown(text(f"ask-{'number' if isinstance(asked.answer, int) else 'shape'}"))
    st.text(asked.code)

    def take(typed: str) -> None:
        try:
            require_short(len(typed), shape_questions.MOST_SIGNS)
            state.update({"answer": typed})
        except Problem as problem:
            state.complain(problem)

    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="pytorch-ask"):
        st.text_input(text("control-answer"), width=240, **mirrored("pytorch-answer", state["answer"], take))
        st.button(text("check"), key="pytorch-check", on_click=lambda: take(heard("pytorch-answer")))
        another = {"ask": (state["ask"] + 1) % 10_000, "answer": ""}
        st.button(text("another"), key="pytorch-another", on_click=partial(state.update, another))
    _said(lesson, scene())


def _said(lesson: Lesson, scene: Scene) -> None:
    """What comes back: right and why, wrong and what was mixed up, or that it could not be read."""
    try:
        verdict = scene.verdict
    except Problem as problem:
        lesson.notice(problem)
        return
    if verdict is None:
        return
    text, asked = lesson.text, (lesson.state["note"], lesson.state["ask"])
    told: set[tuple[str, int]] = lesson.memory.setdefault("told", set())
    right: set[str] = lesson.memory.setdefault("right", set())
    if not verdict.right:
        told.add(asked)
    elif asked not in told:
        right.add(lesson.state["note"])
    icon = ":material/check:" if verdict.right else ":material/arrow_forward:"
    head = text("answer-right" if verdict.right else "answer-wrong", **verdict.values)
    reasons = dict.fromkeys((verdict.reason, f"why-{scene.question.kind}"))
    said = [f"{icon} **{head}**", *(text(one, **verdict.values) for one in reasons)]
    st.markdown(" ".join([*said, text("answer-told")] if asked in told else said))


def used(lesson: Lesson) -> None:
    """A link to a page on which the open note's call does its work."""
    note = lesson.state["note"]
    if note == "gather" and lesson.state["of"] == "table":
        note = "table"
    lesson.hand_on(f"used-{note}", USED[note])
