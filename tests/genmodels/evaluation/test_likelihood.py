"""Bounds and distances against exact answers."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
import torch

from genmodels.data import mnist
from genmodels.evaluation.likelihood import bounds, evaluate, importance_weighted_bound
from genmodels.evaluation.nearest import nearest
from genmodels.models.autoencoder import Autoencoder
from genmodels.models.vae import VAE


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def vae() -> VAE:
    """A VAE whose decoder feels z, so that the bound is not tight."""
    model = VAE(hidden_dim=16, beta=7.0, generator=generator()).eval()
    with torch.no_grad():
        model.decoder[0].weight.mul_(2)
    return model


def test_evaluate_is_the_elbo_without_beta_and_with_its_standard_error(vae: VAE) -> None:
    images = mnist.load("test").images[:700]
    result = evaluate(vae, images, 1, generator(2))
    again, x = generator(2), images / 255
    chunks = [vae.terms(x[:500], again), vae.terms(x[500:], again)]
    per_image = torch.cat([chunk["reconstruction"] + chunk["kl"] for chunk in chunks])
    assert result["total"]["mean"] == pytest.approx(per_image.mean().item(), rel=1e-5)
    assert result["total"]["standard_error"] == pytest.approx(per_image.std().item() / math.sqrt(700), rel=1e-4)
    assert result["total"]["mean"] == pytest.approx(result["reconstruction"]["mean"] + result["kl"]["mean"], rel=1e-6)


def test_more_draws_are_averaged(vae: VAE) -> None:
    images = mnist.load("test").images[:50]
    one = generator(3)
    singles = [evaluate(vae, images, 1, one)["total"]["mean"] for _ in range(4)]
    assert evaluate(vae, images, 4, generator(3))["total"]["mean"] == pytest.approx(sum(singles) / 4, rel=1e-5)


def test_evaluate_takes_an_autoencoder() -> None:
    result = evaluate(Autoencoder(hidden_dim=16, generator=generator()), mnist.load("test").images[:60], 1)
    assert result["total"] == result["reconstruction"]


def test_with_one_sample_the_bound_is_the_elbo_on_average(vae: VAE) -> None:
    x = mnist.load("test").pixels(slice(0, 20))
    draws = generator(4)
    bounds = torch.stack([importance_weighted_bound(vae, x, 1, draws).mean() for _ in range(400)])
    elbos = torch.stack([-sum(vae.terms(x, draws).values()).mean() for _ in range(400)])  # type: ignore[union-attr]
    error = math.sqrt((bounds.var() + elbos.var()).item() / 400)
    assert abs((bounds.mean() - elbos.mean()).item()) < 4 * error


@torch.no_grad()
def test_the_bound_rises_from_the_elbo_to_the_evidence(vae: VAE) -> None:
    """With D = 2 the evidence can be integrated on a grid over z."""
    x = mnist.load("test").pixels(slice(0, 4))
    axis = torch.linspace(-6, 6, 121)
    z = torch.cartesian_prod(axis, axis)
    logits = vae.decode_logits(z).double()
    log_prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1).double()
    log_likelihood = logits @ x.flatten(1).double().T - torch.nn.functional.softplus(logits).sum(1, keepdim=True)
    evidence = (log_likelihood + log_prior[:, None]).logsumexp(0) + math.log((12 / 120) ** 2)

    draws = generator()
    elbo, few, many = (
        torch.stack([importance_weighted_bound(vae, x, num_samples, draws).double() for _ in range(repeats)])
        for num_samples, repeats in ((1, 400), (5, 100), (500, 20))
    )
    assert torch.all(elbo.mean(0) < few.mean(0)) and torch.all(few.mean(0) < many.mean(0))
    # exp(bound) is an unbiased estimate of p(x): its mean must be the evidence within its own standard error
    ratio = (many - evidence).exp()
    assert torch.all((ratio.mean(0) - 1).abs() < 4 * ratio.std(0) / math.sqrt(20))
    assert torch.all(ratio.std(0) / math.sqrt(20) < 0.05), "too noisy to tell anything"


@torch.no_grad()
def test_a_linear_decoder_of_one_pixel_has_a_known_likelihood() -> None:
    """p(x = 1) is the mean of a sigmoid of a normal variable: by Gauss-Hermite quadrature, for each of two pictures."""
    model = VAE(latent_dim=1, hidden_dim=8, side=1, generator=generator()).eval()
    model.decoder[0].weight.zero_()
    model.decoder[0].bias.zero_()
    model.decoder[0].weight[0], model.decoder[0].weight[1] = 1.0, -1.0  # relu(z) and relu(-z): their difference is z
    model.decoder[2].weight.zero_()
    model.decoder[2].weight[0, 0], model.decoder[2].weight[0, 1] = 4.0, -4.0
    model.decoder[2].bias.fill_(1.0)
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    p = float((weights / (1 + np.exp(-(4 * nodes + 1)))).sum() / math.sqrt(2 * math.pi))
    x = torch.tensor([1.0, 0.0]).view(2, 1, 1, 1)
    exact, before = -torch.tensor([p, 1 - p], dtype=torch.float64).log(), torch.full((2,), math.inf)
    for num_samples in (1, 4, 32, 512):
        weighted, elbo = bounds(model, x.repeat(2000, 1, 1, 1), num_samples, generator(1))
        weighted, error = weighted.view(-1, 2).mean(0), weighted.view(-1, 2).std(0) / math.sqrt(2000)
        assert torch.all(weighted > exact - 3 * error) and torch.all(weighted < before)
        before = weighted
        assert num_samples > 1 or torch.equal(elbo.view(-1, 2).mean(0), weighted)
    assert torch.all(before - exact < 3 * error + 0.002)


def test_the_bounds_of_many_pictures_are_those_of_each(vae: VAE) -> None:
    x = mnist.load("test").pixels(slice(0, 700))
    heard: list[int] = []
    weighted, elbo = bounds(vae, x, 3, generator(6), heard.append)
    again = generator(6)
    expected = torch.cat([importance_weighted_bound(vae, chunk, 3, again) for chunk in x.split(500)])
    torch.testing.assert_close(weighted.float(), -expected)
    assert sum(heard) == 700 and torch.all(elbo >= weighted)  # the mean of logarithms is the lower one
    assert elbo.mean() == pytest.approx(evaluate(vae, mnist.load("test").images[:700], 9)["total"]["mean"], rel=0.002)


def test_nearest_is_brute_force() -> None:
    images = mnist.load("train").images[:3000]
    query = mnist.load("test").pixels(slice(0, 5))
    indices, distances = nearest(query, images, 4)
    brute = ((images.flatten(1)[None].double() / 255 - query.flatten(1)[:, None].double()) ** 2).mean(2)
    expected = brute.sort(dim=1)
    assert torch.equal(indices, expected.indices[:, :4])
    torch.testing.assert_close(distances.double(), expected.values[:, :4], rtol=1e-5, atol=1e-8)


def test_nearest_finds_the_picture_itself_at_distance_zero() -> None:
    images = mnist.load("train").images
    query = mnist.load("train").pixels(torch.tensor([0, 31_337, 59_999]))
    indices, distances = nearest(query, images, 1)
    assert indices.flatten().tolist() == [0, 31_337, 59_999] and distances.max() == 0
    with pytest.raises(ValueError, match="k is from 1"):
        nearest(query, images[:3], 4)


@pytest.mark.alone
def test_nearest_over_all_of_mnist_stays_interactive() -> None:
    """Not a timed test of the machine: the bound is ten times what it takes."""
    query = mnist.load("test").pixels(slice(0, 1))
    nearest(query, mnist.load("train").images, 6)
    start = time.process_time()
    nearest(query, mnist.load("train").images, 6)
    assert time.process_time() - start < 1
