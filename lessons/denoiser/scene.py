"""One sample of a trained model on its way from noise: what the page asks for, and its numbers at the page's t."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from genmodels.data import mnist, tokens
from genmodels.evaluation.trace import Glimpse, Trace, trace
from genmodels.models.diffusion import Diffusion
from genmodels.models.schedule import velocity
from genmodels.training import checkpoints
from genmodels.training.checkpoints import Checkpoint
from ui.background import Work, watcher, works
from ui.numbers import factor
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State, Token
from ui.text import Text

SHIPPED, CARS = "ddpm-mnist", "ddpm-cars"
ANY = "any"
LABELS = (ANY, *map(str, range(10)))
FEW = 10  # steps
SURE, VERY_SURE = 0.9, 0.99
SLOW_SIDE = 32  # larger pictures take longer, and begin with fewer steps
FEWER_STEPS = 100


@dataclass(frozen=True)
class Network:
    """A trained model of pictures, and where it comes from."""

    name: str
    checkpoint: Checkpoint
    model: Diffusion

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return next(self.model.parameters()).device

    @property
    def num_steps(self) -> int:
        """T."""
        return self.model.schedule.num_steps

    @property
    def labelled(self) -> bool:
        """Whether a digit can be asked for."""
        return self.model.num_classes > 0

    @property
    def side(self) -> int:
        """Pixels."""
        return self.model.shape[-1]

    def fields(self) -> dict[str, Field]:
        """The state's fields whose limits are this model's."""
        last, pixels = self.num_steps, self.side**2
        begin = min(FEWER_STEPS, last) if self.side > SLOW_SIDE else last
        return {
            "steps": Number(begin, 1, last),
            "from_t": Number(max(1, last // 2), 1, last),
            "t": Number(round(0.45 * last), 0, last),
            "guide_from": Number(1, 1, last),
            "guide_to": Number(last, 1, last),
            "pixel": Number(None, 0, pixels - 1),
        }


FIELDS: dict[str, Field] = {
    "label": Choice("3", LABELS),
    "guidance": Number(0.5, 0, 8, decimals=1),
    "eta": Number(1, 0, 1, decimals=2),
    "noise": Number(0, 0, 9999),
    "start": Choice("noise", ("noise", "digit")),
    "digit": Number(4, 0, 9999),
    "x": Token("", tokens.from_token),
}


@st.cache_resource(show_spinner=False, max_entries=6)
def network(name: str) -> Network:
    """The model called so, one for all visitors; Problem where it cannot be had."""
    checkpoint = checkpoints.get(name)
    model = checkpoint.model()
    assert isinstance(model, Diffusion)
    return Network(name, checkpoint, model)


def asked_for(state: State, network: Network) -> bool:
    """Whether a certain digit is asked for, as only a network with labels can be."""
    return bool(network.labelled and state["label"] != ANY)


def guided_interval(state: State, network: Network) -> tuple[int, int] | None:
    """The times between which there is guidance, or None where it lasts all the way."""
    low, high = sorted((state["guide_from"], state["guide_to"]))
    return None if (low, high) == (1, network.num_steps) else (low, high)


@dataclass(frozen=True)
class Wish:
    """What is to be drawn from which model; the key of its trace."""

    name: str
    label: int | None
    guidance: float
    steps: int
    eta: float
    noise: int
    start: bytes = b""  # a digit, 28 x 28, which is noised to `from_t`
    from_t: int = 0
    interval: tuple[int, int] | None = None  # of t, in which there is guidance; None: all the way

    @classmethod
    def of(cls, state: State, network: Network) -> Wish:
        """What the page's state asks for."""
        label, guidance = (int(state["label"]), state["guidance"]) if asked_for(state, network) else (None, 0.0)
        interval = guided_interval(state, network) if guidance else None
        wish = cls(network.name, label, guidance, state["steps"], state["eta"], state["noise"], interval=interval)
        if state["start"] == "digit" and network.side == tokens.SIDE:
            return wish.from_digit(original(state), state["from_t"], network.num_steps)
        return wish

    def from_digit(self, digit: NDArray[np.uint8], from_t: int, num_steps: int) -> Wish:
        """The same from a digit that is noised to `from_t`; with the same share of all the steps."""
        steps = max(1, round(self.steps * from_t / num_steps))
        return replace(self, steps=steps, start=digit.tobytes(), from_t=from_t)

    @property
    def name_of_trace(self) -> str:
        """A short text that stands for it."""
        return "trace-" + hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def options(self, model: Diffusion) -> dict[str, Any]:
        """Those of `Diffusion.trajectory`."""
        options: dict[str, Any] = {"steps": self.steps, "label": self.label, "guidance": self.guidance}
        options["interval"] = self.interval
        if self.start:
            pixels = torch.from_numpy(np.frombuffer(self.start, np.uint8).reshape(1, *model.shape).copy())
            eps = torch.randn(1, *model.shape, generator=torch.Generator().manual_seed(self.noise))
            device = next(model.parameters()).device
            xt = model.schedule.noise(pixels / 127.5 - 1, self.from_t, eps).to(device)
            options["start"] = (self.from_t, xt)
        return options


