"""Training one's own: the settings and the button on the left, what becomes of it on the right."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genmodels.errors import Problem
from genmodels.jobs import estimates, queue, records
from genmodels.jobs import limits as host
from genmodels.jobs.records import Job
from genmodels.training import checkpoints, recipes
from genmodels.training.recipes import Recipe
from ui import style, wording
from ui.jobs import form, visitor
from ui.jobs.form import control
from ui.jobs.watching import REFUSED, Show, host_home, jobs_now, open_model, slots, watch
from ui.lesson import HALF, Lesson
from ui.text import Text


def panel(lesson: Lesson, name: str, settings: Sequence[str], show: Show, about: str = "train") -> None:
    """Choose settings and train, on the left; what comes of it, on the right. `show` opens a trained model by key.

    The page's sections `about` and `<about>-note` say what is trained.
    """
    lesson.section("train")
    if not lesson.state["job"] and (mine := _own_job(name)):  # whoever comes back finds it
        lesson.state.update({"job": mine}, silent=True)
    with lesson.row():
        with st.container(width=HALF):
            st.markdown(lesson.text.section(about))
            with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
                for setting in settings:
                    control(lesson, name, setting)
            try:
                _ask(lesson, form.recipe(lesson.state, name, settings), show)
            except Problem as problem:
                lesson.notice(problem)
        with st.container(width=HALF, key="training"):
            if lesson.state["job"]:
                watch(lesson, lesson.state["job"], show)
            else:
                st.markdown(lesson.text.section(f"{about}-note"))


def _own_job(name: str) -> str:
    """The training of the recipe `name` that this visitor waits for, or whose model waits for this visitor, or ""."""
    listed = [job for job in jobs_now(host_home()) if job.recipe.name == name]
    me = visitor.current() if listed else ""
    for job in sorted(listed, key=lambda job: (job.active, job.state.since), reverse=True):
        if me in job.waiting:  # a second ago; it may have been left since
            now = records.read(job.key)
            if now is not None and now.active and me in now.waiting:
                return job.key
        if job.state.state == "done" and records.is_called(job, me) and checkpoints.find(job.key) is not None:
            return job.key
    return ""


def _ask(lesson: Lesson, recipe: Recipe, show: Show) -> None:
    """The button for what can be done with the chosen settings now, and a sentence; none for what is done already."""
    text, key = lesson.text, recipes.key(recipe)
    job, watched = records.read(key), lesson.state["job"] == key
    with st.container(horizontal=True, vertical_alignment="center"):
        if checkpoints.find(key) is not None:
            if not watched:
                with st.container(key="watch-open", width="content"):
                    st.button(
                        text("train-open"), type="primary", key="train", on_click=open_model, args=[lesson, key, show]
                    )
            style.small(text("train-there"))
        elif job is not None and job.active and visitor.current() in job.waiting:
            if not watched:
                st.button(text("train-look"), key="train", on_click=lesson.state.update, args=[{"job": key}])
            style.small(text("train-yours"))
        else:
            _offer(lesson, recipe, job)
    if sentence := _small(lesson, recipe):
        style.small(sentence)
    if problem := st.session_state.pop(REFUSED, None):
        lesson.notice(problem)


def _offer(lesson: Lesson, recipe: Recipe, job: Job | None) -> None:
    """To train, or to wait for what somebody else has asked for."""
    text = lesson.text

    def train() -> None:
        try:
            key = queue.submit(recipe, visitor.current())
        except Problem as problem:
            st.session_state[REFUSED] = problem
        else:
            lesson.state.update({"job": key})

    if job is not None and job.active and job.waiting:  # with nobody waiting it is about to end
        st.button(text("train-join"), type="primary", key="train", on_click=train)
        style.small(text("train-others", number=len(job.waiting)))
        return
    st.button(text("train-start"), type="primary", key="train", on_click=train)
    style.small(_how_long(recipe, text))


def _how_long(recipe: Recipe, text: Text) -> str:
    """What the training takes as busy as the machine is now, and, where it would have to wait for others, how long."""
    jobs = jobs_now(host_home())
    takes = estimates.of(recipe, jobs)
    before, wait = queue.would_start_in(recipe, visitor.current(), jobs, len(slots(host.read().slots)))
    time, start, until = (wording.about(seconds, text) for seconds in (takes.total, takes.starting, wait))
    sentence = text("train-takes", time=time, start=start)
    return f"{sentence} {text('train-waits', number=before, time=until)}" if wait else sentence


def _small(lesson: Lesson, recipe: Recipe) -> str:
    """That the network is a small one, and what was spent on the one that comes along; or ""."""
    shipped = checkpoints.find(recipe.name)
    first = recipes.first_settings(recipe.name)
    if shipped is None or not first:
        return ""
    theirs = {name: getattr(shipped.recipe, name) for name in first} | {"epochs": shipped.epochs_trained}
    if any(getattr(recipe, name) >= value for name, value in theirs.items()):
        return ""
    text = lesson.text
    return text(
        "train-small",
        settings=wording.told(theirs, text),
        time=wording.duration(shipped.seconds, text),
        device=shipped.card["device"].upper(),
    )
