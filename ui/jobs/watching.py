"""Watching a training: its place in the queue, its start, what it does while it learns, and its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from genmodels import storage
from genmodels.errors import Problem
from genmodels.evaluation import preview
from genmodels.jobs import endings, estimates, local, progress, queue, quota, records
from genmodels.jobs import limits as host
from genmodels.jobs.progress import Progress
from genmodels.jobs.records import Job
from genmodels.storage import Damaged
from genmodels.training import checkpoints
from genmodels.training.recipes import Recipe
from ui import style, wording
from ui.charts import chart
from ui.components.run_view import run_view
from ui.figures.learning import live_curves
from ui.fragments import fragment
from ui.jobs import visitor
from ui.lesson import Lesson
from ui.recently import span
from ui.text import Text

Show = Callable[[str], None]
REFUSED = "train-refused"  # in the session: what could not be done as asked, for the panel to say
LOOK = 1.0  # seconds between two looks at a running training
NEARLY = 0.99  # of the bar, while anything is left to do


# --- what is known of all trainings


def host_home() -> str:
    """What separates one host's jobs from another's in this process's caches."""
    return str(records.root())


def jobs_now(home: str) -> list[Job]:
    """All jobs, read at most once a second however many visitors look."""
    return _jobs(home, span(1.0))


def forget() -> None:
    """A job was ended or deleted: the next look reads anew."""
    _jobs.clear()


@st.cache_resource(show_spinner=False, max_entries=4)
def _jobs(home: str, when: int) -> list[Job]:
    return records.every()


@st.cache_resource(show_spinner=False, max_entries=4)
def slots(setting: str) -> tuple[str, ...]:
    """The devices that train here, asked for once."""
    return local.Local(setting).slots()


@st.cache_resource(show_spinner=False, max_entries=64)
def curve(
    key: str, last: float, lang: str, mode: str | None, page: str, _report: Progress, _recipe: Recipe
) -> go.Figure:
    """The learning curve up to the position `last`, built once for all who watch."""
    return curve_of(_recipe, _report.points, Text(page, lang, mode), mode)


def curve_of(recipe: Recipe, points: Sequence[Mapping[str, float]], text: Text, mode: str | None) -> go.Figure:
    """The learning curves of a recipe, in its unit."""
    words = {name: text(f"live-{name}") for name in ("train", "cut")}
    words |= {"epoch": text("live-axis"), "eval": text(f"split-{recipe.eval_split}")}
    words["unit"] = text(f"axis-{recipe.unit.name}")
    curves = {curve: text(f"live-{curve}") if len(recipe.curves) > 1 else "" for curve in recipe.curves}
    return live_curves(points, recipe.num_epochs, curves, words, recipe.unit.digits, mode)


def report_of(job: Job) -> Progress | None:
    """What the running attempt of a job says; None before its first word."""
    report = progress.read(job.key)
    return report if report is not None and report.attempt == job.state.attempt else None


def told(job: Job, report: Progress | None, text: Text) -> str:
    """How far a running training is, and for how long it will go on."""
    if report is None or report.stage != "training":
        if job.state.attempt > 1:
            return text("live-again")
        return text("live-starting" if report is None or report.stage == "torch" else f"live-{report.stage}")
    epoch = min(report.epochs, int(report.position) + 1)
    if report.left is None:
        return text("live-epoch", epoch=epoch, epochs=report.epochs)
    left = wording.duration(report.left, text)
    return text("live-left", epoch=epoch, epochs=report.epochs, time=left)


def preview_of(key: str) -> Mapping[str, Any] | None:
    """The newest pictures of a training, or None."""
    try:
        return preview.read(storage.read(records.folder(key) / progress.PICTURES, storage.MAX_JSON))
    except Damaged:
        return None


# --- one of them


def watch(lesson: Lesson, key: str, show: Show) -> None:
    """What the training `key` is doing; once it is done, the offer to show its model."""
    job = records.read(key)
    active = job is not None and job.active
    fragment(_watch, run_every=LOOK if active else None)(lesson, key, show, active)


def _watch(lesson: Lesson, key: str, show: Show, ticking: bool) -> None:
    job = records.read(key)
    active = job is not None and job.active
    left, refused = lesson.state["job"] != key, REFUSED in st.session_state
    if left or refused or active != ticking:  # the rest of the page has something else to say, or looks begin or end
        st.rerun()
    if job is not None and job.active:
        (_queued if job.state.state == "queued" else _running)(lesson, job)
        return
    if checkpoints.find(key) is not None:
        _ready(lesson, key, job, show)
    else:
        _ended(lesson, key, job)


def _queued(lesson: Lesson, job: Job) -> None:
    text, mine = lesson.text, visitor.current() in job.waiting
    place = queue.starts_in(job.key, jobs_now(host_home()), len(slots(host.read().slots)))
    position, seconds = place or (1, 0.0)
    words = text("live-yours" if mine else "live-queued", position=position, time=wording.about(seconds, text))
    st.markdown(f"**{words}**")
    style.small(_company(job, text))
    _leave_buttons(lesson, job)


