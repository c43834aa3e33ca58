"""A small picture as a short text that fits into a link: deflated bytes in URL-safe base64."""

from __future__ import annotations

import base64
import binascii
import zlib

import numpy as np
from numpy.typing import NDArray

from genmodels.errors import Problem

SIDE = 28
LONGEST = 1500  # characters; a digit takes about 300, pure noise 1,060


def to_token(picture: NDArray[np.uint8]) -> str:
    """Text of a uint8 picture (28, 28), without loss."""
    return base64.urlsafe_b64encode(zlib.compress(picture.tobytes(), 9)).decode("ascii").rstrip("=")


def from_token(token: str) -> NDArray[np.uint8]:
    """The picture (28, 28) of a text that `to_token` made; anything else, however made, raises Problem."""
    size = SIDE * SIDE
    try:
        if len(token) > LONGEST:
            raise ValueError(len(token))
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        pixels = zlib.decompressobj().decompress(packed, size + 1)  # bounded: a link must not unpack into gigabytes
        if len(pixels) != size:
            raise ValueError(len(pixels))
    except (ValueError, binascii.Error, zlib.error) as error:
        raise Problem(
            "damaged-token", "The picture in this link is damaged; ask for the link again, or draw the digit anew."
        ) from error
    return np.frombuffer(pixels, np.uint8).reshape(SIDE, SIDE)
