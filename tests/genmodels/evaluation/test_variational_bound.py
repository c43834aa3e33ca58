"""The bound of a diffusion where all is known: a pixel like a coin, whose best denoiser can be written down."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.evaluation import variational_bound as variational_bound_module
from genmodels.evaluation.variational_bound import Bound, variational_bound
from genmodels.models.diffusion import ImageDiffusion
from genmodels.models.schedule import NoiseSchedule

N = 20_000


@dataclass(frozen=True)
class Coin:
    """Knows that x_0 is 1 with probability p, else -1, and nothing can know more: E[x_0 | x_t]."""

    schedule: NoiseSchedule
    p: float = 0.5
    num_classes: int = 0
    x0_limit: float = 1.0

    def predict(self, xt: Tensor, t: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        alpha_bar = self.schedule.at(self.schedule.alpha_bar, t.cpu(), xt)
        log_odds = 2 * alpha_bar.sqrt() * xt / (1 - alpha_bar) + math.log(self.p / (1 - self.p))
        x0 = (log_odds / 2).tanh()
        return x0, (xt - alpha_bar.sqrt() * x0) / (1 - alpha_bar).sqrt()


@pytest.fixture(autouse=True)
def all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coins are small."""
    monkeypatch.setattr(variational_bound_module, "_CHUNK", N)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def coins(p: float, pixels: int = 1) -> Tensor:
    """(N, pixels, 1, 1), so many of each that chance has no part in it."""
    flat = (torch.arange(N * pixels) < p * N * pixels).float()
    return flat[torch.randperm(len(flat), generator=generator(5))].view(N, pixels, 1, 1)


def entropy(p: float) -> float:
    return -p * math.log(p) - (1 - p) * math.log(1 - p)


@pytest.mark.parametrize("p", [0.5, 0.1])
def test_the_bound_is_above_the_entropy_and_comes_to_it_with_many_steps(p: float) -> None:
    """It does not fall all the way: five steps lose more than two, as none of them is small enough to be Gaussian."""
    over = {}
    for num_steps in (2, 5, 20, 1000):
        coin = Coin(NoiseSchedule.cosine(num_steps), p)
        bound = variational_bound(coin, coins(p), generator(), num_draws=40)
        error = float(bound.std()) / math.sqrt(N)
        over[num_steps] = float(bound.mean()) - entropy(p)
        assert error < 0.012 and over[num_steps] > -3 * error
    assert over[5] > over[2] > 0.05 and over[5] > over[20] > 0.05
    assert over[1000] < 0.03


def test_who_knows_less_pays_for_it() -> None:
    """By the KL divergence of the two coins."""
    schedule, p, believed = NoiseSchedule.cosine(1000), 0.1, 0.4
    kl = p * math.log(p / believed) + (1 - p) * math.log((1 - p) / (1 - believed))
    bound = variational_bound(Coin(schedule, believed), coins(p), generator(), num_draws=40)
    assert float(bound.mean()) == pytest.approx(entropy(p) + kl, abs=3 * float(bound.std()) / math.sqrt(N) + 0.01)


def test_the_bound_is_of_a_whole_picture() -> None:
    coin = Coin(NoiseSchedule.cosine(50))
    one, nine = (variational_bound(coin, coins(0.5, pixels), generator()).mean() for pixels in (1, 9))
    assert float(nine) == pytest.approx(9 * float(one), rel=0.03)


@pytest.mark.parametrize("steps", [None, 7])
def test_what_is_drawn_of_the_terms_is_their_sum_on_average(steps: int | None) -> None:
    bound = Bound(Coin(NoiseSchedule.cosine(30), 0.3), steps)
    x = coins(0.3)
    terms = [
        float(bound.step(2 * x - 1, torch.full((N,), one), generator(one)).mean()) for one in range(len(bound.gain))
    ]
    assert len(terms) == (29 if steps is None else 6)
    whole = sum(terms) + float(bound.prior(2 * x - 1).mean() + bound.last(2 * x - 1, generator(99)).mean())
    for num_draws in (1, 6):
        drawn = variational_bound(bound.model, x, generator(), steps, num_draws)
        assert float(drawn.mean()) == pytest.approx(whole, abs=4 * float(drawn.std()) / math.sqrt(N) + 0.003)


def test_a_step_is_the_divergence_of_two_posteriors() -> None:
    """Against torch's own KL of two normal distributions with the posterior's mean and variance."""
    coin = Coin(NoiseSchedule.cosine(40), 0.3)
    bound, x0, t = Bound(coin), torch.tensor([1.0, -1.0, 1.0]).view(3, 1, 1, 1), 17
    found = bound.step(x0, torch.full((3,), t - 2), generator(3))
    xt = coin.schedule.noise(x0, t, torch.randn(x0.shape, generator=generator(3)))
    guess, _ = coin.predict(xt, torch.full((3,), t), None)
    (right, variance), (mean, _) = (coin.schedule.posterior(one, xt, t) for one in (x0, guess))
    two = (torch.distributions.Normal(one, variance.sqrt()) for one in (right, mean))
    expected = torch.distributions.kl_divergence(*two).flatten()
    torch.testing.assert_close(found.float(), expected, rtol=1e-4, atol=1e-6)


def test_one_step_is_a_coin_for_each_pixel_and_a_network_is_taken_too() -> None:
    x = mnist.binarised("test").pixels(slice(0, 4))
    model = ImageDiffusion(width=16, predicts="v", schedule="cosine-zero", num_steps=20, generator=generator()).eval()
    for steps in (1, 5, None):
        bound = variational_bound(model, x, generator(), steps)
        assert bound.shape == (4,) and bound.isfinite().all() and (bound > 0).all()
    # at T nothing of the picture is left, and nothing has been learned of how bright it is
    assert variational_bound(model, x, generator(), 1).mean() == pytest.approx(784 * math.log(2), rel=0.2)
    assert float(Bound(model).prior(2 * x - 1).abs().max()) == 0
    with pytest.raises(Problem, match="21 steps are not possible"):
        variational_bound(model, x, generator(), 21)
