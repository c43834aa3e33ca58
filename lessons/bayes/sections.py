"""The lower sections of the Bayes page: any joint table, and the shots on a target. Layout; no maths."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from lessons.bayes import figures, table, target
from lessons.bayes.squares import squares
from lessons.bayes.table import EXAMPLES, Table
from lessons.bayes.target import AXES, SLIDERS, Shots
from ui import rail
from ui.charts import chart
from ui.figures.style import Frame
from ui.lesson import HALF, Lesson
from ui.live import Coordinate, Handle, Live
from ui.widgets import choice, select


class TableSection:
    """An editable joint table, both of its squares, and one of its lines as a conditional."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.state, self.text, self.live = lesson, lesson.state, lesson.text, Live(lesson)
        self.state.add(table.fields(self.state["example"]))

    @property
    def now(self) -> Table:
        return Table(self.state, self.text)

    def _challenges(self) -> None:
        rail.challenges(self.lesson, self.now.challenges())

    def show(self) -> None:
        self.lesson.section("table")
        with self.lesson.row():
            with st.container(width=416):
                self._editor()
            with st.container(width=544):
                self.live.part("table-squares", self._squares)
                with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
                    given = self.text("given")
                    select(self.lesson, "given", given, self.now.options(), choose=self._given, width=200)
                    with st.container(width=304):
                        self.live.part("table-formula", self._formula, later=True)
                self.live.part("table-conditional", self._conditional, later=True)

    def _editor(self) -> None:
        now = self.now
        st.markdown(self.text.section("table", about=self.text(f"{now.example}-about")))
        with st.container(horizontal=True, gap="xsmall"):
            for name in EXAMPLES:
                st.button(self.text(f"example-{name}"), key=f"example-{name}", on_click=self._example, args=[name])
        rows, columns = now.names
        self.live.cells("table", "table", rows, columns, group="all")
        self.live.part("table-challenges", self._challenges, later=True)

    def _example(self, name: str) -> None:
        self.state.reset("table", "given")
        self.state.update({"example": name})

    def _squares(self) -> None:
        now = self.now
        if now.problem:
            self.live.repair(now.problem, {"table": now.repaired()}, key="repair-table")
            return
        squares("table-squares", now.squares(), now.squares_cells(), len(now.names[1]))
        self.lesson.note("information", value=f"{now.joint.mutual_information:.4f}")

    def _given(self, known: str) -> None:
        self.live.moved({"given": known})

    def _formula(self) -> None:
        now = self.now
        if not now.problem and now.possible:  # nothing is divided by 0; beside the formula stands why
            st.markdown(self.text.section("table-given", **now.values()))

    def _conditional(self) -> None:
        now = self.now
        if now.problem:
            return
        try:
            st.markdown(now.conditional_table())
        except Problem as problem:
            self.lesson.notice(problem)


class TargetSection:
    """Hits of a correlated Gaussian, a slice to be dragged through them, and the exact conditional beside it."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.state, self.text, self.live = lesson, lesson.state, lesson.text, Live(lesson)

    @property
    def now(self) -> Shots:
        return Shots(self.state, self.text)

    def _challenges(self) -> None:
        rail.challenges(self.lesson, self.now.challenges())

    def show(self) -> None:
        self.lesson.section("target")
        with self.lesson.row():
            with st.container(width=HALF):
                end = (-figures.LIMIT, figures.LIMIT + figures.ROOM)
                frame = Frame(figures.TARGET_HEIGHT, figures.TARGET_MARGIN, end, end)
                self.live.chart("target", self._picture, frame, self._handles)
            with st.container(width=HALF):
                self.live.sliders("target-sliders", *SLIDERS)
                with st.container(horizontal=True, vertical_alignment="bottom"):
                    choice(self.lesson, "along", self.text("along"), {axis: axis for axis in AXES})
                    again = {"aim": (self.state["aim"] + 1) % 10_000}
                    st.button(self.text("again-shots"), key="bayes-shoot", on_click=self.state.update, args=[again])
                self.live.part("target-words", self._words, later=True)
                self.live.part("target-challenges", self._challenges, later=True)

    def _handles(self) -> list[Handle]:
        """The slice is held at the edge of the target, the aim in its middle."""
        at, edge = self.live.coordinate("at", step=0.05), Coordinate(-figures.LIMIT)
        x, y = (at, edge) if self.state["along"] == "x" else (edge, at)
        aim = [self.live.coordinate(name, step=0.05) for name in ("mu_x", "mu_y")]
        return [Handle(self.text("handle-slice"), x, y), Handle(self.text("handle-aim"), *aim)]

    def _picture(self) -> None:
        now = self.now
        figure = figures.target(now.picture, now.conditional(), self.lesson.mode)
        chart(figure, "target-chart")
        if now.problem:
            self.live.repair(now.problem, target.repaired(self.state), key="repair-target")
            self.lesson.note("nearest", rho=f"{now.density.rho:.2f}")

    def _words(self) -> None:
        values = self.now.values()
        st.markdown(f"{self.text.section('target', **values)}\n\n{self.text.section('target-formula', **values)}")
