"""The shipped VAE's latent space, against torch, torch.distributions and scipy."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.numpy
import torch
from scipy.special import ndtri
from sklearn.neighbors import KNeighborsClassifier
from torch.distributions import Bernoulli, Normal, kl_divergence

from genmodels import load
from genmodels.data import mnist
from genmodels.evaluation import latent
from genmodels.evaluation.latent import LatentMap
from genmodels.training import checkpoints


@pytest.fixture(scope="module")
def shipped() -> LatentMap:
    return LatentMap(checkpoints.get("vae-mnist"))


def test_the_grid_is_the_tutorials() -> None:
    assert latent.GRID[-1] == pytest.approx(1.6448536269514722, abs=1e-15)
    assert np.allclose(latent.GRID, ndtri(np.linspace(0.05, 0.95, 20)), atol=1e-14)
    assert np.allclose(latent.GRID, -latent.GRID[::-1])


def test_epochs_that_the_page_scrubs_through(shipped: LatentMap) -> None:
    assert {0, 1, 2, 5, 10, 20} <= set(shipped.epochs)
    assert shipped.means.shape == (len(shipped.epochs), 10_000, 2)


def test_kl_is_that_of_torch_distributions() -> None:
    rng = np.random.default_rng(0)
    mu, sigma = rng.normal(0, 2, (50, 2)), rng.lognormal(-1, 1, (50, 2))
    q = Normal(torch.tensor(mu), torch.tensor(sigma))
    expected = kl_divergence(q, Normal(torch.zeros(2, dtype=torch.float64), torch.ones(2, dtype=torch.float64))).sum(1)
    assert np.allclose(latent.kl_to_prior(mu, sigma), expected.numpy(), rtol=1e-12)


def test_the_final_epoch_is_the_shipped_model(shipped: LatentMap) -> None:
    x = mnist.load("test").pixels(slice(0, 100))
    mu, logvar = load("vae-mnist").encode(x)
    assert np.allclose(shipped.means[-1, :100], mu.numpy(), atol=1e-5)
    assert np.allclose(shipped.sigmas[-1, :100], (logvar / 2).exp().numpy(), atol=1e-5)


def test_reconstruction_is_the_cross_entropy_of_bernoullis(shipped: LatentMap) -> None:
    picture, z = shipped.pictures[3], np.array([0.3, -1.1])
    probabilities = (
        shipped.models[2].decode(torch.tensor(z, dtype=torch.float32)[None]).double().clamp(1e-12, 1 - 1e-12)
    )
    x = torch.tensor(picture[None, None] / 255.0)
    expected = -Bernoulli(probabilities, validate_args=False).log_prob(x).sum()
    assert shipped.reconstruction(picture, z, 2) == pytest.approx(float(expected), rel=1e-5)


def test_no_reconstruction_costs_less_than_the_greys(shipped: LatentMap) -> None:
    x = torch.tensor(shipped.pictures[0] / 255.0)
    floor = latent.grey_floor(shipped.pictures[0])
    assert floor == pytest.approx(float(Bernoulli(x).entropy().nansum()), rel=1e-9)
    assert floor < shipped.reconstruction(shipped.pictures[0], shipped.means[-1, 0], -1)


def test_class_shares_are_those_of_a_nearest_neighbour_classifier(shipped: LatentMap) -> None:
    judge = KNeighborsClassifier(n_neighbors=50).fit(shipped.means[-1], shipped.labels)
    for z in np.random.default_rng(1).normal(0, 1, (20, 2)):
        shares = shipped.class_shares(z, -1)
        assert shares.sum() == pytest.approx(1)
        assert np.allclose(shares, judge.predict_proba(z[None])[0])


def test_untrained_codes_are_one_heap_and_trained_ones_are_not(shipped: LatentMap) -> None:
    """What the page lets its readers guess."""
    assert shipped.means[0].std(axis=0).max() < 0.1
    assert shipped.means[-1].std(axis=0).min() > 0.8
    same_class = [
        (shipped.class_shares(m, -1)[label]) for m, label in zip(shipped.means[-1, :300], shipped.labels, strict=False)
    ]
    assert np.mean(same_class) > 0.6


def test_nearest_training_pictures_of_a_training_picture_begin_with_itself(shipped: LatentMap) -> None:
    picture = mnist.load("train").images[1234, 0].numpy()
    found = shipped.nearest_training(picture, 3)
    assert np.array_equal(found.pictures[0], picture)
    assert found.distances[0] == 0
    assert found.distances[1] > 0
    assert found.labels[0] == mnist.load("train").labels[1234]


def test_the_payload_holds_what_the_browser_needs(shipped: LatentMap) -> None:
    tensors = safetensors.numpy.load(shipped.payload("any name"))
    final = load("vae-mnist").decoder.state_dict()
    for part, weight in final.items():
        assert np.array_equal(tensors[f"epoch-20.decoder.{part}"], weight.numpy())
    assert tensors["labels"].dtype == np.uint8
    assert np.allclose(tensors["means"], shipped.means, atol=4e-3)
    assert len(shipped.payload("any name")) < 4_000_000


def test_one_visitor_does_not_change_what_another_sees(shipped: LatentMap) -> None:
    before = {name: value.clone() for name, value in shipped.models[-1].state_dict().items()}
    shipped.posterior(shipped.pictures[0])
    shipped.decode(np.zeros((3, 2)), -1)
    assert not any(model.training or any(p.requires_grad for p in model.parameters()) for model in shipped.models)
    assert all(torch.equal(before[name], value) for name, value in shipped.models[-1].state_dict().items())
