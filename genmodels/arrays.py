"""Named arrays as the bytes of a safetensors file, the one format in which weights, states and data sets are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from genmodels.storage import Damaged

if TYPE_CHECKING:
    import numpy as np

Arrays = dict[str, "np.ndarray[Any, np.dtype[Any]]"]
Shapes = Mapping[str, tuple[Any, tuple[int, ...]]]
"""What arrays have to be like: kind and shape by name."""


def pack(arrays: Mapping[str, Any], half: bool = False) -> bytes:
    """Arrays as the bytes of a safetensors file; `half` stores them as float16."""
    import numpy as np
    from safetensors.numpy import save

    return save(
        {
            name: np.require(value, dtype=np.float16 if half else None, requirements="C")
            for name, value in arrays.items()
        }
    )


def unpack(payload: bytes) -> Arrays:
    """The arrays in the bytes of a safetensors file; Damaged when they are not one."""
    from safetensors import SafetensorError
    from safetensors.numpy import load as load_arrays

    try:
        return dict(load_arrays(payload))
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"not a safetensors file ({error})") from error
