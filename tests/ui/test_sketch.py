"""What the drawing pad sends is unpacked, and whatever else a visitor may send is a Problem and nothing worse."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from genmodels.data.pictures import prepare
from genmodels.errors import Problem
from ui.components.sketch import LONGEST, SIDE, picture, unpack

PIXELS = SIDE * SIDE


def message(pairs: list[tuple[int, int]]) -> dict[str, object]:
    return {"strokes": 1, "ink": base64.b64encode(bytes(np.ravel(pairs).astype(np.uint8))).decode()}


def packed(ink: np.ndarray) -> dict[str, object]:
    """As component.js packs: runs of equal values, at most 255 long."""
    pairs: list[tuple[int, int]] = []
    for value in ink.ravel().tolist():
        if pairs and pairs[-1][0] == value and pairs[-1][1] < 255:
            pairs[-1] = value, pairs[-1][1] + 1
        else:
            pairs.append((value, 1))
    return message(pairs)


def seven() -> np.ndarray:
    ink = np.zeros((SIDE, SIDE), np.uint8)
    ink[25:34, 30:82] = 255
    for row in range(30, 90):
        ink[row, 76 - row // 2 + 15 : 85 - row // 2 + 15] = 204
    return ink


def test_drawing_comes_through_and_can_be_prepared() -> None:
    drawing = unpack(packed(seven()))
    assert drawing is not None
    assert len(drawing) == PIXELS
    assert np.array_equal(picture(drawing), seven())
    prepared = prepare(picture(drawing))
    assert prepared.notes == ()
    assert prepared.pixels.max() == 255


def test_empty_pad_is_none() -> None:
    assert unpack(None) is None


WHOLE = [(0, 255)] * (PIXELS // 255) + [(0, PIXELS % 255)]
BAD: dict[str, object] = {
    "not a dict": "drawing",
    "list": [1, 2],
    "number": 3.5,
    "no ink": {"strokes": 1},
    "ink is a number": {"ink": 12544},
    "not base64": {"ink": "????"},
    "beyond ASCII": {"ink": "画" * 8},
    "empty": {"ink": ""},
    "half a pair": {"ink": base64.b64encode(b"\0").decode()},
    "one pixel short": message([*WHOLE[:-1], (0, PIXELS % 255 - 1)]),
    "one pixel more": message([*WHOLE, (255, 1)]),
    "half a pair more": {"ink": base64.b64encode(bytes(np.ravel(WHOLE).astype(np.uint8)) + b"\1").decode()},
    "too long": {"ink": base64.b64encode(bytes(LONGEST)).decode()},
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_a_problem(name: str) -> None:
    with pytest.raises(Problem, match=r"of 12544 pixels\)\. Clear the pad") as caught:
        unpack(BAD[name])
    assert caught.value.code == "bad-drawing"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["ink", "strokes"]) | st.text(), inner),
)


@given(JSON | st.binary(max_size=400).map(lambda data: {"ink": base64.b64encode(data).decode()}))
def test_whatever_json_arrives_nothing_but_problems(raw: object) -> None:
    try:
        drawing = unpack(raw)
    except Problem:
        return
    assert drawing is None or len(drawing) == PIXELS


def _page() -> None:
    import streamlit as st

    from ui.components.copy_link import copy_link
    from ui.components.sketch import sketch

    labels = {"pad": "Pad", "hint": "Draw", "keys": "Arrows", "undo": "Undo", "clear": "Clear"}
    copy_link("link", "?seed=7", "Copy link", "Copied")
    st.text(str(sketch("pad", labels)))


def test_pad_and_button_stand_on_a_page() -> None:
    app = AppTest.from_function(_page).run()
    assert not app.exception
    assert len(app.get("bidi_component")) == 2
    assert app.text[0].value == "None"
