"""How a trainer may end, and what follows: done, failed, cancelled, or back to the front of the queue."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genmodels.errors import Problem
from genmodels.jobs import progress, records
from genmodels.jobs.limits import Limits
from genmodels.jobs.records import Job
from genmodels.training import checkpoints

_REQUEUES = 2
_PAUSE = 30.0  # seconds until a job looks again whether its card is free
_CONTEXT = 2**29  # bytes that CUDA takes for every process on a card
_FOREIGN_SHARE = 0.05  # of a card's memory: what drivers and displays take does not count as another process


@dataclass(frozen=True)
class Ending:
    """How one attempt ended.

    `kind`: "done"; "failed", for good, with `why`; "crashed", to be tried again, with `why`; "ended", because nobody
    waits; "interrupted", through no fault of its own; "foreign": another process had the card's memory, or the folder.
    """

    kind: str
    why: dict[str, Any] = field(default_factory=dict)


def failed(problem: Problem) -> Ending:
    """For good, for a reason that people are told."""
    return Ending("failed", reason(problem))


def crashed(what: str) -> Ending:
    """The trainer died: of `what`, a few words for those who know."""
    sentence = "The training crashed again and again ({reason}). The details are in the log of its job."
    return Ending("crashed", reason(Problem("crashed", sentence, reason=what[:200])))


def reason(problem: Problem) -> dict[str, Any]:
    """A problem as a job's record keeps it."""
    return {"code": problem.code, "values": dict(problem.values), "sentence": str(problem)}


def as_problem(why: Mapping[str, Any]) -> Problem | None:
    """The problem that a record keeps, or None when there is none."""
    try:
        return Problem.recalled(str(why["code"]), str(why["sentence"]), dict(why["values"]))
    except (KeyError, TypeError, ValueError):
        return None


def out_of_memory(total: int, free: int, held: int, peak: int) -> Ending:
    """A card had no memory left: was it another process, or is the model too large?

    All in bytes: of the card, on it still free, held by this training now, and held at most.
    """
    foreign = total - free - held - _CONTEXT
    sizes = {"peak": f"{peak / 2**30:.1f}", "total": f"{total / 2**30:.1f}"}
    sentence = (
        "The graphics card ran out of memory: this training took {peak} GiB of {total} GiB. "
        "Try a smaller batch size or a smaller model."
    )
    problem = Problem("out-of-memory", sentence, **sizes)
    return Ending("foreign" if foreign > _FOREIGN_SHARE * total else "failed", reason(problem))


def card_is_taken(total: int, free: int, needed: int) -> Ending | None:
    """Looked at before a card is used, all in bytes: None, or that other processes have its memory."""
    if free >= needed:
        return None
    sentence = (
        "Other programs take the graphics card's memory: {free} GiB of {total} GiB are free. "
        "Try again when they have ended."
    )
    problem = Problem("card-taken", sentence, free=f"{free / 2**30:.1f}", total=f"{total / 2**30:.1f}")
    return Ending("foreign", reason(problem))


def conclude(key: str, attempt: int, ending: Ending, limits: Limits) -> Job | None:
    """Write down how an attempt ended; None when it is not this attempt's to say. Takes the queue's lock."""
    with records.locked():
        job = records.read(key)
        if job is None or job.state.state != "running" or job.state.attempt != attempt:
            return None
        now = time.time()
        spent = now - job.state.since
        share = spent / max(1, len(job.state.charged))
        charged = {visitor: seconds + share for visitor, seconds in job.state.charged.items()}
        (job.folder / "cancel").unlink(missing_ok=True)
        common = {"seconds": job.state.seconds + spent, "charged": charged, "handle": {}, "slot": ""}
        common |= _of_the_clock_and_of_a_processor(job, spent)
        changed = records.write(job, **common, **_what_follows(job, ending, limits, now))
        if changed.state.state == "done":
            records.call_visitors(job.folder)
        elif not changed.active:
            records.forget_visitors(job.folder)
    records.wake()
    return changed


def _of_the_clock_and_of_a_processor(job: Job, spent: float) -> dict[str, float]:
    """What the attempt took until there was a network, and of a processor from then on."""
    report = progress.read(job.key)
    if report is None or report.attempt != job.state.attempt:
        return {}
    starting = min(spent, report.started or spent)
    return {"starting": job.state.starting + starting, "worked": job.state.worked + report.worked}


def _what_follows(job: Job, ending: Ending, limits: Limits, now: float) -> dict[str, Any]:
    again = {"state": "queued", "interrupted": True}
    if ending.kind == "done" or checkpoints.find(job.key) is not None:  # it may have been killed with its work done
        return {"state": "done", "interrupted": False}
    if not job.waiting:  # however it ended: nobody is told, and nothing is tried again
        return {"state": "cancelled", "interrupted": False}
    if ending.kind in ("ended", "interrupted"):  # somebody has asked for it again in the meantime
        return again
    if ending.kind == "foreign" and job.state.requeues < _REQUEUES:
        return again | {"requeues": job.state.requeues + 1, "not_before": now + _PAUSE}
    if ending.kind == "crashed":
        crashes = job.state.crashes + 1
        if crashes < limits.attempts:
            return again | {"crashes": crashes}
        return {"state": "failed", "crashes": crashes, "interrupted": False, "why": ending.why}
    return {"state": "failed", "interrupted": False, "why": ending.why}
