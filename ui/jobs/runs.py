"""Own runs that pages show: opened by the key in a link, and listed, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TypeVar

import streamlit as st

from genmodels import settings as places
from genmodels.errors import Problem
from genmodels.jobs import quota
from genmodels.storage import Damaged
from genmodels.training import checkpoints
from genmodels.training.checkpoints import Checkpoint
from genmodels.training.recipes import Recipe
from ui import wording
from ui.lesson import Lesson
from ui.recently import span
from ui.state import State
from ui.text import Text
from ui.widgets import select

NUM_LISTED = 50
T = TypeVar("T")


def open_run(name: str, kinds: tuple[str, ...]) -> Checkpoint:
    """The finished model called so, the shipped one or an own one by its key, if its class is one of `kinds`.

    Raises Problem where that cannot be had, is not finished, or is of another kind.
    """
    found = checkpoints.get(name) if not checkpoints.is_key(name) else checkpoints.find(name)
    if found is None and checkpoints.find(name, unfinished=True):
        raise Problem("run-unfinished", "The run {key} has not been trained to its end yet.", key=name[:8])
    if found is None:
        if problem := checkpoints.why_not(name):
            raise problem
        sentence = "The run {key} is not on this machine: it has not been trained here, or was deleted to save space."
        raise Problem("run-not-here", sentence, key=name[:8])
    if found.recipe.shown_as not in kinds:
        sentence = "The run {key} is of another kind ({name}), which this page cannot show."
        raise Problem("run-other-kind", sentence, key=name[:8], name=found.recipe.name)
    quota.used(found.key)  # what is looked at is not the first to go when the disk is full
    return found


def listed(kinds: tuple[str, ...]) -> dict[str, Recipe]:
    """The finished own runs of these classes on this machine, by key, the newest first."""
    return _newest(places.home(), kinds, span(3.0))


def asked_for(
    state: State, kinds: tuple[str, ...], load: Callable[[str], T], show: Callable[[State, str], None]
) -> T | None:
    """The own or other model in the state's `model`, loaded; None when it asks for the page's first one.

    Where it cannot be had it is None too: then the state complains, and `show` has been told "".
    """
    name = state["model"]
    if not name:
        return None
    try:
        open_run(name, kinds)
        return load(name)
    except Problem as problem:
        show(state, "")
        state.complain(problem)
        state.complain(Problem("shipped-instead", "The page shows the model that comes with the course instead."))
        return None


def chooser(
    lesson: Lesson, shipped: Mapping[str, str], kinds: tuple[str, ...], show: Callable[[str], None], width: int = 176
) -> None:
    """A box with the `shipped` models, name -> words, and the own runs of these classes; `show` hears what is chosen.

    The state's `model` decides what it shows; the page's label `model-own` tells an own run.
    """
    text, own = lesson.text, listed(kinds)

    def label(name: str) -> str:
        changes = wording.in_words(own[name], text) if name in own else ""
        return shipped.get(name) or text("model-own", run=name[:8], changes=changes)

    names = [*shipped, *own, lesson.state["model"]]
    select(lesson, "model", text("control-model"), {name: label(name) for name in names}, choose=show, width=width)


def badge(checkpoint: Checkpoint, name: str, text: Text, device: object = "", **more: object) -> dict[str, object]:
    """What a lesson's badge says of a model: checkpoint, size, data, device; of an own one also what was changed.

    `name` is the one that it is known by: its key, where it is an own one. What a page has to say besides is in `more`.
    """
    card, recipe = checkpoint.card, checkpoint.recipe
    called = card["name"]
    if checkpoints.is_key(name):
        changes = wording.in_words(recipe, text)
        called += f" {text('badge-own', run=name[:8], changes=changes, best=checkpoint.epoch)}"
    about = {"name": called, "epoch": checkpoint.epochs_trained, "parameters": f"{card['parameters']:,}"}
    return {**about, "data": wording.setting_value(recipe.data, text), "device": str(device).upper(), **more}


def forget() -> None:
    """A run was added or deleted: the next look reads anew."""
    _newest.clear()


@st.cache_resource(show_spinner=False, max_entries=8)
def _newest(home: Path, kinds: tuple[str, ...], when: int) -> dict[str, Recipe]:
    cards = sorted((home / "trained").glob(f"*/{checkpoints.CARD}"), key=_time, reverse=True)
    return dict(islice(_finished(cards, kinds), NUM_LISTED))


def _time(card: Path) -> float:
    try:
        return card.stat().st_mtime
    except OSError:  # deleted meanwhile
        return 0.0


def _finished(cards: Iterable[Path], kinds: tuple[str, ...]) -> Iterator[tuple[str, Recipe]]:
    for card in cards:
        try:
            checkpoint = checkpoints.open_folder(card.parent)
        except (Damaged, Problem):
            continue
        if checkpoint.finished and checkpoint.recipe.shown_as in kinds and checkpoint.key == card.parent.name:
            yield card.parent.name, checkpoint.recipe
