"""Grids of codes as a page handles them: stamps, living codes and costs, against slow and independent ways."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
import torch
from PIL import Image

from genmodels import load
from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.evaluation import grids
from genmodels.evaluation.codes import cross_entropy
from genmodels.models.vqvae import VQVAE


@pytest.fixture(scope="module")
def model() -> VQVAE:
    shipped = load("vqvae-mnist", device="cpu")
    assert isinstance(shipped, VQVAE)
    return shipped


def digits(n: int = 30) -> torch.Tensor:
    return mnist.load("test").pixels(slice(0, n))


def test_a_stamp_is_the_mean_of_the_places_that_became_the_code(model: VQVAE) -> None:
    x = digits()
    atlas = grids.atlas(model, x)
    codes, padded = model.encode(x).numpy(), np.pad(x[:, 0].numpy(), ((0, 0), (2, 2), (2, 2)))
    for code in (int(atlas.shares.argmax()), int(np.flatnonzero(atlas.shares)[0])):
        places = np.argwhere(codes == code)
        pieces = [padded[i, 4 * row : 4 * row + 8, 4 * column : 4 * column + 8] for i, row, column in places]
        np.testing.assert_allclose(atlas.stamps[code], np.mean(pieces, axis=0), atol=1e-5)
    unseen = np.flatnonzero(atlas.shares == 0)
    assert not atlas.stamps[unseen].any()


def test_usage_and_perplexity_are_those_of_the_codes(model: VQVAE) -> None:
    atlas = grids.atlas(model, digits())
    counts = np.bincount(model.encode(digits()).flatten(), minlength=64)
    np.testing.assert_allclose(atlas.shares, counts / counts.sum(), rtol=1e-6)
    assert atlas.used == np.count_nonzero(counts)
    assert atlas.perplexity == pytest.approx(math.exp(scipy.stats.entropy(counts)), rel=1e-5)


def test_blank_paper_is_what_its_codes_decode_into(model: VQVAE) -> None:
    blank = torch.from_numpy(grids.atlas(model, digits()).blank)
    assert model.decode_codes(blank[None]).max() < 0.1


def test_the_nearest_living_code_is_the_one_that_trying_all_finds(model: VQVAE) -> None:
    z, killed = model.vectors(digits(1))[0], {6, 12, 61}
    codes, e = grids.living(model, z, {3: 8, 4: 12}, killed), model.codec.quantiser.codebook.double()
    for place, code in enumerate(codes.flatten().tolist()):
        vector = {3: e[8], 4: e[12]}.get(place, z.view(-1, z.shape[-1])[place].double())
        alive = [one for one in range(64) if one not in killed]
        assert code == min(alive, key=lambda one: float((vector - e[one]).square().sum()))
    assert codes.flatten()[3] == 8 and codes.flatten()[4] not in killed


def test_untouched_codes_are_the_models_and_the_vectors_stay_as_they_are(model: VQVAE) -> None:
    z = model.vectors(digits(1))[0]
    before = z.clone()
    assert torch.equal(grids.living(model, z, {}), model.encode(digits(1))[0])
    grids.living(model, z, {0: 5}, [1])
    assert torch.equal(z, before)


def test_one_code_is_left(model: VQVAE) -> None:
    z = model.vectors(digits(1))[0]
    assert set(grids.living(model, z, {}, range(1, 64)).flatten().tolist()) == {0}
    with pytest.raises(Problem, match="leave one"):
        grids.living(model, z, {}, range(64))


def test_what_a_grid_costs(model: VQVAE) -> None:
    codes = model.encode(digits(3))
    assert grids.bits_as_numbers(64) == 49 * 6
    for grid in codes:
        exact = [float(model.log_prob(grid[None], label)) for label in range(10)]
        mean = scipy.special.logsumexp(exact) - math.log(10)
        assert grids.bits_with_prior(model, grid) == pytest.approx(-mean / math.log(2), rel=1e-6)
        assert grids.bits_with_prior(model, grid, 7) == pytest.approx(-exact[7] / math.log(2), rel=1e-6)


def test_a_png_keeps_the_picture() -> None:
    picture = mnist.load("test").images[4, 0].numpy()
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", optimize=True)
    assert grids.bits_as_png(picture) == 8 * len(file.getvalue())
    assert np.array_equal(np.asarray(Image.open(file)), picture)


def test_the_cross_entropy_is_least_where_both_are_the_same() -> None:
    x = digits(1)
    expected = -(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)).sum()
    assert cross_entropy(x, x) == pytest.approx(float(expected), rel=1e-5)
    assert cross_entropy((x + 0.05).clamp(max=0.95), x) > cross_entropy(x, x)


def test_uniform_grids_know_nothing(model: VQVAE) -> None:
    drawn = grids.uniform(model, 400, torch.Generator().manual_seed(0))
    assert scipy.stats.chisquare(np.bincount(drawn.flatten(), minlength=64)).pvalue > 1e-3


def test_in_half_precision_near_codes_are_mistaken(model: VQVAE) -> None:
    """The page says that it is 8 % of the codes of 1,000 test digits."""
    z, e = model.vectors(digits(1000)).flatten(0, 2), model.codec.quantiser.codebook
    low, codes = z.bfloat16(), e.bfloat16()
    squares = [one.float().square().sum(-1).bfloat16() for one in (low, codes)]
    rounded = squares[0][:, None] - 2 * (low @ codes.T) + squares[1]
    mistaken = float((rounded.float().argmin(-1) != model.distances(z).argmin(-1)).float().mean())
    assert mistaken == pytest.approx(0.08, abs=0.01)
