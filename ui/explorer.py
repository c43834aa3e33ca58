"""What the VAE explorer shows for one state: the picture x, where it lies, what the point z makes of it, in numbers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from genmodels.data import tokens
from genmodels.data.pictures import PreparedDigit
from genmodels.errors import Problem
from genmodels.evaluation import latent as latents
from genmodels.evaluation.latent import LatentMap, kl_to_prior
from genmodels.training import checkpoints
from ui.figures.learning import Curve, learning_curves
from ui.lesson import Challenge
from ui.state import State
from ui.text import Text

Picture = NDArray[np.uint8]
NUM_NEIGHBOURS, NUM_SAMPLES = 8, 10


@st.cache_resource(show_spinner=False)
def latent_map(name: str) -> LatentMap:
    """The shipped VAE `name` with its kept epochs; one for all visitors. Raises Problem when it is damaged."""
    return LatentMap(checkpoints.get(name))


@st.cache_resource(show_spinner=False)
def payload(name: str) -> bytes:
    """The decoders of that VAE for the browser."""
    return latent_map(name).payload(name)


def payload_for(plane: Any, name: str) -> bytes:
    """That payload, or nothing once the plane has said that it is there."""
    return b"" if plane and plane.get("painted") == name else payload(name)


def signed(value: float) -> str:
    """One decimal and always a sign, with a real minus."""
    return f"{value:+z.1f}".replace("-", "−")


class Scene:
    """One state of the page, evaluated with the real model. Costs in nats."""

    def __init__(self, name: str, state: State) -> None:
        self.name, self.state, self.latent = name, state, latent_map(name)
        self.epoch = self.latent.epochs.index(state["epoch"])
        self.picture: Picture = tokens.from_token(state["x"]) if state["x"] else self.latent.pictures[state["digit"]]
        self.posterior = self.latent.posterior(self.picture)
        self.mu, self.sigma = self.posterior.mu[self.epoch], self.posterior.sigma[self.epoch]

    @cached_property
    def z(self) -> NDArray[np.float64]:
        """The point held: on the path from A to B, or where it was put, or else at the picture's mean."""
        if self.state["mode"] == "path":
            other = self.latent.means[self.epoch, self.state["to"]]
            z = self.mu + (other - self.mu) * self.state["t"]
        else:
            held = (self.state["z1"], self.state["z2"])
            z = np.array([m if h is None else h for m, h in zip(self.mu, held, strict=True)])
        rounded: NDArray[np.float64] = np.round(z.astype(np.float64), 4)
        return rounded

    @cached_property
    def reconstruction(self) -> float:
        return self.latent.reconstruction(self.picture, self.z, self.epoch)

    @cached_property
    def kl(self) -> float:
        return float(kl_to_prior(self.mu, self.sigma))

    @property
    def equation(self) -> str:
        """The live equation; its parts are rounded first, so that it adds up."""
        reconstruction, kl = round(self.reconstruction, 1), round(self.kl, 1)
        return f"{reconstruction + kl:.1f} = {reconstruction:.1f} + {kl:.1f}"

    def caption(self, text: Text) -> str:
        if self.state["x"]:
            return text("x-own")
        return text("x-test", digit=self.state["digit"], label=self.latent.labels[self.state["digit"]])

    def plane_data(self, text: Text, report: bool) -> dict[str, Any]:
        """What the latent plane in the browser needs beside the payload."""
        state, other = self.state, self.state["to"]
        return {
            "page": text.page,
            "payload": self.name,
            "epochs": list(self.latent.epochs),
            "extent": self.latent.extent,
            "grid": latents.GRID.tolist(),
            "x": {
                "pixels": _base64(self.picture),
                "caption": self.caption(text),
                "mu": self.posterior.mu.tolist(),
                "sigma": self.posterior.sigma.tolist(),
            },
            "b": {
                "pixels": _base64(self.latent.pictures[other]),
                "caption": text("x-test", digit=other, label=self.latent.labels[other]),
                "mu": self.latent.means[:, other].tolist(),
            },
            "view": {
                "mode": state["mode"],
                "z": [float(v) for v in self.z],
                "epoch": self.epoch,
                "digit": state["digit"],
                "to": other,
                "t": state["t"],
            },
            "revision": state.revision,
            "report": report,
            "labels": text.all("stage-"),
        }

    def step_values(self, text: Text) -> dict[str, str]:
        """The numbers that "step by step" puts into the formulas."""
        eps = (self.z - self.mu) / self.sigma
        radius = float(np.hypot(*eps))
        kl = [float(kl_to_prior(self.mu[d : d + 1], self.sigma[d : d + 1])) for d in range(2)]
        pairs = {"mu": self.mu, "sigma": self.sigma, "eps": eps, "z": self.z, "kl": np.array(kl)}
        numbers = {f"{name}{d + 1}": f"{pair[d]:z.2f}" for name, pair in pairs.items() for d in range(2)}
        for d in range(2):
            numbers[f"sigma{d + 1}"] = f"{self.sigma[d]:.3f}"  # widths are small
            if eps[d] < 0:
                numbers[f"eps{d + 1}"] = f"({numbers[f'eps{d + 1}']})"  # a factor with a sign stands in brackets
        total, reconstruction, short = self.equation.replace("=", "+").split(" + ")
        return {
            **numbers,
            "eps-note": text("eps-near") if radius < 3 else text("eps-far", radius=f"{radius:.0f}"),
            "reconstruction": reconstruction,
            "floor": f"{latents.grey_floor(self.picture):.1f}",
            "kl": f"{self.kl:.2f}",
            "kl-short": short,
            "total": total,
        }

    def code_values(self) -> dict[str, object]:
        """What the snippet needs to arrive at the same equation."""
        final = self.state["epoch"] == self.latent.epochs[-1]
        own, digit = self.state["x"], self.state["digit"]
        imports = ["from genmodels import load" if final else "from genmodels.training import checkpoints"]
        imports.append(f"from genmodels.data import {'tokens' if own else 'mnist'}")
        return {
            "imports": "\n".join(imports),
            "model": f'load("{self.name}")'
            if final
            else f'checkpoints.get("{self.name}").model(epoch={self.state["epoch"]})',
            "picture": f'torch.tensor(tokens.from_token("{own}"))[None, None] / 255'
            if own
            else f'mnist.load("test").pixels(slice({digit}, {digit + 1}))',
            "z1": f"{self.z[0]:.4f}",
            "z2": f"{self.z[1]:.4f}",
        }

    @property
    def cloud(self) -> str:
        """Centre and widths of q(z|x), as Markdown."""
        mu, sigma = (", ".join(f"{v:z.{n}f}" for v in pair) for pair, n in ((self.mu, 2), (self.sigma, 3)))
        return rf"$\mu = ({mu}) \qquad \sigma = ({sigma})$"

    def challenges(self, text: Text) -> list[Challenge]:
        """Between the classes 3 and 5; cheaper than the encoder's own mean; a wide cloud."""
        shares = self.latent.class_shares(self.z, self.epoch)[[3, 5]]
        first, second = (f"{100 * share:.0f}" for share in shares)
        difference = self.reconstruction - self.latent.reconstruction(self.picture, self.mu, self.epoch)
        # in one of the trained clouds: before training every cloud is wide
        widest = float(self.posterior.sigma[-1].max())
        return [
            Challenge("between", bool(shares.min() >= 0.25), text("challenge-between-now", first=first, second=second)),
            Challenge("beat", difference <= -0.5, text("challenge-beat-now", difference=signed(difference))),
            Challenge("wide", widest > 0.15, text("challenge-wide-now", sigma=f"{widest:.2f}")),
        ]

    # --- pictures beside the plane

    def neighbours(self, text: Text) -> tuple[Picture, list[str], list[str]]:
        """The picture decoded from z and the training digits most like it: with label and distance, and their roles."""
        decoded = self.latent.decode(self.z[None], self.epoch)
        found = self.latent.nearest_training(decoded[0], NUM_NEIGHBOURS)
        captions = [f"{label} · {distance:.3f}" for label, distance in zip(found.labels, found.distances, strict=True)]
        roles = ["model", *["data"] * NUM_NEIGHBOURS]
        return np.concatenate([decoded, found.pictures]), [text("nearest-decoded"), *captions], roles

    def own(self) -> Picture:
        """The picture as the encoder gets it, and decoded at its mean."""
        return np.stack([self.picture, self.latent.decode(self.mu[None], self.epoch)[0]])

    def notes(self) -> list[str]:
        """Labels of what was done to the visitor's picture, as long as it is the one shown."""
        return [f"note-{note}" for note in st.session_state.get("vae-notes", ())] if self.state["x"] else []

    def samples(self) -> Picture:
        """Ten draws from q(z|x), decoded; the same ones for the same picture."""
        eps = np.random.default_rng(0).standard_normal((NUM_SAMPLES, 2))
        return self.latent.decode(self.mu + self.sigma * eps, self.epoch)


