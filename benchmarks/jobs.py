"""How fast the training service answers, and what it costs: real trainers, real data, torch's import included.

    python -m benchmarks.jobs

Each part has an empty home of its own; the files that are imported lie in the cache of the system, as on a machine
that has served a page. Writes its numbers to benchmarks/results/.
"""

from __future__ import annotations

import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from benchmarks.record import write
from genmodels.jobs import commands, keeper, local, progress, queue, records, trainer
from genmodels.jobs.limits import Limits
from genmodels.training import recipes
from tests.genmodels.jobs import helpers, writer

ME = helpers.visitor(1)
LIMITS = Limits(free_gib=0)
SPELL = 60.0  # seconds of watching an idle keeper


@contextmanager
def home() -> Iterator[None]:
    """An empty one for all processes that are started meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["GENMODELS_HOME"] = name
        os.environ["GENMODELS_FREE_GIB"] = "0"
        try:
            yield
        finally:
            for job in records.every():
                if job.active:
                    queue.stop(job.key)
            helpers.until(lambda: not helpers.processes("genmodels.jobs"), 30)


def asked(seed: int, epochs: int = 20) -> str:
    """A training as the page asks for one; its key."""
    return queue.submit(recipes.make("vae-mnist", seed=seed, epochs=epochs), ME, LIMITS)


def trainer_of(key: str) -> int:
    return helpers.processes("genmodels.jobs.trainer", "-m", key)[-1]


def timed(work: Callable[[], object], until: Callable[[], object], patience: float = 60.0) -> float:
    """Seconds from the call of `work` to the moment at which `until` is true."""
    begun = time.perf_counter()
    work()
    helpers.until(until, patience)
    return time.perf_counter() - begun


def summary(seconds: list[float], bar: float) -> dict[str, Any]:
    return {"median": statistics.median(seconds), "range": [min(seconds), max(seconds)], "bar": bar, "n": len(seconds)}


def answers(rounds: int = 5) -> dict[str, Any]:
    """Submit to first progress; then each training is cancelled: running, hung, and one that waits behind it."""
    first, queued, running, hung = [], [], [], []
    with home(), keeper.in_background(local.Local("cpu"), LIMITS):
        time.sleep(1)  # it has looked once: what follows is a machine at rest
        for seed in range(rounds):
            keys: list[str] = []
            first.append(timed(lambda keys=keys, seed=seed: keys.append(asked(seed)), lambda keys=keys: _told(keys[0])))  # type: ignore[misc]
            key, behind = keys[0], asked(1000 + seed)
            queued.append(_cancel(behind))
            process = trainer_of(key)
            if seed % 2:
                os.kill(process, signal.SIGSTOP)
            (hung if seed % 2 else running).append(_cancel(key, process))
            helpers.until(lambda: not helpers.processes("genmodels.jobs"))
    return {
        "submit to first progress, s": summary(first, 4.0),
        "cancel queued, s": summary(queued, 0.1),
        "cancel running, s": summary(running, 2.0),
        "cancel hung, s": summary(hung, 2.0),
    }


def _told(key: str, attempt: int = 1) -> bool:
    report = progress.read(key)
    return report is not None and report.attempt == attempt and report.stage == "training"


def _cancel(key: str, process: int | None = None) -> float:
    """Seconds until a job is cancelled and its trainer is gone."""
    return timed(
        lambda: queue.leave(key, ME),
        lambda: helpers.job(key).state.state == "cancelled" and not (process and helpers.lives(process)),
    )


def killed(rounds: int = 3) -> dict[str, Any]:
    """Training again after kill -9 of the trainer in its second epoch."""
    seconds = []
    with home(), keeper.in_background(local.Local("cpu"), LIMITS):
        for seed in range(rounds):
            key = asked(seed)
            helpers.until(lambda key=key: _told(key) and (progress.read(key) or 0).position >= 1.1, 120)  # type: ignore[misc]
            process = trainer_of(key)
            seconds.append(timed(lambda process=process: helpers.kill(process), lambda key=key: _told(key, 2)))  # type: ignore[misc]
            queue.leave(key, ME)
            helpers.until(lambda: not helpers.processes("genmodels.jobs"))
    return {"training again after kill -9, s": summary(seconds, 10.0)}


def kills(number: int = 200) -> dict[str, Any]:
    """Kills of a writer at random moments; it raises when a checkpoint is unreadable or a step is lost."""
    with home():
        return {"killed writers, none unreadable": writer.killed(number) | {"bar": number}}


def listing(number: int = 64, rounds: int = 21) -> dict[str, Any]:
    """All that the page of trainings shows of so many jobs, half of them waiting."""
    with home():
        for seed in range(number):
            helpers.put("queued" if seed % 2 else "done", seed, by=(seed,))
        seconds = []
        for _ in range(rounds):
            begun = time.perf_counter()
            rows = commands.describe(records.every())
            seconds.append(1000 * (time.perf_counter() - begun))
        assert len(rows) == number
        for job in records.every():
            if job.active:
                records.write(job, state="cancelled")
    return {f"listing {number} jobs, ms": summary(seconds, 50.0)}


def idle(number: int = 200) -> dict[str, Any]:
    """Processor time of a process that is the keeper, with so many jobs done and nothing to do."""
    with home():
        for seed in range(number):
            helpers.put("done", seed, by=())
        process = helpers.server("told")
        time.sleep(3)  # its start is over
        before = _processor_seconds(process.pid)
        time.sleep(SPELL)
        share = (_processor_seconds(process.pid) - before) / SPELL
        process.kill()
        process.wait()
    return {"idle keeper, % of a processor": {"value": 100 * share, "bar": 0.5, "seconds": SPELL}}


def _processor_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def watched(rounds: int = 7) -> dict[str, Any]:
    """One epoch that is reported and pictured against one that nobody watches, in turn in one process."""
    import torch

    from genmodels.training import loop

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    recipe = recipes.make("vae-mnist", epochs=100)
    alone, seen, ratios = [], [], []
    with home():
        key = helpers.put("running", 0, by=()).key
        plain, reported = (loop.Run(recipe, "cpu").steps() for _ in range(2))
        reporter = trainer.Reporter(helpers.job(key), 1, "cpu")
        for steps, take in ((plain, None), (reported, reporter.take)):
            _epoch(steps, take)  # the look before training
        for number in range(rounds):
            pair = [(alone, plain, None), (seen, reported, reporter.take)]
            for times, steps, take in pair if number % 2 else pair[::-1]:
                times.append(_epoch(steps, take))
            ratios.append(seen[-1] / alone[-1])
        queue.stop(key)
        records.write(helpers.job(key), state="cancelled")
    ratio = {"median": statistics.median(ratios), "range": [min(ratios), max(ratios)]}
    return {"a watched epoch, ratio": ratio, "an epoch alone, s": statistics.median(alone)}


def _epoch(steps: Iterator[Any], take: Callable[[Any], None] | None) -> float:
    begun = time.perf_counter()
    for step in steps:
        if take is not None:
            take(step)
        if step.ends_epoch:
            break
    return time.perf_counter() - begun


PARTS: tuple[Callable[[], dict[str, Any]], ...] = (answers, killed, listing, idle, watched, kills)


def main() -> None:
    results: dict[str, Any] = {}
    loads = {}
    for part in PARTS:
        loads[part.__name__] = round(os.getloadavg()[0], 1)
        found = part()
        results |= found
        print(found, flush=True)
    write("jobs", results, **{"load average before each part": loads})


if __name__ == "__main__":
    main()
