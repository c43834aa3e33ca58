"""A digit beside the training digits that are nearest to it, and how near these are on an axis from 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ui.components import as_text, register

_component = register(Path(__file__).parent, "paper.js")


def near_by(
    key: str,
    pictures: NDArray[np.uint8],
    captions: Sequence[str],
    distances: Sequence[float],
    medians: Mapping[str, float],
    role: str,
    words: Mapping[str, str],
) -> None:
    """Show `pictures` (1 + K, S, S), 255 = ink: the digit, then its neighbours, at these `distances` (K).

    `captions` (1 + K) stand below them. `medians` are marked on the axis: "apart", of test digits, and "copied", of the
    row. `role` of the digit is "model" or "data".

    `words`: "read" (HTML) and "remark" are told beside the pictures, "apart" and "copied" name the marks; "axis" and
    "alt", which is before each caption, are read aloud.
    """
    _component(
        key=key,
        height="content",
        data={
            "pixels": as_text(pictures),
            "side": pictures.shape[-1],
            "captions": list(captions),
            "distances": [float(one) for one in distances],
            "medians": {name: float(value) for name, value in medians.items()},
            "role": role,
            "words": dict(words),
        },
    )
