"""Which model of pictures the denoiser's page shows: a shipped one, or the own run whose key is in the link."""

from __future__ import annotations

from typing import Any

from genmodels.training import checkpoints
from lessons.denoiser.scene import ANY, CARS, SHIPPED, Network, network
from ui.jobs import runs
from ui.state import Field, State, Token

KINDS = ("ImageDiffusion",)  # the class of the lesson file that this page steps through
A_TENTH = 0.1
FOLLOWING = ("steps", "from_t", "t", "pixel", "start")  # fields that mean something else with another model


def _check(name: str) -> None:
    if name != CARS:
        checkpoints.trained_folder(name)


FIELDS: dict[str, Field] = {"model": Token("", _check)}  # "" is the shipped model of digits


def chosen(state: State) -> Network:
    """The model that the state asks for; where that cannot be shown the shipped one, and the state complains."""
    return runs.asked_for(state, KINDS, network, show) or network(SHIPPED)


def show(state: State, name: str) -> None:
    """Another model, "" for the shipped one of digits."""
    state.reset(*FOLLOWING)
    state.update({"model": "" if name == SHIPPED else name})


def nearly_noise(state: State) -> dict[str, Any]:
    """The state that the prediction asks about: the shipped digits, no label, a tenth of the amplitude left."""
    shipped = network(SHIPPED)
    show(state, SHIPPED)
    state.add(shipped.fields())  # before the changes below are taken: their limits are this model's
    left = shipped.model.schedule.alpha_bar.sqrt()
    return {"label": ANY, "start": "noise", "t": int((left - A_TENTH).abs().argmin())}
