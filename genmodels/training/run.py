"""A training that is kept: it saves itself after every epoch, goes on where it was stopped, and ends as a checkpoint.

The truth of an unfinished run is its newest state (weights, Adam, random numbers, position, curve); the model's file
and the card follow from it and are written again on resume if the run was killed in between.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from genmodels import data as datasets
from genmodels import storage
from genmodels.arrays import pack, unpack
from genmodels.data import Examples
from genmodels.errors import Problem
from genmodels.storage import Damaged
from genmodels.training import averages, checkpoints, loop, recipes, recording
from genmodels.training.checkpoints import CARD, Checkpoint
from genmodels.training.loop import Step
from genmodels.training.recipes import LAST, Recipe
from genmodels.training.recording import Recorder

KEPT_EPOCHS = frozenset({0, 1, 2, 3, 5, *range(10, 101, 10)})
_STATES = 2  # the newest may be damaged; then the one before it is used
_SECONDS_BETWEEN_STATES = 30.0  # within an epoch that takes long


def run(
    recipe: Recipe,
    folder: Path | None = None,
    *,
    device: str = "auto",
    command: str = "",
    keep: Collection[int] = KEPT_EPOCHS,
    fresh: bool = False,
    begin_from: Checkpoint | None = None,
    averaged: bool = False,
    before_saving: Callable[[], object] | None = None,
    begun: Callable[[loop.Run], object] | None = None,
) -> Iterator[Step]:
    """Train `recipe` and keep it in `folder` (default: where its key says), handing out the loop's steps.

    Goes on from the newest whole state, so that a run may be stopped at any moment and asked for again; nothing is
    handed out when it is finished already, unless `fresh`, which starts over. `begin_from` is a model of the same shape
    whose weights a new run begins with; its name and hash are noted on the card, and its hash is part of the key.
    `command` is noted on the card, and `keep` are the epochs whose weights are kept for looking back. `averaged` puts
    two averages of the weights aside after every epoch, for `averages.choose`. `before_saving`
    is called before anything is written, and may raise to keep it from being written; `begun` hears of the run once,
    before its first step: where the network is large, the look at it that this step is takes long.
    Raises Problem when the disk is full, when another process writes the folder or when it holds another model, and
    Diverged; what was saved before stays.
    """
    key = recipes.key(recipe, begun_from=begin_from.sha256 if begin_from else "")
    folder = folder or checkpoints.trained_folder(key)
    with storage.only_writer(folder):
        storage.sweep(folder)
        if fresh:
            _clear(folder)
        if _is_finished(folder, key):
            return
        noted = (command, frozenset(keep), device, before_saving or (lambda: None), begin_from, averaged)
        writer = _Writer(recipe, key, folder, *noted)
        if begun is not None:
            begun(writer.training)
        for step in writer.training.steps():
            writer.take(step)
            yield step


def _is_finished(folder: Path, key: str) -> bool:
    """Whether the folder holds the finished model with this key; Problem when it holds another one."""
    if not (folder / CARD).exists():
        return False
    try:
        checkpoint = checkpoints.open_folder(folder)
        checkpoint.tensors()
    except (Damaged, Problem):
        return False
    if checkpoint.key != key:
        raise Problem(
            "folder-taken",
            "{folder} holds another model ({name}). Choose another folder, or start over with --fresh.",
            folder=str(folder),
            name=checkpoint.recipe.name,
        )
    return checkpoint.finished


def _clear(folder: Path) -> None:
    for pattern in (
        CARD,
        "model-*.safetensors",
        "epoch-*.safetensors",
        "state-*.safetensors",
        "state-*.json",
        "frames*.safetensors",
        averages.SNAPSHOTS,
    ):
        for path in folder.glob(pattern):
            storage.discard(path)


@dataclass
class _Writer:
    """Writes one run to its folder; made, it has found the newest whole state and stands there."""

    recipe: Recipe
    key: str
    folder: Path
    command: str
    keep: frozenset[int]
    device: str
    before_saving: Callable[[], object]
    begin_from: Checkpoint | None
    averaged: bool
    curve: list[dict[str, float]] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seconds_before = 0.0
        self.started = self.saved = time.monotonic()
        self.training = self._resumed(loop.split(self.recipe))
        self.recorder = Recorder(self.recipe, self.folder, self.training) if self.recipe.recorded else None
        if self.training.epoch and self.training.batch == 0:  # the card may not have been written for this epoch
            self._publish(self.training)

    def _resumed(self, splits: tuple[Examples, Examples]) -> loop.Run:
        for path in sorted(self.folder.glob("state-*.safetensors"), reverse=True):
            training = loop.Run(self.recipe, self.device, splits, self.averaged)
            try:
                payload, record = storage.verify(path)
                if record.get("key") != self.key:
                    raise Damaged("it is the state of another run")
                training.restore({name: torch.from_numpy(value) for name, value in unpack(payload).items()})
                self.curve, self.files = record["curve"], record["files"]
                self.seconds_before = float(record["seconds"])
            except (Damaged, LookupError, ValueError, TypeError, RuntimeError) as damage:
                storage.quarantine(path, str(damage))
                storage.quarantine(storage.sidecar_path(path), str(damage))
                continue
            return training
        return self._begun(loop.Run(self.recipe, self.device, splits, self.averaged))

    def _begun(self, training: loop.Run) -> loop.Run:
        """A new run, with the weights it is to begin with."""
        if self.begin_from is not None:
            weights = {name: torch.from_numpy(value) for name, value in self.begin_from.tensors().items()}
            try:
                training.begin_from(weights)
            except RuntimeError as error:
                sentence = "The weights of {name} are of a network with other settings; begin with one of the same."
                raise Problem("other-network", sentence, name=self.begin_from.recipe.name) from error
        return training

    def take(self, step: Step) -> None:
        """Save what this step calls for: at the end of an epoch everything, within a long one the state."""
        if self.recorder:
            self.recorder.take(step)
        if step.ends_epoch:
            self.curve.append({"epoch": step.epoch, "step": step.step, **step.losses})
        elif time.monotonic() - self.saved < _SECONDS_BETWEEN_STATES:
            return
        self.before_saving()
        if self.recorder:
            self.recorder.flush()
        self._save_state(step.step)
        if step.ends_epoch:
            self._publish(self.training)

    def _save_state(self, step: int) -> None:
        arrays = {name: tensor.numpy() for name, tensor in self.training.state().items()}
        record = {
            "key": self.key,
            "step": step,
            "curve": self.curve,
            "files": self.files,
            "seconds": self._seconds(),
            "versions": _versions(),
        }
        storage.commit(self.folder / f"state-{step:08d}.safetensors", pack(arrays), record)
        self.saved = time.monotonic()
        self._prune_states(_STATES)

    def _seconds(self) -> float:
        return round(self.seconds_before + time.monotonic() - self.started, 1)

    def _prune_states(self, num_kept: int) -> None:
        for path in sorted(self.folder.glob("state-*.safetensors"))[: -num_kept or None]:
            storage.discard(path)
            storage.discard(storage.sidecar_path(path))

    def _best_epoch(self) -> int:
        """The epoch that did best on the examples held out, by the recipe's loss; with none held out, the last one."""
        loss = f"valid_{self.recipe.best_by}"
        comparable = [row for row in self.curve if loss in row]  # in an earlier phase that loss is not there yet
        if self.recipe.best_by == LAST or not comparable:
            return int(self.curve[-1]["epoch"])
        return int(min(comparable, key=lambda row: row[loss])["epoch"])

    def _publish(self, training: loop.Run) -> None:
        """Write the weights that the epoch just ended adds, then the card that makes them count."""
        epoch, best = int(self.curve[-1]["epoch"]), self._best_epoch()
        finished = epoch == self.recipe.num_epochs
        weights = {name: value.cpu().numpy() for name, value in training.eval_model.state_dict().items()}
        if epoch in self.keep and not (finished and epoch == best):
            self._write_file(f"epoch-{epoch:03d}.safetensors", pack(weights, half=True))
        if epoch == best:
            self._write_file(f"model-{epoch:03d}.safetensors", pack(weights))
        if training.averages and epoch:
            snapshot = {name: value.cpu().numpy() for name, value in training.averages.state().items()}
            storage.write(self.folder / averages.SNAPSHOT.format(update=training.update), pack(snapshot, half=True))
        before = {name for name in self.files if name.startswith("model-")}
        model = f"model-{best:03d}.safetensors"
        self.files = {name: about for name, about in self.files.items() if name not in before - {model}}
        if finished and self.recorder:
            self._write_file(recording.FILE, self.recorder.whole())
        storage.write_json(self.folder / CARD, self._card(training, best, model, finished))
        # the model of the card before is left for one more epoch, for whoever is just reading it
        keep = {model} if finished else {model} | before
        for path in self.folder.glob("model-*.safetensors"):
            if path.name not in keep:
                storage.discard(path)
        if finished:
            self._prune_states(0)
            if self.recorder:
                self.recorder.clear()

    def _write_file(self, name: str, payload: bytes) -> None:
        storage.write(self.folder / name, payload)
        self.files[name] = storage.fingerprint(payload)

    def _origin(self) -> dict[str, Any]:
        first = self.begin_from
        if first is None:
            return {}
        told = {"name": first.recipe.name, "sha256": first.sha256, "recipe": first.card["recipe"]}
        return {"begun_from": {**told, "epochs": first.epochs_trained, "seconds": first.seconds}}

    def _card(self, training: loop.Run, best: int, model: str, finished: bool) -> dict[str, Any]:
        kept_row = next(row for row in self.curve if row["epoch"] == best)
        return {
            "name": self.recipe.name,
            "key": self.key,
            "recipe": recipes.as_settings(self.recipe),
            "seed": self.recipe.seed,
            "lesson_version": recipes.version(self.recipe.module),
            "command": self.command,
            **self._origin(),
            "data": {"name": self.recipe.data, "sha256": datasets.content_hash(self.recipe.data)},
            "finished": finished,
            "epoch": best,
            "model": model,
            "files": self.files,
            "eval_split": self.recipe.eval_split,
            "curve": self.curve,
            "metrics": {name: value for name, value in kept_row.items() if name not in ("epoch", "step")},
            "parameters": sum(parameter.numel() for parameter in training.model.parameters()),
            "device": _device_name(training.device),
            "versions": _versions(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": self._seconds(),
        }


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), "torch": str(torch.__version__), "numpy": np.__version__}


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
