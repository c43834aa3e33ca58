"""A training that is kept: it resumes from anywhere, keeps the right epoch, and survives full disks and divergence."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from genmodels import storage
from genmodels.arrays import pack
from genmodels.errors import Problem
from genmodels.training import checkpoints, loop, recipes, run
from genmodels.training.loop import Diverged

SETTINGS = {"epochs": 4, "hidden_dim": 16, "batch_size": 64}
RECIPE = recipes.make("vae-mnist", **SETTINGS)
KEY = recipes.key(RECIPE)

pytestmark = pytest.mark.usefixtures("home", "small")


def stopped_after(epoch: int, folder: Path | None = None) -> None:
    """Start the run and leave it in the middle of the epoch after this one."""
    steps = run.run(RECIPE, folder, device="cpu")
    for step in steps:
        if step.epoch == epoch + 1:
            break
    steps.close()  # type: ignore[attr-defined]


def result() -> checkpoints.Checkpoint:
    checkpoint = checkpoints.find(KEY)
    assert checkpoint is not None
    return checkpoint


def expected_weights(epoch: int, recipe: recipes.Recipe = RECIPE) -> dict[str, torch.Tensor]:
    """The weights after an epoch, from the bare loop."""
    for step in loop.Run(recipe, "cpu").steps():
        if step.ends_epoch and step.epoch == epoch:
            return {name: value.clone() for name, value in step.model.state_dict().items()}
    raise AssertionError


def same(arrays: dict[str, np.ndarray], weights: dict[str, torch.Tensor]) -> bool:
    return arrays.keys() == weights.keys() and all(np.array_equal(arrays[name], weights[name]) for name in arrays)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_finished_run_is_a_whole_checkpoint_and_nothing_else() -> None:
    steps = list(run.run(RECIPE, device="cpu", command="the command", keep={0, 2}))
    checkpoint = result()
    card = checkpoint.card
    best = min(range(5), key=lambda epoch: card["curve"][epoch]["valid_total"])
    assert checkpoint.epoch == best and same(checkpoint.tensors(), expected_weights(best))
    assert names(checkpoint.folder) == ["card.json", "epoch-000.safetensors", "epoch-002.safetensors", card["model"]]
    assert card["curve"] == [
        {"epoch": step.epoch, "step": step.step, **step.losses} for step in steps if step.ends_epoch
    ]
    assert card["name"] == "vae-mnist" and card["command"] == "the command" and card["seed"] == 0
    assert card["data"]["name"] == "mnist" and card["device"] == "cpu" and card["parameters"] == 26_004
    assert recipes.make(**card["recipe"]) == RECIPE
    assert list(run.run(RECIPE, device="cpu")) == []  # nothing left to do


def test_own_runs_keep_the_best_epoch_runs_without_holdout_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second curve that turns up again after epoch 2."""
    measured = loop.Run._eval_losses

    def turning(self: loop.Run, epoch: int) -> dict[str, float]:
        return {name: value + 1000 * abs(epoch - 2) for name, value in measured(self, epoch).items()}

    monkeypatch.setattr(loop.Run, "_eval_losses", turning)
    list(run.run(RECIPE, device="cpu"))
    assert result().epoch == 2 and same(result().tensors(), expected_weights(2))
    recipe = recipes.make("vae-mnist", **SETTINGS, holdout=0)
    list(run.run(recipe, device="cpu"))
    checkpoint = checkpoints.find(recipes.key(recipe))
    assert checkpoint is not None and checkpoint.epoch == 4
    assert same(checkpoint.tensors(), expected_weights(4, recipe))


@pytest.mark.parametrize("epoch", range(4))
def test_a_stopped_run_goes_on_bit_for_bit(epoch: int) -> None:
    stopped_after(epoch)
    unfinished = checkpoints.find(KEY, unfinished=True)
    assert checkpoints.find(KEY) is None and unfinished is not None and not unfinished.finished
    assert same(unfinished.tensors(), expected_weights(epoch))
    steps = list(run.run(RECIPE, device="cpu"))
    assert steps[0].epoch == epoch + 1 and steps[-1].epoch == 4
    assert same(result().tensors(), expected_weights(result().epoch))
    assert [row["epoch"] for row in result().card["curve"]] == [0, 1, 2, 3, 4]
    assert result().epochs == [0, 1, 2, 3, 4]


