"""Recipes of models with an encoder: autoencoder and VAE."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genmodels import data as datasets
from genmodels.errors import Problem
from genmodels.training.recipes.base import Recipe, choice, number

if TYPE_CHECKING:
    from genmodels.data import Examples


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


@dataclass(frozen=True, kw_only=True)
class MoonRecipe(EncoderRecipe):
    """Pictures of the moon, at the phases that are to be learned: "0-180", or "all"; 600 updates."""

    epoch_seconds = 0.25

    data: str = choice("moon-phases", *datasets.drawn_sets())
    learned: str = field(default="all", metadata={"longest": 700, "of_model": False})
    epochs: int = number(6, 1, 100)
    batch_size: int = number(16, 1, 256)
    learning_rate: float = number(3e-3, 1e-5, 1e-1)
    holdout: float = number(0.0, 0.0, 0.0)
    side: int = number(32, 32, 32)

    def __post_init__(self) -> None:
        super().__post_init__()
        from genmodels.data import moon_phases

        learned = moon_phases.from_token(self.learned)
        moon_phases.check(learned)
        # the same phases in another order are the same training
        object.__setattr__(self, "learned", moon_phases.to_token(learned))

    @property
    def shown_as(self) -> str:
        """Pages of digits cannot show a moon."""
        return f"Moon{self.model}"

    @property
    def measure(self) -> str:
        """By what stands on the way from half to full, and what comes of z ~ N(0, I)."""
        return "moons"

    def examples(self, split: str) -> Examples:
        """The chosen phases again and again to train on, all phases to test."""
        from genmodels.data import moon_phases

        return moon_phases.repeated(moon_phases.from_token(self.learned)) if split == "train" else moon_phases.load()


@dataclass(frozen=True, kw_only=True)
class MoonAutoencoderRecipe(MoonRecipe, AutoencoderRecipe):
    """An autoencoder of moons."""

    names = ("ae-moon-phases",)


@dataclass(frozen=True, kw_only=True)
class MoonVAERecipe(MoonRecipe, VAERecipe):
    """A VAE of moons."""

    names = ("vae-moon-phases",)
