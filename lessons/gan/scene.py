"""The smallest GAN, two numbers that play: its fields of the page's state, and its sums at the update on screen."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from genmodels.probability.dirac_gan import DiracGAN
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State
from ui.text import Text

NUM_UPDATES = 200
NEAR, AWAY, SOON = 0.05, 1, 20  # of the equilibrium, of the start, updates
STEP = 0.01  # of the hand on gamma
FIELDS: dict[str, Field] = {
    "loss": Choice("original", ("original", "non-saturating", "wasserstein")),
    "turns": Choice("alternating", ("alternating", "simultaneous")),
    "r1_small": Number(0, 0, 2, decimals=2),
    "rate_g": Number(0.2, 0.01, 1, decimals=2),
    "rate_d": Number(0.2, 0.01, 1, decimals=2),
    "theta": Number(1, -2, 2, decimals=2),
    "psi": Number(0, -2, 2, decimals=2),
    "update": Number(0, 0, NUM_UPDATES),
}
EXPERIMENT: dict[str, object] = {
    "loss": "original",
    "turns": "alternating",
    "r1_small": 0,
    "rate_g": 0.1,
    "rate_d": 0.1,
    "theta": 1,
    "psi": 0,
    "update": NUM_UPDATES,
}
"""The state that the prediction asks about."""


def game_of(state: State) -> DiracGAN:
    """The game that the state asks for."""
    rates = {"generator_rate": state["rate_g"], "discriminator_rate": state["rate_d"]}
    return DiracGAN(state["loss"], state["r1_small"], **rates, alternating=state["turns"] == "alternating")


def fate_key(game: DiracGAN) -> str:
    """The end of the name of the sentence on what becomes of a start near the equilibrium: `small-fate-<key>`.

    On the unit circle two real eigenvalues do not turn: it jumps. And of the non-saturating loss, which pulls inwards
    beyond the first order, there is more to tell than the eigenvalues say.
    """
    fate, turns = game.fate(), bool(np.abs(game.eigenvalues().imag).max() > 0)
    if fate == "circles" and not turns:
        return "jumps"
    inwards = game.loss == "non-saturating" and turns and fate in ("circles", "flies off")
    return fate.replace(" ", "-") + ("-inwards" if inwards else "")


class Scene:
    """The smallest GAN at the page's update."""

    def __init__(self, state: State, text: Text) -> None:
        self.state, self.text, self.game = state, text, game_of(state)

    @cached_property
    def place(self) -> tuple[float, float]:
        """(theta, psi) at the update on screen, or where the path ended before."""
        theta, psi = self.game.path(*self.start, self.state["update"])[-1]
        return float(theta), float(psi)

    @property
    def start(self) -> tuple[float, float]:
        """(theta, psi) before the first update."""
        return self.state["theta"], self.state["psi"]

    @property
    def radius(self) -> float:
        """The larger |lambda| of one update at the equilibrium."""
        return float(np.abs(self.game.eigenvalues()).max())

    step_parts = ("numbers", "field", "path", "circle")

    @property
    def step_variants(self) -> dict[int, str]:
        """The sections of this scene's steps, by the loss and by who moves when."""
        loss = "" if self.game.loss == "non-saturating" else f"-{self.game.loss}"
        value = loss if self.game.loss == "wasserstein" else ""
        turns = "" if self.game.alternating else "-simultaneous"
        return {
            1: f"step-1{value}",
            2: f"step-2{loss}",
            3: f"step-3{turns}",
            4: f"step-4{turns}",
        }

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step", at the update on screen."""
        game, (theta, psi) = self.game, self.place
        wish = game.velocity(theta, psi)
        after = game.update(theta, psi)
        answer = game.velocity(after[0] if game.alternating else theta, psi).psi
        matrix = game.update_jacobian()
        numbers = {
            "theta": theta,
            "psi": psi,
            "value": float(game.value(theta, psi)),
            "to-theta": float(wish.theta),
            "to-psi": float(wish.psi),
            "answer": float(answer),
            "theta-after": after[0],
            "psi-after": after[1],
            "trace": float(np.trace(matrix)),
            "det": float(matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]),
        }
        return {
            "update": min(self.state["update"], len(game.path(*self.start, self.state["update"])) - 1),
            **{name: shown(number) for name, number in numbers.items()},
            "gamma": f"{game.r1:.12g}",
            "rate-g": f"{game.generator_rate:.12g}",
            "rate-d": f"{game.discriminator_rate:.12g}",
            "slope": f"{game.slope:g}",
            "lambda": pair(game.eigenvalues()),
            "radius": f"{self.radius:.6f}",
            "fate": self.text(f"small-fate-{fate_key(game)}"),
        }

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        game, text = self.game, self.text
        where = text(f"now-fate-{game.fate().replace(' ', '-')}")
        first = self._first_near()
        distance = math.hypot(*self.start)
        now = text("now-small-near" if first is not None else "now-small-far", first=first, start=f"{distance:.2f}")
        soon = first is not None and first <= SOON and distance >= AWAY
        off = game.alternating and game.fate() == "flies off"
        return [
            Challenge("small-near", soon, now, {"near": NEAR, "updates": SOON, "away": AWAY}),
            Challenge("small-gamma", self._least(), text("now-small-gamma", gamma=f"{game.r1:.12g}", fate=where)),
            Challenge("small-off", off, text(f"now-small-{self.state['turns']}", fate=where)),
        ]

    def _first_near(self) -> int | None:
        """The first update at which it is near, if there is one."""
        near = np.hypot(*self.game.path(*self.start, NUM_UPDATES).T) <= NEAR
        return int(near.argmax()) if near.any() else None

    def _least(self) -> bool:
        """Whether it comes in without circling, and with a gamma that is a little smaller it would spiral in."""
        game = self.game
        if game.fate() != "comes in" or game.r1 < STEP:
            return False
        rates = {"generator_rate": game.generator_rate, "discriminator_rate": game.discriminator_rate}
        less = DiracGAN(game.loss, round(game.r1 - STEP, 12), **rates, alternating=game.alternating)
        return less.fate() == "spirals in"

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        names = ("loss", "r1_small", "rate_g", "rate_d", "theta", "psi", "update")
        alternating = self.state["turns"] == "alternating"
        return {"variant": "-numbers", "alternating": alternating, **{name: self.state[name] for name in names}}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        theta, psi = self.place
        return f"theta {theta:z.4f}, psi {psi:z.4f}, |lambda| {self.radius:.6f}: {self.game.fate()}"


def shown(number: float) -> str:
    """A number in a formula: four decimals, and fewer where it is large."""
    size = abs(number)
    return f"{number:z.{4 if size < 100 else 1 if size < 1e4 else 0}f}"


def pair(eigenvalues: np.ndarray) -> str:
    """Both eigenvalues in a formula."""
    first, second = (complex(one) for one in eigenvalues)
    if first.imag:
        return f"{first.real:z.4f}\\pm {first.imag:.4f}\\,i"
    return f"{first.real:z.4f},\\;{second.real:z.4f}"
