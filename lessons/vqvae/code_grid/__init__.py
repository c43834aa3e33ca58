"""A picture as a grid of codes: looked at, painted, with codes killed, or drawn; decoded in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.evaluation.pixel_trace import Trace
from ui.components import Listener, as_text, register_live

_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "paper.js", "parts.js")


def code_grid(
    key: str,
    model: str,
    view: Mapping[str, Any],
    values: Mapping[str, Any],
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show a `view`, `of_digit` or `of_trace`, with the model whose payload goes by that name in the browser.

    `values` are those of the page's state: cell, tool ("look", "paint" or "kill"), brush (a code), painted (such as
    "24-5.25-5"), killed ("3.17"), and of a trace done, how many codes are drawn. The `listener` hears them.

    `words`: x, bits, codes, decoded, lost (the pictures), at (a place, # its row, % its column), nearest and likely
    (the few codes that are shown for it), all (# the largest distance), code (# its number), share (# in per cent),
    killed; look, paint, kill (the tools) and hint-look, hint-paint, hint-kill (# the code on the brush); tools and
    palette (names for those who cannot see them), as-encoded, as-drawn, all-alive (buttons), sum (# = % + $ nats),
    sofar (# of % bits), speed; and those of the transport bar.
    """
    _component(key, {"model": model, **view, "values": dict(values), "words": dict(words)}, listener)


def of_digit(x: NDArray[np.uint8], vectors: NDArray[np.float32]) -> dict[str, Any]:
    """A picture x (28, 28) and what the encoder makes of it, (h, h, D)."""
    return {"name": "", "x": as_text(x), "vectors": as_text(np.ascontiguousarray(vectors))}


def of_trace(trace: Trace, codes: NDArray[np.int64], name: str) -> dict[str, Any]:
    """A grid that the prior has drawn, its codes (h, h); `name` stands for the trace."""
    shares = np.where(trace.drawn[..., None], trace.probabilities_drawn, trace.probabilities)
    return {
        "name": name,
        "drawn": as_text(codes.astype(np.uint8)),
        "given": as_text((~trace.drawn).astype(np.uint8)),
        "shares": as_text(shares.astype(np.float32)),
        "bits": as_text(trace.bits.astype(np.float32)),
    }
