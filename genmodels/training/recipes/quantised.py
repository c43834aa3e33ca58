"""Recipe of the VQ-VAE: first encoder, codebook and decoder, then a prior over the codes that they give."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from genmodels.training.recipes.base import LAST, Phase, Player, Recipe, number, switch


@dataclass(frozen=True, kw_only=True)
class VQVAERecipe(Recipe):
    """The settings of models/vqvae.py. `epochs` and `learning_rate` are those of the first phase.

    `together` trains the prior beside the codec, on codes that still move, for as many epochs as both phases have.
    """

    names, module, model, epoch_seconds = ("vqvae-mnist",), "vqvae", "VQVAE", 80.0
    lr_schedule, ema, preview = "cosine", True, "quantised"
    watched = ("codec_used", "codec_perplexity")
    best_by = LAST  # losses of codes that move cannot be compared, and those of the first phase not with the second's
    first = MappingProxyType({"epochs": 1, "prior_epochs": 1, "width": 32, "prior_width": 64})

    epochs: int = number(5, 1, 100)
    prior_epochs: int = number(5, 1, 100, of_model=False)
    batch_size: int = number(32, 1, 4096)
    learning_rate: float = number(2e-3, 1e-5, 1e-1)
    prior_rate: float = number(3e-3, 1e-5, 1e-1, of_model=False)
    together: bool = switch(False, of_model=False)
    num_codes: int = number(64, 2, 256)
    latent_dim: int = number(16, 1, 64)
    width: int = number(64, 8, 256)
    commitment: float = number(0.25, 0.0, 10.0)
    averages: bool = True
    revival: bool = True
    num_classes: int = number(10, 0, 10)
    prior_width: int = number(96, 16, 256)
    num_layers: int = number(3, 1, 12)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The codec, then the prior; or both at once."""
        codec = Player(name="codec", part="codec", loss="codec_loss", learning_rate=self.learning_rate)
        prior = Player(name="prior", part="prior", loss="prior_loss", learning_rate=self.prior_rate)
        if self.together:
            return (Phase(self.epochs + self.prior_epochs, (codec, prior)),)
        return Phase(self.epochs, (codec,)), Phase(self.prior_epochs, (prior,))

    @property
    def work(self) -> tuple[float, float]:
        """Measured from 16 to 96 features, 64 and 256 codes, priors 32 to 128 wide, in batches of 16 to 256."""
        codec = 0.1 + (self.width / 80) ** 2 + self.num_codes / 1200
        prior = 0.15 + self.num_layers * (self.prior_width / 230 + (self.prior_width / 260) ** 2)
        if self.together:
            return codec + prior, 9.2
        first, second = (phase.epochs / self.num_epochs for phase in self.phases)
        return first * codec + second * prior, first * 6.2 + second * 3.0

    @property
    def measure(self) -> str:
        """By how near reconstructions and samples are to real digits, and what a code costs."""
        return "codes"


@dataclass(frozen=True, kw_only=True)
class CodecRecipe(VQVAERecipe):
    """The first phase alone, for trainings of seconds that are looked at and not kept: no prior learns.

    Without averages over the updates what is seen is what learns, and within so few of them a rate that falls would
    leave the pictures half learned.
    """

    names, steps_per_epoch, lr_schedule, ema = ("vqvae-codec",), 18, "constant", False

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The codec."""
        return super().phases[:1]
