"""What the lessons share: what every model offers, layers whose random start is explicit, labels and noise.

Shapes: B batch, "..." the shape of one example, C channels, H x W.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from genmodels.errors import Problem

VERSION = 1  # raised by hand when the file's maths changes: old weights are not loaded into new code


class GenerativeModel(nn.Module):
    """What training and pages ask of a model. Randomness comes in as a generator, on any device; None: torch's own.

    `options` are those of `sample`. `labelled` says that terms and loss also take the pictures' classes, `label` (B,)
    int64; `half_precision`, that bfloat16 is good enough to draw with. Losses are in the unit that the model's recipe
    names: nats per picture where they bound a log-likelihood, the mean squared error of a prediction for a diffusion.
    """

    options: tuple[str, ...] = ()
    labelled: bool = False
    half_precision: bool = False

    def terms(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """The parts of the loss of each example in x (B, ...), by name: (B,) each; pixels are in [0, 1]."""
        raise NotImplementedError

    def loss(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """Means over the batch, scalars: "total", which is minimised, and the parts it consists of."""
        raise NotImplementedError

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n new examples, float32: images (n, C, H, W) in [0, 1], points (n, 2)."""
        raise NotImplementedError


def num_pixels(side: int) -> int:
    """Pixels of a grey image of side x side; ValueError unless `side` is a positive whole number."""
    if isinstance(side, bool) or not isinstance(side, int) or side < 1:
        raise ValueError(f"the side of an image is a positive whole number of pixels, not {side!r}")
    return side**2


def linear(num_in: int, num_out: int, generator: torch.Generator | None = None) -> nn.Linear:
    """nn.Linear with PyTorch's usual start, U(-1/sqrt(num_in), 1/sqrt(num_in)), but drawn from `generator`.

    nn.Linear itself would draw from the global random numbers; on the "meta" device it draws none. Its own `to_empty`
    would bring sympy along, half a second of imports.
    """
    layer = nn.Linear(num_in, num_out, device="meta")
    layer.weight, layer.bias = nn.Parameter(torch.empty(num_out, num_in)), nn.Parameter(torch.empty(num_out))
    bound = num_in**-0.5
    for parameter in (layer.weight, layer.bias):
        nn.init.uniform_(parameter, -bound, bound, generator=generator)
    return layer


def conv(
    num_in: int,
    num_out: int,
    size: int | tuple[int, int],
    generator: torch.Generator | None = None,
    stride: int = 1,
    padding: int | None = None,
    dilation: int = 1,
) -> nn.Conv2d:
    """nn.Conv2d with PyTorch's usual start, as `linear`; of a square kernel it keeps the picture's size by default.

    Then `stride` divides that. A kernel that is no square pads nothing.
    """
    height, width = (size, size) if isinstance(size, int) else size
    if padding is None:
        padding = height // 2 if height == width else 0
    layer = nn.Conv2d(num_in, num_out, (height, width), stride, padding, dilation, device="meta")
    layer.weight = nn.Parameter(torch.empty(num_out, num_in, height, width))
    layer.bias = nn.Parameter(torch.empty(num_out))
    bound = (num_in * height * width) ** -0.5
    for parameter in (layer.weight, layer.bias):
        nn.init.uniform_(parameter, -bound, bound, generator=generator)
    return layer


def checked_labels(label: Any, num_classes: int, like: Tensor) -> Tensor | None:
    """Labels int64 (B,), one for each of `like` (B, ...), from one or B of them; Problem for any that there is not."""
    if label is None:
        return None
    if not num_classes:
        raise Problem("model-without-labels", "This model knows no labels; leave the label out.")
    sentence = "There is no label {label}; this model knows 0 to {last}."
    try:
        labels = torch.as_tensor(label, device=like.device)
        if labels.dtype == torch.bool or labels.is_complex():
            raise TypeError("neither is a label")
    except (TypeError, ValueError, RuntimeError) as error:
        raise Problem("label-range", sentence, label=f"{label!r}"[:40], last=num_classes - 1) from error
    outside = labels[(labels < 0) | (labels >= num_classes) | (labels != labels.long())].reshape(-1)
    if len(outside):
        raise Problem("label-range", sentence, label=outside[0].item(), last=num_classes - 1)
    if tuple(labels.shape) not in ((), (1,), (len(like),)):
        sentence = "Labels of shape {given} are not for {n} samples; give one label, or a list of {n}."
        raise Problem("label-count", sentence, given=str(tuple(labels.shape)), n=len(like))
    return labels.long().expand(len(like))


def noise(kind: str, shape: tuple[int, ...], device: torch.device, generator: torch.Generator | None = None) -> Tensor:
    """Draws from N(0, 1) for kind "normal", from U[0, 1) for "uniform".

    They are taken on the generator's own device, so that a CPU generator gives the same ones everywhere.
    """
    draw = {"normal": torch.randn, "uniform": torch.rand}[kind]
    return draw(shape, generator=generator, device=generator.device if generator else device).to(device)
