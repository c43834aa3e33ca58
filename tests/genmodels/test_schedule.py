"""Noise schedules: the course's numbers, diffusers as oracle, the jump against small steps, and what cannot be."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from genmodels.errors import Problem
from genmodels.models.schedule import NoiseSchedule

NAMES = ("linear", "rescaled", "cosine")


def test_the_numbers_of_the_course() -> None:
    short, long = NoiseSchedule.linear(300), NoiseSchedule.linear(1000)
    assert float(short.alpha_bar[-1]) == pytest.approx(0.04805843, abs=5e-9)
    assert float(short.alpha_bar[-1].sqrt()) == pytest.approx(0.2192, abs=5e-5)
    assert float(long.alpha_bar[-1]) == pytest.approx(4.04e-5, abs=5e-8)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("num_steps", [50, 300, 1000])
def test_what_holds_for_every_schedule(name: str, num_steps: int) -> None:
    schedule = NoiseSchedule.named(name, num_steps)
    for values in (schedule.beta, schedule.alpha, schedule.alpha_bar, schedule.snr):
        assert values.shape == (num_steps + 1,)
    assert schedule.beta[0] == 0 and schedule.alpha_bar[0] == 1 and schedule.snr[0] == math.inf
    assert (schedule.alpha_bar.diff() < 0).all(), "noise is taken away again"
    if name != "linear":
        assert float(schedule.alpha_bar[-1]) < 1e-4, "the picture is still there"


def test_diffusers_has_the_same_schedules() -> None:
    """Their index is ours less one: they have no t = 0."""
    from diffusers import DDPMScheduler

    theirs = DDPMScheduler(300, 1e-4, 0.02, "linear").alphas_cumprod
    assert torch.allclose(theirs.double(), NoiseSchedule.linear(300).alpha_bar[1:], atol=1e-6)
    theirs = DDPMScheduler(300, beta_schedule="squaredcos_cap_v2").alphas_cumprod
    assert torch.allclose(theirs.double(), NoiseSchedule.cosine(300).alpha_bar[1:], atol=1e-6)
    theirs = DDPMScheduler(300, 1e-4, 0.02, "linear", rescale_betas_zero_snr=True).alphas_cumprod
    ours = NoiseSchedule.linear(300).zero_terminal_snr().alpha_bar[1:]
    assert torch.allclose(theirs.double()[:-1], ours[:-1], atol=1e-6) and ours[-1] == 0


def test_the_posterior_is_that_of_diffusers() -> None:
    from diffusers import DDPMScheduler

    schedule = NoiseSchedule.cosine(200)
    theirs = DDPMScheduler(200, beta_schedule="squaredcos_cap_v2", clip_sample=False, prediction_type="sample")
    generator = torch.Generator().manual_seed(0)
    x0, xt = torch.randn(2, 5, 3, generator=generator, dtype=torch.float64)
    for t in (2, 100, 200):
        mean, variance = schedule.posterior(x0, xt, t)
        again = torch.Generator().manual_seed(1)
        step = theirs.step(x0, t - 1, xt, generator=again).prev_sample
        drawn = torch.randn(xt.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
        assert torch.allclose(step, mean + variance.sqrt() * drawn, rtol=1e-4, atol=1e-4), t  # theirs: float32


@pytest.mark.parametrize("name", NAMES)
def test_the_jump_is_many_small_steps(name: str) -> None:
    """By the sums of means and variances, exactly: x_t's factor of x_0, and the variance of all noise added up."""
    schedule = NoiseSchedule.named(name, 100)
    factor, variance = torch.ones(2, dtype=torch.float64)
    variance = variance * 0
    for t in range(1, 101):
        factor = factor * schedule.alpha[t].sqrt()
        variance = variance * schedule.alpha[t] + schedule.beta[t]
        assert float(factor) == pytest.approx(float(schedule.alpha_bar[t].sqrt()), rel=1e-12)
        assert float(variance) == pytest.approx(float(1 - schedule.alpha_bar[t]), rel=1e-9)


