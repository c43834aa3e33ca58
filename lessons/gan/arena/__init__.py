"""A GAN of points while it trains: D's surface beside the best one, made points and where they are pushed, gauges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
import streamlit as st
from numpy.typing import NDArray

from genmodels.arrays import Arrays
from genmodels.evaluation.game import NUMBERS
from ui.components import Listener, register_live
from ui.components.decoder import decoder

CHUNK = 64  # frames that travel together: what has come already is not sent again

_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "parts.js", "paper.js", "plane.js")


def arena(
    key: str,
    record: Arrays,
    name: str,
    at: tuple[int, int],
    data: NDArray[np.floating[Any]],
    absolute: bool,
    live: bool,
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show a recorded game over the `data` points (M, 2), to be played, or as far as it has come while it is `live`.

    `name` is that of the game; another one begins at `at` = (frame, picked point), as does a new revision of the page's
    state. `absolute`: sigmoid(D) is a probability, else only differences of D are. The `listener` hears
    {"frame": index, "point": index} when it rests.

    `words`: "surface" and "best" head the two squares, with "surface-note" and "best-note"; "data", "made", "push",
    "picked" are the marks; "real", "fake", "apart" the gauges; "value", "best-value", "generator", "discriminator",
    "modes" (with #), "share" the numbers; "update", "losses", "equal" (what the line at -log 4 is), "speed", "slow",
    "alt" (with #); and those of the bar.
    """
    number = len(record["numbers"])
    chunks = [(start, min(start + CHUNK, number)) for start in range(0, number, CHUNK)]
    told: dict[str, Any] = {
        "name": name,
        "chunks": [f"{name}:{start}-{end}" for start, end in chunks],
        "numbers": NUMBERS,
    }
    told |= {"words": dict(words), "absolute": absolute, "live": live, "begin": at[0], "picked": at[1]}
    with st.container(gap=None):  # what brings the frames is not seen, and takes no room
        _component(key, told | {"points": np.round(data.astype(float), 3).ravel().tolist()}, listener)
        for start, end in chunks:  # below it: there may be more of them at the next look
            _send(f"{key}-frames-{start}", record, f"{name}:{start}-{end}", start, end)


def _send(key: str, record: Arrays, called: str, start: int, end: int) -> None:
    """Hand some frames to the browser, where they lie under the name `called`."""
    part = {name: values[start:end] for name, values in record.items()}
    decoder(safetensors.numpy.save(part, {"name": called}), key=key)
