"""Points that a GAN makes: the game that is shown, recorded, live or played by hand, and its numbers at a frame."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from genmodels.arrays import Arrays
from genmodels.data import points
from genmodels.errors import Problem
from genmodels.evaluation.discrepancy import mmd
from genmodels.evaluation.game import LATTICE, NUM_SHOWN, NUMBERS, REACH
from genmodels.jobs import records
from genmodels.models.gan import LOSSES
from genmodels.storage import Damaged
from genmodels.training import checkpoints, duel, recipes, recording
from genmodels.training.checkpoints import Checkpoint
from genmodels.training.duel import Games, Played
from genmodels.training.recipes import Recipe
from ui import own_points
from ui.background import Work, watcher, works
from ui.jobs import form, runs
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State, Token
from ui.text import Text

SHIPPED, KINDS = "gan-points", ("PointGAN",)
SETTINGS = (
    "data",
    "epochs",
    "loss_kind",
    "learning_rate",
    "discriminator_rate",
    "r1",
    "seed",
    "spectral_norm",
    "drawn",
)
FAR_APART = {"learning_rate": 5e-3, "discriminator_rate": 2e-4}  # with which it collapses
NUM_DATA, LAST = 400, duel.MOST * duel.FRAMES  # crosses in the picture; no game has more frames
FEW, LONG, FOOLED = 1, 1000, 0.9  # spots, updates, mean of sigmoid(D(G(z)))
FIELDS: dict[str, Field] = {
    "source": Choice("recorded", ("recorded", "hand")),
    "model": Token("", checkpoints.trained_folder),
    "beside": Token("", lambda name: name == SHIPPED or checkpoints.trained_folder(name)),
    "moves": Token("", duel.moves),
    "updates": Choice("100", ("1", "10", "100")),
    "frame": Number(LAST, 0, LAST),
    "point": Number(21, 0, NUM_SHOWN - 1),
    "pad": own_points.FIELD,
    **form.fields(SHIPPED, SETTINGS),
}


@dataclass(frozen=True)
class Game:
    """A game as far as it is known: its name, the recipe that it is played by, its frames, and whether more come."""

    name: str
    recipe: Recipe
    record: Arrays
    live: bool = False
    checkpoint: Checkpoint | None = None
    follows: str = ""  # the game that it goes on from

    @property
    def absolute(self) -> bool:
        """Whether sigmoid(D) is a probability; under the other losses only differences of D mean anything."""
        return LOSSES[self.recipe.loss_kind].absolute  # type: ignore[attr-defined]

    def data(self) -> NDArray[np.floating[Any]]:
        """Some of the points that are learned, (M, 2)."""
        data: NDArray[np.floating[Any]] = self.recipe.examples("train").batch(slice(0, NUM_DATA)).numpy()
        return data


@st.cache_resource(show_spinner=False, max_entries=8)
def recorded(name: str) -> Game:
    """The finished game of the model called so; Problem where its record is missing."""
    checkpoint = checkpoints.get(name)
    try:
        return Game(name, checkpoint.recipe, recording.read(checkpoint.folder), checkpoint=checkpoint)
    except Damaged as damage:
        sentence = "Of the run {key} nothing was recorded that can be shown ({reason}). Train it again."
        raise Problem("not-recorded", sentence, key=name[:8], reason=str(damage)) from damage


def live(state: State) -> Game | None:
    """The game of the training that the page watches, as far as it has come; None where there is nothing to see yet."""
    key = state["job"]
    job = records.read(key) if key else None
    if job is None or job.recipe.shown_as not in KINDS:
        return None
    if not job.active:
        return recorded(key) if checkpoints.find(key) is not None else None
    try:
        return Game(key, job.recipe, recording.read(checkpoints.trained_folder(key)), live=True)
    except Damaged:
        return None


def shown(state: State) -> Game:
    """The recorded game that the state asks for, or the shipped one; then the state complains."""
    return live(state) or runs.asked_for(state, KINDS, recorded, show) or recorded(SHIPPED)


def beside(state: State) -> Game | None:
    """The other recorded game that the state wants to see beside the first, if it can be shown."""
    name = state["beside"]
    if not name or state["source"] == "hand":
        return None
    try:
        runs.open_run(name, KINDS)
        return recorded(name)
    except Problem as problem:
        state.update({"beside": ""}, silent=True)
        state.complain(problem)
        return None


def show(state: State, name: str) -> None:
    """Another model, "" for the shipped one."""
    state.reset("frame")
    state.update({"model": name, "source": "recorded"})


# --- by hand


@st.cache_resource(show_spinner=False)
def _games() -> Games:
    """Those of this process; only the thread beside the pages plays them."""
    return Games()


def by_hand(state: State, again: bool = False) -> Work[Played]:
    """The work that plays the moves of the state, by the settings of the form."""
    recipe, moves = chosen(state), duel.moves(state["moves"])

    def make() -> Iterator[Played]:
        yield from _games().play(recipe, moves)

    return works().get(("duel", recipes.key(recipe), moves), make, watcher("gan"), again)


def chosen(state: State) -> Recipe:
    """The recipe of the form; Problem where own points are chosen and none are drawn."""
    return form.recipe(state, SHIPPED, SETTINGS)


def played(state: State, work: Work[Played], memory: dict[str, Any]) -> Game | None:
    """The game by hand as far as it has been played; before its first frame the one that was on the stage, if any."""
    if work.so_far:
        memory["by hand"] = _as_game(state, work)
    game: Game | None = memory.get("by hand")
    return game


def _as_game(state: State, work: Work[Played]) -> Game:
    moves = duel.moves(state["moves"])
    game = f"hand-{recipes.key(chosen(state))[:8]}-"
    follows = game + duel.as_token(moves[:-1]) if moves else ""
    name, record = game + state["moves"], work.so_far[-1].record
    return Game(name, chosen(state), record, live=not work.ended, follows=follows)


# --- in words


class PointsScene:
    """A game at the page's frame: the sums of this moment for the picked point."""

    step_parts = ("gauges value", "surface best point", "point push", "value modes")

    def __init__(self, state: State, text: Text, game: Game) -> None:
        self.state, self.text, self.game = state, text, game
        self.at = min(state["frame"], len(game.record["numbers"]) - 1)
        self.now = dict(zip(NUMBERS, game.record["numbers"][self.at].astype(float).tolist(), strict=True))

    @property
    def step_variants(self) -> dict[int, str]:
        """The steps are others than those of the smallest GAN, and some others by the loss."""
        loss = self.game.recipe.loss_kind  # type: ignore[attr-defined]
        first, last = ("points", "points") if self.game.absolute else (f"points-{loss}", "points-relative")
        return {1: f"step-1-{first}", 2: "step-2-points", 3: f"step-3-points-{loss}", 4: f"step-4-{last}"}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step", of the picked point."""
        record, now, point = self.game.record, self.now, self.state["point"]
        place, push = record["made"][self.at, point].astype(float), record["push"][self.at, point].astype(float)
        believed, best = (at_place(record[name][self.at], place) for name in ("surface", "best"))
        jensen_shannon = (now["best_value"] + math.log(4)) / 2
        return {
            "update": f"{now['update']:.0f}",
            "real": f"{now['on_real']:.2f}",
            "made": f"{now['on_made']:.2f}",
            "apart": f"{now['apart']:.2f}",
            "value": f"{now['value']:z.3f}",
            "d-loss": f"{now['discriminator']:z.3f}",
            "g-loss": f"{now['generator']:z.3f}",
            "best-value": f"{now['best_value']:z.3f}",
            "js": f"{jensen_shannon:z.3f}",
            "place": pair(place),
            "push": pair(push),
            "length": f"{np.linalg.norm(push):.3f}",
            "believed": f"{believed:.2f}",
            "not-believed": f"{1 - believed:.2f}",
            "best": f"{best:.2f}",
            "found": self.found,
        }

    @property
    def found(self) -> str:
        """How many spots of the ring have points; nothing is said of other data."""
        if self.now["modes"] < 0:
            return self.text("found-nothing")
        return self.text("found", modes=f"{self.now['modes']:.0f}", share=f"{100 * self.now['share']:.0f}")

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        last = self._last()
        hand = self.state["source"] == "hand"
        ended = not hand and not self.game.live and last["update"] >= LONG
        collapsed = ended and 0 <= last["modes"] <= FEW
        rates = self.game.recipe.learning_rate, self.game.recipe.discriminator_rate  # type: ignore[attr-defined]
        collapsed = collapsed and rates[0] == rates[1]
        critic = self.game.recipe.loss_kind == "wasserstein"  # type: ignore[attr-defined]
        cured = ended and critic and last["modes"] == len(points.ring_centres())
        modes = self.text("now-modes", modes=f"{last['modes']:.0f}") if last["modes"] >= 0 else ""
        fooled = hand and self.now["on_made"] >= FOOLED
        now = self.text("now-made", made=f"{self.now['on_made']:.2f}") if hand else self.text("now-not-by-hand")
        return [
            Challenge("collapse", collapsed, modes, {"few": FEW}),
            Challenge("cure", cured, modes, {"spots": len(points.ring_centres())}),
            Challenge("fool", fooled, now, {"fooled": FOOLED}),
        ]

    def _last(self) -> dict[str, float]:
        return dict(zip(NUMBERS, self.game.record["numbers"][-1].astype(float).tolist(), strict=True))

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with: the game by hand, or the trained model."""
        if self.state["source"] == "hand":
            settings = recipes.changed_settings(self.game.recipe)
            told = "".join(f", {name}={value!r}" for name, value in settings.items())
            return {"variant": "-hand", "settings": told, "moves": self.state["moves"]}
        return {"variant": "-points", "name": self.game.name}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        if self.state["source"] == "hand":
            last = self._last()
            told = f"V {last['value']:.3f}, D(G(z)) {last['on_made']:.3f}"
            return f"after {last['update']:.0f}: {told}"
        return printed(self.game.name)


@st.cache_resource(show_spinner=False, max_entries=16)
def printed(name: str) -> str:
    """What the snippet prints of a trained model."""
    checkpoint = checkpoints.get(name)
    made = checkpoint.model("cpu").sample(2000, torch.Generator().manual_seed(0))
    return f"MMD^2 {mmd(made, checkpoint.recipe.examples('test').batch()):.4f}"


def at_place(values: NDArray[np.uint8], place: NDArray[np.floating[Any]]) -> float:
    """A surface (L, L) in 255ths at a place (2,) of the plane, between its nearest four places."""
    x, y = np.clip((place + REACH) / (2 * REACH) * (LATTICE - 1), 0, LATTICE - 1 - 1e-9)
    i, j, right, up = int(y), int(x), x % 1, y % 1
    low, high = (row[j] * (1 - right) + row[j + 1] * right for row in values[i : i + 2].astype(float))
    return float(low * (1 - up) + high * up) / 255


def pair(value: NDArray[np.floating[Any]]) -> str:
    """A place or a direction as it stands in a formula."""
    return f"{value[0]:z.2f},\\,{value[1]:z.2f}"
