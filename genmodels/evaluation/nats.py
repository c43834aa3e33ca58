"""What a model says of the binarised test digits, -log p(x) in nats per picture: exactly, by a bound, or not at all.

Only models that were trained for ink and paper are asked: of grey pixels a density would tell, which cannot be compared
with a probability. The digits are the same for all, those of the data set mnist-binary, drawn once for everybody.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from genmodels.data import mnist
from genmodels.evaluation import drawn, likelihood
from genmodels.evaluation.comparison import Kind, Nats
from genmodels.evaluation.variational_bound import variational_bound
from genmodels.models.diffusion import Diffusion
from genmodels.models.layers import GenerativeModel
from genmodels.models.pixels import PixelModel
from genmodels.models.vae import VAE
from genmodels.training.checkpoints import Checkpoint
from genmodels.training.recipes import Recipe

NUM_SAMPLES = 200  # of the importance-weighted bound
ALL = 10_000
Progress = Callable[[int], object]


def kind(recipe: Recipe) -> Kind:
    """What can be said of a model that is made so."""
    if recipe.measure == "exact" and recipe.data in ("mnist", "mnist-binary"):
        return "exact" if recipe.levels == 2 else "none"  # type: ignore[attr-defined]
    return "bound" if recipe.data == "mnist-binary" and recipe.module in ("vae", "diffusion") else "none"


def measured(
    model: GenerativeModel, recipe: Recipe, n: int = ALL, steps: int | None = None, progress: Progress = lambda _: None
) -> Nats:
    """Measure a model with n of the test digits; `steps` are those with which a diffusion draws, all by default."""
    told = kind(recipe)
    if told == "none":
        return Nats(told)
    device = next(model.parameters()).device
    x, generator = digits(n).to(device), torch.Generator().manual_seed(0)
    if isinstance(model, PixelModel):
        return _told(told, likelihood.exact(model, x, progress))
    if isinstance(model, VAE):
        weighted, elbo = likelihood.bounds(model, x, NUM_SAMPLES, generator, progress)
        return _told(told, weighted, elbo=float(elbo.mean()), samples=NUM_SAMPLES)
    assert isinstance(model, Diffusion)
    return _told(told, variational_bound(model, x, generator, steps, progress=progress))


def digits(n: int) -> Tensor:
    """n binarised test digits at random, all of them with n = 10,000: (n, 1, 28, 28), in the order of the data set."""
    return mnist.binarised("test").pixels(drawn.order("test")[:n].sort().values)


def on_card(checkpoint: Checkpoint) -> Nats | None:
    """What stands on the card of a model as it was shipped, of all test digits; None where nothing does."""
    evaluated = checkpoint.card.get("evaluated")
    if not isinstance(evaluated, Mapping) or kind(checkpoint.recipe) == "none":
        return None
    try:
        if "bound" in evaluated:
            return Nats(**evaluated["bound"])
        total, images = evaluated["nats"]["total"], int(evaluated["images"])
        if checkpoint.recipe.measure == "exact" and (images, evaluated["seed"]) == (ALL, mnist.TEST_SEED):
            return Nats("exact", total["mean"], total["standard_error"], images)
    except (KeyError, TypeError):
        return None
    return None


def _told(kind: Kind, nats: Tensor, **more: Any) -> Nats:
    error = float(nats.double().std()) / math.sqrt(len(nats))
    return Nats(kind, float(nats.double().mean()), error, len(nats), **more)
