"""The share of the disk that own models may take: what goes when it is full, what stays, and what is deleted.

The models used least recently go first; running and pinned ones stay. A model's last use is the time of its card.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from genmodels import settings, storage
from genmodels.errors import Problem
from genmodels.jobs import records
from genmodels.jobs.limits import Limits
from genmodels.training import checkpoints

_GIB = 2**30
_RESERVE = 64 * 2**20  # bytes that a new job may need
_PINNED = "pinned"
_KEEP_RECORDS = 7 * 24 * 3600.0  # seconds for which failed and cancelled jobs are told of


@dataclass(frozen=True)
class Stored:
    """A folder in `trained/`: its size in bytes, when it was used last, and whether it is pinned."""

    key: str
    size: int
    used: float
    pinned: bool


def stored() -> list[Stored]:
    """All own models and unfinished trainings on the disk, the one used least recently first."""
    found = []
    with suppress(OSError):  # none yet, or the home is no folder
        for entry in os.scandir(settings.home() / "trained"):
            if checkpoints.is_key(entry.name) and entry.is_dir(follow_symlinks=False):
                found.append(_measure(entry.name, Path(entry.path)))
    return sorted(found, key=lambda one: one.used)


def _measure(key: str, folder: Path) -> Stored:
    size, times, pinned = 0, {}, False
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # it may go while we look
                status = os.lstat(os.path.join(place, name))
                size += status.st_size
                if place == str(folder):
                    times[name] = status.st_mtime
                    pinned |= name == _PINNED
    return Stored(key, size, times.get(checkpoints.CARD, max(times.values(), default=0.0)), pinned)


def used(key: str) -> None:
    """Note that a model is in use now."""
    with suppress(OSError):
        os.utime(checkpoints.trained_folder(key) / checkpoints.CARD)


def free_bytes() -> int:
    """What is left of the disk that the own models lie on."""
    place = settings.home()
    while not os.path.exists(place):
        place = place.parent
    return shutil.disk_usage(place).free


def make_room(limits: Limits, protected: Collection[str], needed: int = _RESERVE) -> list[str]:
    """Evict models until `needed` bytes fit in the quota and on the disk; the keys that went.

    `protected` ones and pinned ones stay. Raises Problem, with nothing evicted, when that would not be enough.
    """
    models = stored()
    too_much = sum(one.size for one in models) + needed - limits.disk_gib * _GIB
    too_little_free = limits.free_gib * _GIB + needed - free_bytes()
    missing = max(too_much, too_little_free)
    going: list[Stored] = []
    for one in models:
        if missing <= 0:
            break
        if one.key not in protected and not one.pinned:
            going.append(one)
            missing -= one.size
    if missing > 0:
        staying = sum(one.size for one in models) - sum(one.size for one in going)
        raise _no_room(limits, missing, staying, of_disk=too_little_free >= too_much)
    for one in going:
        remove(one.key)
    return [one.key for one in going]


def _no_room(limits: Limits, missing: float, staying: int, of_disk: bool) -> Problem:
    """Whom to ask for the bytes that are missing: the models that stay, if they have them, or else the host."""
    megabytes = max(1, round(missing / 2**20))
    if staying >= missing:
        sentence = "There is no room for another model: {missing} MB are missing. Delete a model, or unpin one."
        return Problem("no-room", sentence, missing=megabytes)
    if of_disk:
        sentence = (
            "There is no room on the disk of {folder}: {missing} MB are missing, with the {free:g} GiB that stay free. "
            "Free some space there, or lower free_gib in the host's settings."
        )
        return Problem(
            "no-room-on-disk", sentence, missing=megabytes, folder=str(settings.home()), free=limits.free_gib
        )
    sentence = (
        "There is no room in the {quota:g} GiB for own models: {missing} MB are missing. "
        "Raise disk_gib in the host's settings."
    )
    return Problem("no-room-in-quota", sentence, missing=megabytes, quota=limits.disk_gib)


def remove(key: str) -> None:
    """Take a model and its job away: first out of sight, in one step, then piece by piece."""
    for folder in (checkpoints.trained_folder(key), records.root() / key):
        gone = folder.with_name(f".gone-{folder.name}-{secrets.token_hex(4)}")
        with suppress(FileNotFoundError):
            os.replace(folder, gone)
            _erase(gone)


def _erase(folder: Path) -> None:
    """A folder with all that is in it; of a link only the link."""
    if folder.is_symlink():
        storage.discard(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def delete(key: str) -> None:
    """Delete an own model for good, pinned or not; Problem while it is being trained, or when there is none."""
    with records.locked():
        job = records.read(key)
        if job is not None and job.active:
            raise Problem("still-training", "The model {key} is being trained. Stop the training first.", key=key)
        if not checkpoints.trained_folder(key).exists() and job is None:
            raise Problem("no-such-model", "There is no own model {key}.", key=key)
        remove(key)


def pin(key: str, pinned: bool = True) -> None:
    """Keep an own model whatever happens to the others, or no longer; Problem when there is none."""
    records.folder(key)  # refuses links
    folder = checkpoints.trained_folder(key)
    if not folder.exists():
        raise Problem("no-such-model", "There is no own model {key}.", key=key)
    if pinned:
        storage.write(folder / _PINNED, b"")
    else:
        storage.discard(folder / _PINNED)


def prune(limits: Limits) -> list[str]:
    """Bring the disk in order: models over the quota, old records, litter. The keys of the models that went.

    Downloaded data are never touched.
    """
    with records.locked():
        jobs = records.every()
        active = {job.key for job in jobs if job.active}
        for folder in (settings.home() / "trained", records.root()):
            old_ones = [path for path in folder.glob("*/quarantine") if _age(path) > _KEEP_RECORDS]
            for path in [*folder.glob(".gone-*"), *old_ones]:
                _erase(path)
        for job in jobs:
            if job.state.state in ("failed", "cancelled") and job.state.since < time.time() - _KEEP_RECORDS:
                remove(job.key)
        return make_room(limits, protected=active, needed=0)  # last: it says no where all this was not enough


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
