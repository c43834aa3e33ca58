"""A pad on which a visitor draws one digit, by mouse, finger, pen or arrow keys."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels.errors import Problem
from ui.components import register
from ui.state import heard

SIDE = 112
LONGEST = 34_000  # characters: a run for every single pixel, which no drawing needs

_component = register(Path(__file__).parent, "pad.js", "pad.css")


def sketch(
    key: str, labels: Mapping[str, str], size: int = 240, cleared: Callable[[], object] = lambda: None
) -> bytes | None:
    """Show the pad, at most `size` CSS pixels wide; None while it is empty.

    Returns SIDE x SIDE bytes, 255 = ink on 0 = paper, new after each finished stroke: `picture(...)` makes an array of
    them that `genmodels.data.pictures.prepare` takes as it is. `labels`: pad (its name), hint (shown while it is
    empty), keys (how to draw with the keyboard, read aloud), undo, clear. `cleared` is called when the pad has become
    empty.
    Raises Problem: bad-drawing.
    """

    def changed() -> None:
        if not heard(key).get("drawing"):
            cleared()

    before = st.session_state.get(key)
    blank = not (isinstance(before, Mapping) and before.get("drawing"))
    data = {"key": key, "labels": dict(labels), "size": size, "blank": blank}
    result = _component(key=key, data=data, on_drawing_change=changed, height="content")
    return unpack(result.get("drawing"))


def picture(drawing: bytes) -> NDArray[np.uint8]:
    """The drawing as uint8 (112, 112), 255 = ink."""
    return np.frombuffer(drawing, np.uint8).reshape(SIDE, SIDE)


def unpack(message: object) -> bytes | None:
    """The drawing in a message of the pad: None, or {"strokes": n, "ink": base64 of pairs (value, length of run)}.

    A visitor can send anything; whatever is not a whole drawing raises Problem: bad-drawing.
    """
    if message is None:
        return None
    ink = message.get("ink") if isinstance(message, Mapping) else None
    try:
        pairs = base64.b64decode(ink, validate=True) if isinstance(ink, str) and len(ink) <= LONGEST else b""
    except (binascii.Error, ValueError):  # ValueError: letters beyond ASCII
        pairs = b""
    whole = pairs[: len(pairs) // 2 * 2]
    values, runs = np.frombuffer(whole, np.uint8).reshape(-1, 2).T
    num_pixels = int(runs.sum())
    if num_pixels != SIDE * SIDE or len(whole) != len(pairs):
        sentence = "The drawing did not arrive whole ({pixels} of {all} pixels). Clear the pad and draw again."
        raise Problem("bad-drawing", sentence, pixels=num_pixels, all=SIDE * SIDE)
    return np.repeat(values, runs).tobytes()
