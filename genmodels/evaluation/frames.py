"""What is kept of a training to be gone through later: frames, each of them one look at the networks.

A recipe that is `recorded` says by which of WATCHES. A record is the frames' arrays with a first axis of length F.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from genmodels.arrays import Arrays
from genmodels.evaluation import game, watched_digits
from genmodels.storage import Damaged

WATCHES: Mapping[str, Any] = {"points": game.Watch, "digits": watched_digits.Watch}


def stacked(frames: Iterable[Arrays]) -> Arrays:
    """Frames one after the other: the same arrays with a first axis of length F."""
    first, *others = frames
    return {name: np.stack([frame[name] for frame in (first, *others)]) for name in first}


def joined(records: Iterable[Arrays]) -> Arrays:
    """Records (F, ...) one after the other."""
    first, *others = records
    return {name: np.concatenate([record[name] for record in (first, *others)]) for name in first}


def check(record: Arrays) -> None:
    """Damaged unless these are frames of one of WATCHES."""
    shapes = next((watch.shapes for watch in WATCHES.values() if set(watch.shapes) == set(record)), None)
    if shapes is None:
        raise Damaged("it has not the parts of a recorded training")
    for name, (kind, shape) in shapes.items():
        array = record[name]
        if array.dtype != kind or array.shape != (len(record["numbers"]), *shape) or not np.isfinite(array).all():
            raise Damaged(f"{name} is not what a recorded training has under that name")
