"""The parts of the first page: the family tree with its leaves, the path through the course, and what stands below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from genmodels.errors import Problem
from genmodels.evaluation.comparison import ENTRANTS
from lessons.home import leaves, measures, scene
from lessons.home.emerging import emerging
from lessons.home.family_tree import family_tree
from lessons.home.leaves import BRANCHES, LEAVES, NUM, Drawn
from lessons.home.measures import Mark
from lessons.home.scene import DIGITS, ETA, GUIDANCE, MODEL, PICTURES, STEPS, real
from ui import background
from ui.background import Work
from ui.components import as_text
from ui.components.tiles import tiles
from ui.course import page_of, view_of
from ui.lesson import HALF, Lesson
from ui.live import Live
from ui.widgets import choice

TILE = 58  # pixels


# --- the family tree


def controls(lesson: Lesson) -> None:
    """Which of the two pictures, and other digits."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tree-controls"):
        with st.container(width="stretch"):
            views = {name: text(f"picture-{name}") for name in PICTURES}
            choice(lesson, "picture", text("picture"), views, label_visibility="collapsed")
        st.button(text("again"), key="home-again", on_click=state.update, args=({"seed": state["seed"] + 1},))


def tree(lesson: Lesson) -> Drawn | None:
    """The tree, or its leaves on measured axes; what has been drawn for it, once that is whole."""
    seed = lesson.state["seed"]

    def show(drawn: Drawn) -> None:
        family_tree("family_tree", lesson.state["picture"], _branches(lesson), _leaves(lesson, drawn), *_axes(lesson))

    try:
        work: Work[Drawn] = leaves.drawing(seed)
    except Problem as problem:  # too many wait already: the page stands, with empty leaves
        lesson.notice(problem)
        show(Drawn())
        return None
    background.show(
        lesson, "drawn", work, show, lambda: leaves.drawing(seed, again=True), lambda: show(Drawn()), bar=False
    )
    return work.so_far[-1] if work.so_far and work.so_far[-1].whole else None


def _branches(lesson: Lesson) -> dict[str, Any]:
    """The tree as its component reads it."""

    def branch(name: str, below: list[Any]) -> dict[str, Any]:
        label, about = lesson.text(f"branch-{name}"), lesson.text(f"branch-{name}-about")
        return {"name": name, "label": label, "about": about, "below": below}

    def parts(below: Mapping[str, tuple[str, ...]]) -> list[Any]:
        return [one for name, last in below.items() for one in ([branch(name, list(last))] if name else last)]

    return branch("root", [branch(name, parts(below)) for name, below in BRANCHES.items()])


def _leaves(lesson: Lesson, drawn: Drawn) -> dict[str, Any]:
    text = lesson.text

    def leaf(family: str) -> dict[str, Any]:
        model = leaves.entrant(family).model
        return {
            "title": text(f"{family}-family"),
            "line": text(f"{family}-line"),
            "page": page_of(model),
            "query": {"lang": lesson.lang, **view_of(model)},
            "num": NUM,
            "pictures": as_text(drawn.pictures[family]) if family in drawn.pictures else "",
            "alt": text("leaf-alt" if family in drawn.pictures else "leaf-empty", number=NUM, model=model),
        }

    return {family: leaf(family) for family in LEAVES}


