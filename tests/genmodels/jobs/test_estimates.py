"""How long a training takes, as it is told: exact values, with a clock and a processor of the test's own."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from genmodels.jobs import endings, estimates, progress, queue, records, trainer
from genmodels.jobs.endings import Ending
from genmodels.jobs.estimates import START, Processor, free_cores
from genmodels.jobs.limits import Limits
from genmodels.jobs.progress import Progress
from genmodels.jobs.records import Job
from genmodels.training import recipes
from genmodels.training.loop import Step
from tests.genmodels.jobs.helpers import job, put, recipe, visitor

LOOK = 0.05  # of an epoch, before the first one
PAGES = ("vae-mnist", "ddpm-points", "ddpm-mnist", "vqvae-mnist")


def says(key: str, attempt: int = 0, **about: Any) -> None:
    """What the trainer of a job reports."""
    usual = {"position": 0.0, "epochs": 4, "seconds": 0.0, "left": None, "device": "cpu", "memory": 1}
    progress.write(key, Progress(attempt=attempt, **{**usual, **about}))


# --- what a training will take


def test_without_any_history_the_start_and_the_look_at_the_untrained_network_are_counted() -> None:
    vae = recipes.make("vae-mnist", epochs=10)
    assert estimates.of(vae, []) == (START + LOOK * 2.0, 10 * 2.0)
    assert estimates.of(vae, []).total == START + 10.05 * 2.0


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_begins_with_takes_less_than_two_minutes(name: str) -> None:
    first = recipes.make(name, **recipes.first_settings(name))
    assert estimates.of(first, []).total < 120


def test_the_shipped_denoiser_is_not_promised_in_two_minutes() -> None:
    assert estimates.of(recipes.make("ddpm-mnist"), []).total == pytest.approx(START + 6.05 * 140)


def test_a_quiet_past_is_told_as_it_was() -> None:
    put("done", 50, by=(), seconds=6 + 4.05 * 3, starting=6.0, worked=4.05 * 3)
    takes = estimates.of(recipe(), records.every())
    assert takes.total == pytest.approx(6 + 4.05 * 3) and takes.starting == pytest.approx(6 + LOOK * 3)


def test_what_other_programs_took_then_is_not_told_for_now() -> None:
    """It had half of a core: its start took 8 s instead of 4, its epochs twice their time."""
    put("done", 50, by=(), seconds=8 + 2 * 40.5, starting=8.0, worked=40.5)
    assert estimates.of(recipe(), records.every()).total == pytest.approx(4 + 40.5)


def test_what_other_programs_take_now_is(monkeypatch: pytest.MonkeyPatch) -> None:
    put("done", 50, by=(), seconds=4 + 40.5, starting=4.0, worked=40.5)
    for cores, times in ((2.0, 1), (1.0, 1), (0.5, 2), (0.25, 4), (0.0, 20)):
        monkeypatch.setattr(estimates, "free_cores", lambda cores=cores: cores)
        assert estimates.of(recipe(), records.every()).total == pytest.approx(times * 44.5)


def test_what_runs_has_measured_how_fast_the_machine_is_now() -> None:
    running = put("running", 1, attempt=1)
    says(running.key, 1, seconds=30.0, worked=10.0)
    assert estimates.slowdown(records.every()) == pytest.approx(3)
    says(running.key, 1, seconds=3.0, worked=0.5)  # too early to tell
    assert estimates.slowdown(records.every()) == 1


def test_a_narrow_network_that_ended_does_not_promise_the_same_of_a_wide_one() -> None:
    narrow, wide = (recipes.make("ddpm-mnist", epochs=2, width=width) for width in (16, 64))
    state = dataclasses.replace(put("done", seed=1).state, seconds=24.0, starting=4.0, worked=20.0)
    done = Job(recipes.key(narrow), narrow, state, ())
    narrow_takes, wide_takes = (estimates.of(one, [done]) for one in (narrow, wide))
    assert narrow_takes.total == pytest.approx(24)
    assert wide_takes.learning / narrow_takes.learning == pytest.approx(wide.effort / narrow.effort)
    assert wide.effort > 3 * narrow.effort, "four times the width"


# --- what is left of one that runs


def test_until_a_training_can_tell_it_is_expected_to_take_what_others_took() -> None:
    put("done", 50, by=(), seconds=4 + 40.5, starting=4.0, worked=40.5)
    running = put("running", 0, attempt=1)
    jobs = records.every()
    assert estimates.left(running, jobs, passed=10.0) == pytest.approx(34.5)
    assert estimates.left(running, jobs, passed=99.0) == 1, "late, but never less than nothing"
    says(running.key, 1, left=20.0)
    assert estimates.left(running, jobs, passed=10.0) == 20
    says(running.key, 0, left=5.0)  # what the attempt before this one has said
    assert estimates.left(running, jobs, passed=10.0) == pytest.approx(34.5)


def test_a_training_tells_its_time_from_its_speed_and_not_from_its_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(trainer, "time", SimpleNamespace(**vars(time) | {"monotonic": lambda: now}))
    monkeypatch.setattr(trainer.Reporter, "_show", lambda *arguments: None)
    reporter = trainer.Reporter(put("running", attempt=1), 1, "cpu")
    model: Any = None
    told = []
    for now, epoch, position in ((5, 0, 0.0), (9, 1, 0.1), (9.5, 1, 0.2), (10.5, 1, 0.3), (29, 4, 4.0)):  # noqa: B007
        losses = {"eval_total": 1.0} if position in (0, 4) else {"train_total": 1.0}
        reporter.take(Step(epoch, 1, losses, model, position))
        report = progress.read(reporter.key)
        assert report is not None
        told.append(report.left)
    assert told == [None, None, None, pytest.approx(1.5 / 0.2 * 3.7), 0.0]


def test_how_an_attempt_spent_its_time_is_kept_for_the_next_estimate() -> None:
    key = put("running", attempt=1, since=time.time() - 50).key
    says(key, 1, seconds=42.0, started=8.0, worked=21.0)
    endings.conclude(key, 1, Ending("done"), Limits())
    state = job(key).state
    assert (state.starting, state.worked) == (8.0, 21.0) and state.seconds == pytest.approx(50, abs=5)


# --- the queue


def test_who_asks_now_is_told_what_comes_before() -> None:
    put("done", 50, by=(), seconds=4 + 40.5, starting=4.0, worked=40.5)
    new, now = recipe(9), time.time()
    assert queue.would_start_in(new, visitor(3), records.every(), 1, now) == (0, 0.0)
    running = put("running", 0, attempt=1)
    says(running.key, 1, left=7.0)
    assert queue.would_start_in(new, visitor(3), records.every(), 1, now) == (1, 7.0)
    assert queue.would_start_in(new, visitor(3), records.every(), 2, now)[1] == 0, "the second slot is free"
    put("queued", 1, by=(2,), asked=1)
    before, seconds = queue.would_start_in(new, visitor(3), records.every(), 1, now)
    assert before == 2 and seconds == pytest.approx(7 + 44.5)


def test_who_waited_is_called_until_they_have_looked() -> None:
    key = put("running", by=(1, 2), attempt=1).key
    endings.conclude(key, 1, Ending("done"), Limits())
    assert [records.is_called(job(key), visitor(n)) for n in (1, 2, 3)] == [True, True, False]
    records.has_looked(key, visitor(1))
    assert [records.is_called(job(key), visitor(n)) for n in (1, 2)] == [False, True]


def test_of_a_failure_nobody_is_called() -> None:
    key = put("running", attempt=1).key
    endings.conclude(key, 1, Ending("failed", {"code": "x"}), Limits())
    assert not records.is_called(job(key), visitor(1)) and not list(records.folder(key).glob("waiting/*"))


# --- how busy the processor is


class Machine:
    """Two cores that do so much of each kind of work in every second, and the clock."""

    def __init__(self) -> None:
        self.now, self.seconds, self.programs = 1000.0, [0.0, 0.0, 0.0], 0.0

    def passes(self, seconds: float, idle: float, polite: float, busy: float) -> None:
        """Time goes on, with so many cores at each."""
        self.now += seconds
        self.seconds = [
            before + seconds * cores for before, cores in zip(self.seconds, (idle, polite, busy), strict=True)
        ]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    one = Machine()
    sleep = lambda seconds: one.passes(seconds, 2, 0, 0)  # noqa: E731
    monkeypatch.setattr(estimates, "time", SimpleNamespace(monotonic=lambda: one.now, sleep=sleep))
    monkeypatch.setattr(estimates, "_processor", lambda: Processor(*one.seconds))
    monkeypatch.setattr(estimates, "_programs", lambda: one.programs)
    monkeypatch.setattr(estimates.os, "sched_getaffinity", lambda process: {0, 1})
    estimates._looks.clear()
    yield one
    estimates._looks.clear()


@pytest.mark.parametrize(
    ("idle", "polite", "busy", "free"),
    [(2, 0, 0, 2), (1, 0, 1, 1), (0.5, 0, 1.5, 0.5), (0, 0, 2, 0), (1, 1, 0, 1), (0, 2, 0, 2 / 3), (0, 1, 1, 1 / 2)],
)
def test_what_is_idle_is_free_and_polite_programs_share(
    machine: Machine, idle: float, polite: float, busy: float, free: float
) -> None:
    estimates.look()
    machine.passes(20, idle, polite, busy)
    assert free_cores() == pytest.approx(free)


@pytest.mark.parametrize(("programs", "free"), [(2, 2 / 3), (4, 2 / 5), (14, 2 / 15)])
def test_the_more_polite_programs_there_are_the_less_each_gets(machine: Machine, programs: float, free: float) -> None:
    estimates.look()
    machine.passes(20, 0, 2, 0)
    machine.programs = programs
    assert free_cores() == pytest.approx(free)


def test_programs_that_have_what_they_want_take_nothing_of_what_is_idle(machine: Machine) -> None:
    estimates.look()
    machine.passes(20, 1, 0, 1)
    machine.programs = 5
    assert free_cores() == pytest.approx(1)


def test_only_the_last_half_minute_counts(machine: Machine) -> None:
    for second in range(100):
        estimates.look()
        machine.passes(1, *((0, 0, 2) if second < 60 else (2, 0, 0)))
    assert free_cores() == pytest.approx(2)


def test_who_asks_first_looks_for_a_moment(machine: Machine) -> None:
    assert free_cores() == pytest.approx(2) and machine.now == pytest.approx(1000.1)
