"""Which classifiers judge drawn digits: their files in this package, pinned by hash. No torch.

Numbers from one are not comparable with those from another, hence the hash; a new file is a new judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

FOLDER = Path(__file__).parent
FIRST, SECOND = "first", "second"


class Known(NamedTuple):
    """A judge's file in FOLDER, its hash, how many features its convolutions have, and the seed of its training."""

    file: str
    sha256: str
    widths: tuple[int, int, int, int]
    seed: int


JUDGES: Mapping[str, Known] = MappingProxyType(
    {
        FIRST: Known(
            "judge.safetensors",
            "9a960baa2440a1cd8708b0397f3b86789f213b03898bd8cddc2d192f9d9bd350",
            widths=(32, 32, 64, 64),
            seed=0,
        ),
        SECOND: Known(
            "judge-2.safetensors",
            "815ff4618bffc09f29c0a47ba0911b95b8b6d165f9776b98e4e20a4cf241622d",
            widths=(16, 16, 32, 32),
            seed=1,
        ),
    }
)
"""All numbers of the course are the first one's. The second, smaller and trained apart from it, is asked besides."""
