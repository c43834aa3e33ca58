"""Filling a hole: exact where all that is kept comes before it, and weighed towards the truth where not."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from genmodels.errors import Problem
from genmodels.evaluation.completion import complete
from genmodels.models.pixelcnn import PixelCNN
from genmodels.models.pixels import PixelModel

SIDE = 3


def model(num_classes: int = 0) -> PixelModel:
    network = PixelCNN("gated", False, num_classes, 2, 8, 2, SIDE, torch.Generator().manual_seed(1))
    with torch.no_grad():
        for weights in network.parameters():
            weights.add_(0.4 * torch.randn(weights.shape, generator=torch.Generator().manual_seed(2)))
    return network.eval().requires_grad_(False)


GIVEN = torch.tensor([[[0.0, 1.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]])


def truth(network: PixelModel, hole: torch.Tensor) -> dict[tuple[float, ...], float]:
    """p(filling | the rest) of every filling, from the probabilities of all pictures."""
    fillings = list(product([0.0, 1.0], repeat=int(hole.sum())))
    x = GIVEN.repeat(len(fillings), 1, 1, 1)
    x[:, 0, hole] = torch.tensor(fillings)
    return dict(zip(fillings, network.log_prob(x).softmax(0).tolist(), strict=True))


def estimated(network: PixelModel, hole: torch.Tensor, n: int, weighed: bool) -> dict[tuple[float, ...], float]:
    found = complete(network, GIVEN, hole, n, torch.Generator().manual_seed(0))
    shares: dict[tuple[float, ...], float] = {}
    for x, weight in zip(found.x[:, 0], found.weights.tolist(), strict=True):
        filling = tuple(x[hole].tolist())
        shares[filling] = shares.get(filling, 0.0) + (weight if weighed else 1 / n)
    return shares


def far(one: dict[tuple[float, ...], float], other: dict[tuple[float, ...], float]) -> float:
    return sum(abs(one.get(key, 0.0) - other.get(key, 0.0)) for key in one | other) / 2


@pytest.mark.parametrize("num_classes", [0, 3])
def test_below_all_that_is_kept_drawing_is_exact(num_classes: int) -> None:
    network, hole = model(num_classes), torch.zeros(SIDE, SIDE, dtype=torch.bool)
    hole[2] = True
    assert far(estimated(network, hole, 4000, weighed=False), truth(network, hole)) < 0.03
    assert complete(network, GIVEN, hole, 8, torch.Generator()).effective == pytest.approx(8), "all weigh the same"


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("num_classes", [0, 3])
def test_above_it_drawing_is_wrong_and_weights_put_it_right(num_classes: int, row: int) -> None:
    network, hole = model(num_classes), torch.zeros(SIDE, SIDE, dtype=torch.bool)
    hole[row] = True
    right = truth(network, hole)
    drawn, weighed = (estimated(network, hole, 8000, weighed=weighed) for weighed in (False, True))
    assert far(weighed, right) < 0.04
    assert far(drawn, right) > 3 * far(weighed, right)


def test_what_is_kept_stays_and_its_bits_are_those_of_the_pixels_kept() -> None:
    network, hole = model(), torch.zeros(SIDE, SIDE, dtype=torch.bool)
    hole[0, 1] = hole[1, 0] = True
    found = complete(network, GIVEN, hole, 5, torch.Generator().manual_seed(1))
    assert (found.x[:, 0][:, ~hole] == GIVEN[0][~hole]).all()
    assert float(found.weights.sum()) == pytest.approx(1)
    after = ~hole
    after[0, 0] = False
    expected = -network.log_factors(found.x).double()[:, after].sum(1) / torch.log(torch.tensor(2.0))
    assert found.bits_kept.tolist() == pytest.approx(expected.tolist())
    assert 1 <= found.effective <= 5


def test_a_hole_that_is_none_is_refused() -> None:
    with pytest.raises(Problem, match="nothing to draw"):
        complete(model(), GIVEN, torch.zeros(SIDE, SIDE, dtype=torch.bool), 2, torch.Generator())
    with pytest.raises(Problem, match="shape"):
        complete(model(), GIVEN, torch.ones(2, 2, dtype=torch.bool), 2, torch.Generator())
