"""Rows 3 to 6 and 12 of the fault table: whatever is killed, and whenever, nothing is lost but the last few seconds."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from genmodels.jobs import progress, queue, records
from genmodels.training import checkpoints, run
from tests.genmodels.jobs import writer
from tests.genmodels.jobs.helpers import (
    ask,
    ended,
    fork,
    job,
    keeping,
    kill,
    lives,
    processes,
    put,
    recipe,
    runners,
    server,
    started,
    trainers_of,
    undisturbed,
    until,
    visitor,
)


def position(key: str, attempt: int = 1) -> float:
    """How far that attempt has come; -1 when it has not said anything."""
    report = progress.read(key)
    return report.position if report is not None and report.attempt == attempt else -1.0


def is_as_undisturbed(key: str, folder: Path) -> bool:
    result = checkpoints.find(key)
    assert result is not None
    weights, curve = undisturbed(result.recipe, folder)
    found = result.tensors()
    return (
        found.keys() == weights.keys()
        and all(np.array_equal(found[name], weights[name]) for name in found)
        and result.card["curve"] == curve
    )


@pytest.mark.slow
@pytest.mark.alone
def test_row_3_kill_9_trainer(digits: object, tmp_path: Path) -> None:
    """Training again in less than 10 s from the last checkpoint, and in the end as if nothing had been."""
    with keeping("small:0.01"):
        key = ask(epochs=30)
        trainer = started(key)
        until(lambda: position(key) >= 2.3)
        before = position(key)
        kill(trainer)
        assert until(lambda: position(key, attempt=2) >= 0) < 10
        assert position(key, attempt=2) >= int(before)
        report = progress.read(key)
        assert report is not None and [point for point in report.points if point["epoch"] <= 2]  # the curve is whole
        done = ended(key)
    assert done.state.state == "done" and done.state.crashes == 1 and len(trainers_of(key)) == 2
    assert is_as_undisturbed(key, tmp_path / "undisturbed")


@pytest.mark.slow
@pytest.mark.alone
def test_row_4_kill_9_the_web_server() -> None:
    """The trainer goes on; after the restart its progress is there."""
    first = server("fake:4")
    key = ask()
    trainer = started(key)
    until(lambda: position(key) > 0)
    first.kill()
    first.wait()
    reached = position(key)
    until(lambda: position(key) > reached + 0.3, 5)  # without any keeper
    second = server("fake:4")
    assert position(key) > reached and job(key).state.state == "running"
    waiting = ask(1)
    done = ended(key)
    assert done.state.state == "done" and done.state.attempt == 1 and trainers_of(key) == [trainer]
    started(waiting)
    second.kill()
    second.wait()


@pytest.mark.slow
@pytest.mark.alone
def test_row_5_kill_9_everything_and_start_again(digits: object, tmp_path: Path) -> None:
    """Queue order kept, the running job resumed, the finished one intact."""
    finished = put("done", 100).key
    list(run.run(recipe(100), device="cpu"))
    card = (checkpoints.trained_folder(finished) / "card.json").read_bytes()
    first = server("told")
    running = ask(0, by=1, mode="small:0.01", epochs=20)
    until(lambda: position(running) >= 2.3)
    before = position(running)
    for seed, by in ((1, 2), (2, 2), (3, 3), (4, 1)):
        ask(seed, by=by, mode="fake:0.2")
    order = [one.key for one in queue.order(records.every())]
    assert len(order) == 4
    kill(first.pid, *runners(running), trainers_of(running)[0])
    first.wait()
    assert not processes("genmodels") and [one.key for one in queue.order(records.every())] == order
    second = server("told")
    until(lambda: position(running, attempt=2) >= int(before), 15)
    assert [one.key for one in queue.order(records.every())] == order
    seen: list[str] = []
    while any(one.active for one in records.every()):
        seen += [one.key for one in records.every() if one.state.state == "running" and one.key not in seen]
        time.sleep(0.02)
    assert seen == [running, *order]
    assert {one.state.state for one in records.every()} == {"done"}
    assert is_as_undisturbed(running, tmp_path / "undisturbed")
    assert (checkpoints.trained_folder(finished) / "card.json").read_bytes() == card
    assert job(finished).state.state == "done" and checkpoints.get(finished).tensors()
    second.kill()
    second.wait()


OFFER = """
class Watched(local.Local):
    def slots(self):
        say(os.getpid())
        return super().slots()
stop = time.time() + float(arguments[0])
with keeper.in_background(Watched("cpu", arguments[1:])):
    while time.time() < stop: time.sleep(0.1)
"""


@pytest.mark.slow
@pytest.mark.alone
def test_row_6_twenty_processes_start_at_once() -> None:
    """One keeper: only it asks where jobs can run, and starts one."""
    key = ask()
    lines = fork(20, OFFER, "6", sys.executable, "-m", "tests.trainers", "fake:1")
    assert len(set(lines)) == 1 and job(key).state.state == "done" and len(trainers_of(key)) == 1


@pytest.mark.alone
def test_row_6_when_the_keeper_is_killed_another_one_takes_over() -> None:
    servers = [server("fake:0.2") for _ in range(3)]
    ended(ask(0))
    (lock,) = records.root().glob("keeper.lock")
    inode = f":{lock.stat().st_ino} "
    holder = next(line for line in Path("/proc/locks").read_text().splitlines() if inode in line and "->" not in line)
    kill(int(holder.split()[4]))
    assert ended(ask(1), 10).state.state == "done"
    for process in servers:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_row_12_two_hundred_kill_9_in_the_writer() -> None:
    """Always loadable, and the step never goes back."""
    counts = writer.killed(200)
    assert counts["kills"] == 200
    assert counts["in the middle of a file"] > 10, "the kills came while nothing was written: this has tested nothing"


@pytest.mark.slow
@pytest.mark.alone
def test_cancelled_and_asked_again_it_goes_on_from_its_last_epoch(digits: object, tmp_path: Path) -> None:
    with keeping("small:0.01"):
        key = ask(epochs=12)
        until(lambda: position(key) >= 2.3)
        before = position(key)
        queue.leave(key, visitor(1))
        assert ended(key, 2).state.state == "cancelled"
        assert checkpoints.find(key) is None and checkpoints.find(key, unfinished=True) is not None
        ask(by=2, epochs=12)
        until(lambda: position(key, attempt=2) >= 0, 15)
        assert position(key, attempt=2) >= int(before)
        assert ended(key).state.state == "done"
    assert is_as_undisturbed(key, tmp_path / "undisturbed")


@pytest.mark.alone
def test_the_end_of_the_machine_is_nobodys_fault() -> None:
    """A runner told to go (SIGTERM, as at a shutdown) puts its job back; that is no crash."""
    with keeping("told"):
        key = ask(mode="fake:60")
        trainer = started(key)
        (runner,) = runners(key)
        os.kill(runner, signal.SIGTERM)
        until(lambda: not lives(trainer), 2)
        started(key, 2)
        assert job(key).state.crashes == 0 and job(key).state.attempt == 2
        queue.stop(key)
        ended(key)
