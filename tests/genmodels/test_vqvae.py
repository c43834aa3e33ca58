"""The VQ-VAE's codes: the nearest vector, the gradient past it, how the codebook learns, and how codes are counted."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.stats import entropy
from torch import Tensor

from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.models import vqvae
from genmodels.models.quantiser import DECAY, FEWEST, Quantiser, straight_through, usage
from genmodels.models.vqvae import VQVAE

SMALL = {"num_codes": 8, "latent_dim": 4, "width": 8, "prior_width": 16, "num_layers": 1}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def small(**settings: object) -> VQVAE:
    return VQVAE(**{**SMALL, "generator": seeded(), **settings})  # type: ignore[arg-type]


def quantiser(averages: bool = True, revival: bool = False, num_codes: int = 5, latent_dim: int = 3) -> Quantiser:
    return Quantiser(num_codes, latent_dim, averages, revival, seeded())


def digits(n: int = 20) -> Tensor:
    return mnist.load("test").pixels(slice(0, n))


def state(model: torch.nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def changed(before: dict[str, Tensor], model: torch.nn.Module) -> set[str]:
    return {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}


# --- the nearest code


def test_the_nearest_code_is_the_one_that_trying_all_finds() -> None:
    one, z = quantiser(num_codes=50, latent_dim=7), torch.randn(4, 6, 7, generator=seeded(1))
    vectors, codebook = z.double().numpy(), one.codebook.detach().double().numpy()
    squared = ((vectors[..., None, :] - codebook) ** 2).sum(-1)
    np.testing.assert_allclose(one.distances(z).detach().numpy(), squared, rtol=1e-5, atol=1e-6)
    assert np.array_equal(one.nearest(z).numpy(), squared.argmin(-1))
    assert one.nearest(z).dtype == torch.int64
    assert torch.equal(one.vectors(one.nearest(z)), one.codebook[one.nearest(z)])


def test_far_from_the_origin_small_distances_are_still_told_apart() -> None:
    """|z|^2 - 2 z.e + |e|^2 would be lost in rounding here."""
    one = quantiser(num_codes=40, latent_dim=3)
    with torch.no_grad():
        one.codebook.copy_(1000 + 0.01 * torch.arange(40.0)[:, None])
    assert torch.equal(one.nearest(one.codebook + 0.002), torch.arange(40))


def test_in_half_precision_distances_stay_what_they_are() -> None:
    one, z = quantiser(num_codes=50), torch.randn(200, 3, generator=seeded(1))
    expected = one.distances(z)
    with torch.autocast("cpu", torch.bfloat16):
        found = one.distances(z)
    assert found.dtype == torch.float32 and torch.equal(found, expected)


def test_what_a_picture_becomes() -> None:
    model, x = small(), digits(3)
    z, codes = model.vectors(x), model.encode(x)
    assert z.shape == (3, 7, 7, 4) and model.distances(z).shape == (3, 7, 7, 8)
    assert codes.shape == (3, 7, 7) and codes.dtype == torch.int64
    assert torch.equal(codes, model.distances(z).argmin(-1))
    again = model.decode_codes(codes)
    assert again.shape == (3, 1, 28, 28) and again.min() >= 0 and again.max() <= 1
    assert torch.equal(again, model.reconstruct(x))
    through = straight_through(z, model.codec.quantiser.vectors(codes))
    assert torch.allclose(again, model.decode_logits(through).sigmoid(), atol=1e-5)


def test_the_same_generator_makes_the_same_network_and_nothing_is_drawn_globally() -> None:
    before = torch.get_rng_state()
    one, other, third = small(), small(), small(generator=seeded(1))
    model = small()
    model.train().codec_loss(digits(), seeded())
    assert torch.equal(before, torch.get_rng_state())
    assert not changed(state(one), other) and changed(state(one), third)


# --- straight through


def test_the_gradient_passes_the_code_straight_through() -> None:
    """Against differences of the surrogate f(z + c), whose c = e - z is held where it was."""
    z = torch.randn(6, 3, generator=seeded(), dtype=torch.double)
    e = torch.randn(6, 3, generator=seeded(1), dtype=torch.double)
    weight = torch.randn(6, 3, generator=seeded(2), dtype=torch.double)

    def f(x: Tensor) -> Tensor:
        return (weight * x.sin() + x.prod(1, keepdim=True)).sum()

    here, there = z.clone().requires_grad_(), e.clone().requires_grad_()
    value = straight_through(here, there)
    assert torch.allclose(value, e)
    f(value).backward()
    assert there.grad is None, "nothing reaches the codebook this way"
    step = 1e-5
    for i in range(z.numel()):
        moved = torch.zeros(z.numel(), dtype=torch.double)
        moved[i] = step
        moved = moved.view_as(z)
        slope = (f(z + moved + (e - z)) - f(z - moved + (e - z))) / (2 * step)
        assert here.grad is not None
        assert float(here.grad.flatten()[i]) == pytest.approx(float(slope), rel=1e-6, abs=1e-8)


def test_without_the_trick_the_encoder_would_learn_nothing_from_the_reconstruction() -> None:
    model, x = small(commitment=0.0), digits()
    weight = model.codec.encoder[0].weight
    losses = model.eval().codec_loss(x)
    (slope,) = torch.autograd.grad(losses["reconstruction"], weight)
    assert slope.abs().max() > 0
    z = model.vectors(x)
    hard = model.codec.quantiser.vectors(model.encode(x))
    assert not torch.autograd.grad(model.decode_logits(hard).sum() + 0 * z.sum(), weight)[0].any()


@pytest.mark.parametrize("averages", [True, False])
def test_each_term_has_its_own_weights(averages: bool) -> None:
    """The codebook hears of the second term alone, and of nothing where it is an average."""
    model, x = small(averages=averages).eval(), digits()
    losses = model.codec_loss(x)
    z, e = model.vectors(x), model.codec.quantiser.vectors(model.encode(x))
    squared = float((z - e).detach().square().mean())
    told = {name: float(loss.detach()) for name, loss in losses.items()}
    assert told["distance"] == pytest.approx(squared, rel=1e-6)
    weight = 0.25 + (not averages)
    expected = told["reconstruction"] + vqvae.NATS_PER_DISTANCE * weight * squared
    assert told["total"] == pytest.approx(expected, rel=1e-6)
    codebook = model.codec.quantiser.codebook
    (slope,) = torch.autograd.grad(losses["total"], codebook, allow_unused=True)
    if averages:
        assert slope is None
        return
    (of_term,) = torch.autograd.grad(vqvae.NATS_PER_DISTANCE * (z.detach() - e).square().mean(), codebook)
    assert torch.allclose(slope, of_term, atol=1e-6) and of_term.abs().max() > 0


def test_the_reconstruction_is_the_cross_entropy_in_nats_per_picture() -> None:
    model, x = small().eval(), digits()
    again = model.reconstruct(x).double()
    nats = -(x * again.log() + (1 - x) * (1 - again).log()).sum((1, 2, 3)).mean()
    assert model.codec_loss(x)["reconstruction"].item() == pytest.approx(nats.item(), rel=1e-5)


# --- how the codebook learns


def test_averages_are_those_of_the_closed_form() -> None:
    """N_T = gamma^T + (1 - gamma) sum_t gamma^(T - t) n_t, the sums alike, and e is their quotient."""
    one = quantiser()
    start = one.codebook.detach().double().clone()
    batches = [torch.randn(40, 3, generator=seeded(t)) for t in range(30)]
    choices = [torch.randint(4, (40,), generator=seeded(100 + t)) for t in range(30)]  # the fifth is never chosen
    for z, codes in zip(batches, choices, strict=True):
        one.update(z, codes)
    counts, sums = DECAY**30 * torch.ones(5).double(), DECAY**30 * start
    for t, (z, codes) in enumerate(zip(batches, choices, strict=True), 1):
        for code in range(5):
            weight = (1 - DECAY) * DECAY ** (30 - t)
            counts[code] += weight * (codes == code).sum()
            sums[code] += weight * z[codes == code].double().sum(0)
    assert torch.allclose(one.counts.double(), counts, rtol=1e-5)
    assert torch.allclose(one.codebook.detach().double(), sums / counts[:, None], rtol=1e-4, atol=1e-5)
    assert torch.allclose(one.codebook[4].double(), start[4], rtol=1e-4), "nobody has moved it"


def test_a_code_that_nobody_chooses_stays_where_it_is_for_ever() -> None:
    one = quantiser()
    before, z = one.codebook.detach().clone(), torch.ones(10, 3)
    for _ in range(8000):  # long after its average has become zero
        one.update(z, torch.zeros(10, dtype=torch.long))
    assert torch.allclose(one.codebook[1:], before[1:], rtol=0.02) and torch.isfinite(one.codebook).all()
    assert torch.allclose(one.codebook[0], torch.ones(3))


def test_dead_codes_are_put_on_vectors_of_the_batch_and_living_ones_left_alone() -> None:
    one = quantiser(averages=False, revival=True)
    before = one.codebook.detach().clone()
    one.counts.copy_(torch.tensor([20.0, FEWEST / 2, 3.0, 0.0, 2.0]))
    z, codes = torch.randn(30, 3, generator=seeded(5)), torch.tensor([0, 2, 4]).repeat(10)
    one.update(z, codes, seeded(6))
    moved = {int(row) for row in (one.codebook != before).any(1).nonzero()}
    assert moved == {1, 3}
    for code in moved:
        assert (one.codebook[code] == z).all(1).any(), "it is one of them"
        assert one.counts[code] == FEWEST and torch.equal(one.sums[code], one.codebook[code].detach())


def test_which_vectors_follows_from_the_generator() -> None:
    z, codes, found = torch.randn(50, 3, generator=seeded(5)), torch.zeros(50, dtype=torch.long), []
    for seed in (1, 1, 2):
        one = quantiser(revival=True)
        one.update(z, codes, seeded(seed))
        found.append(one.codebook.detach().clone())
    assert torch.equal(found[0], found[1]) and not torch.equal(found[0], found[2])


@pytest.mark.parametrize("train", [True, False])
def test_only_the_first_phase_in_training_moves_averages(train: bool) -> None:
    model, x, labels = small(), digits(), mnist.load("test").labels[:20]
    before = state(model.train(train))
    model.codec_loss(x, seeded(), labels)
    moved = changed(before, model)
    assert moved == ({f"codec.quantiser.{name}" for name in ("codebook", "counts", "sums")} if train else set())
    before = state(model)
    model.prior_loss(x, seeded(), labels)
    model.sample(2, seeded())
    model.reconstruct(x)
    assert not changed(before, model)


# --- how codes are counted


def test_usage_and_perplexity() -> None:
    codes = torch.randint(7, (30, 7, 7), generator=seeded()) ** 2 % 10
    found = usage(codes, 10)
    counts = np.bincount(codes.numpy().ravel(), minlength=10)
    np.testing.assert_allclose(found.shares.numpy(), counts / counts.sum(), rtol=1e-6)
    assert int(found.used) == (counts > 0).sum() < 10
    assert float(found.perplexity) == pytest.approx(math.exp(entropy(counts)), rel=1e-5)
    assert float(usage(torch.arange(16), 16).perplexity) == pytest.approx(16, rel=1e-6)
    alone = usage(torch.full((3, 7, 7), 2), 10)
    assert (int(alone.used), float(alone.perplexity)) == (1, 1.0)


def test_the_usage_of_pictures_is_that_of_their_codes() -> None:
    model, x = small(), mnist.load("test").pixels(slice(0, 700))  # more than are encoded at once
    found, codes = model.usage(x), model.encode(x)
    assert torch.equal(found.shares, usage(codes, 8).shares)
    losses = model.eval().codec_loss(x)
    assert float(losses["used"]) == float(found.used) and torch.allclose(losses["perplexity"], found.perplexity)


# --- what cannot be


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        (torch.full((1, 7, 7), 8), "no code 8; give whole numbers from 0 to 7"),
        (torch.full((1, 7, 7), -1), "no code -1"),
        (torch.full((1, 7, 7), 1.5), r"no code 1\.5"),
        (torch.full((1, 7, 7), math.nan), "no code nan"),
        (torch.zeros(1, 7, 6), r"the shape \(B, 7, 7\), not \(1, 7, 6\)"),
    ],
    ids=str,
)
def test_codes_that_there_are_not(codes: Tensor, sentence: str) -> None:
    model = small()
    for use in (model.decode_codes, model.log_prob, lambda given: model.sample(1, given=given)):
        with pytest.raises(Problem, match=sentence):
            use(codes)


def test_a_single_grid_is_given_without_a_batch_but_decoded_with_one() -> None:
    model, grid = small(), torch.zeros(7, 7)
    assert model.sample(2, seeded(), given=grid).shape == (2, 1, 28, 28)
    with pytest.raises(Problem, match=r"not \(7, 7\)"):
        model.decode_codes(grid)


def test_what_else_cannot_be_drawn() -> None:
    model, mask = small(), torch.ones(7, 7, dtype=torch.bool)
    for options, sentence in (
        ({"label": 10}, "no label 10"),
        ({"temperature": 0}, "temperature"),
        ({"mask": ~mask}, "nothing to draw"),
        ({"mask": mask[:6]}, "mask needs the shape"),
        ({"given": torch.zeros(3, 7, 7)}, "3 pictures are given for 2"),
    ):
        with pytest.raises(Problem, match=sentence):
            model.sample(2, **options)  # type: ignore[arg-type]
