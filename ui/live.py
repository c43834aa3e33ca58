"""Controls that follow the hand: while one is moved, only those parts of the page are drawn that depend on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from genmodels.errors import Problem
from ui.components import Listener
from ui.components.bars import Series, bars
from ui.components.cells import cells
from ui.components.handles import Coordinate, Handle, handles
from ui.components.sliders import Slider, sliders
from ui.lesson import LINK, Lesson
from ui.state import Number, heard

if TYPE_CHECKING:
    from ui.figures.style import Frame


class Live:
    """The live controls of a page and the parts that follow them.

    Every control tells {name: value} of fields of the page's state, and every part is drawn again from the state.
    Controls stand outside the parts; what changes a control's own limits or number belongs to a run of the whole page.
    """

    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.state, self.text = lesson, lesson.state, lesson.text
        self.parts: list[str] = []
        self.later: list[str] = [LINK]

    def part(self, key: str, draw: Callable[[], None], later: bool = False, steps: bool = False) -> None:
        """Draw a part of the page that follows every control: at once, or `later`, when the hand rests.

        What stands below the first screen comes later; the picture under the hand would have to wait for it. One that
        draws itself otherwise when another of the `steps` is open is drawn then too.
        """
        (self.later if later else self.parts).append(key)
        if steps:
            self.lesson.focused.append(key)
        self.lesson.following(key, draw)

    def sliders(self, key: str, *names: str, steps: Mapping[str, float] | None = None) -> None:
        """A slider for each of these numbers of the state; its label is the page's `slider-<name>`."""

        def row(name: str) -> Slider:
            field = self._number(name)
            step = (steps or {}).get(name, 10.0**-field.decimals)
            values = {"value": self.state[name], "low": field.low, "high": field.high, "step": step}
            return Slider(name, self.text(f"slider-{name}"), **values, decimals=field.decimals)

        self.control(key, lambda listener: sliders(key, [row(name) for name in names], listener))

    def bars(self, key: str, outcomes: Sequence[str], roles: Mapping[str, str]) -> None:
        """Distributions of the state, name -> role, as bars to be dragged; their titles are `bars-<name>`."""
        words = {"bar": self.text("bar"), **{word: self.text(f"bars-{word}") for word in ("sum", "refused")}}

        def draw(listener: Listener) -> None:
            series = [Series(name, self.text(f"bars-{name}"), self.state[name], role) for name, role in roles.items()]
            bars(key, series, outcomes, words, listener)

        self.control(key, draw)

    def cells(
        self, key: str, name: str, rows: Sequence[str], columns: Sequence[str], group: str = "row", names: str = ""
    ) -> None:
        """A table of the state, "0.2,0.8;1/3,2/3", to be edited; `group` and `names` as in `ui.components.cells`."""
        words = {word: self.text(f"cells-{word}") for word in ("cell", "sum", "total", "name", "refused")}

        def draw(listener: Listener) -> None:
            values = [row.split(",") for row in self.state[name].split(";")]
            cells(key, name, values, rows, columns, words, listener, group, names)

        self.control(key, draw)

    def chart(self, key: str, draw: Callable[[], None], frame: Frame, points: Callable[[], Sequence[Handle]]) -> None:
        """A part that `draw`s one chart with its axes in `frame`, and handles to be dragged over it."""
        own = f"{key}-handles"
        with st.container(key=f"chart-{key}"):
            self.part(key, draw, steps=True)
            self.control(own, lambda listener: handles(own, frame, points(), listener))

    def control(self, key: str, draw: Callable[[Listener], None], later: bool = False) -> None:
        """A live control that `draw` shows as the state is, in a part of its own; `later` one that follows others."""
        part = f"control-{key}"
        if later:
            self.later.append(part)
        self.lesson.following(part, lambda: draw(self.listener(key, part)))

    def coordinate(self, name: str, base: str = "", step: float | None = None) -> Coordinate:
        """A number of the state as a coordinate of a handle, with the limits of its field."""
        field = self._number(name)
        return Coordinate(self.state[name], name, field.low, field.high, step or 10.0**-field.decimals, base)

    def repair(
        self, problem: Problem, changes: Mapping[str, object], key: str = "repair", label: str = "repair"
    ) -> None:
        """Say what is wrong, and offer to put it right; for use within a part."""
        self.lesson.notice(problem)
        st.button(self.text(label), key=f"{self.lesson.page}-{key}", on_click=self.state.update, args=[changes])

    def moved(self, changes: Mapping[str, object]) -> None:
        """Take over what an own component of the page says when it is let go, and have drawn anew what follows it."""
        self._follow(changes, [*self.parts, *self.later])

    def _follow(self, changes: Mapping[str, object], parts: list[str]) -> None:
        self.state.update(changes, silent=True)
        self.lesson.redraw(parts)

    def listener(self, key: str, part: str = "") -> Listener:
        """Who hears what the live control `key` says: the page's state, and the parts that follow.

        The control stands in `part`, unless it stands in one that follows it. At rest all parts are drawn, also those
        that have followed already: what got lost on the way is made good.
        """

        def moving() -> None:
            match heard(key).get("values"):
                case {"values": dict(values), "revision": int(revision), "moved": int(moved)}:
                    self.lesson.memory["moved"] = moved
                    self._follow(self.state.unchanged(values, revision), [*self.lesson.unsent(part), *self.parts])

        def resting() -> None:
            self.lesson.redraw([*self.lesson.unsent(part), *self.parts, *self.later])

        return Listener(self.state.revision, moving, resting)

    def _number(self, name: str) -> Number:
        field = self.state.fields[name]
        if not isinstance(field, Number):
            raise TypeError(f"{name} is no number")
        return field


__all__ = ["Coordinate", "Handle", "Live"]
