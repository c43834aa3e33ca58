"""The prior over codes: a distribution to the last digit, blind to what comes later, and the same cached or not."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from scipy.stats import chisquare
from torch import Tensor

from genmodels.models.codeprior import CodePrior
from genmodels.models.vqvae import VQVAE


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def learned(prior: CodePrior, seed: int = 1) -> CodePrior:
    """With weights far from where they begin, so that every part of the network counts."""
    with torch.no_grad():
        for parameter in prior.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape, generator=seeded(seed + parameter.numel())))
    return prior.eval()


def small(num_codes: int = 11, num_classes: int = 3, side: int = 4, num_layers: int = 2) -> CodePrior:
    return learned(CodePrior(num_codes, num_classes, 16, num_layers, side, seeded()))


def grids(n: int, prior: CodePrior, seed: int = 0) -> Tensor:
    return torch.randint(prior.levels, (n, prior.side, prior.side), generator=seeded(seed))


def every(prior: CodePrior) -> Tensor:
    """All grids that there are, as levels."""
    codes = torch.tensor(list(itertools.product(range(prior.levels), repeat=prior.side**2)))
    return prior.levels_of(codes.view(-1, prior.side, prior.side))


@pytest.mark.parametrize(("num_codes", "num_classes"), [(2, 0), (2, 3), (5, 2)])
def test_the_probabilities_of_all_grids_sum_to_one(num_codes: int, num_classes: int) -> None:
    prior = small(num_codes, num_classes, side=2)
    everything = every(prior)
    assert len(everything) == num_codes**4
    for label in [None, *range(num_classes)]:
        log_p = prior.log_prob(everything, label)
        assert float(log_p.logsumexp(0)) == pytest.approx(0, abs=1e-5)
        assert log_p.std() > 0.5, "they are far from all the same"


def test_without_a_label_all_labels_count_alike() -> None:
    prior = small()
    x = prior.levels_of(grids(5, prior))
    each = torch.stack([prior.log_prob(x, label) for label in range(3)])
    assert torch.allclose(prior.log_prob(x), each.logsumexp(0) - math.log(3))
    assert (each[0] - each[1]).abs().min() > 1e-3


def test_drawn_grids_come_as_often_as_they_should() -> None:
    prior, n = small(2, 2, side=2), 20_000
    drawn = prior.codes_of(prior.sample(n, seeded(3))).flatten(1)
    counts = (drawn * torch.tensor([8, 4, 2, 1])).sum(1).bincount(minlength=16)
    expected = n * prior.log_prob(every(prior)).exp()
    assert chisquare(counts.numpy(), (expected / expected.sum() * n).numpy()).pvalue > 1e-3


@pytest.mark.parametrize("place", [0, 3, 5, 11, 14])
def test_a_factor_knows_what_came_before_and_nothing_else(place: int) -> None:
    """Also the code at the end of a row is known to the place after it, at the beginning of the next row."""
    prior = small()
    codes = grids(6, prior)
    other = codes.clone()
    other.view(6, -1)[:, place] = (codes.view(6, -1)[:, place] + 1) % prior.levels
    label = torch.arange(6) % 3
    before, after = (prior.logits(prior.levels_of(one), label).flatten(2) for one in (codes, other))
    differs = (before - after).abs().amax((0, 1)) > 1e-6
    assert not differs[: place + 1].any() and differs[place + 1 :].all()


def test_every_grid_is_looked_at_alone() -> None:
    prior = small()
    x, label = prior.levels_of(grids(4, prior)), torch.tensor([2, 0, 1, 1])
    alone = torch.cat([prior.logits(one[None], which[None]) for one, which in zip(x, label, strict=True)])
    assert torch.allclose(prior.logits(x, label), alone, atol=1e-4)


@pytest.mark.parametrize("num_classes", [0, 3])
def test_cached_and_uncached_give_the_same_factors_and_draw_the_same_codes(num_classes: int) -> None:
    prior = small(num_classes=num_classes)
    for options in ({}, {"temperature": 0.5}, {"label": 2} if num_classes else {}):
        pairs = zip(prior.draw(9, seeded(4), **options), prior.draw(9, seeded(4), cached=False, **options), strict=True)
        for cached, whole in pairs:
            assert (cached.row, cached.column) == (whole.row, whole.column)
            assert torch.allclose(cached.probabilities, whole.probabilities, atol=1e-5)
            assert torch.equal(cached.x, whole.x)


def test_what_is_handed_out_while_drawing_are_the_models_own_factors() -> None:
    prior = small()
    for pixel in prior.draw(3, seeded(5), label=1):
        expected = prior.conditional(pixel.x, pixel.row, pixel.column, 1)
        assert torch.allclose(pixel.probabilities, expected, atol=1e-5)
        code = prior.codes_of(pixel.x)[:, pixel.row, pixel.column]
        below = pixel.probabilities.cumsum(1)
        first = (below > pixel.chance[:, None]).long().argmax(1)
        assert torch.equal(code, first), "the first code at which the sum of the probabilities exceeds the chance"


def test_codes_that_are_given_stay() -> None:
    prior = small()
    given, mask = grids(1, prior, 7)[0], torch.zeros(4, 4, dtype=torch.bool)
    mask.view(-1)[6:] = True
    for cached in (True, False):
        x = prior.sample(5, seeded(8), given=prior.levels_of(given[None]), mask=mask, cached=cached)
        codes = prior.codes_of(x)
        assert (codes[:, ~mask] == given[~mask]).all() and not (codes[:, mask] == given[mask]).all()


def test_a_low_temperature_takes_the_likeliest_code() -> None:
    prior = small()
    for pixel in prior.draw(4, seeded(9), label=0, temperature=0.05):
        likeliest = prior.conditional(pixel.x, pixel.row, pixel.column, 0)
        sharp = likeliest**20 / (likeliest**20).sum(1, keepdim=True)
        assert torch.allclose(pixel.probabilities, sharp, atol=1e-3)


@pytest.mark.parametrize("num_codes", [2, 3, 64, 255, 256])
def test_codes_and_levels_are_two_names_of_the_same(num_codes: int) -> None:
    prior = CodePrior(num_codes, 0, 16, 1, 16, seeded())
    codes = torch.arange(256).view(1, 16, 16) % num_codes
    assert torch.equal(prior.codes_of(prior.check(prior.levels_of(codes))), codes)


def test_it_begins_by_holding_all_codes_for_nearly_as_likely() -> None:
    prior = CodePrior(64, 10, 96, 3, 7, seeded())
    nats = -prior.log_prob(prior.levels_of(grids(50, prior)), 3).mean() / 49
    assert float(nats) == pytest.approx(math.log(64), abs=0.3)


def test_pictures_are_what_the_drawn_codes_decode_into() -> None:
    model = VQVAE(num_codes=8, latent_dim=4, width=8, prior_width=16, num_layers=1, generator=seeded()).eval()
    learned(model.prior)
    *_, last = model.draw(3, seeded(2), label=4)
    codes = model.prior.codes_of(last.x)
    assert torch.equal(model.sample(3, seeded(2), label=4), model.decode_codes(codes))
    assert torch.equal(model.sample(3, seeded(2), label=4), model.sample(3, seeded(2), label=4, cached=False))
    factors = model.prior.log_factors(last.x, torch.full((3,), 4)).double().sum((1, 2))
    assert torch.allclose(model.log_prob(codes, 4), factors)
