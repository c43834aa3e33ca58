"""What a VQ-VAE's two halves are worth: how much of a picture its codes keep, and how well its prior knows the codes.

All numbers depend on n, the number of pictures: what real pictures get at the same n stands beside them.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from genmodels.evaluation import drawn, judge
from genmodels.models.quantiser import usage
from genmodels.models.vqvae import SIDE, VQVAE

_CHUNK = 250
_AT_ONCE = 100  # pictures whose drawing is timed


@dataclass(frozen=True)
class Kept:
    """What is left of n digits, drawn at random, once they have been codes.

    `frechet` is the Frechet distance of n reconstructed training digits to all test digits, `floor` that of the same
    digits as they are; `frechet_test` and `floor_test` are those of n test digits. At n = 10,000 these are the very
    digits that they are compared with.
    `nats` is the cross-entropy of the test digits with their reconstructions, and `grey` what is left of that where
    they are perfect, because pixels are grey: both nats per picture. `used` of the codes occur in them, and
    `perplexity` is exp(entropy) of how often each does.
    """

    n: int
    frechet: float
    floor: float
    frechet_test: float
    floor_test: float
    nats: float
    grey: float
    used: int
    perplexity: float


def kept(model: VQVAE, n: int) -> Kept:
    """Measure what the codes keep of n digits."""
    train, test = (drawn.at_random(n, split).pixels() for split in ("train", "test"))
    codes = encoded(model, test)
    again, uses = decoded(model, codes), usage(codes, model.num_codes)
    return Kept(
        n=n,
        frechet=_frechet(decoded(model, encoded(model, train))),
        floor=drawn.real(n, "train"),
        frechet_test=_frechet(again),
        floor_test=drawn.real(n, "test"),
        nats=cross_entropy(again, test),
        grey=cross_entropy(test, test),
        used=int(uses.used),
        perplexity=float(uses.perplexity),
    )


def _frechet(images: Tensor) -> float:
    return drawn.distance(judge.features(images))


@torch.no_grad()
def encoded(model: VQVAE, x: Tensor) -> Tensor:
    """The codes of many pictures x (N, 1, 28, 28), int64 (N, h, h) on the CPU."""
    device = next(model.parameters()).device
    return torch.cat([model.encode(chunk.to(device)).cpu() for chunk in x.split(_CHUNK)])


@torch.no_grad()
def decoded(model: VQVAE, codes: Tensor) -> Tensor:
    """What many codes (N, h, h) decode into, (N, 1, 28, 28) on the CPU."""
    device = next(model.parameters()).device
    return torch.cat([model.decode_codes(chunk.to(device)).cpu() for chunk in codes.split(_CHUNK)])


def cross_entropy(again: Tensor, x: Tensor) -> float:
    """Of pictures x (N, 1, 28, 28) with others, in nats per picture, a mean."""
    return float(F.binary_cross_entropy(again, x, reduction="none").flatten(1).sum(1).mean())


def prior_nats(model: VQVAE, n: int) -> dict[str, float]:
    """What a code of n test digits costs, in nats: without labels, with them, and if all were as likely."""
    device, test = next(model.parameters()).device, drawn.at_random(n, "test")
    costs: dict[str, list[Tensor]] = {"per_code": [], "per_code_with_label": []}
    for codes, label in zip(encoded(model, test.pixels()).split(_CHUNK), test.labels.split(_CHUNK), strict=True):
        costs["per_code"].append(-model.log_prob(codes.to(device)).cpu())
        if model.num_classes:
            costs["per_code_with_label"].append(-model.log_prob(codes.to(device), label.to(device)).cpu())
    found = {name: float(torch.cat(values).mean()) / SIDE**2 for name, values in costs.items() if values}
    return {**found, "uniform": math.log(model.num_codes)}


def seconds_per_100(model: VQVAE) -> float:
    """How long it takes to draw 100 digits at once."""
    begin = time.perf_counter()
    model.sample(_AT_ONCE, torch.Generator().manual_seed(0))
    return time.perf_counter() - begin
