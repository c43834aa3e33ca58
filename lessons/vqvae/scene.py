"""What the page on the VQ-VAE says of one state: a grid of codes from a picture or from the prior, in numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from genmodels.data import tokens
from genmodels.evaluation import grids, judge, pixel_trace
from genmodels.evaluation.codes import cross_entropy
from genmodels.evaluation.pixel_trace import Glimpse, Trace
from genmodels.models.vqvae import SIDE
from lessons.vqvae import models
from lessons.vqvae.models import NUM_PLACES, Network
from ui.background import Work, watcher, works
from ui.own_digit import original
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State, Token
from ui.text import Text

ANY = "any"
LABELS = (ANY, *map(str, range(10)))
TOOLS = ("look", "paint", "kill")
SURE, FEW_PAINTED, MANY_KILLED = 0.9, 3, 10

FIELDS: dict[str, Field] = {
    "start": Choice("digit", ("digit", "draw")),
    "digit": Number(4, 0, 9999),
    "x": Token("", tokens.from_token),
    "label": Choice(ANY, LABELS),
    "temperature": Number(1, 0.1, 5, decimals=2),
    "chance": Number(2, 0, 9999),
    "cell": Number(25, 0, NUM_PLACES - 1),
    "done": Number(NUM_PLACES, 0, NUM_PLACES),
    "tool": Choice("look", TOOLS),
}


@dataclass(frozen=True)
class Wish:
    """What the prior is to draw; the key of its trace. `painted` codes are given, and the others drawn."""

    name: str
    label: int | None
    temperature: float
    chance: int
    painted: str

    @classmethod
    def of(cls, state: State, network: Network) -> Wish:
        """What the page's state asks for."""
        label = int(state["label"]) if network.model.num_classes and state["label"] != ANY else None
        return cls(network.name, label, state["temperature"], state["chance"], state["painted"])

    @property
    def name_of_trace(self) -> str:
        """A short text that stands for it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def given(self, network: Network) -> tuple[Tensor, Tensor]:
        """The painted codes as a grid (1, h, h), and where the prior draws, bool (h, h)."""
        codes, mask = torch.zeros(NUM_PLACES, dtype=torch.long), torch.ones(NUM_PLACES, dtype=torch.bool)
        for place, code in models.painted(self.painted, network.num_codes).items():
            codes[place], mask[place] = code, False
        return codes.view(1, SIDE, SIDE), mask.view(SIDE, SIDE)


def traced(wish: Wish, network: Network, slot: str, again: bool = False) -> Work[Glimpse | Trace]:
    """The work that draws what is wished for; the same for all who wish the same."""

    def make() -> Iterator[Glimpse | Trace]:
        prior, (given, mask) = network.model.prior, wish.given(network)
        levels = prior.levels_of(given)
        if not mask.any():
            yield pixel_trace.read(prior, levels, wish.label)
            return
        yield from pixel_trace.draw(prior, wish.chance, wish.label, wish.temperature, levels, mask)

    return works().get(wish, make, watcher(slot), again)


class Scene:
    """One state of the page: a picture as codes, or, with a trace, a grid that the prior has drawn."""

    step_parts = ("x", "place codes", "decoded lost", "codes")

    def __init__(self, state: State, text: Text, network: Network, trace: Trace | None = None) -> None:
        self.state, self.text, self.network, self.trace = state, text, network, trace
        self.model = network.model
        self.painted = models.painted(state["painted"], network.num_codes)
        self.killed = models.killed(state["killed"], network.num_codes)

    # --- the picture and its codes

    @property
    def place(self) -> int:
        """The place that the numbers are about; of a trace the last one that is drawn."""
        return max(0, self.state["done"] - 1) if self.trace else int(self.state["cell"])

    @cached_property
    def x(self) -> Tensor:
        """The picture that is encoded, (1, 1, 28, 28)."""
        return torch.from_numpy(original(self.state).copy()).view(1, 1, 28, 28) / 255

    @cached_property
    def vectors(self) -> Tensor:
        """What stands at each place before a code takes its place, (h, h, D)."""
        if self.trace:
            return self.model.codec.quantiser.vectors(self.drawn)
        return self.model.vectors(self.x)[0]

    @property
    def drawn(self) -> Tensor:
        """The codes of a trace, int64 (h, h)."""
        assert self.trace is not None
        return self.model.prior.codes_of(torch.from_numpy(self.trace.x)[None, None])[0]

    @cached_property
    def codes(self) -> Tensor:
        """The grid with what a hand has done to it, int64 (h, h)."""
        return grids.living(self.model, self.vectors, self.painted, self.killed)

    @cached_property
    def untouched(self) -> Tensor:
        """The grid as the model made it."""
        return grids.living(self.model, self.vectors, {})

    def decoded(self, codes: Tensor) -> Tensor:
        """What a grid decodes into, (1, 1, 28, 28)."""
        return self.model.decode_codes(codes[None])

    def read(self, codes: Tensor) -> tuple[int, float]:
        """As which digit the judge reads what a grid decodes into, and how sure it is."""
        p = judge.probabilities(self.decoded(codes))[0]
        return int(p.argmax()), float(p.max())

    @property
    def nats(self) -> tuple[float, float]:
        """Cross-entropy of the picture with the decoded one, and with itself."""
        return cross_entropy(self.decoded(self.codes), self.x), cross_entropy(self.x, self.x)

    @cached_property
    def bits(self) -> float:
        """What the grid costs with the prior; of a trace what its codes cost as they were drawn."""
        return self.trace.total if self.trace else grids.bits_with_prior(self.model, self.codes)

    # --- in words

    @property
    def step_variants(self) -> dict[int, str]:
        """The sections of the steps that are told otherwise in this state."""
        if not self.trace:
            return {2: "step-2-painted"} if self.place in self.painted else {}
        place = "step-2-given" if self.place in self.painted else "step-2-drawn"
        return {1: "step-1-drawn", 2: place, 3: "step-3-drawn", 4: "step-4-drawn"}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"."""
        row, column = divmod(self.place, SIDE)
        model, uniform = self.model, grids.bits_as_numbers(self.network.num_codes)
        values: dict[str, object] = {
            "row": row + 1,
            "column": column + 1,
            "codes": self.network.num_codes,
            "places": NUM_PLACES,
            "dim": model.codec.quantiser.codebook.shape[1],
            "numbers": NUM_PLACES * model.codec.quantiser.codebook.shape[1],
            "code": int(self.codes[row, column]),
            "bits-uniform": f"{uniform:.1f}",
            "bits": f"{self.bits:.1f}",
            "per-code": f"{self.bits / NUM_PLACES:.2f}",
        }
        return values | (self._of_trace(row, column) if self.trace else self._of_picture(row, column))

    def _of_picture(self, row: int, column: int) -> dict[str, object]:
        distances = self.model.distances(self.vectors[None])[0, row, column].sqrt()
        distances[list(self.killed)] = torch.inf
        least, order = distances.sort()
        nats, best = (round(one, 1) for one in self.nats)
        second = min(1, len(order) - len(self.killed) - 1)
        return {
            "distance": f"{float(least[0]):.2f}",
            "second": int(order[second]),
            "second-distance": f"{float(least[second]):.2f}",
            "painted": self.painted.get(self.place, ""),
            "nats": f"{nats:.1f}",
            "best": f"{best:.1f}",
            "lost": f"{nats - best:.1f}",
            "png": f"{grids.bits_as_png(original(self.state)):,}",
        }

    def _of_trace(self, row: int, column: int) -> dict[str, object]:
        trace = self.trace
        assert trace is not None
        code = int(self.drawn[row, column])
        digit, sure = self.read(self.codes)
        number = row * SIDE + column
        return {
            "drawn": code,
            "p": f"{trace.probabilities[row, column, code]:.3f}",
            "share": f"{trace.probabilities_drawn[row, column, code]:.3f}",
            "chance": f"{trace.chance[row, column]:.3f}",
            "temperature": f"{self.state['temperature']:g}",
            "cost": f"{trace.bits[row, column]:.2f}",
            "sofar": f"{trace.bits.ravel()[: number + 1].sum():.1f}",
            "of": "s" if trace.label is None else rf"s\mid y={trace.label}",
            "given": "" if trace.label is None else f",y={trace.label}",
            "digit": digit,
            "sure": f"{100 * sure:.0f}",
        }

    def challenges(self) -> list[Challenge]:
        """What the page checks itself, of pictures that are encoded."""
        text = self.text
        if self.trace:
            values = {"other": self._other, "killed": self._killed, "dear": self._dear}
            return [Challenge(name, False, text("now-not-encoded"), values[name]()) for name in values]
        before, now = self.read(self.untouched)[0], self.read(self.codes)
        own = len(set(self.killed) & set(self.untouched.flatten().tolist()))
        said = text("now-read", digit=now[0], sure=f"{100 * now[1]:.0f}", painted=len(self.painted))
        other = now[0] != before and now[1] >= SURE and len(self.painted) <= FEW_PAINTED and not self.killed
        same = now[0] == before and now[1] >= SURE and own >= MANY_KILLED
        gone = text("now-killed", number=own, digit=now[0], sure=f"{100 * now[1]:.0f}")
        dear = self.bits > grids.bits_as_numbers(self.network.num_codes)
        return [
            Challenge("other", other, said, self._other()),
            Challenge("killed", same, gone, self._killed()),
            Challenge("dear", dear, text("now-bits", bits=f"{self.bits:.0f}"), self._dear()),
        ]

    def _other(self) -> dict[str, Any]:
        return {"few": FEW_PAINTED, "sure": f"{100 * SURE:.0f}"}

    def _killed(self) -> dict[str, Any]:
        return {"many": MANY_KILLED, "sure": f"{100 * SURE:.0f}"}

    def _dear(self) -> dict[str, Any]:
        return {"bits": f"{grids.bits_as_numbers(self.network.num_codes):.0f}"}

    # --- code

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with; another one where the prior draws."""
        state, wish = self.state, Wish.of(self.state, self.network)
        values: dict[str, object] = {"name": wish.name, "painted": self.painted, "killed": list(self.killed)}
        if self.trace:
            values |= {"label": wish.label, "temperature": f"{wish.temperature:g}", "seed": wish.chance}
            whole = len(self.painted) == NUM_PLACES
            return {**values, "variant": "-painted" if whole else "-given" if self.painted else "-drawn"}
        pixels = f'mnist.load("test").pixels(slice({state["digit"]}, {state["digit"] + 1}))'
        if state["x"]:
            pixels = f'torch.from_numpy(tokens.from_token("{state["x"]}").copy())[None, None] / 255'
        return {**values, "pixels": pixels, "torch": "import torch\n\n" if state["x"] else ""}

    @property
    def printed(self) -> str:
        """What the snippet prints: nats of a picture that is encoded, and the bits of the grid."""
        return f"{self.bits:.1f} bits" if self.trace else f"{self.nats[0]:.1f} nats, {self.bits:.1f} bits"


def most_used(network: Network) -> int:
    """The code that occurs most often."""
    return int(network.atlas.shares.argmax())


def measured(network: Network) -> dict[str, object]:
    """What the model's card says of its prior; nothing where it was never measured."""
    evaluated = network.checkpoint.card.get("evaluated")
    if not evaluated:
        return {}
    nats, digits = evaluated["prior"], evaluated["digits"]
    return {
        "codes": network.num_codes,
        "n": f"{digits['n']:,}",
        "per-code": f"{nats['per_code']:.2f}",
        "with-label": f"{nats['per_code_with_label']:.2f}",
        "uniform": f"{nats['uniform']:.2f}",
        "frechet": f"{digits['frechet']:.1f}",
        "floor": f"{digits['floor']:.1f}",
        "accuracy": f"{100 * digits['accuracy']:.1f}",
    }
