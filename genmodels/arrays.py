"""Arrays by name as the bytes of a safetensors file: how weights, states of a run and prepared pictures are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from genmodels.storage import Damaged

Arrays = dict[str, NDArray[Any]]


def pack(arrays: Mapping[str, ArrayLike], half: bool = False) -> bytes:
    """Arrays as the bytes of a safetensors file; `half` stores them as float16."""
    dtype = np.float16 if half else None
    return save({name: np.require(value, dtype=dtype, requirements="C") for name, value in arrays.items()})


def unpack(payload: bytes) -> Arrays:
    """The arrays in the bytes of a safetensors file.

    Raises Damaged when the bytes are not such a file.
    """
    try:
        return dict(load(payload))
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"not a safetensors file ({error})") from error
