"""What is drawn and looked at beside the page: ten digits of every model from one seed, and what is like a digit.

PyTorch comes in here, and only where something is computed: the page opens from what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from lessons.compare.rows import SHOWN, Pictures, Row
from ui.background import Work, watcher, works

if TYPE_CHECKING:
    from genmodels.evaluation.drawing import Draughtsman

NEAREST = 3  # training digits that are shown beside one


@dataclass(frozen=True)
class Drawn:
    """Ten digits of each model that is through, (10, 28, 28) by name, and the labels that were asked for, or None."""

    pictures: Mapping[str, Pictures]
    labels: Mapping[str, NDArray[np.int64] | None]
    share: float


@dataclass(frozen=True)
class Seen:
    """What is seen in the ten digits of a row.

    `probabilities` (10, 10) are those of the first judge. `near` (10, 3, 28, 28) are the nearest training digits,
    `near_labels` (10, 3) what they are, `distances` (10, 3) the mean squared differences per pixel, in [0, 1].
    """

    probabilities: NDArray[np.float32]
    near: Pictures
    near_labels: NDArray[np.int64]
    distances: NDArray[np.float32]


def drawing(rows: Sequence[Row], seed: int, again: bool = False) -> Work[Drawn]:
    """The work that draws ten digits with each of these models that has been measured, the fastest first."""
    asked = sorted((row for row in rows if row.draws and row.record is not None), key=_milliseconds)
    key = ("compare", seed, *((row.name, row.record.weights) for row in asked if row.record))
    return works().get(key, lambda: _drawn(asked, seed), watcher("compare-draw"), again)


def _milliseconds(row: Row) -> float:
    return row.record.milliseconds.get(1, 0.0) if row.record else 0.0


def _drawn(rows: Sequence[Row], seed: int) -> Iterator[Drawn]:
    pictures: dict[str, Pictures] = {}
    labels: dict[str, NDArray[np.int64] | None] = {}
    spent, whole = 0.0, sum(1 + _milliseconds(row) for row in rows)
    yield Drawn({}, {}, 0.0)
    for row in rows:
        pictures[row.name], labels[row.name] = _ten(row, seed)
        spent += 1 + _milliseconds(row)
        yield Drawn(dict(pictures), dict(labels), spent / whole)


def _ten(row: Row, seed: int) -> tuple[Pictures, NDArray[np.int64] | None]:
    import torch

    draughtsman = _draughtsman(row.entrant.model, repr(sorted(row.entrant.options.items())), row.entrant.options)
    digits = draughtsman.batch(SHOWN, torch.Generator().manual_seed(seed))[:, 0].numpy()
    return digits, np.arange(SHOWN) if draughtsman.labelled else None


@st.cache_resource(show_spinner=False, max_entries=14)
def _draughtsman(name: str, options: str, _options: Mapping[str, Any]) -> Draughtsman:
    """One for all visitors, with a model in eval mode; its `options` in words are a part of what it is known by."""
    from genmodels.evaluation.drawing import Draughtsman
    from genmodels.training import checkpoints

    one = checkpoints.get(name)
    return Draughtsman(one.model(), one.sha256, one.recipe.data, dict(_options))


# --- what is seen in a row


def looking(row: Row, pictures: Pictures, seed: int, again: bool = False) -> Work[Seen]:
    """The work that looks at the ten digits of a row."""
    key = ("compare-look", row.name, row.record.weights if row.record else "", seed, pictures.tobytes())
    return works().get(key, lambda: _looked(pictures), watcher("compare-look"), again)


def _looked(pictures: Pictures) -> Iterator[Seen]:
    import torch

    from genmodels.data import mnist
    from genmodels.evaluation import judge
    from genmodels.evaluation.nearest import nearest

    x = torch.from_numpy(pictures.astype(np.float32))[:, None] / 255
    train = mnist.load("train")
    index, distances = nearest(x, train.images, k=NEAREST)
    near, labels = train.images[index][:, :, 0].numpy(), train.labels[index].numpy()
    yield Seen(judge.probabilities(x).numpy(), near, labels, distances.numpy())
