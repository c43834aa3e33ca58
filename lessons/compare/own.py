"""Own models beside the others: which of them, and measuring one that has not been measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event

import streamlit as st

from genmodels.evaluation.comparison import SMALL
from genmodels.training.checkpoints import Checkpoint
from lessons.compare import rows
from lessons.compare.rows import KINDS, MOST_OWN, Row, check_own
from ui import background, wording
from ui.background import Work, watcher, works
from ui.jobs import runs
from ui.lesson import Lesson
from ui.state import State
from ui.widgets import select


class Stopped(Exception):
    """Nobody waits for the measures any more."""


@dataclass(frozen=True)
class Measuring:
    """How much is done, from 0 to 1."""

    share: float


def add(state: State, key: str) -> None:
    """One more row, unless the key is ""; the first of them goes where there is no room."""
    if not key:
        return
    keys = [*(one for one in check_own(state["own"]) if one != key), key]
    state.update({"own": ".".join(keys[-MOST_OWN:])})


def leave_out(state: State, key: str) -> None:
    """A row less."""
    changes = {"own": ".".join(one for one in check_own(state["own"]) if one != key)}
    if state["model"] == key:
        changes["model"] = ""
    state.update(changes)


def own(lesson: Lesson, there: Sequence[Row]) -> None:
    """Choose own models to stand beside the others, and have those measured that have not been."""
    state, text, listed = lesson.state, lesson.text, rows.listed()
    st.markdown(f"**{text('own')}**  \n{text.section('own', n=f'{SMALL:,}')}")
    asked = check_own(state["own"])
    left = {key: _called(key, lesson) for key in listed if key not in asked}
    if left:
        options = {"": text("own-choose"), **left}
        named = {"label_visibility": "collapsed", "width": 360}
        select(lesson, "own", text("control-own"), options, "compare-add", "", lambda key: add(state, key), **named)
    elif not asked:
        lesson.note("own-none")
    for row in there:
        _own(lesson, row)


def _own(lesson: Lesson, row: Row) -> None:
    text = lesson.text
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_called(row.name, lesson))
        st.button(text("own-leave-out"), key=f"own-out-{row.name}", on_click=leave_out, args=[lesson.state, row.name])
    if row.record is None:
        _measure(lesson, row)


def _measure(lesson: Lesson, row: Row) -> None:
    """The button, then how far it is. What is measured lies with the model, and the page finds it there."""
    key = ("compare-own", row.name)
    begun: set[str] = lesson.memory.setdefault("measuring", set())

    def work(again: bool = False) -> Work[Measuring]:
        begun.add(row.name)
        return works().get(key, lambda: measured(runs.open_run(row.name, KINDS)), watcher(row.name), again)

    def begin() -> None:
        work(again=True)

    if row.name not in begun:
        st.button(lesson.text("own-measure"), key=f"own-measure-{row.name}", type="primary", on_click=begin)
        return
    background.show(lesson, f"own-{row.name}", work(), lambda _: None, begin)


def measured(checkpoint: Checkpoint, n: int = SMALL) -> Iterator[Measuring]:
    """Measure n digits of a model, which may be stopped on the way; what it has drawn by then is not drawn again.

    Raises Problem for a model that cannot be measured, and where another process does just that.
    """
    from genmodels.evaluation import compare

    task, told, stop = compare.of_checkpoint(checkpoint, n), SimpleQueue[int | None](), Event()

    def progress(more: int) -> None:
        if stop.is_set():
            raise Stopped
        told.put(more)

    done = 0
    yield Measuring(0.0)
    with ThreadPoolExecutor(1) as runner:
        running = runner.submit(compare.compare, task, progress=progress)
        running.add_done_callback(lambda _: told.put(None))
        try:
            while (more := told.get()) is not None:
                done += more
                yield Measuring(min(done / max(task.work, 1), 1.0))
            running.result()
        finally:
            stop.set()
    yield Measuring(1.0)


def _called(key: str, lesson: Lesson) -> str:
    recipe = rows.listed().get(key)
    if recipe is None:
        return key[:8]
    return lesson.text("own-called", name=recipe.name, run=key[:8], changes=wording.in_words(recipe, lesson.text))
