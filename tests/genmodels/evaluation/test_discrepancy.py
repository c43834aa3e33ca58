"""The discrepancy of two sets of points: as scikit-learn's kernels give it, and small only for one distribution."""

from __future__ import annotations

import pytest
import torch
from sklearn.metrics.pairwise import rbf_kernel

from genmodels.data import points
from genmodels.evaluation.discrepancy import WIDTHS, mmd


def test_it_is_what_independent_kernels_give() -> None:
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(60, 2, generator=generator), 0.5 + torch.randn(40, 2, generator=generator)

    def mean(a: torch.Tensor, b: torch.Tensor) -> float:
        return float(sum(rbf_kernel(a.double(), b.double(), gamma=1 / (2 * width**2)).mean() for width in WIDTHS))

    assert mmd(x, y) == pytest.approx(mean(x, x) + mean(y, y) - 2 * mean(x, y), abs=1e-12)
    assert mmd(x, x) == pytest.approx(0, abs=1e-12)
    assert mmd(x, y) == pytest.approx(mmd(y, x), abs=1e-12)


def test_it_tells_sets_apart_and_knows_its_own_chance() -> None:
    sets = {name: (points.load(name, "train").points[:2000], points.load(name, "test").points) for name in points.SETS}
    for name, (train, test) in sets.items():
        assert 0 < mmd(train, test) < 0.003, "the floor at n = 2,000"
        assert all(mmd(train, other[1]) > 0.02 for one, other in sets.items() if one != name)
