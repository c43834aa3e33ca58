"""q on its way up the ELBO: its density over the posterior, its path through the landscape, the bound at each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ui.components import as_text, register

Array = NDArray[np.float64]

# bands and icons look as in fit
_component = register(Path(__file__).parent, "transport.css", "transport.js", "svg.js", "paper.js", "bands.js")


@dataclass(frozen=True)
class Landscape:
    """The ELBO over the numbers that the gradient moves: (N,) for one, (rows, columns) for two.

    `ranges` are the ends of each axis, `path` is (T + 1, P), `best` (P,); `ticks` are (where, as it is written).
    """

    elbo: Array
    ranges: Sequence[tuple[float, ...]]
    path: Array
    best: Sequence[float]
    names: Sequence[str]
    ticks: Sequence[Sequence[tuple[float, str]]]


@dataclass(frozen=True)
class View:
    """The densities over z (N,): the posterior, and q at each step (T + 1, N); `top` is the highest value shown.

    `elbo` (T + 1,) never exceeds `log_evidence`; `best` is what the family can reach; `parameters` are q's, by name.
    """

    z: Array
    posterior: Array
    q: Array
    top: float
    elbo: Array
    log_evidence: float
    best: float
    parameters: Mapping[str, Sequence[float]]
    landscape: Landscape


def climb(key: str, view: View, words: Mapping[str, str], on_take: Callable[[], object]) -> None:
    """Show the view at its last step, ready to be played; `take` of the component's state is {"step": n} when asked."""
    _component(key=key, data={**message(view), "words": dict(words)}, on_take_change=on_take, height="content")


def message(view: View) -> dict[str, Any]:
    """What the browser is told; curves and landscape as float32, the rest as numbers. `id` names the path."""
    seen = view.landscape
    path = np.round(seen.path, 5)
    return {
        "id": crc32(path.tobytes() + np.float64(view.log_evidence).tobytes()),
        "z": [float(view.z[0]), float(view.z[-1])],
        "points": len(view.z),
        "posterior": _floats(view.posterior),
        "q": _floats(view.q),
        "top": view.top,
        "elbo": np.round(view.elbo, 6).tolist(),
        "log_evidence": view.log_evidence,
        "best": view.best,
        "parameters": {name: [float(f"{value:.5g}") for value in values] for name, values in view.parameters.items()},
        "landscape": {
            "heights": _floats(view.log_evidence - seen.elbo),  # the gap: what is low is good
            "shape": seen.elbo.shape,
            "ranges": seen.ranges,
            "path": path.tolist(),
            "best": seen.best,
            "names": seen.names,
            "ticks": seen.ticks,
        },
    }


def _floats(values: Array) -> str:
    return as_text(np.asarray(values, "<f4"))
