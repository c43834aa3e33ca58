"""Files that are either there and whole, or not there: what checkpoints and jobs are kept in.

A file is written aside in the same folder, flushed to the disk and renamed over its name, so that a crash at any
moment leaves the old file or the new one. `commit` adds a JSON sidecar that holds the payload's size and hash and is
written after it: the sidecar is the commit, and a payload that does not match its sidecar is not believed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import secrets
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from genmodels.errors import Problem

MAX_PAYLOAD = 512 * 2**20  # bytes; nothing larger is read into memory
MAX_JSON = 8 * 2**20
_LITTER = ".writing"


class Damaged(Exception):
    """A file is missing, torn, foreign or not what its sidecar says; the message is the reason."""


def write(path: Path, payload: bytes, durable: bool = True) -> None:
    """Put `payload` at `path`, whole or not at all; the folder is made when missing.

    What need not survive a loss of power, such as a progress report, is not `durable`: it is not flushed to the disk.
    Raises Problem when the disk is full or the folder cannot be written to; what was at `path` is then untouched.
    """
    aside = path.parent / f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{_LITTER}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(aside, "xb") as file:
                file.write(payload)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            os.replace(aside, path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        raise as_problem(error, path) from error


def _sync_folder(folder: Path) -> None:
    """Flush the folder itself: without it a crash of the machine can lose the rename."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def as_problem(error: OSError, path: Path) -> Problem:
    """What to tell people when the system refuses to write `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(
            "disk-full",
            "The disk is full: {path} could not be written. Free some space and start again; "
            "what was saved before is intact.",
            path=str(path),
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST) and (file := _in_the_way(path)):
        sentence = "{path} could not be written ({file} is no folder). Choose another folder, or move that file away."
        return Problem("file-in-the-way", sentence, path=str(path), file=str(file))
    return Problem(
        "cannot-write",
        "{path} could not be written ({reason}). Choose another folder or change its permissions.",
        path=str(path),
        reason=error.strerror or type(error).__name__,
    )


def _in_the_way(path: Path) -> Path | None:
    """What lies where `path` needs a folder, and is none."""
    places = [*reversed(path.parents), path]
    return next((one for one in places if os.path.lexists(one) and not os.path.isdir(one)), None)


def write_json(path: Path, value: Any, durable: bool = True) -> None:
    """Put `value` at `path` as JSON; ValueError for NaN and infinity, which JSON does not know."""
    text = json.dumps(value, indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"
    write(path, text.encode(), durable)


def read(path: Path, limit: int = MAX_PAYLOAD) -> bytes:
    """All of a regular file of at most `limit` bytes; Damaged for anything else, links included."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe must not hold us up
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Damaged(f"{path.name} is not a regular file")
            if status.st_size > limit:
                raise Damaged(f"{path.name} has {status.st_size} bytes, more than {limit}")
            return file.read(limit)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise Damaged(f"{path.name} cannot be read ({error})") from error


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file; Damaged when there is none."""
    try:
        value = json.loads(read(path, MAX_JSON))
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{path.name} is not JSON ({error})") from error
    if not isinstance(value, dict):
        raise Damaged(f"{path.name} does not hold a JSON object")
    return value


def fingerprint(payload: bytes) -> dict[str, Any]:
    """What tells whether a payload is whole: {"size": bytes, "sha256": hex digits}."""
    return {"size": len(payload), "sha256": hashlib.sha256(payload).hexdigest()}


def check(payload: bytes, expected: Any, name: str) -> None:
    """Damaged unless `payload` has the size and the hash in `expected`."""
    actual = fingerprint(payload)
    for property_name, value in actual.items():
        if not isinstance(expected, Mapping) or expected.get(property_name) != value:
            raise Damaged(f"{name}: its {property_name} is not what its record says")


def sidecar_path(path: Path) -> Path:
    """The JSON file that belongs to a payload: state-7.safetensors -> state-7.json."""
    return path.with_suffix(".json")


def commit(path: Path, payload: bytes, sidecar: Mapping[str, Any]) -> None:
    """Write the payload, then its sidecar with the payload's size and hash added; errors as `write`."""
    write(path, payload)
    write_json(sidecar_path(path), {**sidecar, **fingerprint(payload)})


def verify(path: Path) -> tuple[bytes, dict[str, Any]]:
    """A committed payload and its sidecar; Damaged when either is missing or they do not belong together."""
    sidecar = read_json(sidecar_path(path))
    payload = read(path)
    check(payload, sidecar, path.name)
    return payload, sidecar


def quarantine(path: Path, reason: str) -> Path | None:
    """Move a file (or folder) into `quarantine/` beside it, with the reason; its new place, or None if it was gone."""
    place = path.parent / "quarantine" / f"{path.stem}-{secrets.token_hex(4)}{path.suffix}"
    try:
        place.parent.mkdir(exist_ok=True)
        os.replace(path, place)
    except OSError:
        return None
    with suppress(Problem):  # the disk may be full; the file is out of the way all the same
        write_json(place.with_name(place.name + ".reason.json"), {"was": str(path), "reason": reason})
    return place


def quarantined(path: Path) -> str | None:
    """The reason for which a file that was at `path` was put into quarantine last; None when none was."""
    found = []
    with suppress(OSError):  # a name too long for a file
        for record in (path.parent / "quarantine").glob(f"{path.stem}-*.reason.json"):
            with suppress(Damaged, OSError, KeyError):
                found.append((record.stat().st_mtime_ns, str(read_json(record)["reason"])))
    return max(found)[1] if found else None


def discard(path: Path) -> None:
    """Remove a file that is no longer needed; one that cannot be removed does no harm."""
    with suppress(OSError):
        path.unlink()


def sweep(folder: Path) -> int:
    """Remove what a killed writer left in `folder`, and count it. Only the folder's one writer may call this."""
    litter = list(folder.glob(f".*{_LITTER}"))
    for path in litter:
        discard(path)
    return len(litter)


@contextmanager
def lock(path: Path, patience: float = 5.0) -> Iterator[None]:
    """Hold the lock file at `path`, for a moment; Problem when it is not free within `patience` seconds.

    The file stays, so that all who come later lock the same one. The kernel frees it, even on kill -9.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "ab")  # noqa: SIM115 - closed where the lock ends
    except OSError as error:
        raise as_problem(error, path) from error
    deadline = time.monotonic() + patience
    with file:
        while not acquired(file):
            if time.monotonic() > deadline:
                sentence = "{path} is being held by another process. Try again; if that lasts, end that process."
                raise Problem("busy", sentence, path=str(path))
            time.sleep(0.002)
        yield


def acquired(file: BinaryIO) -> bool:
    """Take the lock on an open file, if nobody holds it: whether it is ours now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def only_writer(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the folder's `run.lock`; Problem when another process holds it for longer than `patience` seconds.

    The kernel frees it, even on kill -9.
    """
    path = folder / "run.lock"
    deadline = time.monotonic() + patience
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            file = open(path, "ab")  # noqa: SIM115 - closed where the lock ends
            if not acquired(file):
                file.close()
                if time.monotonic() >= deadline:
                    sentence = "{folder} is being written by another process; wait for it to end or stop it."
                    raise Problem("already-running", sentence, folder=str(folder))
                time.sleep(0.02)
                continue
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                break  # otherwise the holder before us has just removed the file that we locked: take the new one
            file.close()
    except OSError as error:
        raise as_problem(error, folder) from error
    with file:
        try:
            yield
        finally:
            discard(path)