def _running(lesson: Lesson, job: Job) -> None:
    text, report, jobs = lesson.text, report_of(job), jobs_now(host_home())
    passed = max(0.0, time.time() - job.state.since)
    st.markdown(f"**{told(job, report, text)}**")
    so_far = job.state.seconds + passed
    st.progress(min(NEARLY, so_far / (so_far + estimates.left(job, jobs, passed))))
    if report is None or report.stage != "training":
        whole = estimates.of(job.recipe, jobs)
        times = {"start": wording.about(whole.starting, text), "total": wording.about(whole.total, text)}
        style.small(text("live-so-far", passed=wording.duration(passed, text), **times))
    _pictures(lesson, job.key)
    if report is not None:
        _curve(lesson, job.key, report, job.recipe)
    style.small(_company(job, text))
    _leave_buttons(lesson, job)


def _pictures(lesson: Lesson, key: str) -> None:
    """What it does now, and after how many epochs that was."""
    text, pictures = lesson.text, preview_of(key)
    if pictures is None:
        return
    words = {name: text(f"view-{name}") for name in ("plane", "grid", "plane-alt", "grid-alt")}
    run_view("live-view", pictures, words)
    if "position" in pictures:
        position = float(pictures["position"])
        style.small(text("live-pictures", epochs=f"{position:.1f}") if position else text("live-unlearned"))


def _curve(lesson: Lesson, key: str, report: Progress, recipe: Recipe) -> None:
    if len(report.points) > 1:
        figure = curve(key, report.points[-1]["epoch"], lesson.lang, lesson.mode, lesson.page, report, recipe)
        chart(figure, "live-curve")


def _ready(lesson: Lesson, key: str, job: Job | None, show: Show) -> None:
    """It is done. Its last pictures stay, and nothing else on the page changes until the visitor asks for it."""
    text, report, recipe = lesson.text, progress.read(key), checkpoints.get(key).recipe
    st.markdown(f"**{text('live-done')}**")
    st.progress(1.0)
    _pictures(lesson, key)
    if report is not None:
        _curve(lesson, key, report, recipe)
    if job is not None and job.state.seconds:
        times = {"time": job.state.seconds, "start": job.state.starting}
        style.small(text("live-took", **{name: wording.duration(value, text) for name, value in times.items()}))
    with st.container(horizontal=True):
        with st.container(key="watch-ready", width="content"):
            st.button(text("live-show"), type="primary", key="live-show", on_click=open_model, args=[lesson, key, show])
        st.button(text("live-later"), key="live-later", on_click=_put_off, args=[lesson, key])


def open_model(lesson: Lesson, key: str, show: Show) -> None:
    """Bring a trained model onto the page's stage."""
    _put_off(lesson, key)
    quota.used(key)
    show(key)


def _put_off(lesson: Lesson, key: str) -> None:
    """The visitor has seen that it is ready."""
    records.has_looked(key, visitor.current())
    lesson.state.update({"job": ""})


def _company(job: Job, text: Text) -> str:
    mine = visitor.current() in job.waiting
    others = len(job.waiting) - mine
    return text("live-alone") if mine and not others else text("live-with" if mine else "live-watch", number=others)


def _leave_buttons(lesson: Lesson, job: Job) -> None:
    """Leave, which ends one's own wait; for the teacher also the end for all."""
    text, me = lesson.text, visitor.current()

    def leave() -> None:
        queue.leave(job.key, me)
        lesson.state.update({"job": ""})

    with st.container(horizontal=True):
        if me in job.waiting:
            alone = len(job.waiting) == 1
            st.button(text("live-stop" if alone else "live-leave"), key="live-leave", on_click=leave)
        if visitor.is_teacher():
            st.button(text("live-stop-all"), key="live-stop-all", on_click=stop_for_all, args=[job.key])


def stop_for_all(key: str) -> None:
    """The teacher ends a training; nothing to do when it has just ended by itself."""
    try:
        queue.stop(key)
    except Problem as problem:
        st.session_state[REFUSED] = problem


def _ended(lesson: Lesson, key: str, job: Job | None) -> None:
    """It was stopped or has failed: why, and how to go on."""
    text = lesson.text
    problem = endings.as_problem(job.state.why) if job else None
    if problem is not None:
        lesson.notice(problem)
    else:
        st.markdown(text("live-stopped" if job else "live-gone"))
    if job is None:
        return

    def again() -> None:
        try:
            queue.submit(job.recipe, visitor.current(), host.read())
        except Problem as refused:
            st.session_state[REFUSED] = refused

    st.button(text("live-go-on"), key="live-again", on_click=again)
