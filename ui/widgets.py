"""A box for one number of a page's state."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import streamlit as st

from ui.lesson import Lesson
from ui.state import Number


def number_box(lesson: Lesson, name: str, step: float, disabled: bool = False) -> None:
    """The number `name`, with the page's labels `control-<name>` and `help-<name>`; the state decides what it shows."""
    field, key = cast(Number, lesson.state.fields[name]), f"{lesson.page}-{name}"
    kind: Callable[[float], float] = float if field.decimals else int
    st.session_state[key] = kind(lesson.state[name])
    st.number_input(
        lesson.text(f"control-{name}"),
        kind(field.low),
        kind(field.high),
        step=kind(step),
        format="%g" if field.decimals else "%d",
        key=key,
        on_change=lambda: lesson.state.update({name: st.session_state[key]}),
        disabled=disabled,
        help=lesson.text(f"help-{name}"),
        width=104,
    )
