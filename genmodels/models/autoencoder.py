"""The autoencoder: squeeze a picture through a few numbers and get it back.

    x --encoder--> z --decoder--> x'             z has D numbers, x has S^2 pixels

Only the way there and back is trained: make x' like x. Nothing asks the codes z to lie anywhere in particular, so
they end up wherever it suits the two networks, tens of units apart and with gaps between. That is why this is no
generator: a z drawn from N(0, 1) hits a place that the decoder has never seen. The VAE (vae.py) adds what is missing.

Shapes: B batch, D latent, S side of a picture. Pixels are in [0, 1], losses in nats per image.
Source: Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks".
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.models.layers import GenerativeModel, linear, noise, num_pixels

VERSION = 1


class Autoencoder(GenerativeModel):
    """S^2 - hidden - D - hidden - S^2, with ReLU between; S = `side` of the pictures.

    Raises ValueError unless `side` is a positive whole number.
    """

    def __init__(
        self,
        latent_dim: int = 2,
        hidden_dim: int = 256,
        generator: torch.Generator | None = None,
        side: int = 28,
    ) -> None:
        super().__init__()
        self.latent_dim, self.side = latent_dim, side
        self.encoder = nn.Sequential(
            linear(num_pixels(side), hidden_dim, generator), nn.ReLU(), linear(hidden_dim, latent_dim, generator)
        )
        self.decoder = nn.Sequential(
            linear(latent_dim, hidden_dim, generator), nn.ReLU(), linear(hidden_dim, num_pixels(side), generator)
        )

    def encode(self, x: Tensor) -> Tensor:
        """Images (B, 1, S, S) -> codes z (B, D)."""
        codes: Tensor = self.encoder(x.flatten(1))
        return codes

    def decode_logits(self, z: Tensor) -> Tensor:
        """Codes (B, D) -> the pixels before the sigmoid, (B, S^2)."""
        logits: Tensor = self.decoder(z)
        return logits

    def decode(self, z: Tensor) -> Tensor:
        """Codes (B, D) -> images (B, 1, S, S) in [0, 1]."""
        return self.decode_logits(z).sigmoid().view(-1, 1, self.side, self.side)

    def terms(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """The cross-entropy of each image with its reconstruction, summed over the pixels: (B,) nats.

        Taken from the logits, because log(sigmoid(a)) is -infinity in float32 long before a is.
        """
        logits = self.decode_logits(self.encode(x))
        return {"reconstruction": F.binary_cross_entropy_with_logits(logits, x.flatten(1), reduction="none").sum(1)}

    def loss(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """The mean over the batch; with one part only, the total is that part."""
        reconstruction = self.terms(x)["reconstruction"].mean()
        return {"total": reconstruction, "reconstruction": reconstruction}

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """Decode n codes drawn from N(0, 1): what a VAE may do, and what an autoencoder was never prepared for."""
        return self.decode(noise("normal", (n, self.latent_dim), next(self.parameters()).device, generator))
