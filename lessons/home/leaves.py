"""The leaves of the family tree: who draws for each family, and how its digits come about. No torch to read it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels.evaluation.comparison import ENTRANTS, Entrant
from ui.background import Work, watcher, works

Pixels = NDArray[np.uint8]

NUM = 7  # digits on a leaf
OPENING = 0  # the seed of what everybody sees first
LEAVES: Mapping[str, str] = {
    "pixel": "pixelcnn",
    "vae": "vae",
    "vqvae": "vqvae",
    "diffusion": "diffusion",
    "gan": "gan",
}
"""Family -> the entrant of the comparison that draws for it, from the top of the tree down."""
BRANCHES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "explicit": {"tractable": ("pixel",), "approximate": ("vae", "vqvae", "diffusion")},
    "implicit": {"": ("gan",)},
}
"""Where they part; "" for a branch that does not part again."""
ORDER = ("vae", "gan", "vqvae", "pixel", "diffusion")  # in which they draw: the quick ones are seen at once


def entrant(family: str) -> Entrant:
    """Who draws for this family, and with which options."""
    return next(one for one in ENTRANTS if one.name == LEAVES[family])


@dataclass(frozen=True)
class Drawn:
    """The digits (NUM, 28, 28) of the families that have drawn so far, 0 = paper and 255 = ink, and what each took."""

    pictures: Mapping[str, Pixels] = field(default_factory=dict)
    milliseconds: Mapping[str, float] = field(default_factory=dict)  # for all NUM at once

    @property
    def share(self) -> float:
        return len(self.pictures) / len(LEAVES)

    @property
    def whole(self) -> bool:
        return len(self.pictures) == len(LEAVES)


def asked_for(seed: int) -> NDArray[np.int64]:
    """The labels that the models which take labels are given: NUM different digits, in their order."""
    return np.sort(np.random.default_rng(seed).choice(10, NUM, replace=False))


def draw(seed: int) -> Iterator[Drawn]:
    """One family after the other, all from this seed; the same as `genmodels.sample` gives."""
    pictures: dict[str, Pixels] = {}
    milliseconds: dict[str, float] = {}
    for family in ORDER:
        model = trained(entrant(family).model)
        begin = time.perf_counter()
        pictures[family] = _digits(model, family, seed)
        milliseconds[family] = 1000 * (time.perf_counter() - begin)
        yield Drawn(dict(pictures), dict(milliseconds))


def _digits(model: Any, family: str, seed: int) -> Pixels:
    import torch

    from genmodels.sampling import from_model

    options: dict[str, Any] = dict(entrant(family).options)
    if model.labelled and "label" in model.options:
        options["label"] = torch.from_numpy(asked_for(seed))
    images = from_model(model, NUM, seed, **options)[:, 0]
    pixels: Pixels = (images.clamp(0, 1) * 255).round().byte().numpy()
    return pixels


@st.cache_resource(show_spinner=False)
def trained(name: str) -> Any:
    """The shipped model, one for all readers. On the processor: the way to a graphics card is longer than the work."""
    from genmodels.training import checkpoints

    return checkpoints.get(name).model("cpu")


@st.cache_resource(show_spinner=False)
def _first() -> dict[int, Work[Drawn]]:
    """What every visitor sees first, once it is there; other works push each other out."""
    return {}


def drawing(seed: int, again: bool = False) -> Work[Drawn]:
    """The work that draws the leaves of this seed, one for all who ask for it. Problem where too much is waiting."""
    if seed == OPENING and (kept := _first().get(seed)):
        return kept
    # nobody who leaves stops what the next visitor will see first
    work = works().get(("leaves", seed), lambda: draw(seed), None if seed == OPENING else watcher("leaves"), again)
    if seed == OPENING and work.so_far and work.so_far[-1].whole:
        _first()[seed] = work
    return work
