"""How long a training will take here: told from how long the last ones took, and from how busy the processor is now.

A training is its start, until there is a network, and its epochs. Of each that ended well both are known without what
other programs took: that part is taken out of the last ones, and put into the next one as it is now.
"""

from __future__ import annotations

import os
import statistics
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import psutil

from genmodels.jobs import progress
from genmodels.jobs.records import Job
from genmodels.training.recipes import Recipe

START = 4.0  # seconds; a first guess, until a training has ended here
_LOOK = 0.05  # of an epoch: how long the look at the network takes, with which each training begins
_LAST = 10  # trainings that are remembered of each kind
_ENOUGH = 1.0  # seconds of a processor after which a running training tells how busy it is
_LEAST = 0.05  # of a core: however busy the processor is, a polite program gets that much
_SPELL = 30.0  # seconds for which is remembered how busy it was
_BETWEEN_LOOKS = 1.0  # seconds
_MOMENT = 0.1  # seconds of looking, where nobody has looked before


class Estimate(NamedTuple):
    """Seconds until a training learns, the look at its untrained network included, and seconds of learning."""

    starting: float
    learning: float

    @property
    def total(self) -> float:
        """Seconds from the start of the first process to the end."""
        return self.starting + self.learning


@dataclass(frozen=True)
class Pace:
    """What the last trainings took, of an idle processor: seconds to start, and by name those of a usual epoch."""

    start: float
    epochs: Mapping[str, float]

    def of(self, recipe: Recipe, slowdown: float = 1.0) -> Estimate:
        """How long this one should take, everything `slowdown` times as long as on an idle processor."""
        epoch = recipe.effort * self.epochs.get(recipe.name, recipe.epoch_seconds)
        return Estimate(slowdown * (self.start + _LOOK * epoch), slowdown * recipe.num_epochs * epoch)


def pace(jobs: Iterable[Job]) -> Pace:
    """Medians over the last trainings of each kind that ended well."""
    ended = (job for job in jobs if job.state.state == "done" and job.state.seconds)
    newest = sorted(ended, key=lambda job: job.state.since, reverse=True)
    starts = [_slept(job) for job in newest if job.state.starting][:_LAST]
    epochs: dict[str, list[float]] = defaultdict(list)
    for job in newest:
        learned = max(0.1, job.state.worked or job.state.seconds - (job.state.starting or START))
        epochs[job.recipe.name].append(learned / ((job.recipe.num_epochs + _LOOK) * job.recipe.effort))
    medians = {name: statistics.median(values[:_LAST]) for name, values in epochs.items()}
    return Pace(statistics.median(starts) if starts else START, medians)


def _slept(job: Job) -> float:
    """Seconds that the start of a job would have taken if no other program had wanted the processor.

    Its epochs tell: what they took of the clock for each second of a processor, its start took too.
    """
    learning = job.state.seconds - job.state.starting
    return job.state.starting / max(1.0, learning / job.state.worked if job.state.worked else 1.0)


def slowdown(jobs: Sequence[Job]) -> float:
    """How many times as long work takes now as on an idle processor.

    The trainings that run have measured it. Without any, what other programs leave to a polite one says it.
    """
    running = [progress.read(job.key) for job in jobs if job.state.state == "running"]
    measured = [one.waited for one in running if one is not None and one.worked > _ENOUGH]
    if measured:
        return max(1.0, statistics.median(measured))
    return 1 / max(_LEAST, min(1.0, free_cores()))


class Processor(NamedTuple):
    """Seconds since the machine started, of all cores together."""

    idle: float
    polite: float  # of programs that leave the processor to others, as trainers do
    busy: float  # of all other programs


def look() -> None:
    """Remember how busy the processor is; for whoever is alive all the time, such as the keeper."""
    with _lock:
        now = time.monotonic()
        while _looks and now - _looks[0][0] > _SPELL:
            _looks.popleft()
        if not _looks or now - _looks[-1][0] >= _BETWEEN_LOOKS:
            _looks.append((now, _processor()))


def free_cores() -> float:
    """Cores that one more polite program would have got in the last half minute: what is idle, or its equal share.

    Waits for a tenth of a second where nobody has looked before.
    """
    look()
    with _lock:
        since, before = _looks[0]
    if time.monotonic() - since < _MOMENT:
        time.sleep(_MOMENT)
    idle, polite, busy = (now - then for now, then in zip(_processor(), before, strict=True))
    passed = idle + polite + busy
    cores = len(os.sched_getaffinity(0))
    if passed <= 0:
        return float(cores)
    idle, polite, busy = (cores * seconds / passed for seconds in (idle, polite, busy))
    programs = max(polite, _programs() - busy)  # who is not polite seldom waits: those that wait are polite
    return max(idle, (idle + polite) / (programs + 1))


_looks: deque[tuple[float, Processor]] = deque()
_lock = Lock()


def _programs() -> float:
    """Programs that compute or would like to, as a mean over about a minute."""
    return psutil.getloadavg()[0]


def _processor() -> Processor:
    times = psutil.cpu_times()
    idle, polite = times.idle + getattr(times, "iowait", 0.0), getattr(times, "nice", 0.0)
    return Processor(idle, polite, times.user + times.system)


def of(recipe: Recipe, jobs: Sequence[Job]) -> Estimate:
    """How long `recipe` would take if it was begun now."""
    return pace(jobs).of(recipe, slowdown(jobs))


def left(job: Job, jobs: Sequence[Job], passed: float) -> float:
    """Seconds until a running job ends, which has run for `passed` seconds: as it says itself, or as it is expected."""
    report = progress.read(job.key)
    if report is not None and report.attempt == job.state.attempt and report.left is not None:
        return report.left
    return max(1.0, of(job.recipe, jobs).total - passed)
