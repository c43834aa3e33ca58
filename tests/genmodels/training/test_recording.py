"""A recorded training: its frames are there while it runs and afterwards, and after a kill they are the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from genmodels import storage
from genmodels.storage import Damaged
from genmodels.training import checkpoints, loop, recipes, recording, run

RECIPE = recipes.make("gan-points", epochs=2, hidden_dim=8, batch_size=64)


@pytest.fixture(autouse=True)
def few(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 points to learn from; every look is written at once."""
    splits = RECIPE.examples("train").subset(torch.arange(500)), RECIPE.examples("test").subset(torch.arange(100))
    monkeypatch.setattr(loop, "split", lambda recipe: splits)
    monkeypatch.setattr(recording, "_MOMENT", 0.0)


def whole(folder: Path) -> dict[str, np.ndarray]:
    for _ in run.run(RECIPE, folder, device="cpu"):
        pass
    return recording.read(folder)


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_all_frames_are_kept_in_one_file(tmp_path: Path) -> None:
    record = whole(tmp_path / "a")
    updates = record["numbers"][:, 0].tolist()
    assert updates == sorted(set(updates)) and updates[0] == 0 and updates[-1] == 16
    checkpoint = checkpoints.open_folder(tmp_path / "a")
    assert recording.FILE in checkpoint.card["files"]
    assert recording.parts(tmp_path / "a") == {}
    storage.check((tmp_path / "a" / recording.FILE).read_bytes(), checkpoint.card["files"][recording.FILE], "frames")


def test_frames_arrive_while_it_trains(tmp_path: Path) -> None:
    seen = []
    for step in run.run(RECIPE, tmp_path / "a", device="cpu"):
        record = recording.read(tmp_path / "a")
        assert record["numbers"][-1, 0] == step.step
        seen.append(len(record["numbers"]))
    assert seen == sorted(set(seen)) and len(seen) > 15


@pytest.mark.parametrize("stop", [3, 8, 11])
def test_a_training_that_was_stopped_records_the_same(tmp_path: Path, stop: int) -> None:
    """In the middle of an epoch, at its end, and in the next one."""
    expected = whole(tmp_path / "a")
    steps = run.run(RECIPE, tmp_path / "b", device="cpu")
    for number, _ in enumerate(steps):
        if number == stop:
            break
    steps.close()  # type: ignore[attr-defined]
    assert same(whole(tmp_path / "b"), expected)


def test_killed_between_its_last_state_and_its_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = whole(tmp_path / "a")
    with monkeypatch.context() as patch:

        def killed(writer: object, training: loop.Run) -> None:
            if training.epoch > RECIPE.num_epochs:
                raise KeyboardInterrupt

        patch.setattr(run._Writer, "_publish", killed)
        with pytest.raises(KeyboardInterrupt):
            whole(tmp_path / "b")
    assert same(whole(tmp_path / "b"), expected)
    assert checkpoints.open_folder(tmp_path / "b").finished


def test_a_damaged_moment_is_left_out(tmp_path: Path) -> None:
    steps = run.run(RECIPE, tmp_path / "a", device="cpu")
    for number, _ in enumerate(steps):
        if number == 5:
            break
    parts = recording.parts(tmp_path / "a")
    before = recording.read(tmp_path / "a")
    next(iter(parts.values())).write_bytes(b"no frames")
    after = recording.read(tmp_path / "a")
    assert 0 < len(after["numbers"]) < len(before["numbers"])


def test_where_nothing_was_recorded(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="nothing was recorded"):
        recording.read(tmp_path)


def test_a_long_training_has_no_more_frames_than_can_be_gone_through(tmp_path: Path) -> None:
    long = recipes.make("gan-points", epochs=100)
    training = loop.Run(RECIPE, "cpu")
    recorder = recording.Recorder(long, tmp_path, training)
    assert long.num_epochs * long.steps_per_epoch / recorder.every <= recorder.watch.most


def test_starting_over_begins_a_new_record(tmp_path: Path) -> None:
    whole(tmp_path / "a")
    for step in run.run(RECIPE, tmp_path / "a", device="cpu", fresh=True):
        if step.epoch == 1:
            break
    assert recording.read(tmp_path / "a")["numbers"][-1, 0] < 16
    assert not (tmp_path / "a" / recording.FILE).exists()


def test_other_trainings_are_not_recorded(tmp_path: Path) -> None:
    assert not recipes.make("vae-mnist").recorded and not recipes.make("ddpm-points").recorded
