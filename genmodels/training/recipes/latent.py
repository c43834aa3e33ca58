"""Recipes of models with an encoder: autoencoder and VAE."""

from __future__ import annotations

from dataclasses import dataclass

from genmodels import data as datasets
from genmodels.errors import Problem
from genmodels.training.recipes.base import Recipe, choice, number


@dataclass(frozen=True, kw_only=True)
class EncoderRecipe(Recipe):
    """What an autoencoder and a VAE have in common; `side` is that of the pictures, in pixels."""

    latent_dim: int = number(2, 1, 32)
    hidden_dim: int = number(256, 8, 1024)
    side: int = number(28, 28, 32)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.side != (own := datasets.side(self.data)):
            sentence = "The pictures of {data} are {own} x {own} pixels large; side cannot be {side}."
            raise Problem("side-of-data", sentence, data=self.data, own=own, side=self.side)

    @property
    def work(self) -> tuple[float, float]:
        """Measured from 32 to 1,024 hidden units, with 16 to 2,048 pictures in a batch."""
        return self.hidden_dim / 9900, 0.7 + self.hidden_dim / 470


@dataclass(frozen=True, kw_only=True)
class AutoencoderRecipe(EncoderRecipe):
    """The settings of models/autoencoder.py."""

    names, module, model = ("ae-mnist",), "autoencoder", "Autoencoder"


@dataclass(frozen=True, kw_only=True)
class VAERecipe(EncoderRecipe):
    """The settings of models/vae.py, its two deliberate mistakes included."""

    names, module, model = ("vae-mnist",), "vae", "VAE"

    beta: float = number(1.0, 0.0, 100.0)
    noise: str = choice("normal", "normal", "uniform")
    relu_after_encoder: bool = False
