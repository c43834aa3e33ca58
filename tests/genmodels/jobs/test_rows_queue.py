"""Rows 1, 2, 7, 8, 9 and 16 of the fault table: many visitors, cancelling, and jobs that crash."""

from __future__ import annotations

import os
import random
import signal
import time

import psutil
import pytest

from genmodels.errors import Problem
from genmodels.jobs import endings, progress, queue, records
from genmodels.jobs.limits import Limits
from genmodels.training import checkpoints, recipes, run
from tests.genmodels.jobs.helpers import (
    ask,
    ended,
    fork,
    job,
    keeping,
    kill,
    lives,
    put,
    runners,
    started,
    trainers_of,
    until,
    visitor,
)

pytestmark = pytest.mark.alone

SUBMIT = """
begun = time.time()
key = ask(by=number)
waited = time.time() - begun
while progress.read(key) is None: time.sleep(0.01)
say(f"{key} {begun} {waited} {len(records.read(key).waiting)} {progress.read(key).attempt}")
"""


@pytest.mark.slow
def test_row_1_forty_visitors_submit_the_same_settings_within_a_second() -> None:
    with keeping("fake:3"):
        lines = [line.split() for line in fork(40, SUBMIT)]
        (key,) = {line[0] for line in lines}
        assert len(lines) == 40
        begun = [float(line[1]) for line in lines]
        assert max(begun) - min(begun) < 1
        assert max(float(line[2]) for line in lines) < 5
        assert len(job(key).waiting) == 40 and {line[4] for line in lines} == {"1"}
        assert len(runners(key)) == 1 and len(trainers_of(key)) == 1  # one start
        done = ended(key)
    assert done.state.state == "done" and done.state.attempt == 1 and len(trainers_of(key)) == 1
    assert len(records.every()) == 1 and done.waiting == ()


def test_row_2_the_same_settings_have_the_same_key() -> None:
    one = queue.submit(recipes.make("vae-mnist", beta=4, latent_dim=3, seed=7), visitor(1))
    for settings in ({"seed": 7, "latent_dim": 3.0, "beta": 4.0}, {"latent_dim": "3", "beta": "4", "seed": "7"}):
        assert queue.submit(recipes.make("vae-mnist", **settings), visitor(1)) == one
    assert len(records.every()) == 1


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), -float("inf"), "nan", 1e300, 10**400, None])
def test_row_2_what_is_no_number_is_refused(value: object) -> None:
    if value is not None:
        with pytest.raises(Problem) as refused:
            recipes.make("vae-mnist", beta=value)
        assert refused.value.code == "bad-setting"
    key = put("queued").key
    path = records.folder(key) / "state.json"
    text = path.read_text().replace('"beta": 1.0', f'"beta": {str(value).lower().replace("nan", "NaN")}')
    path.write_text(text.replace("inf", "Infinity") if value is not None else "null")
    assert records.read(key) is None and records.every() == []  # put aside, and nobody is in the way


def test_row_7_cancel_queued() -> None:
    put("queued", 0)
    key = put("queued", 1).key
    begun = time.monotonic()
    queue.leave(key, visitor(1))
    assert time.monotonic() - begun < 0.1
    assert job(key).state.state == "cancelled" and not job(key).waiting


@pytest.mark.parametrize("mode", ["fake:60", "stopped:0.5"])
def test_row_7_cancel_running_and_hung(mode: str) -> None:
    with keeping(mode):
        key = ask()
        trainer = started(key)
        if mode == "stopped:0.5":
            until(lambda: _is_stopped(trainer))
        else:
            until(lambda: progress.read(key) is not None)
        begun = time.monotonic()
        queue.leave(key, visitor(1))
        until(lambda: not job(key).active and not lives(trainer))
        assert time.monotonic() - begun < 2
        assert job(key).state.state == "cancelled" and not job(key).cancelled
        until(lambda: not runners(key), 2)


def _is_stopped(pid: int) -> bool:
    return str(psutil.Process(pid).status()) == psutil.STATUS_STOPPED


