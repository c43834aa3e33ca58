"""Frames of a game: what they say of the two networks, against scipy, autograd, and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
import torch
from scipy.special import expit

from genmodels.arrays import Arrays
from genmodels.data import points
from genmodels.evaluation import frames, game, modes, optimal_discriminator
from genmodels.models.gan import LOSSES, PointGAN
from genmodels.storage import Damaged
from genmodels.training import recipes

RECIPE = recipes.make("gan-points")


def gan(**settings: object) -> PointGAN:
    return PointGAN(generator=torch.Generator().manual_seed(3), **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def watch() -> game.Watch:
    return game.Watch(RECIPE)


def numbers(frame: Arrays) -> dict[str, float]:
    return dict(zip(game.NUMBERS, frame["numbers"].astype(float).tolist(), strict=True))


def test_the_density_is_the_one_of_scipy() -> None:
    made = np.random.default_rng(0).normal(0, 1, (500, 2))
    factor = game.BANDWIDTH / np.sqrt(np.cov(made.T)[0, 0])
    places = game.lattice().numpy().astype(float)
    white = np.linalg.cholesky(np.cov(made.T))  # scipy's kernel has the data's covariance: compare where that is round
    round_points = np.linalg.solve(white, made.T).T
    factor = game.BANDWIDTH / np.sqrt(np.cov(round_points.T)[0, 0])
    theirs = scipy.stats.gaussian_kde(round_points.T, bw_method=factor)(places.T)
    ours = game.density(round_points).ravel()
    assert np.allclose(ours, theirs, rtol=1e-4, atol=1e-9)


def test_the_density_is_a_gaussian_around_each_point() -> None:
    places, centre = game.lattice().numpy().astype(float), np.array([[0.37, -1.2]])
    exact = scipy.stats.multivariate_normal(centre[0], game.BANDWIDTH**2).pdf(places)
    assert np.allclose(game.density(centre).ravel(), exact, rtol=1e-4, atol=1e-12)


def test_the_best_one_is_that_of_two_densities_and_a_half_where_nothing_is() -> None:
    p_data, p_made = game.density(points.ring_centres()), game.density(np.array([[0.0, 0.0]]))
    best = game.best_discriminator(p_data, p_made)
    full = np.minimum(p_data, p_made) > 100 * game.NOWHERE
    exact = expit(optimal_discriminator.logit(np.log(p_data[full]), np.log(p_made[full])))
    assert np.allclose(best[full], exact, atol=0.01)
    assert best[0, 0] == pytest.approx(0.5), "a corner, where neither has anything"
    middle = game.LATTICE // 2
    assert best[middle, middle] < 0.01


def test_the_value_of_the_best_one() -> None:
    ring = game.density(points.ring_centres())
    assert game.best_value(ring, ring) == pytest.approx(-math.log(4), abs=1e-12)
    apart = game.density(np.array([[0.0, 0.0]]))
    assert game.best_value(ring, apart) == pytest.approx(0.0, abs=1e-6)
    assert game.best_value(ring, 0 * ring) == 0.0


@pytest.mark.parametrize("loss", LOSSES)
def test_a_push_leads_down_what_the_generator_pays(watch: game.Watch, loss: str) -> None:
    """A step along the arrow of a point lowers that point's own loss, by the arrow's squared length."""
    model = gan(loss_kind=loss)
    frame = watch.look(model, 5)
    made, real = model.generate(watch.noise).detach(), model.discriminate(watch.data).detach()
    push, step = torch.from_numpy(frame["push"].astype(np.float32)), 1e-3

    def pays(place: torch.Tensor) -> torch.Tensor:
        logits = model.discriminate(place)
        return model.players.generator(real[: len(place)], logits)

    before = pays(made[: len(push)])
    after = pays(made[: len(push)] + step * push)
    expected = -step * push.square().sum(1)
    assert torch.allclose(after - before, expected, rtol=0.1, atol=1e-6)


def test_what_stands_in_a_frame(watch: game.Watch) -> None:
    model = gan()
    frame = watch.look(model, 7)
    frames.check(frames.stacked([frame, frame]))
    now = numbers(frame)
    made = model.generate(watch.noise)
    real, fake = model.discriminate(watch.data), model.discriminate(made)
    assert np.allclose(frame["made"], made[: game.NUM_SHOWN].detach().numpy(), atol=2e-3)
    value = torch.log(torch.sigmoid(real)).mean() + torch.log(1 - torch.sigmoid(fake)).mean()
    found = modes.found(made.detach().numpy(), points.ring_centres(), points.RING_SD)
    assert now["update"] == 7
    assert now["value"] == pytest.approx(value.item(), abs=1e-5)
    assert now["discriminator"] == pytest.approx(-value.item(), abs=1e-5)
    assert (now["on_real"], now["on_made"]) == pytest.approx(
        (torch.sigmoid(real).mean().item(), torch.sigmoid(fake).mean().item()), abs=1e-6
    )
    assert (now["modes"], now["share"]) == (found.number, pytest.approx(found.share))
    row, column = 10, 22
    place = torch.tensor([[-3 + 0.2 * column, -3 + 0.2 * row]])
    believed = torch.sigmoid(model.discriminate(place)).item()
    assert frame["surface"][row, column] == round(255 * believed)


def test_differences_alone_leave_the_zero_open(watch: game.Watch) -> None:
    """With pairs, and with Wasserstein's loss, a number that is added to D changes nothing in the picture."""
    for loss in ("pairs", "wasserstein"):
        model = gan(loss_kind=loss)
        before = watch.look(model, 0)
        with torch.no_grad():
            model.discriminator[-1].bias += 3.0  # type: ignore[index]
        after = watch.look(model, 0)
        assert np.abs(before["surface"].astype(int) - after["surface"]).max() <= 1
        assert numbers(after)["apart"] == pytest.approx(numbers(before)["apart"], abs=1e-5)


def test_looking_changes_nothing(watch: game.Watch) -> None:
    model = gan(spectral_norm=True)
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    watch.look(model, 0)
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_other_data_have_no_spots() -> None:
    frame = game.Watch(recipes.make("gan-points", data="two-moons")).look(gan(), 0)
    assert numbers(frame)["modes"] == numbers(frame)["share"] == -1


def test_what_is_no_number_does_not_get_into_a_frame(watch: game.Watch) -> None:
    model = gan()
    with torch.no_grad():
        model.generator[-1].bias.fill_(math.nan)  # type: ignore[index]
    frame = watch.look(model, 0)
    assert np.isfinite(frame["made"]).all() and np.isfinite(frame["push"]).all()


@pytest.mark.parametrize("spoiled", ["missing", "kind", "shape", "nan"])
def test_a_record_that_is_none_is_refused(watch: game.Watch, spoiled: str) -> None:
    record = frames.stacked([watch.look(gan(), 0)])
    if spoiled == "missing":
        del record["push"]
    elif spoiled == "kind":
        record["surface"] = record["surface"].astype(np.float32)
    elif spoiled == "shape":
        record["made"] = record["made"][:, :5]
    else:
        record["numbers"][0, 1] = math.nan
    with pytest.raises(Damaged):
        frames.check(record)
