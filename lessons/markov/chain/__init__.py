"""A Markov chain as a graph with arrows as wide as probabilities, and a walk on it that is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ui.components import register

Floats = NDArray[np.float64]

_component = register(Path(__file__).parent, "transport.css", "transport.js", "svg.js", "parts.js")


@dataclass(frozen=True)
class View:
    """A chain of n states and T steps on it.

    `matrix` (n, n); `walk` (T + 1,) are the states visited, `visits` (T + 1, n) their shares so far; `distributions`
    (T + 1, n) are where the chain is at each step before anybody looks; `limit` (n,) is what both tend to.
    """

    names: Sequence[str]
    matrix: Floats
    walk: NDArray[np.int64]
    visits: Floats
    distributions: Floats
    limit: Floats


def chain(key: str, view: View, words: Mapping[str, str], at: int) -> None:
    """Show the chain at step `at` of its walk, ready to be played; it stays where it was when the chain changes.

    `words`: "graph" describes the picture, "share", "visits", "distribution" and "limit" head the bars, "steps" and
    "speed" name the scrubber and the speed; and those of the transport bar.
    """
    _component(key=key, data={**message(view), "words": dict(words), "begin": at}, height="content")


def message(view: View) -> dict[str, Any]:
    """What the browser is told; `id` names the walk."""
    return {
        "id": crc32(view.walk.astype("<i8").tobytes()),
        "names": list(view.names),
        "matrix": np.round(view.matrix, 6).tolist(),
        "walk": view.walk.tolist(),
        "visits": np.round(view.visits, 4).tolist(),
        "distributions": np.round(view.distributions, 4).tolist(),
        "limit": np.round(view.limit, 6).tolist(),
    }