def take(slot: str, raw: bytes | None, prepare: Callable[[bytes], PreparedDigit]) -> PreparedDigit | None:
    """What a visitor handed in, prepared, once: None when there is nothing, or nothing new since the last run.

    A Problem is raised again on every run, for as long as the thing that caused it lies there.
    """
    memory: dict[str, Any] = st.session_state.setdefault(f"taken:{slot}", {"raw": None, "problem": None})
    if raw == memory["raw"]:
        if memory["problem"]:
            raise memory["problem"]
        return None
    memory |= {"raw": raw, "problem": None}
    if raw is None:
        return None
    try:
        return prepare(raw)
    except Problem as problem:
        memory["problem"] = problem
        raise


def badge(latent: LatentMap, epoch: int, text: Text) -> dict[str, object]:
    """What computed the page: checkpoint, size, data, device, speed."""
    card = latent.checkpoint.card
    return {
        "name": card["name"],
        "epoch": epoch,
        "parameters": f"{card['parameters']:,}",
        "data": text(f"data-{latent.checkpoint.recipe.data}"),
        "device": str(latent.device).upper(),
        "ms": f"{latent.milliseconds:.1f}",
    }


@st.cache_resource(show_spinner=False, max_entries=64)
def learning_figure(name: str, epoch: int, lang: str, mode: str | None) -> go.Figure:
    """The learning curves with a mark at `epoch`; kept, because building them takes Plotly as long as all the rest."""
    latent, text = latent_map(name), Text("vae", lang, mode)
    rows = [row for row in latent.checkpoint.card["curve"] if row["epoch"] > 0]
    split = latent.checkpoint.recipe.second_curve
    curves = [
        Curve(text(f"curve-{part}"), role, *([row[f"{which}_{part}"] for row in rows] for which in (split, "train")))
        for part, role in {"total": "ink", "reconstruction": "error", "kl": "q"}.items()
    ]
    words = {"unit": text("curve-unit"), "epoch": text("curve-epoch")}
    return learning_curves([row["epoch"] for row in rows], curves, epoch, words, mode)


def last_losses(latent: LatentMap, text: Text) -> dict[str, str]:
    """The totals after the last epoch, and what the second one was measured on."""
    last, split = latent.checkpoint.card["curve"][-1], latent.checkpoint.recipe.second_curve
    return {
        "split": text(f"split-{split}"),
        "train": f"{last['train_total']:.1f}",
        "second": f"{last[f'{split}_total']:.1f}",
    }


def _base64(picture: Picture) -> str:
    return base64.b64encode(picture.tobytes()).decode("ascii")
