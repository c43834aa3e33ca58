"""Controls and stage of the page on moons. Layout; no maths."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from genmodels.training import recipes
from genmodels.training.together import Together
from lessons.moons import models, scene
from lessons.moons.dial import dial
from lessons.moons.models import Pair
from lessons.moons.planes import planes
from lessons.moons.scene import Scene
from ui import background
from ui.components import Listener
from ui.components.decoder import decoder
from ui.jobs import runs
from ui.lesson import Lesson
from ui.live import Live
from ui.state import State, heard
from ui.widgets import number, presets, select

KINDS = ("MoonAutoencoder", "MoonVAE")
BOX = 92  # CSS pixels


def take_model(state: State) -> None:
    """A link may ask for a model that was trained here: the page then takes its settings, and has its partner too."""
    if not (name := state["model"]):
        return
    state.update({"model": ""}, silent=True)
    try:
        recipe = runs.open_run(name, KINDS).recipe
        settings = {one: getattr(recipe, one) for one in ("learned", "seed", "beta") if hasattr(recipe, one)}
        beta = f"{settings.pop('beta', 1):g}"
        wanted = models.asked(settings["learned"], float(beta), settings["seed"])
        if beta not in scene.BETAS or recipe not in wanted:
            raise Problem("run-other-settings", "The run {key} has settings that this page cannot show.", key=name[:8])
        state.update({**settings, "beta": beta})
    except Problem as problem:
        state.complain(problem)


def controls(lesson: Lesson) -> None:
    """Which phases are learned, and how."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        with st.container(horizontal=True, gap="small", width="content", key="watch-presets"):
            presets(lesson, {name: {"learned": token} for name, token in scene.SETS.items()}, "set-", "moons-set-")
        betas = {one: f"β = {one}" for one in scene.BETAS}
        select(lesson, "beta", text("control-beta"), betas, width=BOX)
        number(lesson, "seed", text("control-seed"), width=BOX)
        noise = {"noise": state["noise"] + 1}
        st.button(text("other-draws"), key="moons-other", on_click=state.update, args=[noise])
    _dial(lesson)


def _dial(lesson: Lesson) -> None:
    """The phases, to be pressed."""
    state = lesson.state

    def pressed() -> None:
        match heard("dial").get("values"):
            case {"values": dict(values), "revision": int(revision)}:
                state.update(state.unchanged(values, revision))
                lesson.redraw([])

    listener = Listener(state.revision, moving=pressed)
    dial("dial", scene.chosen(state), lesson.text.all("dial-"), listener)


def stage(lesson: Lesson, live: Live, pair: Pair | None) -> None:
    """The two models; where they are not there yet, the button that trains them, and what they are on the way."""
    state = lesson.state
    both = models.asked(state["learned"], float(state["beta"]), state["seed"])
    if pair is not None:
        _planes(lesson, live, pair)
        return

    def draw(together: Together) -> None:
        _planes(lesson, live, models.now(both, together))

    key = tuple(map(recipes.key, both))
    background.asked(lesson, "both", key, lambda: models.training(both), draw)


def _planes(lesson: Lesson, live: Live, pair: Pair) -> None:
    state, text = lesson.state, lesson.text
    words = text.all("planes-")

    def draw(listener: Listener) -> None:
        now = Scene(state, text, pair)
        at, ends = (state["u"], state["v"]), (state["a"], state["b"])
        planes("planes", pair.name, pair.learned, now.squares, at, ends, scene.draws(state), words, listener)
        decoder(models.payload(pair), key="planes-decoder")

    if pair.live:
        draw(live.listener("planes", "both"))
    else:
        live.control("planes", draw)


def badge(lesson: Lesson, pair: Pair) -> None:
    """What the two are, and how they were trained."""
    parameters = [sum(one.numel() for one in model.parameters()) for model in (pair.ae, pair.vae)]
    names = {
        "ae": models.AE_NAME,
        "vae": models.VAE_NAME,
        "number": len(pair.learned),
        "epochs": pair.recipes[0].epochs,
    }
    told = {f"{kind}-parameters": f"{n:,}" for kind, n in zip(("ae", "vae"), parameters, strict=True)}
    lesson.badge(**names, **told, seed=pair.recipes[0].seed)
