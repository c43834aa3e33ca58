"""How well a model explains images, in nats per image: exactly, by the negative ELBO, and by a tighter bound.

Shapes: B batch, N images, D latent, K importance samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from genmodels.models.layers import GenerativeModel
from genmodels.models.pixels import PixelModel
from genmodels.models.vae import VAE

_CHUNK = 500
_EXACT_CHUNK = 20  # pictures whose features, of all pixels and layers, stay in the cache: twice as fast as 500


@torch.no_grad()
def evaluate(
    model: GenerativeModel,
    images: Tensor,
    num_draws: int,
    generator: torch.Generator | None = None,
    progress: Callable[[int], object] | None = None,
) -> dict[str, dict[str, float]]:
    """The parts of the loss over `images`, uint8 (N, 1, H, W): {"total": {"mean", "standard_error"}, ...} in nats.

    "total" is the plain sum of the parts, for a VAE the negative ELBO whatever beta it was trained with. Each image's
    value is the mean over `num_draws` draws of z; the standard error is over images. `model` is in eval mode;
    `progress` is told how many images have been passed through the model.
    """
    sums: list[Tensor] = []
    names: list[str] = []
    for chunk in images.split(_CHUNK):
        x = chunk.float() / 255
        per_image = torch.zeros(())
        for _ in range(num_draws):
            terms = model.terms(x, generator)
            names = list(terms)
            per_image = per_image.to(x.device) + torch.stack(list(terms.values())) / num_draws
            if progress:
                progress(len(x))
        sums.append(per_image)
    parts = torch.cat(sums, dim=1).double()  # (parts, N)
    table = torch.cat([parts.sum(0, keepdim=True), parts])
    means, errors = table.mean(1).tolist(), (table.std(1) / math.sqrt(len(images))).tolist()
    return {
        name: {"mean": mean, "standard_error": error}
        for name, mean, error in zip(["total", *names], means, errors, strict=True)
    }


def exact(model: PixelModel, x: Tensor, progress: Callable[[int], object] | None = None) -> Tensor:
    """-log p(x) of each picture x (N, 1, S, S) of quantised pixels, (N,) nats on the CPU; no bound and no draws."""
    device, nats = next(model.parameters()).device, []
    for chunk in x.split(_EXACT_CHUNK):
        nats.append(-model.log_prob(chunk.to(device)).cpu())
        if progress:
            progress(len(chunk))
    return torch.cat(nats)


def importance_weighted_bound(
    model: VAE, x: Tensor, num_samples: int, generator: torch.Generator | None = None
) -> Tensor:
    """A lower bound of log p(x) for each image, (B,) nats, for pixels x (B, 1, H, W) in [0, 1].

        log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x),     z_1, ..., z_K ~ q(z|x)

    With K = 1 its mean is the ELBO; it rises with K towards log p(x).
    Source: Burda, Grosse and Salakhutdinov 2016, "Importance weighted autoencoders", equation 8.
    """
    return log_weights(model, x, num_samples, generator).logsumexp(0) - math.log(num_samples)


@torch.no_grad()
def log_weights(model: VAE, x: Tensor, num_samples: int, generator: torch.Generator | None = None) -> Tensor:
    """log p(x|z_k) p(z_k) / q(z_k|x) for z_1, ..., z_K ~ q(z|x) of each image x (B, 1, H, W), (K, B) nats."""
    mu, logvar = model.encode(x)
    weights = torch.empty(num_samples, len(x), device=x.device)
    for k in range(num_samples):
        z = model.reparameterise(mu, logvar, generator)
        logits = model.decode_logits(z)
        log_likelihood = -F.binary_cross_entropy_with_logits(logits, x.flatten(1), reduction="none").sum(1)
        # log p(z) - log q(z|x): the normalising constants -D/2 log(2 pi) of the two Gaussians cancel
        log_ratio = 0.5 * ((z - mu) ** 2 / logvar.exp() + logvar - z**2).sum(1)
        weights[k] = log_likelihood + log_ratio
    return weights


def bounds(
    model: VAE,
    x: Tensor,
    num_samples: int,
    generator: torch.Generator | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> tuple[Tensor, Tensor]:
    """Two upper bounds of -log p(x) of each picture x (N, 1, H, W), from the same draws: (N,) nats on the CPU each.

    The importance-weighted one of `num_samples`, and the negative ELBO, the mean of as many of one.
    """
    found = []
    for chunk in x.split(_CHUNK):
        weights = log_weights(model, chunk, num_samples, generator)
        found.append(torch.stack([math.log(num_samples) - weights.logsumexp(0), -weights.mean(0)]).cpu())
        progress(len(chunk))
    weighted, elbo = torch.cat(found, dim=1).double()
    return weighted, elbo
