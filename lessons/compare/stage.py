"""The stage: the line-up of models or of tests, and beside one digit the training digits that it resembles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import numpy as np
import streamlit as st

from lessons.compare import measures, rows
from lessons.compare.drawing import Drawn
from lessons.compare.line_up import Line, Number, line_up
from lessons.compare.measures import MEASURES
from lessons.compare.near_by import near_by
from lessons.compare.rows import SHOWN, Row
from lessons.compare.scene import Scene, view_of
from ui.components import Listener
from ui.lesson import Lesson
from ui.text import Text
from ui.widgets import choice, number


def controls(lesson: Lesson, shown: Sequence[Row]) -> None:
    """Models or tests, and the seed from which the models draw."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.container(width="content"):
            sides = {one: text(f"show-{one}") for one in ("models", "tests")}
            change = lambda show: state.update({"show": show, "model": ""})  # noqa: E731
            choice(lesson, "show", text("control-show"), sides, choose=change, label_visibility="collapsed")
        if any(row.draws for row in shown) and not lesson.first_run:  # a number field holds the first digits up
            with st.container(
                width="stretch", horizontal=True, horizontal_alignment="right", vertical_alignment="center"
            ):
                st.markdown(text("control-seed"), width="content")
                number(lesson, "seed", text("control-seed"), width=80, label_visibility="collapsed")
                other = {"seed": (state["seed"] + 1) % 10_000}
                st.button(text("draw"), key="compare-draw", on_click=state.update, args=[other], help=text("help-seed"))


def at_seed(shown: Sequence[Row], drawn: Drawn | None, seed: int) -> list[Row]:
    """The rows with what was drawn from this seed: seed 0 is what is kept, of others there may be none yet."""
    if not seed:
        return list(shown)
    return [_at_seed(row, drawn) if row.draws else row for row in shown]


def _at_seed(row: Row, drawn: Drawn | None) -> Row:
    if drawn is None or row.name not in drawn.pictures:
        return replace(row, drawn=None, labels=None)
    asked = drawn.labels[row.name]
    labels = np.full(SHOWN, -1) if asked is None else asked
    return replace(row, drawn=drawn.pictures[row.name], labels=labels)


def stage(lesson: Lesson, shown: Sequence[Row], model: str, listener: Listener) -> None:
    """The line-up of these rows."""
    state, text, view = lesson.state, lesson.text, view_of(lesson.state)
    records = {row.name: row.record for row in shown if row.record is not None}
    at = {"model": model, "digit": state["digit"], "measure": state["measure"], "order": state["order"]}
    words = text.all("line-up-")
    for one in MEASURES:
        words |= {f"measure-{one}": text(f"measure-{one}"), f"unit-{one}": text(f"unit-{one}")}
    axes = {one: measures.axis(one, list(records.values()), view).as_json() for one in MEASURES}
    orders = {one: measures.better_first(one, records, view) for one in MEASURES}
    line_up("line-up", [_line(row, lesson) for row in shown], axes, orders, at, words, listener)


def _line(row: Row, lesson: Lesson) -> Line:
    text, view = lesson.text, view_of(lesson.state)
    numbers = {}
    if record := row.record:
        for one in MEASURES:
            bound = one == "nats" and record.nats.kind == "bound"
            numbers[one] = Number(measures.shown(one, record, view, text), measures.value(one, record, view), bound)
    pictures = None if row.drawn is None or row.record is None else row.drawn
    role = "model" if row.draws else "data"
    return Line(
        row.name,
        rows.title(row, text),
        note(row, text, view_of(lesson.state).n),
        role,
        pictures,
        numbers,
        row.in_order,
        row.name == rows.REAL,
    )


def note(row: Row, text: Text, n: int) -> str:
    """What has to be known of a row beside its name."""
    if row.record is None:
        return text("not-measured")
    remarks = [] if row.draws or row.name == rows.REAL else [text(f"about-{row.name}")]
    if "steps" in row.entrant.options:
        remarks.append(text("in-steps", steps=row.entrant.options["steps"]))
    if n not in row.record.judges[0].frechet:
        remarks.append(f"n = {row.record.n:,}")
    if row.draws:
        remarks.append(text("black-and-white" if row.record.pixels == "binary" else "grey"))
    return text("comma").join(remarks) or text("about-real")


def near(lesson: Lesson, scene: Scene) -> None:
    """The chosen digit beside the training digits that are nearest to it, and what is said of that."""
    place, text, digit = scene.place, lesson.text, scene.digit
    if place.pictures is None or place.seen is None:
        return
    seen, record = place.seen, scene.record
    pictures, distances = np.stack([place.pictures[digit], *seen.near[digit]]), seen.distances[digit].tolist()
    captions = [text("near-drawn")]
    for label, distance in zip(seen.near_labels[digit], distances, strict=True):
        captions.append(text("near-one", label=int(label), distance=f"{distance:.4f}"))
    asked = "" if scene.asked is None else text("near-asked", digit=scene.asked)
    sure = f"{100 * float(seen.probabilities[digit].max()):.0f}"
    words = {name: text(f"near-{name}") for name in ("alt", "axis", "apart", "copied")}
    words["read"] = text("near-read", name=escape(scene.name), asked=asked, read=scene.read, sure=sure)
    words["remark"] = text(f"near-{_how_near(distances[0], record.apart)}")
    medians = {"apart": record.apart, "copied": record.copied}
    with st.container(key="part-near"):
        near_by("near", pictures, captions, distances, medians, "model" if place.row.draws else "data", words)


def _how_near(distance: float, apart: float) -> str:
    """The word for how near the nearest training digit is, beside what half of the test digits have."""
    return "same" if distance == 0 else "nearer" if distance < apart else "farther"
