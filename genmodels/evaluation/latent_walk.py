"""From one noise to another in a latent space: along the sphere on which nearly all of N(0, I) lies. D dimensions."""

from __future__ import annotations

import torch
from torch import Tensor


def angle(a: Tensor, b: Tensor) -> Tensor:
    """Between two directions (D,), in radians, ()."""
    cosine = torch.dot(a, b) / (a.norm() * b.norm())
    return torch.acos(cosine.clamp(-1, 1))


def great_circle(a: Tensor, b: Tensor, n: int) -> Tensor:
    """n points from a to b (D,) at equal angles, (n, D); their length goes from that of a to that of b.

    A straight line would pass nearer to the origin, where N(0, I) in many dimensions has next to nothing. Where a and
    b point the same way, or opposite ways, the line is straight.
    Source: White 2016, "Sampling generative networks", arXiv 1609.04468, section 2.1.
    """
    shares = torch.linspace(0, 1, n)[:, None]
    between = angle(a, b)
    if torch.sin(between) < 1e-6:
        return (1 - shares) * a + shares * b
    along_a = torch.sin((1 - shares) * between) / torch.sin(between)
    along_b = torch.sin(shares * between) / torch.sin(between)
    direction = along_a * a / a.norm() + along_b * b / b.norm()
    return direction * ((1 - shares) * a.norm() + shares * b.norm())
