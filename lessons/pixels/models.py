"""Which model the page shows: a shipped one, or the own run whose key is in the link."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from genmodels.errors import Problem
from genmodels.evaluation import pixel_maps
from genmodels.models.pixels import PixelModel
from genmodels.training import checkpoints, recipes
from genmodels.training.checkpoints import Checkpoint
from ui.jobs import runs
from ui.state import Field, Number, State, Token

KINDS = ("PixelCNN", "PixelRNN")  # the classes of lesson files that this page shows
SHIPPED, RECURRENT = "pixelcnn-mnist", "pixelrnn-mnist"
NAMED = (SHIPPED, RECURRENT)
SMALL = {"width": 32, "num_layers": 5, "epochs": 2, "holdout": 0.02}
INGREDIENTS: dict[str, dict[str, Any]] = {  # what each adds to the one before
    "plain": {"stack": "plain", "dilated": False, "num_classes": 0},
    "gated": {"dilated": False, "num_classes": 0},
    "dilated": {"num_classes": 0},
    "label": {},
}
FOLLOWING = ("label", "pixel", "forced")  # fields that mean something else with another model
MOST_FORCED = 20


@dataclass(frozen=True)
class Network:
    """A trained model of pixels, and where it comes from."""

    name: str
    checkpoint: Checkpoint
    model: PixelModel

    @property
    def labelled(self) -> bool:
        """Whether a digit can be asked for."""
        return self.model.num_classes > 0

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return next(self.model.parameters()).device

    @property
    def num_pixels(self) -> int:
        """S * S."""
        return self.model.side**2

    def fields(self) -> dict[str, Field]:
        """The state's fields whose limits are this model's."""
        check = partial(overwritten, num_pixels=self.num_pixels, levels=self.model.levels)
        middle = (self.model.side // 2 + 1) * self.model.side + self.model.side // 2
        return {"pixel": Number(middle, 0, self.num_pixels), "forced": Token("", check)}


def overwritten(text: str, num_pixels: int, levels: int) -> dict[int, int]:
    """The pixels that the visitor has overwritten, number -> level, from a text such as "406-1.437-0"; ValueError."""
    if not text:
        return {}
    pairs = [part.split("-") for part in text.split(".")]
    forced = {int(pixel): int(level) for pixel, level in pairs}
    if len(forced) > MOST_FORCED or len(forced) != len(pairs):
        raise ValueError(f"{len(pairs)} pixels")
    if not all(0 <= pixel < num_pixels and 0 <= level < levels for pixel, level in forced.items()):
        raise ValueError("no such pixel, or no such level")
    return forced


def _check(name: str) -> None:
    if name != RECURRENT:
        checkpoints.trained_folder(name)


FIELDS: dict[str, Field] = {"model": Token("", _check)}  # "" is the shipped PixelCNN


@st.cache_resource(show_spinner=False, max_entries=10)
def network(name: str) -> Network:
    """The model called so, one for all visitors; Problem where it cannot be had."""
    checkpoint = checkpoints.get(name)
    model = checkpoint.model()
    assert isinstance(model, PixelModel)
    return Network(name, checkpoint, model)


def ingredient(name: str) -> Network:
    """The small shipped model that has this ingredient and those before it."""
    return network(recipes.key(recipes.make(SHIPPED, **{**SMALL, **INGREDIENTS[name]})))


@st.cache_resource(show_spinner=False)
def fields_of(name: str) -> NDArray[np.bool_]:
    """The receptive fields of a shipped model, or of an ingredient, (S * S, S, S)."""
    shown = ingredient(name) if name in INGREDIENTS else network(name)
    fields = pixel_maps.stored(shown.checkpoint)
    if fields is None:
        sentence = "The receptive fields of {name} are missing, or belong to other weights; ship it once more."
        raise Problem("fields-missing", sentence, name=name)
    return fields


def chosen(state: State) -> Network:
    """The model that the state asks for; where that cannot be shown the shipped one, and the state complains."""
    return runs.asked_for(state, KINDS, network, show) or network(SHIPPED)


def show(state: State, name: str) -> None:
    """Another model, "" for the shipped PixelCNN."""
    state.reset(*FOLLOWING)
    state.update({"model": "" if name == SHIPPED else name})
