"""Widgets for values of a page's state: the state decides what they show, and hears what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import streamlit as st

from genmodels.errors import Problem
from genmodels.values import MAX_SEED
from ui.components.tiles import row_width
from ui.lesson import Lesson
from ui.state import Number, beyond, heard

OFF_ON = ("off", "on")
Choose = Callable[[Any], object]


def mirrored(key: str, value: Any, choose: Choose) -> dict[str, Any]:
    """What makes the widget `key` show `value`, and `choose` hear what it is changed to."""
    st.session_state[key] = value
    return {"key": key, "on_change": lambda: choose(heard(key))}


def require_short(length: int, most: int) -> None:
    """Raises Problem for a text of too many characters; a limit of the box itself drops a paste without a word."""
    if length > most:
        sentence = "This text has {given} characters, and at most {most} are read; shorten it."
        raise Problem("text-long", sentence, given=length, most=most)


def number_box(
    lesson: Lesson, key: str, label: str, value: float, limits: tuple[float, float], choose: Choose, **look: Any
) -> None:
    """A box for a number, which need not be a field of the state.

    Streamlit would answer a number beyond the limits in red and in English; here the nearest possible one is taken.
    """
    low, high = limits

    def take(typed: float) -> None:
        near = min(max(typed, low), high)
        choose(near)
        if near != typed:
            lesson.state.complain(beyond(label, typed, low, high))

    far = MAX_SEED if isinstance(value, int) else None  # limits of whole numbers make it a box for these
    st.number_input(label, far and -far, far, **mirrored(key, value, take), **look)


def number(
    lesson: Lesson, name: str, label: str, step: float = 1, key: str = "", choose: Choose | None = None, **look: Any
) -> None:
    """A box for the number `name` of the state, within its limits."""
    field = cast(Number, lesson.state.fields[name])
    kind: Callable[[float], float] = float if field.decimals else int
    number_box(
        lesson,
        key or f"{lesson.page}-{name}",
        label,
        kind(lesson.state[name]),
        (kind(field.low), kind(field.high)),
        choose or _update(lesson, name),
        step=kind(step),
        format="%g" if field.decimals else "%d",
        **look,
    )


def explained_number(lesson: Lesson, name: str, step: float, disabled: bool = False, width: int = 96) -> None:
    """The same with the page's labels `control-<name>` and `help-<name>`."""
    label, help_ = lesson.text(f"control-{name}"), lesson.text(f"help-{name}")
    number(lesson, name, label, step, disabled=disabled, help=help_, width=width)


def span(lesson: Lesson, names: tuple[str, str], label: str, width: int = 208, **look: Any) -> None:
    """A slider with two handles for two numbers of the state, its ends, within the limits of the first one."""
    low, high = names
    field = cast(Number, lesson.state.fields[low])
    value = tuple(sorted((int(lesson.state[low]), int(lesson.state[high]))))

    def take(ends: tuple[int, int]) -> None:
        lesson.state.update(dict(zip(names, ends, strict=True)))

    with st.container(width=width):
        st.slider(label, int(field.low), int(field.high), **mirrored(f"{lesson.page}-{low}", value, take), **look)


def select(
    lesson: Lesson,
    name: str,
    label: str,
    options: Mapping[Any, str],
    key: str = "",
    value: Any = None,
    choose: Choose | None = None,
    **look: Any,
) -> None:
    """A list of options -> what is read of them; it shows `value`, or what the state says of `name`."""
    shown = lesson.state[name] if value is None else value
    hears = mirrored(key or f"{lesson.page}-{name}", shown, choose or _update(lesson, name))
    st.selectbox(label, list(options), format_func=lambda option: options.get(option, option), **hears, **look)


def choice(
    lesson: Lesson,
    name: str,
    label: str,
    options: Mapping[Any, str],
    key: str = "",
    choose: Choose | None = None,
    **look: Any,
) -> None:
    """The few options -> what is read of them side by side, one of them always chosen."""
    hears = mirrored(key or f"{lesson.page}-{name}", lesson.state[name], choose or _update(lesson, name))
    st.segmented_control(label, list(options), format_func=options.__getitem__, required=True, **hears, **look)


def toggle(lesson: Lesson, name: str, label: str) -> None:
    """A switch for a choice of "off" and "on"."""
    update = _update(lesson, name)
    hears = mirrored(f"{lesson.page}-{name}", lesson.state[name] == "on", lambda on: update(OFF_ON[on]))
    st.toggle(label, **hears)


def presets(
    lesson: Lesson, choices: Mapping[str, Mapping[str, object]], label: str = "setting-", key: str = "setting-"
) -> None:
    """A button for each set of values worth a look; `label` and `key` stand before its name."""
    for name, values in choices.items():
        st.button(lesson.text(f"{label}{name}"), f"{key}{name}", on_click=lesson.state.update, args=[values])


@contextmanager
def beside(about: str, size: int, n: int = 10) -> Iterator[None]:
    """Room for a row of `n` pictures of `size` beside what is said of them, or below it where there is none."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=176):
            st.markdown(about)
        with st.container(width=row_width(n, size)):
            yield


def _update(lesson: Lesson, name: str) -> Choose:
    return lambda value: lesson.state.update({name: value})
