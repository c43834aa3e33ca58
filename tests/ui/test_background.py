"""Computations beside the pages: shared, in order, stopped when nobody looks, and never a traceback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from genmodels.errors import Problem
from ui import background
from ui.background import Works


def counting(number: int, gate: threading.Event | None = None) -> Iterator[int]:
    for i in range(number):
        if gate is not None:
            gate.wait(5)
        yield i


def test_who_asks_for_the_same_gets_the_same() -> None:
    works = Works()
    first = works.get("a", lambda: counting(3))
    assert works.get("a", lambda: pytest.fail("made twice")) is first
    assert first.wait(5) and first.so_far == [0, 1, 2] and not first.stopped and first.problem is None


def test_one_at_a_time_and_each_knows_how_many_come_before() -> None:
    works, gate = Works(), threading.Event()
    first, second, third = (works.get(name, lambda: counting(2, gate)) for name in "abc")
    while not first.begun:
        time.sleep(0.01)
    assert [works.before(one) for one in (first, second, third)] == [0, 1, 2]
    gate.set()
    assert third.wait(5) and first.ended and second.ended


def test_a_stop_ends_it_after_its_step_and_it_can_be_begun_anew() -> None:
    works, gate = Works(), threading.Event()
    work = works.get("a", lambda: counting(100, gate))
    work.stop()
    gate.set()
    assert work.wait(5) and work.stopped and len(work.so_far) <= 1
    assert works.get("a", lambda: counting(2)) is work
    anew = works.get("a", lambda: counting(2), again=True)
    assert anew.wait(5) and anew.so_far == [0, 1]


def test_what_nobody_watches_any_more_is_stopped() -> None:
    works, gate = Works(), threading.Event()
    mine = works.get("a", lambda: counting(100, gate), watcher="me")
    shared = works.get("b", lambda: counting(2, gate), watcher="you")
    works.get("b", lambda: counting(2), watcher="me")
    assert mine.stopped and not shared.stopped
    works.get("c", lambda: counting(2), watcher="you")
    assert not shared.stopped  # I still look at it
    gate.set()
    assert shared.wait(5) and shared.so_far == [0, 1]


def test_what_was_stopped_for_nobody_begins_anew_when_somebody_looks_again() -> None:
    works, gate = Works(), threading.Event()
    works.get("a", lambda: counting(3, gate), watcher="me")
    works.get("b", lambda: counting(3, gate), watcher="me")
    gate.set()
    back = works.get("a", lambda: counting(3), watcher="me")
    assert back.wait(5) and back.so_far == [0, 1, 2]


def test_a_fault_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    def refused() -> Iterator[int]:
        raise Problem("works-full", "no")
        yield

    works = Works()
    work = works.get("a", broken)
    assert work.wait(5) and work.problem is not None and work.problem.code == "work-failed" and work.so_far == [1]
    assert "ZeroDivisionError" in caplog.text
    other = works.get("b", refused)
    assert other.wait(5) and str(other.problem) == "no"


def test_too_many_are_refused_and_the_oldest_done_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "MOST_WAITING", 2)
    monkeypatch.setattr(background, "NUM_KEPT", 1)
    works, gate = Works(), threading.Event()
    first = works.get("a", lambda: counting(1, gate))
    second = works.get("b", lambda: counting(1, gate))
    with pytest.raises(Problem, match="2 other computations"):
        works.get("c", lambda: counting(1))
    gate.set()
    assert first.wait(5) and second.wait(5)
    assert works.get("c", lambda: counting(1)).wait(5)
    assert works.get("a", lambda: counting(1)) is not first
