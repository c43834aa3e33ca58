"""Trainings: what this host computes, for how many, and every model that has come of it."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from genmodels.jobs import limits, progress, queue
from genmodels.jobs.records import Job
from genmodels.training import checkpoints, recipes
from lessons.training import host
from lessons.training.host import Model
from lessons.training.sparkline import sparkline
from ui import wording
from ui.charts import chart
from ui.course import page_of, view_of
from ui.fragments import fragment
from ui.jobs import visitor, watching
from ui.lesson import HALF, Lesson
from ui.state import Token

LOOK = 2.0  # seconds
BUTTON, BUTTONS = 88, 176  # CSS pixels, one and both: those of all models stand below each other
NUM_SHOWN, NUM_ENDED = 20, 5


def known(name: str) -> None:
    """A shipped model's name or a key, as the link may carry it."""
    if name not in recipes.names():
        checkpoints.trained_folder(name)


lesson = Lesson("training", {"of": Token("", known)})
state, text = lesson.state, lesson.text


def now() -> None:
    """What runs, waits, and has failed, looked at again and again."""
    jobs = host.jobs()
    done = {job.key for job in jobs if job.state.state == "done"}
    if done != st.session_state.setdefault("trainings-done", done):
        st.session_state["trainings-done"] = done
        host.forget()
        st.rerun()  # a model has been added
    facts = [f":gray[{text(f'host-{name}-name')}] {fact}" for name, fact in host.facts(text).items()]
    st.markdown("  \n".join(facts))
    running = [job for job in jobs if job.state.state == "running"]
    active = [*running, *queue.order(jobs)]
    if not active:
        st.markdown(text("nothing"))
    for job in active:
        show_job(job, jobs)
    ended = sorted(
        (job for job in jobs if job.state.state in ("failed", "cancelled")), key=lambda job: -job.state.since
    )
    if ended:
        lesson.note("ended")
    for job in ended[:NUM_ENDED]:
        st.markdown(f"{label(job.recipe)} · :gray[{host.status(job, jobs, text)}]")


def label(recipe: recipes.Recipe) -> str:
    """A recipe in a list: its name, and what was set otherwise."""
    return f"**{recipe.name}** {wording.in_words(recipe, text)}"


def show_job(job: Job, jobs: list[Job]) -> None:
    """One training that runs or waits, with the way to its page and the ways out of it."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"job-{job.key}"):
        with st.container(width="stretch"):
            first = f"{label(job.recipe)} · :gray[{host.company(job, text)}]"
            st.markdown(f"{first}  \n:small[:gray[{host.status(job, jobs, text)}]]")
            report = progress.read(job.key) if job.state.state == "running" else None
            if report is not None:
                st.progress(report.share)
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            link(job.recipe.name, text("watch"), job=job.key)
            if (me := visitor.current()) in job.waiting:
                st.button(text("leave"), key=f"leave-{job.key}", on_click=queue.leave, args=[job.key, me])
            if visitor.is_teacher():
                stop = watching.stop_for_all
                st.button(text("live-stop-all"), key=f"stop-{job.key}", on_click=stop, args=[job.key])


def link(of: str, words: str, **query: str) -> None:
    """The way to the page where models of this name are used, if there is one, with a model or a training on it."""
    if page := page_of(of):
        values = {"lang": lesson.lang, **view_of(of), **{name: value for name, value in query.items() if value}}
        st.page_link(f"../pages/{page}.py", label=words, query_params=values)


def show_model(model: Model) -> None:
    """One trained model in the list."""
    recipe, curve = model.checkpoint.recipe, host.curve(model)
    with st.container(horizontal=True, vertical_alignment="center", key=f"model-{model.name}"):
        ends = {"first": f"{curve[0]:.4g}", "last": f"{curve[-1]:.4g}"} if curve else {"first": "?", "last": "?"}
        st.html(sparkline(curve, text("curve-alt", **ends)), width=112)
        with st.container(width="stretch"):
            mark = " :material/keep:" if model.pinned else ""
            name, about = f"**{recipe.name}** {host.changes(model, text)}{mark}", host.about(model, text)
            st.markdown(f"{name}  \n{text(f'about-{recipe.name}')}  \n:small[:gray[{about}]]")
        with st.container(horizontal=True, width=BUTTONS, horizontal_alignment="right", vertical_alignment="center"):
            link(recipe.name, text("use"), model=host.asked_for(model))
            open_now = state["of"] == model.name
            words, change = text("less" if open_now else "more"), {"of": "" if open_now else model.name}
            st.button(words, key=f"more-{model.name}", on_click=state.update, args=[change], width=BUTTON)
    if open_now:
        details(model)


def details(model: Model) -> None:
    """Everything about one model: card, curve, download with the lines that load it, pin and delete."""
    recipe = model.checkpoint.recipe
    with lesson.row():
        with st.container(width=HALF):
            st.markdown(host.card_table(model, text))
        with st.container(width=HALF):
            figure = watching.curve_of(recipe, host.points(model), text, lesson.mode)
            chart(figure, "model-curve")
    with st.container(horizontal=True):
        name = host.file_name(model)
        st.download_button(text("download"), lambda: host.weights(model), name, on_click="ignore", type="primary")
        if not model.shipped and visitor.is_teacher():
            action = "unpin" if model.pinned else "pin"
            st.button(text(action), key="pin", on_click=host.change, args=[action, model.checkpoint.key])
        if host.may_delete(model):
            with st.popover(text("delete")):
                st.markdown(text("delete-sure"))
                st.button(text("delete-yes"), key="delete", on_click=host.change, args=["delete", model.checkpoint.key])
    st.code(host.snippet(model), language=None)


lesson.header()
if isinstance(problem := st.session_state.pop("trainings-problem", None), Problem):
    lesson.notice(problem)
lesson.heading("now")
fragment(now, run_every=LOOK)()
st.markdown(text.section("queue", queued=limits.read().queued_per_visitor))
lesson.section("models")
lesson.note("curves")
found = host.models()
shipped, own = ([one for one in found if one.shipped is kind] for kind in (True, False))
for one in [*shipped, *own[:NUM_SHOWN], *(model for model in own[NUM_SHOWN:] if model.name == state["of"])]:
    show_model(one)
if len(own) > NUM_SHOWN:
    lesson.note("more-models", number=len(own) - NUM_SHOWN)
lesson.section("class")
st.markdown(text.section("class"))
visitor.sign_in()
state.mirror(lesson.lang)
