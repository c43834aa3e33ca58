"""The codes of an autoencoder beside those of a VAE: a pointer in both planes, a walk in each, draws from N(0, I)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent, "transport.css", "paper.js", "parts.js", "curves.js")


def planes(
    key: str,
    name: str,
    learned: Sequence[int],
    extents: Mapping[str, tuple[float, float, float]],
    at: tuple[float, float],
    ends: tuple[int, int],
    draws: NDArray[np.floating[Any]],
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show the two models whose payload lies in the browser as `name`, and what their decoders make of a place.

    `extents`, of "ae" and of "vae", are (centre, centre, half of the side) of the square that a plane shows. `at` =
    (u, v) in [-1, 1] is the pointer, at the same place of both squares; `ends` are the two phases between whose codes
    the walk leads; `draws` (N, 2) are z ~ N(0, I), the same for both. Phases that were `learned` are set off.

    The `listener` hears {"u", "v", "a", "b"}, a and b being the ends.

    `words`: "ae" and "vae" head the columns, "walk" and "draws" (with # of % that are moons) the parts; "nearest" is
    how far a picture is from a true phase (with # and the angle %), "moon" and "no-moon" say whether that is near;
    "from" and "to" name the ends' sliders, "pointer" the pointer; "plane" and "curve" (with #, the largest distance,
    in figures) are read aloud.
    """
    told: dict[str, Any] = {"name": name, "learned": [int(phase) for phase in learned], "words": dict(words)}
    told |= {"extents": {model: [float(one) for one in square] for model, square in extents.items()}}
    told |= {"at": [float(one) for one in at], "ends": [int(phase) for phase in ends]}
    told["draws"] = np.round(np.asarray(draws, float), 4).tolist()
    _component(key, told, listener)
