"""Recipes of GANs: two players, each with a learning rate of its own."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from genmodels import data as datasets
from genmodels.training.recipes.base import LAST, Phase, Player, Recipe, choice, number
from genmodels.training.recipes.points import PointRecipe

LOSSES = ("non-saturating", "saturating", "wasserstein", "pairs")


@dataclass(frozen=True, kw_only=True)
class GANRecipe(Recipe):
    """What all GANs in models/gan.py have in common. `learning_rate` is the generator's."""

    module, best_by = "gan", LAST  # no loss says which epoch is the best one
    betas = (0.5, 0.9)

    latent_dim: int = number(2, 1, 512)
    loss_kind: str = choice("non-saturating", *LOSSES)
    r1: float = number(0.0, 0.0, 100.0)
    discriminator_rate: float = number(1e-3, 1e-6, 1e-1, of_model=False)

    @property
    def players(self) -> tuple[Player, ...]:
        """The discriminator learns from a batch first, then the generator."""
        part, rate = "discriminator", self.discriminator_rate
        discriminator = Player(learning_rate=rate, name=part, part=part, loss=f"{part}_loss", betas=self.betas)
        part, rate = "generator", self.learning_rate
        return discriminator, Player(learning_rate=rate, name=part, part=part, loss=f"{part}_loss", betas=self.betas)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Both learn all the time."""
        return (Phase(self.epochs, self.players),)


@dataclass(frozen=True, kw_only=True)
class PointGANRecipe(PointRecipe, GANRecipe):
    """Points in the plane, made by a GAN."""

    names, model, epoch_seconds = ("gan-points",), "PointGAN", 0.45
    lr_schedule, ema = "cosine", True
    steps_per_epoch, recorded = 30, "points"  # 60 a second on one core

    data: str = choice("ring", *datasets.point_sets())
    epochs: int = number(7, 1, 100)
    batch_size: int = number(128, 1, 4096)
    learning_rate: float = number(2e-3, 1e-6, 1e-1)
    discriminator_rate: float = number(2e-3, 1e-6, 1e-1, of_model=False)
    spectral_norm: bool = False

    @property
    def measure(self) -> str:
        """By how far the made points are from the data's, and how many spots of the ring have any."""
        return "made-points"


@dataclass(frozen=True, kw_only=True)
class DigitGANRecipe(GANRecipe):
    """Grey pictures of 28 x 28, made by a GAN."""

    names, model, epoch_seconds = ("gan-mnist",), "DigitGAN", 120.0
    lr_schedule, ema, preview, recorded = "cosine", True, "samples", "digits"
    betas = (0.0, 0.99)
    first = MappingProxyType({"epochs": 3, "width": 32, "r1": 0.1})  # short trainings are steadier with a larger R1

    epochs: int = number(30, 1, 200)
    batch_size: int = number(32, 1, 4096)
    learning_rate: float = number(1e-3, 1e-6, 1e-1)
    latent_dim: int = number(64, 1, 512)
    width: int = number(64, 8, 256)
    loss_kind: str = choice("pairs", *LOSSES)
    r1: float = number(0.02, 0.0, 100.0)
    r2: bool = True

    @property
    def work(self) -> tuple[float, float]:
        """Measured from 16 features to 96, in batches of 32 and 128, with R1 and R2."""
        return self.width / 80 + (self.width / 60) ** 2, 7.0

    @property
    def measure(self) -> str:
        """By how near the made digits are to real ones, and how many of them there are of each."""
        return "made-digits"
