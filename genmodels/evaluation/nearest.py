"""Which training pictures an image resembles most: the check that a model invents and does not copy."""

from __future__ import annotations

import torch
from torch import Tensor

_CHUNK = 2048  # pictures at once: as float32 they fit into the cache of a processor


@torch.no_grad()
def nearest(query: Tensor, images: Tensor, k: int = 1) -> tuple[Tensor, Tensor]:
    """The k pictures nearest to each query: indices int64 (Q, k) and mean squared distances float32 (Q, k), in order.

    `query` is float32 (Q, C, H, W) in [0, 1], `images` uint8 (N, C, H, W); a distance is the mean over all values, in
    [0, 1]. Raises ValueError unless k is from 1 to N.
    """
    if not 1 <= k <= len(images):
        raise ValueError(f"k is from 1 to the number of pictures, {len(images)}, not {k}")
    flat = query.flatten(1) * 255  # the pictures stay in their own scale: one pass less over them
    candidates = min(len(images), k + 8)
    # |q - x|^2 = |q|^2 - 2 q.x + |x|^2, and |q|^2 is the same for all; one matrix product per chunk
    distances = []
    for chunk in images.flatten(1).split(_CHUNK):
        x = chunk.float()
        distances.append(torch.linalg.vecdot(x, x) - 2 * (flat @ x.T))
    found = torch.cat(distances, dim=1).topk(candidates, largest=False).indices  # (Q, k + 8)
    # the expansion cancels digits where q and x are alike, so the few that are left are measured directly
    exact = ((images.flatten(1)[found] / 255 - query.flatten(1).unsqueeze(1)) ** 2).mean(2)
    order = exact.argsort(dim=1, stable=True)[:, :k]
    return found.gather(1, order), exact.gather(1, order)
