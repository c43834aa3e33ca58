"""What the visitor cuts out of a picture, and whatever else may arrive in its place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.components.crop import Cut, unpack

TALL = np.arange(200, dtype=np.uint8).reshape(20, 10)


def test_a_square_is_cut_out_of_the_turned_picture() -> None:
    assert np.array_equal(Cut().of(TALL), TALL)
    assert np.array_equal(Cut(1).of(TALL), np.rot90(TALL, -1)), "to the right"
    assert np.array_equal(Cut(0, (0.1, 0.5, 0.25)).of(TALL), TALL[10:15, 2:7]), "shares of the longer side"
    assert np.array_equal(Cut(3, (0.5, 0.1, 0.25)).of(TALL), np.rot90(TALL)[2:7, 10:15])


@pytest.mark.parametrize("square", [(0.9, 0.9, 0.9), (1, 1, 1), (0, 0, 1), (0.5, 1, 0.02)])
def test_a_square_beyond_the_picture_leaves_something(square: tuple[float, float, float]) -> None:
    for turns in range(4):
        cut = Cut(turns, square).of(TALL)
        assert cut.ndim == 2
        assert cut.size
        assert Cut(turns, square).of(np.zeros((1, 1), np.uint8)).size == 1


def test_a_message_of_this_picture_counts() -> None:
    message = {"name": "a", "turns": 5, "square": [0.1, 0.2, 0.3]}
    assert unpack(message, "a") == Cut(1, (0.1, 0.2, 0.3))
    assert unpack(message, "b") == Cut(), "of the picture before"
    for square in (None, [], [0, 0], [0, 0, 0], [0, 0, 2], [-1, 0, 1], ["a", 0, 1], [float("nan"), 0, 1], "abc", {}):
        assert unpack({"name": "a", "turns": 0, "square": square}, "a") == Cut()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["name", "turns", "square"]) | st.text(), inner),
)


@given(JSON | st.fixed_dictionaries({"name": st.just("a"), "turns": JSON, "square": JSON}))
def test_whatever_json_arrives_it_is_a_cut(raw: object) -> None:
    assert unpack(raw, "a").of(TALL).size
