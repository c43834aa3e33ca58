"""One Gaussian on its way to two bumps: both landscapes, the paths through them, and q over p at every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components import Listener, as_text, register_live

Array = NDArray[np.float64]

_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "svg.js", "paper.js", "bands.js")


@dataclass(frozen=True)
class Direction:
    """One divergence over mu (M,) and log sigma: `landscape` (S, M), the optima, and the paths, (starts, T + 1) each.

    An optimum is (mu, sigma, divergence, "minimum" or "saddle"); the first path is the visitor's own.
    """

    landscape: Array
    optima: Sequence[tuple[float, float, float, str]]
    mu: Array
    sigma: Array
    kl: Array


@dataclass(frozen=True)
class Scene:
    """What is to be seen: p's density at x, both directions, and the ranges of mu and sigma of their landscapes.

    `bumps` are (name of the mean, mean, name of the sd, sd); `start` the same of the visitor's own start; `limits` are
    those of every name.
    """

    x: Array
    density: Array
    directions: Mapping[str, Direction]
    mu: tuple[float, float]
    sigma: tuple[float, float]
    bumps: Sequence[tuple[str, float, str, float]]
    start: tuple[str, float, str, float]
    limits: Mapping[str, tuple[float, float]]


def fit(key: str, scene: Scene, words: Mapping[str, str], listener: Listener) -> None:
    """Show the scene; the `listener` hears {name: value} of what the hand moves, while it moves.

    The page's labels that begin with `fit-` are its `words`.
    """
    _component(key, {**message(scene), "words": dict(words)}, listener)


def message(scene: Scene) -> dict[str, Any]:
    """What the browser is told; landscapes as float32, rows of sigma from below."""
    return {
        "curve": [np.round(scene.x, 3).tolist(), np.round(scene.density, 4).tolist()],
        "directions": {name: _told(direction) for name, direction in scene.directions.items()},
        "mu": scene.mu,
        "sigma": scene.sigma,
        "bumps": scene.bumps,
        "start": scene.start,
        "limits": dict(scene.limits),
    }


def _told(direction: Direction) -> dict[str, Any]:
    paths = {name: np.round(getattr(direction, name), 5).tolist() for name in ("mu", "sigma", "kl")}
    rows, columns = direction.landscape.shape
    heights = as_text(direction.landscape.astype("<f4"))
    return {**paths, "heights": heights, "rows": rows, "columns": columns, "optima": direction.optima}