def original(state: State) -> NDArray[np.uint8]:
    """The digit (28, 28) that is noised: the visitor's own, or one of the test set."""
    if state["x"]:
        return tokens.from_token(state["x"])
    digit: NDArray[np.uint8] = mnist.load("test").images[state["digit"], 0].numpy()
    return digit


def traced(wish: Wish, network: Network, slot: str, again: bool = False) -> Work[Glimpse | Trace]:
    """The work that draws what is wished for; the same for all who wish the same."""

    def make() -> Iterator[Glimpse | Trace]:
        yield from trace(network.model, wish.noise, wish.eta, **wish.options(network.model))

    return works().get(wish, make, watcher(slot), again)


class Scene:
    """One trace at the page's t: the sums of this step at the page's pixel."""

    def __init__(self, state: State, text: Text, network: Network, trace: Trace) -> None:
        self.state, self.text, self.network, self.trace = state, text, network, trace

    @property
    def i(self) -> int:
        """The moment nearest to the page's t."""
        return int(np.abs(self.trace.times - self.state["t"]).argmin())

    @property
    def pixel(self) -> int:
        """The visitor's, or the one with the most ink in the sample."""
        chosen = self.state["pixel"]
        return int(chosen if chosen is not None else self.trace.xt[-1].mean(0).argmax())

    def at(self, values: NDArray[np.floating[Any]]) -> float:
        """The value at the pixel; of colours the red."""
        return float(values[0].ravel()[self.pixel])

    def reads(self, i: int) -> tuple[int, float]:
        """What the judge makes of the predicted x_0, and how sure it is; (-1, 0) of what are no digits."""
        if self.trace.read is None:
            return -1, 0.0
        return int(self.trace.read[i].argmax()), float(self.trace.read[i].max())

    def decided(self) -> int:
        """The t from which on the judge always reads the digit that comes out, and is sure of it."""
        final = self.reads(self.trace.num_steps)[0]
        sure = [self.reads(i)[0] == final and self.reads(i)[1] > SURE for i in range(self.trace.num_steps + 1)]
        first = len(sure) - [*sure[::-1], False].index(False)
        return int(self.trace.times[min(first, len(sure) - 1)])

    # --- words' numbers

    step_parts = ("xt eps left", "x0 left", "xt x0 mean", "mean added next sigma")

    @property
    def step_variants(self) -> dict[int, str]:
        """The sections of the steps that are others for a network that predicts v."""
        return {1: "step-1-v", 2: "step-2-v"} if self.network.model.predicts == "v" else {}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"; at t = 0 of the step that led there."""
        i = min(self.i, self.trace.num_steps - 1)
        t, before = int(self.trace.times[i]), int(self.trace.times[i + 1])
        alpha_bar = float(self.network.model.schedule.alpha_bar[t])
        sqrt_alpha_bar, sqrt_one_minus_alpha_bar = math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)
        now = (self.trace.xt, self.trace.x0, self.trace.eps, self.trace.x0_unclipped)
        xt, x0, eps, unclipped = (self.at(one[i]) for one in now)
        mean, after = self.at(self.trace.mean(i)), self.at(self.trace.xt[i + 1])
        row, column = divmod(self.pixel, self.network.side)
        return {
            "t": t,
            "before": before,
            "row": row + 1,
            "column": column + 1,
            "xt": f"{xt:.3f}",
            "eps": factor(eps, 3),
            "eps-plain": f"{eps:.3f}",
            "v": factor(velocity(unclipped, eps, sqrt_alpha_bar, sqrt_one_minus_alpha_bar), 3),
            "root-left": f"{sqrt_alpha_bar:.4f}",
            "root-noise": f"{sqrt_one_minus_alpha_bar:.4f}",
            "unclipped": f"{unclipped:.3f}",
            "x0": factor(x0, 3),
            "x0-plain": f"{x0:.3f}",
            "for-x0": f"{self.trace.for_x0[i]:.4f}",
            "for-xt": f"{self.trace.for_xt[i]:.4f}",
            "xt-signed": factor(xt, 3),
            "mean": f"{mean:.3f}",
            "mean-signed": factor(mean, 3),
            "sigma": f"{self.trace.sigma[i]:.4f}",
            "z": factor((after - mean) / self.trace.sigma[i] if self.trace.sigma[i] else 0.0, 3),
            "after": f"{after:.3f}",
        }

    def challenges(self) -> list[Challenge]:
        """What the page checks itself; only where the judge can read."""
        if self.trace.read is None:
            return []
        digit, sure = self.reads(self.trace.num_steps)
        reads = {"digit": digit, "sure": f"{100 * sure:.0f}"}
        now = self.text("now-read", **reads)
        steps, asked = self.trace.num_steps, asked_for(self.state, self.network)
        few = steps <= FEW and str(digit) == self.state["label"] and sure >= VERY_SURE
        in_steps = self.text("now-few" if steps > 1 else "now-few-one", steps=steps, **reads)
        at_t, (guess, certain) = int(self.trace.times[self.i]), self.reads(self.i)
        seen = {"t": at_t, "label": self.state["label"], "digit": guess, "sure": f"{100 * certain:.0f}"}
        at_now = self.text("now-t-labelled" if asked else "now-t", **seen)
        # with a label the average at T is read as that digit already: nothing would be left to be found
        early = not asked and at_t == self.decided() and at_t > 0
        other = self.state["start"] == "digit" and digit != self.reads_original()
        return [
            Challenge("decided", early, at_now, {"sure": f"{100 * SURE:.0f}"}),
            Challenge("few", few, in_steps, {"few": FEW, "sure": f"{100 * VERY_SURE:.0f}"}),
            Challenge("other", other, now),
        ]

    def reads_original(self) -> int:
        """What the judge reads in the digit that was noised."""
        from genmodels.evaluation import judge

        pixels = torch.from_numpy(original(self.state).copy())[None, None] / 255
        return int(judge.classes(pixels)[0])

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with; it is another one where the way begins at a digit."""
        state, wish = self.state, Wish.of(self.state, self.network)
        values: dict[str, object] = {"name": wish.name, "label": wish.label, "steps": wish.steps, "seed": wish.noise}
        limited = f", interval={wish.interval}" if wish.interval else ""
        values |= {"guidance": f"{wish.guidance:g}{limited}", "eta": f"{wish.eta:g}"}
        if not wish.start:
            return values
        pixels = f'mnist.load("test").pixels(slice({state["digit"]}, {state["digit"] + 1}))'
        if state["x"]:
            pixels = f'torch.from_numpy(tokens.from_token("{state["x"]}").copy())[None, None] / 255'
        return {**values, "variant": "-digit", "from_t": wish.from_t, "pixels": pixels}

    @property
    def printed(self) -> str:
        """What the snippet prints: how much ink the sample has."""
        return f"mean ink {float(((self.trace.xt[-1] + 1) / 2).clip(0, 1).mean()):.2f}"
