"""Computations that take longer than a page may: one at a time beside the pages, which look at how far they are."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from genmodels.errors import Problem
from ui.fragments import fragment
from ui.lesson import Lesson

NUM_KEPT = 16  # works that are done
MOST_WAITING = 40  # works that are not: one for everybody in a full room
LOOK = 0.5  # seconds between two looks
PATIENCE = 0.15  # seconds for which a page waits before it shows that something is being computed

T = TypeVar("T")
Draw = Callable[[Any], None]


class Work(Generic[T]):
    """An iterator that is run through in the background; `so_far` holds what it has given, in order.

    `ended`: nothing will be added, because it is through, was stopped, or failed with `problem`.
    """

    def __init__(self, make: Callable[[], Iterator[T]], number: int = 0) -> None:
        self._make, self._stop, self._ended = make, Event(), Event()
        self.number = number  # of all, in their order
        self.so_far: list[T] = []
        self.problem: Problem | None = None
        self.begun = False
        self.abandoned = False  # stopped because nobody looked any more
        self.watchers: set[Hashable] = set()

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    @property
    def stopped(self) -> bool:
        """Whether somebody ended it before it was through."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End it after the step that it is at."""
        if not self.ended:
            self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, for which it is given some seconds more."""
        return self._ended.wait(seconds)

    def run(self) -> None:
        """Go through it; to be called once."""
        self.begun = True
        try:
            if not self.stopped:
                for one in self._make():
                    self.so_far.append(one)
                    if self.stopped:
                        break
        except Problem as problem:
            self.problem = problem
        except Exception:
            logging.getLogger(__name__).exception("a computation beside the pages failed")
            self.problem = Problem("work-failed", "This could not be computed; the log of the server says why.")
        finally:
            self._ended.set()


class Works:
    """The works of this process, by their keys: whoever asks for the same gets the same."""

    def __init__(self) -> None:
        self._runner = ThreadPoolExecutor(1, thread_name_prefix="work")
        self._lock = Lock()
        self._number = 0
        self._works: OrderedDict[Hashable, Work[Any]] = OrderedDict()
        self._watched: dict[Hashable, Hashable] = {}  # watcher -> key of what it watches

    def get(
        self, key: Hashable, make: Callable[[], Iterator[T]], watcher: Hashable = None, again: bool = False
    ) -> Work[T]:
        """The work `key`, which is begun if it is not there; `again` also where it was stopped or has failed.

        A watcher watches one work at a time: what nobody watches any more is stopped.
        Raises Problem where too much is waiting already.
        """
        with self._lock:
            work = self._works.get(key)
            if work is None or work.abandoned or (again and work.ended and (work.stopped or work.problem)):
                self._check_room()
                self._number += 1
                work = self._works[key] = Work(make, self._number)
                self._runner.submit(work.run)
            self._works.move_to_end(key)
            self._watch(watcher, key, work)
            done = [old for old, one in self._works.items() if one.ended and old != key]
            for old in done[: max(0, len(done) - NUM_KEPT)]:
                del self._works[old]
        return work

    def before(self, work: Work[Any]) -> int:
        """How many works that have not ended come before this one."""
        with self._lock:
            return sum(not one.ended and one.number < work.number for one in self._works.values())

    def _check_room(self) -> None:
        waiting = sum(not work.ended for work in self._works.values())
        if waiting >= MOST_WAITING:
            sentence = "{number} other computations are waiting on this machine; try again in a minute."
            raise Problem("works-full", sentence, number=waiting)

    def _watch(self, watcher: Hashable, key: Hashable, work: Work[Any]) -> None:
        if watcher is None:
            return
        before = self._watched.get(watcher)
        self._watched[watcher] = key
        work.watchers.add(watcher)
        if before is not None and before != key and (left := self._works.get(before)):
            left.watchers.discard(watcher)
            if not left.watchers:
                left.abandoned = not left.ended
                left.stop()


@st.cache_resource(show_spinner=False)
def works() -> Works:
    """Those of this process."""
    return Works()


def watcher(slot: str) -> tuple[str, str]:
    """This visitor's session, as the watcher of one place on a page."""
    context = get_script_run_ctx()
    return (context.session_id if context else "", slot)


# --- as a page shows it


def show(
    lesson: Lesson,
    key: str,
    work: Work[Any],
    draw: Draw,
    again: Callable[[], object],
    meanwhile: Callable[[], object] = lambda: None,
    bar: bool = True,
) -> None:
    """Draw the newest of what `work` has given, a thing with its `share` of the whole, until it has ended.

    The page then runs once more, for all that follows from the result. `again` begins what was stopped anew;
    `meanwhile` draws something while there is nothing yet. Without a `bar` the picture itself says how far it is.
    """
    ended = work.wait(PATIENCE)
    drawing = draw, meanwhile, bar
    fragment(_look, run_every=None if ended else LOOK, key=key)(lesson, key, work, drawing, again, ended)


def asked(lesson: Lesson, slot: str, key: tuple[Hashable, ...], make: Callable[[], Iterator[Any]], draw: Draw) -> None:
    """What is computed only when somebody asks for it: the button `<slot>-do`, then how far it is, then the result.

    Another `key` has to be asked for anew.
    """
    asked_for = lesson.memory.setdefault("asked", {})  # slot -> key

    def begin() -> None:
        asked_for[slot] = key
        works().get((slot, *key), make, watcher(slot), again=True)

    if asked_for.get(slot) != key:
        st.button(lesson.text(f"{slot}-do"), type="primary", key=f"{lesson.page}-{slot}-do", on_click=begin)
        return
    show(lesson, slot, works().get((slot, *key), make, watcher(slot)), draw, begin)


def _look(
    lesson: Lesson,
    key: str,
    work: Work[Any],
    drawing: tuple[Draw, Callable[[], object], bool],
    again: Callable[[], object],
    ended: bool,
) -> None:
    if work.ended and not ended:
        st.rerun()
    draw, meanwhile, bar = drawing
    if work.so_far:
        draw(work.so_far[-1])
    else:
        meanwhile()
    if not work.ended:
        if bar:
            _progress(lesson, key, work)
    elif work.problem or work.stopped:
        _end(lesson, key, work, again)
    lesson.drawn(key)


def _progress(lesson: Lesson, key: str, work: Work[Any]) -> None:
    text = lesson.text
    share = getattr(work.so_far[-1], "share", 1.0) if work.so_far else 0.0  # the result has none
    before = works().before(work)
    words = text("work-waits", number=before) if before else text("work-runs", percent=f"{100 * share:.0f}")
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.progress(share, words)
        st.button(text("work-stop"), key=f"{key}-stop", on_click=work.stop)


def _end(lesson: Lesson, key: str, work: Work[Any], again: Callable[[], object]) -> None:
    def begin() -> None:
        again()
        st.rerun()  # the page has to look at another work

    with st.container(horizontal=True, vertical_alignment="center"):
        if work.problem:
            lesson.notice(work.problem)
        else:
            st.markdown(lesson.text("work-stopped"))
        st.button(lesson.text("work-again"), key=f"{key}-again", on_click=begin)
