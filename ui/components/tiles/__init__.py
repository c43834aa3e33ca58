"""A row of small pictures: grey ones in the theme's paper and ink, coloured ones as they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ui.components import as_text, register

_component = register(Path(__file__).parent, "paper.js")
GAP = 10  # CSS pixels, as in style.css


def row_width(n: int, size: int) -> int:
    """CSS pixels that `n` pictures of `size` take in one row."""
    return n * size + (n - 1) * GAP


def tiles(
    key: str,
    pictures: NDArray[np.uint8],
    alt: str,
    captions: Sequence[str] = (),
    size: int = 64,
    roles: Sequence[str] = (),
) -> None:
    """Show `pictures` (N, H, W), 0 = paper and 255 = ink, or (N, H, W, 3), `size` CSS pixels wide.

    Tens of pictures are ten or five to a row, and smaller where these do not fit.
    `captions` stand under them, one each.

    `roles` say what each is, "data", "model" or "plain", and colour the frames.
    """
    planes = pictures if pictures.ndim == 3 else pictures.transpose(0, 3, 1, 2)
    _component(
        key=key,
        height="content",
        data={
            "pixels": as_text(planes),
            "colours": pictures.ndim == 4,
            "height": pictures.shape[1],
            "width": pictures.shape[2],
            "captions": list(captions) or [""] * len(pictures),
            "alt": alt,
            "size": size,
            "roles": list(roles) or ["plain"] * len(pictures),
        },
    )
