"""A picture pixel by pixel: as far as it has come, what the model expected, what each pixel cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.evaluation.pixel_trace import Glimpse, Trace
from ui.components import Listener, as_text, register_live

SAME = 1e-4  # probabilities of a pass through everything and of the cache differ by less

_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "paper.js", "parts.js")


def raster(
    key: str,
    view: Trace | Glimpse,
    name: str,
    begin: int,
    levels: int,
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show a trace, to be played, or how far one is that is still being drawn.

    `name` is that of the trace; another one begins with `begin` pixels done, as does a new revision of the page's
    state. The `listener` hears {"pixel": how many are done} when it does not play.

    `words`: "x", "p" and "bits" are the pictures, "num-..." the numbers (place, ink, chance, got, cost, sofar, all;
    level in the place of ink where there are more than two), "at" a place (with # for the row and % for the column),
    "next" and "last" the distribution of the pixel, "cooled" what is said of it where the temperature is not 1, "about"
    what is known of the digit, "paper", "ink", "given", "bit", "pixel", "speed"; and those of the transport bar.
    """
    whole = _whole(view) if isinstance(view, Trace) else _live(view, levels)
    _component(key, {"name": name, "words": dict(words), "begin": begin, "levels": levels, **whole}, listener)


def _whole(trace: Trace) -> dict[str, Any]:
    at_temperature = np.where(trace.drawn[..., None], trace.probabilities_drawn, trace.probabilities)
    differs = bool(np.abs(at_temperature - trace.probabilities).max() > SAME)
    return {
        "side": trace.side,
        "x": as_text(_levels(trace.x, trace.levels)),
        "p": as_text(trace.probabilities.astype(np.float32)),
        "drawn_from": as_text(at_temperature.astype(np.float32)) if differs else "",
        "bits": as_text(trace.bits.astype(np.float32)),
        "chance": as_text(np.nan_to_num(trace.chance).astype(np.float32)),
        "drawn": as_text(trace.drawn.astype(np.uint8)),
        "digits": None if trace.labels is None else as_text(trace.labels.astype(np.float32)),
    }


def _live(view: Glimpse, levels: int) -> dict[str, Any]:
    return {"side": len(view.x), "live": {"x": as_text(_levels(view.x, levels)), "share": view.share}}


def _levels(x: NDArray[np.float32], levels: int) -> NDArray[np.uint8]:
    return (x * (levels - 1)).round().astype(np.uint8)
