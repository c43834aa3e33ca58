"""Digits that a generator makes, a walk between two of them, and what the discriminator says of three."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components import Listener, as_text, register_live

_component = register_live(Path(__file__).parent, "paper.js", "parts.js")


@dataclass(frozen=True)
class Judged:
    """A picture (S, S), 255 = ink, and D's logit of it; `role` is "real", "made" or "own"."""

    role: str
    picture: NDArray[np.uint8]
    logit: float


def gallery(
    key: str,
    made: NDArray[np.uint8],
    walk: NDArray[np.uint8],
    ends: tuple[int, int],
    judged: Sequence[Judged],
    logits: Mapping[str, NDArray[np.floating[Any]]],
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show `made` digits (N, S, S), of which two are the `ends` of the `walk` (W, S, S), 255 = ink.

    `judged` are marked among D's `logits` of many "real" and "made" digits. The `listener` hears {"a": index, "b":
    index} when an end is chosen.

    `words`: "made", "walk" and "judged" head the parts; "from" and "to" say which end a press chooses, "end" (with #)
    names a digit; "mark-real", "mark-made", "mark-own" the marks; "higher" (with # and @) says where a mark lies;
    "axis", "axis-real", "axis-made" the strip.
    """
    told: dict[str, Any] = {"side": made.shape[1], "number": len(made), "ends": list(ends), "words": dict(words)}
    told |= {"made": as_text(made), "walk": as_text(walk)}
    told["judged"] = [{"role": one.role, "picture": as_text(one.picture), "logit": one.logit} for one in judged]
    told["logits"] = {name: np.round(np.sort(values.astype(float)), 4).tolist() for name, values in logits.items()}
    _component(key, told, listener)
