"""What the browser is told of a running training: little, and nothing that is not so."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ui.components.run_view import message

WORDS = {"plane": "Plane", "grid": "Grid", "plane-alt": "Where the digits lie", "grid-alt": "What is drawn"}


def arrays(num_points: int = 2000, spread: float = 2.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "grid": rng.integers(0, 256, (280, 280), dtype=np.uint8),
        "points": rng.normal(0, spread, (num_points, 2)).astype(np.float16),
        "labels": rng.integers(0, 10, num_points, dtype=np.uint8),
        "extent": np.array(4.5, np.float32),
        "prior": np.array([0.25, -1], np.float32),
    }


def points_of(told: dict[str, Any]) -> np.ndarray:
    """As cloud.js reads them."""
    steps = np.frombuffer(base64.b64decode(told["points"]), "<u2").reshape(-1, 2)
    return (steps / 65535 * 2 - 1) * told["scale"]


def test_the_points_arrive_where_they_are() -> None:
    sent = arrays()
    told = message(sent, WORDS, 224)
    assert np.abs(points_of(told) - sent["points"]).max() < 1e-3 * told["extent"], "more than a tenth of a pixel off"
    assert told["extent"] == 4.5 and told["prior"] == [0.25, -1]
    assert base64.b64decode(told["labels"]) == sent["labels"].tobytes()
    assert base64.b64decode(told["grid"]) == sent["grid"].tobytes() and told["width"] == 280


def test_one_point_far_away_does_not_blur_the_others() -> None:
    sent = arrays()
    sent["points"][0] = [60_000, -60_000]
    told = message(sent, WORDS, 224)
    assert np.abs(points_of(told)[1:] - sent["points"][1:]).max() < 1e-3 * told["extent"]
    assert (np.abs(points_of(told)[0]) > told["extent"]).all(), "it has been moved into the picture"


def test_a_look_takes_less_than_130_kb() -> None:
    assert len(json.dumps(message(arrays(), WORDS, 224))) < 130_000


def test_a_model_without_an_encoder_shows_what_it_draws() -> None:
    told = message({"grid": arrays()["grid"]}, WORDS, 224)
    assert "points" not in told and told["width"] == 280


@pytest.mark.parametrize("kind", ["vae", "autoencoder", "other"])
def test_it_stands_on_a_page(kind: str) -> None:
    def page(kind: str) -> None:
        import numpy as np

        from ui.components.run_view import run_view

        shown = {"grid": np.zeros((28, 28), np.uint8)}
        if kind != "other":
            shown |= {"points": np.zeros((3, 2), np.float16), "labels": np.zeros(3, np.uint8), "extent": np.float32(3)}
        if kind == "vae":
            shown["prior"] = np.zeros(2, np.float32)
        run_view("look", shown, dict.fromkeys(("plane", "grid", "plane-alt", "grid-alt"), ""))

    app = AppTest.from_function(page, kwargs={"kind": kind}).run()
    assert not app.exception
    assert len(app.get("bidi_component")) == 1
