"""Who is next, who waits, and what a waiting visitor is told."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from genmodels.errors import Problem
from genmodels.jobs import endings, progress, queue, quota, records
from genmodels.jobs.endings import Ending
from genmodels.jobs.limits import Limits
from genmodels.jobs.records import Job
from genmodels.training import checkpoints, recipes, run
from tests.genmodels.jobs.helpers import (
    ROOT,
    ask,
    ended,
    job,
    keeping,
    lives,
    put,
    recipe,
    runners,
    started,
    trainers_of,
    until,
    visitor,
)

NOW = 1_000_000.0


def seeds(jobs: list[Job]) -> list[int]:
    return [one.recipe.seed for one in jobs]


def test_first_come_first_served() -> None:
    for seed, asked in enumerate((30, 10, 20)):
        put("queued", seed, by=(seed,), asked=asked)
    assert seeds(queue.order(records.every())) == [1, 2, 0]


def test_the_visitor_who_has_used_least_is_next_and_takes_turns() -> None:
    """What stands before it in the queue counts as used: nobody's five come in a row."""
    for seed in range(4):
        put("queued", seed, by=(1,), asked=seed)
    put("queued", 10, by=(2,), asked=10)
    put("queued", 11, by=(2,), asked=11)
    assert seeds(queue.order(records.every())) == [0, 10, 1, 11, 2, 3]
    put("done", 20, by=(), charged={visitor(1): 1000.0})
    assert seeds(queue.order(records.every())) == [10, 11, 0, 1, 2, 3]
    put("done", 20, by=(), charged={visitor(2): 2000.0})
    assert seeds(queue.order(records.every())) == [0, 1, 2, 3, 10, 11]


def test_use_is_forgotten_after_a_day() -> None:
    put("done", 20, by=(), charged={visitor(1): 1000.0})
    for seed, by in ((0, 1), (1, 2)):
        put("queued", seed, by=(by,), asked=seed)
    assert seeds(queue.order(records.every())) == [1, 0]
    assert seeds(queue.order(records.every(), now=time.time() + 25 * 3600)) == [0, 1]


def test_what_was_interrupted_goes_on_first() -> None:
    put("done", 20, by=(), charged={visitor(1): 1000.0})
    for seed, interrupted in ((0, False), (1, True), (2, False), (3, True)):
        put("queued", seed, by=(1,), asked=seed, interrupted=interrupted)
    put("queued", 9, by=(2,), asked=0)
    assert seeds(queue.order(records.every())) == [1, 3, 9, 0, 2]


def test_a_shared_job_counts_for_the_one_who_has_used_least() -> None:
    put("done", 20, by=(), charged={visitor(1): 1000.0, visitor(2): 10.0})
    put("queued", 0, by=(2,), asked=0)
    put("queued", 1, by=(1, 3), asked=1)
    assert seeds(queue.order(records.every())) == [1, 0]


def test_one_running_while_others_wait() -> None:
    limits = Limits(running_per_visitor=1)
    put("running", 0, by=(1,), slot="a")
    put("queued", 1, by=(1,), asked=1, interrupted=True)
    jobs = [*records.every(), put("queued", 2, by=(2,), asked=2)]
    chosen = queue.next_to_start(jobs, limits, time.time())
    assert chosen is not None and chosen.recipe.seed == 2
    chosen = queue.next_to_start([one for one in jobs if one.recipe.seed != 2], limits, time.time())
    assert chosen is not None and chosen.recipe.seed == 1  # nobody else waits: the second slot is not left idle


def test_a_job_that_made_room_waits_for_its_time() -> None:
    put("queued", 0, not_before=NOW + 30)
    jobs = records.every()
    assert queue.next_to_start(jobs, Limits(), NOW) is None
    assert queue.next_to_start(jobs, Limits(), NOW + 31) == jobs[0]


def test_two_slots_serve_two_visitors() -> None:
    with keeping("fake:1.5", slots="one, two, two"):
        mine = [ask(seed, by=1) for seed in range(2)]
        theirs = ask(10, by=2)
        started(mine[0])
        started(theirs)
        running = [one for one in records.every() if one.state.state == "running"]
        assert {one.key for one in running} == {mine[0], theirs} and {one.state.slot for one in running} == {
            "one",
            "two",
        }
        assert [ended(key).state.state for key in (*mine, theirs)] == ["done"] * 3
    charged = {one.key: one.state.charged for one in records.every()}
    assert 1 < charged[theirs][visitor(2)] < 10 and 1 < charged[mine[0]][visitor(1)] < 10


