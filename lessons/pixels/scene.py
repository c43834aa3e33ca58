"""One picture pixel by pixel: what the page asks for, and its numbers at the page's pixel."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.data import tokens
from genmodels.evaluation import pixel_trace
from genmodels.evaluation.pixel_trace import Glimpse, Trace
from lessons.pixels.models import Network, overwritten
from ui.background import Work, watcher, works
from ui.own_digit import original
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State, Token
from ui.text import Text

ANY = "any"
LABELS = (ANY, *map(str, range(10)))
SHOWN = ("upright", "turned", "noise")
SURE = 0.99
COSTLY, DEAR = 200, 15  # bits of a picture, and of a pixel

FIELDS: dict[str, Field] = {
    "label": Choice(ANY, LABELS),
    "temperature": Number(1, 0.1, 5, decimals=2),
    "chance": Number(0, 0, 9999),
    "start": Choice("draw", ("draw", "read", "complete")),
    "shown": Choice("upright", SHOWN),
    "digit": Number(4, 0, 9999),
    "x": Token("", tokens.from_token),
    "erased": Choice("lower", ("lower", "upper")),
    "rows": Number(14, 1, 27),
}


@dataclass(frozen=True)
class Wish:
    """What is to be drawn or read with which model; the key of its trace."""

    name: str
    label: int | None
    chance: int
    temperature: float = 1.0
    digit: bytes = b""  # the picture that is given, 28 x 28 in grey
    shown: str = ""  # how it is read, if it is
    erased: str = ""  # which half of it is drawn anew, if one is
    rows: int = 0
    forced: str = ""

    @classmethod
    def of(cls, state: State, network: Network) -> Wish:
        """What the page's state asks for."""
        label = int(state["label"]) if network.labelled and state["label"] != ANY else None
        wish = {"name": network.name, "label": label, "chance": state["chance"]}
        if state["start"] != "read":
            wish["temperature"] = state["temperature"]
        if state["start"] == "draw":  # where it can be seen and taken back
            wish["forced"] = state["forced"]
        if state["start"] != "draw":
            wish["digit"] = original(state).tobytes()
        if state["start"] == "read":
            wish["shown"] = state["shown"]
        if state["start"] == "complete":
            wish |= {"erased": state["erased"], "rows": state["rows"]}
        return cls(**wish)

    @property
    def name_of_trace(self) -> str:
        """A short text that stands for it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def picture(self, network: Network) -> Tensor:
        """What is given, in the model's levels, (1, 1, 28, 28); noise if that is to be read."""
        generator = torch.Generator().manual_seed(self.chance)
        if self.shown == "noise":
            levels = network.model.levels
            return torch.randint(levels, (1, 1, 28, 28), generator=generator).float() / (levels - 1)
        grey = torch.from_numpy(np.frombuffer(self.digit, np.uint8).reshape(1, 1, 28, 28).copy()) / 255
        x = network.model.quantised(grey, generator)
        return x.flip(2, 3) if self.shown == "turned" else x

    def hole(self) -> Tensor:
        """The pixels that are drawn anew, bool (28, 28)."""
        hole = torch.ones(28, 28, dtype=torch.bool)
        if self.erased == "lower":
            hole[: 28 - self.rows] = False
        if self.erased == "upper":
            hole[self.rows :] = False
        return hole

    def options(self, network: Network) -> dict[str, Any]:
        """Those of `PixelModel.draw`."""
        given = self.picture(network)[0] if self.digit else torch.zeros(1, 28, 28)
        hole = self.hole()
        for pixel, level in overwritten(self.forced, network.num_pixels, network.model.levels).items():
            row, column = divmod(pixel, network.model.side)
            given[0, row, column], hole[row, column] = level / (network.model.levels - 1), False
        return {"label": self.label, "temperature": self.temperature, "given": given, "mask": hole}


def traced(wish: Wish, network: Network, slot: str, again: bool = False) -> Work[Glimpse | Trace]:
    """The work that draws or reads what is wished for; the same for all who wish the same."""

    def make() -> Iterator[Glimpse | Trace]:
        if wish.shown:
            yield pixel_trace.read(network.model, wish.picture(network), wish.label)
        else:
            yield from pixel_trace.draw(network.model, wish.chance, **wish.options(network))

    return works().get(wish, make, watcher(slot), again)


