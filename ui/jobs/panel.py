"""Training one's own: settings, queue, the progress that all who wait see, and what becomes of it on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from genmodels.errors import Problem
from genmodels.evaluation import preview
from genmodels.jobs import endings, local, progress, queue, quota, records
from genmodels.jobs import limits as host
from genmodels.jobs.progress import Progress
from genmodels.jobs.records import Job
from genmodels.storage import Damaged
from genmodels.training import checkpoints, recipes
from genmodels.training.recipes import Recipe
from ui import wording
from ui.components.run_view import run_view
from ui.figures.learning import live_curves
from ui.figures.style import CONFIG
from ui.jobs import visitor
from ui.jobs.form import chosen, control
from ui.lesson import HALF, Lesson
from ui.text import Text

Show = Callable[[str], None]
LOOK = 1.0  # seconds between two looks at a running training


# --- the panel


def panel(lesson: Lesson, name: str, settings: Sequence[str], show: Show) -> None:
    """Choose settings and train, on the left; what comes of it, on the right. `show` opens a trained model by key."""
    lesson.section("train")
    with lesson.row():
        with st.container(width=HALF):
            st.markdown(lesson.text.section("train"))
            with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
                for setting in settings:
                    control(lesson, name, setting)
            try:
                _ask(lesson, chosen(lesson, name, settings), show)
            except Problem as problem:
                lesson.notice(problem)
        with st.container(width=HALF, key="training"):
            if not lesson.state["job"] and (mine := _own_job(name)):  # whoever comes back finds it
                lesson.state.update({"job": mine}, silent=True)
            if lesson.state["job"]:
                watch(lesson, lesson.state["job"], show)
            else:
                st.markdown(lesson.text.section("train-note"))


def _own_job(name: str) -> str:
    """The training of the recipe `name` that this visitor waits for, or ""."""
    listed = [job for job in jobs_now(host_home()) if job.active and job.recipe.name == name]
    me = visitor.current() if listed else ""
    for job in listed:
        if me in job.waiting:  # a second ago; it may have been left since
            now = records.read(job.key)
            if now is not None and now.active and me in now.waiting:
                return job.key
    return ""


def _ask(lesson: Lesson, recipe: Recipe, show: Show) -> None:
    text, key = lesson.text, recipes.key(recipe)
    job = records.read(key)

    def train() -> None:
        try:
            queue.submit(recipe, visitor.current())
        except Problem as problem:
            st.session_state["train-refused"] = problem
        else:
            lesson.state.update({"job": key})

    with st.container(horizontal=True, vertical_alignment="center"):
        if checkpoints.find(key) is not None:
            st.button(text("train-open"), type="primary", key="train", on_click=_open, args=[lesson, key, show])
            st.markdown(f":small[:gray[{text('train-there')}]]")
        elif job is not None and job.active and job.waiting:  # with nobody waiting it is about to end
            st.button(text("train-join"), type="primary", key="train", on_click=train)
            st.markdown(f":small[:gray[{text('train-others', number=len(job.waiting))}]]")
        else:
            st.button(text("train-start"), type="primary", key="train", on_click=train)
            takes = queue.seconds_for(recipe, jobs_now(host_home()))
            st.markdown(f":small[:gray[{text('train-takes', time=wording.duration(takes, text))}]]")
    if problem := st.session_state.pop("train-refused", None):
        lesson.notice(problem)


def _open(lesson: Lesson, key: str, show: Show) -> None:
    lesson.state.update({"job": ""})
    quota.used(key)
    show(key)


# --- watching


def host_home() -> str:
    """What separates one host's jobs from another's in this process's caches."""
    return str(records.root())


@st.cache_resource(show_spinner=False, ttl=1.0, max_entries=4)
def jobs_now(home: str) -> list[Job]:
    """All jobs, read at most once a second however many visitors look."""
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


def watch(lesson: Lesson, key: str, show: Show) -> None:
    """What the training `key` is doing; once it is done, its model is shown."""
    job = records.read(key)
    active = job is not None and job.active
    st.fragment(_watch, run_every=LOOK if active else None)(lesson, key, show)


def _watch(lesson: Lesson, key: str, show: Show) -> None:
    if lesson.state["job"] != key:  # it was left a moment ago
        st.rerun()
    job = records.read(key)
    if job is not None and job.active:
        (_queued if job.state.state == "queued" else _running)(lesson, job)
        return
    if checkpoints.find(key) is not None:
        _open(lesson, key, show)
        st.rerun()
    _ended(lesson, key, job)


def _queued(lesson: Lesson, job: Job) -> None:
    text = lesson.text
    place = queue.starts_in(job.key, jobs_now(host_home()), len(slots(host.read().slots)))
    position, seconds = place or (1, 0.0)
    st.markdown(f"**{text('live-queued', position=position, time=wording.duration(seconds, text))}**")
    st.markdown(f":small[:gray[{_company(job, text)}]]")
    st.progress(0.0)
    _leave_buttons(lesson, job)


def _running(lesson: Lesson, job: Job) -> None:
    text, report = lesson.text, progress.read(job.key)
    if report is None or report.attempt != job.state.attempt:
        st.markdown(f"**{text('live-again' if job.state.attempt > 1 else 'live-starting')}**")
    else:
        st.markdown(f"**{told(report, text)}**")
    st.progress(report.share if report else 0.0)
    if (pictures := preview_of(job.key)) is not None:
        words = {name: text(f"view-{name}") for name in ("plane", "grid", "plane-alt", "grid-alt")}
        run_view("live-view", pictures, words)
    if report is not None and len(report.points) > 1:
        last = report.points[-1]["epoch"]
        figure = curve(job.key, last, lesson.lang, lesson.mode, lesson.page, report, job.recipe)
        st.plotly_chart(figure, theme=None, config=CONFIG, key="live-curve")
    st.markdown(f":small[:gray[{_company(job, text)}]]")
    _leave_buttons(lesson, job)


def told(report: Progress, text: Text) -> str:
    """How far a training is, and for how long it will go on."""
    epoch = min(report.epochs, int(report.position) + 1)
    if report.left is None:
        return text("live-epoch", epoch=epoch, epochs=report.epochs)
    left = wording.duration(report.left, text)
    return text("live-left", epoch=epoch, epochs=report.epochs, time=left)


def preview_of(key: str) -> Mapping[str, Any] | None:
    """The newest pictures of a training, or None."""
    from genmodels import storage

    try:
        return preview.read(storage.read(records.folder(key) / progress.PICTURES, storage.MAX_JSON))
    except Damaged:
        return None


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
        st.session_state["train-refused"] = problem


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
            st.session_state["train-refused"] = refused
        st.rerun()  # the page has to watch again

    st.button(text("live-go-on"), key="live-again", on_click=again)
