"""A visitor's own points in the plane: a pad whose ink becomes the set that the training on the page learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels.data import points
from genmodels.errors import Problem
from ui.components import sketch
from ui.lesson import HAND, Lesson
from ui.own_digit import take
from ui.state import Choice, State
from ui.widgets import mirrored

PADS = ("folded", "open")
FIELD = Choice("auto", ("auto", *PADS))  # the state's `pad`; beside it `drawn` and `data` of a recipe of points


def draws(state: State) -> bool:
    """Whether the visitor draws points of their own: as they choose, or by a link that has some."""
    return bool(state["pad"] == "open" or (state["pad"] == "auto" and state["drawn"]))


def mine(state: State) -> NDArray[np.floating[Any]]:
    """The points (N, 2) that the visitor drew, while the pad is there."""
    return points.from_token(state["drawn"]) if draws(state) and state["drawn"] else np.zeros((0, 2))


def from_ink(ink: NDArray[np.uint8]) -> str:
    """Points sprayed over the ink of a drawing pad (S, S), as text for a recipe; Problem for too few of them."""
    rows, columns = np.nonzero(ink)
    rng = np.random.default_rng(0)
    picked = rng.permutation(len(rows))[: points.MOST]
    places = np.stack([columns[picked], ink.shape[0] - 1 - rows[picked]], 1) / (ink.shape[0] - 1)
    token = points.to_token((2 * places - 1) * 0.9 * points.REACH)
    points.from_token(token)  # refuses a set that cannot be learned
    return token


def switch(lesson: Lesson) -> None:
    """Whether the pad is there."""
    state = lesson.state
    turned = mirrored(f"{lesson.page}-pad-open", draws(state), lambda on: state.update({"pad": PADS[on]}))
    st.toggle(lesson.text("own-points"), **turned)


def pad(lesson: Lesson) -> None:
    """The pad, to stand beside the plane."""
    state, text = lesson.state, lesson.text

    def cleared() -> None:
        state.update({"drawn": "", "data": state.fields["data"].default})

    with st.container(key="hand"):
        try:
            drawing = sketch.sketch(f"{lesson.page}-pad", text.all("sketch-") | text.all("pad-"), HAND, cleared)
            token = take(f"{lesson.page}-drawing", drawing, lambda raw: from_ink(sketch.picture(raw)))
        except Problem as problem:
            lesson.notice(problem)
            token = None
        if token is not None:
            state.update({"drawn": token, "data": "drawn"})
            st.rerun()
        if state["drawn"]:
            learned = state["data"] == "drawn"
            lesson.note("own-points-note" if learned else "own-points-other", number=len(mine(state)))
        else:
            st.markdown(f":small[{text.section('own-points')}]")