def test_one_of_two_leaves_and_the_training_goes_on() -> None:
    with keeping("fake:1.5"):
        key = ask(by=1)
        ask(by=2)
        trainer = started(key)
        queue.leave(key, visitor(1))
        queue.leave(key, visitor(7))  # who never waited
        time.sleep(0.5)
        assert job(key).waiting == (visitor(2),) and lives(trainer) and not job(key).cancelled
        done = ended(key)
    assert done.state.state == "done" and trainers_of(key) == [trainer]
    queue.leave(key, visitor(2))  # too late, and no error


def test_one_of_two_leaves_the_queue() -> None:
    key = put("queued", by=(1, 2)).key
    queue.leave(key, visitor(1))
    assert job(key).state.state == "queued"
    queue.leave(key, visitor(2))
    assert job(key).state.state == "cancelled"


def test_the_teacher_stops_it_for_everybody() -> None:
    queued = put("queued", 1, by=(1, 2, 3)).key
    queue.stop(queued)
    assert job(queued).state.state == "cancelled" and job(queued).waiting == ()
    with pytest.raises(Problem, match="waiting or running"):
        queue.stop(queued)
    with keeping("fake:30"):
        key = ask(by=1)
        ask(by=2)
        trainer = started(key)
        queue.stop(key)
        assert ended(key, 2).state.state == "cancelled" and job(key).waiting == () and not lives(trainer)


def test_what_is_trained_already_is_not_asked_for(digits: object) -> None:
    list(run.run(recipe(), device="cpu"))
    assert ask() == recipes.key(recipe()) and records.every() == []


def test_who_waited_in_a_life_before_does_not_wait_now() -> None:
    records.add_visitor(records.folder(recipes.key(recipe())), visitor(9))  # killed before the record was written
    assert job(ask(by=1)).waiting == (visitor(1),)


def test_position_and_expected_start() -> None:
    put("done", 50, by=(), seconds=4 + 4 * 10)  # ten seconds per epoch
    running = put("running", 0)
    first, second = put("queued", 1, asked=1), put("queued", 2, asked=2)
    jobs, now = records.every(), running.state.since
    assert queue.starts_in(first.key, jobs, 1, now) == (1, pytest.approx(44))
    assert queue.starts_in(second.key, jobs, 1, now) == (2, pytest.approx(88))
    assert queue.starts_in(second.key, jobs, 2, now) == (2, pytest.approx(44))
    assert queue.starts_in(first.key, jobs, 1, now + 10) == (1, pytest.approx(34))
    assert queue.starts_in(first.key, jobs, 2, now) == (1, 0.0), "there is a free slot"
    report = progress.Progress(attempt=0, position=2.0, epochs=4, seconds=9, left=7.0, device="cpu", memory=1)
    progress.write(running.key, report)
    assert queue.starts_in(first.key, jobs, 1) == (1, 7.0)
    assert queue.starts_in(running.key, jobs, 1) is None


# --- how an attempt ends


@pytest.mark.parametrize(
    ("ending", "state", "about"),
    [
        (Ending("done"), "done", {}),
        (Ending("ended"), "queued", {"interrupted": True}),  # asked for again while it was ended
        (Ending("interrupted"), "queued", {"interrupted": True, "crashes": 0}),
        (endings.crashed("x"), "queued", {"interrupted": True, "crashes": 1}),
        (endings.failed(Problem("x", "y")), "failed", {"interrupted": False}),
    ],
)
def test_what_follows_from_an_ending(ending: Ending, state: str, about: dict[str, object]) -> None:
    key = put("running", attempt=3).key
    concluded = endings.conclude(key, 3, ending, Limits())
    assert concluded is not None and concluded.state.state == state and concluded.state.slot == ""
    assert {name: getattr(concluded.state, name) for name in about} == about


