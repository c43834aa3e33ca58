"""Rows 14, 15 and 18 of the fault table: the share of the disk, what is evicted while it is read, and paths."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from genmodels.errors import Problem
from genmodels.jobs import endings, keeper, local, progress, queue, quota, records
from genmodels.jobs.limits import Limits
from genmodels.training import checkpoints, recipes, run
from tests.genmodels.jobs.helpers import ROOT, ask, put, recipe, visitor

KEY = recipes.key(recipe())
MB = 2**20


def model(seed: int, size: int = 100 * MB, used: float = 0.0) -> str:
    """Something of that size (but no room on the disk) in `trained`, used last so many seconds ago."""
    key = recipes.key(recipe(seed))
    folder = checkpoints.trained_folder(key)
    folder.mkdir(parents=True)
    with open(folder / "model-001.safetensors", "wb") as file:
        file.truncate(size)
    (folder / "card.json").write_text("{}")
    os.utime(folder / "card.json", (time.time() - used,) * 2)
    return key


def there() -> set[str]:
    return {one.key for one in quota.stored()}


def test_row_14_the_least_recently_used_go_running_and_pinned_ones_stay() -> None:
    oldest, pinned, older, newer, running = (model(seed, used=1000 - seed) for seed in range(5))
    quota.pin(pinned)
    put("running", 4)
    quota.used(oldest)  # somebody looks at it
    limits = Limits(disk_gib=0.3 + 64 / 1024, free_gib=0)  # and 64 MB for the new one
    queue.submit(recipe(5), visitor(1), limits)
    assert there() == {oldest, pinned, running} and not list((records.root().parent / "trained").glob(".gone*"))
    quota.pin(pinned, False)
    os.utime(checkpoints.trained_folder(pinned) / "card.json", (1, 1))
    queue.submit(recipe(6), visitor(1), Limits(disk_gib=0.2 + 64 / 1024, free_gib=0))
    assert there() == {oldest, running}
    assert (newer, older) != (oldest, running)


def test_row_14_without_room_the_new_job_is_refused_and_nothing_goes() -> None:
    keys = {model(seed, used=1000 - seed) for seed in range(3)}
    for key in keys:
        quota.pin(key)
    loose = model(3)
    with pytest.raises(Problem, match="There is no room for another model: 2[67][0-9] MB are missing") as refused:
        queue.submit(recipe(5), visitor(1), Limits(disk_gib=0.1, free_gib=0))
    assert refused.value.code == "no-room" and there() == keys | {loose} and records.every() == []
    with pytest.raises(Problem, match="no room on the disk of .*Free some space there"):
        queue.submit(recipe(5), visitor(1), Limits(free_gib=1e6))
    assert there() == keys | {loose}


def test_room_is_asked_of_the_settings_where_there_is_no_model_to_delete() -> None:
    with pytest.raises(Problem, match="no room in the 0.01 GiB for own models: 54 MB are missing. Raise disk_gib"):
        queue.submit(recipe(5), visitor(1), Limits(disk_gib=0.01, free_gib=0))
    with pytest.raises(Problem, match="Free some space there, or lower free_gib"):
        quota.prune(Limits(free_gib=1e6))


def test_row_14_prune_keeps_the_quota_and_what_is_new() -> None:
    model(0, used=100)
    put("done", 0)
    newer = model(1, used=10)
    put("done", 1)
    put("failed", 2)
    put("failed", 3)
    state = records.folder(recipes.key(recipe(3))) / "state.json"
    state.write_text(state.read_text().replace('"since": 1', '"since": 0.1'))  # long ago
    data = records.root().parent / "data"
    data.mkdir()
    (data / "downloaded").write_bytes(bytes(MB))
    assert quota.prune(Limits(disk_gib=0.1, free_gib=0)) == [recipes.key(recipe(0))]
    assert there() == {newer} and (data / "downloaded").exists()
    assert {one.key for one in records.every()} == {newer, recipes.key(recipe(2))}


def test_deleting_is_for_models_that_nobody_trains() -> None:
    key = model(0)
    put("running")
    with pytest.raises(Problem, match="Stop the training first"):
        quota.delete(key)
    put("done")
    quota.pin(key)
    quota.delete(key)
    assert there() == set() and records.every() == []
    for refused in (quota.delete, quota.pin):
        with pytest.raises(Problem, match="no own model"):
            refused(key)


def test_row_15_evicted_while_a_page_reads_it(digits: object, own_home: Path) -> None:
    """The old picture or "train again", never anything else, in a tight loop."""
    list(run.run(recipe(), device="cpu"))
    spare = own_home / "spare"
    shutil.copytree(checkpoints.trained_folder(KEY), spare)
    quota.remove(KEY)
    outcomes: dict[str, int] = {}
    stop = threading.Event()

    def evict() -> None:
        while not stop.is_set():
            shutil.copytree(spare, own_home / "aside")
            os.rename(own_home / "aside", checkpoints.trained_folder(KEY))
            time.sleep(0.002)
            quota.remove(KEY)

    evictor = threading.Thread(target=evict)
    evictor.start()
    try:
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            outcome = _look()
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    finally:
        stop.set()
        evictor.join()
    assert outcomes.get("read", 0) > 10 and outcomes.get("not-trained", 0) > 10
    assert set(outcomes) <= {"read", "not-trained", "damaged-checkpoint"}


def _look() -> str:
    """As a page does."""
    try:
        checkpoint = checkpoints.get(KEY)
        assert len(checkpoint.epochs) == 5
        for epoch in checkpoint.epochs:
            assert checkpoint.tensors(epoch)
        quota.used(KEY)
        quota.stored()
    except Problem as problem:
        return problem.code
    return "read"


BAD_KEYS = [
    "../x",
    "../" * 10 + "etc/passwd",
    "a\0b",
    "a" * 300,
    "",
    ".",
    "/etc",
    "A" * 32,
    "é" * 32,
    KEY + "\n",
    KEY[:-1],
]
BY_KEY: dict[str, Callable[[str], object]] = {
    "read": records.read,
    "folder": records.folder,
    "progress": progress.read,
    "leave": lambda key: queue.leave(key, visitor(1)),
    "stop": queue.stop,
    "pin": quota.pin,
    "unpin": lambda key: quota.pin(key, False),
    "delete": quota.delete,
    "conclude": lambda key: endings.conclude(key, 1, endings.Ending("done"), Limits()),
}
BY_MODEL: dict[str, Callable[[str], object]] = {
    "used": quota.used,
    "trained_folder": checkpoints.trained_folder,
    "load": lambda key: checkpoints.load(key=key),
}


@pytest.mark.parametrize("bad", BAD_KEYS, ids=ascii)
def test_row_18_what_is_no_key_is_refused(own_home: Path, bad: str) -> None:
    records.root().mkdir(parents=True)
    for name, call in (BY_KEY | BY_MODEL).items():
        with pytest.raises(Problem) as refused:
            call(bad)
        assert refused.value.code == "bad-key", name
    assert [path.name for path in own_home.rglob("*") if path.is_file()] in ([], ["queue.lock"])
    for visiting in (lambda: queue.submit(recipe(), bad), lambda: records.add_visitor(records.folder(KEY), bad)):
        with pytest.raises(Problem) as refused:
            visiting()
        assert refused.value.code == "bad-visitor"
    assert records.every() == []


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody may be led to; what lies in it must be there afterwards, and nothing else."""
    place = tmp_path / "elsewhere"
    place.mkdir()
    (place / "theirs").write_text("theirs")
    yield place
    assert [path.name for path in place.rglob("*")] == ["theirs"]


