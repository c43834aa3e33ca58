"""How near a picture is to a true phase of the moon; what stands between two codes, and what z ~ N(0, I) decodes into.

Shapes: N pictures (N, 1, 32, 32) in [0, 1], D latent. Distances are mean squared differences per pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from genmodels.data import moon_phases
from genmodels.models.autoencoder import Autoencoder
from genmodels.models.vae import VAE

VALID = 0.005  # a picture that is nearer than this to a true phase is a moon
NUM_STEPS, NUM_DRAWS = 20, 500


@cache
def phases() -> Tensor:
    """All true phases, (181, 1, 32, 32)."""
    return moon_phases.load().pixels()


def nearest(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """The distance of each picture to its nearest true phase, and which one that is: (N,) and (N,) int64."""
    squares = torch.cdist(pictures.flatten(1).double(), phases().flatten(1).double()).square() / moon_phases.SIDE**2
    distance, phase = squares.min(1)
    return distance, phase


def overlay(pictures: Tensor) -> Tensor:
    """The distance of each picture to the nearest mix of half and full moon, (1 - w) half + w full: (N,)."""
    half, full = phases()[0].flatten(), phases()[-1].flatten()
    step, rest = full - half, pictures.flatten(1) - half
    w = (rest @ step / (step @ step)).clamp(0, 1).unsqueeze(1)
    return (rest - w * step).square().mean(1)


@torch.no_grad()
def codes(model: Autoencoder | VAE, pictures: Tensor | None = None) -> Tensor:
    """Where a model puts pictures, all phases if none are given: (N, D); of q(z|x) the mean."""
    code = model.encode(phases() if pictures is None else pictures)
    return code[0] if isinstance(code, tuple) else code


@torch.no_grad()
def walk(model: Autoencoder | VAE, a: Tensor, b: Tensor, num_steps: int = NUM_STEPS) -> Tensor:
    """What stands on the straight line from code a to code b, both (D,): (num_steps + 1, 1, 32, 32)."""
    share = torch.linspace(0, 1, num_steps + 1).unsqueeze(1)
    return model.decode(a + share * (b - a))


@dataclass(frozen=True)
class Moons:
    """What a trained model makes of its codes.

    Of the pictures on the way from the half to the full moon, its ends left out: `walk` is the mean distance to a true
    phase, `worst` the largest one, `overlay` the mean distance to a mix of the two ends. Of draws z ~ N(0, I): `valid`
    is the share that decodes into a moon, `typical` the distance of the median one. `kl` is the mean KL of the learned
    phases in nats, 0 without a prior.
    """

    walk: float
    worst: float
    overlay: float
    valid: float
    typical: float
    kl: float


@torch.no_grad()
def measured(model: Autoencoder | VAE, learned: tuple[int, ...], seed: int = 0) -> Moons:
    """Measure a model that has learned these phases."""
    generator = torch.Generator().manual_seed(seed)
    ends = codes(model)[[0, -1]]
    between = walk(model, *ends)[1:-1]
    way = nearest(between)[0]
    drawn = nearest(model.sample(NUM_DRAWS, generator))[0]
    kl = model.terms(phases()[list(learned)], generator).get("kl", torch.zeros(1)).mean()
    return Moons(
        walk=float(way.mean()),
        worst=float(way.max()),
        overlay=float(overlay(between).mean()),
        valid=float((drawn < VALID).double().mean()),
        typical=float(drawn.median()),
        kl=float(kl),
    )
