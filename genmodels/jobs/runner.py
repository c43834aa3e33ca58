"""One process per job: starts the trainer, watches it, ends it when it must, and writes down how it ended.

    python -m genmodels.jobs.runner KEY SLOT ATTEMPT TRAINER...        (started by an adapter, not by hand)

No torch here: a trainer that hangs, is stopped or eats all memory is killed from outside, which always works, and its
death frees a graphics card. Should the runner itself be killed, the kernel ends the trainer with it.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from genmodels import storage
from genmodels.errors import Problem
from genmodels.jobs import endings, progress, records
from genmodels.jobs import limits as host
from genmodels.jobs.endings import Ending
from genmodels.jobs.limits import Limits
from genmodels.jobs.records import Job

log = logging.getLogger(__name__)

_LOOK = 0.05  # seconds
_LOOK_CLOSER = 0.5
_MAX_LOG = 2**20  # bytes
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Run one attempt of one job."""
    key, slot, attempt, *trainer = arguments
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        # a runner of an older attempt may need a moment to see that it is none any more
        with storage.only_writer(records.folder(key), patience=5.0):
            return _alone(key, slot, int(attempt), trainer)
    except Problem as problem:
        log.error("%s", problem)
        return 1


def _alone(key: str, slot: str, attempt: int, trainer: list[str]) -> int:
    """Run the attempt, unless that has been done or is no longer wanted."""
    job = records.read(key)
    if job is None or job.state.state != "running" or job.state.attempt != attempt:
        return 1
    limits = host.read()
    ending = Ending("interrupted")
    try:
        ending = _attempt(job, slot, attempt, trainer, limits)
    except Exception as error:
        log.exception("the runner of %s", key)
        ending = endings.crashed(f"{type(error).__name__}: {error}")
    finally:
        endings.conclude(key, attempt, ending, limits)
    return 0


def _attempt(job: Job, slot: str, attempt: int, trainer: list[str], limits: Limits) -> Ending:
    read, write = os.pipe()
    with _log(job.folder) as its_log, open(read, encoding="utf-8", errors="replace") as last_word:
        process = subprocess.Popen(
            [*trainer, job.key, slot, str(attempt), str(write)],
            stdin=subprocess.DEVNULL,
            stdout=its_log,
            stderr=its_log,
            pass_fds=[write],
            process_group=0,
            preexec_fn=lambda: _become_trainer(limits.nice),
        )
        os.close(write)
        try:
            ending = _Watch(process, job, attempt, limits).until_it_ends()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return ending or _told(last_word.read(4096)) or _died(process.returncode, job.folder)


def _log(folder: Path) -> Any:
    path = folder / "log.txt"
    full = path.exists() and path.stat().st_size > _MAX_LOG
    return open(path, "wb" if full else "ab")


def _become_trainer(nice: int) -> None:
    """In the child, before the trainer starts: polite, and gone when its runner is."""
    os.nice(nice)
    with suppress(OSError, AttributeError):  # not on every system
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(frozen=True)
class _Watch:
    """A trainer under watch: each look is None, or the reason to end it."""

    process: subprocess.Popen[bytes]
    job: Job
    attempt: int
    limits: Limits
    begun: float = field(default_factory=time.time)

    def until_it_ends(self) -> Ending | None:
        """None if it ended by itself."""
        closer = self.begun
        while self.process.poll() is None:
            if self.job.cancelled:
                return Ending("ended")
            time.sleep(_LOOK)
            if time.time() - closer < _LOOK_CLOSER:
                continue
            closer = time.time()
            for look in (self.replaced, self.stalled, self.too_long, self.too_large):
                if (reason := look()) is not None:
                    return reason
        return None

    def replaced(self) -> Ending | None:
        """Another attempt has been started, or the job was deleted: this one has no more business here."""
        now = records.read(self.job.key)
        return None if now is not None and now.state.attempt == self.attempt else Ending("interrupted")

    def stalled(self) -> Ending | None:
        try:
            heard = max(self.begun, (self.job.folder / progress.FILE).stat().st_mtime)
        except OSError:
            heard = self.begun
        if time.time() - heard <= self.limits.stall_seconds:
            return None
        sentence = (
            "The training made no progress for {seconds} seconds and was ended. Ask again: it goes on where it stood."
        )
        return endings.failed(Problem("stalled", sentence, seconds=f"{self.limits.stall_seconds:g}"))

    def too_long(self) -> Ending | None:
        if self.job.state.seconds + time.time() - self.begun <= self.limits.wall_seconds:
            return None
        sentence = (
            "The training took longer than {minutes} minutes and was ended. Ask again: it goes on where it stood."
        )
        return endings.failed(Problem("too-long", sentence, minutes=f"{self.limits.wall_seconds / 60:.3g}"))

    def too_large(self) -> Ending | None:
        if progress.resident(self.process.pid) <= self.limits.memory_gib * 2**30:
            return None
        sentence = "The training took more than {limit} GiB of memory and was ended. Try a smaller model or batch size."
        return endings.failed(Problem("too-large", sentence, limit=f"{self.limits.memory_gib:g}"))


def _told(last_word: str) -> Ending | None:
    """What the trainer said at its end: an ending as JSON."""
    try:
        value = json.loads(last_word)
        return Ending(str(value["kind"]), dict(value["why"]))
    except (ValueError, KeyError, TypeError):
        return None


def _died(code: int, folder: Path) -> Ending:
    """It said nothing: killed from outside, or crashed."""
    if code < 0:
        with suppress(ValueError):
            return endings.crashed(f"killed by {signal.Signals(-code).name}")
    lines = (folder / "log.txt").read_bytes()[-2000:].decode("utf-8", "replace").split("\n")
    return endings.crashed(next((line for line in reversed(lines) if line.strip()), f"exit code {code}"))


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s")
    sys.exit(main(sys.argv[1:]))
