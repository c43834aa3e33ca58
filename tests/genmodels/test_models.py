"""The two lessons: exact values, gradients, learning, and what the two deliberate mistakes do."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from genmodels.models.autoencoder import Autoencoder
from genmodels.models.layers import GenerativeModel, linear
from genmodels.models.vae import VAE


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def images(n: int, seed: int = 1) -> torch.Tensor:
    return torch.rand((n, 1, 28, 28), generator=generator(seed))


def vae(**settings: object) -> VAE:
    return VAE(hidden_dim=16, generator=generator(), **settings)  # type: ignore[arg-type]


def test_linear_has_pytorchs_bounds_and_leaves_the_global_numbers_alone() -> None:
    before = torch.get_rng_state()
    layer = linear(400, 300, generator())
    assert torch.equal(before, torch.get_rng_state())
    assert 0.0499 < layer.weight.abs().max() <= 0.05  # 1 / sqrt(400)
    assert layer.weight.std().item() == pytest.approx(0.05 / math.sqrt(3), rel=0.01)
    assert torch.equal(layer.weight, linear(400, 300, generator()).weight)


def test_kl_is_that_of_torch_distributions() -> None:
    model, x = vae(latent_dim=5).eval(), images(7)
    mu, logvar = model.encode(x)
    expected = kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(model.terms(x, generator())["kl"], expected)


def test_reconstruction_is_minus_the_log_of_a_bernoulli_for_black_and_white_pixels() -> None:
    model, x = vae().eval(), images(7).round()
    mu, logvar = model.encode(x)
    z = model.reparameterise(mu, logvar, generator(5))
    expected = -Bernoulli(probs=model.decode(z).flatten(1)).log_prob(x.flatten(1)).sum(1)
    torch.testing.assert_close(model.terms(x, generator(5))["reconstruction"], expected, rtol=1e-5, atol=1e-3)


def test_loss_by_hand() -> None:
    """All weights 0 but the encoder's last bias: q = N(1, e^2) whatever x, and every pixel has probability 1/2."""
    model = vae(latent_dim=1, beta=3.0).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.encoder[2].bias.copy_(torch.tensor([1.0, 2.0]))
    loss = model.loss(images(4), generator())
    kl = 0.5 * (1 + math.e**2 - 1 - 2)
    assert loss["reconstruction"].item() == pytest.approx(784 * math.log(2), rel=1e-6)
    assert loss["kl"].item() == pytest.approx(kl, rel=1e-6)
    assert loss["total"].item() == pytest.approx(784 * math.log(2) + 3 * kl, rel=1e-6)


def test_reconstruction_stays_finite_where_the_sigmoid_is_exactly_1() -> None:
    model = vae().eval()
    with torch.no_grad():
        model.decoder[2].bias.fill_(200.0)
    x = torch.zeros(1, 1, 28, 28)
    assert model.terms(x, generator())["reconstruction"].item() == pytest.approx(784 * 200, rel=1e-3)


def test_gradients_reach_every_weight_and_differ_from_zero() -> None:
    for model in (vae(), Autoencoder(hidden_dim=16, generator=generator())):
        model.loss(images(8), generator())["total"].backward()
        for name, parameter in model.named_parameters():
            assert parameter.grad is not None and parameter.grad.abs().max() > 0, name


def test_kl_gradient_is_the_numerical_one() -> None:
    model = vae(latent_dim=3).double()
    bias = model.encoder[2].bias
    x = images(4).double()

    def kl() -> torch.Tensor:
        return model.loss(x, generator())["kl"]

    (gradient,) = torch.autograd.grad(kl(), bias)
    for index in range(6):
        with torch.no_grad():
            bias[index] += 1e-5
            high = kl().item()
            bias[index] -= 2e-5
            low = kl().item()
            bias[index] += 1e-5
        assert gradient[index].item() == pytest.approx((high - low) / 2e-5, rel=1e-5, abs=1e-9)


def test_reparameterise_has_the_right_mean_and_spread_and_passes_gradients() -> None:
    mu = torch.full((20_000, 1), 2.0, requires_grad=True)
    logvar = torch.full((20_000, 1), math.log(0.25), requires_grad=True)
    z = vae().reparameterise(mu, logvar, generator())
    assert z.mean().item() == pytest.approx(2.0, abs=5 * 0.5 / math.sqrt(20_000))
    assert z.std().item() == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(40_000))
    z.sum().backward()
    assert mu.grad is not None and torch.equal(mu.grad, torch.ones_like(mu))
    assert logvar.grad is not None
    torch.testing.assert_close(logvar.grad, (z.detach() - 2) / 2)  # d sigma eps / d logvar = sigma eps / 2


def test_uniform_noise_is_for_training_only() -> None:
    model = vae(noise="uniform")
    mu = logvar = torch.zeros(1000, 2)
    drawn = model.train().reparameterise(mu, logvar, generator())
    assert drawn.min() >= 0 and drawn.max() < 1
    assert model.eval().reparameterise(mu, logvar, generator()).min() < -2


def test_relu_after_the_encoder_clips_mu_and_pins_sigma_at_one_or_more() -> None:
    mu, logvar = vae(relu_after_encoder=True).encode(images(50))
    assert mu.min() >= 0 and logvar.min() >= 0
    mu, logvar = vae().encode(images(50))
    assert mu.min() < 0 and logvar.min() < 0


@pytest.mark.parametrize("model", [vae(latent_dim=3), Autoencoder(3, 16, generator())], ids=["vae", "ae"])
def test_samples_are_images_and_follow_the_generator(model: GenerativeModel) -> None:
    drawn = model.sample(5, generator(3))
    assert drawn.shape == (5, 1, 28, 28) and drawn.dtype == torch.float32 and not drawn.requires_grad
    assert drawn.min() >= 0 and drawn.max() <= 1
    assert torch.equal(drawn, model.sample(5, generator(3)))
    assert not torch.equal(drawn, model.sample(5, generator(4)))


def test_autoencoder_reconstruction_is_torchs_binary_cross_entropy() -> None:
    model, x = Autoencoder(hidden_dim=16, generator=generator()), images(6)
    expected = torch.nn.functional.binary_cross_entropy(model.decode(model.encode(x)), x, reduction="sum") / 6
    torch.testing.assert_close(model.loss(x)["total"], expected)


@pytest.mark.parametrize("kind", [VAE, Autoencoder])
@pytest.mark.parametrize("side", [1, 32])
def test_pictures_may_have_another_side(kind: type[VAE] | type[Autoencoder], side: int) -> None:
    model = kind(hidden_dim=16, side=side, generator=generator())
    with torch.no_grad():
        model.decoder[2].weight.zero_()
        model.decoder[2].bias.zero_()
    x = torch.rand((3, 1, side, side), generator=generator(1))
    loss = model.loss(x, generator())["reconstruction"]
    assert loss.item() == pytest.approx(side**2 * math.log(2), rel=1e-6), "every pixel has probability 1/2"
    assert model.sample(2, generator()).shape == (2, 1, side, side)


@pytest.mark.parametrize("kind", [VAE, Autoencoder])
@pytest.mark.parametrize("side", [0, -28, 28.0, True, "28", None])
def test_what_is_no_side_is_named(kind: type[VAE] | type[Autoencoder], side: Any) -> None:
    with pytest.raises(ValueError, match=f"positive whole number of pixels, not {side!r}"):
        kind(side=side)
