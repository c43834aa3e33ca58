"""What a model that draws pixel by pixel makes of a picture: bits of each pixel, the label it reads, what it looks at.

The receptive fields of a shipped model lie beside it, because all of them take minutes.

Shapes: B batch, S side, C classes. Pictures are levels in [0, 1], (B, 1, S, S).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import safetensors
import safetensors.numpy
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels import storage
from genmodels.models.layers import checked_labels
from genmodels.models.pixels import PixelModel
from genmodels.training.checkpoints import Checkpoint

FILE = "receptive-fields.safetensors"
_LOOKS = 4  # pictures at which a receptive field is asked for: at a single one a gate may be shut


@dataclass(frozen=True, eq=False)
class Bits:
    """What each pixel of one picture costs, given those before it.

    `bits` (S, S) sum to -log2 p(x), or to -log2 p(x|y) where a label was given; `probabilities` (S, S, K) are those of
    all levels of each pixel. `labels` (S * S + 1, C) is p(y | the pixels so far), before the first pixel and after
    each; None where the label was given or there are none.
    """

    bits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    labels: NDArray[np.float64] | None


@torch.no_grad()
def bits(model: PixelModel, x: Tensor, label: int | None = None) -> Bits:
    """The bits of one picture x (1, 1, S, S); without a label those of the mean over all labels."""
    model.check(x)
    x = x.to(next(model.parameters()).device)
    averaged = label is None and model.num_classes > 0
    labels = (
        torch.arange(model.num_classes, device=x.device) if averaged else checked_labels(label, model.num_classes, x)
    )
    x = x.expand(model.num_classes if averaged else 1, -1, -1, -1)
    log_p = model.logits(x, labels).double().log_softmax(1)
    factors = log_p.gather(1, model.level_of(x)).flatten(1)  # of the levels in the picture, (C or 1, S * S)
    joint = torch.cat([torch.zeros_like(factors[:, :1]), factors.cumsum(1)], dim=1)  # log p(x_1 ... x_i | y)
    so_far = joint.logsumexp(0)  # log p(x_1 ... x_i), up to a constant
    posterior = (joint - so_far).exp()  # p(y | x_1 ... x_i), (C or 1, S * S + 1)
    each = (so_far[:-1] - so_far[1:]).view(x.shape[2:]) / math.log(2)
    weight = posterior[:, None, :-1].view(len(x), 1, *x.shape[2:])
    probabilities = (weight * log_p.exp()).sum(0).permute(1, 2, 0)
    return Bits(each.cpu().numpy(), probabilities.cpu().numpy(), posterior.T.cpu().numpy() if averaged else None)


def receptive_field(model: PixelModel, row: int, column: int) -> NDArray[np.bool_]:
    """The pixels on which the factor of one pixel depends, (S, S): where its gradient differs from zero.

    In float64: in float32 a gradient of a far pixel may be rounded to zero, and differ from it for no reason.
    Raises Problem for a pixel that there is not.
    """
    return next(_receptive_fields(model, [model.place(row, column)]))


def receptive_fields(model: PixelModel) -> NDArray[np.bool_]:
    """Those of all pixels, (S * S, S, S)."""
    return np.stack(list(_receptive_fields(model, range(model.side**2))))


def _receptive_fields(model: PixelModel, places: Iterable[int]) -> Iterator[NDArray[np.bool_]]:
    double = copy.deepcopy(model).double().requires_grad_(False).cpu()
    x = torch.rand(_LOOKS, 1, model.side, model.side, generator=torch.Generator().manual_seed(0), dtype=torch.double)
    labels = torch.arange(_LOOKS) % model.num_classes if model.num_classes else None
    x.requires_grad_()
    # the first level's alone: the sum over all of them would not tell of what moves them together
    first = double.logits(x, labels)[:, 0].sum(0).flatten()
    for place in places:
        (gradient,) = torch.autograd.grad(first[place], x, retain_graph=True)
        yield (gradient != 0).any(0)[0].numpy()


def store(checkpoint: Checkpoint, fields: NDArray[np.bool_]) -> None:
    """Write the receptive fields (S * S, S, S) of a model beside it."""
    bits = np.packbits(fields.reshape(len(fields), -1), axis=1)
    metadata = {"weights": _weights(checkpoint)}
    storage.write(checkpoint.folder / FILE, safetensors.numpy.save({"fields": bits}, metadata=metadata))


def stored(checkpoint: Checkpoint) -> NDArray[np.bool_] | None:
    """The receptive fields (S * S, S, S) that lie beside a model; None where there are none, or those of another."""
    path = checkpoint.folder / FILE
    if not path.exists():
        return None
    with safetensors.safe_open(path, "np") as file:
        if file.metadata().get("weights") != _weights(checkpoint):
            return None
        bits = file.get_tensor("fields")
    side = math.isqrt(len(bits))
    return np.unpackbits(bits, axis=1, count=len(bits)).astype(bool).reshape(-1, side, side)


def _weights(checkpoint: Checkpoint) -> str:
    return str(checkpoint.card["files"][checkpoint.card["model"]]["sha256"])
