"""A sample on its way from noise to a picture: each moment as the model saw it, played, stepped and scrubbed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels.evaluation.trace import Glimpse, Trace
from ui.components import Listener, as_text, register_live
from ui.components.decoder import decoder

_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "paper.js", "parts.js")


def denoiser(
    key: str,
    view: Trace | Glimpse,
    name: str,
    at: tuple[int, int],
    alpha_bar: NDArray[np.floating[Any]],
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show a trace, to be played, or how far one is that is still being computed.

    `name` is that of the trace; another one begins at `at` = (t, pixel), as does a new revision of the page's state.
    `alpha_bar` (T + 1,) is the schedule's. The `listener` hears {"t": t, "pixel": index} when it does not play; the
    pixel is that of which the page does sums.

    `words`: "xt", "x0", "eps", "mean", "added", "next" are the pictures, "num-t", "num-left", "num-sigma", "num-read"
    the numbers, "reads" (with # and %) what the judge reads, "row-xt" and "row-x0" the rows of the strip, "steps" the
    scrubber, "go" a picture of the strip; and those of the transport bar.
    """
    t, pixel = at
    whole = _whole(view, alpha_bar) if isinstance(view, Trace) else _live(view)
    with st.container(gap=None):  # what brings the frames is not seen, and takes no room
        decoder(view.payload(name) if isinstance(view, Trace) else b"", key=f"{key}-frames")
        _component(key, {"name": name, "words": dict(words), "begin": t, "pixel": pixel, **whole}, listener)


def _whole(view: Trace, alpha_bar: NDArray[np.floating[Any]]) -> dict[str, Any]:
    steps = {one: np.round(getattr(view, one).astype(float), 7).tolist() for one in ("for_x0", "for_xt", "sigma")}
    read = None if view.read is None else [[int(p.argmax()), round(float(p.max()), 4)] for p in view.read]
    left = np.round(alpha_bar[view.times], 6).tolist()
    return {**steps, "times": view.times.tolist(), "alpha_bar": left, "read": read, "shape": list(view.xt.shape[1:])}


def _live(view: Glimpse) -> dict[str, Any]:
    now = {"xt": _pixels(view.xt), "x0": _pixels(view.x0), "t": view.t}
    return {"live": now, "shape": list(view.xt.shape)}


def _pixels(values: NDArray[np.floating[Any]]) -> str:
    steps = np.round((values.clip(-1, 1) + 1) * 127.5).astype(np.uint8)
    return as_text(steps)
