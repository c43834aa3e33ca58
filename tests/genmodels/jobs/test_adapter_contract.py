"""What every adapter promises to the keeper, whoever runs the jobs behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from genmodels.jobs import local, records
from genmodels.jobs.keeper import Adapter
from tests import trainers
from tests.genmodels.jobs.helpers import ROOT, job, kill, lives, put, started, trainers_of, until

pytestmark = pytest.mark.alone

Make = Callable[[str], Adapter]
"""A new adapter object, as a process makes it that has just begun; its jobs are trained by the stand-in of a mode."""

ADAPTERS: dict[str, Make] = {
    "local": lambda mode: local.Local("cpu", trainers.command(mode)),
}
IN_ANOTHER_PROCESS = """
import json, sys
from tests.genmodels.jobs.test_adapter_contract import ADAPTERS
name, mode, key = sys.argv[1:]
adapter = ADAPTERS[name](mode)
print(json.dumps(adapter.start(key, adapter.slots()[0], 1)), flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=ADAPTERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make(name: str) -> Make:
    return ADAPTERS[name]


def running(seed: int = 0, attempt: int = 1) -> str:
    """A job as the keeper leaves it before it calls `start`."""
    return put("running", seed, attempt=attempt, slot="cpu").key


def runner_of(key: str) -> int:
    """The parent of the job's trainer."""
    return int(psutil.Process(started(key)).ppid())


class TestContract:
    def test_slots_are_names(self, make: Make) -> None:
        slots = make("fake").slots()
        assert slots and all(isinstance(slot, str) and slot for slot in slots) and len(set(slots)) == len(slots)
        assert slots == make("fake").slots()

    def test_a_handle_is_json_and_another_object_knows_it(self, make: Make) -> None:
        key, adapter = running(), make("fake:1")
        handle = adapter.start(key, adapter.slots()[0], 1)
        assert isinstance(handle, dict) and json.loads(json.dumps(handle, allow_nan=False)) == handle
        again, other = json.loads(json.dumps(handle)), make("fake:1")
        assert adapter.alive(handle) and other.alive(again)
        until(lambda: job(key).state.state == "done", 15)
        until(lambda: not adapter.alive(handle) and not other.alive(again), 5)

    def test_the_job_runs_on_the_slot_and_as_the_attempt_it_was_started_with(self, make: Make) -> None:
        from genmodels.jobs import progress

        key, adapter = running(attempt=3), make("fake:5")
        slot = adapter.slots()[0]
        adapter.start(key, slot, 3)
        until(lambda: progress.read(key) is not None, 15)
        report = progress.read(key)
        assert report is not None and report.device == slot and report.attempt == 3

    def test_killed_it_is_dead(self, make: Make) -> None:
        key, adapter = running(), make("fake:60")
        handle = adapter.start(key, adapter.slots()[0], 1)
        trainer = started(key)
        kill(runner_of(key))
        until(lambda: not adapter.alive(handle) and not make("fake").alive(handle), 5)
        until(lambda: not lives(trainer), 5)  # and its trainer with it

    @pytest.mark.parametrize("handle", [{}, {"pid": "x"}, {"pid": -1}, {"pid": 10**12}, {"key": 3}, {"pid": None}])
    def test_what_is_no_handle_is_dead(self, make: Make, handle: dict[str, Any]) -> None:
        assert make("fake").alive(handle) is False

    def test_the_runner_outlives_the_process_that_started_it(self, name: str, make: Make) -> None:
        key = running()
        command = [sys.executable, "-c", IN_ANOTHER_PROCESS, name, "fake:3", key]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as starter:
            assert starter.stdout is not None
            handle = json.loads(starter.stdout.readline())
            trainer = started(key)
            os.killpg(starter.pid, 9)
            starter.wait()
        time.sleep(0.3)
        assert make("fake").alive(handle) and lives(trainer)
        until(lambda: job(key).state.state == "done", 15)
        until(lambda: not make("fake").alive(handle), 5)

    def test_two_starts_never_train_at_the_same_time(self, make: Make) -> None:
        """The second one finds the job running, and later done."""
        key, adapter = running(), make("fake:2")
        handles = [adapter.start(key, adapter.slots()[0], 1) for _ in range(2)]
        started(key)
        most = 0
        deadline = time.monotonic() + 30
        while any(map(adapter.alive, handles)) and time.monotonic() < deadline:
            most = max(most, sum(map(lives, trainers_of(key))))
            time.sleep(0.01)
        assert most == 1 and len(trainers_of(key)) == 1 and job(key).state.state == "done"

    def test_a_second_attempt_takes_over_from_one_that_lives_still(self, make: Make) -> None:
        key, adapter = running(), make("fake:60")
        first = adapter.start(key, adapter.slots()[0], 1)
        started(key)
        with records.locked():
            records.write(job(key), attempt=2)
        second = adapter.start(key, adapter.slots()[0], 2)
        until(lambda: not adapter.alive(first), 5)
        started(key, 2)
        assert adapter.alive(second) and [lives(pid) for pid in trainers_of(key)] == [False, True]
        assert job(key).state.state == "running"  # the first one had no say any more


class TestLocal:
    """What only processes of this machine can be asked."""

    def test_a_number_that_another_process_has_now_is_dead(self) -> None:
        """Also one that starts the same job at another attempt, as after a restart of the machine."""
        key, adapter = running(), local.Local("cpu", trainers.command("fake:60"))
        handle = adapter.start(key, "cpu", 1)
        assert adapter.alive(handle)
        assert not adapter.alive(handle | {"pid": os.getpid()})
        later = ["2" if argument == "1" else argument for argument in handle["arguments"]]
        assert later != handle["arguments"] and not adapter.alive(handle | {"arguments": later})

    def test_what_is_left_of_a_process_is_dead(self) -> None:
        """A zombie: ended, but nobody has asked how."""
        with subprocess.Popen(["/bin/sleep", "0.3"]) as process:
            handle = {"pid": process.pid, "arguments": ["0.3"]}
            until(lambda: local.Local("cpu").alive(handle))  # the kernel shows its arguments a moment after its number
            until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
            assert not local.Local("cpu").alive(handle)

    def test_slots_as_the_settings_name_them(self) -> None:
        assert local.Local("cuda:0, cuda:2,, cuda:0 ").slots() == ("cuda:0", "cuda:2")

    def test_a_machine_without_a_card_has_its_processor(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
        assert local.Local("auto").slots() == ("cpu",)

    def test_no_process_can_be_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from genmodels.errors import Problem

        def refuse(*arguments: Any, **others: Any) -> None:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr(subprocess, "Popen", refuse)
        with pytest.raises(Problem, match="could not be started .Resource temporarily") as refused:
            local.Local("cpu").start(running(), "cpu", 1)
        assert refused.value.code == "cannot-start"
