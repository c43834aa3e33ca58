"""What the tests of the queue share: recipes, visitors, a keeper, and a look at the processes that it causes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from genmodels.jobs import keeper, queue, records
from genmodels.jobs.limits import Limits
from genmodels.jobs.local import Local
from genmodels.jobs.records import Job, State
from genmodels.training import recipes
from genmodels.training.recipes import Recipe
from tests import trainers

ROOT = Path(__file__).parents[3]


def recipe(seed: int = 0, epochs: int = 4, **settings: Any) -> Recipe:
    """A training whose epochs take milliseconds."""
    return recipes.make("vae-mnist", seed=seed, epochs=epochs, **{"hidden_dim": 16, "batch_size": 64, **settings})


def visitor(number: int) -> str:
    return f"{number:016x}"


def ask(seed: int = 0, by: int = 1, mode: str | None = None, **settings: Any) -> str:
    """Submit, and tell a trainer of mode "told" what to do; the key."""
    if mode is not None:
        trainers.told(recipes.key(recipe(seed, **settings)), mode)
    return queue.submit(recipe(seed, **settings), visitor(by))


def put(state: str, seed: int = 0, by: tuple[int, ...] = (1,), **about: Any) -> Job:
    """A job that is where it is without having been there before."""
    one = recipe(seed)
    key, now = recipes.key(one), time.time()
    for number in by:
        records.add_visitor(records.folder(key), visitor(number))
    job = Job(key, one, State(**{"state": state, "asked": now, "since": now, **about}), ())
    storable = records.write(job)
    return records.read(storable.key) or storable


def job(key: str) -> Job:
    found = records.read(key)
    assert found is not None
    return found


def until(condition: Callable[[], Any], seconds: float = 30.0) -> float:
    """Wait for a condition; the seconds that it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "this did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - begun


def ended(key: str, seconds: float = 30.0) -> Job:
    """The job once it is done, failed or cancelled."""
    until(lambda: not job(key).active, seconds)
    return job(key)


def started(key: str, times: int = 1, seconds: float = 30.0) -> int:
    """The trainer of that attempt: its number as a process."""
    until(lambda: len(trainers_of(key)) >= times, seconds)
    return trainers_of(key)[times - 1]


def trainers_of(key: str) -> list[int]:
    """Every trainer that this job has had, in order."""
    place = records.folder(key) / trainers.LIST
    return [int(line) for line in place.read_text().split()] if place.exists() else []


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(lives, pids)))


def processes(*words: str) -> list[int]:
    """The processes of this test whose command line has all these words."""
    home, found = os.environ["GENMODELS_HOME"], []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has just ended, or is another user's
            ours = process.environ().get("GENMODELS_HOME") == home and process.pid != os.getpid()
            if ours and all(any(word in argument for argument in process.cmdline()) for word in words):
                found.append(process.pid)
    return [pid for pid in found if lives(pid)]


def runners(key: str) -> list[int]:
    return processes("genmodels.jobs.runner", key)


@contextmanager
def keeping(mode: str, slots: str = "cpu", **limits: Any) -> Iterator[None]:
    """A keeper in this process whose jobs are trained by the stand-in of that mode."""
    with keeper.in_background(Local(slots, trainers.command(mode)), Limits(free_gib=0, **limits)):
        yield


SERVER = """
import sys, time
from genmodels.jobs import keeper, local
from tests import trainers
with keeper.in_background(local.Local("cpu", trainers.command(sys.argv[1]))):
    print("ready", flush=True)
    time.sleep(600)
"""


def server(mode: str) -> subprocess.Popen[str]:
    """Another process that offers itself as the keeper, to be killed."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, mode], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def fork(number: int, program: str, *arguments: str, seconds: float = 60.0) -> list[str]:
    """Run `program` in so many processes that start at the same moment; a line from each.

    It finds `number`, its own from 0, and says its line with `say`.
    """
    driver = f"""
import os, sys, time
from genmodels.errors import Problem
from genmodels.jobs import keeper, limits, local, progress, queue, records
from tests.genmodels.jobs.helpers import ask, recipe, visitor
gate, opener = os.pipe()
arguments = sys.argv[1:]
def say(text): os.write(1, f"{{text}}\\n".encode())
for number in range({number}):
    if os.fork() == 0:
        os.close(opener)
        os.read(gate, 1)
{chr(10).join("        " + line for line in program.strip().splitlines())}
        os._exit(0)
os.close(opener)
sys.exit(max([os.wait()[1] for _ in range({number})]) > 0)
"""
    command = [sys.executable, "-c", driver, *arguments]
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=seconds)
    assert answer.returncode == 0
    return answer.stdout.split("\n")[:-1]


def undisturbed(one: Recipe, folder: Path) -> tuple[dict[str, Any], list[dict[str, float]]]:
    """Weights and curve of a training that nothing disturbs, as trainers compute."""
    import torch

    from genmodels.training import checkpoints, run

    torch.set_flush_denormal(True)
    try:
        list(run.run(one, folder, device="cpu"))
    finally:
        torch.set_flush_denormal(False)
    result = checkpoints.open_folder(folder)
    return result.tensors(), result.card["curve"]
