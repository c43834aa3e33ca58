"""What a running training shows: where it puts the test digits, and what it draws."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ui.components import as_text, register

_component = register(Path(__file__).parent, "paper.js")

_REACH = 4  # points farther out than this many half-widths are drawn nowhere in any case


def run_view(key: str, arrays: Mapping[str, np.ndarray], words: Mapping[str, str], size: int = 224) -> None:
    """Show a `preview` as two squares of `size` CSS pixels, one where it has no points; it flows when another comes.

    `words`: the captions "plane" and "grid", and "plane-alt" and "grid-alt" for those who cannot see them.
    """
    _component(key=key, height="content", data=message(arrays, words, size))


def message(arrays: Mapping[str, np.ndarray], words: Mapping[str, str], size: int) -> dict[str, Any]:
    """What the browser is told; points as 16 bits for each coordinate, from -`scale` to `scale`."""
    grid = arrays["grid"]
    data = {"words": dict(words), "size": size, "grid": as_text(grid), "width": grid.shape[1]}
    if "points" not in arrays:
        return data
    points, extent = arrays["points"].astype(np.float32), float(arrays["extent"])
    scale = min(max(extent, float(np.abs(points).max(initial=0))), _REACH * extent)
    steps = np.round((points.clip(-scale, scale) / scale + 1) / 2 * 65535).astype("<u2")
    data |= {"points": as_text(steps), "labels": as_text(arrays["labels"]), "scale": scale, "extent": extent}
    if "prior" in arrays:
        data["prior"] = arrays["prior"].astype(float).tolist()
    return data
