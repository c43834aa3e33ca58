"""The parts of the first page beside its picture: real digits, the lessons in their order, the families."""

from __future__ import annotations

from html import escape

import streamlit as st

from lessons.home.scene import DIGITS, ETA, GUIDANCE, STEPS, real
from ui.components.tiles import tiles
from ui.course import COURSE, LESSONS, SECTIONS, page_of
from ui.lesson import Lesson
from ui.text import labels

TILE = 58  # pixels
FAMILIES = {  # by what they say of the likelihood; each with the model whose page is its lesson
    "exact": {"pixel": "pixelcnn-mnist"},
    "bound": {"vae": "vae-mnist", "vqvae": "vqvae-mnist", "diffusion": "ddpm-mnist"},
    "implicit": {"gan": "gan-mnist"},
}
COLUMNS = ("family", "likelihood", "cost", "latent")


def real_digits(lesson: Lesson) -> None:
    """As many that people wrote, beside those that the model draws."""
    text = lesson.text
    st.markdown(f":blue[**{text('data')}**] :small[:gray[{text('data-note')}]]")
    tiles("data", real(lesson.state["seed"]), text("data-alt"), size=TILE, roles=["data"] * DIGITS)


def ways_on(lesson: Lesson) -> None:
    """Into the lessons of two models; the denoiser's goes on with the digit and the step on screen."""
    state = lesson.state
    lesson.hand_on("open-vae", "vae")
    same = {"label": state["digit"], "noise": state["seed"], "t": state["t"]}
    lesson.hand_on("open-denoiser", "denoiser", **same, steps=STEPS, eta=f"{ETA:g}", guidance=GUIDANCE)


def course(lesson: Lesson) -> None:
    """Every lesson in its order, with what it asks and how long it takes; the first one says that one starts there."""
    text, book = lesson.text, labels(lesson.lang)
    lesson.section("start")
    minutes = sum(COURSE[page].minutes for page in LESSONS)
    st.markdown(text.section("start", number=len(LESSONS), hours=f"{minutes / 60:.0f}"))
    with st.container(key="course"):
        for section, pages in SECTIONS.items():
            listed = [page for page in pages if page in LESSONS]
            if listed:
                st.markdown(f":small[:gray[{book['frame'][f'section-{section}']}]]")
            for page in listed:
                first = f":yellow-badge[{text('first')}]" if page == LESSONS[0] else ""
                time = text("minutes", minutes=COURSE[page].minutes)
                label = f"**{book[page]['title']}** {book[page]['teaser']} {first} :gray[{time}]"
                st.page_link(f"../pages/{page}.py", label=label, width="stretch", query_params={"lang": lesson.lang})


def families(lesson: Lesson) -> None:
    """The families as a table that a narrow screen can stack; those that have a lesson are links."""
    text = lesson.text
    lesson.section("families")
    st.markdown(text.section("families"))
    head = "".join(f"<th scope='col'>{escape(text(f'head-{column}'))}</th>" for column in COLUMNS)
    groups = ""
    for group, models in FAMILIES.items():
        rows = f"<tr><th scope='rowgroup' colspan='{len(COLUMNS)}'>{escape(text(f'group-{group}'))}</th></tr>"
        rows += "".join(_family(lesson, family, page_of(model)) for family, model in models.items())
        groups += f"<tbody>{rows}</tbody>"
    st.html(f"<table class='gm-families'><thead><tr>{head}</tr></thead>{groups}</table>")


def _family(lesson: Lesson, family: str, page: str | None) -> str:
    """A row of that table."""
    text = lesson.text
    name, *cells = [escape(text(f"{family}-{column}")) for column in COLUMNS]
    if page:
        name = f"<a href='{page}?lang={lesson.lang}' target='_self'>{name}</a>"
    else:
        name += f"<small>{escape(text('no-lesson'))}</small>"
    rest = "".join(
        f"<td data-label='{escape(text(f'head-{column}'))}'>{cell}</td>"
        for column, cell in zip(COLUMNS[1:], cells, strict=True)
    )
    return f"<tr><th scope='row'>{name}</th>{rest}</tr>"
