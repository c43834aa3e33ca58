"""A game that is kept as it was watched: frames in files of a moment each while it is played, in one file afterwards.

Whoever watches a training reads the files in the order of their names; each holds the frames up to the update in its
name. A run that goes on from a saved state forgets what was recorded after that, and records it again, the same.
"""

from __future__ import annotations

import math
import re
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from genmodels import storage
from genmodels.arrays import Arrays, pack, unpack
from genmodels.models.layers import GenerativeModel
from genmodels.storage import Damaged
from genmodels.training.loop import Run, Step
from genmodels.training.recipes import Recipe

FILE = "frames.safetensors"
_MOMENT = 0.2  # seconds
_PART = re.compile(r"frames-(\d{8})\.safetensors")


class Recorder:
    """Records the run of a recipe that is `recorded`, in the run's folder."""

    def __init__(self, recipe: Recipe, folder: Path, training: Run) -> None:
        from genmodels.evaluation.frames import WATCHES  # brings torch, as the training does

        self.recipe, self.folder, self.training = recipe, folder, training
        self.watch = WATCHES[recipe.recorded](recipe, training.device)
        self.every = math.ceil(recipe.num_epochs * recipe.steps_per_epoch / self.watch.most)
        self.waiting: list[Arrays] = []
        self.update, self.written = 0, time.monotonic()
        for update, path in parts(folder).items():
            if training.epoch == 0 or update > training.update:
                storage.discard(path)

    def take(self, step: Step) -> None:
        """Look at the networks as they are now, if it is time."""
        number = round(step.position * self.recipe.steps_per_epoch)
        if number % self.every and not (step.ends_epoch and step.epoch == self.recipe.num_epochs):
            return
        self.update = step.step
        self.waiting.append(self.watch.look(self._model(), step.step))
        if time.monotonic() - self.written > _MOMENT:
            self.flush()

    def _model(self) -> GenerativeModel:
        return self.training.eval_model if self.watch.averaged else self.training.model

    def flush(self) -> None:
        """Hand out what has been recorded so far."""
        from genmodels.evaluation.frames import stacked

        if self.waiting:
            path = self.folder / f"frames-{self.update:08d}.safetensors"
            storage.write(path, pack(stacked(self.waiting)), durable=False)
        self.waiting, self.written = [], time.monotonic()

    def whole(self) -> bytes:
        """All frames as one file."""
        self.flush()
        return pack(read(self.folder))

    def clear(self) -> None:
        """Remove the files of a moment each."""
        for path in parts(self.folder).values():
            storage.discard(path)


def parts(folder: Path) -> dict[int, Path]:
    """The files of a moment each, in order, by the last update in them."""
    found = ((_PART.fullmatch(path.name), path) for path in sorted(folder.glob("frames-*.safetensors")))
    return {int(match[1]): path for match, path in found if match}


def read(folder: Path) -> Arrays:
    """All frames that are there, of a training that has ended or still runs; Damaged where there are none.

    A file that is damaged, or has just gone because the training has ended, is left out.
    """
    from genmodels.evaluation.frames import joined

    with suppress(Damaged):
        return _checked(folder / FILE)
    records = []
    for path in parts(folder).values():
        with suppress(Damaged, OSError):
            records.append(_part(path, path.stat().st_mtime_ns))
    if not records:
        raise Damaged("nothing was recorded")
    return joined(records)


@lru_cache(maxsize=512)
def _part(path: Path, changed: int) -> Arrays:
    """The frames of a moment; such a file is replaced, never changed, and each look at a training reads all of them."""
    return _checked(path)


def _checked(path: Path) -> Arrays:
    from genmodels.evaluation.frames import check

    record = unpack(storage.read(path))
    check(record)
    return record
