"""What makes a long training fast and end well: half precision, a falling learning rate, an average of the weights."""

from __future__ import annotations

import copy
import math

import torch

from genmodels.models.layers import GenerativeModel

WARM_UP = 100  # updates
EMA_DECAY = 0.999


def half_precision(device: torch.device) -> torch.autocast:
    """Multiplications in bfloat16 where that is faster, else in float32.

    It is on a graphics card, and on a processor with units for matrices of it (AMX: 2 to 2.6 times). One with
    instructions for vectors of it alone (AVX512_BF16) was seen to be slower than with float32, 0.7 times.
    """
    has_it = device.type == "cuda" or torch.cpu._is_amx_tile_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=has_it)


def lr_factor(step: int, num_steps: int) -> float:
    """The share of the learning rate at update `step` = 1, 2, ...: a linear warm-up, then a cosine down to 0.

    Source: Loshchilov and Hutter 2017, "SGDR", equation 5, with one period.
    """
    warm_up = min(WARM_UP, num_steps // 10)
    if step <= warm_up:
        return step / warm_up
    return (1 + math.cos(math.pi * (step - warm_up) / (num_steps - warm_up + 1))) / 2


def ema_copy(model: GenerativeModel) -> GenerativeModel:
    """A copy of `model` that is not trained, to hold the moving average of its weights."""
    return copy.deepcopy(model).requires_grad_(False).eval()


@torch.no_grad()
def ema_update(ema: GenerativeModel, model: GenerativeModel, step: int) -> None:
    """Take the weights after update `step` = 1, 2, ... into their exponential moving average.

    The decay rises to EMA_DECAY, a memory of about a thousand updates; at first it is short, or the random start
    would linger.
    Source: Ho, Jain and Abbeel 2020, appendix B (there 0.9999 throughout).
    """
    decay = min(EMA_DECAY, (1 + step) / (10 + step))
    lerp(ema, model, 1 - decay)


@torch.no_grad()
def lerp(average: GenerativeModel, model: GenerativeModel, share: float) -> None:
    """Move the weights of `average` by `share` of the way to those of `model`; buffers are taken over as they are."""
    averages, weights = ([one.detach() for one in of.parameters()] for of in (average, model))
    torch._foreach_lerp_(averages, weights, share)
    for kept, current in zip(average.buffers(), model.buffers(), strict=True):
        kept.copy_(current)
