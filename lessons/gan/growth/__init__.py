"""How digits came about: what one and the same noise became during a training, played, with losses and a measure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.numpy
import streamlit as st

from genmodels.arrays import Arrays
from genmodels.evaluation.watched_digits import NUMBERS, REAL, SIDE
from ui.components import Listener, register_live
from ui.components.decoder import decoder

_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "paper.js", "curves.js")


def growth(
    key: str, name: str, record: Arrays, begin: int, level: float, words: Mapping[str, str], listener: Listener
) -> None:
    """Show the recorded training called `name`, standing at the frame `begin`, to be played.

    `level` is D's loss where it can tell nothing.

    The `listener` hears {"frame": index} when it rests.

    `words`: "losses", "frechet" and "shares" head the curves and the bars; "generator" and "discriminator" are the
    marks; "nothing", "real" and "tenth" name the lines that they are held against; "alt" (with #) and "share" (with #
    and %) are read aloud; "update"; and those of the bar.
    """
    told: dict[str, Any] = {"name": name, "frames": len(record["numbers"]), "numbers": NUMBERS, "side": SIDE}
    told |= {"begin": begin, "level": level, "real": REAL, "words": dict(words)}
    with st.container(gap=None):  # what brings the frames is not seen, and takes no room
        _component(key, told, listener)
        decoder(safetensors.numpy.save(record, {"name": f"{name}:digits"}), key=f"{key}-frames")
