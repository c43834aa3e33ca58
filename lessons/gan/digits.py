"""Digits that a GAN makes: which model, a walk between two of them, and what the discriminator says; its sums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.arrays import Arrays
from genmodels.data import mnist, tokens
from genmodels.evaluation import latent_walk, measured_samplers, watched_digits
from genmodels.models.gan import LOSSES, SIGMA, DigitGAN
from genmodels.storage import Damaged
from genmodels.training import checkpoints, recording
from genmodels.training.checkpoints import Checkpoint
from lessons.gan.gallery import Judged
from ui.jobs import form, runs
from ui.scene import Challenge
from ui.state import Field, Number, State, Token
from ui.text import Text

SHIPPED, KINDS = "gan-mnist", ("DigitGAN",)
SETTINGS = ("epochs", "width", "latent_dim", "loss_kind", "learning_rate", "discriminator_rate", "r1", "seed")
NUM_MADE, NUM_WALK, NUM_JUDGED, SIDE = watched_digits.NUM_SHOWN, 11, 500, 28
LAST = watched_digits.Watch.most  # no training has more frames
DIFFUSION = "ddpm-mnist"
SHARP, SURE = 0.95, 0.9  # shares of the made digits
FIELDS: dict[str, Field] = {
    "model": Token("", checkpoints.trained_folder),
    "noise": Number(0, 0, 9999),
    "a": Number(0, 0, NUM_MADE - 1),
    "b": Number(1, 0, NUM_MADE - 1),
    "digit": Number(4, 0, 9999),
    "frame": Number(LAST, 0, LAST),
    "x": Token("", tokens.from_token),
    **form.fields(SHIPPED, SETTINGS),
}
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Network:
    """A trained GAN of digits, and D's logits of 500 test digits and of 500 made ones."""

    name: str
    checkpoint: Checkpoint
    model: DigitGAN
    real: NDArray[np.float32]
    made: NDArray[np.float32]

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return next(self.model.parameters()).device


@st.cache_resource(show_spinner=False, max_entries=6)
def network(name: str) -> Network:
    """The model called so, one for all visitors; Problem where it cannot be had."""
    checkpoint = checkpoints.get(name)
    model = checkpoint.model()
    assert isinstance(model, DigitGAN)
    device = next(model.parameters()).device
    test = mnist.load("test").images[:NUM_JUDGED].float() / 255
    made = model.sample(NUM_JUDGED, torch.Generator(device).manual_seed(1))
    real = test.view(-1, 1, SIDE, SIDE).to(device)
    return Network(name, checkpoint, model, *(_logits(model, one) for one in (real, made)))


@st.cache_resource(show_spinner=False, max_entries=6)
def recorded(name: str) -> Arrays | None:
    """The frames of a model's training; None of one that was trained before they were recorded."""
    try:
        return recording.read(checkpoints.get(name).folder)
    except Damaged:
        return None


@torch.no_grad()
def _logits(model: DigitGAN, x: Tensor) -> NDArray[np.float32]:
    logits: NDArray[np.float32] = model.discriminate(x).cpu().numpy()
    return logits


def telling_nothing(network: Network) -> float:
    """What D pays for a pair that it cannot tell apart."""
    same = torch.zeros(1)
    return float(LOSSES[network.checkpoint.recipe.loss_kind].discriminator(same, same))  # type: ignore[attr-defined]


def chosen(state: State) -> Network:
    """The model that the state asks for; where that cannot be shown the shipped one, and the state complains."""
    return runs.asked_for(state, KINDS, network, show) or network(SHIPPED)


def show(state: State, name: str) -> None:
    """Another model, "" for the shipped one."""
    state.reset("a", "b", "frame")
    state.update({"model": name})


