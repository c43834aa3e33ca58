"""The section "straight through": the gradient that a place of the picture on the stage is handed. No maths."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from genmodels.evaluation import straight as looks
from genmodels.evaluation.straight import StraightThrough
from genmodels.models.vqvae import NATS_PER_DISTANCE, SIDE, VQVAE
from lessons.vqvae import figures_straight as figures
from lessons.vqvae.models import SHIPPED
from lessons.vqvae.slice import slice_through
from ui.charts import chart
from ui.lesson import HALF, Lesson
from ui.numbers import plain
from ui.text import LESSONS, fill

NUM_DECIMALS = 3  # of nats
SMALL = 0.5 * 10**-NUM_DECIMALS  # nats, shown as none


def straight(lesson: Lesson, model: VQVAE, x: NDArray[np.uint8], cell: int) -> None:
    """What is handed to the encoder at the place number `cell` of the grey picture x (28, 28): slice, loss and code."""
    text = lesson.text
    found = looks.of(model, torch.from_numpy(x.copy()).view(1, 1, 28, 28) / 255, cell)
    row, column = (1 + one for one in divmod(cell, SIDE))
    told, numbers = what_comes(found)
    lesson.section("straight")
    st.markdown(text.section("straight", row=row, column=column, code=found.code))
    with lesson.row():
        with st.container(width=HALF):
            name = f"{lesson.state['model']}:{crc32(x.tobytes())}:{cell}"
            slice_through("straight-slice", name, found, cell, text.all("slice-"))
            lesson.caption("straight-scale", scale=plain(found.scale, 1))
        with st.container(width="stretch"):
            st.markdown(text.section("straight-slice", **_of_slice(found, model)))
    with lesson.row():
        with st.container(width=HALF):
            chart(figures.staircase(found, text.all("stairs-"), lesson.mode), "straight-stairs")
        with st.container(width="stretch"):
            st.markdown(text.section("straight-stairs"))
            st.markdown(text.section(told, **numbers))
            lesson.caption("stairs-measured")
    with lesson.row():
        with st.container(width=HALF):
            _code(lesson, found, cell)
        with st.container(width="stretch"):
            st.markdown(text.section("straight-code"))


def _of_slice(found: StraightThrough, model: VQVAE) -> dict[str, object]:
    """The numbers of the words beside the slice."""
    dims = model.codec.quantiser.codebook.shape[1]
    return {
        "dims": dims,
        "places": SIDE**2,
        "distance": f"{found.distance:.3f}",
        "slope": f"{found.slope:.4f}",
        "weight": f"{NATS_PER_DISTANCE:g}",
        "beta": f"{model.commitment:g}",
        "pull": f"{found.commitment:.4f}",
    }


def what_comes(found: StraightThrough) -> tuple[str, dict[str, object]]:
    """What becomes of the loss where another code is the nearest, or that none is in sight."""
    if not found.slope:
        return "stairs-flat", {}
    if len(found.stairs) == 1:
        return "stairs-never", {}
    stair = found.stairs[1]
    change = stair.loss - found.loss
    values = {"code": stair.code, "t": f"{stair.begin:.3f}", "change": f"{abs(change):.{NUM_DECIMALS}f}"}
    if stair.begin > found.reach:
        return "stairs-far", values
    return "stairs-same" if abs(change) < SMALL else "stairs-lower" if change < 0 else "stairs-higher", values


def printed(found: StraightThrough) -> str:
    """What the snippet prints."""
    return "\n".join(
        (
            f"|z - e|        {found.distance:.4f}",
            f"|g| at e       {found.slope:.4f}",
            f"at z, with     {found.handed:.4f}",
            f"at z, without  {found.unhanded:.4f}",
        )
    )


def snippet(lesson: Lesson, cell: int) -> str:
    """The code with the model, the picture and the place on screen."""
    state, (row, column) = lesson.state, divmod(cell, SIDE)
    pixels = f'mnist.load("test").pixels(slice({state["digit"]}, {state["digit"] + 1}))'
    if state["x"]:
        pixels = f'torch.from_numpy(tokens.from_token("{state["x"]}").copy())[None, None] / 255'
    values = {"name": state["model"] or SHIPPED, "pixels": pixels, "row": row, "column": column}
    file = LESSONS / lesson.page / "snippet-straight.py.txt"
    return fill(file.read_text(encoding="utf-8"), values).strip()


def _code(lesson: Lesson, found: StraightThrough, cell: int) -> None:
    """As a block of Markdown: the page's own snippet stays the only one that is offered as a notebook."""
    st.markdown(f"```\n{snippet(lesson, cell)}\n```")
    st.markdown(f":gray[{lesson.text('straight-prints')}]\n```\n{printed(found)}\n```")
