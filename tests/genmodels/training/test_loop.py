"""The loop: what it hands out, that it learns, and that stopping and going on changes not a bit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

import genmodels
from genmodels.data import mnist
from genmodels.data.mnist import Images
from genmodels.errors import Problem
from genmodels.training import loop, recipes
from genmodels.training.loop import Diverged, Run, Step

Splits = tuple[Images, Images]


def started(splits: Splits, **settings: object) -> Run:
    chosen = {"epochs": 2, "batch_size": 64, "holdout": 0, "hidden_dim": 16} | settings
    return Run(recipes.make("vae-mnist", **chosen), "cpu", splits)


def equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def seen(steps: Iterator[Step]) -> list[tuple[int, int, dict[str, float]]]:
    return [(step.epoch, step.step, step.losses) for step in steps]


def test_steps_say_where_they_are(splits: Splits) -> None:
    steps = list(started(splits, batch_size=20).steps())  # 25 updates per epoch
    assert [(step.epoch, step.step) for step in steps if step.ends_epoch] == [(0, 0), (1, 25), (2, 50)]
    assert [step.step for step in steps if step.epoch == 1] == [3, 5, 8, 10, 13, 15, 18, 20, 23, 25]
    for step in steps:
        terms = {"total", "reconstruction", "kl"}
        train = {f"train_{term}" for term in terms} if step.step else set()
        assert set(step.losses) == train | ({f"test_{term}" for term in terms} if step.ends_epoch else set())


def test_training_losses_are_means_over_pictures_also_when_the_last_batch_is_small(splits: Splits) -> None:
    """With a learning rate that moves nothing visible, the mean over an epoch is the mean over all pictures."""
    run = started(splits, learning_rate=1e-5, batch_size=499, epochs=1)
    (*_, last) = run.steps()
    run.model.eval()
    expected = run.model.terms(splits[0].pixels(), torch.Generator().manual_seed(0))["reconstruction"].mean()
    assert last.losses["train_reconstruction"] == pytest.approx(expected.item(), rel=2e-3)


def test_the_evaluation_is_named_after_what_it_is_on(splits: Splits) -> None:
    assert "valid_total" in next(started(splits, holdout=0.1).steps()).losses
    assert "test_total" in next(started(splits, holdout=0).steps()).losses


def test_same_seed_same_numbers_other_seed_other_numbers(splits: Splits) -> None:
    assert seen(started(splits).steps()) == seen(started(splits).steps())
    assert seen(started(splits).steps()) != seen(started(splits, seed=1).steps())


def test_the_global_random_numbers_are_left_alone(splits: Splits) -> None:
    before = torch.get_rng_state()
    list(started(splits).steps())
    assert torch.equal(before, torch.get_rng_state())


def test_looking_at_the_model_does_not_change_the_training(splits: Splits) -> None:
    watched = started(splits)
    for step in watched.steps():
        step.model.sample(2, torch.Generator())
    alone = started(splits)
    list(alone.steps())
    assert equal(watched.state(), alone.state())


def test_going_on_from_any_step_ends_bit_for_bit_the_same(splits: Splits) -> None:
    whole = started(splits)
    expected, states = [], []
    for step in whole.steps():
        expected.append((step.epoch, step.step, step.losses))
        states.append(whole.state())
    assert len(states) == 1 + 2 * 8
    for cut, state in enumerate(states):
        run = started(splits)
        run.restore(state)
        assert seen(run.steps()) == expected[cut + 1 :]
        assert equal(run.state(), whole.state())


def test_a_state_is_a_copy(splits: Splits) -> None:
    run = started(splits)
    steps = run.steps()
    next(steps)
    state = run.state()
    before = {name: value.clone() for name, value in state.items()}
    list(steps)
    assert equal(state, before)
    run.restore(state)
    list(run.steps())
    assert equal(state, before)


def test_a_state_of_another_run_is_refused(splits: Splits) -> None:
    other = started(splits, hidden_dim=8)
    list(other.steps())
    with pytest.raises((ValueError, RuntimeError)):
        started(splits).restore(other.state())
    run = started(splits)
    list(run.steps())
    with pytest.raises(KeyError):
        run.restore({name: value for name, value in run.state().items() if name != "noise"})
    with pytest.raises(ValueError, match="moments"):
        run.restore(run.state() | {"learner.0.adam.0.exp_avg": torch.zeros(3)})


def test_a_loss_that_is_no_number_stops_the_run_and_says_where(splits: Splits) -> None:
    run = started(splits, epochs=5)
    with pytest.raises(Diverged, match=r"epoch 2, by step 9: .* learning rate below 0\.001") as diverged:
        for step in run.steps():
            if step.epoch == 1 and step.ends_epoch:
                with torch.no_grad():
                    next(run.model.parameters())[0, 0] = float("nan")
    assert isinstance(diverged.value, Problem)


def test_an_untrained_model_that_is_no_number_is_noticed_too(splits: Splits) -> None:
    run = started(splits)
    with torch.no_grad():
        next(run.model.parameters()).fill_(float("inf"))
    with pytest.raises(Diverged):
        next(run.steps())


@pytest.mark.parametrize("name", ["vae-mnist", "ae-mnist"])
def test_it_learns(name: str) -> None:
    """An untrained net knows nothing of any pixel, 784 log 2 = 543 nats; a blank grey mean digit costs 206."""
    steps = loop.train(name, epochs=1, device="cpu")
    assert 530 < next(steps).losses["valid_total"] < 560
    reached = next(step for step in steps if step.step >= 300)
    reached.model.eval()
    x = mnist.load("test").pixels(slice(0, 1000))
    with torch.no_grad():
        assert reached.model.loss(x, torch.Generator())["total"] < 195


def test_public_train_refuses_at_once_and_takes_text(small: Splits) -> None:
    with pytest.raises(Problem, match="epochs cannot be 0"):
        genmodels.train("vae-mnist", epochs=0)
    with pytest.raises(Problem, match="no device 'tpu'"):
        genmodels.train("vae-mnist", device="tpu")
    (*_, last) = genmodels.train("vae-mnist", epochs=1, device="cpu", latent_dim="3")
    assert last.epoch == 1 and last.model.sample(2).shape == (2, 1, 28, 28)


def test_split_holds_the_same_pictures_out_for_every_seed_and_none_twice() -> None:
    train, held_out = loop.split(recipes.make("vae-mnist", seed=0))
    assert (len(train), len(held_out)) == (54_000, 6_000)
    assert torch.equal(held_out.images, loop.split(recipes.make("vae-mnist", seed=1))[1].images)
    both = torch.cat([train.labels, held_out.labels])
    assert torch.equal(both.bincount(), loop.split(recipes.make("vae-mnist", holdout=0))[0].labels.bincount())
    train, test = loop.split(recipes.make("vae-mnist", holdout=0))
    assert (len(train), len(test)) == (60_000, 10_000)
