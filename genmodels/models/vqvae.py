"""The VQ-VAE: an autoencoder whose codes are numbers of vectors in a list, and a second model that writes such codes.

A picture becomes a small grid of vectors z_e(x), and each vector is replaced by the nearest one in a *codebook* of K
vectors e_1, ..., e_K that is learned, too. All that is left of the picture is which ones they are (equations 1 and 2):

    x --encoder--> z_e(x)      k = argmin_j |z_e(x) - e_j|      z_q(x) = e_k --decoder--> x'
       28 x 28     7 x 7 x D   the code: 49 whole numbers       7 x 7 x D        28 x 28

Two things stand in the way of learning this by gradients. To choose the nearest has no slope: a small step of z_e
changes nothing, or jumps. So the gradient at z_q is handed to z_e as if nothing had been between them, *straight
through*. And then nothing tells the codebook where to be. Two more terms do (equation 3; sg stops the gradient):

    loss = -log p(x | z_q(x))  +  |sg[z_e(x)] - e|^2     +  beta |z_e(x) - sg[e]|^2
           reconstruction         codebook: e goes to       commitment: z_e stays
                                  the vectors it stands for near the e it chose

The middle term may be left out: the best e is the mean of the vectors that chose it, so e can be made a moving average
of them instead (appendix A.1). A code that nobody chooses gets no gradient and no average: it is dead for good, unless
it is put where vectors are. All of this stands in quantiser.py.

To draw a picture one needs codes that belong together. In the first phase of training no code is likelier than another;
in the second one a *prior* (codeprior.py) learns from the grids of real pictures how codes follow each other.

Shapes: B batch, K codes, D numbers of a vector, h = 7 side of the grid. Pixels are in [0, 1]; the reconstruction loss
is in nats per picture, the prior's in nats per grid of 49 codes.
Source: van den Oord, Vinyals and Kavukcuoglu 2017, "Neural discrete representation learning", arXiv 1711.00937.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.errors import Problem
from genmodels.models.codeprior import CodePrior
from genmodels.models.layers import GenerativeModel, conv
from genmodels.models.pixels import Pixel
from genmodels.models.quantiser import Quantiser, Usage, straight_through, usage

VERSION = 1

SIDE = 7  # of the grid: 28 halved twice
NATS_PER_DISTANCE = 100.0  # what a squared distance of 1 costs beside the reconstruction's nats
_CHUNK = 500


class Codec(nn.Module):
    """Encoder, quantiser and decoder: all that is learned in the first phase. `width` features where it sees most."""

    def __init__(
        self,
        num_codes: int,
        latent_dim: int,
        width: int,
        averages: bool,
        revival: bool,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        half, few = width // 2, max(4, width // 8)
        self.encoder = nn.Sequential(
            conv(1, half, 4, generator, stride=2, padding=1),  # 14 x 14
            nn.ReLU(),
            conv(half, width, 4, generator, stride=2, padding=1),  # 7 x 7
            Residual(width, generator),
            Residual(width, generator),
            nn.ReLU(),
            conv(width, latent_dim, 1, generator),
        )
        self.quantiser = Quantiser(num_codes, latent_dim, averages, revival, generator)
        self.decoder = nn.Sequential(
            conv(latent_dim, width, 3, generator),
            Residual(width, generator),
            Residual(width, generator),
            nn.ReLU(),
            conv(width, 4 * half, 3, generator),
            nn.PixelShuffle(2),  # four times the features lie side by side in a grid of twice the side, 14 x 14
            nn.ReLU(),
            conv(half, 4 * few, 3, generator),
            nn.PixelShuffle(2),  # 28 x 28
            nn.ReLU(),
            conv(few, 1, 3, generator),
        )


class Residual(nn.Module):
    """x + two convolutions of it (section 4.1)."""

    def __init__(self, width: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        first, last = conv(width, width // 2, 3, generator), conv(width // 2, width, 1, generator)
        self.layers = nn.Sequential(nn.ReLU(), first, nn.ReLU(), last)

    def forward(self, x: Tensor) -> Tensor:
        """x (B, W, h, h) -> the same shape."""
        out: Tensor = x + self.layers(x)
        return out


class VQVAE(GenerativeModel):
    """Grey pictures of 28 x 28 as 7 x 7 codes, and a prior over those.

    `latent_dim` is D, `commitment` is beta; `averages` and `revival` are the quantiser's. `prior_width` and
    `num_layers` are the size of the prior, `num_classes` its labels, 0 for none.
    """

    options = ("label", "temperature", "given", "mask", "cached")

    def __init__(
        self,
        num_codes: int = 64,
        latent_dim: int = 16,
        width: int = 64,
        commitment: float = 0.25,
        averages: bool = True,
        revival: bool = True,
        num_classes: int = 10,
        prior_width: int = 96,
        num_layers: int = 3,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.num_codes, self.commitment, self.num_classes = num_codes, commitment, num_classes
        self.labelled = num_classes > 0
        self.codec = Codec(num_codes, latent_dim, width, averages, revival, generator)
        self.prior = CodePrior(num_codes, num_classes, prior_width, num_layers, SIDE, generator)

    # --- from pictures to codes and back

    def vectors(self, x: Tensor) -> Tensor:
        """Pictures (B, 1, 28, 28) -> z_e(x), the vectors before they are replaced, (B, h, h, D)."""
        # a pixel's channels beside each other in memory: on a processor a sixth faster
        z: Tensor = self.codec.encoder(x.contiguous(memory_format=torch.channels_last))
        return z.permute(0, 2, 3, 1)

    def distances(self, z: Tensor) -> Tensor:
        """Squared distances of vectors (B, h, h, D) to all codes, (B, h, h, K)."""
        return self.codec.quantiser.distances(z)

    def encode(self, x: Tensor) -> Tensor:
        """Pictures (B, 1, 28, 28) -> codes int64 (B, h, h), the nearest ones."""
        return self.codec.quantiser.nearest(self.vectors(x))

    def decode_codes(self, codes: Tensor) -> Tensor:
        """Codes (B, h, h) -> pictures (B, 1, 28, 28) in [0, 1]; Problem for a code that there is not."""
        return self.decode_logits(self.codec.quantiser.vectors(self.check(codes))).sigmoid()

    def decode_logits(self, z: Tensor) -> Tensor:
        """Vectors z_q (B, h, h, D) -> the pixels before the sigmoid, (B, 1, 28, 28)."""
        logits: Tensor = self.codec.decoder(z.permute(0, 3, 1, 2))
        return logits

    def reconstruct(self, x: Tensor) -> Tensor:
        """What is left of pictures (B, 1, 28, 28) once they have been codes."""
        return self.decode_codes(self.encode(x))

    def usage(self, x: Tensor) -> Usage:
        """Which codes the pictures x (B, 1, 28, 28) become, and how evenly."""
        return usage(torch.cat([self.encode(chunk) for chunk in x.split(_CHUNK)]), self.num_codes)

    def check(self, codes: Tensor) -> Tensor:
        """The codes themselves, int64 (B, h, h); Problem where they are no grids of codes that there are."""
        if codes.ndim != 3 or tuple(codes.shape[1:]) != (SIDE, SIDE):
            sentence = "Codes need the shape (B, {side}, {side}), not {given}."
            raise Problem("code-shape", sentence, side=SIDE, given=str(tuple(codes.shape)))
        outside = codes[(codes < 0) | (codes >= self.num_codes) | (codes != codes.long())]
        if len(outside):
            sentence = "There is no code {number}; give whole numbers from 0 to {last}."
            raise Problem("code-range", sentence, number=outside[0].item(), last=self.num_codes - 1)
        return codes.long()

    # --- the first phase: encoder, codebook, decoder

    def codec_loss(
        self, x: Tensor, generator: torch.Generator | None = None, label: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Means over the batch; in training mode the quantiser learns from it, by averages, and codes are revived.

        "used" and "perplexity" are no part of the total: they tell how the codes of this batch are used.
        """
        z, quantiser = self.vectors(x), self.codec.quantiser
        codes = quantiser.nearest(z)
        e = quantiser.vectors(codes)
        logits = self.decode_logits(straight_through(z, e))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1).mean()
        commitment = F.mse_loss(z, e.detach())
        distance = self.commitment * commitment
        if not quantiser.averages:
            distance = distance + F.mse_loss(e, z.detach())
        if self.training:
            quantiser.update(z.detach().flatten(0, 2), codes.flatten(), generator)
        _, used, perplexity = usage(codes, self.num_codes)
        told = {"reconstruction": reconstruction, "distance": commitment, "used": used, "perplexity": perplexity}
        return {"total": reconstruction + NATS_PER_DISTANCE * distance, **told}

    # --- the second phase: the prior

    def prior_loss(
        self, x: Tensor, generator: torch.Generator | None = None, label: Tensor | None = None
    ) -> dict[str, Tensor]:
        """-log p(codes | label) in nats per grid, the mean over the batch; nothing else learns from it."""
        levels = self.prior.levels_of(self.encode(x))
        total = -self.prior.log_factors(levels, label).sum((1, 2)).mean()
        return {"total": total, "per_code": total / SIDE**2}

    def log_prob(self, codes: Tensor, label: Any = None) -> Tensor:
        """log p(codes | label) of grids (B, h, h), exact, (B,) nats; without a label log p(codes), over all labels.

        The probability of these codes, not of a picture: many pictures become the same codes.
        """
        return self.prior.log_prob(self.prior.levels_of(self.check(codes)), label)

    # --- drawing

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator | None = None, **options: Any) -> Tensor:
        """n new pictures (n, 1, 28, 28); options and errors are those of `draw`."""
        x = torch.zeros(n, 1, SIDE, SIDE)
        for one in self.draw(n, generator, **options):
            x = one.x
        return self.decode_codes(self.prior.codes_of(x))

    def draw(
        self, n: int, generator: torch.Generator | None = None, given: Tensor | None = None, **options: Any
    ) -> Iterator[Pixel]:
        """Draw n grids, one code after the other: `PixelModel.draw` of the prior, whose options these are.

        The codes of `given`, int64 (h, h) or (n, h, h), stay where `mask` (h, h) is False. What is handed out has the
        grid in levels; `prior.codes_of` makes codes of them.
        """
        if given is not None:
            given = self.prior.levels_of(self.check(given if given.ndim == 3 else given[None]))
        return self.prior.draw(n, generator, given=given, **options)
