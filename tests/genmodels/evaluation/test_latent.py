"""A VAE's latent space, the shipped one's and own runs', against torch, torch.distributions, scipy and scikit-learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch
from scipy.special import ndtri
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from torch.distributions import Bernoulli, Normal, kl_divergence

from genmodels import load
from genmodels.data import mnist, relatives
from genmodels.data.mnist import Images
from genmodels.evaluation import latent
from genmodels.evaluation.latent import LatentMap, Plane
from genmodels.training import checkpoints
from tests.runs import train_small


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
    sigma = (logvar / 2).exp().numpy()
    assert np.allclose(shipped.encode(shipped.pictures[:100])[1][-1], sigma, atol=1e-5)
    assert np.allclose(shipped.widest[:100], sigma.max(1), atol=1e-5)
    assert shipped.own == len(shipped.epochs) - 1


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


# --- own runs


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def own(home: Path, **settings: object) -> LatentMap:
    """The map of a small own run, which keeps epoch 2 of 3."""
    return LatentMap(checkpoints.open_folder(home / "trained" / train_small(home, best=2, **settings)), "cpu")


def browser_decode(space: LatentMap, epoch: int, point: np.ndarray) -> np.ndarray:
    """What the component computes from the payload: sigmoid(W2 relu(W1 (a, b) + b1) + b2), in single precision."""
    tensors = safetensors.numpy.load(space.payload("any name"))
    w1, b1, w2, b2 = (
        tensors[f"epoch-{epoch}.decoder.{part}"].astype(np.float32)
        for part in ("0.weight", "0.bias", "2.weight", "2.bias")
    )
    hidden = np.maximum(w1 @ point.astype(np.float32) + b1, 0)
    return 1 / (1 + np.exp(-(w2 @ hidden + b2)))


@pytest.mark.parametrize("dim", [1, 2, 3, 8, 32])
def test_the_browser_decodes_points_of_the_plane_as_torch_does(own_home: Path, dim: int) -> None:
    space = own(own_home, latent_dim=dim)
    assert space.epochs == (0, 1, 2, 3)
    for index, epoch in enumerate(space.epochs):
        for point in np.random.default_rng(dim).normal(0, 1.5, (5, 2)):
            point[1] *= dim > 1
            z = torch.tensor(space.plane.lift(point), dtype=torch.float32)[None]
            there = space.models[index].decode(z).numpy().ravel()
            assert np.abs(browser_decode(space, epoch, point) - there).max() < 1e-5


def test_the_model_is_the_epoch_that_was_best_not_the_last(own_home: Path) -> None:
    space = own(own_home, latent_dim=2)
    assert (space.epochs[space.own], space.epochs[-1]) == (2, 3)
    model = space.checkpoint.model("cpu")
    mu, _ = model.encode(mnist.load("test").pixels(slice(0, 50)))
    assert np.allclose(space.means[space.own, :50], mu.numpy(), atol=1e-5)
    tensors = safetensors.numpy.load(space.payload("any name"))
    assert np.array_equal(tensors["epoch-2.decoder.2.weight"], model.decoder[2].weight.numpy())
    assert tensors["epoch-3.decoder.2.weight"].dtype == np.float16
    reach = np.quantile(np.abs(space.means[space.own]), 0.999)
    assert reach <= space.extent < max(reach, 2) + 0.5


def test_the_plane_is_that_of_the_principal_axes(own_home: Path) -> None:
    space = own(own_home, latent_dim=8)
    codes, _ = space.encode(space.pictures[:3000])
    all_codes = space.models[space.own].encode(mnist.load("test").pixels())[0].numpy().astype(np.float64)
    judge = PCA(2).fit(all_codes)
    assert np.allclose(np.abs(judge.components_ @ space.plane.axes), np.eye(2), atol=1e-4)
    assert np.allclose(space.plane.origin, all_codes.mean(0), atol=1e-5)
    assert space.share == pytest.approx(judge.explained_variance_ratio_.sum(), abs=1e-4)
    assert np.allclose(space.means[0, :3000], space.plane.project(codes[0]), atol=1e-5)
    assert np.allclose(space.plane.centre, -space.plane.origin @ space.plane.axes)


def test_the_same_codes_give_the_same_plane_and_its_axes_point_where_they_are_large() -> None:
    codes = np.random.default_rng(0).normal(0, [3, 2, 1, 0.5], (500, 4)).astype(np.float32)
    plane, again = Plane.through(codes), Plane.through(codes[::-1].copy())
    assert np.allclose(plane.axes, again.axes, atol=1e-6)
    assert (plane.axes[np.abs(plane.axes).argmax(0), [0, 1]] > 0).all()
    assert np.allclose(plane.axes.T @ plane.axes, np.eye(2))


def test_a_point_lifted_is_projected_to_itself_and_no_point_is_nearer() -> None:
    rng = np.random.default_rng(1)
    plane = Plane.through(rng.normal(0, 1, (100, 5)))
    point, z = rng.normal(0, 1, (7, 2)), rng.normal(0, 1, (7, 5))
    assert np.allclose(plane.project(plane.lift(point)), point)
    nearest = np.linalg.norm(z - plane.lift(plane.project(z)), axis=1)
    assert (nearest <= np.linalg.norm(z - plane.lift(point), axis=1)).all()


def test_two_dimensions_are_shown_as_they_are() -> None:
    codes = np.random.default_rng(2).normal(1, 2, (50, 2)).astype(np.float32)
    plane = Plane.through(codes)
    assert np.array_equal(plane.project(codes), codes)
    assert np.array_equal(plane.lift(codes), codes)
    widths, tilt = plane.spread(np.array([0.1, 0.4]))
    assert (widths.tolist(), float(tilt)) == ([0.1, 0.4], 0.0)


def test_one_dimension_lies_along_the_first_axis() -> None:
    plane = Plane.through(np.random.default_rng(3).normal(1, 2, (50, 1)))
    assert plane.project(np.array([1.5])).tolist() == [1.5, 0.0]
    assert plane.lift(np.array([1.5, 9.0])).tolist() == [1.5]
    assert plane.spread(np.array([0.3]))[0].tolist() == [0.3, 0.0]


def test_the_ellipse_is_that_of_projected_draws() -> None:
    rng = np.random.default_rng(4)
    plane, sigma = Plane.through(rng.normal(0, [1, 2, 3, 1, 1], (200, 5))), np.array([0.9, 0.2, 0.5, 0.1, 1.4])
    drawn = plane.project(plane.origin + sigma * rng.standard_normal((200_000, 5)))
    widths, tilt = plane.spread(sigma)
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    assert np.allclose(turn @ np.diag(widths**2) @ turn.T, np.cov(drawn.T), atol=0.02)
    assert widths[0] >= widths[1]


def test_a_run_whose_codes_have_collapsed_can_still_be_shown(own_home: Path) -> None:
    assert own(own_home, latent_dim=2, beta=100).extent >= 2


def test_a_run_on_other_data_shows_its_own_pictures(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Images(255 - mnist.load("test").images[:300], mnist.load("test").labels[:300])
    monkeypatch.setattr(relatives, "load", lambda name, split: there)
    space = own(own_home, data="fashion-mnist")
    assert np.array_equal(space.pictures, there.images[:, 0].numpy())
    assert space.means.shape == (4, 300, 2)


def test_a_model_of_another_kind_has_no_map() -> None:
    with pytest.raises(TypeError):
        LatentMap(checkpoints.get("ae-mnist"))
