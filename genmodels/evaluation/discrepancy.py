"""How far two sets of points are from having one distribution: the maximum mean discrepancy, squared.

The number depends on the kernel and on n: state both, and beside it what two halves of the data themselves get.
Source: Gretton et al. 2012, "A kernel two-sample test", equation 5 (the biased estimate, which is never negative).
"""

from __future__ import annotations

import torch
from torch import Tensor

WIDTHS = (0.1, 0.5, 1.0)  # standard deviations of the Gaussian kernels that are added up


def mmd(x: Tensor, y: Tensor) -> float:
    """MMD^2 of points x (N, D) and y (M, D), without unit, for the sum of three Gaussian kernels.

    0 for equal sets; for two samples of N from one distribution about 6 / N at most.
    """
    x, y = x.double(), y.double()
    return float(_kernel(x, x) + _kernel(y, y) - 2 * _kernel(x, y))


def _kernel(x: Tensor, y: Tensor) -> Tensor:
    """The mean over all pairs of exp(-|x - y|^2 / (2 w^2)), summed over the widths w."""
    squared = torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist").square()
    return torch.stack([torch.exp(squared / (-2 * width**2)).mean() for width in WIDTHS]).sum()
