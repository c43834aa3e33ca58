"""A computation in the background as the page shows it: what there is so far, how far it is, a stop, and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.background import Work, works
from ui.lesson import Lesson

LOOK = 0.5  # seconds between two looks
PATIENCE = 0.15  # seconds for which a page waits before it shows that something is being computed

Draw = Callable[[Any], None]


def show(lesson: Lesson, key: str, work: Work[Any], draw: Draw, again: Callable[[], object]) -> None:
    """Draw the newest of what `work` has given, a thing with its `share` of the whole, until it has ended.

    The page then runs once more, for all that follows from the result. `again` begins what was stopped anew.
    """
    ended = work.wait(PATIENCE)
    st.fragment(_look, run_every=None if ended else LOOK, key=key)(lesson, key, work, draw, again, ended)


def _look(lesson: Lesson, key: str, work: Work[Any], draw: Draw, again: Callable[[], object], ended: bool) -> None:
    if work.ended and not ended:
        st.rerun()
    if work.so_far:
        draw(work.so_far[-1])
    if not work.ended:
        _progress(lesson, key, work)
    elif work.problem or work.stopped:
        _end(lesson, key, work, again)


def _progress(lesson: Lesson, key: str, work: Work[Any]) -> None:
    text, share = lesson.text, work.so_far[-1].share if work.so_far else 0.0
    before = works().before(work)
    words = text("work-waits", number=before) if before else text("work-runs", percent=f"{100 * share:.0f}")
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.progress(share, words)
        st.button(text("work-stop"), key=f"{key}-stop", on_click=work.stop)


def _end(lesson: Lesson, key: str, work: Work[Any], again: Callable[[], object]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if work.problem:
            lesson.notice(work.problem)
        else:
            st.markdown(lesson.text("work-stopped"))
        if st.button(lesson.text("work-again"), key=f"{key}-again"):
            again()
            st.rerun()
