"""A slice through the space of vectors in which z can be dragged; only a border that it crosses changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lessons.vqvae.slice.room import numbers
from ui.components import as_text, register

if TYPE_CHECKING:
    from genmodels.evaluation.straight import StraightThrough

_component = register(Path(__file__).parent, "paper.js", "svg.js")


def slice_through(key: str, name: str, found: StraightThrough, cell: int, words: Mapping[str, str]) -> None:
    """Show the plane of `found`, the place number `cell`, whose `name` stands for picture and place.

    `words`: "axis" names both axes, "handed" and "commitment" two arrows; "plane" says what is dragged, "now" what is
    the nearest code there (with # for it and % for the loss), "more", "less" and "same" how the loss differs from that
    at z (with #); "decoded" is read aloud.
    """
    codes = sorted(found.regions)
    told: dict[str, Any] = {"name": name, "cell": cell, "code": found.code, "words": dict(words)}
    told |= {"box": found.box, "e": found.distance, "descent": found.descent.tolist(), "reach": found.reach}
    told |= {"handed": found.slope / found.scale, "pull": found.commitment / found.scale}
    told["crossed"] = [stair.begin for stair in found.stairs[1:] if stair.begin <= found.reach]
    told["regions"] = [
        {"code": code, "corners": found.regions[code].tolist(), "loss": found.choices[code].loss} for code in codes
    ]
    told["numbers"] = [[code, *place] for code, place in numbers(found).items()]
    told["pictures"] = as_text(np.stack([found.choices[code].picture for code in codes]))
    _component(key=key, height="content", data=told)
