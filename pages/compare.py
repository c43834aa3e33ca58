"""Side by side: all models of digits, what they draw from one seed, and what was measured of them."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from lessons.compare import drawing, own, rows, sections, stage
from lessons.compare.drawing import Drawn, Seen
from lessons.compare.scene import EXPERIMENT, FIELDS, Place, Scene, chosen
from ui import background, rail
from ui.background import Work
from ui.lesson import Lesson
from ui.live import Live

with Lesson.guard("compare"):
    lesson = Lesson("compare", FIELDS)
state, text, live = lesson.state, lesson.text, Live(lesson)
own_rows = rows.own(state, lambda key: own.leave_out(state, key))
models = [*rows.of_models(), *own_rows]
lined_up = models if state["show"] == "models" else rows.of_tests()
seed, work, refused = state["seed"] if state["show"] == "models" else 0, None, None
if seed:
    try:
        work = drawing.drawing(lined_up, seed)
    except Problem as problem:
        refused = problem


def newest(drawn: Work[Drawn] | None) -> Drawn | None:
    return drawn.so_far[-1] if drawn and drawn.so_far else None


def look(again: bool = False) -> Work[Seen] | None:
    """What is seen in the ten digits of the chosen row, once they are there."""
    row = chosen(state, stage.at_seed(lined_up, newest(work), seed))
    if row is None or row.drawn is None or lesson.first_run:
        return None
    return drawing.looking(row, row.drawn, seed, again)


def scene() -> Scene:
    row = chosen(state, stage.at_seed(lined_up, newest(work), seed))
    assert row and row.record
    seen = look()
    return Scene(
        state, text, lined_up, Place(row, row.record, row.drawn, seen.so_far[-1] if seen and seen.so_far else None)
    )


def line_up(drawn: Drawn | None = None) -> None:
    here = chosen(state, lined_up)
    shown, part = stage.at_seed(lined_up, drawn, seed), "line-up-view" if work else ""
    stage.stage(lesson, shown, here.name if here else "", live.listener("line-up", part))


def near() -> None:
    if seen := look():
        background.show(lesson, "near-view", seen, lambda _: stage.near(lesson, scene()), lambda: look(again=True))
    lesson.equation(
        *scene().equation(), unit=text("by-judge", judge=text(f"judge-{state['judge']}"), n=f"{scene().judged()[1]:,}")
    )


def code() -> None:
    if (shown := scene()).place.seen:
        lesson.code(shown)


lesson.header()
measured = chosen(state, lined_up) is not None
with lesson.columns():
    with lesson.picture_column():
        with lesson.stage():
            stage.controls(lesson, lined_up)
            with lesson.picture():
                if refused:
                    lesson.notice(refused)
                if work:
                    background.show(
                        lesson,
                        "line-up-view",
                        work,
                        line_up,
                        lambda: drawing.drawing(lined_up, seed, again=True),
                        line_up,
                    )
                else:
                    line_up()
            if measured and not lesson.first_run:
                live.part("near", near)
            elif lesson.first_run:
                st.skeleton(height=150)
        lesson.caption("caption" if state["show"] == "models" else "caption-tests")
        lesson.look()
    with lesson.rail_column():
        if lesson.first_run:  # what a visitor sees first are the digits
            st.skeleton(height=400)
        elif measured:
            live.part("rail", lambda: rail.show(lesson, scene(), EXPERIMENT), later=True)
        else:
            lesson.notice(sections.nothing_measured())
lesson.picture_first()
if measured:
    sections.table(lesson, live, models)
    live.part("verdicts", lambda: sections.verdicts(lesson, models, scene()), later=True)
    own.own(lesson, own_rows)
    sections.nats(lesson, models)
    live.part("costs", lambda: sections.costs(lesson, models, scene()), later=True)
    with lesson.further() as unfolded:
        if unfolded:
            sections.by_label(lesson, models)
            sections.tests_of_measures(lesson)
if measured:
    live.part("code", code, later=True)
lesson.end()
