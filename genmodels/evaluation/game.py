"""A GAN of points as it is watched: what was made, where it is pushed, what D believes, and what the best D would.

The best discriminator of a generator needs the density of what that makes, which nobody knows. It is estimated from
1,000 made points by a Gaussian kernel, and the data's by the same one, so that both are blurred alike:

    sigmoid(D*(x)) = (p_data + e) / (p_data + p_g + 2 e)

with a small e, which makes it 1/2 where neither has been seen. Shapes: F frames, N points, L x L places, the lower left
one first. V and losses in nats.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.arrays import Arrays, Shapes
from genmodels.data import points
from genmodels.evaluation import modes, optimal_discriminator
from genmodels.models.gan import GAN
from genmodels.training.recipes import Recipe

Floats = NDArray[np.float64]

NUM_SHOWN, NUM_MEASURED = 240, 1000  # points in the picture, and those that are measured
LATTICE, REACH = 31, 3.0
BANDWIDTH, NOWHERE = 0.1, 1e-3  # of the kernel, and e, in points per square of the plane's unit
NUMBERS = (
    "update",
    "value",
    "best_value",
    "on_real",
    "on_made",
    "apart",
    "generator",
    "discriminator",
    "modes",
    "share",
)
"""Of each frame: updates so far; V of D and of the best D; the means of sigmoid(D(x)), of sigmoid(D(G(z))) and of
sigmoid(D(x) - D(G(z))); both losses, without what slopes cost; spots found and the share of points near one (else -1).
"""
_LARGEST = 60_000.0  # float16 ends at 65,504
SHAPES: Shapes = {
    "made": (np.float16, (NUM_SHOWN, 2)),
    "push": (np.float16, (NUM_SHOWN, 2)),
    "surface": (np.uint8, (LATTICE, LATTICE)),
    "best": (np.uint8, (LATTICE, LATTICE)),
    "numbers": (np.float32, (len(NUMBERS),)),
}


class Watch:
    """Looks at a game again and again with the same noise and the same data, so that frames can be compared.

    The networks looked at are those that play, `averaged` would be those that are kept.
    """

    averaged, most = False, 600  # frames of a training: more cannot be told apart on a scrubber
    shapes = SHAPES

    def __init__(self, recipe: Recipe, device: torch.device | None = None) -> None:
        data = recipe.examples("train").batch(slice(0, NUM_MEASURED))
        generator = torch.Generator().manual_seed(recipe.seed)
        self.data = data.to(device)
        self.noise = torch.randn(NUM_MEASURED, getattr(recipe, "latent_dim", 2), generator=generator).to(device)
        self.places = lattice().to(device)
        self.p_data = density(recipe.examples("train").batch().numpy())
        self.centres = points.ring_centres() if recipe.data == "ring" else None

    def look(self, model: GAN, update: int) -> Arrays:
        """One frame: "made" and "push" (N, 2), "surface" and "best" (L, L) in 255ths, and "numbers", see NUMBERS.

        "push" is minus the gradient of what G pays for a point, in that point: where G would move it. "surface" is
        sigmoid(D); where the loss knows differences of D only, its mean over data and made points is taken for 0. The
        model stays as it is, and so do its gradients.
        """
        with torch.no_grad():
            made, real = model.generate(self.noise), model.discriminate(self.data)
            surface = model.discriminate(self.places).reshape(LATTICE, LATTICE)
        fake, push = _pushed(model, made, real)
        if not model.players.absolute:  # the loss leaves D's zero open: let it lie between the two
            surface = surface - (real.mean() + fake.mean()) / 2
        best = best_discriminator(self.p_data, p_made := density(made.cpu().double().numpy()))
        return {
            "made": _half(made[:NUM_SHOWN]),
            "push": _half(push[:NUM_SHOWN]),
            "surface": _bytes(torch.sigmoid(surface).cpu().double().numpy()),
            "best": _bytes(best),
            "numbers": np.array([update, *self._numbers(model, made, real, fake, p_made)], np.float32),
        }

    def _numbers(self, model: GAN, made: Tensor, real: Tensor, fake: Tensor, p_made: Floats) -> list[float]:
        log_real, log_fake = torch.nn.functional.logsigmoid(real), torch.nn.functional.logsigmoid(-fake)
        found = None if self.centres is None else modes.found(made.cpu().numpy(), self.centres, points.RING_SD)
        return [
            float(log_real.mean() + log_fake.mean()),
            best_value(self.p_data, p_made),
            float(torch.sigmoid(real).mean()),
            float(torch.sigmoid(fake).mean()),
            float(torch.sigmoid(real - fake).mean()),
            float(model.players.generator(real, fake).mean()),
            float(model.players.discriminator(real, fake).mean()),
            float(found.number if found else -1),
            float(found.share if found else -1),
        ]


def _pushed(model: GAN, made: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
    """D's logits of made points, (N,), and minus the gradient of what G pays for each of them, (N, 2)."""
    with torch.enable_grad():
        place = made.detach().requires_grad_()
        fake = model.discriminate(place)
        (slope,) = torch.autograd.grad(model.players.generator(real, fake).sum(), place)
    return fake.detach(), -slope


def lattice() -> Tensor:
    """The places at which D is looked at, (L * L, 2), row by row from the lower left of [-3, 3] x [-3, 3]."""
    side = torch.linspace(-REACH, REACH, LATTICE)
    return torch.stack([side.repeat(LATTICE), side.repeat_interleave(LATTICE)], 1)


def density(of_points: NDArray[np.floating[Any]]) -> Floats:
    """Kernel density estimate from points (N, 2) at the lattice, (L, L), per square of the plane's unit.

    A Gaussian of the plane is one of x times one of y: L exponentials for each point instead of L * L.
    """
    side = np.linspace(-REACH, REACH, LATTICE)
    near = np.exp(-((side[:, None, None] - of_points.astype(float)) ** 2) / (2 * BANDWIDTH**2))
    estimate: Floats = near[:, :, 1] @ near[:, :, 0].T / (2 * math.pi * BANDWIDTH**2 * len(of_points))
    return estimate


def best_discriminator(p_data: Floats, p_made: Floats) -> Floats:
    """sigmoid(D*) of two densities, (L, L); 1/2 where neither has anything. Goodfellow et al. 2014, proposition 1."""
    return (p_data + NOWHERE) / (p_data + p_made + 2 * NOWHERE)


def best_value(p_data: Floats, p_made: Floats) -> float:
    """V(G, D*) of the two densities, each made to sum to 1 on the lattice: -log 4 where they are the same.

    0 where nothing of one lies where the other is, and where no made point is in the picture.
    """
    if not p_made.sum() > 0:
        return 0.0
    return optimal_discriminator.value(p_data / p_data.sum(), p_made / p_made.sum())


def _half(values: Tensor) -> NDArray[np.float16]:
    return values.nan_to_num(0.0).clamp(-_LARGEST, _LARGEST).cpu().numpy().astype(np.float16)


def _bytes(shares: Floats) -> NDArray[np.uint8]:
    return np.rint(255 * np.nan_to_num(shares)).astype(np.uint8)
