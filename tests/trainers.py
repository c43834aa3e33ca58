"""Programs that a runner starts in place of the real trainer: quick ones without torch, and real ones that misbehave.

    python -m tests.trainers MODE KEY SLOT ATTEMPT DESCRIPTOR

MODE is a name and, after a colon, a number: "fake:2" reports for two seconds. Each names itself, by a line with its
number as a process, in the file `trainers` of its job.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

from genmodels.jobs import progress, records
from genmodels.jobs.progress import Progress

LIST = "trainers"


def command(mode: str) -> tuple[str, ...]:
    """For `Local(trainer=...)`."""
    return (sys.executable, "-m", "tests.trainers", mode)


def told(key: str, mode: str) -> None:
    """What the trainer of mode "told" is to do with this job."""
    place = records.root().parent / "told" / key
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(mode)


def main(arguments: list[str]) -> None:
    mode, key, slot, attempt, descriptor = arguments
    if mode == "told":
        place = records.root().parent / "told" / key
        mode = place.read_text() if place.exists() else "fake:1"
    with open(records.folder(key) / LIST, "a") as file:
        file.write(f"{os.getpid()}\n")
    name, _, number = mode.partition(":")
    if name in QUICK:
        ending = QUICK[name](key, slot, int(attempt), float(number or 1))
        with open(int(descriptor), "w") as last_word:
            json.dump({"kind": ending, "why": {}}, last_word)
    else:
        _real(name, float(number or 0), [key, slot, attempt, descriptor])


# --- without torch


def _fake(key: str, slot: str, attempt: int, seconds: float) -> str:
    """Reports twenty times a second, and is done."""
    job, begun = records.read(key), time.monotonic()
    assert job is not None
    while (passed := time.monotonic() - begun) < seconds:
        position = passed / seconds * job.recipe.epochs
        points = [{"epoch": position, "train_total": 200 - position}]
        told = {"left": seconds - passed, "memory": 1, "seconds": passed, "points": points, "device": slot}
        progress.write(key, Progress(attempt=attempt, position=position, epochs=job.recipe.epochs, **told))
        time.sleep(0.05)
    return "done"


def _exit(key: str, slot: str, attempt: int, number: float) -> NoReturn:
    print("the reason stands here", flush=True)
    sys.exit(int(number))


def _segfault(key: str, slot: str, attempt: int, number: float) -> NoReturn:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def _stopped(key: str, slot: str, attempt: int, seconds: float) -> str:
    """Hangs after a while: not even SIGTERM reaches it."""
    _fake(key, slot, attempt, seconds)
    os.kill(os.getpid(), signal.SIGSTOP)
    return "done"


def _silent(key: str, slot: str, attempt: int, seconds: float) -> str:
    time.sleep(seconds)
    return "done"


def _greedy(key: str, slot: str, attempt: int, mebibytes: float) -> str:
    """Takes memory and never gives it back."""
    taken = bytearray(int(mebibytes * 2**20))
    taken[::4096] = b"x" * len(taken[::4096])
    _fake(key, slot, attempt, 30)
    return "done" if taken else ""


QUICK: dict[str, Callable[[str, str, int, float], str]] = {
    "fake": _fake,
    "exit": _exit,
    "segfault": _segfault,
    "stopped": _stopped,
    "silent": _silent,
    "greedy": _greedy,
}


# --- with torch: the real trainer on 500 digits


def _real(name: str, pause: float, arguments: list[str]) -> None:
    """`pause`: seconds to wait after each step, so that a test can interfere."""
    import torch

    from genmodels.data import mnist
    from genmodels.jobs import trainer
    from genmodels.training import loop

    splits = mnist.load("test").subset(torch.arange(500)), mnist.load("test").subset(torch.arange(500, 700))
    loop.split = lambda recipe: splits
    take = trainer.Reporter.take

    def taking(self: trainer.Reporter, step: Any) -> None:
        take(self, step)
        time.sleep(pause)
        if step.ends_epoch and step.epoch >= 1:
            REAL[name](step)

    trainer.Reporter.take = taking  # type: ignore[method-assign]
    trainer.main(arguments)


def _well(step: Any) -> None:
    """As it should be."""


def _crash(step: Any) -> None:
    raise RuntimeError("something that nobody thought of")


def _crash_hard(step: Any) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _nan(step: Any) -> None:
    import torch

    if step.epoch == 2:
        with torch.no_grad():
            next(step.model.parameters()).fill_(float("nan"))


def _hang(step: Any) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _full(step: Any) -> None:
    """From now on the disk takes nothing any more."""

    def refuse(*arguments: Any, **others: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    os.fsync = os.replace = refuse


def _oom(step: Any) -> None:
    import torch

    raise torch.OutOfMemoryError("CUDA out of memory")


REAL: dict[str, Callable[[Any], None]] = {
    "small": _well,
    "crash": _crash,
    "crash-hard": _crash_hard,
    "nan": _nan,
    "hang": _hang,
    "full": _full,
    "oom": _oom,
}


if __name__ == "__main__":
    main(sys.argv[1:])
