"""GANs: losses against PyTorch's, slopes against linear algebra, a training that works and one that collapses."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from genmodels.data.points import RING_SD, ring_centres
from genmodels.errors import Problem
from genmodels.evaluation import modes
from genmodels.models.gan import LOSSES, PointGAN
from genmodels.training import checkpoints, loop, recipes, run
from genmodels.training.recipes.adversarial import LOSSES as NAMED

logits = st.floats(-30, 30).map(lambda value: torch.tensor([value], dtype=torch.float64))
SOFT = 1e-8  # from a logit of 20 on, PyTorch's softplus is its argument
COLLAPSES = {"learning_rate": 5e-3, "discriminator_rate": 2e-4}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def slope(loss: str, player: str, real: Tensor, made: Tensor) -> tuple[float, float]:
    """The derivatives of what a player pays, by the logits of a real and of a made example."""
    real, made = (one.clone().requires_grad_() for one in (real, made))
    paid = getattr(LOSSES[loss], player)(real, made).sum()
    slopes = torch.autograd.grad(paid, (real, made), allow_unused=True)
    return tuple(0.0 if one is None else float(one) for one in slopes)  # type: ignore[return-value]


# --- the losses


def test_recipes_and_lesson_know_the_same_losses() -> None:
    assert set(NAMED) == set(LOSSES)


@given(logits, logits)
def test_the_log_losses_are_cross_entropies(real: Tensor, made: Tensor) -> None:
    """Of telling real ones, 1, from made ones, 0; the generator's with the labels turned round."""
    cross_entropy, one, none = F.binary_cross_entropy_with_logits, torch.ones_like(real), torch.zeros_like(real)
    told_apart = cross_entropy(real, one) + cross_entropy(made, none)
    for loss in ("saturating", "non-saturating"):
        assert torch.allclose(LOSSES[loss].discriminator(real, made), told_apart, rtol=0, atol=SOFT)
    assert torch.allclose(LOSSES["non-saturating"].generator(real, made), cross_entropy(made, one), rtol=0, atol=SOFT)
    assert torch.allclose(LOSSES["saturating"].generator(real, made), -cross_entropy(made, none), rtol=0, atol=SOFT)


@given(logits, logits)
def test_the_slopes_that_the_players_go_down(real: Tensor, made: Tensor) -> None:
    held_real = float(made.sigmoid())
    assert slope("saturating", "generator", real, made)[1] == pytest.approx(-held_real, abs=SOFT)
    assert slope("non-saturating", "generator", real, made)[1] == pytest.approx(held_real - 1, abs=SOFT)
    assert slope("wasserstein", "generator", real, made) == (0, -1)
    assert slope("wasserstein", "discriminator", real, made) == (-1, 1)
    apart = float((real - made).sigmoid())
    assert slope("pairs", "generator", real, made) == pytest.approx((apart, -apart), abs=SOFT)
    assert slope("pairs", "discriminator", real, made) == pytest.approx((apart - 1, 1 - apart), abs=SOFT)


def test_a_discriminator_that_knows_everything_leaves_the_saturating_generator_nothing() -> None:
    real, made = torch.tensor([20.0]), torch.tensor([-20.0])
    assert abs(slope("saturating", "generator", real, made)[1]) < 1e-8
    assert slope("non-saturating", "generator", real, made)[1] == pytest.approx(-1)


def test_at_the_equilibrium_the_value_is_minus_log_4() -> None:
    nothing = torch.zeros(5)
    assert torch.allclose(-LOSSES["saturating"].discriminator(nothing, nothing), torch.tensor(-math.log(4)))


# --- the slopes


def linear_judge(weight: Tensor) -> nn.Module:
    judge = nn.Linear(2, 1)
    judge.weight.data, judge.bias.data = weight[None], torch.tensor([0.3])
    return judge


def test_what_steepness_costs_a_linear_discriminator() -> None:
    """D(x) = w x + b has the slope w everywhere: R1 is gamma / 2 |w|^2, by either way to find it."""
    weight, x = torch.tensor([1.5, -2.0]), torch.randn(20_000, 2, generator=seeded())
    for exact, share in ((True, 1e-6), (False, 0.03)):
        model = PointGAN(r1=0.8, generator=seeded())
        model.discriminator, model.exact = linear_judge(weight), exact
        with torch.no_grad():  # as in an evaluation
            losses = model.discriminator_loss(x, seeded())
        assert float(losses["slopes"]) == pytest.approx(6.25, rel=share)
        assert float(losses["total"]) == pytest.approx(float(losses["game"] + 0.4 * losses["slopes"]), rel=1e-6)


