"""The queue from a shell: the same folders as the pages use, so that a teacher prepares a class over ssh."""

from __future__ import annotations

import dataclasses
import getpass
import json
import time
from typing import Any

from genmodels.errors import Problem
from genmodels.jobs import endings, identity, keeper, local, progress, queue, quota, records
from genmodels.jobs import limits as host
from genmodels.jobs.records import Job
from genmodels.training import checkpoints, recipes
from genmodels.training.recipes import Recipe

_LOOK = 0.2  # seconds


def train(recipe: Recipe, bar_format: str, wait: bool = True) -> str:
    """Ask for a training like everybody else, and show its bar until it ends; its key.

    This process offers itself as the keeper meanwhile. Whoever has a shell here is not held to a visitor's limits.
    Raises the Problem of which the training died; "interrupted" on Ctrl-C, which ends this wait as leaving does.
    """
    limits = host.read()
    visitor = identity.public_id(f"shell:{_login()}")
    key = queue.submit(recipe, visitor, dataclasses.replace(limits, queued_per_visitor=limits.queue))
    if not wait:
        return key
    with keeper.in_background(local.Local(limits.slots), limits):
        try:
            _follow(key, recipe, bar_format)
        except KeyboardInterrupt as interrupt:
            report = progress.read(key)
            queue.leave(key, visitor)
            _until_ended(key)
            sentence = "Stopped; the same command goes on after the last whole epoch, {epoch}."
            raise Problem("interrupted", sentence, epoch=int(report.position) if report else 0) from interrupt
    return key


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return "somebody"


def _follow(key: str, recipe: Recipe, bar_format: str) -> None:
    from tqdm import tqdm

    with tqdm(total=recipe.num_epochs, unit="epoch", bar_format=bar_format) as bar:
        while (job := records.read(key)) is not None and job.active:
            _show(bar, job)
            time.sleep(_LOOK)
        if job is not None and job.state.state == "done":
            bar.update(recipe.num_epochs - bar.n)
    if checkpoints.find(key) is not None:
        return
    problem = endings.as_problem(job.state.why) if job else None
    sentence = "The training was ended by somebody else. The same command goes on where it stood."
    raise problem or Problem("ended-elsewhere", sentence)


def _show(bar: Any, job: Job) -> None:
    if job.state.state == "queued":
        place = queue.starts_in(job.key, records.every(), 1)
        bar.set_postfix_str(f"number {place[0]} in the queue" if place else "")
        return
    report = progress.read(job.key)
    if report is not None:
        bar.update(max(0.0, report.position - bar.n))
        bar.set_postfix(progress.in_words(report.points[-1], job.recipe) if report.points else {})


def _until_ended(key: str, patience: float = 5.0) -> None:
    """Wait until a job that was left has ended, so that the same command finds its folder free."""
    deadline = time.monotonic() + patience
    while (job := records.read(key)) is not None and job.cancelled and time.monotonic() < deadline:
        time.sleep(0.05)


def describe(jobs: list[Job]) -> list[dict[str, Any]]:
    """Jobs as plain values: the running ones, those waiting in their order, then the others, the newest first."""
    waiting = queue.order(jobs)
    running = [job for job in jobs if job.state.state == "running"]
    others = sorted((job for job in jobs if not job.active), key=lambda job: -job.state.since)
    rows = []
    for job in [*running, *waiting, *others]:
        report = progress.read(job.key) if job.state.state == "running" else None
        problem = endings.as_problem(job.state.why)
        rows.append(
            {
                "key": job.key,
                "name": job.recipe.name,
                "settings": recipes.changed_settings(job.recipe),
                "state": job.state.state,
                "position": waiting.index(job) + 1 if job in waiting else None,
                "epoch": round(report.position, 1) if report else None,
                "epochs": job.recipe.num_epochs,
                "seconds_left": report.left if report else None,
                "waiting": len(job.waiting),
                "why": str(problem) if problem and job.state.state == "failed" else None,
            }
        )
    return rows


def show(as_json: bool) -> None:
    """Print the jobs of this machine."""
    rows = describe(records.every())
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        where = {
            "running": f"epoch {row['epoch'] or 0} of {row['epochs']}",
            "queued": f"number {row['position']}, {row['waiting']} waiting",
        }.get(row["state"], row["why"] or "")
        settings = " ".join(f"{name}={value}" for name, value in row["settings"].items())
        print(f"{row['key']}  {row['state']:9}  {row['name']} {settings}  {where}".rstrip())


def prune(keys: list[str], disk_gib: float | None) -> list[str]:
    """Delete the models with these keys; without any, bring the disk under the quota. The keys that went."""
    for key in keys:
        quota.delete(key)
    if keys:
        return keys
    limits = host.read()
    return quota.prune(host.changed(limits, disk_gib=disk_gib) if disk_gib is not None else limits)
