"""The parts of the page below the stage: all numbers as a table, nats, what quality costs, labels, self-tests.

Charts bring Plotly, for which the first screen does not wait: it is imported where they are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from genmodels.errors import Problem
from genmodels.evaluation import selftests
from genmodels.evaluation.comparison import LARGE, SMALL, Compared
from lessons.compare import exports, measures, rows
from lessons.compare.measures import COLUMNS, JUDGES, View
from lessons.compare.rows import Row
from lessons.compare.scene import Scene, view_of
from lessons.compare.score_table import Cell, Entry, Head, score_table
from lessons.compare.stage import note
from ui.lesson import HALF, Lesson
from ui.live import Live
from ui.numbers import plain
from ui.text import markdown_table
from ui.widgets import choice

FOLDED = 448  # CSS pixels, of one of two halves in what is folded
BEST = {"density": "high", "coverage": "high", "accuracy": "high"}  # of all other columns small numbers are good


def nothing_measured() -> Problem:
    """What is said where no record can be read."""
    sentence = "Nothing has been measured here yet, or the records are damaged. Try: python -m genmodels {command}"
    return Problem("nothing-measured", sentence, command="evaluate --all")


def table(lesson: Lesson, live: Live, shown: Sequence[Row]) -> None:
    """Every measure as a column, judged as the switches above say."""
    text, state = lesson.text, lesson.state
    lesson.section("table")
    st.markdown(text.section("table"))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        with st.container(width="content"):
            choice(lesson, "judge", text("control-judge"), {one: text(f"judge-{one}") for one in JUDGES})
        with st.container(width="content"):
            choice(lesson, "n", text("control-n"), {n: f"{n:,}" for n in (LARGE, SMALL)})
    words = text.all("table-")
    order = (state["sort"], state["falling"] == "yes")
    heads = [_head(column.name, lesson) for column in COLUMNS]
    entries = [_entry(row, lesson) for row in shown]
    live.control("score-table", lambda listener: score_table("score-table", heads, entries, order, words, listener))
    lesson.note("table-note")
    _take_along(lesson, shown)


def _head(name: str, lesson: Lesson) -> Head:
    judged, view, text = ("frechet", "quality", "accuracy"), view_of(lesson.state), lesson.text
    unit = text(f"column-{name}-unit")
    if name in judged:
        unit = text("by-judge", judge=text(f"judge-{view.judge}"), n=f"{view.n if name != 'accuracy' else LARGE:,}")
    return Head(name, text(f"column-{name}"), unit, BEST.get(name, "low"))


def _entry(row: Row, lesson: Lesson) -> Entry:
    text, view = lesson.text, view_of(lesson.state)
    cells = [_cell(column, row.record, view, lesson) for column in COLUMNS]
    return Entry(rows.title(row, text), note(row, text, view.n), cells, row.name == rows.REAL)


def _cell(column: measures.Column, record: Compared | None, view: View, lesson: Lesson) -> Cell:
    text = lesson.text
    value = None if record is None else column.read(record, view)
    if record is None or value is None:
        return Cell("–", None)
    shown, remark = column.show(value, text), ""
    if column.name == "nats":
        shown, remark = f"{'≤ ' if record.nats.kind == 'bound' else ''}{shown}", text(f"kind-{record.nats.kind}")
    if column.name == "training":
        remark = str(record.trained.get("device", "")).upper()
    return Cell(shown, value, remark)


def _take_along(lesson: Lesson, shown: Sequence[Row]) -> None:
    """All numbers as a file, the line-up as a picture."""
    text, view = lesson.text, view_of(lesson.state)
    measured = [row for row in shown if row.record is not None]

    def picture() -> bytes:
        names = [rows.title(row, text) for row in measured]
        numbers = [measures.shown(lesson.state["measure"], row.record, view, text) for row in measured if row.record]
        return exports.as_png(measured, names, numbers, [row.name for row in measured])

    with st.container(horizontal=True, gap="small"):
        table: Any = {"file_name": "compare.csv", "mime": "text/csv", "key": "compare-csv"}
        st.download_button(text("take-csv"), exports.as_csv(measured), on_click="ignore", **table)
        sheet: Any = {"file_name": "compare.png", "mime": "image/png", "key": "compare-png"}
        st.download_button(text("take-png"), picture, on_click="ignore", **sheet)


def verdicts(lesson: Lesson, shown: Sequence[Row], scene: Scene) -> None:
    """The same models by two judges, from few digits and from many."""
    from lessons.compare.figures import verdicts as figure
    from ui.charts import chart

    text = lesson.text
    ways = [View(judge, n) for n in (SMALL, LARGE) for judge in JUDGES]
    models = [row for row in shown if row.record is not None and row.draws and row.record.n == LARGE]
    if len(models) < 2:
        return
    lines = {rows.title(row, text): [way.times_real(row.record) for way in ways if row.record] for row in models}
    pairs = len(models) * (len(models) - 1) // 2
    floors = [way.of(models[-1].record)[0].real[way.n] for way in ways if models[-1].record]
    few, many = (disagreements([line[first : first + 2] for line in lines.values()]) for first in (0, 2))
    values = {"pairs": pairs, "few": few, "many": many, "small": f"{SMALL:,}", "large": f"{LARGE:,}"}
    values |= {f"floor-{i}": plain(floor, 3) for i, floor in enumerate(floors)}
    heads = [text("verdict-way", judge=1 + JUDGES.index(way.judge), n=f"{way.n:,}") for way in ways]
    words = {"x": text("verdict-x"), "y": text("verdict-y"), "hover": text("verdict-hover")}
    with lesson.row():
        with st.container(width=640):
            chart(figure(lines, heads, scene.name, words, text.mode), "compare-verdicts")
        with st.container(width="stretch"):
            st.markdown(f"**{text('verdicts')}**\n\n{text.section('verdicts', **values)}")


def disagreements(pairs: Sequence[Sequence[float]]) -> int:
    """How many pairs of models (by the one, by the other) two judges put in opposite orders."""
    return sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for i, a in enumerate(pairs) for b in pairs[i + 1 :])


def nats(lesson: Lesson, shown: Sequence[Row]) -> None:
    """One honest column of nats: exact numbers and bounds, of the same black and white test digits."""
    from lessons.compare.figures_nats import Likelihood
    from lessons.compare.figures_nats import nats as figure
    from ui.charts import chart

    text = lesson.text
    lesson.section("nats")
    known = [row for row in shown if row.record is not None and row.record.nats.mean is not None]
    st.markdown(text.section("nats"))
    if not known:
        lesson.note("nats-none")
        return
    models = []
    for row in known:
        assert row.record is not None
        found, title = row.record.nats, rows.title(row, text)
        assert found.mean is not None
        told = text(
            f"told-{found.kind}",
            name=title,
            nats=f"{found.mean:.2f}",
            error=f"{found.standard_error or 0:.2f}",
            images=f"{found.images:,}",
        )
        models.append(Likelihood(title, found.mean, found.kind == "bound", found.elbo, told))
    words = {word: text(f"nats-{word}") for word in ("x", "exact", "bound", "elbo")}
    with lesson.row():
        with st.container(width=640):
            chart(figure(models, words, text.mode), "compare-nats")
        with st.container(width="stretch"):
            st.markdown(text.section("nats-read"))


def costs(lesson: Lesson, shown: Sequence[Row], scene: Scene) -> None:
    """Quality against time, and against size."""
    from lessons.compare.figures import Point, front, trade_off
    from ui.charts import chart

    text, view = lesson.text, view_of(lesson.state)
    lesson.section("costs")
    models = [row for row in shown if row.record is not None and row.draws]
    if not models:
        return
    st.markdown(text.section("costs"))
    with lesson.row():
        for cost in ("time", "size"):
            points = []
            for row in models:
                assert row.record is not None
                x = row.record.parameters if cost == "size" else row.record.milliseconds.get(measures.BATCH, math.nan)
                title, y = rows.title(row, text), view.times_real(row.record)
                if not x > 0:
                    continue
                told = text(
                    f"told-{cost}", name=title, x=f"{x:,}" if cost == "size" else plain(x, 2), y=measures.times(y)
                )
                points.append(Point(row.name, title, x, y, told))
            words = {"x": text(f"axis-{cost}"), "y": text("axis-quality")}
            with st.container(width=HALF):
                if points:
                    chart(trade_off(points, scene.place.row.name, words, text.mode), f"compare-{cost}")
                    names = text("comma").join(point.title for point in front(points))
                    lesson.note(f"front-{cost}", names=names)


def by_label(lesson: Lesson, shown: Sequence[Row]) -> None:
    """Where a model fails: the share that is read as asked for, and how often each digit is drawn."""
    from lessons.compare.figures import heat
    from ui.charts import chart

    text = lesson.text
    lesson.section("labels")
    st.markdown(text.section("labels"))
    measured = [(rows.title(row, text), row.record) for row in shown if row.record is not None and row.draws]
    asked = [(title, record.judges[0].per_label) for title, record in measured if record.judges[0].per_label]
    drawn = [(title, record.judges[0].shares) for title, record in measured]
    with lesson.row():
        for name, found, middle in (("accuracy", asked, None), ("shares", drawn, 0.1)):
            with st.container(width=FOLDED):
                if found:
                    st.markdown(f"**{text(f'labels-{name}')}**")
                    words = {"x": text("axis-digit"), "hover": text(f"hover-{name}")}
                    values = np.array([shares for _, shares in found], float)
                    chart(heat(values, [title for title, _ in found], words, text.mode, middle), f"compare-{name}")


def tests_of_measures(lesson: Lesson) -> None:
    """What each measure must say of the tests, what it says, and whether that holds."""
    text = lesson.text
    lesson.section("selftests")
    st.markdown(text.section("selftests"))
    records = {row.name: row.record for row in rows.of_tests() if row.record is not None}
    found = selftests.checks(records)
    if not found:
        lesson.note("selftests-none")
        return
    lines = [[text(f"selftest-{head}") for head in ("test", "measure", "must", "says", "holds")]]
    for check in found:
        must = _must(check)
        icon = ":material/check_circle:" if check.holds else ":material/cancel:"
        holds = f"{icon} {text('holds' if check.holds else 'fails')}"
        says = _number(check.measure, check.value)
        lines.append([text(f"name-{check.test}"), text(f"measured-{check.measure}"), must, says, holds])
    st.markdown(markdown_table(lines, "lllrl"))


def _must(check: selftests.Check) -> str:
    low, high = (_number(check.measure, value) for value in (check.low, check.high))
    return low if low == high else f"{low} … {high}"


def _number(measure: str, value: float) -> str:
    if measure == "digits":
        return f"{value:.0f}"
    return f"{value:.4f}" if measure == "copied" else f"{value:.3f}"
