"""Our Adam is PyTorch's, bit for bit."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from genmodels.models.layers import linear
from genmodels.training.adam import Adam


def network() -> nn.Sequential:
    generator = torch.Generator().manual_seed(3)
    return nn.Sequential(linear(12, 30, generator), nn.ReLU(), linear(30, 5, generator), linear(5, 1, generator))


def go(model: nn.Sequential, optimiser: object, steps: range) -> None:
    """Some updates; in every third the last layer has no gradient, as when part of a model rests."""
    for step in steps:
        x = torch.randn(16, 12, generator=torch.Generator().manual_seed(step))
        optimiser.zero_grad()  # type: ignore[attr-defined]
        loss = model[:3](x).square().sum() if step % 3 == 2 else model(x).square().sum()
        loss.backward()
        optimiser.step()  # type: ignore[attr-defined]


def weights(model: nn.Sequential) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def same(one: nn.Sequential, other: nn.Sequential) -> bool:
    return all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


@pytest.mark.parametrize("learning_rate", [1e-3, 1e-1])
def test_the_same_weights_as_from_torch(learning_rate: float) -> None:
    ours, theirs = network(), network()
    start = weights(ours)
    optimiser = torch.optim.Adam(theirs.parameters(), lr=learning_rate, fused=True)
    mine = Adam(ours.parameters(), learning_rate)
    for step in range(25):
        go(ours, mine, range(step, step + 1))
        go(theirs, optimiser, range(step, step + 1))
        assert same(ours, theirs), step
    assert not any(torch.equal(a, b) for a, b in zip(start, weights(ours), strict=True))
    moments = optimiser.state_dict()["state"]
    state = mine.state()
    assert len(state) == 3 * len(moments)
    for name, value in state.items():
        number, part = name.split(".")
        assert torch.equal(value, moments[int(number)][part])


def test_restored_it_goes_on_bit_for_bit() -> None:
    whole, first, second = network(), network(), network()
    go(whole, Adam(whole.parameters(), 1e-2), range(20))
    optimiser = Adam(first.parameters(), 1e-2)
    go(first, optimiser, range(11))
    kept = {name: value.clone() for name, value in optimiser.state().items()}
    second.load_state_dict(first.state_dict())
    go(first, optimiser, range(5))  # what was kept is a copy, and so is what is restored
    resumed = Adam(second.parameters(), 1e-2)
    resumed.restore(kept)
    go(second, resumed, range(11, 20))
    assert same(whole, second)
    assert not any(torch.equal(kept[name], value) for name, value in resumed.state().items())


def test_a_state_of_another_model_is_refused_and_changes_nothing() -> None:
    optimiser = Adam(network().parameters(), 1e-3)
    other = Adam(nn.Linear(2, 2).parameters(), 1e-3).state()
    with pytest.raises(KeyError):
        optimiser.restore(other)
    state = {name: torch.ones(value.shape) for name, value in optimiser.state().items()}
    with pytest.raises(ValueError, match="do not fit"):
        optimiser.restore(state | {"5.exp_avg_sq": torch.ones(7)})
