"""What the page of trainings says in words of the queue is what the queue does."""

from __future__ import annotations

import re
import time

import pytest

from genmodels.jobs import queue
from genmodels.jobs.records import Job, State
from genmodels.training import recipes
from ui.text import LANGUAGES, sections

BUSY, NEW = "1" * 16, "2" * 16


def job(epochs: int, asked: float, waiting: str, **about: object) -> Job:
    recipe = recipes.make("vae-mnist", epochs=epochs)
    state = State(**{"state": "queued", "asked": asked, "since": asked, **about})  # type: ignore[arg-type]
    return Job(recipes.key(recipe), recipe, state, (waiting,))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_visitor_who_trained_least_within_the_hours_that_are_named_comes_first(lang: str) -> None:
    hours = int(re.search(r"(\d+) (?:hours|小时)", sections(lang, "training")["queue"])[1])  # type: ignore[index]
    now = time.time()
    early, late = job(2, now - 20, BUSY), job(3, now - 10, NEW)
    for age, first in ((hours - 1, late), (hours + 1, early)):
        done = job(4, now, BUSY, state="done", since=now - 3600 * age, charged={BUSY: 100.0})
        assert queue.order([early, late, done], now)[0] == first, f"{age} hours ago"