class Scene:
    """One trace at the page's pixel."""

    def __init__(self, state: State, text: Text, network: Network, trace: Trace) -> None:
        self.state, self.text, self.network, self.trace = state, text, network, trace

    @property
    def done(self) -> int:
        """How many pixels are there."""
        return min(int(self.state["pixel"]), self.trace.side**2)

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the pixel that comes next, or of the last one."""
        return divmod(min(self.done, self.trace.side**2 - 1), self.trace.side)

    @property
    def level(self) -> int:
        """That of this pixel."""
        return round(float(self.trace.x[self.place]) * (self.trace.levels - 1))

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """What the model expects of this pixel, (K,)."""
        here: NDArray[np.float64] = self.trace.probabilities[self.place]
        return here

    # --- words' numbers

    step_parts = ("x", "p", "chance p", "bits sum")

    @property
    def step_variants(self) -> dict[int, str]:
        """The sections of the steps that are others where the pixel is given."""
        variants = {} if self.trace.levels == 2 else {2: "step-2-levels"}
        if self.network.labelled and self.trace.label is None:
            variants[2] = "step-2-mixed"
        return variants if self.trace.drawn[self.place] else {**variants, 3: "step-3-given"}

    def level_name(self, level: int) -> str:
        """A level in words: paper and ink, or its number."""
        return self.text(("view-paper", "view-ink")[level]) if self.trace.levels == 2 else str(level)

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"."""
        row, column = self.place
        number = row * self.trace.side + column
        p, bits = self.probabilities, self.trace.bits
        before = float(bits.ravel()[:number].sum())
        sure = self.trace.probabilities_drawn[self.place]
        below = np.concatenate([[0.0], sure.cumsum()])
        total, cost = self.trace.total, float(bits[self.place])
        return {
            "row": row + 1,
            "column": column + 1,
            "number": number + 1,
            "before": number,
            "all": self.trace.side**2,
            "level": self.level_name(self.level),
            "top": self.level_name(self.trace.levels - 1),
            "p-top": f"{p[-1]:.4f}",
            "logit": f"{math.log(max(p[-1], 1e-300) / max(p[0], 1e-300)):.3f}",
            "p": f"{p[self.level]:.4f}",
            "chance": f"{self.trace.chance[self.place]:.4f}",
            "low": f"{below[self.level]:.4f}",
            "high": f"{below[self.level + 1]:.4f}",
            "temperature": f"{self.state['temperature']:g}",
            "bits": f"{cost:.3f}",
            "sum-before": f"{before:.1f}",
            "sum": f"{before + cost:.1f}",
            "of": "x" if self.trace.label is None else rf"x\mid y={self.trace.label}",
            "total": f"{total:.1f}",
            "nats": f"{total * math.log(2):.1f}",
            "per-pixel": f"{total / self.trace.side**2:.4f}",
        }

    def decided(self) -> int | None:
        """How many pixels it takes until the model is sure of the digit, and stays so; None where it never is."""
        if self.trace.labels is None:
            return None
        final = int(self.trace.labels[-1].argmax())
        unsure = np.flatnonzero(self.trace.labels[:, final] <= SURE)
        first = int(unsure[-1]) + 1 if len(unsure) else 0
        return first if first < len(self.trace.labels) else None

    def dearest(self) -> float:
        """The bits of the most surprising of the pixels that the visitor has overwritten; 0 without any."""
        forced = overwritten(self.state["forced"], self.network.num_pixels, self.trace.levels)
        return max((float(self.trace.bits.ravel()[pixel]) for pixel in forced), default=0.0)

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        start, total, dearest = self.state["start"], self.trace.total, self.dearest()
        own = start == "read" and self.state["shown"] == "upright"
        draws = start == "draw" and dearest > 0
        now = self.text("now-bits", bits=f"{dearest:.1f}") if draws else self.text("now-not-overwritten")
        decided, known = self.decided(), self.trace.labels
        sure = 0.0 if known is None else float(known[self.done].max())
        found = start == "read" and decided is not None and decided > 0 and self.done == decided
        label = "now-sure" if start == "read" else "now-not-read"
        return [
            Challenge("dear", draws and dearest > DEAR, now, {"bits": DEAR}),
            Challenge("costly", own and total > COSTLY, self.text("now-bits", bits=f"{total:.0f}"), {"bits": COSTLY}),
            Challenge(
                "decided",
                found,
                self.text(label, sure=f"{100 * sure:.0f}", pixels=self.done),
                {"sure": f"{100 * SURE:.0f}"},
            ),
        ]

    # --- code

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with; another one where a picture is given."""
        state, wish = self.state, Wish.of(self.state, self.network)
        values: dict[str, object] = {"name": wish.name, "label": wish.label, "seed": wish.chance}
        values["temperature"] = f"{wish.temperature:g}"
        if wish.shown == "noise":
            return {**values, "variant": "-noise"}
        if not wish.digit:
            forced = overwritten(wish.forced, self.network.num_pixels, self.trace.levels)
            return {**values, "variant": "-forced", "forced": forced} if forced else values
        pixels = f'mnist.load("test").pixels(slice({state["digit"]}, {state["digit"] + 1}))'
        if state["x"]:
            pixels = f'torch.from_numpy(tokens.from_token("{state["x"]}").copy())[None, None] / 255'
        values["pixels"] = pixels
        if wish.shown:
            return {**values, "variant": "-read", "turned": ".flip(2, 3)" if wish.shown == "turned" else ""}
        rows = {"upper": f":{wish.rows}", "lower": f"{28 - wish.rows}:"}[wish.erased]
        return {**values, "variant": "-given", "rows": rows}

    @property
    def printed(self) -> str:
        """What the snippet prints: the bits of the picture."""
        return f"{self.trace.total:.1f} bits"
