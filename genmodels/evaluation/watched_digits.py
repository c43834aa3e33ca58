"""A GAN of digits as it is watched: the same noise again and again as pictures, and what they are worth by then.

The networks looked at are those that would be kept, with averaged weights: the last frame shows the finished model.
Shapes: F frames, N pictures of S x S.
"""

from __future__ import annotations

import numpy as np
import torch

from genmodels.arrays import Arrays, Shapes
from genmodels.evaluation import drawn, judge
from genmodels.models.gan import DigitGAN
from genmodels.training.recipes import Recipe

NUM_SHOWN, NUM_MEASURED, SIDE = 30, 500, 28
NUMBERS = ("update", "generator", "discriminator", "frechet")
"""Of each frame: updates so far; both losses, without what slopes cost; the Frechet distance of 500 made digits, which
is -1 where the data are no digits: the judge knows nothing else.
"""
REAL = 17.1  # what 500 real training digits get for the last of them
SHAPES: Shapes = {
    "made": (np.uint8, (NUM_SHOWN, SIDE, SIDE)),
    "shares": (np.float32, (10,)),
    "numbers": (np.float32, (len(NUMBERS),)),
}


class Watch:
    """Looks at a model again and again with the same noise and the same digits, so that frames can be compared."""

    averaged, most = True, 100
    shapes = SHAPES

    def __init__(self, recipe: Recipe, device: torch.device | None = None) -> None:
        self.digits = recipe.examples("train").batch(slice(0, NUM_MEASURED)).to(device)
        self.of_digits = recipe.data == "mnist"
        dim = recipe.latent_dim  # type: ignore[attr-defined]
        self.noise = torch.randn(NUM_MEASURED, dim, generator=torch.Generator().manual_seed(0)).to(device)

    @torch.no_grad()
    def look(self, model: DigitGAN, update: int) -> Arrays:
        """One frame: "made" (N, S, S), 255 = ink; "shares" (10,), how often each digit is made; "numbers", see NUMBERS.

        The model stays as it is.
        """
        made = model.generate(self.noise)
        real, fake = model.discriminate(self.digits), model.discriminate(made)
        losses = (game(real, fake).mean() for game in (model.players.generator, model.players.discriminator))
        pictures = made.cpu().float().nan_to_num(0.0)
        features = judge.features(pictures)
        frechet = drawn.distance(features) if self.of_digits else -1.0
        return {
            "made": (255 * pictures[:NUM_SHOWN, 0]).round().to(torch.uint8).numpy(),
            "shares": np.bincount(judge.read(features), minlength=10).astype(np.float32) / NUM_MEASURED,
            "numbers": np.array([update, *map(float, losses), frechet], np.float32),
        }