def test_the_jump_is_many_small_steps_of_real_draws() -> None:
    schedule, generator = NoiseSchedule.linear(300), torch.Generator().manual_seed(0)
    x = torch.full((200_000,), 0.7, dtype=torch.float64)
    for t in range(1, 121):
        x = schedule.step(x, t, torch.randn(x.shape, generator=generator, dtype=torch.float64))
    jump = schedule.noise(torch.full((200_000,), 0.7, dtype=torch.float64), 120, torch.zeros(200_000).double())
    assert float(x.mean()) == pytest.approx(float(jump[0]), abs=4 / math.sqrt(200_000))
    assert float(x.var()) == pytest.approx(float(1 - schedule.alpha_bar[120]), rel=0.02)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 200), st.floats(-2, 2), st.floats(-2, 2))
def test_the_posterior_is_bayes_rule(t: int, x0: float, xt: float) -> None:
    """q(x_{t-1} | x_t, x_0) from the product of the two Gaussians that meet at x_{t-1}."""
    schedule = NoiseSchedule.cosine(200)
    before = float(schedule.alpha_bar[t - 1])
    alpha, beta = float(schedule.alpha[t]), float(schedule.beta[t])
    mean, variance = schedule.posterior(*torch.tensor([[x0], [xt]], dtype=torch.float64), t)
    if t == 1:
        assert float(variance) == 0 and float(mean) == pytest.approx(x0)
        return
    precision = alpha / beta + 1 / (1 - before)
    assert float(variance) == pytest.approx(1 / precision, rel=1e-9)
    by_hand = (math.sqrt(alpha) * xt / beta + math.sqrt(before) * x0 / (1 - before)) / precision
    assert float(mean) == pytest.approx(by_hand, abs=1e-9)


def test_zero_terminal_snr_leaves_nothing_and_begins_as_before() -> None:
    before = NoiseSchedule.linear(300)
    after = before.zero_terminal_snr()
    assert after.alpha_bar[-1] == 0 and after.beta[-1] == 1
    assert float(after.alpha_bar[1]) == pytest.approx(float(before.alpha_bar[1]), abs=1e-3)


@pytest.mark.parametrize(
    ("make", "code", "told"),
    [
        (lambda: NoiseSchedule.linear(0), "schedule-steps", "0"),
        (lambda: NoiseSchedule.linear(10_001), "schedule-steps", "10001"),
        (lambda: NoiseSchedule.linear(100, 1e-4, 1.0), "schedule-beta", "t = 100"),
        (lambda: NoiseSchedule.linear(100, -0.1, 0.02), "schedule-beta", "-0.1"),
        (lambda: NoiseSchedule.linear(100, float("nan"), 0.02), "schedule-beta", "nan"),
        (lambda: NoiseSchedule.rescaled(10), "schedule-beta", "t = 6"),
        (lambda: NoiseSchedule.named("sigmoid", 100), "schedule-name", "sigmoid"),
        (lambda: NoiseSchedule.linear(100).noise(torch.zeros(1), 101, torch.zeros(1)), "schedule-t", "101"),
        (lambda: NoiseSchedule(torch.tensor([0.1, 0.2])), "schedule-start", "0.1"),
    ],
)
def test_what_cannot_be_is_named(make: object, code: str, told: str) -> None:
    with pytest.raises(Problem, match=told) as refused:
        make()  # type: ignore[operator]
    assert refused.value.code == code


def test_one_step_is_a_schedule_too() -> None:
    schedule = NoiseSchedule.linear(1, 0.5, 0.5)
    assert schedule.alpha_bar.tolist() == [1, 0.5]


def test_small_steps_lead_where_the_jump_leads() -> None:
    schedule = NoiseSchedule.linear(60, end=0.08)
    n = 20_000
    path = schedule.path(torch.full((n,), 0.8, dtype=torch.float64), torch.Generator().manual_seed(0))
    assert path.shape == (61, n) and (path[0] == 0.8).all()
    for t in (1, 7, 30, 60):
        alpha_bar = float(schedule.alpha_bar[t])
        sd = math.sqrt(1 - alpha_bar)
        assert float(path[t].mean()) == pytest.approx(0.8 * math.sqrt(alpha_bar), abs=5 * sd / math.sqrt(n))
        assert float(path[t].std()) == pytest.approx(sd, rel=5 / math.sqrt(2 * n))
    before, after = path[29] - path[29].mean(), path[30] - path[30].mean()
    expected = float(schedule.alpha[30].sqrt()) * float(before.std() / after.std())
    assert float((before * after).mean() / before.std() / after.std()) == pytest.approx(expected, abs=0.02), (
        "a step keeps what was there before"
    )
