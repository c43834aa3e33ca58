"""Rows 11, 14, 15, 18 and 24 of the fault table: damaged, evicted, linked and outdated files."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genmodels import storage
from genmodels.arrays import pack
from genmodels.errors import Problem
from genmodels.evaluation import preview
from genmodels.jobs import commands, progress, queue, records
from genmodels.storage import Damaged
from genmodels.training import checkpoints, recipes, run
from tests.genmodels.jobs.helpers import ask, job, put, recipe

KEY = recipes.key(recipe())


def flip(path: Path) -> None:
    payload = bytearray(path.read_bytes())
    payload[len(payload) // 2] ^= 0x80
    path.write_bytes(payload)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a flipped byte": flip,
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 2),
    "empty": lambda path: path.write_bytes(b""),
    "a list": lambda path: path.write_bytes(b"[]"),
    "nested too deep": lambda path: path.write_bytes(b"[" * 100_000),
    "a link": lambda path: (path.rename(path.with_name("real")), path.symlink_to(path.with_name("real"))),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}
SIDECAR: dict[str, Callable[[Path], object]] = {
    "sidecar missing": lambda path: storage.sidecar_path(path).unlink(),
    "sidecar lies about the size": lambda path: lie(storage.sidecar_path(path), size=7),
    "sidecar lies about the hash": lambda path: lie(storage.sidecar_path(path), sha256="0" * 64),
    "sidecar of another run": lambda path: lie(storage.sidecar_path(path), key="0" * 32),
    "missing": lambda path: path.unlink(),
}


def lie(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def half_trained() -> Path:
    """A folder with the states after epochs 1 and 2 of four."""
    steps = run.run(recipe(), device="cpu")
    next(step for step in steps if step.epoch == 3)
    steps.close()  # type: ignore[attr-defined]
    return checkpoints.trained_folder(KEY)


@pytest.mark.parametrize("damage", [*DAMAGE.values(), *SIDECAR.values()], ids=[*DAMAGE, *SIDECAR])
def test_row_11_a_damaged_state_is_put_aside_and_the_older_one_used(digits: object, damage: Any) -> None:
    folder = half_trained()
    newest = max(folder.glob("state-*.safetensors"))
    damage(newest)
    steps = list(run.run(recipe(), device="cpu"))
    assert steps[0].epoch == 2 and [step.epoch for step in steps if step.ends_epoch] == [2, 3, 4]
    assert checkpoints.get(KEY).tensors()
    if damage is not SIDECAR["missing"]:
        assert list((folder / "quarantine").glob("state-*"))


# A folder in the place of the weights is left: nothing is written over it, and whoever made it is told so.
RESULTS = [(what, damage) for what in ("card", "model") for damage in DAMAGE if (what, damage) != ("model", "a folder")]


@pytest.mark.parametrize(("what", "damage"), RESULTS)
def test_row_11_a_damaged_result_is_put_aside_and_trained_again(digits: object, what: str, damage: str) -> None:
    list(run.run(recipe(), device="cpu", keep=()))
    name = checkpoints.get(KEY).card["model"] if what == "model" else "card.json"
    DAMAGE[damage](checkpoints.trained_folder(KEY) / str(name))
    with pytest.raises(Problem) as refused:
        checkpoints.get(KEY).tensors()
    assert refused.value.code in ("damaged-checkpoint", "not-trained")  # a page offers to train it
    assert ask() == KEY and job(KEY).state.state == "queued"
    list(run.run(recipe(), device="cpu"))
    assert checkpoints.get(KEY).tensors()


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_row_11_a_damaged_record_is_put_aside_and_in_nobodys_way(damage: Any) -> None:
    put("running", attempt=1)
    other = put("queued", 1).key
    damage(records.folder(KEY) / "state.json")
    assert [one.key for one in records.every()] == [other] and records.read(KEY) is None
    if damage is not DAMAGE["a pipe"]:
        assert list((records.folder(KEY) / "quarantine").glob("state-*.reason.json"))
    assert ask() == KEY and job(KEY).state.state == "queued" and len(records.every()) == 2


LIES: list[dict[str, Any]] = [
    {"state": "flying"},
    {"state": 3},
    {"asked": "yesterday"},
    {"asked": float("nan")},
    {"since": float("inf")},
    {"attempt": 10**400},
    {"attempt": 1.5},
    {"charged": {"x": "y"}},
    {"charged": {"x": float("nan")}},
    {"charged": [1]},
    {"handle": 3},
    {"more": 1},
    {"recipe": {}},
    {"recipe": {"name": "no-such"}},
    {"recipe": None},
    {"recipe": recipes.as_settings(recipe(seed=5))},
]


@pytest.mark.parametrize("lies", LIES, ids=str)
def test_row_11_a_lying_record_is_put_aside(lies: dict[str, Any]) -> None:
    put("queued")
    lie(records.folder(KEY) / "state.json", **lies)
    assert records.read(KEY) is None and queue.order(records.every()) == []
    assert list((records.folder(KEY) / "quarantine").glob("state-*.reason.json"))


def test_a_reader_never_puts_a_good_record_aside() -> None:
    """Readers look at a job while it is made and changed."""
    stop = threading.Event()
    failures: list[object] = []

    def look() -> None:
        while not stop.is_set():
            found = records.read(KEY)
            if (records.folder(KEY) / "quarantine").exists():
                failures.append(found)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for attempt in range(60):
        put("queued", attempt=attempt)
        if attempt % 5 == 0:
            shutil.rmtree(records.root(), ignore_errors=True)
    stop.set()
    for reader in readers:
        reader.join()
    assert not failures


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_row_11_a_damaged_report_counts_as_none(damage: Any) -> None:
    report = progress.Progress(
        attempt=1, position=1.0, epochs=4, seconds=1.0, left=2.0, device="cpu", memory=1, points=[{"epoch": 1.0}]
    )
    put("running")
    progress.write(KEY, report)
    assert progress.read(KEY) == report
    path = records.folder(KEY) / progress.FILE
    damage(path)
    found = progress.read(KEY)
    assert found is None or damage is flip  # a digit may have become another one
    assert commands.describe(records.every())[0]["state"] == "running"


@pytest.mark.parametrize(
    "lies",
    [
        {"position": float("nan")},
        {"position": "1"},
        {"epochs": 0},
        {"left": float("inf")},
        {"memory": 10**400},
        {"device": 3},
        {"points": [{"epoch": "x"}]},
        {"points": [{"epoch": 1, "train_total": float("nan")}]},
        {"points": [[1]]},
        {"points": {}},
        {"more": 1},
    ],
    ids=str,
)
def test_row_11_a_lying_report_counts_as_none(lies: dict[str, Any]) -> None:
    put("running")
    report = progress.Progress(attempt=1, position=1.0, epochs=4, seconds=1.0, left=None, device="cpu", memory=1)
    progress.write(KEY, report)
    lie(records.folder(KEY) / progress.FILE, **lies)
    assert progress.read(KEY) is None


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_row_11_damaged_pictures_are_refused(damage: Any) -> None:
    put("running")
    path = records.folder(KEY) / progress.PICTURES
    storage.write(path, pack({"grid": np.full((280, 280), 7, np.uint8)}))
    assert preview.read(storage.read(path))["grid"].shape == (280, 280)
    damage(path)
    try:
        arrays = preview.read(storage.read(path))
    except Damaged:
        return
    assert damage is flip and arrays["grid"].shape == (280, 280)  # one pixel of another grey


def test_row_24_a_checkpoint_of_another_version(digits: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another key; neither the old weights nor the old job get into new code."""
    half_trained()
    put("running", attempt=1)
    old = checkpoints.find(KEY, unfinished=True)
    assert old is not None
    monkeypatch.setattr(recipes, "version", lambda module: 1000)
    key = ask()
    assert key != KEY and job(key).state.state == "queued" and job(key).state.attempt == 0
    assert records.read(KEY) is None and [one.key for one in records.every()] == [key]
    with pytest.raises(Problem) as refused:
        checkpoints.find(KEY, unfinished=True)
    assert refused.value.code == "other-version"
    steps = run.run(recipe(), device="cpu")
    assert next(steps).epoch == 0  # from nothing
    steps.close()  # type: ignore[attr-defined]
    assert (old.folder / "card.json").exists()  # the old one stays, for whoever goes back
