"""The smallest GAN against numerical gradients and eigenvalues, lemmas of its paper, and what its paths do."""

from __future__ import annotations

import itertools
import math
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.special import expit

from genmodels.errors import Problem
from genmodels.probability.dirac_gan import FURTHEST, DiracGAN, Loss

LOSSES = get_args(Loss)
number = st.floats(-3, 3)
gammas = st.floats(0, 5)
rates = st.floats(0.01, 1)


def losses(game: DiracGAN, theta: float, psi: float) -> tuple[float, float]:
    """What generator and discriminator pay, written down once more, from D(x) = psi x and the paper's table."""
    fake, real = psi * theta, psi * 0.0
    penalty = game.r1 / 2 * psi**2
    generator, discriminator = {
        "original": (math.log(1 - expit(fake)), -math.log(expit(real)) - math.log(1 - expit(fake))),
        "non-saturating": (-math.log(expit(fake)), -math.log(expit(real)) - math.log(1 - expit(fake))),
        "wasserstein": (-fake, fake - real),
    }[game.loss]
    return generator, discriminator + penalty


@given(st.sampled_from(LOSSES), number, number, gammas)
def test_the_players_go_down_the_slopes_of_their_losses(loss: Any, theta: float, psi: float, r1: float) -> None:
    game, h = DiracGAN(loss, r1), 1e-6
    down = game.velocity(theta, psi)
    generator = losses(game, theta + h, psi)[0] - losses(game, theta - h, psi)[0]
    discriminator = losses(game, theta, psi + h)[1] - losses(game, theta, psi - h)[1]
    assert float(down.theta) == pytest.approx(-generator / (2 * h), abs=1e-6)
    assert float(down.psi) == pytest.approx(-discriminator / (2 * h), abs=1e-6)


def test_the_value_at_the_equilibrium_is_minus_log_4() -> None:
    for loss in ("original", "non-saturating"):
        game = DiracGAN(loss)
        assert game.value(0, 0) == pytest.approx(-math.log(4), abs=1e-15)
        assert tuple(map(float, game.velocity(0, 0))) == (0, 0)
        psi = np.linspace(-3, 3, 13)
        assert np.allclose(game.value(0, psi), -math.log(4), rtol=0, atol=1e-15), "nobody can tell 0 from 0"
    assert DiracGAN("wasserstein").value(0.5, 2) == -1


