"""The process that trains one job: the same run as everywhere, which tells how far it is.

    python -m genmodels.jobs.trainer KEY SLOT ATTEMPT DESCRIPTOR       (started by a runner, not by hand)

What follows from its end is the runner's affair; it says how it ended through the pipe with that file descriptor,
because on a full disk nothing else may be left to say it by.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from genmodels import storage
from genmodels.arrays import pack
from genmodels.errors import Problem
from genmodels.jobs import endings, progress, records
from genmodels.jobs.endings import Ending
from genmodels.jobs.progress import Progress
from genmodels.jobs.records import Job
from genmodels.training import checkpoints, recipes
from genmodels.training.recipes import Recipe

_BETWEEN_REPORTS = 0.2  # seconds
_BETWEEN_PICTURES = 1.0
_PICTURES_SHARE = 0.05  # of the time, at most
_PICTURED = 2000  # test pictures
_TELLING = 1.0  # seconds of learning after which it can be told how long it will go on


class Replaced(Exception):
    """Another attempt has been started: nothing more may be written."""


def main(arguments: list[str]) -> int:
    """Train, and say how it ended."""
    key, slot, attempt, descriptor = arguments
    ending = _train(key, slot, int(attempt))
    with open(int(descriptor), "w", encoding="utf-8") as last_word:
        json.dump({"kind": ending.kind, "why": ending.why}, last_word, default=str)
    return 0


def _train(key: str, slot: str, attempt: int) -> Ending:
    job = records.read(key)
    if job is None:
        return Ending("interrupted")
    reporter = Reporter(job, attempt, slot)
    reporter.enter("torch")
    gc.disable()  # torch's import makes no rubbish, and is a tenth faster when nobody looks for any
    import torch

    from genmodels.training import run

    gc.enable()
    reporter.enter("data")
    torch.set_num_threads(job.recipe.threads)
    torch.set_flush_denormal(True)  # Adam's averages fade into numbers on which a processor is ten times slower
    command = "python -m genmodels " + recipes.as_command(job.recipe)
    told: dict[str, Any] = {"before_saving": lambda: _fence(key, attempt), "begun": reporter.begin}
    try:
        if (taken := _card_is_taken(slot, job.recipe)) is not None:
            return taken
        for step in run.run(job.recipe, device=slot, command=command, **told):
            reporter.take(step)
    except Replaced:
        return Ending("interrupted")
    except Problem as problem:
        _log()
        if problem.code == "already-running":  # a trainer before this one is dying, or somebody trains there by hand
            return Ending("foreign", endings.reason(problem))
        return endings.failed(problem)
    except torch.OutOfMemoryError:
        _log()
        return _out_of_memory(slot)
    except Exception as error:
        _log()
        return endings.crashed(f"{type(error).__name__}: {error}")
    return Ending("done")


def _log() -> None:
    with suppress(OSError):  # on a full disk there is no log either
        traceback.print_exc()


def _fence(key: str, attempt: int) -> None:
    """Before every commit: on a shared file system a lock may be none, and an older attempt may still live."""
    job = records.read(key)
    if job is None or job.state.attempt != attempt:
        raise Replaced(key)


def _card_is_taken(slot: str, recipe: Recipe) -> Ending | None:
    import torch

    if not slot.startswith("cuda"):
        return None
    free, total = torch.cuda.mem_get_info(slot)
    return endings.card_is_taken(total, free, recipe.card_memory)


def _out_of_memory(slot: str) -> Ending:
    import torch

    if not slot.startswith("cuda"):
        return endings.crashed("out of memory")
    free, total = torch.cuda.mem_get_info(slot)
    held, peak = torch.cuda.memory_reserved(slot), torch.cuda.max_memory_reserved(slot)
    return endings.out_of_memory(total, free, held, peak)


class Reporter:
    """Tells of a training: numbers a few times a second, pictures more rarely; at first, what it waits for."""

    def __init__(self, job: Job, attempt: int, slot: str) -> None:
        self.key, self.recipe, self.attempt, self.slot = job.key, job.recipe, attempt, slot
        self.asked = job.state.since  # when the attempt was begun, by the clock that all processes share
        self.stage, self.started = "torch", 0.0
        self.begun = self.first_step = time.monotonic()
        self.begun_processor = 0.0
        self.first: float | None = None  # the position after the first step of this attempt, which takes longest
        self.points = list(self._earlier_points())
        self.position = self.points[-1]["epoch"] if self.points else 0.0  # whoever goes on is not at the beginning
        self.reported = self.pictured = -1e9
        self.pause = _BETWEEN_PICTURES
        self.pictures: dict[str, Any] = {}
        self.before: tuple[int, float, dict[str, float]] = (0, 0.0, {})  # epoch, share of it, losses at the step before

    def enter(self, stage: str) -> None:
        """Tell what comes now; on a full disk in silence, as the first model that cannot be saved says why."""
        self.stage = stage
        with suppress(Problem):
            self._report(self.position, time.monotonic())

    def begin(self, training: Any) -> None:
        """There is a network: show what it does before it has learned anything, or anything more."""
        self.started = time.time() - self.asked
        self.begun = self.first_step = time.monotonic()
        self.begun_processor = time.process_time()
        self.position = training.position
        self.enter("untrained")
        self._show(training.eval_model, self.position)

    def _earlier_points(self) -> Iterator[dict[str, float]]:
        """What an attempt before this one has told, as far as it was kept."""
        before = checkpoints.find(self.key, unfinished=True)
        for row in before.card["curve"] if before else []:
            yield progress.point(self.recipe, float(row["epoch"]), row)

    def take(self, step: Any) -> None:
        """Tell of one step, if it is time."""
        now = time.monotonic()
        if self.stage != "training":
            self.stage = "training"
            self.points = [point for point in self.points if point["epoch"] < step.position]
        if self.first is None and step.epoch > 0:  # 0: the look before all learning
            self.first, self.first_step = step.position, now
        self.points.append(progress.point(self.recipe, step.position, self._lately(step)))
        last = step.ends_epoch and step.epoch == self.recipe.num_epochs
        if now - self.reported > _BETWEEN_REPORTS or last or step.epoch == 0:
            self._report(step.position, now)
        if now - self.pictured > self.pause or last:
            self._show(step.model, step.position)

    def _lately(self, step: Any) -> dict[str, float]:
        """The step's losses, those in training as means since the step before, not since the epoch began.

        Otherwise the curve would lag behind within each epoch, and jump down at the beginning of the next one.
        """
        share = step.position - (step.epoch - 1)
        epoch, share_before, before = self.before
        if epoch != step.epoch:
            share_before, before = 0.0, {}
        self.before = (step.epoch, share, step.losses)
        lately = dict(step.losses)
        for name in step.losses:
            if name.startswith("train_"):
                summed, summed_before = step.losses[name] * share, before.get(name, 0.0) * share_before
                lately[name] = (summed - summed_before) / (share - share_before)
        return lately

    def _report(self, position: float, now: float) -> None:
        self.points = progress.thinned(self.points)
        report = Progress(
            attempt=self.attempt,
            position=position,
            epochs=self.recipe.num_epochs,
            seconds=now - self.begun,
            left=self._left(position, now),
            device=self.slot,
            memory=progress.resident(os.getpid()),
            card_memory=_card_memory(self.slot) if self.started else 0,  # asking would bring torch
            points=self.points,
            stage=self.stage,
            started=self.started,
            worked=self._worked(),
        )
        progress.write(self.key, report)
        self.reported = now

    def _left(self, position: float, now: float) -> float | None:
        """Seconds until the end, at the speed of this attempt so far."""
        seconds = now - self.first_step
        if position >= self.recipe.num_epochs:
            return 0.0
        if self.first is None or seconds < _TELLING or position <= self.first:
            return None
        return seconds / (position - self.first) * (self.recipe.num_epochs - position)

    def _worked(self) -> float:
        """Seconds of the processor since there was a network; 0 where a graphics card does the work."""
        return 0.0 if self.slot.startswith("cuda") or not self.started else time.process_time() - self.begun_processor

    def _show(self, model: Any, position: float) -> None:
        import torch

        from genmodels.evaluation.preview import preview

        begun = time.monotonic()
        test = self.recipe.examples("test")
        few = test.subset(torch.arange(min(_PICTURED, len(test))))
        self.pictures = preview(self.recipe, model, few, self.pictures or None)
        payload = pack(self.pictures | {"position": np.array(position, np.float32)})
        storage.write(records.folder(self.key) / progress.PICTURES, payload, durable=False)
        self.pictured = time.monotonic()
        self.pause = max(_BETWEEN_PICTURES, (self.pictured - begun) / _PICTURES_SHARE)


def _card_memory(slot: str) -> int:
    import torch

    return int(torch.cuda.max_memory_reserved(slot)) if slot.startswith("cuda") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