def test_states_within_a_long_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_SECONDS_BETWEEN_STATES", 0.0)
    steps = run.run(RECIPE, device="cpu")
    (*_, (epoch, step)) = ((step.epoch, step.step) for step in itertools.islice(steps, 13))
    assert epoch == 2 and step % 8  # in the middle
    steps.close()  # type: ignore[attr-defined]
    assert next(run.run(RECIPE, device="cpu")).step == step + 1
    list(run.run(RECIPE, device="cpu"))
    assert same(result().tensors(), expected_weights(result().epoch))


@pytest.mark.parametrize("num_spoiled", [1, 2])
def test_a_damaged_state_is_put_aside_and_the_older_one_used(num_spoiled: int) -> None:
    stopped_after(2)
    folder = checkpoints.trained_folder(KEY)
    states = sorted(folder.glob("state-*.safetensors"), reverse=True)
    assert len(states) == 2
    for state in states[:num_spoiled]:
        os.truncate(state, 1000)
    assert next(run.run(RECIPE, device="cpu")).epoch == (2 if num_spoiled == 1 else 0)
    assert len(list((folder / "quarantine").glob("state-*.safetensors"))) == num_spoiled
    list(run.run(RECIPE, device="cpu"))
    assert same(result().tensors(), expected_weights(result().epoch))


def test_a_state_of_another_run_is_put_aside() -> None:
    stopped_after(1)
    folder = checkpoints.trained_folder(KEY)
    newest = max(folder.glob("state-*.safetensors"))
    payload, sidecar = storage.verify(newest)
    storage.commit(newest, payload, sidecar | {"key": "0" * 32})
    older = min(folder.glob("state-*.safetensors"))
    storage.commit(older, pack({"model.x": np.zeros(3)}), sidecar)
    assert next(run.run(RECIPE, device="cpu")).epoch == 0
    assert len(list((folder / "quarantine").glob("state-*.safetensors"))) == 2


def test_killed_between_state_and_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """The state is the truth: what follows from it is written on resume."""
    published = run._Writer._publish

    def killed(self: run._Writer, training: loop.Run) -> None:
        if self.curve[-1]["epoch"] == 4:
            raise KeyboardInterrupt
        published(self, training)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(run._Writer, "_publish", killed)
        list(run.run(RECIPE, device="cpu"))
    assert checkpoints.find(KEY) is None
    assert list(run.run(RECIPE, device="cpu")) == []
    assert result().finished and same(result().tensors(), expected_weights(result().epoch))


def test_a_full_disk_stops_the_run_and_what_was_saved_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    real, num_failures = os.fsync, 0
    for calls_that_work in range(0, 60, 7):
        left = iter(range(calls_that_work))

        def fsync(descriptor: int) -> None:
            if next(left, None) is None:  # noqa: B023 - used up within this round
                raise OSError(errno.ENOSPC, "No space left on device")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        before = checkpoints.find(KEY, unfinished=True)
        try:
            list(run.run(RECIPE, device="cpu"))
        except Problem as problem:
            assert problem.code == "disk-full"
            num_failures += 1
        monkeypatch.setattr(os, "fsync", real)
        after = checkpoints.find(KEY, unfinished=True)
        assert not list(checkpoints.trained_folder(KEY).glob(".*"))
        if before is not None:
            assert after is not None and after.tensors()
            assert len(after.card["curve"]) >= len(before.card["curve"])
    assert num_failures >= 3 and same(result().tensors(), expected_weights(result().epoch))


def test_divergence_keeps_the_last_good_checkpoint() -> None:
    with pytest.raises(Diverged):
        for step in run.run(RECIPE, device="cpu"):
            if step.epoch == 2 and step.ends_epoch:
                with torch.no_grad():
                    next(step.model.parameters()).fill_(float("nan"))
    checkpoint = checkpoints.find(KEY, unfinished=True)
    assert checkpoint is not None and checkpoint.epoch == 2
    assert same(checkpoint.tensors(), expected_weights(2))


def test_a_folder_with_another_model_is_not_overwritten(tmp_path: Path) -> None:
    list(run.run(RECIPE, tmp_path / "out", device="cpu"))
    other = recipes.make("ae-mnist", **SETTINGS)
    with pytest.raises(Problem, match="holds another model .*--fresh"):
        list(run.run(other, tmp_path / "out", device="cpu"))
    (tmp_path / "out" / "notes.txt").write_text("mine")
    list(run.run(other, tmp_path / "out", device="cpu", fresh=True))
    assert checkpoints.open_folder(tmp_path / "out").recipe == other
    assert (tmp_path / "out" / "notes.txt").exists()


