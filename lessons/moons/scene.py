"""What the page on moons says of one state: two models, one pointer, a walk and draws from the prior, in numbers."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.data import moon_phases
from genmodels.data.moon_phases import NUM_PHASES
from genmodels.evaluation import moons
from genmodels.training import checkpoints
from lessons.moons.models import AE_NAME, VAE_NAME, Model, Pair
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State, Token
from ui.text import Text

BETAS = ("0.1", "0.3", "1", "3", "10", "30")
SETS = {"two": "0-180", "nine": "0-22-45-68-90-112-135-158-180", "all": moon_phases.ALL}
NUM_DRAWS, LAST = 18, NUM_PHASES - 1
FEW, APART = 8, 60.0  # phases to learn, degrees between two moons
MANY, BITS = 9, 3  # phases to learn, what a code tells
REACH = 3.2  # of the VAE's plane, where its codes lie within
AROUND, SIGMAS = 1.15, 2.2  # a plane is wider than its codes, and shows the prior
FIELDS: dict[str, Field] = {
    "model": Token("", checkpoints.trained_folder),
    "learned": Token(moon_phases.ALL, moon_phases.from_token),
    "beta": Choice("1", BETAS),
    "seed": Number(0, 0, 99),
    "u": Number(0.3, -1, 1, decimals=3),
    "v": Number(0.2, -1, 1, decimals=3),
    "a": Number(0, 0, LAST),
    "b": Number(LAST, 0, LAST),
    "noise": Number(0, 0, 9999),
}
EXPERIMENT = {"learned": SETS["two"], "beta": "1", "seed": 0, "a": 0, "b": LAST}
Square = tuple[float, float, float]  # centre and half of the side


def chosen(state: State) -> tuple[int, ...]:
    """The phases that are chosen, which may be too few."""
    return moon_phases.from_token(state["learned"])


def draws(state: State) -> NDArray[np.float64]:
    """z ~ N(0, I), (N, 2), the same for both models."""
    return np.random.default_rng(state["noise"]).standard_normal((NUM_DRAWS, 2))


class Scene:
    """One state of the page, evaluated with both models."""

    step_parts = ("planes", "pointer", "walk", "draws")
    step_variants: dict[int, str] = {}  # noqa: RUF012 - the protocol's

    def __init__(self, state: State, text: Text, pair: Pair) -> None:
        self.state, self.text, self.pair = state, text, pair
        self.models: dict[str, Model] = {"ae": pair.ae, "vae": pair.vae}

    @cached_property
    def codes(self) -> dict[str, NDArray[np.float32]]:
        """Of all phases, (181, 2) each."""
        return self.pair.codes()

    @property
    def squares(self) -> dict[str, Square]:
        """What each plane shows: all codes, and N(0, I) to two sigmas."""
        return {"ae": _square(self.codes["ae"]), "vae": _around_zero(self.codes["vae"])}

    def z(self, kind: str) -> NDArray[np.float64]:
        """The code under the pointer, (2,)."""
        x, y, half = self.squares[kind]
        return np.array([x + half * self.state["u"], y + half * self.state["v"]])

    @torch.no_grad()
    def decoded(self, kind: str, z: NDArray[np.floating]) -> Tensor:
        """What a model makes of codes (N, 2)."""
        return self.models[kind].decode(torch.from_numpy(np.asarray(z, np.float32)))

    def under_pointer(self, kind: str) -> tuple[float, float]:
        """How far the decoded picture is from the nearest true phase, and the angle of that one."""
        distance, phase = moons.nearest(self.decoded(kind, self.z(kind)[None]))
        return float(distance), moon_phases.angle(int(phase))

    def walk(self, kind: str) -> NDArray[np.float64]:
        """How far the pictures on the way from a to b are from true phases, ends left out: (19,)."""
        a, b = (torch.from_numpy(self.codes[kind][self.state[end]]) for end in ("a", "b"))
        distances: NDArray[np.float64] = moons.nearest(moons.walk(self.models[kind], a, b))[0][1:-1].numpy()
        return distances

    def num_moons(self, kind: str) -> int:
        """How many of the draws decode into a moon."""
        return int((moons.nearest(self.decoded(kind, draws(self.state)))[0] < moons.VALID).sum())

    @torch.no_grad()
    def losses(self, kind: str) -> dict[str, float]:
        """The parts of the loss, means over the learned phases, in nats."""
        x = moons.phases()[list(self.pair.learned)]
        terms = self.models[kind].terms(x, torch.Generator().manual_seed(0))
        return {name: float(term.mean()) for name, term in terms.items()}

    # --- in words

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"."""
        ae, vae = self.losses("ae"), self.losses("vae")
        values: dict[str, object] = {
            "ae-reconstruction": f"{ae['reconstruction']:.1f}",
            "vae-reconstruction": f"{vae['reconstruction']:.1f}",
            "kl": f"{vae['kl']:.2f}",
            "bits": f"{vae['kl'] / math.log(2):.1f}",
            "beta": self.state["beta"],
            "number": len(self.pair.learned),
            "draws": NUM_DRAWS,
            "a": f"{moon_phases.angle(self.state['a']):g}",
            "b": f"{moon_phases.angle(self.state['b']):g}",
            "valid": f"{moons.VALID:g}",
        }
        for kind in self.models:
            distance, angle = self.under_pointer(kind)
            walk, z = self.walk(kind), self.z(kind)
            values |= {
                f"{kind}-z": f"{z[0]:z.2f},\\,{z[1]:z.2f}",
                f"{kind}-distance": f"{distance:.4f}",
                f"{kind}-angle": f"{angle:g}",
                f"{kind}-walk": f"{walk.mean():.4f}",
                f"{kind}-worst": f"{walk.max():.4f}",
                f"{kind}-moons": self.num_moons(kind),
                f"{kind}-spread": f"{np.ptp(self.codes[kind], axis=0).max():.1f}",
            }
        return values

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        text, state, learned = self.text, self.state, self.pair.learned
        found = {kind: self.under_pointer(kind) for kind in self.models}
        both = all(distance < moons.VALID for distance, _ in found.values())
        between = abs(found["ae"][1] - found["vae"][1])
        worst = float(self.walk("ae").max())
        whole = (state["a"], state["b"]) == (0, LAST) and worst < moons.VALID
        all_moons, bits = self.num_moons("vae"), self.losses("vae")["kl"] / math.log(2)
        every = all_moons == NUM_DRAWS and bits >= BITS and len(learned) >= MANY
        now = text("now-apart" if both else "now-no-moons", apart=f"{between:g}")
        return [
            Challenge("apart", both and between >= APART, now, {"apart": f"{APART:g}"}),
            Challenge(
                "few",
                whole and len(learned) <= FEW,
                text("now-few", number=len(learned), worst=f"{worst:.4f}"),
                {"few": FEW, "valid": f"{moons.VALID:g}"},
            ),
            Challenge(
                "all",
                every,
                text("now-all", number=all_moons, bits=f"{bits:.1f}"),
                {"draws": NUM_DRAWS, "many": MANY, "bits": BITS},
            ),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        state = self.state
        names = {"learned": self.pair.recipes[0].learned, "seed": state["seed"], "noise": state["noise"]}  # type: ignore[attr-defined]
        return {**names, "beta": state["beta"], "ae": AE_NAME, "vae": VAE_NAME, "n": NUM_DRAWS}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        return f"moons: {self.num_moons('ae')} and {self.num_moons('vae')} of {NUM_DRAWS}"


def _square(codes: NDArray[np.float32]) -> Square:
    """Around codes wherever they lie, with the prior in view."""
    low, high = np.minimum(codes.min(0), -SIGMAS), np.maximum(codes.max(0), SIGMAS)
    centre = (low + high) / 2
    return float(centre[0]), float(centre[1]), float(AROUND * (high - low).max() / 2)


def _around_zero(codes: NDArray[np.float32]) -> Square:
    """Around 0, where the prior wants codes to be."""
    return 0.0, 0.0, max(REACH, AROUND * float(np.abs(codes).max()))
