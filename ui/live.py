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
        self._owed: set[str] = lesson.memory.setdefault("owed", set())  # parts that were asked for and not drawn since
        self._owed.clear()

    def part(self, key: str, draw: Callable[[], None], later: bool = False) -> None:
        """Draw a part of the page that follows every control: at once, or `later`, when the hand rests.

        What stands below the first screen comes later; the picture under the hand would have to wait for it.
        """
        (self.later if later else self.parts).append(key)

        def drawn() -> None:
            draw()
            self._owed.discard(key)

        self.lesson.following(key, drawn)

    def sliders(self, key: str, *names: str, steps: Mapping[str, float] | None = None) -> None:
        """A slider for each of these numbers of the state; its label is the page's `slider-<name>`."""
        rows = []
        for name in names:
            field = self._number(name)
            step = (steps or {}).get(name, 10.0**-field.decimals)
            values = {"value": self.state[name], "low": field.low, "high": field.high, "step": step}
            rows.append(Slider(name, self.text(f"slider-{name}"), **values, decimals=field.decimals))
        sliders(key, rows, self.listener(key))

    def bars(self, key: str, outcomes: Sequence[str], roles: Mapping[str, str]) -> None:
        """Distributions of the state, name -> role, as bars to be dragged; their titles are `bars-<name>`."""
        series = [Series(name, self.text(f"bars-{name}"), self.state[name], role) for name, role in roles.items()]
        words = {"bar": self.text("bar"), **{word: self.text(f"bars-{word}") for word in ("sum", "refused")}}
        bars(key, series, outcomes, words, self.listener(key))

    def cells(
        self, key: str, name: str, rows: Sequence[str], columns: Sequence[str], group: str = "row", names: str = ""
    ) -> None:
        """A table of the state, "0.2,0.8;1/3,2/3", to be edited; `group` and `names` as in `ui.components.cells`."""
        values = [row.split(",") for row in self.state[name].split(";")]
        words = {word: self.text(f"cells-{word}") for word in ("cell", "sum", "total", "name", "refused")}
        cells(key, name, values, rows, columns, words, self.listener(key), group, names)

    def chart(self, key: str, draw: Callable[[], None], frame: Frame, points: Sequence[Handle]) -> None:
        """A part that `draw`s one chart with its axes in `frame`, and handles to be dragged over it."""
        with st.container(key=f"chart-{key}"):
            self.part(key, draw)
            handles(f"{key}-handles", frame, points, self.listener(f"{key}-handles"))

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
        self._draw(parts)

    def _draw(self, parts: list[str]) -> None:
        """Any message breaks off the run before it; what that one still owes is drawn with the next."""
        self._owed.update(set(parts) - {LINK})
        self.lesson.redraw([*parts, *sorted(self._owed.difference(parts))])

    def listener(self, key: str) -> Listener:
        """Who hears what the live control `key` says: the page's state, and the parts that follow."""

        def moving() -> None:
            match heard(key).get("values"):
                case {"values": dict(values), "revision": int(revision)}:
                    self._follow(self.state.unchanged(values, revision), self.parts)

        return Listener(self.state.revision, moving, lambda: self._draw(self.later))

    def _number(self, name: str) -> Number:
        field = self.state.fields[name]
        if not isinstance(field, Number):
            raise TypeError(f"{name} is no number")
        return field


__all__ = ["Coordinate", "Handle", "Live"]
