"""Notes on PyTorch: eight calls that the other pages use, each a live cell whose tensors are drawn."""

from __future__ import annotations

import streamlit as st

from lessons.pytorch import mistakes, sections
from lessons.pytorch.scene import EXPERIMENT, FIELDS, Scene
from ui import rail
from ui.lesson import Lesson
from ui.live import Live

lesson = Lesson("pytorch", FIELDS)
state, text, live = lesson.state, lesson.text, Live(lesson)


def scene() -> Scene:
    return Scene(state, text, frozenset(lesson.memory.get("right", ())))


def show_rail() -> None:
    rail.show(lesson, scene(), EXPERIMENT)


def show_code() -> None:
    lesson.code(scene())


lesson.header()
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            sections.notes(lesson)
            sections.controls(lesson, live)
            with lesson.picture():
                sections.stage(lesson, live)
        lesson.caption()
        sections.used(lesson)
        with st.container(key="question"):
            sections.question(lesson, scene)
        lesson.look()
    with lesson.rail_column():
        live.part("rail", show_rail, later=True)
lesson.picture_first()
mistakes.mistakes(lesson)
live.part("code", show_code, later=True)
lesson.end()
