"""Recipes of diffusion models: digits, colour pictures, points in the plane."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from genmodels import data as datasets
from genmodels.errors import Problem
from genmodels.training.recipes.base import ABSOLUTE_ERROR, SQUARED_ERROR, Recipe, Unit, choice, number
from genmodels.training.recipes.points import PointRecipe

_FEWEST_RESCALED = 20  # 0.02 * 1000 / 20 = 1


@dataclass(frozen=True, kw_only=True)
class DiffusionRecipe(Recipe):
    """What all diffusions in models/diffusion.py have in common."""

    module = "diffusion"
    lr_schedule, clip_norm, ema = "cosine", 1.0, True
    quick = MappingProxyType({"steps": 10, "eta": 0.0})  # all steps would take longer than what was learned meanwhile

    learning_rate: float = number(2e-3, 1e-5, 1e-1)
    num_steps: int = number(300, 10, 1000)
    schedule: str = choice("cosine", "cosine", "linear", "rescaled", "cosine-zero")
    predicts: str = choice("noise", "noise", "v")
    loss_kind: str = choice("mse", "mse", "l1")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.schedule == "rescaled" and self.num_steps <= _FEWEST_RESCALED:
            # told before a training is queued: the schedule itself would refuse it in the trainer
            sentence = "The rescaled schedule needs more than {fewest} steps, not {steps}, or beta would reach 1."
            raise Problem("rescaled-steps", sentence, fewest=_FEWEST_RESCALED, steps=self.num_steps)

    @property
    def unit(self) -> Unit:
        """Of the error of what the network predicts."""
        return ABSOLUTE_ERROR if self.loss_kind == "l1" else SQUARED_ERROR


@dataclass(frozen=True, kw_only=True)
class ImageDiffusionRecipe(DiffusionRecipe):
    """What the diffusions of pictures have in common."""

    model, half_precision, preview = "ImageDiffusion", True, "samples"

    batch_size: int = number(64, 1, 4096)
    width: int = number(48, 16, 128)
    predicts: str = choice("v", "noise", "v")  # at T the noise alone tells nothing of the picture

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.schedule == "cosine-zero" and self.predicts == "noise":
            sentence = "This schedule leaves nothing of the data at T: x_0 cannot be had from noise there; predict v."
            raise Problem("noise-without-signal", sentence)

    @property
    def measure(self) -> str:
        """By how near the samples are to real pictures."""
        return "pictures"

    @property
    def work(self) -> tuple[float, float]:
        """Measured from 16 channels to 48, with 8 to 256 pictures in a batch; T and schedule make no difference."""
        return self.width / 36 + (self.width / 50) ** 2, 13.0


@dataclass(frozen=True, kw_only=True)
class DigitDiffusionRecipe(ImageDiffusionRecipe):
    """Digits of 28 x 28, with labels."""

    names, epoch_seconds = ("ddpm-mnist",), 140.0
    first = MappingProxyType({"epochs": 2, "width": 16})

    epochs: int = number(6, 1, 100)
    num_classes: int = number(10, 0, 10)
    skips: bool = True

    @property
    def measure(self) -> str:
        """With labels by the classifier of digits."""
        return "digits" if self.num_classes else super().measure


@dataclass(frozen=True, kw_only=True)
class ColourDiffusionRecipe(ImageDiffusionRecipe):
    """Colour pictures of 64 x 64 from a folder of the host. The network sees them as 16 x 16 patches."""

    names, epoch_seconds = ("ddpm-cars",), 88.0
    fixed = MappingProxyType({"channels": 3, "side": 64, "patch": 4, "levels": 3, "num_classes": 0})

    data: str = choice("cars", *datasets.colour_sets())
    epochs: int = number(40, 1, 1000)
    learning_rate: float = number(1e-3, 1e-5, 1e-1)
    width: int = number(64, 16, 256)


@dataclass(frozen=True, kw_only=True)
class PointDiffusionRecipe(PointRecipe, DiffusionRecipe):
    """Points in the plane, diffused."""

    names, model, epoch_seconds = ("ddpm-points",), "PointDiffusion", 0.15

    epochs: int = number(50, 1, 100)
    schedule: str = choice("cosine", "cosine", "linear", "rescaled")
    predicts: str = choice("noise", "noise", "v")  # with v the eight spots of the ring are not found

    @property
    def work(self) -> tuple[float, float]:
        """Measured from 32 to 512 hidden units, with 64 to 1,024 points in a batch; T makes no difference."""
        return self.hidden_dim / 87_000 + (self.hidden_dim / 2900) ** 2, 0.55 + self.hidden_dim / 400
