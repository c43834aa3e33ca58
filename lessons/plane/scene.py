"""Points in the plane that a diffusion model draws: which model, the flow that the page shows, and its sums."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from genmodels.evaluation.flow import NUM_MEASURED, Begun, Flow, flow
from genmodels.models.diffusion import Diffusion
from genmodels.models.schedule import velocity
from genmodels.training import checkpoints
from genmodels.training.checkpoints import Checkpoint
from ui import own_points
from ui.background import Work, watcher, works
from ui.jobs import runs
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State, Token
from ui.text import Text

SHIPPED, KINDS = "ddpm-points", ("PointDiffusion",)
NUM_SHOWN, NUM_DATA = 240, 600
FOLLOWED = 220  # as the page opens: its way stays in the picture, and its guess stands clear of it
FEW, NEAR, GOOD = 20, 0.1, 0.02  # steps, of the plane's unit, MMD^2
FIELDS: dict[str, Field] = {
    "model": Token("", checkpoints.trained_folder),
    "noise": Number(0, 0, 9999),
    "eta": Number(1, 0, 1, decimals=2),
    "particle": Number(FOLLOWED, 0, NUM_SHOWN - 1),
    "arrows": Choice("network", ("network", "exact")),
    "pad": own_points.FIELD,
}
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """A trained model of points, the data that it learned, and others of the same kind."""

    name: str
    checkpoint: Checkpoint
    model: Diffusion
    data: torch.Tensor
    other: torch.Tensor

    @property
    def num_steps(self) -> int:
        """T."""
        return self.model.schedule.num_steps

    def fields(self) -> dict[str, Field]:
        """The state's fields whose limits are this model's."""
        last = self.num_steps
        return {"steps": Number(last, 1, last), "t": Number(round(0.3 * last), 0, last)}


@st.cache_resource(show_spinner=False, max_entries=8)
def network(name: str) -> Network:
    """The model called so, on the processor: the way to a graphics card is longer than the work."""
    checkpoint = checkpoints.get(name)
    model = checkpoint.model("cpu")
    assert isinstance(model, Diffusion)
    data, other = (checkpoint.recipe.examples(split).batch(slice(0, NUM_MEASURED)) for split in ("train", "test"))
    return Network(name, checkpoint, model, data, other)


def chosen(state: State) -> Network:
    """The model that the state asks for; where that cannot be shown the shipped one, and the state complains."""
    return runs.asked_for(state, KINDS, network, show) or network(SHIPPED)


def show(state: State, name: str) -> None:
    """Another model, "" for the shipped one."""
    state.reset("steps", "t")
    state.update({"model": name})


def pure_noise(state: State) -> dict[str, Any]:
    """The state that the prediction asks about: the shipped model at T, and the exact arrows."""
    shipped = network(SHIPPED)
    show(state, "")
    state.add(shipped.fields())  # before the changes below are taken: their limits are this model's
    return {"t": shipped.num_steps, "arrows": "exact"}


def key_of(state: State, network: Network) -> tuple[str, int, float, int]:
    """What tells one flow from all others: the model, seed, eta and the number of steps."""
    return network.name, state["noise"], state["eta"], state["steps"]


def flowing(state: State, network: Network, again: bool = False) -> Work[Begun | Flow]:
    """The work that lets the points flow as the state asks."""
    _, seed, eta, steps = key = key_of(state, network)

    def make() -> Iterator[Begun | Flow]:
        yield from flow(network.model, network.data, network.other, NUM_SHOWN, seed, eta, steps=steps)

    return works().get(("flow", *key), make, watcher("plane"), again)


class Scene:
    """A flow at the page's t: the sums of this step for the picked point."""

    def __init__(self, state: State, text: Text, network: Network, flow: Flow) -> None:
        self.state, self.text, self.network, self.flow = state, text, network, flow

    @property
    def picked(self) -> int:
        """The point that the visitor follows."""
        return int(self.state["particle"])

    @property
    def i(self) -> int:
        """The moment nearest to the page's t."""
        return int(np.abs(self.flow.times - self.state["t"]).argmin())

    @property
    def arrows(self) -> Floats:
        """The ones that are shown."""
        return self.flow.eps if self.state["arrows"] == "network" else self.flow.exact

    def settled(self) -> int:
        """The t from which on the predicted x_0 of the picked point lies within a tenth of where it ends."""
        way = self.flow.x0[:, self.picked]
        near = np.linalg.norm(way - self.flow.xt[-1, self.picked], axis=1) < NEAR
        first = len(near) - [*near[::-1].tolist(), False].index(False)
        return int(self.flow.times[min(first, len(near) - 1)])

    step_parts = ("point arrows", "point guess left", "point guess", "point trail sigma")

    @property
    def step_variants(self) -> dict[int, str]:
        """The sections of the steps that are others for a network that predicts v."""
        return {1: "step-1-v", 2: "step-2-v"} if self.network.model.predicts == "v" else {}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step", of the picked point; at t = 0 of the step that led there."""
        i = min(self.i, len(self.flow.times) - 2)
        t, before = int(self.flow.times[i]), int(self.flow.times[i + 1])
        alpha_bar = float(self.network.model.schedule.alpha_bar[t])
        sqrt_alpha_bar, sqrt_one_minus_alpha_bar = math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)
        xt, x0, after = self.flow.xt[i, self.picked], self.flow.x0[i, self.picked], self.flow.xt[i + 1, self.picked]
        eps = (xt - sqrt_alpha_bar * x0) / sqrt_one_minus_alpha_bar
        mean = self.flow.for_x0[i] * x0 + self.flow.for_xt[i] * xt
        return {
            "t": t,
            "before": before,
            "root-left": f"{sqrt_alpha_bar:z.4f}",
            "root-noise": f"{sqrt_one_minus_alpha_bar:z.4f}",
            "for-x0": f"{self.flow.for_x0[i]:z.4f}",
            "for-xt": f"{self.flow.for_xt[i]:z.4f}",
            "sigma": f"{self.flow.sigma[i]:z.4f}",
            "v": pair(velocity(x0, eps, sqrt_alpha_bar, sqrt_one_minus_alpha_bar)),
            **{name: pair(value) for name, value in {"xt": xt, "eps": eps, "x0": x0, "mean": mean}.items()},
            "after": pair(after),
            "z": pair((after - mean) / self.flow.sigma[i] if self.flow.sigma[i] else 0 * mean),
        }

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        steps, mmd = len(self.flow.times) - 1, f"{self.flow.mmd:z.4f}"
        now = self.text("now-mmd" if steps > 1 else "now-mmd-one", steps=steps, mmd=mmd)
        good = steps <= FEW and self.flow.mmd <= GOOD
        at_t = int(self.flow.times[self.i])
        drawn = self.network.checkpoint.recipe.data == "drawn"
        return [
            Challenge("few", good, now, {"few": FEW, "good": GOOD}),
            Challenge("settled", at_t == self.settled(), self.text("now-t", t=at_t), {"near": NEAR}),
            Challenge("drawn", drawn, ""),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        state = self.state
        return {"name": self.network.name, "seed": state["noise"], "steps": state["steps"], "eta": f"{state['eta']:g}"}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        return f"MMD^2 {self.flow.mmd:z.4f}"


def pair(value: NDArray[np.floating]) -> str:
    """A place or a direction as it stands in a formula."""
    return f"{value[0]:z.3f},\\,{value[1]:z.3f}"