def _axes(lesson: Lesson) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The marks of the second picture, and the words of both."""
    marks = measures.measured() if lesson.state["picture"] == "trilemma" else ()
    return [_mark(lesson, mark) for mark in marks], lesson.text.all("tree-")


def _mark(lesson: Lesson, mark: Mark) -> dict[str, Any]:
    text = lesson.text
    facts = {"time": duration(lesson, mark.milliseconds), "times": f"{mark.times_real:.1f}"}
    return {
        "name": mark.name,
        "family": mark.family,
        "main": mark.is_leaf,
        "title": text(f"{'mark' if mark.is_leaf else 'relative'}-{mark.name}", **steps(mark.name)),
        "facts": text("mark-facts", **facts, coverage=f"{100 * mark.coverage:.0f}"),
        "milliseconds": mark.milliseconds,
        "times": mark.times_real,
        "coverage": mark.coverage,
    }


def steps(name: str) -> dict[str, int]:
    """What the title of an entrant of the comparison needs to know of it."""
    options = next(one.options for one in ENTRANTS if one.name == name)
    return {"steps": options["steps"]} if "steps" in options else {}


def duration(lesson: Lesson, milliseconds: float) -> str:
    """A time in the unit that suits it, to two digits."""
    if milliseconds >= 1000:
        return lesson.text("in-seconds", time=f"{milliseconds / 1000:.2g}")
    return lesson.text("in-milliseconds", time=f"{milliseconds:.2g}" if milliseconds < 100 else f"{milliseconds:.0f}")


def tree_caption(lesson: Lesson) -> None:
    """What to do with the picture, and what it shows."""
    if lesson.state["picture"] == "tree":
        lesson.caption()
        return
    marks = measures.measured()
    lesson.caption("caption-trilemma")
    if marks:
        _what_the_numbers_show(lesson, marks)
    else:
        lesson.note("nothing-measured")


def _what_the_numbers_show(lesson: Lesson, marks: tuple[Mark, ...]) -> None:
    text, first = lesson.text, measures.firsts(marks)
    named = {what: text(f"mark-{mark.name}", **steps(mark.name)) for what, mark in first.items()}
    values = {
        "time": duration(lesson, first["speed"].milliseconds),
        "times": f"{first['quality'].times_real:.1f}",
        "coverage": f"{100 * first['variety'].coverage:.0f}",
    }
    lesson.caption(measures.told(first), **named, **values)
    real = measures.real_coverage()
    about = {"n": f"{marks[0].n:,}", "device": marks[0].device.replace("cpu", "CPU")}
    lesson.note("measured" if real is None else "measured-real", **about, real=f"{100 * (real or 0):.0f}")


def badge(lesson: Lesson, drawn: Drawn) -> None:
    """Who drew the leaves, and how long it took."""
    each = [f"{leaves.entrant(family).model} {duration(lesson, ms)}" for family, ms in drawn.milliseconds.items()]
    lesson.badge("badge-leaves", number=NUM, each=" · ".join(each))


def leaf_links(lesson: Lesson) -> None:
    """Streamlit's own links to the views of pages that leaves open; those of the menu lead to the pages alone."""
    with st.container(key="leaf-links"):
        for family in LEAVES:
            model = leaves.entrant(family).model
            if view_of(model):
                lesson.hand_on(f"{family}-family", str(page_of(model)), **view_of(model))


# --- one of them at work


def one_being_drawn(lesson: Lesson, live: Live) -> None:
    """Ten digits on their way out of one noise, with what to look for, and real ones beside them."""
    state, text = lesson.state, lesson.text
    noise = state["noise"]

    def picture(drawn: scene.Drawn) -> None:
        at, words = (state["digit"], state["t"]), text.all("view-")
        emerging("emerging", f"{MODEL}-{noise}", drawn, at, words, live.listener("emerging", "emerging-drawn"))

    lesson.section("emerging")
    st.markdown(text.section("emerging"))
    try:
        work = scene.drawing(noise)
    except Problem as problem:
        lesson.notice(problem)
        return
    with lesson.row():
        with st.container(width=640):
            background.show(lesson, "emerging-drawn", work, picture, lambda: scene.drawing(noise, again=True))
            lesson.caption("caption-emerging")
        with st.container(width="stretch"):
            lesson.look()
    _real_digits(lesson)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            text("again-emerging"), key="home-again-emerging", on_click=state.update, args=({"noise": noise + 1},)
        )
        live.part("ways-on", lambda: _way_on(lesson), later=True)
    if work.so_far and work.so_far[-1].whole:
        checkpoint, _ = scene.trained()
        facts = {"parameters": f"{checkpoint.card['parameters']:,}", "epochs": checkpoint.epoch}
        lesson.badge(name=MODEL, **facts, steps=STEPS, number=DIGITS, seconds=f"{work.so_far[-1].seconds:.1f}")


def _real_digits(lesson: Lesson) -> None:
    """As many that people wrote, beside those that the model draws."""
    text = lesson.text
    st.markdown(f":blue[**{text('data')}**] :small[:gray[{text('data-note')}]]")
    tiles("data", real(lesson.state["noise"]), text("data-alt"), size=TILE, roles=["data"] * DIGITS)


def _way_on(lesson: Lesson) -> None:
    """Into the lesson of this model, with the digit and the step on screen."""
    state = lesson.state
    same = {"label": state["digit"], "noise": state["noise"], "t": state["t"]}
    lesson.hand_on("open-denoiser", "denoiser", **same, steps=STEPS, eta=f"{ETA:g}", guidance=GUIDANCE)


# --- what it is about


def about(lesson: Lesson) -> None:
    """What learning means, and in which ways the families go about it."""
    with lesson.row():
        with st.container(width=HALF):
            lesson.section("idea")
            st.markdown(lesson.text.section("idea", pixels=scene.pixels_per_number()))
        with st.container(width=HALF):
            lesson.section("families")
            st.markdown(lesson.text.section("families"))
