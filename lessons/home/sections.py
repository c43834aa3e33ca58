"""The parts of the first page: two panels of digits, the families with a way into their lessons, the foundations."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from lessons.home.scene import grid
from ui.components.tiles import tiles
from ui.course import SECTIONS, page_of
from ui.lesson import Lesson
from ui.text import Text

PANEL = 312  # pixels
FAMILIES = {  # by what they say of the likelihood; each with the model whose page is its lesson
    "exact": {"pixel": "pixelcnn-mnist"},
    "bound": {"vae": "vae-mnist", "vqvae": "vqvae-mnist", "diffusion": "ddpm-mnist"},
    "implicit": {"gan": "gan-mnist"},
}
COLUMNS = ("family", "likelihood", "cost", "latent")


def panel(lesson: Lesson, role: str, colour: str, images: NDArray[np.uint8]) -> None:
    """Digits under the name of what they are, in its role's colour."""
    text = lesson.text
    with st.container(width=PANEL):
        st.markdown(f":{colour}[**{text(role)}**] :small[:gray[{text(f'{role}-note')}]]")
        tiles(role, grid(images)[None], text(f"{role}-alt"), size=PANEL, roles=[role])


def families(lesson: Lesson) -> None:
    """The families as a table that a narrow screen can stack; those that have a lesson are links."""
    text = lesson.text
    st.header(text("families"), anchor=False)
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
    rest = "".join(
        f"<td data-label='{escape(text(f'head-{column}'))}'>{cell}</td>"
        for column, cell in zip(COLUMNS[1:], cells, strict=True)
    )
    return f"<tr><th scope='row'>{name}</th>{rest}</tr>"


def foundations(lesson: Lesson) -> None:
    """Links to the pages on probability."""
    lesson.section("foundations")
    st.markdown(lesson.text.section("foundations"))
    with st.container(horizontal=True):
        for page in SECTIONS["probability"]:
            name = Text(page, lesson.lang, lesson.mode)("title")
            st.page_link(f"../pages/{page}.py", label=name, query_params={"lang": lesson.lang})
