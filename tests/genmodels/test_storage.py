"""Files that are whole or not there: full disks, killed writers, and everything that is not what it says."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from genmodels import storage
from genmodels.errors import Problem
from genmodels.storage import Damaged


def full_disk(*arguments: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_commit_and_verify(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state-1.bin"
    storage.commit(path, b"weights", {"step": 1})
    payload, sidecar = storage.verify(path)
    assert payload == b"weights"
    assert sidecar["step"] == 1 and sidecar["size"] == 7
    # printf weights | sha256sum
    assert sidecar["sha256"] == "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
    assert names(path.parent) == ["state-1.bin", "state-1.json"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_a_sentence_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    storage.write(tmp_path / "file", b"old")
    monkeypatch.setattr(os, call, full_disk)
    with pytest.raises(Problem, match="disk is full.*Free some space") as problem:
        storage.write(tmp_path / "file", b"new")
    assert problem.value.code == "disk-full"
    assert (tmp_path / "file").read_bytes() == b"old" and names(tmp_path) == ["file"]


def test_a_really_full_disk() -> None:
    """/dev/full answers every write with ENOSPC, as a full disk does."""
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError, match="No space") as error:
        full.write(b"x")
    assert storage.as_problem(error.value, Path("x")).code == "disk-full"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Problem, match="could not be written .*Choose another folder"):
        storage.write(tmp_path / "file" / "below", b"")


def test_interrupted_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        storage.write(tmp_path / "file", b"new")
    assert names(tmp_path) == []


def flip(path: Path) -> None:
    payload = bytearray(path.read_bytes())
    payload[len(payload) // 2] ^= 1
    path.write_bytes(payload)


BAD_PAYLOADS: dict[str, Callable[[Path], object]] = {
    "flipped bit": flip,
    "truncated": lambda path: os.truncate(path, 3),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "empty": lambda path: path.write_bytes(b""),
    "missing": lambda path: path.unlink(),
    "sidecar missing": lambda path: path.with_suffix(".json").unlink(),
    "sidecar empty": lambda path: path.with_suffix(".json").write_bytes(b""),
    "sidecar a list": lambda path: path.with_suffix(".json").write_bytes(b"[1]"),
    "sidecar of another file": lambda path: path.with_suffix(".json").write_text('{"size": 7, "sha256": "00"}'),
    "sidecar says nothing": lambda path: path.with_suffix(".json").write_text("{}"),
    "sidecar nested too deep": lambda path: path.with_suffix(".json").write_text("[" * 100_000),
    "sidecar not text": lambda path: path.with_suffix(".json").write_bytes(b"\xff\xfe\x00"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link": lambda path: (path.rename(path.with_name("real")), path.symlink_to(path.with_name("real"))),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}


@pytest.mark.parametrize("spoil", BAD_PAYLOADS.values(), ids=BAD_PAYLOADS)
def test_what_is_not_as_committed_is_not_believed(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "state.bin"
    storage.commit(path, b"weights", {})
    spoil(path)
    with pytest.raises(Damaged):
        storage.verify(path)


def test_reading_is_bounded(tmp_path: Path) -> None:
    huge = tmp_path / "huge"
    with open(huge, "wb") as file:
        file.truncate(storage.MAX_PAYLOAD + 1)  # takes no room on the disk
    with pytest.raises(Damaged, match="more than"):
        storage.read(huge)


def test_nan_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        storage.write_json(tmp_path / "x.json", {"loss": float("nan")})
    assert names(tmp_path) == []


def test_quarantine_keeps_the_file_and_the_reason(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        (tmp_path / "state.bin").write_bytes(content)
        place = storage.quarantine(tmp_path / "state.bin", "its hash is wrong")
        assert place is not None and place.read_bytes() == content
        assert storage.read_json(place.with_name(place.name + ".reason.json"))["reason"] == "its hash is wrong"
    assert not (tmp_path / "state.bin").exists() and len(names(tmp_path / "quarantine")) == 4
    assert storage.quarantine(tmp_path / "state.bin", "gone already") is None


def test_sweep_takes_the_litter_only(tmp_path: Path) -> None:
    (tmp_path / f".state.bin.17-ab{storage._LITTER}").touch()
    (tmp_path / "state.bin").touch()
    assert storage.sweep(tmp_path) == 1 and names(tmp_path) == ["state.bin"]


def test_one_writer_at_a_time_and_a_killed_one_frees_the_folder(tmp_path: Path) -> None:
    program = "import sys, time; from pathlib import Path; from genmodels import storage\n"
    program += "with storage.only_writer(Path(sys.argv[1])): print('locked', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "locked\n"
        with pytest.raises(Problem, match="another process"), storage.only_writer(tmp_path):
            pass
        holder.kill()
    with storage.only_writer(tmp_path):
        pass
    assert names(tmp_path) == []


WRITER = """
import sys
from pathlib import Path
from genmodels import storage
folder = Path(sys.argv[1])
step = int(sys.argv[2])
while True:
    step += 1
    storage.commit(folder / f"state-{step:08d}.bin", bytes([step % 256]) * 300_000, {"step": step})
    print(step, flush=True)
    for old in sorted(folder.glob("state-*.bin"))[:-2]:
        old.unlink()
        storage.sidecar_path(old).unlink()
"""


@pytest.mark.slow
def test_thirty_killed_writers_always_leave_a_whole_newest_file_and_never_go_back(tmp_path: Path) -> None:
    newest = 0
    torn = 0
    for attempt in range(30):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(newest)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None and int(writer.stdout.readline()) == newest + 1
            time.sleep(0.0013 * attempt)  # somewhere in the second commit or a later one
            writer.kill()
        torn += storage.sweep(tmp_path)
        whole = []
        for path in tmp_path.glob("state-*.bin"):
            try:
                payload, sidecar = storage.verify(path)
            except Damaged:
                torn += 1
                continue
            assert payload == bytes([sidecar["step"] % 256]) * 300_000
            whole.append(sidecar["step"])
        assert max(whole) > newest
        newest = max(whole)
    assert torn > 0, "no kill came while a file was being written: this test has tested nothing"
