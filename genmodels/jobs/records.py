"""One folder per job, `jobs/<key>`: what was asked, where it stands, who waits. Read by everybody, written by few.

    state.json           recipe and state; changed under the queue's lock only
    waiting/<visitor>    an empty file for everybody who waits for the result
    ready/<visitor>      the same, once it is there, until that visitor has looked at it
    cancel               nobody waits any more: end the trainer
    run.lock             held by the job's runner for as long as it lives
    progress.json, preview.safetensors, log.txt   what the trainer says of itself

What it trains lies in `trained/<key>`, where finished models are looked for.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from genmodels import settings, storage
from genmodels.errors import Problem
from genmodels.storage import Damaged
from genmodels.training import checkpoints, recipes
from genmodels.training.recipes import Recipe

ACTIVE = ("queued", "running")
STATES = (*ACTIVE, "done", "failed", "cancelled")
_VISITOR = re.compile(r"[0-9a-f]{16}")
_HUGE = 1e12
_BALLAST = 8  # files


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a job stands. Times are seconds since 1970."""

    state: str
    asked: float  # when it was first asked for: first come, first served
    since: float  # when this state began
    interrupted: bool = False  # it was running and goes on before all others
    attempt: int = 0  # how often a trainer was started; a trainer of an older attempt must not write
    crashes: int = 0
    requeues: int = 0  # how often it made room for a foreign process on its card
    not_before: float = 0.0
    seconds: float = 0.0  # of training, all attempts together
    starting: float = 0.0  # of these, before there was a network
    worked: float = 0.0  # seconds of a processor for the others; 0 where that is not known
    slot: str = ""  # the device it runs on
    handle: dict[str, Any] = field(default_factory=dict)  # what the adapter knows its runner by
    why: dict[str, Any] = field(default_factory=dict)  # of a failure: code, values and sentence of a Problem
    charged: dict[str, float] = field(default_factory=dict)  # seconds by visitor


@dataclass(frozen=True)
class Job:
    """A job as it was when it was read."""

    key: str
    recipe: Recipe
    state: State
    waiting: tuple[str, ...]  # visitors, the one who came first first

    @property
    def active(self) -> bool:
        return self.state.state in ACTIVE

    @property
    def folder(self) -> Path:
        return folder(self.key)

    @property
    def cancelled(self) -> bool:
        """Whether its trainer is to be ended."""
        return (self.folder / "cancel").exists()


def root() -> Path:
    """Where the jobs lie."""
    return settings.home() / "jobs"


def folder(key: str) -> Path:
    """The folder of a job; Problem for what is no key, and for links, of what it trains too: none lead us elsewhere."""
    trained = checkpoints.trained_folder(key)  # refuses what is no key
    place = root() / key
    if place.is_symlink() or trained.is_symlink():
        raise Problem("linked-job", "The folder of job {key} is a link, which is not followed. Remove it.", key=key)
    return place


def locked() -> AbstractContextManager[None]:
    """The queue's lock: around every change of a state, for milliseconds."""
    return storage.lock(root() / "queue.lock")


def read(key: str) -> Job | None:
    """The job with that key, or None; one whose record is damaged is put aside and counts as not there."""
    place = folder(key)
    path = place / "state.json"
    try:
        before = path.lstat()
    except OSError:
        return None
    identity = (before.st_dev, before.st_ino, before.st_mtime_ns, before.st_size)
    try:
        job = _parsed(key, path, identity)
        if recipes.key(job.recipe) != key:
            raise Damaged("the record is of another job, or of another version of its lesson")
    except (Damaged, Problem, TypeError, KeyError) as damage:
        _put_aside(path, before, str(damage))
        return None
    return replace(job, waiting=_waiting(place)) if job.active else job


@lru_cache(maxsize=1024)
def _parsed(key: str, path: Path, identity: tuple[int, ...]) -> Job:
    """The record in that very file, which is never changed but replaced; the keeper looks at hundreds each second."""
    values = storage.read_json(path)
    return Job(key, recipes.make(**values.pop("recipe")), _state(values), ())


def _put_aside(path: Path, before: os.stat_result, reason: str) -> None:
    """Unless another record has taken the place of the one that was read."""
    try:
        unchanged = os.path.samestat(before, path.lstat())
    except OSError:
        return
    if unchanged:
        storage.quarantine(path, reason)


