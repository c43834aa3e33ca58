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

_component = register_live(
    Path(__file__).parent, "transport.css", "transport.js", "parts.js", "paper.js", "plane.js", "curves.js"
)


def arena(
    key: str,
    record: Arrays,
    name: tuple[str, str],
    at: tuple[int, int],
    places: tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]],
    absolute: bool,
    live: bool,
    words: Mapping[str, str],
    listener: Listener,
    beside: tuple[str, Arrays] | None = None,
) -> None:
    """Show a recorded game, to be played, or as far as it has come while it is `live`.

    `places` are those of the data (M, 2), and points (N, 2) that the visitor drew.

    `name` is that of the game, and of the one that it goes on from, or ""; another one begins at `at` = (frame, picked
    point), as does a new revision of the page's state. `absolute`: sigmoid(D) is a probability, else only differences
    of D are. The `listener` hears {"frame": index, "point": index} when it rests.

    `beside` is another game that is shown in place of the best discriminator, at the same share of its way.

    `words`: "surface" and "best" head the two squares, with "surface-note" and "best-note"; "data", "mine", "made",
    "push", "picked" are the marks; "real", "fake", "apart" the gauges; "value", "best-value", "generator",
    "discriminator", "modes" the numbers, "modes-of" (with # and %) the last of them; "equal" is the line at ln 4;
    "update", "slow", "steps", "alt" (with #); and those of the bar.
    """
    chunks = _chunks(name[0], record)
    told: dict[str, Any] = {"name": name[0], "follows": name[1], "frames": len(record["numbers"])}
    told |= {"numbers": NUMBERS, "words": dict(words), "absolute": absolute, "live": live, "chunks": list(chunks)}
    told |= {"begin": at[0], "picked": at[1], "points": _rounded(places[0]), "mine": _rounded(places[1])}
    others = _chunks(*beside) if beside else {}
    told |= {"beside": list(others)}
    with st.container(gap=None):  # what brings the frames is not seen, and takes no room
        _component(key, told, listener)
        for number, (chunk, part) in enumerate(
            (chunks | others).items()
        ):  # below it: there may be more at the next look
            decoder(safetensors.numpy.save(part, {"name": chunk}), key=f"{key}-frames-{number}")


def _chunks(name: str, record: Arrays) -> dict[str, Arrays]:
    """The frames in the pieces that travel together, by the names under which they lie in the browser."""
    number = len(record["numbers"])
    chunks = {}
    for start in range(0, number, CHUNK):
        whole = start + CHUNK <= number  # else it grows, and will be another one
        called = f"{name}:{start}" if whole else f"{name}:{start}-{number}"
        chunks[called] = {part: values[start : start + CHUNK] for part, values in record.items()}
    return chunks


def _rounded(places: NDArray[np.floating[Any]]) -> list[float]:
    rounded: list[float] = np.round(places.astype(float), 3).ravel().tolist()
    return rounded