@given(st.sampled_from(LOSSES), gammas, rates, rates, st.booleans())
def test_the_jacobians_are_those_of_field_and_update(loss: Any, r1: float, g: float, d: float, turns: bool) -> None:
    game, h = DiracGAN(loss, r1, g, d, turns), 1e-6
    at = [(h, 0.0), (-h, 0.0), (0.0, h), (0.0, -h)]
    for exact, move in ((game.jacobian(), game.velocity), (game.update_jacobian(), game.update)):
        ahead, behind, above, below = (np.array(move(*one), float) for one in at)
        found = np.stack([(ahead - behind) / (2 * h), (above - below) / (2 * h)], 1)
        assert np.allclose(exact, found, rtol=0, atol=1e-8)
    for mine, matrix in (
        (game.flow_eigenvalues(), game.jacobian()),
        (game.eigenvalues(), game.update_jacobian()),
    ):
        assert np.allclose(np.sort_complex(mine), np.sort_complex(np.linalg.eigvals(matrix)), rtol=0, atol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("r1", [0.0, 0.3, 1.0, 4.0])
def test_the_flows_eigenvalues_are_the_closed_form(loss: Any, r1: float) -> None:
    """Lemma 2.3: +- f i without R1. Lemma 4.1: -gamma/2 +- sqrt(gamma^2/4 - f^2) with it."""
    f = 1.0 if loss == "wasserstein" else 0.5
    root = complex(r1**2 / 4 - f**2) ** 0.5
    found = DiracGAN(loss, r1).flow_eigenvalues()
    assert np.allclose(found, [-r1 / 2 + root, -r1 / 2 - root], rtol=0, atol=1e-15)


def test_what_becomes_of_it() -> None:
    """Lemma 2.4: at once, it flies off however small the rates. In turns it circles while sqrt(rates) f < 2."""
    for loss, rate in itertools.product(LOSSES, (0.01, 0.2, 1.0)):
        assert DiracGAN(loss, 0, rate, rate, alternating=False).fate() == "flies off"
        assert DiracGAN(loss, 0, rate, rate).fate() == "circles"
        assert DiracGAN(loss, 0, rate, rate / 3).fate() == "circles"
    assert DiracGAN("wasserstein", 0, 2.1, 2.1).fate() == "flies off"
    assert DiracGAN("original", 0, 2.1, 2.1).fate() == "circles"
    assert DiracGAN(r1=0.3).fate() == "spirals in"
    assert DiracGAN(r1=2.0).fate() == "comes in", "past gamma = 2 f it does not circle any more"
    assert DiracGAN(r1=0.01, alternating=False).fate() == "flies off", "more rate than R1 can hold"
    assert DiracGAN(r1=0.1, alternating=False).fate() == "spirals in"
    assert DiracGAN(r1=20).fate() == "flies off", "a penalty beyond the rate"


@given(st.sampled_from(LOSSES), gammas, rates, rates, st.booleans(), st.floats(0, 2 * math.pi))
def test_a_path_near_the_equilibrium_does_what_the_eigenvalues_say(
    loss: Any, r1: float, g: float, d: float, turns: bool, angle: float
) -> None:
    game = DiracGAN(loss, r1, g, d, turns)
    radius = float(np.abs(game.eigenvalues()).max())
    path = game.path(1e-6 * math.cos(angle), 1e-6 * math.sin(angle), 200)
    linear = np.linalg.matrix_power(game.update_jacobian(), len(path) - 1) @ path[0]
    if np.linalg.norm(linear) < 1e-3:
        assert np.allclose(path[-1], linear, rtol=1e-2, atol=1e-9)
    if radius < 0.9:
        assert np.linalg.norm(path[-1]) < 1e-6


def test_small_rates_follow_the_flow() -> None:
    game = DiracGAN("non-saturating", 0.3, 1e-3, 1e-3, alternating=False)
    path = game.path(1.5, -0.5, 5000)
    flow = solve_ivp(lambda _, at: np.array(game.velocity(*at), float), (0, 5), path[0], rtol=1e-10, atol=1e-12)
    assert np.allclose(path[-1], flow.y[:, -1], atol=2e-3)


def test_a_wasserstein_circle_is_a_circle() -> None:
    """theta^2 + psi^2 stays along the flow; at once, each update makes it 1 + rate^2 times as large."""
    game = DiracGAN("wasserstein", 0, 0.1, 0.1, alternating=False)
    squares = (game.path(1, 0, 40) ** 2).sum(1)
    assert np.allclose(squares[1:] / squares[:-1], 1.01, rtol=1e-12)


def test_a_path_to_infinity_ends() -> None:
    path = DiracGAN("wasserstein", 0, 1, 1, alternating=False).path(1, 1, 10_000)
    assert len(path) < 100 and np.hypot(*path[-2]) < FURTHEST <= np.hypot(*path[-1])
    assert DiracGAN().path(0.5, 0.5, 0).shape == (1, 2)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"loss": "hinge"}, "no loss hinge; choose one of: original"),
        ({"r1": -1}, "r1 is a number from 0.0 to 100.0, not -1"),
        ({"r1": math.nan}, "not nan"),
        ({"generator_rate": 11}, "generator_rate is a number from 0.0 to 10.0, not 11"),
        ({"discriminator_rate": "fast"}, "not fast"),
    ],
)
def test_what_cannot_be_is_said(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Problem, match=sentence):
        DiracGAN(**settings)
