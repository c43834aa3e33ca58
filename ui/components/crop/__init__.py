"""An uploaded picture from which a visitor cuts a square and which can be turned, by mouse, finger or keys."""

from __future__ import annotations

import base64
import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from ui.components import register

LONGEST = 640  # pixels of the picture that the browser shows
SMALLEST = 0.02  # of the longer side

_component = register(Path(__file__).parent)


@dataclass(frozen=True)
class Cut:
    """Quarter turns to the right, and then a square: its left, top and side in shares of the longer side, or None."""

    turns: int = 0
    square: tuple[float, float, float] | None = None

    def of(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """That part of a picture (H, W)."""
        turned = np.rot90(picture, -self.turns)
        if self.square is not None:
            left, top, side = (round(share * max(turned.shape)) for share in self.square)
            turned = turned[min(top, turned.shape[0] - 1) :, min(left, turned.shape[1] - 1) :]
            turned = turned[: max(1, side), : max(1, side)]
        return np.ascontiguousarray(turned)


def crop(key: str, picture: NDArray[np.uint8], labels: Mapping[str, str], size: int = 320) -> Cut:
    """Show a grey picture (H, W) at most `size` CSS pixels large; what the visitor has cut out of it.

    `labels`: picture (its name), hint (shown while all of it is taken), keys (how to do it with the keyboard, read
    aloud), left, right (the buttons that turn it), whole (the one that takes all of it again), told (what a square is
    called aloud, with three # for left, top and side in per cent).
    """
    name = hashlib.sha256(picture.tobytes() + repr(picture.shape).encode()).hexdigest()[:16]
    before = st.session_state.get(key)
    cut = unpack(before.get("cut") if isinstance(before, Mapping) else None, name)
    now = {"turns": cut.turns, "square": cut.square}
    data = {"name": name, "picture": _jpeg(picture), "labels": dict(labels), "size": size, "cut": now}
    result = _component(key=key, data=data, on_cut_change=lambda: None, height="content")
    return unpack(result.get("cut"), name)


def unpack(message: object, name: str) -> Cut:
    """The cut in a message of the browser; nothing is cut where it is of another picture, or is not one at all."""
    match message:
        case {"name": str(of), "turns": int(turns), "square": square} if of == name:
            return Cut(turns % 4, _square(square))
    return Cut()


def _square(square: object) -> tuple[float, float, float] | None:
    if not isinstance(square, list | tuple) or len(square) != 3:
        return None
    if not all(isinstance(share, int | float) and math.isfinite(share) and 0 <= share <= 1 for share in square):
        return None
    left, top, side = map(float, square)
    return (left, top, side) if side >= SMALLEST else None


def _jpeg(picture: NDArray[np.uint8]) -> str:
    """A small copy, as the address of an image."""
    image = Image.fromarray(picture)
    image.thumbnail((LONGEST, LONGEST))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")
