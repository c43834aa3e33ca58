"""Whether the measures say of their tests what is known of these: real digits, copies, one digit, half of the digits.

No torch: everything comes from the records of `genmodels.evaluation.comparison`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from genmodels.evaluation.comparison import Compared

READ: Mapping[str, Callable[[Compared], float]] = MappingProxyType(
    {
        "times_real": lambda record: record.times_real,
        "precision": lambda record: record.neighbours.precision,
        "recall": lambda record: record.neighbours.recall,
        "density": lambda record: record.neighbours.density,
        "coverage": lambda record: record.neighbours.coverage,
        "one_nn": lambda record: record.neighbours.one_nn,
        "copied": lambda record: record.copied,
        "digits": lambda record: float(sum(share > SEEN for share in record.judges[0].shares)),
    }
)
SEEN = 0.01  # a digit of which there is less is taken for a slip of the judge

EXPECTED: Mapping[str, Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "real": {"times_real": (0.8, 1.25), "density": (0.9, 1.1), "coverage": (0.9, 1.0), "one_nn": (0.48, 0.52)},
        "memorised": {"copied": (0.0, 0.0), "recall": (1.0, 1.0), "coverage": (1.0, 1.0), "one_nn": (0.0, 0.02)},
        "repeated": {"precision": (0.99, 1.0), "recall": (0.0, 0.01), "coverage": (0.0, 0.01), "digits": (1.0, 1.0)},
        "half": {"precision": (0.9, 1.0), "recall": (0.3, 0.8), "coverage": (0.35, 0.6), "digits": (5.0, 5.0)},
    }
)
"""What each measure must say, from and to, by the test."""


class Check(NamedTuple):
    """What a measure says of a test, and what it must say: from `low` to `high`."""

    test: str
    measure: str
    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the measure measures what it is for."""
        return self.low <= self.value <= self.high


def checks(records: Mapping[str, Compared]) -> list[Check]:
    """All checks of the tests that have a record, by the tests' names."""
    return [
        Check(test, measure, READ[measure](records[test]), low, high)
        for test, measures in EXPECTED.items()
        if test in records
        for measure, (low, high) in measures.items()
    ]
