"""What the denoiser's page lets one do wrong: the same digits done right and wrong, and what was measured of both."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from genmodels.evaluation import measured_samplers
from genmodels.evaluation.measured_samplers import Measurements
from lessons.denoiser import batches
from lessons.denoiser.batches import Pair
from lessons.denoiser.scene import Network
from lessons.denoiser.sections import TILE
from ui import background
from ui.components.tiles import tiles
from ui.lesson import Lesson
from ui.state import Choice, Field
from ui.widgets import beside, choice

MISTAKES = {  # the name on the page -> the sampler that does it wrong, and the one that is right
    "clamp": ("clamp", "ddpm-50"),
    "late": ("late", "ddpm-50"),
    "unguided": ("ddim-25", "guided"),
    "guided": ("guided-6", "guided"),
}
FIELDS: dict[str, Field] = {"mistake": Choice("clamp", tuple(MISTAKES))}


def section(lesson: Lesson, network: Network) -> None:
    """Choose a mistake, see ten digits done right and wrong, and read what many of each were worth."""
    state, text = lesson.state, lesson.text
    mistake, known = state["mistake"], measured_samplers.measured(network.checkpoint)
    lesson.section("break")
    if known is None:
        st.markdown(text.section("break-unmeasured", name=network.name))
    else:
        st.markdown(text.section("break", floor=f"{known.floor:.1f}"))
    choice(lesson, "mistake", text("break-choose"), {one: text(f"break-name-{one}") for one in MISTAKES})
    st.markdown(text.section(f"break-{mistake}"))
    seed = state["noise"]

    def make() -> Iterator[Pair]:
        return batches.pair(network, *MISTAKES[mistake], seed)

    background.asked(
        lesson, "break", (network.name, mistake, seed), make, lambda pair: _rows(lesson, mistake, pair, known)
    )
    if known is not None:
        st.markdown(text.section("break-number", **_by_number(network)))


def _by_number(network: Network) -> dict[str, str]:
    """Digits with guidance and without it, by their first thousand and by all of them, beside as many real ones."""
    values: dict[str, str] = {}
    for size, n in (("small", measured_samplers.SMALL), ("large", measured_samplers.LARGE)):
        known = measured_samplers.measured(network.checkpoint, n)
        assert known is not None  # they are measured together
        guided, plain = known.samplers["guided"], known.samplers["ddim-25"]
        values |= {size: f"{guided.frechet:.1f}", f"plain-{size}": f"{plain.frechet:.1f}"}
        values |= {f"n-{size}": f"{n:,}", f"floor-{size}": f"{known.floor:.1f}"}
        values |= {f"ratio-{size}": f"{guided.frechet / known.floor:.1f}"}
        values |= {"read": f"{100 * guided.accuracy:.1f}", "read-plain": f"{100 * plain.accuracy:.1f}"}
    return values


def _rows(lesson: Lesson, mistake: str, pair: Pair, known: Measurements | None) -> None:
    wrong, right = MISTAKES[mistake]
    rows = {"right": (pair.right, right), "wrong": (pair.wrong, wrong)}
    for row, (batch, sampler) in rows.items():
        if batch is None:
            continue
        name = lesson.text("break-right" if row == "right" else f"break-name-{mistake}")
        with beside(_about(lesson, name, sampler, known), TILE):
            wrongly = [read != digit for digit, read in enumerate(batch.read)]
            captions = [lesson.text("reads", digit=batch.read[i]) if one else "" for i, one in enumerate(wrongly)]
            tiles(f"break-{row}", batch.pictures, lesson.text("break"), captions, TILE, ["model"] * 10)
    if known is not None:
        lesson.note("break-measured", n=f"{known.n:,}", judge=known.judge[:8], date=known.date)


def _about(lesson: Lesson, name: str, sampler: str, known: Measurements | None) -> str:
    lines = [f"**{name}**"]
    if known is not None and sampler in known.samplers:
        values = known.samplers[sampler]
        facts = {"break-frechet": f"{values.frechet:.1f}", "break-accuracy": f"{100 * values.accuracy:.1f} %"}
        lines += [f":small[:gray[{lesson.text(label)}]] **{value}**" for label, value in facts.items()]
    return "  \n".join(lines)