@pytest.mark.parametrize("which", ["jobs", "trained"])
def test_row_18_a_linked_folder_is_refused(own_home: Path, elsewhere: Path, which: str) -> None:
    other = put("queued", 1).key
    (own_home / which).mkdir(exist_ok=True)
    (own_home / which / KEY).symlink_to(elsewhere)
    for name, call in BY_KEY.items():
        with pytest.raises(Problem, match="is a link, which is not followed") as refused:
            call(KEY)
        assert refused.value.code == "linked-job", name
    with pytest.raises(Problem, match="is a link, which is not followed"):
        ask()
    assert [one.key for one in records.every()] == [other]
    quota.prune(Limits(disk_gib=0.01, free_gib=0))
    assert there() == set()
    quota.remove(KEY)  # takes the link away, not what it leads to
    assert not os.path.lexists(own_home / which / KEY)


def test_row_18_a_linked_record_is_put_aside(elsewhere: Path) -> None:
    state = records.folder(put("queued").key) / "state.json"
    state.unlink()
    state.symlink_to(elsewhere / "theirs")
    assert records.read(KEY) is None and records.every() == []
    assert ask() == KEY and not state.is_symlink()


@pytest.mark.parametrize("key", ["../x", "a" * 300, KEY.upper()])
@pytest.mark.parametrize("command", ["cancel", "prune"])
def test_row_18_on_the_command_line(own_home: Path, command: str, key: str) -> None:
    words = [sys.executable, "-m", "genmodels", command, key]
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 2 and "is not a key" in answer.stderr and "Traceback" not in answer.stderr


@pytest.mark.parametrize("command", ["cancel", "prune", "jobs", "train"])
def test_row_18_links_on_the_command_line(own_home: Path, elsewhere: Path, command: str) -> None:
    (own_home / "jobs").mkdir(parents=True)
    (own_home / "jobs" / KEY).symlink_to(elsewhere)
    settings = ["vae-mnist", "--epochs", "4", "--set", "hidden_dim=16", "--set", "batch_size=64", "--detach"]
    words = {"jobs": [], "train": settings}.get(command, [KEY])
    answer = subprocess.run(
        [sys.executable, "-m", "genmodels", command, *words], cwd=ROOT, capture_output=True, text=True
    )
    assert "Traceback" not in answer.stderr
    if command == "jobs":
        assert answer.returncode == 0 and answer.stdout == ""
    else:
        assert answer.returncode == 1 and "is a link, which is not followed" in answer.stderr


def test_row_18_a_runner_refuses_too(own_home: Path, elsewhere: Path) -> None:
    (own_home / "trained").mkdir(parents=True)
    (own_home / "trained" / KEY).symlink_to(elsewhere)
    adapter = local.Local("cpu", ["/bin/true"])
    for key in ("../x", KEY):
        handle = adapter.start(key, "cpu", 1)
        deadline = time.monotonic() + 10
        while adapter.alive(handle) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not adapter.alive(handle)
    assert keeper.Keeper(adapter).tick() is None
