"""Who stands side by side: the shipped models, own ones, and the tests of the measures, each with its record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels import storage
from genmodels.errors import Problem
from genmodels.evaluation import comparison
from genmodels.evaluation.comparison import ENTRANTS, TESTS, Compared, Entrant
from genmodels.training import checkpoints
from genmodels.training.recipes import Recipe
from ui.jobs import runs
from ui.recently import span
from ui.state import State
from ui.text import Text

# What draws digits, as `Recipe.shown_as` names it.
KINDS = ("PixelCNN", "PixelRNN", "VAE", "VQVAE", "DigitGAN", "ImageDiffusion")
DIGITS = ("mnist", "mnist-binary")  # the data sets that the measures know
REAL = "real"  # the test that is real digits: what all others are compared with
MOST_OWN = 4
SHOWN = 10  # digits of a row
SOON = 3.0  # seconds after which it is looked again for records
Pictures = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Row:
    """One that draws digits. `record` is None where it has not been measured, `drawn` (10, 28, 28) where none are kept.

    `kind` is "model", "own", "real" or "test". `labels` (10,) are -1 where no digit was asked for, and `places` (10,)
    which of the kept ones they are.
    """

    name: str
    kind: str
    entrant: Entrant
    record: Compared | None
    drawn: Pictures | None = None
    labels: NDArray[np.int64] | None = None
    places: tuple[int, ...] = tuple(range(SHOWN))
    recipe: Recipe | None = None

    @property
    def draws(self) -> bool:
        """Whether there is a model that can draw others."""
        return bool(self.entrant.model)

    def label(self, digit: int) -> int | None:
        """What was asked for in this place of the row, or None."""
        return None if self.labels is None or self.labels[digit] < 0 else int(self.labels[digit])

    @property
    def in_order(self) -> bool:
        """Whether each digit, from 0 to 9, stands in its own place."""
        return self.labels is not None and list(self.labels) == list(range(SHOWN))


def of_models() -> list[Row]:
    """Real digits, then the shipped models in the order of the course."""
    rows = _shipped(comparison.folder(), span(SOON))
    return [row for row in rows if row.kind in ("real", "model")]


def of_tests() -> list[Row]:
    """The tests of the measures, real digits first."""
    return [row for row in _shipped(comparison.folder(), span(SOON)) if row.kind in ("real", "test")]


@st.cache_resource(show_spinner=False, max_entries=4)
def _shipped(folder: Path, when: int) -> tuple[Row, ...]:
    first = sorted(TESTS, key=lambda entrant: entrant.name != REAL)
    return tuple(_row(entrant) for entrant in (*first[:1], *ENTRANTS, *first[1:]))


def _row(entrant: Entrant) -> Row:
    kind = "model" if entrant.model else REAL if entrant.name == REAL else "test"
    row = Row(entrant.name, kind, entrant, comparison.shipped(entrant))
    return _with_pictures(row, comparison.folder(), entrant.name)


def _with_pictures(row: Row, folder: Path, name: str) -> Row:
    """The row with what it drew first, where that is kept and is of its record."""
    if row.record is None:
        return row
    try:
        arrays = comparison.pictures(folder, name)
        drawn, labels = arrays["pictures"], arrays["labels"]
    except (storage.Damaged, KeyError):
        return row
    if drawn.dtype != np.uint8 or drawn.shape[1:] != (28, 28) or len(drawn) < SHOWN or labels.shape != drawn.shape[:1]:
        return row
    places = _ten(labels)
    return replace(row, drawn=drawn[list(places)], labels=labels[list(places)], places=places)


def _ten(labels: NDArray[np.int64]) -> tuple[int, ...]:
    """The first of each digit where there is one, so that all rows have it in the same place; else the first ten."""
    found = [np.flatnonzero(labels == digit)[:1] for digit in range(SHOWN)]
    return tuple(int(place) for one in found for place in one) if all(map(len, found)) else tuple(range(SHOWN))


# --- own models


def check_own(text: str) -> tuple[str, ...]:
    """The keys of own models in a link, "key.key"; Problem for what is none, or for too many."""
    keys = tuple(dict.fromkeys(filter(None, text.split("."))))
    for key in keys:
        checkpoints.trained_folder(key)
    if len(keys) > MOST_OWN:
        sentence = "The link asks for {number} own models; {most} can stand beside the others at once."
        raise Problem("too-many-own", sentence, number=len(keys), most=MOST_OWN)
    return keys


def listed() -> dict[str, Recipe]:
    """The finished own models of digits on this machine, by key, the newest first."""
    return {key: recipe for key, recipe in runs.listed(KINDS).items() if recipe.data in DIGITS}


def own(state: State, drop: Callable[[str], object]) -> list[Row]:
    """The own models that the state asks for; one that cannot be had is dropped, and the state complains."""
    rows = []
    for key in check_own(state["own"]):
        try:
            rows.append(_own(key))
        except Problem as problem:
            drop(key)
            state.complain(problem)
    return rows


def _own(key: str) -> Row:
    checkpoint = runs.open_run(key, KINDS)
    if checkpoint.recipe.data not in DIGITS:
        sentence = "The model {key} was trained on {data}; only models of handwritten digits can be compared here."
        raise Problem("other-data", sentence, key=key[:8], data=checkpoint.recipe.data)
    record = comparison.of_own(checkpoint)
    entrant = Entrant(key, key, record.options if record else {})
    row = Row(key, "own", entrant, record, recipe=checkpoint.recipe)
    return _with_pictures(row, checkpoint.folder, comparison.OWN)


# --- in words


def title(row: Row, text: Text) -> str:
    """What a row is called."""
    if row.recipe is not None:
        return text("name-own", name=row.recipe.name.split("-")[0].upper(), run=row.name[:4])
    return text(f"name-{row.name}")


def find(rows: Sequence[Row], name: str) -> Row | None:
    """The row called so, if it has been measured."""
    return next((row for row in rows if row.name == name and row.record is not None), None)
