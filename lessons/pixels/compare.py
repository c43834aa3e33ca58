"""Models beside each other: ingredient by ingredient, naive against cached drawing, PixelCNN against PixelRNN."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from genmodels.errors import Problem
from lessons.pixels import models
from lessons.pixels.models import INGREDIENTS, NAMED, Network
from ui import background
from ui.components.tiles import tiles
from ui.lesson import Lesson
from ui.widgets import beside

TILE, NUM_DIGITS = 64, 8
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Row:
    """Digits of one model, as far as they are drawn, (N, S, S), and the seconds that one took."""

    name: str
    pictures: Pixels
    seconds: float


@dataclass(frozen=True)
class Rows:
    """Those that are done."""

    rows: tuple[Row, ...]
    share: float


@dataclass(frozen=True)
class Clocks:
    """One digit, drawn with a pass for every pixel and drawn with what is kept; seconds so far; whether they differ."""

    pictures: Pixels
    seconds: tuple[float, float]
    share: float
    differing: int | None = None


def drawn(networks: dict[str, Network], seed: int) -> Iterator[Rows]:
    """The same number of digits from each network, one network after the other, from the same seed."""
    rows: list[Row] = []
    for name, network in networks.items():
        begin = time.perf_counter()
        for pixel in network.model.draw(NUM_DIGITS, torch.Generator().manual_seed(seed), label=_labels(network)):
            if pixel.column == network.model.side - 1:
                yield Rows(tuple(rows), (len(rows) + (pixel.row + 1) / network.model.side) / len(networks))
        rows.append(Row(name, _pixels(pixel.x), (time.perf_counter() - begin) / NUM_DIGITS))
    yield Rows(tuple(rows), 1.0)


def _labels(network: Network) -> list[int] | None:
    return list(range(NUM_DIGITS)) if network.labelled else None


def raced(network: Network, seed: int, label: int | None) -> Iterator[Clocks]:
    """The same digit drawn twice, cached first: a row of it at a time."""
    side = network.model.side
    pictures, seconds = np.zeros((2, side, side), np.uint8), [0.0, 0.0]
    for lane, cached in enumerate((True, False)):
        begin = time.perf_counter()
        for pixel in network.model.draw(1, torch.Generator().manual_seed(seed), label=label, cached=cached):
            if pixel.column == side - 1:
                seconds[lane] = time.perf_counter() - begin
                pictures[lane] = _pixels(pixel.x)[0]
                yield Clocks(pictures.copy(), (seconds[0], seconds[1]), (lane + (pixel.row + 1) / side) / 2)
    differing = int((pictures[0] != pictures[1]).sum())
    yield Clocks(pictures, (seconds[0], seconds[1]), 1.0, differing)


def _pixels(x: torch.Tensor) -> Pixels:
    pixels: Pixels = (255 * x[:, 0]).round().to(torch.uint8).cpu().numpy()
    return pixels


def ingredients(lesson: Lesson) -> None:
    """The same seed through four small models, each with one ingredient more."""
    lesson.section("ingredients")
    st.markdown(lesson.text.section("ingredients"))
    try:
        networks = {name: models.ingredient(name) for name in INGREDIENTS}
    except Problem as problem:
        lesson.notice(problem)
        return
    seed = lesson.state["chance"]
    background.asked(
        lesson, "ingredients", (seed,), lambda: drawn(networks, seed), lambda rows: _rows(lesson, rows, networks)
    )


def recurrent(lesson: Lesson) -> None:
    """PixelCNN beside PixelRNN."""
    lesson.section("recurrent")
    try:
        networks = {name: models.network(name) for name in NAMED}
    except Problem as problem:
        lesson.notice(problem)
        return
    st.markdown(lesson.text.section("recurrent", **_facts(networks)))
    seed = lesson.state["chance"]
    background.asked(
        lesson, "recurrent", (seed,), lambda: drawn(networks, seed), lambda rows: _rows(lesson, rows, networks)
    )


def _facts(networks: dict[str, Network]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, network in networks.items():
        card = network.checkpoint.card
        nats = card["evaluated"]["nats"]["total"]["mean"]
        short = name.removesuffix("-mnist")
        values |= {f"nats-{short}": f"{nats:.2f}", f"bits-{short}": f"{nats / math.log(2) / network.num_pixels:.4f}"}
        values |= {
            f"parameters-{short}": f"{card['parameters']:,}",
            f"minutes-{short}": f"{network.checkpoint.seconds / 60:.0f}",
        }
    return values


def _rows(lesson: Lesson, now: Rows, networks: dict[str, Network]) -> None:
    text = lesson.text
    for row in now.rows:
        card = networks[row.name].checkpoint.card
        nats = text("nats", nats=f"{card['evaluated']['nats']['total']['mean']:.1f}")
        took = text("took", milliseconds=f"{1000 * row.seconds:,.0f}")
        label = text(f"ingredient-{row.name}" if row.name in INGREDIENTS else f"model-{row.name}")
        with beside(f"**{label}**  \n:small[:gray[{nats}]]  \n:small[:gray[{took}]]", TILE, NUM_DIGITS):
            tiles(f"row-{row.name}", row.pictures, label, size=TILE, roles=["model"] * len(row.pictures))


def clocks(lesson: Lesson, network: Network) -> None:
    """Two clocks on the same digit."""
    state = lesson.state
    seed, label = state["chance"], None if state["label"] == "any" or not network.labelled else int(state["label"])
    lesson.section("clocks")
    st.markdown(lesson.text.section("clocks"))
    key = (network.name, seed, label)
    background.asked(lesson, "clocks", key, lambda: raced(network, seed, label), lambda now: _clocks(lesson, now))


def _clocks(lesson: Lesson, now: Clocks) -> None:
    text = lesson.text
    names = [text(f"clock-{name}") for name in ("cached", "naive")]
    captions = [f"{name}: {text('seconds', seconds=f'{s:.2f}')}" for name, s in zip(names, now.seconds, strict=True)]
    tiles("clocks", now.pictures, text("clocks"), captions, 168, ["model", "model"])
    if now.differing is not None:
        ratio = now.seconds[1] / max(now.seconds[0], 1e-9)
        st.markdown(text("clocks-ratio", ratio=f"{ratio:.0f}", differing=now.differing))
