"""Rows 9, 10, 13 and 17 of the fault table: how a job may fail, and what stays; real trainers where it matters."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from genmodels import storage
from genmodels.errors import Problem
from genmodels.evaluation import preview
from genmodels.jobs import commands, endings, progress, queue, records, runner
from genmodels.training import checkpoints, run
from tests.genmodels.jobs.helpers import (
    ask,
    ended,
    job,
    keeping,
    lives,
    processes,
    put,
    recipe,
    started,
    trainers_of,
    undisturbed,
    until,
)

pytestmark = pytest.mark.alone


def reason(key: str) -> Problem:
    """Why a job failed."""
    problem = endings.as_problem(ended(key).state.why)
    assert job(key).state.state == "failed" and problem is not None
    return problem


def unfinished(key: str) -> checkpoints.Checkpoint:
    found = checkpoints.find(key, unfinished=True)
    assert found is not None and not found.finished
    return found


def half_trained(seed: int = 0) -> str:
    """A key with a checkpoint of two of four epochs, whose training was stopped."""
    one = recipe(seed)
    steps = run.run(one, device="cpu")
    next(step for step in steps if step.epoch == 3)
    steps.close()  # type: ignore[attr-defined]
    return put("cancelled", seed, by=()).key


@pytest.mark.slow
def test_row_9_each_attempt_goes_on_where_the_one_before_crashed(digits: object) -> None:
    """By an exception and by a fault in native code; the three attempts come an epoch further each."""
    with keeping("told"):
        for seed, (mode, words) in enumerate({"crash": "RuntimeError: something", "crash-hard": "SIGSEGV"}.items()):
            key = ask(seed, mode=mode, epochs=5)
            assert words in str(reason(key)) and job(key).state.crashes == 3
            assert unfinished(key).card["curve"][-1]["epoch"] == 3
            log = (records.folder(key) / "log.txt").read_text()
            assert mode == "crash-hard" or "RuntimeError: something that nobody thought of" in log


@pytest.mark.slow
def test_row_10_the_loss_becomes_nan(digits: object, tmp_path: Path) -> None:
    """Failed at once, not tried again; the last good checkpoint is kept, with the pictures of the time before."""
    with keeping("nan:0.05"):
        key = ask()
        problem = reason(key)
    assert problem.code == "diverged" and "learning rate below 0.001" in str(problem)
    assert job(key).state.attempt == 1 and len(trainers_of(key)) == 1
    kept = unfinished(key)
    assert kept.epoch == 2 and kept.model("cpu")
    weights, _ = undisturbed(recipe(epochs=2), tmp_path / "two")
    assert all(np.array_equal(kept.tensors()[name], weights[name]) for name in weights)
    report = progress.read(key)
    assert report is not None and report.position >= 1
    assert preview.read(storage.read(records.folder(key) / progress.PICTURES))["grid"].any()


@pytest.mark.slow
def test_row_13_disk_full(digits: object) -> None:
    """Every write of the trainer is refused after the first epoch."""
    with keeping("told"):
        key = ask(mode="full")
        other = ask(1, mode="fake:0.2")
        problem = reason(key)
        assert problem.code == "disk-full" and job(key).state.attempt == 1
        assert unfinished(key).card["curve"][-1]["epoch"] == 1 and unfinished(key).model("cpu")
        assert not list(checkpoints.trained_folder(key).glob(".*"))
        assert ended(other).state.state == "done"
        assert [row["state"] for row in commands.describe(records.every())].count("failed") == 1
        assert ended(ask(mode="small")).state.state == "done"  # with room again, it goes on


@pytest.fixture
def tiny_disk(own_home: Path) -> Iterator[Path]:
    """The home on a disk of 80 MB."""
    own_home.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", own_home]).returncode:
        pytest.skip("a file system can be mounted by root only")
    yield own_home
    until(lambda: not processes("genmodels"))
    subprocess.run(["umount", "-l", own_home], check=True)


def fill(folder: Path) -> None:
    """Take what a disk has left."""
    with suppress(OSError), open(folder / "filling", "ab", buffering=0) as file:
        while True:
            file.write(bytes(2**16))


@pytest.mark.slow
def test_row_13_a_really_full_disk(digits: object, tiny_disk: Path) -> None:
    with keeping("small:0.05"):
        key = ask(epochs=8)
        until(lambda: (report := progress.read(key)) is not None and report.position >= 1.2)
        until(lambda: fill(tiny_disk) or not job(key).active)  # what it deletes itself must not help it
        problem = reason(key)
        assert problem.code == "disk-full"
        assert unfinished(key).model("cpu") and len(unfinished(key).card["curve"]) >= 2
        assert commands.describe(records.every())[0]["state"] == "failed"  # pages are served
        fill(tiny_disk)  # what was laid by for this moment is gone as well
        with pytest.raises(Problem) as refused:
            ask(1)
        assert refused.value.code in ("disk-full", "no-room-on-disk")
        (tiny_disk / "filling").unlink()
        until(lambda: _accepted(key), 10)
        assert ended(key).state.state == "done"


def _accepted(key: str) -> bool:
    try:
        return ask(epochs=8) == key
    except Problem:
        return False


def test_row_13_the_reserve_of_the_disk_is_refused_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GENMODELS_FREE_GIB", "1e6")
    with pytest.raises(Problem, match="MB are missing") as refused:
        ask()
    assert refused.value.code == "no-room-on-disk" and "Delete" not in str(refused.value) and records.every() == []


@pytest.mark.parametrize(
    ("mode", "limit", "code", "sentence"),
    [
        ("silent:60", "STALL_SECONDS", "stalled", "no progress for 1 seconds"),
        ("stopped:0.3", "STALL_SECONDS", "stalled", "no progress for 1 seconds"),
        ("fake:60", "WALL_SECONDS", "too-long", "longer than 0.0167 minutes"),
    ],
)
def test_row_17_stalled_trainer_and_wall_limit(
    digits: object, monkeypatch: pytest.MonkeyPatch, mode: str, limit: str, code: str, sentence: str
) -> None:
    """Killed, failed with the reason, checkpoint kept; others are trained."""
    monkeypatch.setenv(f"GENMODELS_{limit}", "1")
    key = half_trained()
    before = unfinished(key).tensors()
    with keeping("told"):
        ask(mode=mode)
        trainer = started(key)
        other = ask(1, by=2, mode="fake:0.1")
        problem = reason(key)
        assert problem.code == code and sentence in str(problem) and not lives(trainer)
        assert job(key).state.attempt == 1 and 1 <= job(key).state.seconds < 4
        assert ended(other).state.state == "done"
    assert all(np.array_equal(before[name], value) for name, value in unfinished(key).tensors().items())


def test_a_trainer_that_takes_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_MEMORY_GIB", "0.2")
    with keeping("greedy:300"):
        key = ask()
        problem = reason(key)
        assert problem.code == "too-large" and "0.2 GiB" in str(problem) and not lives(trainers_of(key)[0])


@pytest.mark.slow
def test_a_hung_trainer_is_killed_and_out_of_memory_on_a_processor_is_a_crash(
    digits: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENMODELS_ATTEMPTS", "1")
    with keeping("told", attempts=1):
        assert "out of memory" in str(reason(ask(0, mode="oom")))
        key = ask(1, mode="hang")
        monkeypatch.setenv("GENMODELS_STALL_SECONDS", "6")
        key = ask(2, mode="hang")
        queue.stop(ask(1))
        assert reason(key).code == "stalled" and unfinished(key).card["curve"][-1]["epoch"] == 1


@pytest.mark.parametrize(
    "word", ["", "{", "[]", "null", '{"kind": "done"}', '{"kind": 1, "why": 2}', "\N{REPLACEMENT CHARACTER}" * 9]
)
def test_what_a_trainer_says_at_its_end_need_not_make_sense(word: str) -> None:
    assert runner._told(word) is None


def test_a_trainer_that_cannot_be_started_is_a_crash() -> None:
    """Its runner lives long enough to say so."""
    from genmodels.jobs import keeper, local
    from genmodels.jobs.limits import Limits

    with keeper.in_background(local.Local("cpu", ["/no/such/program"]), Limits(free_gib=0)):
        assert reason(ask()).code == "crashed"
