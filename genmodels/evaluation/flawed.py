"""Sets of real digits that are handed to the measures as if a model had drawn them: what must come out is known.

- "real": half of the test digits, compared with the other half: coverage and density about 1, leave-one-out 1-NN 50 %.
  With training digits it would be 54 %: the judges were trained on those, and tell them from others.
- "memorised": training digits. By the Frechet distance to the test digits they are as good as real ones, and so they
  would be by any measure that knows nothing of the training digits. Compared with those very digits, precision, recall
  and coverage are 1, and each one's nearest neighbour is its copy: 1-NN 0 %, distance to the training digits 0.
- "repeated": one test digit again and again, compared with training digits: precision 1, recall and coverage about 0.
- "half": test digits of the five classes 0 to 4, compared with training digits: each is fine, so precision stays, and
  half of the variety is gone, so recall falls. There are no more than 5,000 of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from genmodels.evaluation import real_digits
from genmodels.evaluation.real_digits import Split, Yardstick

CLASSES = 5  # that are drawn of "half"
MOST: Mapping[str, int] = MappingProxyType({"real": 5000, "half": 5000})  # where there are not 10,000

YARDSTICKS: Mapping[str, Yardstick] = MappingProxyType(
    {
        "real": Yardstick(split="rest", neighbours="rest"),
        "memorised": Yardstick(split="test", neighbours="train"),
        "repeated": Yardstick(split="train", neighbours="train"),
        "half": Yardstick(split="train", neighbours="train"),
    }
)
"""What each is compared with."""


def most(name: str, n: int) -> int:
    """How many of n digits there are."""
    return min(n, MOST.get(name, n))


def drawn(name: str, n: int) -> tuple[Tensor, Tensor]:
    """n digits, uint8 (n, 1, 28, 28), and their labels, int64 (n,); n is at most `most`, KeyError for another name."""
    index: dict[str, tuple[Split, Tensor]] = {
        "real": ("test", torch.arange(n)),
        "memorised": ("train", torch.arange(n)),
        "repeated": ("test", torch.zeros(n, dtype=torch.long)),
        "half": ("test", (real_digits.labels("test") < CLASSES).nonzero().flatten()[:n]),
    }
    split, which = index[name]
    return real_digits.pictures("grey", split)[which], real_digits.labels(split)[which]
