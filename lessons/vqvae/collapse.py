"""A codebook that is far too large, learned in four ways side by side while one looks on. Layout; no maths."""

from __future__ import annotations

import streamlit as st

from genmodels.evaluation import usages as measured
from genmodels.evaluation.usages import WAYS, Look
from lessons.vqvae.usages import usages
from ui import background
from ui.lesson import Lesson
from ui.state import Choice, Field, Number
from ui.widgets import number, select

NUM_CODES, RATES = (16, 64, 256), ("0.001", "0.003", "0.01")
FIELDS: dict[str, Field] = {
    "collapse_codes": Choice(256, NUM_CODES),
    "collapse_rate": Choice("0.003", RATES),
    "collapse_seed": Number(0, 0, 99),
}
BOX = 128  # CSS pixels


def collapse(lesson: Lesson) -> None:
    """How many codes are used, and how that is cured: four small models, trained when somebody asks for it."""
    text, state = lesson.text, lesson.state
    lesson.section("collapse")
    st.markdown(text.section("collapse", learned=f"{measured.NUM_LEARNED:,}"))
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        select(lesson, "collapse_codes", text("collapse-codes"), {one: str(one) for one in NUM_CODES}, width=BOX)
        select(lesson, "collapse_rate", text("collapse-rate"), {one: one for one in RATES}, width=BOX)
        number(lesson, "collapse_seed", text("collapse-seed"), width=BOX)
    wish = state["collapse_codes"], float(state["collapse_rate"]), state["collapse_seed"]

    def draw(look: Look) -> None:
        names = {way: text(f"collapse-way-{way}") for way in WAYS}
        usages("collapse-usages", look, names, text.all("usages-"))
        lesson.caption("collapse-caption", test=measured.NUM_TEST)

    background.asked(lesson, "collapse", wish, lambda: measured.watched(*wish), draw)
    st.markdown(text.section("collapse-look", test=measured.NUM_TEST))