def test_r2_also_asks_at_the_made_examples() -> None:
    model = PointGAN(r1=1.0, generator=seeded())
    model.discriminator, model.r2 = linear_judge(torch.tensor([3.0, 4.0])), True
    losses = model.discriminator_loss(torch.randn(50, 2, generator=seeded(1)), seeded())
    assert losses["slopes"].item() == pytest.approx(50)


def test_exact_slopes_are_those_of_finite_differences() -> None:
    model = PointGAN(r1=1.0, generator=seeded()).double()
    x, h = torch.randn(6, 2, generator=seeded(1), dtype=torch.float64), 1e-6
    steps = h * torch.eye(2, dtype=torch.float64)
    found = sum(((model._logits(x + one) - model._logits(x - one)) / (2 * h)) ** 2 for one in steps).mean()
    assert float(model._squared_slope(x, model._logits(x), None).detach()) == pytest.approx(
        float(found.detach()), rel=1e-6
    )


def test_spectral_norm_leaves_no_weight_that_stretches() -> None:
    model = PointGAN(spectral_norm=True, generator=seeded())
    weights = [layer.weight.detach().numpy() for layer in model.discriminator if isinstance(layer, nn.Linear)]
    assert len(weights) == 4
    for weight in weights:
        assert np.linalg.svd(weight, compute_uv=False)[0] == pytest.approx(1, abs=1e-5)
    plain = PointGAN(generator=seeded())
    assert (
        max(np.linalg.svd(layer.weight.detach().numpy(), compute_uv=False)[0] for layer in plain.discriminator[1::2])
        > 1.05
    )


def test_a_model_draws_points_and_judges_them() -> None:
    model = PointGAN(latent_dim=3, generator=seeded())
    made = model.sample(7, seeded(2))
    assert made.shape == (7, 2) and made.dtype == torch.float32
    assert torch.equal(made, model.generate(model.latent(7, torch.device("cpu"), seeded(2))))
    assert model.discriminate(made).shape == (7,)


# --- trainings


def trained(**settings: object) -> PointGAN:
    *_, last = loop.train("gan-points", device="cpu", **settings)  # type: ignore[arg-type]
    assert isinstance(last.model, PointGAN)
    return last.model


def ring(model: PointGAN) -> modes.Modes:
    return modes.found(model.sample(2000, seeded()).double().numpy(), ring_centres(), RING_SD)


def test_the_recipe_finds_all_eight_spots_of_the_ring() -> None:
    on_ring = ring(trained())
    assert on_ring.number == 8 and on_ring.share >= 0.9


def test_a_slow_discriminator_lets_a_fast_generator_collapse() -> None:
    """Within the recipe's own epochs, and a little later into one heap."""
    assert ring(trained(**COLLAPSES)).number <= 1
    model = trained(**COLLAPSES, epochs=12)
    assert ring(model).number <= 1
    spread = model.sample(2000, seeded()).std(0).max()
    assert float(spread) < 0.5, "all points lie in one heap; the ring's own spread is 1"


@pytest.mark.parametrize("settings", [{"loss_kind": loss} for loss in NAMED] + [{"r1": 0.1}, {"spectral_norm": True}])
def test_every_switch_trains_and_both_have_a_curve(settings: dict[str, object]) -> None:
    *_, last = loop.train("gan-points", device="cpu", epochs=1, batch_size=2000, **settings)  # type: ignore[arg-type]
    curves = {name for name in last.losses if name.endswith("_total")}
    assert curves == {
        f"{split}_{player}_total" for split in ("train", "test") for player in ("generator", "discriminator")
    }


@pytest.mark.usefixtures("home")
def test_a_stopped_duel_goes_on_bit_for_bit(tmp_path: Path) -> None:
    recipe = recipes.make("gan-points", epochs=3, batch_size=1000, r1=0.1)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    list(run.run(recipe, whole, device="cpu"))
    steps = run.run(recipe, stopped, device="cpu")
    next(step for step in steps if step.epoch == 2)
    steps.close()  # type: ignore[attr-defined]
    list(run.run(recipe, stopped, device="cpu"))
    one, other = (checkpoints.open_folder(folder).card["files"] for folder in (whole, stopped))
    assert one == other


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"latent_dim": 0}, "latent_dim cannot be 0; it is a whole number from 1"),
        ({"loss_kind": "hinge"}, "loss_kind cannot be hinge"),
        ({"r1": math.nan}, "r1 cannot be nan"),
        ({"discriminator_rate": 1}, "discriminator_rate cannot be 1"),
        ({"data": "drawn"}, "needs points"),
    ],
)
def test_what_cannot_be_trained_is_said(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(Problem, match=sentence):
        recipes.make("gan-points", **settings)
