"""Training diffusion: its average is what is kept, it resumes bit for bit, and its learning rate rises and falls."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from genmodels.data.mnist import Images
from genmodels.training import recipes, tricks
from genmodels.training.loop import Run

Splits = tuple[Images, Images]


def started(splits: Splits, **settings: object) -> Run:
    few = (splits[0].subset(torch.arange(120)), splits[1].subset(torch.arange(40)))
    chosen = {"epochs": 2, "batch_size": 40, "holdout": 0, "width": 16, "num_steps": 20} | settings
    return Run(recipes.make("ddpm-mnist", **chosen), "cpu", few)


def flat(weights: dict[str, Tensor]) -> Tensor:
    return torch.cat([value.flatten() for value in weights.values()])


def test_it_goes_on_bit_for_bit_from_any_step(splits: Splits) -> None:
    whole = started(splits)
    states = [whole.state() for _ in whole.steps()]
    assert any(name.startswith("ema.") for name in states[0])
    for state in (states[0], states[2], states[4]):
        run = started(splits)
        run.restore(state)
        list(run.steps())
        assert all(torch.equal(run.state()[name], value) for name, value in whole.state().items())


def test_what_is_kept_is_the_average_of_the_weights(splits: Splits) -> None:
    run = started(splits, epochs=1)
    start = flat(run.model.state_dict())
    expected, weights = start.clone(), start
    for number, step in enumerate(run.steps()):
        assert step.model is run.eval_model
        if number:
            weights = flat(run.model.state_dict())
            memory = min(0.999, (1 + number) / (10 + number))
            expected = memory * expected + (1 - memory) * weights
    assert torch.allclose(flat(run.eval_model.state_dict()), expected, atol=1e-6)
    assert not torch.allclose(expected, weights, atol=1e-4)
    assert not any(parameter.requires_grad for parameter in run.eval_model.parameters())


@pytest.mark.parametrize("num_steps", [1, 9, 10, 500, 20_000])
def test_the_learning_rate_rises_and_falls(num_steps: int) -> None:
    rates = [tricks.lr_factor(step, num_steps) for step in range(1, num_steps + 1)]
    assert all(0 < rate <= 1 for rate in rates)
    if num_steps >= 500:
        top = rates.index(max(rates))
        assert rates[top] == 1 and top + 1 in (50, 100)
        assert rates[:top] == sorted(rates[:top]) and rates[top:] == sorted(rates[top:], reverse=True)
        assert rates[-1] < 1e-3


def test_labels_reach_the_network(splits: Splits) -> None:
    run = started(splits, epochs=1)
    seen: list[Tensor] = []
    run.model.network.register_forward_pre_hook(lambda _, given: seen.append(given[2]))  # type: ignore[union-attr]
    (*_, last) = run.steps()
    assert set(torch.cat(seen).tolist()) <= set(range(11)) and len(torch.cat(seen)) == 120
    assert math.isfinite(last.losses["test_total"])


def test_without_classes_it_trains_too(splits: Splits) -> None:
    (*_, last) = started(splits, epochs=1, num_classes=0, predicts="v", schedule="cosine-zero", loss_kind="l1").steps()
    assert math.isfinite(last.losses["train_total"])


def test_it_learns(splits: Splits) -> None:
    first, *_, last = (step for step in started(splits, epochs=12).steps() if step.ends_epoch)
    assert first.losses["test_total"] == pytest.approx(1, abs=0.1)
    assert last.losses["test_total"] < 0.7 * first.losses["test_total"]
