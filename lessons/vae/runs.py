"""Which trained run the VAE page shows: the shipped model, or the own run whose key is in the link."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Lock
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from genmodels.errors import Problem
from genmodels.evaluation.latent import LatentMap
from genmodels.jobs import quota
from genmodels.training import checkpoints
from genmodels.training.recipes import Recipe
from ui import wording
from ui.figures.learning import Curve, learning_curves
from ui.fragments import fragment
from ui.jobs import runs as own_runs
from ui.lesson import STAGE
from ui.state import Field, State, Token
from ui.text import Text

SHIPPED, KINDS = "vae-mnist", ("VAE",)
PATIENCE = 0.15  # seconds that a page waits for a map before it shows that it is waiting
NUM_KEPT = 8
NUM_TRAINING = 60_000  # pictures, in every data set of this format


def _check_other(name: str) -> None:
    if name != SHIPPED:
        checkpoints.trained_folder(name)


def fields() -> dict[str, Field]:
    """The state's first fields: `model`, the key of an own run or "", and `other`, the run beside it or ""."""
    return {"model": Token("", checkpoints.trained_folder), "other": Token("", _check_other)}


# --- their latent maps


class Maps:
    """Latent maps of own runs, made one at a time beside the pages that wait for them; the newest few are kept."""

    def __init__(self) -> None:
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="latent-map")
        self._lock = Lock()
        self._maps: OrderedDict[Path, Future[LatentMap]] = OrderedDict()

    def get(self, key: str, patience: float = 0.0) -> LatentMap | None:
        """The map of a run, or None if it is not ready after `patience` seconds; Problem when there cannot be one."""
        place = checkpoints.trained_folder(key)
        with self._lock:
            if place not in self._maps:
                self._maps[place] = self._maker.submit(lambda: LatentMap(own_runs.open_run(key, KINDS)))
            making = self._maps[place]
            self._maps.move_to_end(place)
            done = [old for old, future in self._maps.items() if future.done()]
            for old in done[: max(0, len(self._maps) - NUM_KEPT)]:
                del self._maps[old]
        if not wait([making], patience).done:
            return None
        if making.exception():
            with self._lock:  # it may be there the next time
                self._maps.pop(place, None)
        return making.result()

    def pending(self, key: str) -> bool:
        """Whether a map is being made at this moment."""
        with self._lock:
            making = self._maps.get(checkpoints.trained_folder(key))
        return making is not None and not making.done()


@st.cache_resource(show_spinner=False)
def maps() -> Maps:
    """Those of this process."""
    return Maps()


@st.cache_resource(show_spinner=False)
def shipped() -> LatentMap:
    """The shipped VAE with its kept epochs; one for all visitors. Raises Problem when it is damaged."""
    return LatentMap(checkpoints.get(SHIPPED))


@st.cache_resource(show_spinner=False, max_entries=NUM_KEPT)
def payload(name: str, _latent: LatentMap) -> bytes:
    """The decoders of a run for the browser."""
    return _latent.payload(name)


def painted(plane: Any) -> str:
    """The payload of which the browser has said that it has painted something."""
    return str(plane.get("painted") or "") if plane else ""


# --- the one on the page


def name_of(state: State) -> str:
    """The run that the page shows: its key, or the shipped model's name."""
    return state["model"] or SHIPPED


def chosen(state: State) -> LatentMap | None:
    """The map of the run that the state asks for; None while it is being made.

    Where that run cannot be shown it is the shipped one, and the state complains.
    """
    key = state["model"]
    if key and key != shipped().checkpoint.key:
        try:
            quota.used(key)
            return maps().get(key, PATIENCE)
        except Problem as problem:
            _switch(state, "")
            state.complain(problem)
            state.complain(Problem("shipped-instead", "The page shows the model that comes with the course instead."))
    elif key:
        state.reset("model")
    return shipped()


def show_model(state: State, key: str) -> None:
    """Show another run, "" for the shipped one; the picture x stays, the point z goes to its mean."""
    _switch(state, "" if key == shipped().checkpoint.key else key)


def _switch(state: State, key: str) -> None:
    state.reset("model", "epoch", "z1", "z2")
    state.update({"model": key})


def wait_for(key: str) -> None:
    """Holds the picture's place while a run's map is made, then runs the page again."""
    fragment(_look, run_every=0.3)(key)


def _look(key: str) -> None:
    st.skeleton(height=600, width=STAGE)
    if not maps().pending(key):
        st.rerun()  # the page takes the map, or says what was wrong


# --- in words


def label(name: str, recipe: Recipe, text: Text) -> str:
    """A run in a list: the shipped one, or what was changed and the first digits of its key."""
    return (
        text("run-shipped")
        if name == SHIPPED
        else text("run-own", run=name[:8], changes=wording.in_words(recipe, text))
    )


def badge(name: str, latent: LatentMap, epoch: int, text: Text) -> dict[str, object]:
    """What computed the page; beside what every lesson says of a model, how many pictures it knows, and its speed."""
    recipe = latent.checkpoint.recipe
    data = text(f"data-{recipe.data}", count=f"{num_training(recipe):,}")
    ms = f"{latent.milliseconds:.1f}"
    return own_runs.badge(latent.checkpoint, name, text, latent.device, epoch=epoch, data=data, ms=ms)


def num_training(recipe: Recipe) -> int:
    """How many pictures a run was trained on."""
    return NUM_TRAINING - round(recipe.holdout * NUM_TRAINING)


@st.cache_resource(show_spinner=False, max_entries=64)
def learning_figure(name: str, epoch: int, lang: str, mode: str | None, _latent: LatentMap) -> go.Figure:
    """The learning curves with a mark at `epoch`; kept, because building them takes Plotly as long as all the rest."""
    text = Text("vae", lang, mode)
    rows = [row for row in _latent.checkpoint.card["curve"] if row["epoch"] > 0]
    recipe = _latent.checkpoint.recipe
    split = recipe.eval_split
    curves = [
        Curve(text(f"curve-{part}"), role, *([row[f"{which}_{part}"] for row in rows] for which in (split, "train")))
        for part, role in {"total": "ink", "reconstruction": "error", "kl": "q"}.items()
    ]
    words = {"unit": text("curve-unit"), "epoch": text("curve-epoch")}
    return learning_curves([row["epoch"] for row in rows], curves, epoch, words, recipe.unit.digits, mode)


def last_losses(latent: LatentMap, text: Text) -> dict[str, str]:
    """The totals after the last epoch, the pixels' share of the second, and on which pictures they were measured."""
    recipe, last = latent.checkpoint.recipe, latent.checkpoint.card["curve"][-1]
    split = recipe.eval_split
    num_unseen = NUM_TRAINING - num_training(recipe) if recipe.holdout else len(latent.labels)
    return {
        "split": text(f"split-{split}"),
        "training": f"{num_training(recipe):,}",
        "unseen": f"{num_unseen:,}",
        "train": f"{last['train_total']:.1f}",
        "second": f"{last[f'{split}_total']:.1f}",
        "pixels": f"{100 * last[f'{split}_reconstruction'] / last[f'{split}_total']:.0f}",
    }


# --- the others on this machine


def listed() -> dict[str, Recipe]:
    """The finished VAE runs of this machine by name, the shipped one first, then the own ones, the newest first."""
    return {SHIPPED: shipped().checkpoint.recipe, **own_runs.listed(KINDS)}