class DigitsScene:
    """What is on the stage: made digits, the walk between two of them, and D's verdicts."""

    step_parts = ("judged", "judged", "walk", "made")

    def __init__(self, state: State, text: Text, network: Network) -> None:
        self.state, self.text, self.network = state, text, network

    # --- pictures

    @cached_property
    def z(self) -> Tensor:
        """The noise of the made digits, (N, D)."""
        generator = torch.Generator(self.network.device).manual_seed(self.state["noise"])
        return self.network.model.latent(NUM_MADE, self.network.device, generator)

    @cached_property
    def made(self) -> Tensor:
        """The digits, (N, 1, S, S)."""
        return self._generated(self.z)

    def walk(self) -> Pixels:
        """Pictures from one end to the other, (W, S, S)."""
        a, b = (self.z[self.state[end]] for end in ("a", "b"))
        return _pixels(self._generated(latent_walk.great_circle(a.cpu(), b.cpu(), NUM_WALK).to(self.network.device)))

    def pictures(self) -> Pixels:
        """The made digits, (N, S, S)."""
        return _pixels(self.made)

    @torch.no_grad()
    def _generated(self, z: Tensor) -> Tensor:
        return self.network.model.generate(z)

    @cached_property
    def judged(self) -> list[Judged]:
        """A real digit, the one at the beginning of the walk, and the visitor's own if there is one."""
        real = mnist.load("test").images[self.state["digit"]].numpy().reshape(SIDE, SIDE)
        pictures = {"real": real, "made": self.pictures()[self.state["a"]]}
        if self.state["x"]:
            pictures["own"] = tokens.from_token(self.state["x"])
        x = torch.from_numpy(np.stack(list(pictures.values()))).float().unsqueeze(1).to(self.network.device) / 255
        logits = _logits(self.network.model, x)
        return [
            Judged(role, picture, float(logit)) for (role, picture), logit in zip(pictures.items(), logits, strict=True)
        ]

    # --- in words

    @property
    def absolute(self) -> bool:
        """Whether sigmoid(D) is a probability."""
        return LOSSES[self.network.checkpoint.recipe.loss_kind].absolute  # type: ignore[attr-defined]

    @property
    def step_variants(self) -> dict[int, str]:
        """The steps are others than those of the smallest GAN."""
        measured = "digits" if "evaluated" in self.network.checkpoint.card else "digits-own"
        loss = self.network.checkpoint.recipe.loss_kind  # type: ignore[attr-defined]
        first = "-absolute" if self.absolute else "" if loss == "pairs" else f"-{loss}"
        return {1: f"step-1-digits{first}", 2: "step-2-digits", 3: "step-3-digits", 4: f"step-4-{measured}"}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"."""
        real, made = (one.logit for one in self.judged[:2])
        a, b = (self.z[self.state[end]].cpu() for end in ("a", "b"))
        middle = latent_walk.great_circle(a, b, 3)[1]
        return {
            "real": f"{real:z.2f}",
            "made": f"{made:z.2f}",
            "real-share": f"{1 / (1 + math.exp(-real)):.3f}",
            "made-share": f"{1 / (1 + math.exp(-made)):.3f}",
            "difference": f"{real - made:z.2f}",
            "apart": f"{1 / (1 + math.exp(-(real - made))):.3f}",
            "sigma": f"{SIGMA:g}",
            "slope": f"{self._slope():.2f}",
            "gamma": f"{self.network.model.r1:g}",
            "dim": self.network.model.latent_dim,
            "expected": f"{math.sqrt(self.network.model.latent_dim):.2f}",
            "angle": f"{math.degrees(float(latent_walk.angle(a, b))):.0f}",
            "straight": f"{float(((a + b) / 2).norm()):.2f}",
            "arc": f"{float(middle.norm()):.2f}",
            **self._quality(),
        }

    @torch.no_grad()
    def _slope(self) -> float:
        """|D(x + sigma n) - D(x)|^2 / sigma^2 at the real digit, the mean over 64 n."""
        model, device = self.network.model, self.network.device
        x = model.seen(torch.from_numpy(self.judged[0].picture).float().view(1, 1, SIDE, SIDE).to(device) / 255)
        moved = x + SIGMA * torch.randn(64, *x.shape[1:], generator=torch.Generator().manual_seed(0)).to(device)
        change = (model.discriminator(moved) - model.discriminator(x)) / SIGMA
        return float(change.square().mean())

    def _quality(self) -> dict[str, object]:
        return quality(self.network.checkpoint)

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        text, own = self.text, self.judged[2:]
        below = float((self.network.made < own[0].logit).mean()) if own else 0.0
        now = text("now-own", share=f"{100 * below:.0f}") if own else text("now-no-own")
        made = self.judged[1].logit
        above = float((self.network.real < made).mean())
        return [
            Challenge("own", below >= SURE, now, {"share": f"{100 * SURE:.0f}"}),
            Challenge(
                "fooled",
                above >= SHARP and self.state["noise"] > 0,
                text("now-fooled", share=f"{100 * above:.0f}"),
                {"share": f"{100 * SHARP:.0f}"},
            ),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        state = self.state
        return {"variant": "-digits", "name": self.network.name, "seed": state["noise"], "a": state["a"], "n": NUM_MADE}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        return f"D(G(z)) = {self.judged[1].logit:.3f}"


def _pixels(x: Tensor) -> Pixels:
    """(N, 1, S, S) in [0, 1] -> (N, S, S) uint8."""
    pixels: Pixels = (x[:, 0].clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()
    return pixels


def quality(checkpoint: Checkpoint) -> dict[str, object]:
    """What the card of a shipped model says of its digits; {} of one that was not measured."""
    evaluated: dict[str, Any] = checkpoint.card.get("evaluated", {})
    if not evaluated:
        return {}
    digits, shares = evaluated["digits"], evaluated["shares"]
    fewest, most = min(shares, key=shares.get), max(shares, key=shares.get)
    return {
        "n": f"{digits['n']:,}",
        "frechet": f"{digits['frechet']:.1f}",
        "floor": f"{digits['floor']:.1f}",
        "fewest": fewest,
        "most": most,
        "least-share": f"{100 * shares[fewest]:.1f}",
        "most-share": f"{100 * shares[most]:.1f}",
        "minutes": f"{checkpoint.seconds / 60:.0f}",
        "milliseconds": f"{1000 * digits['seconds']:.1f}",
    }


def beside_diffusion(checkpoint: Checkpoint) -> dict[str, object] | None:
    """The same beside the shipped diffusion model's, by the same judge at the same n; None where that is not known."""
    mine, diffusion = quality(checkpoint), checkpoints.get(DIFFUSION)
    n = checkpoint.card["evaluated"]["digits"]["n"] if mine else 0
    known = measured_samplers.measured(diffusion, n) if n else None
    if known is None or known.judge != checkpoint.card["evaluated"]["judge"]:
        return None
    plain, guided = known.samplers["ddpm-50"], known.samplers["guided"]
    return {
        **mine,
        "diffusion-minutes": f"{diffusion.seconds / 60:.0f}",
        "diffusion-frechet": f"{plain.frechet:.1f}",
        "diffusion-milliseconds": f"{1000 * plain.seconds:.0f}",
        "guided-frechet": f"{guided.frechet:.1f}",
    }
