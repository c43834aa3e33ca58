"""Controls, stage and first sections of the page on the VQ-VAE. Layout; no maths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from genmodels.evaluation import grids
from genmodels.evaluation.pixel_trace import Trace
from lessons.vqvae import models, scene
from lessons.vqvae.code_grid import code_grid, of_digit, of_trace
from lessons.vqvae.models import KINDS, SHIPPED, Network
from lessons.vqvae.scene import ANY, LABELS, Scene, Wish
from ui import background
from ui.background import watcher, works
from ui.components.decoder import decoder
from ui.components.tiles import tiles
from ui.jobs import runs
from ui.lesson import Lesson
from ui.live import Live
from ui.own_digit import choose, notes, original
from ui.state import State, heard
from ui.text import markdown_table
from ui.widgets import beside, choice, explained_number, number, select

GRID_VALUES = ("cell", "done", "tool", "brush", "painted", "killed")
NUM_DRAWS, TILE = 10, 56


def controls(lesson: Lesson, network: Network) -> None:
    """Which model, a picture to encode or a grid to draw, and with which chance."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        shipped = {"": text("model-shipped")}
        runs.chooser(lesson, shipped, KINDS, lambda name: models.show(state, name), width=160)
        begins = {one: text(f"start-{one}") for one in ("digit", "draw")}
        with st.container(width="content"):
            choice(lesson, "start", text("control-start"), begins, choose=partial(_start, state))
        if state["start"] == "digit":
            hears = partial(_show_digit, state)
            number(lesson, "digit", text("control-digit"), width=124, choose=hears)
            return
        if network.model.num_classes:
            labels = {one: text("any") if one == ANY else one for one in LABELS}
            select(lesson, "label", text("control-label"), labels, width=92)
        explained_number(lesson, "temperature", 0.1, width=124)
        again = {"chance": state["chance"] + 1}
        st.button(text("other-chance"), key="vqvae-other", on_click=state.update, args=[again])


def _start(state: State, start: str) -> None:
    state.update({"start": start, "painted": "", "done": models.NUM_PLACES})


def _show_digit(state: State, digit: int) -> None:
    show_picture(state, digit=digit)


def show_picture(state: State, **source: Any) -> None:
    """Another picture; what was painted was painted on the one before."""
    state.update({"start": "digit", "x": "", "painted": "", **source})


def stage(lesson: Lesson, live: Live, network: Network, trace: Trace | None) -> None:
    """The picture, its grid of codes, and what that decodes into."""
    state, text = lesson.state, lesson.text
    words = text.all("grid-") | text.transport()

    def view() -> dict[str, Any]:
        now = Scene(state, text, network, trace)
        if trace:
            return of_trace(trace, now.drawn.numpy(), Wish.of(state, network).name_of_trace)
        return of_digit(original(state), now.vectors.numpy())

    def painted() -> None:
        """Where the prior draws what is not painted, all of it is drawn anew."""
        match heard("grid").get("values"):
            case {"values": dict(values), "revision": int(revision)}:
                changes = state.unchanged(values, revision)
                if trace and changes.get("painted", state["painted"]) != state["painted"]:
                    state.update(changes)
                    lesson.redraw([])
                    return
        listener.moving()

    def draw(heard_by: Any) -> None:
        values = {name: state[name] for name in GRID_VALUES}
        code_grid("grid", models.shown_as(network.name), view(), values, words, replace(heard_by, moving=painted))
        decoder(models.payload(network.name), key="vqvae-decoder")

    listener = live.listener("grid", "control-grid")
    live.control("grid", draw)


