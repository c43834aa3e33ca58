"""Recipes of models that draw pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from genmodels.training.recipes.base import LAST, Recipe, choice, number


@dataclass(frozen=True, kw_only=True)
class PixelRecipe(Recipe):
    """What PixelCNN and PixelRNN have in common: black and white digits, or few levels of grey, with labels or not."""

    lr_schedule, clip_norm, ema, half_precision, preview = "cosine", 1.0, True, True, "samples"
    best_by = LAST  # what is held out is made black and white anew in each epoch: which was best would be chance
    first = MappingProxyType({"epochs": 1, "width": 16, "num_layers": 5})

    epochs: int = number(4, 1, 200)
    batch_size: int = number(32, 1, 4096)
    learning_rate: float = number(3e-3, 1e-5, 1e-1)
    levels: int = number(2, 2, 16)
    num_classes: int = number(10, 0, 10)
    width: int = number(32, 8, 128)
    num_layers: int = number(8, 1, 20)

    @property
    def measure(self) -> str:
        """By the exact likelihood."""
        return "exact"

    @property
    def work(self) -> tuple[float, float]:
        """Measured of a PixelCNN from 16 to 48 channels and with 3 and 8 layers, in batches of 32."""
        return 0.54 + self.num_layers * (self.width / 48 + (self.width / 49) ** 2), 0.0


@dataclass(frozen=True, kw_only=True)
class PixelCNNRecipe(PixelRecipe):
    """The settings of models/pixelcnn.py."""

    names, module, model, epoch_seconds = ("pixelcnn-mnist",), "pixelcnn", "PixelCNN", 420.0

    stack: str = choice("gated", "gated", "plain")
    dilated: bool = True


@dataclass(frozen=True, kw_only=True)
class PixelRNNRecipe(PixelRecipe):
    """The settings of models/pixelrnn.py."""

    names, module, model, epoch_seconds = ("pixelrnn-mnist",), "pixelrnn", "PixelRNN", 1700.0

    kind: str = choice("diagonal", "row", "diagonal")
    num_layers: int = number(3, 1, 20)

    @property
    def work(self) -> tuple[float, float]:
        """Beside a PixelCNN of the same size, measured at 32 channels and three layers."""
        example, batch = super().work
        return example * {"row": 1.5, "diagonal": 8.1}[self.kind], batch