def test_two_processes_do_not_train_into_one_folder() -> None:
    with storage.only_writer(checkpoints.trained_folder(KEY)), pytest.raises(Problem, match="another process"):
        next(run.run(RECIPE, device="cpu"))


TRAINER = """
import torch
torch.set_num_threads(1)
from genmodels.data import mnist
from genmodels.training import loop, recipes, run
loop.split = lambda recipe: (
    mnist.load("test").subset(torch.arange(500)), mnist.load("test").subset(torch.arange(200)))
steps = run.run(recipes.make("vae-mnist", epochs=100, hidden_dim=16, batch_size=64), device="cpu")
print("ready", flush=True)
list(steps)
"""


@pytest.mark.slow
def test_a_killed_trainer_leaves_a_model_and_goes_on_from_it() -> None:
    """Two real kills; tests/genmodels/test_storage.py kills the writer alone thirty times."""
    key = recipes.key(recipes.make("vae-mnist", epochs=100, hidden_dim=16, batch_size=64))
    reached = -1
    for attempt in range(2):
        with subprocess.Popen([sys.executable, "-c", TRAINER], stdout=subprocess.PIPE, text=True) as trainer:
            assert trainer.stdout is not None and trainer.stdout.readline() == "ready\n"
            deadline = time.monotonic() + 30
            while _epochs(key) <= reached + 2 and time.monotonic() < deadline and trainer.poll() is None:
                time.sleep(0.01 + 0.003 * attempt)
            trainer.kill()
        checkpoint = checkpoints.find(key, unfinished=True)
        assert checkpoint is not None and checkpoint.model("cpu")
        assert len(checkpoint.card["curve"]) - 1 > reached
        reached = len(checkpoint.card["curve"]) - 1


def _epochs(key: str) -> int:
    checkpoint = checkpoints.find(key, unfinished=True)
    return len(checkpoint.card["curve"]) - 1 if checkpoint else -1


def test_a_run_begins_with_the_weights_of_another_one_and_is_another_model(tmp_path: Path) -> None:
    list(run.run(RECIPE, device="cpu"))
    first = result()
    steps = list(run.run(RECIPE, device="cpu", begin_from=first, keep={0}))
    key = recipes.key(RECIPE, begun_from=first.sha256)
    second = checkpoints.get(key)
    assert second.key == key != KEY
    assert same(
        second.tensors(0), {name: torch.from_numpy(value).half().float() for name, value in first.tensors().items()}
    )
    kept = next(row["valid_total"] for row in first.card["curve"] if row["epoch"] == first.epoch)
    assert steps[0].losses["valid_total"] == pytest.approx(kept, abs=0.5), "it stands where the other one ended"
    assert steps[-1].losses["train_total"] < first.card["curve"][-1]["train_total"]
    assert second.begun_from["name"] == "vae-mnist" and second.begun_from["sha256"] == first.sha256
    assert second.epochs_trained == first.epoch + second.epoch
    assert second.seconds == first.seconds + second.card["seconds"]
    assert "begun_from" not in first.card
    assert list(run.run(RECIPE, device="cpu", begin_from=first)) == []  # nothing left to do
    with pytest.raises(Problem, match="another model"):
        list(run.run(RECIPE, second.folder, device="cpu"))


def test_a_stopped_run_that_began_with_weights_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    list(run.run(RECIPE, device="cpu"))
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    list(run.run(RECIPE, whole, device="cpu", begin_from=result()))
    steps = run.run(RECIPE, stopped, device="cpu", begin_from=result())
    next(step for step in steps if step.epoch == 2)
    steps.close()  # type: ignore[attr-defined]
    list(run.run(RECIPE, stopped, device="cpu", begin_from=result()))
    one, other = (checkpoints.open_folder(folder).card["files"] for folder in (whole, stopped))
    assert one == other


def test_weights_of_another_network_are_no_beginning() -> None:
    list(run.run(RECIPE, device="cpu"))
    wider = recipes.make("vae-mnist", **{**SETTINGS, "hidden_dim": 17})
    with pytest.raises(Problem, match="vae-mnist are of a network with other settings"):
        list(run.run(wider, device="cpu", begin_from=result()))
