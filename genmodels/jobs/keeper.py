"""The one process at a time that starts jobs and takes up what was interrupted: whichever holds the leader's lock.

It keeps nothing in memory: killed at any moment, the next one reads from the folders what there is to do.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from genmodels import storage
from genmodels.errors import Problem
from genmodels.jobs import endings, estimates, queue, quota, records
from genmodels.jobs import limits as host
from genmodels.jobs.limits import Limits
from genmodels.jobs.records import Job

log = logging.getLogger(__name__)

_LOOK = 0.1  # seconds between looks whether somebody called
_LOOK_ANYWAY = 1.0  # while something runs: a runner that was killed calls nobody
_LOOK_IDLE = 120.0
_APPLY = 2.0  # between tries to become the keeper


class Adapter(Protocol):
    """Who runs a job. Nothing but JSON passes through these three calls, and no call remembers another.

    A runner (runner.py) holds its job's `run.lock` for as long as it lives, watches the folder's `cancel`, and writes
    down how it ended; so there is no call to stop one.
    """

    def slots(self) -> tuple[str, ...]:
        """The devices that can train one job each at a time, such as ("cuda:0", "cuda:1") or ("cpu",)."""

    def start(self, key: str, slot: str, attempt: int) -> dict[str, Any]:
        """Start the runner of a job, and say by what, as JSON, it can be found again; Problem if that fails."""

    def alive(self, handle: dict[str, Any]) -> bool:
        """Whether the runner with this handle still lives; False for a handle of anything else, also {}."""


class Keeper:
    """Looks after the jobs while it holds the leader's lock."""

    def __init__(self, adapter: Adapter, limits: Limits | None = None) -> None:
        self.adapter, self.limits = adapter, limits or host.read()
        self._call, self._next_look = 0.0, 0.0
        self._told = ""  # what is wrong, and stands in the log already

    def run(self, stop: threading.Event) -> None:
        """Wait to become the keeper, and be it until `stop` is set."""
        while not stop.is_set():
            try:
                with leadership() as leading:
                    self._told = ""
                    if leading:
                        self._tidy()
                        self._lead(stop)
            except OSError as error:  # no folder to keep, for now
                self._tell(storage.as_problem(error, records.root()))
            except Problem as problem:
                self._tell(problem)
            stop.wait(_APPLY)

    def _lead(self, stop: threading.Event) -> None:
        while not stop.wait(_LOOK):
            try:
                estimates.look()
                if self._called():
                    self.tick()
                    self._told = ""
            except Exception as error:  # a full disk, a strange file: the others' jobs must go on
                self._tell(error)
                stop.wait(_APPLY)

    def _tell(self, error: Exception) -> None:
        """Once for as long as the same is wrong: it is tried again every two seconds."""
        if (what := f"{type(error).__name__}: {error}") != self._told:
            self._told = what
            log.warning("the keeper tries again: %s", error, exc_info=None if isinstance(error, Problem) else error)

    def _called(self) -> bool:
        """Whether something has changed since the last look; idle, this is all that happens."""
        try:
            changed = (records.root() / "wake").stat().st_mtime
        except OSError:
            changed = 0.0
        if changed == self._call and time.monotonic() < self._next_look:
            return False
        self._call = changed
        return True

    def _tidy(self) -> None:
        """Before the first look: litter of killed processes away, the quota kept."""
        try:
            quota.prune(self.limits)
        except (Problem, OSError) as problem:
            log.warning("%s", problem)

    def tick(self) -> None:
        """One look: take up what was interrupted, fill the free slots."""
        active = [job for job in records.every() if job.active]
        self._next_look = time.monotonic() + (_LOOK_ANYWAY if active else _LOOK_IDLE)
        if not active:
            return
        for job in active:
            if job.state.state == "running" and not self.adapter.alive(job.state.handle):
                endings.conclude(job.key, job.state.attempt, endings.crashed("its processes were killed"), self.limits)
        slots = self.adapter.slots()  # may take seconds, once; nobody is to wait for the lock so long
        with records.locked():
            self._fill(slots)

    def _fill(self, slots: Iterable[str]) -> None:
        jobs = records.every()
        taken = {job.state.slot for job in jobs if job.state.state == "running"}
        for slot in slots:
            if slot in taken:
                continue
            job = queue.next_to_start(jobs, self.limits, time.time())
            if job is None:
                return
            started = self._start(job, slot)
            jobs = [started if one.key == job.key else one for one in jobs]

    def _start(self, job: Job, slot: str) -> Job:
        charged = {visitor: job.state.charged.get(visitor, 0.0) for visitor in job.waiting} | job.state.charged
        attempt = job.state.attempt + 1
        running = records.write(job, state="running", slot=slot, attempt=attempt, charged=charged, handle={})
        try:
            return records.write(running, handle=self.adapter.start(job.key, slot, attempt))
        except Problem as problem:
            failed = records.write(running, state="failed", why=endings.reason(problem), slot="")
            records.forget_visitors(job.folder)
            return replace(failed, waiting=())


@contextmanager
def leadership() -> Iterator[bool]:
    """Try to be the keeper; whether it is us. The kernel gives the lock on, even after kill -9."""
    path = records.root() / "keeper.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab") as file:
        yield storage.acquired(file)


@contextmanager
def in_background(adapter: Adapter, limits: Limits | None = None) -> Iterator[Keeper]:
    """Offer this process as the keeper, in a thread, for as long as the block lasts. Jobs go on after it."""
    keeper, stop = Keeper(adapter, limits), threading.Event()
    thread = threading.Thread(target=keeper.run, args=[stop], name="keeper", daemon=True)
    thread.start()
    try:
        yield keeper
    finally:
        stop.set()
        thread.join(timeout=5)
