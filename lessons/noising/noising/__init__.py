"""A picture and points on their way to noise: by small steps and by one jump, at every t, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components import Listener, as_text, register_live

Floats = NDArray[np.floating[Any]]

REACH = 4.0  # values farther out are drawn nowhere
_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "svg.js", "paper.js", "parts.js")


@dataclass(frozen=True)
class Things:
    """Things x_0 (...), how they look after each small step, `path` (T + 1, ...), and the noise `eps` of the jump."""

    path: Floats
    eps: Floats

    def message(self) -> dict[str, str]:
        """As the browser is told: the path in 256 steps, start and noise of the jump as they are."""
        steps = np.round((self.path.clip(-REACH, REACH) / REACH + 1) / 2 * 255).astype(np.uint8)
        return {
            "path": as_text(steps),
            "x0": as_text(self.path[0].astype("<f4")),
            "eps": as_text(self.eps.astype("<f4")),
        }


@dataclass(frozen=True)
class View:
    """A picture (H, W) and points (N, 2) under one schedule, and many runs of one pixel.

    `signal` and `noisy` (T + 1,) are sqrt(alpha_bar_t) and sqrt(1 - alpha_bar_t). `pixel` (row, column) is the one of
    which `means` and `deviations` (T + 1,) come from many runs of small steps.
    """

    picture: Things
    points: Things
    signal: Floats
    noisy: Floats
    pixel: tuple[int, int]
    means: Floats
    deviations: Floats

    def message(self) -> dict[str, Any]:
        """What the browser is told."""
        rounded = {
            name: np.round(getattr(self, name), 6).tolist() for name in ("signal", "noisy", "means", "deviations")
        }
        both = {"picture": self.picture.message(), "points": self.points.message()}
        return {**both, **rounded, "pixel": list(self.pixel), "width": self.picture.eps.shape[1], "reach": REACH}


def noising(key: str, view: View, words: Mapping[str, str], at: int, listener: Listener) -> None:
    """Show `view` at t = `at` at first; it stays where it is when the view changes.

    The `listener` hears {"t": t} when it does not play.

    `words`: "steps-head" and "jump-head" head the columns, "digit" and "points" are said of the pictures (with #: t),
    "signal" and "noisy" name the curves, "measured" and "exact" the rows, "mean" and "deviation" the columns of the
    numbers, "pixel" says of what they are, "steps" the scrubber; and those of the transport bar.
    """
    _component(key, {**view.message(), "words": dict(words), "begin": at}, listener)
