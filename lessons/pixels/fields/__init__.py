"""What several models see at one pixel: receptive fields, to be asked for by a click."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent, "paper.js")


class Seeing(NamedTuple):
    """A model: its name in words, a short key, and the pixels on which each factor depends, (S * S, S, S)."""

    name: str
    key: str
    fields: NDArray[np.bool_]


def fields(key: str, models: Sequence[Seeing], place: int, words: Mapping[str, str], listener: Listener) -> None:
    """Show the fields at the pixel number `place`; the `listener` hears {"pixel": number} of another one.

    `words`: "sees" (with # for how many are seen and % for how many of those before are not), "hint" for the marks.
    """
    side = models[0].fields.shape[1]
    each = [{"name": one.name, "key": one.key, "fields": _packed(one.fields)} for one in models]
    _component(key, {"models": each, "place": min(place, side**2 - 1), "side": side, "words": dict(words)}, listener)


def _packed(seen: NDArray[np.bool_]) -> str:
    bits = np.packbits(seen.reshape(len(seen), -1), axis=1)
    return base64.b64encode(zlib.compress(bits.tobytes(), 9)).decode("ascii")