@pytest.mark.parametrize("kind", ["ended", "interrupted", "crashed", "foreign", "failed"])
def test_nothing_is_tried_again_for_nobody(kind: str) -> None:
    key = put("running", by=(), attempt=1).key
    endings.conclude(key, 1, Ending(kind, {"code": "x"}), Limits())
    assert job(key).state.state == "cancelled"


def test_only_the_attempt_that_runs_can_end() -> None:
    key = put("running", attempt=3).key
    assert endings.conclude(key, 2, Ending("done"), Limits()) is None and job(key).state.state == "running"
    put("queued", attempt=3)
    assert endings.conclude(key, 3, Ending("done"), Limits()) is None and job(key).state.state == "queued"


GIB = 2**30


@pytest.mark.parametrize(
    ("total", "free", "held", "peak", "kind"),
    [
        (80 * GIB, 1 * GIB, 78 * GIB, 79 * GIB, "failed"),  # all its own
        (80 * GIB, 40 * GIB, 39 * GIB, 39 * GIB, "failed"),  # one request that was larger than what was free
        (80 * GIB, 0, 30 * GIB, 30 * GIB, "foreign"),
        (8 * GIB, GIB // 2, 7 * GIB - GIB // 4, 7 * GIB, "failed"),  # a display takes a little
        (8 * GIB, 0, 4 * GIB, 7 * GIB, "foreign"),
    ],
)
def test_out_of_memory_by_own_fault_or_by_a_foreign_process(
    total: int, free: int, held: int, peak: int, kind: str
) -> None:
    ending = endings.out_of_memory(total, free, held, peak)
    problem = endings.as_problem(ending.why)
    assert ending.kind == kind and problem is not None and problem.code == "out-of-memory"
    assert f"took {peak / GIB:.1f} GiB of {total / GIB:.1f} GiB" in str(problem)


def test_a_foreign_process_is_made_room_for_twice_at_most() -> None:
    key = put("running", attempt=1).key
    ending = endings.out_of_memory(80 * GIB, 0, 30 * GIB, 31 * GIB)
    for times in (1, 2):
        before = time.time()
        endings.conclude(key, 1, ending, Limits())
        state = job(key).state
        assert state.state == "queued" and state.requeues == times and state.not_before >= before + 10
        records.write(job(key), state="running")
    endings.conclude(key, 1, ending, Limits())
    problem = endings.as_problem(job(key).state.why)
    assert job(key).state.state == "failed" and problem is not None and "31.0 GiB of 80.0 GiB" in str(problem)


# --- an attempt that was replaced


def test_an_attempt_that_was_replaced_writes_nothing_more(digits: object) -> None:
    """On a file system whose locks are none, two trainers of one job may live at once."""
    from genmodels.jobs import trainer

    key = put("running", attempt=1).key
    steps = run.run(recipe(), device="cpu", before_saving=lambda: trainer._fence(key, 1))
    next(step for step in steps if step.ends_epoch and step.epoch == 1)
    records.write(job(key), attempt=2)
    with pytest.raises(trainer.Replaced):
        list(steps)
    found = checkpoints.find(key, unfinished=True)
    assert found is not None and found.card["curve"][-1]["epoch"] == 1


def test_a_runner_that_was_replaced_goes_and_says_nothing() -> None:
    with keeping("fake:30"):
        key = ask()
        trainer = started(key)
        with records.locked():
            records.write(job(key), attempt=7)
        until(lambda: not lives(trainer) and not runners(key), 3)
        assert job(key).state.attempt in (7, 8) and job(key).state.state in ("running", "queued")
        queue.stop(key)
        ended(key)


def test_a_deleted_job_is_trained_no_longer(own_home: Path) -> None:
    with keeping("fake:30"):
        key = ask()
        trainer = started(key)
        quota.remove(key)
        until(lambda: not lives(trainer) and not runners(key), 3)
        assert records.every() == []


def test_trainers_are_polite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_NICE", "7")
    with keeping("fake:30"):
        trainer = started(ask())
        assert psutil.Process(trainer).nice() == min(19, psutil.Process().nice() + 7)


def test_no_torch_until_something_is_trained() -> None:
    modules = ("queue", "records", "progress", "quota", "keeper", "local", "runner", "endings", "limits", "commands")
    program = f"import sys; from genmodels.jobs import {', '.join(modules)}; print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
