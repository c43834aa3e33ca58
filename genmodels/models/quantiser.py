"""The quantiser of a VQ-VAE: a codebook of K vectors, one of which takes the place of any other vector.

    k = argmin_j |z - e_j|,     z is replaced by e_k      (equations 1 and 2)

To choose has no slope, so the gradient at e_k is handed to z as it is: `straight_through`. And the codebook has to go
where the vectors are, by a gradient of its own or as moving averages of them: `Quantiser.update`. How many codes are in
use at all, and how evenly, is what `usage` counts: a codebook may collapse to a few of them.

Shapes: M vectors, K codes, D numbers of a vector; "..." any shape.
Source: van den Oord, Vinyals and Kavukcuoglu 2017, "Neural discrete representation learning", arXiv 1711.00937.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.models.layers import noise

VERSION = 1

DECAY = 0.98  # of the moving averages: a memory of 50 batches
FEWEST = 1.0  # a code that stands for fewer vectors of a batch than this, on average, is dead
_NO_MEAN = 1e-6  # vectors: below, a mean over them would be rounding
_EXACT = "donot_use_mm_for_euclid_dist"  # differences first: |z|^2 - 2 z.e + |e|^2 would cancel


def straight_through(z: Tensor, e: Tensor) -> Tensor:
    """The value of e with the gradient of z: what comes back at e is handed to z, and nothing to e (section 3.2)."""
    return z + (e - z).detach()


class Usage(NamedTuple):
    """How evenly codes are used: the share of each, (K,), how many occur, and the perplexity, exp(entropy).

    The perplexity is how many codes it would take to be as varied if all of them were used equally often.
    """

    shares: Tensor
    used: Tensor
    perplexity: Tensor


def usage(codes: Tensor, num_codes: int) -> Usage:
    """Of codes int64 of any shape, at least one."""
    counts = torch.bincount(codes.flatten(), minlength=num_codes)
    shares = counts / counts.sum()
    return Usage(shares, (counts > 0).sum().float(), torch.special.entr(shares).sum().exp())


class Quantiser(nn.Module):
    """The codebook e, (K, D), and how it is learned.

    With `averages` each e is the mean of the vectors that chose it, n of them in a batch, over the last batches
    (appendix A.1, equations 6 to 8):

        N <- gamma N + (1 - gamma) n,     m <- gamma m + (1 - gamma) sum of these vectors,     e = m / N

    Else e is moved by the gradient of the codebook term. With `revival` a code whose N is below FEWEST is put on a
    vector of the batch (Dhariwal et al. 2020, "Jukebox", arXiv 2005.00341, section 3.1).
    """

    counts: Tensor
    sums: Tensor

    def __init__(
        self, num_codes: int, latent_dim: int, averages: bool, revival: bool, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.averages, self.revival = averages, revival
        self.codebook = nn.Parameter(noise("normal", (num_codes, latent_dim), torch.device("cpu"), generator))
        self.register_buffer("counts", torch.ones(num_codes))  # N
        self.register_buffer("sums", self.codebook.detach().clone())  # m

    def distances(self, z: Tensor) -> Tensor:
        """|z - e_j|^2 of vectors (..., D) to all codes, (..., K); in float32, or some codes could never be nearest."""
        differences = torch.cdist(z.float().flatten(0, -2), self.codebook.float(), compute_mode=_EXACT)
        return differences.square().view(*z.shape[:-1], -1)

    @torch.no_grad()
    def nearest(self, z: Tensor) -> Tensor:
        """The code of each vector (..., D): int64 (...)."""
        return self.distances(z).argmin(-1)

    def vectors(self, codes: Tensor) -> Tensor:
        """e of codes (...): (..., D)."""
        return F.embedding(codes, self.codebook)

    @torch.no_grad()
    def update(self, z: Tensor, codes: Tensor, generator: torch.Generator | None = None) -> None:
        """Learn from the vectors z (M, D) of a batch and the codes (M,) they chose."""
        chosen = F.one_hot(codes, len(self.codebook)).to(z.dtype)  # (M, K)
        self.counts.lerp_(chosen.sum(0), 1 - DECAY)
        self.sums.lerp_(chosen.T @ z, 1 - DECAY)
        if self.averages:
            means = self.sums / self.counts.clamp(min=_NO_MEAN)[:, None]
            has_mean = (self.counts > _NO_MEAN)[:, None]
            self.codebook.copy_(torch.where(has_mean, means, self.codebook))
        if self.revival:
            self._revive(z, generator)

    def _revive(self, z: Tensor, generator: torch.Generator | None) -> None:
        """Put each dead code on a vector drawn from z (M, D), as if it had stood for one."""
        picked = noise("uniform", (len(self.codebook),), z.device, generator).mul(len(z)).long()
        dead = (self.counts < FEWEST)[:, None]
        for values in (self.codebook, self.sums):
            values.copy_(torch.where(dead, z[picked], values))
        self.counts.clamp_(min=FEWEST)