def _state(values: dict[str, Any]) -> State:
    known = {one.name: one for one in fields(State)}
    kinds: dict[str, type | tuple[type, ...]] = {"str": str, "bool": bool, "int": int, "float": (int, float)}
    for name, value in values.items():
        kind = kinds.get(str(known[name].type), dict) if name in known else None
        if kind is None or not isinstance(value, kind):
            raise Damaged(f"{name} cannot be {str(value)[:40]}")
    state = State(**values)
    if state.state not in STATES:
        raise Damaged(f"there is no state {state.state[:40]}")
    for number in (*(value for value in values.values() if isinstance(value, int | float)), *state.charged.values()):
        if not isinstance(number, int | float) or not abs(number) < _HUGE:  # NaN is not
            raise Damaged(f"{str(number)[:40]} is no such number")
    return state


def _waiting(place: Path) -> tuple[str, ...]:
    try:
        entries = [one for one in os.scandir(place / "waiting") if _VISITOR.fullmatch(one.name)]
        return tuple(one.name for one in sorted(entries, key=lambda one: (one.stat().st_mtime_ns, one.name)))
    except OSError:  # nobody yet, or one has just left
        return tuple(sorted(path.name for path in place.glob("waiting/*") if _VISITOR.fullmatch(path.name)))


def every() -> list[Job]:
    """All jobs on this machine, in no order."""
    return list(_each())


def _each() -> Iterator[Job]:
    try:
        entries = list(os.scandir(root()))
    except OSError:  # there are none yet, or the home is no folder: who writes there is told
        return
    for entry in entries:
        if checkpoints.is_key(entry.name) and entry.is_dir(follow_symlinks=False):
            with suppress(Problem):  # its model's folder is a link
                job = read(entry.name)
                if job is not None:
                    yield job


def write(job: Job, **changes: Any) -> Job:
    """Change the state of a job, under the queue's lock; a new `state` begins now. Problem when the disk is full."""
    if "state" in changes:
        changes["since"] = time.time()
    changed = replace(job, state=replace(job.state, **changes))
    values = asdict(changed.state) | {"recipe": recipes.as_settings(job.recipe)}
    path = job.folder / "state.json"
    try:
        storage.write_json(path, values)
    except Problem as problem:
        if problem.code != "disk-full" or not _write_into_ballast(path, values):
            raise
    return changed


def add_visitor(job_folder: Path, visitor: str) -> None:
    """Note that a visitor waits; Problem for a name that is none."""
    if not _VISITOR.fullmatch(visitor):
        raise Problem("bad-visitor", "{visitor!r} is not a visitor's name.", visitor=visitor[:40])
    try:
        (job_folder / "waiting").mkdir(parents=True, exist_ok=True)
        (job_folder / "waiting" / visitor).touch(exist_ok=True)
    except OSError as error:
        raise storage.as_problem(error, job_folder) from error


def forget_visitors(job_folder: Path) -> None:
    """Nobody waits any more."""
    for path in (job_folder / "waiting").glob("*"):
        storage.discard(path)


def call_visitors(job_folder: Path) -> None:
    """The result is there for those who waited."""
    called = job_folder / "ready"
    try:
        called.mkdir(exist_ok=True)
        for path in (job_folder / "waiting").glob("*"):
            path.replace(called / path.name)
    except OSError:  # nobody is called, and the model is there all the same
        forget_visitors(job_folder)


def is_called(job: Job, visitor: str) -> bool:
    """Whether this visitor waited for the job, which is done, and has not looked at its result yet."""
    return bool(_VISITOR.fullmatch(visitor)) and (job.folder / "ready" / visitor).exists()


def has_looked(key: str, visitor: str) -> None:
    """This visitor need not be called any more."""
    if _VISITOR.fullmatch(visitor):
        storage.discard(folder(key) / "ready" / visitor)


def ballast() -> None:
    """Lay by a little of the disk, so that when it is full a job's failure can still be written down."""
    for number in range(_BALLAST):
        place = root() / f"ballast-{number}"
        if not place.exists():
            storage.write(place, bytes(2**16))


def _write_into_ballast(path: Path, values: dict[str, Any]) -> bool:
    """Whether that could be done. Room that was given back instead might be taken by whoever fills the disk."""
    payload = json.dumps(values, allow_nan=False).encode()
    for place in root().glob("ballast-*"):
        with suppress(OSError), open(place, "r+b") as file:
            if len(payload) <= 2**16:
                file.write(payload)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
                os.replace(place, path)
                return True
    return False


def wake() -> None:
    """Tell the keeper that something has changed."""
    path, now = root() / "wake", time.time_ns()  # a file's own clock ticks every few milliseconds only
    with suppress(OSError):  # it looks by itself every few seconds
        path.touch()
        os.utime(path, ns=(now, now))
