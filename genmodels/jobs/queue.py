"""Asking for a training and leaving it; who is next.

One training per recipe, whoever asks: who asks for what is queued or running already waits for the same job. Leaving
ends one's own wait only; the last one to leave ends the job.

The order: what was interrupted goes on first. Then, one by one, the job of the visitor who has used the fewest seconds
of training today, what stands before it in the queue included; first come, first served among equals.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from genmodels import data as datasets
from genmodels.errors import Problem
from genmodels.jobs import estimates, quota, records
from genmodels.jobs import limits as host
from genmodels.jobs.limits import Limits
from genmodels.jobs.records import Job, State
from genmodels.training import checkpoints, recipes
from genmodels.training.recipes import Recipe

_MEMORY = 24 * 3600.0  # seconds for which use counts


def submit(recipe: Recipe, visitor: str, limits: Limits | None = None) -> str:
    """Ask for `recipe` to be trained, and wait for it; the key of the job and of its result.

    `visitor` is a public id (identity.py). Nothing happens when the result is there already.
    Raises Problem when the queue is full, when the visitor has enough in it, when the disk has no room, and
    when the data cannot be learned from.
    """
    limits = limits or host.read()
    key = recipes.key(recipe)
    if checkpoints.find(key) is not None:
        return key
    datasets.check(recipe.data)
    with records.locked():
        jobs = records.every()
        job = next((one for one in jobs if one.key == key), None)
        if job is None or not job.active:
            _refuse_what_is_too_much(jobs, visitor, limits)
            quota.make_room(limits, protected={one.key for one in jobs if one.active} | {key})
            records.ballast()
            records.forget_visitors(records.folder(key))  # of a life before that was killed in between
            records.add_visitor(records.folder(key), visitor)
            _enqueue(key, recipe, job)
        else:
            records.add_visitor(job.folder, visitor)
        (records.folder(key) / "cancel").unlink(missing_ok=True)
    records.wake()
    return key


def _refuse_what_is_too_much(jobs: Iterable[Job], visitor: str, limits: Limits) -> None:
    queued = [job for job in jobs if job.state.state == "queued"]
    if len(queued) >= limits.queue:
        sentence = "{number} trainings are waiting, and more are not taken. Try again when some have ended."
        raise Problem("queue-full", sentence, number=len(queued))
    if sum(visitor in job.waiting for job in queued) >= limits.queued_per_visitor:
        sentence = "You have {number} trainings waiting, which is the limit. Wait for one to start, or leave one."
        raise Problem("visitor-queue-full", sentence, number=limits.queued_per_visitor)


def _enqueue(key: str, recipe: Recipe, before: Job | None) -> None:
    now = time.time()
    attempt = before.state.attempt if before else 0
    charged = before.state.charged if before else {}
    state = State(state="queued", asked=now, since=now, attempt=attempt, charged=charged)
    records.write(Job(key, recipe, state, ()))


def leave(key: str, visitor: str) -> None:
    """End this visitor's wait, and with the last one's the job."""
    with records.locked():
        job = records.read(key)
        if job is None or not job.active:
            return
        if visitor in job.waiting:  # nothing else is ever made into a path
            (job.folder / "waiting" / visitor).unlink(missing_ok=True)
        if set(job.waiting) <= {visitor}:
            _end(job)
    records.wake()


def stop(key: str) -> None:
    """End a job for everybody: the teacher's word. Problem when there is no such job waiting or running."""
    with records.locked():
        job = records.read(key)
        if job is None or not job.active:
            raise Problem("no-such-job", "No training {key} is waiting or running.", key=key)
        records.forget_visitors(job.folder)
        _end(job)
    records.wake()


def _end(job: Job) -> None:
    if job.state.state == "queued":
        records.write(job, state="cancelled")
    else:
        (job.folder / "cancel").touch()  # its runner sees it


# --- the order


def order(jobs: Iterable[Job], now: float | None = None) -> list[Job]:
    """The queued ones among `jobs`, in the order in which they will start."""
    jobs = list(jobs)
    pace, used = estimates.pace(jobs), _used(jobs, now or time.time())
    queued = sorted((job for job in jobs if job.state.state == "queued"), key=lambda job: (job.state.asked, job.key))
    ordered = [job for job in queued if job.state.interrupted]
    left = [job for job in queued if not job.state.interrupted]
    while left:
        chosen = min(left, key=lambda job: min((used[visitor] for visitor in job.waiting), default=0.0))
        left.remove(chosen)
        ordered.append(chosen)
        for visitor in chosen.waiting:
            used[visitor] += pace.of(chosen.recipe).total / len(chosen.waiting)
    return ordered


def next_to_start(jobs: Sequence[Job], limits: Limits, now: float) -> Job | None:
    """The job that a free slot should take: the first in order whose visitors do not have enough running already.

    A visitor with enough running is served all the same when nobody else waits.
    """
    ready = [job for job in order(jobs, now) if job.state.not_before <= now]
    running = Counter(visitor for job in jobs if job.state.state == "running" for visitor in job.waiting)

    def modest(job: Job) -> bool:
        return any(running[visitor] < limits.running_per_visitor for visitor in job.waiting)

    return next((job for job in ready if modest(job)), ready[0] if ready else None)


def starts_in(key: str, jobs: Sequence[Job], num_slots: int, now: float | None = None) -> tuple[int, float] | None:
    """Position in the queue, from 1, and the seconds until this job should start; None when it is not queued."""
    now = now or time.time()
    waiting = order(jobs, now)
    position = next((i for i, job in enumerate(waiting, 1) if job.key == key), None)
    if position is None:
        return None
    running = [job for job in jobs if job.state.state == "running"]
    if len(running) + position <= num_slots:  # there is a free slot for it
        return position, 0.0
    ahead = [estimates.left(job, jobs, now - job.state.since) for job in running]
    ahead += [estimates.of(job.recipe, jobs).total for job in waiting[: position - 1]]
    return position, sum(ahead) / max(1, num_slots)


def would_start_in(
    recipe: Recipe, visitor: str, jobs: Sequence[Job], num_slots: int, now: float | None = None
) -> tuple[int, float]:
    """How many trainings would be before `recipe` if this visitor asked for it now, and the seconds until it starts."""
    now = now or time.time()
    asked = Job(recipes.key(recipe), recipe, State(state="queued", asked=now, since=now), (visitor,))
    all_jobs = [*(job for job in jobs if job.key != asked.key), asked]
    position, seconds = starts_in(asked.key, all_jobs, num_slots, now) or (1, 0.0)
    return position - 1 + sum(job.state.state == "running" for job in all_jobs), seconds


def _used(jobs: Sequence[Job], now: float) -> defaultdict[str, float]:
    """Seconds of training by visitor, of the last day; running ones count as if they went to their end."""
    used: defaultdict[str, float] = defaultdict(float)
    pace = estimates.pace(jobs)
    for job in jobs:
        if job.state.since > now - _MEMORY:
            for visitor, seconds in job.state.charged.items():
                used[visitor] += seconds
        if job.state.state == "running":
            for visitor in job.waiting:
                used[visitor] += pace.of(job.recipe).total / len(job.waiting)
    return used