def other_picture(lesson: Lesson, now: Scene) -> None:
    """One's own digit, drawn or uploaded, as prepared and as what its codes leave of it."""
    text, state = lesson.text, lesson.state
    with lesson.row():
        with st.container(width=320):
            choose(lesson, partial(show_picture, state), ("draw", "upload"))
        with st.container(width="stretch"):
            if now.trace is None:
                pictures = np.stack([original(state), as_bytes(now.decoded(now.codes))[0]])
                captions = [text("own-prepared"), text("own-again")]
                tiles("own", pictures, text("own-alt"), captions, size=112, roles=["data", "model"])
            lesson.note("own-note", *notes(lesson))


def as_bytes(x: torch.Tensor) -> NDArray[np.uint8]:
    """Pictures (N, 1, 28, 28) in [0, 1] as uint8 (N, 28, 28)."""
    pictures: NDArray[np.uint8] = (255 * x[:, 0]).round().to(torch.uint8).numpy()
    return pictures


@dataclass(frozen=True)
class Draws:
    """Pictures that grids decode into: drawn by the prior, and of codes that know nothing of each other."""

    prior: NDArray[np.uint8]
    uniform: NDArray[np.uint8]


def prior(lesson: Lesson, network: Network) -> None:
    """Ten grids from the prior, and ten whose codes are all as likely as any other, decoded."""
    text, state = lesson.text, lesson.state
    wish = replace(Wish.of(state, network), painted="")

    def make() -> Iterator[Draws]:
        model, generator = network.model, torch.Generator().manual_seed(wish.chance)
        drawn = model.sample(NUM_DRAWS, generator, label=wish.label, temperature=wish.temperature)
        yield Draws(as_bytes(drawn), as_bytes(model.decode_codes(grids.uniform(model, NUM_DRAWS, generator))))

    def draw(draws: Draws) -> None:
        for name in ("prior", "uniform"):
            with beside(f"**{text(f'draws-{name}')}**", TILE, NUM_DRAWS):
                pictures = getattr(draws, name)
                tiles(f"draws-{name}", pictures, text(f"draws-{name}"), size=TILE, roles=["model"] * NUM_DRAWS)

    lesson.section("prior")
    st.markdown(text.section("prior"))
    begin = partial(works().get, ("draws", wish), make, watcher("draws"))
    background.show(lesson, "draws", begin(), draw, partial(begin, again=True))
    if numbers := scene.measured(network):
        st.markdown(text.section("prior-numbers", **numbers))


def cost(lesson: Lesson, now: Scene) -> None:
    """The bits of the picture on the stage, written in four ways."""
    text = lesson.text
    picture = as_bytes(now.decoded(now.codes))[0] if now.trace else original(lesson.state)
    rows = [
        ("raw", 8 * picture.size, "exact"),
        ("png", grids.bits_as_png(picture), "exact"),
        ("numbers", grids.bits_as_numbers(now.network.num_codes), "codes"),
        ("prior", now.bits, "codes"),
    ]
    table = [[text("cost-way"), text("cost-bits"), text("cost-kept")]]
    table += [[text(f"cost-{way}"), f"{bits:,.0f}", text(f"cost-{kept}")] for way, bits, kept in rows]
    lesson.section("cost")
    with lesson.row():
        with st.container(width=480):
            st.markdown(markdown_table(table, "lrl"))
        with st.container(width="stretch"):
            st.markdown(text.section("cost-drawn" if now.trace else "cost"))


def badge(lesson: Lesson, network: Network) -> None:
    """Which model this is."""
    about = {"codes": network.num_codes, "used": network.atlas.used, "perplexity": f"{network.atlas.perplexity:.1f}"}
    lesson.badge(**runs.badge(network.checkpoint, network.name, lesson.text, "cpu"), **about)


def experiment(state: State) -> dict[str, object]:
    """What the prediction asks about: a 4 of the test set, with the code killed that occurs most often."""
    models.show(state, "")
    shipped = models.network(SHIPPED)
    state.add(shipped.fields())
    most = scene.most_used(shipped)
    digit = {"start": "digit", "digit": 4, "x": "", "painted": "", "tool": "kill"}
    return {**digit, "brush": most, "killed": str(most)}
