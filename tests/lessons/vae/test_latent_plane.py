"""What the plane says comes from a visitor, who can send anything."""

from __future__ import annotations

from typing import Any

import pytest

from lessons.vae.latent_plane import read_view

EPOCHS = (0, 1, 20)


def test_a_view_becomes_values_of_the_state() -> None:
    view = {
        "payload": "mine",
        "revision": 4,
        "mode": "path",
        "z": [0.5, -1.25],
        "epoch": 2,
        "digit": 7,
        "to": 3,
        "t": 0.25,
    }
    expected = {"mode": "path", "digit": 7, "to": 3, "t": 0.25, "z1": 0.5, "z2": -1.25, "epoch": 20}
    assert read_view(view, "mine", EPOCHS) == (expected, 4)


@pytest.mark.parametrize(
    "raw", [None, "text", 7, [], {"z": "ab"}, {"z": [1]}, {"epoch": 3}, {"epoch": -1}, {"digit": []}]
)
def test_what_has_not_the_expected_shape_is_left_out(raw: Any) -> None:
    if isinstance(raw, dict):
        raw |= {"payload": "mine", "revision": 4}
    assert read_view(raw, "mine", EPOCHS)[0] == {}


@pytest.mark.parametrize("revision", [None, "4", 4.5, []])
def test_what_was_made_for_no_known_state_is_left_out(revision: Any) -> None:
    assert read_view({"payload": "mine", "revision": revision, "epoch": 1}, "mine", EPOCHS)[0] == {}


def test_what_is_said_of_another_model_comes_too_late() -> None:
    assert read_view({"payload": "another", "revision": 4, "epoch": 1, "z": [0.5, 0.5]}, "mine", EPOCHS)[0] == {}
