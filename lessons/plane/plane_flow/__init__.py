"""Points that flow from noise to data among the arrows of a model, played, stepped and scrubbed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.evaluation.flow import Flow, lattice
from ui.components import Listener, as_text, register_live

SCALE = 2.0**-12  # of 16 bits: from -8 to 8
_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "parts.js", "plane.js")


def plane_flow(
    key: str,
    flow: Flow,
    arrows: NDArray[np.floating[Any]],
    points: NDArray[np.floating[Any]],
    mine: NDArray[np.floating[Any]],
    alpha_bar: NDArray[np.floating[Any]],
    at: tuple[int, int],
    name: str,
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show a flow with one of its kinds of `arrows` over the data `points` (M, 2); `alpha_bar` is the schedule's.

    The visitor's own points `mine` (N, 2) lie over all that.

    `name` is that of the flow with these arrows; another one begins at `at` = (t, picked particle), as does a new
    revision of the page's state. The `listener` hears {"t": t, "particle": index} when it rests.

    `words`: "data", "mine", "model", "arrow", "picked", "trail", "guess" are the marks, "num-t", "num-left",
    "num-sigma", "num-unlike", "num-mmd" the numbers, "mmd" the last of them, "alt" (with #) the
    picture, "steps" the scrubber; and the bar's.
    """
    t, picked = at
    data = {"name": name, "words": dict(words), "begin": t, "picked": picked, **_told(flow)}
    data |= {"alpha_bar": _rounded(alpha_bar[flow.times], 6), "arrows": _text(arrows)}
    data |= {"points": _rounded(points, 3), "mine": _rounded(mine, 3)}
    _component(key, data, listener)


def _told(flow: Flow) -> dict[str, Any]:
    return {
        "times": flow.times.tolist(),
        "sigma": _rounded(flow.sigma, 6),
        "unlike": _rounded(flow.squared_error(), 4),
        "stride": flow.stride,
        "number": flow.xt.shape[1],
        "scale": SCALE,
        "xt": _text(flow.xt),
        "x0": _text(flow.x0),
        "places": _rounded(lattice().numpy(), 4),
    }


def _rounded(values: NDArray[np.floating[Any]], decimals: int) -> list[float]:
    rounded: list[float] = np.round(values.astype(float), decimals).ravel().tolist()
    return rounded


def _text(values: NDArray[np.floating[Any]]) -> str:
    steps = np.clip(np.rint(values / SCALE), -(2**15), 2**15 - 1).astype("<i2")
    return as_text(steps)