@pytest.mark.slow
def test_row_8_cancel_races_with_the_end() -> None:
    """Done or cancelled, never failed; asked again, it goes on."""
    chance, outcomes = random.Random(8), []
    with keeping("fake:0.1"):
        for seed in range(12):
            key = ask(seed)
            started(key)
            time.sleep(chance.uniform(0.0, 0.25))
            queue.leave(key, visitor(1))
            outcomes.append(ended(key, 5).state.state)
            assert job(key).state.why == {} and not job(key).cancelled
        assert set(outcomes) <= {"done", "cancelled"}
        for seed in range(2):
            assert ended(ask(seed)).state.state == "done"


def test_row_8_a_model_that_is_finished_when_the_cancel_arrives_is_kept(digits: object) -> None:
    running = put("running", by=(), attempt=1)
    list(run.run(running.recipe, device="cpu"))
    concluded = endings.conclude(running.key, 1, endings.Ending("ended"), Limits())
    assert concluded is not None and concluded.state.state == "done"


@pytest.mark.slow
def test_row_8_asked_again_while_it_is_being_cancelled() -> None:
    """Whether its runner has seen the cancel or not, it is trained for the one who asked again."""
    with keeping("fake:2"):
        for seed, pause in enumerate((0.0, 0.02, 0.05, 0.2)):
            key = ask(seed)
            started(key)
            queue.leave(key, visitor(1))
            time.sleep(pause)
            ask(seed, by=2)
            done = ended(key)
            assert done.state.state == "done" and not done.cancelled


@pytest.mark.slow
def test_row_9_a_job_that_always_crashes_fails_after_three_attempts_and_the_others_are_unharmed() -> None:
    with keeping("told"):
        crashing, fault = ask(0, by=1, mode="exit:3"), ask(1, by=2, mode="segfault")
        others = [ask(seed, by=3, mode="fake:0.2") for seed in (2, 3)]
        states = {key: ended(key).state for key in (crashing, fault, *others)}
    assert [states[key].state for key in (crashing, fault, *others)] == ["failed", "failed", "done", "done"]
    for key, reason in ((crashing, "the reason stands here"), (fault, "SIGSEGV")):
        assert states[key].attempt == states[key].crashes == len(trainers_of(key)) == 3
        problem = endings.as_problem(states[key].why)
        assert problem is not None and problem.code == "crashed" and reason in str(problem)
        assert not job(key).waiting


def test_row_9_asked_again_a_failed_job_has_three_attempts_again() -> None:
    with keeping("told"):
        key = ask(mode="exit:3")
        assert ended(key).state.state == "failed"
        ask(mode="fake:0.2")
        again = ended(key).state
    assert again.state == "done" and again.why == {} and again.crashes == 0


def test_row_16_one_visitor_submits_500_settings() -> None:
    with keeping("fake:60"):
        first = ask(0, by=1)
        started(first)
        taken = 0
        for seed in range(1, 500):
            try:
                ask(seed, by=1)
                taken += 1
            except Problem as problem:
                assert problem.code == "visitor-queue-full" and "5" in str(problem)
        assert taken == 5 and len(records.every()) == 6
        mine = ask(1000, by=2)
        queue.stop(first)
        until(lambda: any(one.state.state == "running" and one.key != first for one in records.every()), 5)
        assert job(mine).state.state == "running"  # the next one
        for one in records.every():
            if one.active:
                queue.stop(one.key)


def test_row_16_without_a_keeper_exactly_five_wait() -> None:
    taken = 0
    for seed in range(500):
        try:
            ask(seed)
            taken += 1
        except Problem as problem:
            assert problem.code == "visitor-queue-full"
    assert taken == 5
    for number in range(2, 100):
        try:
            ask(1000 + number, by=number)
        except Problem as problem:
            assert problem.code == "queue-full"
    assert len(records.every()) == Limits().queue == 64


def test_a_runner_killed_with_its_trainer_is_a_crash_like_others() -> None:
    with keeping("told"):
        key = ask(mode="fake:60")
        trainer = started(key)
        (runner,) = runners(key)
        os.kill(runner, signal.SIGSTOP)  # so that it cannot write down anything
        kill(runner)
        until(lambda: not lives(trainer), 2)  # the kernel ends it with its runner
        started(key, 2)
        assert job(key).state.crashes == 1 and job(key).state.attempt == 2
        queue.stop(key)
        assert ended(key).state.state == "cancelled"
    assert checkpoints.find(key) is None
