"""What the page on the forward process says in words, in both languages: its numbers and claims are computed here."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
import torch

from genmodels.evaluation import measured_samplers
from genmodels.models.diffusion import Diffusion
from genmodels.models.schedule import NoiseSchedule
from genmodels.training import checkpoints
from lessons.noising.posterior import FIELDS as LAB_FIELDS
from lessons.noising.posterior import Origin
from lessons.noising.scene import FIELDS, NUM_RUNS, SCHEDULES, TUTORIAL, Scene
from lessons.noising.sums import FIELDS as SUM_FIELDS
from lessons.noising.sums import Sum
from ui.text import LANGUAGES, Text, labels, sections

TUTORIALS = NoiseSchedule.linear(300)


def scene(**changed: Any) -> Scene:
    state = {name: field.default for name, field in FIELDS.items()} | changed
    return Scene(state, Text("noising", "en", None))  # type: ignore[arg-type]


def met(**changed: Any) -> dict[str, bool]:
    return {challenge.name: challenge.reached for challenge in scene(**changed).challenges()}


def left(schedule: NoiseSchedule) -> float:
    """Per cent of the amplitude at T."""
    return 100 * math.sqrt(float(schedule.alpha_bar[-1]))


def told(lang: str, key: str) -> str:
    return sections(lang, "noising")[key]


# --- the prediction


@pytest.mark.parametrize("lang", LANGUAGES)
def test_three_hundred_steps_leave_a_fifth_and_the_papers_thousand_next_to_nothing(lang: str) -> None:
    asked, answer = told(lang, "predict"), told(lang, "predict-answer")
    start, end = (float(one) for one in re.findall(r"0\.\d+", asked))
    schedule = NoiseSchedule.linear(int(re.search(r"\d+", asked)[0]), start, end)  # type: ignore[index]
    assert (schedule.num_steps, TUTORIAL["schedule"], TUTORIAL["t"]) == (TUTORIAL["steps"], "linear", TUTORIAL["steps"])
    assert re.search(r"alpha_\{300\}=([\d.]+)", answer)[1] == f"{float(schedule.alpha_bar[-1]):.8f}"  # type: ignore[index]
    shares = re.findall(r"([\d.]+) %", answer)
    assert shares == [f"{left(schedule):.2f}", f"{left(NoiseSchedule.linear(1000, start, end)):.2f}"]
    assert 20 < left(schedule) < 25, "more than a fifth of the amplitude"
    assert 1 / float(schedule.alpha_bar[-1]) == pytest.approx(20, abs=1), "a twentieth of the variance"


# --- the challenges


def test_neither_another_schedule_nor_the_papers_thousand_steps_are_enough_to_have_the_digit_gone() -> None:
    assert not any(met(schedule=name)["gone"] for name in SCHEDULES)
    assert not any(met(schedule=name, steps=911)["gone"] for name in SCHEDULES if name != "linear")
    assert not met(steps=1000)["gone"], "fewer are enough"
    assert [steps for steps in range(880, 940) if met(steps=steps)["gone"]] == [911]


def test_the_challenge_can_be_reckoned_out_since_the_shares_are_multiplied() -> None:
    """ln(1 %) / ln(21.92 %) times 300 steps: within one of the right number."""
    assert 300 * math.log(0.01) / math.log(left(TUTORIALS) / 100) == pytest.approx(911, abs=1)


def test_where_the_noise_never_gets_as_strong_as_the_signal_no_t_meets_the_challenge() -> None:
    assert scene(steps=20).half() is None and not any(met(steps=20, t=t)["half"] for t in range(21))
    assert "never gets so strong" in scene(steps=20).challenges()[1].distance
    assert [t for t in range(301) if met(t=t)["half"]] == [scene().half()]
    assert TUTORIALS.alpha_bar[scene().half() - 1] > 0.5 >= TUTORIALS.alpha_bar[scene().half()]  # type: ignore[operator]


# --- small steps and the jump


def test_the_pixels_differ_and_mean_and_spread_agree() -> None:
    view = scene().view()
    jump = view.signal[1:, None, None] * view.picture.path[0] + view.noisy[1:, None, None] * view.picture.eps
    assert (jump != view.picture.path[1:]).all()
    x0 = float(scene().picture[scene().pixel])
    assert np.abs(view.means - view.signal * x0).max() < 5 / math.sqrt(NUM_RUNS)
    assert np.abs(view.deviations - view.noisy).max() < 5 / math.sqrt(NUM_RUNS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_as_many_runs_are_measured_as_is_said(lang: str) -> None:
    assert f"{NUM_RUNS:,}" in told(lang, "look") and f"{NUM_RUNS:,}" in labels(lang)["noising"]["view-measured"]


def test_two_steps_are_one_whose_variance_is_the_sum() -> None:
    for t in (2, 150, 300):
        alpha, before = float(TUTORIALS.alpha[t]), float(TUTORIALS.alpha[t - 1])
        assert alpha * (1 - before) + (1 - alpha) == pytest.approx(1 - alpha * before)


def test_widths_add_up_to_more_than_the_width_of_the_sum() -> None:
    state = {name: field.default for name, field in SUM_FIELDS.items()} | {"seed": 0}
    for s1 in (0.1, 0.6, 1.5):
        now = Sum(state | {"s1": s1})  # type: ignore[arg-type]
        assert now.first.sigma + now.second.sigma > now.total.sigma
        assert now.draws.std() == pytest.approx(now.total.sigma, rel=0.05)


# --- the schedules


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_schedules_are_what_they_are_said_to_be(lang: str) -> None:
    start, end = (float(one) for one in re.findall(r"0\.0\d+", told(lang, "schedules-named")))
    for steps in (50, 300):
        linear, rescaled, cosine, zero = (NoiseSchedule.named(name, steps) for name in SCHEDULES)
        assert np.allclose(linear.beta[1:], np.linspace(start, end, steps))
        assert np.allclose(rescaled.beta[1:], 1000 / steps * linear.beta[1:])
        time = np.arange(steps) / steps
        squared = np.cos((time + 0.008) / 1.008 * math.pi / 2) ** 2
        assert np.allclose(cosine.alpha_bar[:-1], squared / squared[0])
        assert float(zero.alpha_bar[-1]) == 0 < float(zero.alpha_bar[-2])


def test_the_schedules_pass_a_ratio_at_different_paces_and_end_at_different_ones() -> None:
    found = [NoiseSchedule.named(name, 300) for name in SCHEDULES]
    assert len({int((one.alpha_bar <= 0.5).int().argmax()) for one in found[:3]}) == 3
    assert len({float(one.snr[-1]) for one in found}) == 4


def test_where_nothing_is_left_v_tells_the_picture_and_the_noise_does_not() -> None:
    root, noisy = (float(x) for x in (TUTORIALS.alpha_bar.sqrt()[0], (1 - TUTORIALS.alpha_bar[0]).sqrt()))
    assert (root, noisy) == (1, 0)
    zero = NoiseSchedule.named("cosine-zero", 300)
    x0, eps = torch.tensor([[0.3]], dtype=torch.float64), torch.tensor([[1.7]], dtype=torch.float64)
    assert zero.noise(x0, 300, eps) == eps, "x_T is the noise, whatever x_0 is"
    v = zero.alpha_bar[300].sqrt() * eps - (1 - zero.alpha_bar[300]).sqrt() * x0
    assert v == -x0


# --- the end of the chain


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_late_start_is_where_as_much_is_left_as_the_tutorials_leave(lang: str) -> None:
    model = checkpoints.get("ddpm-mnist").model("cpu")
    assert isinstance(model, Diffusion)
    late = float(model.schedule.alpha_bar[measured_samplers.late_start(model)])
    said = re.search(r"alpha_t=([\d.]+)", told(lang, "terminal"))[1]  # type: ignore[index]
    assert f"{float(TUTORIALS.alpha_bar[-1]):.3f}" == said and late == pytest.approx(float(said), rel=0.05)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_names_the_samplers_that_were_measured(lang: str) -> None:
    steps = [int(one) for one in re.findall(r"DD.M[,，] ?(\d+)", told(lang, "terminal-table"))]
    samplers = measured_samplers.SAMPLERS
    assert steps == [samplers["ddpm-50"]["steps"], samplers["ddim-25"]["steps"]]
    assert steps == [samplers["late"]["steps"], samplers["late-ddim"]["steps"]]


# --- one step back


def test_precisions_add_up_and_weigh_the_mean() -> None:
    for name in SCHEDULES[:3]:
        schedule = NoiseSchedule.named(name, 300)
        for_x0, for_xt, variance = schedule.posterior_coefficients()
        before, alpha, beta = schedule.alpha_bar[1:-1], schedule.alpha[2:], schedule.beta[2:]
        assert np.allclose(1 / variance[2:], alpha / beta + 1 / (1 - before))
        assert np.allclose(for_xt[2:] / variance[2:], alpha.sqrt() / beta)
        assert np.allclose(for_x0[2:] / variance[2:], before.sqrt() / (1 - before))
        assert (float(for_x0[1]), float(for_xt[1]), float(variance[1])) == pytest.approx((1, 0, 0)), (
            "into the data no noise"
        )


def test_without_the_bar_the_variance_is_that_of_a_single_step() -> None:
    draws = NoiseSchedule.linear(300).path(torch.zeros(4000), torch.Generator().manual_seed(0))[149]
    assert float(draws.var()) == pytest.approx(1 - float(TUTORIALS.alpha_bar[149]), rel=0.1)
    assert float(draws.var()) > 10 * (1 - float(TUTORIALS.alpha[149]))


def test_the_weighted_mean_has_the_least_squared_error_and_may_lie_where_no_datum_is() -> None:
    state = {name: field.default for name, field in LAB_FIELDS.items()}
    now = Origin(state | {"lab_t": 300, "px": 0.0, "py": 0.0}, NoiseSchedule.cosine(300))  # type: ignore[arg-type]
    data = now.data.double().numpy()
    error = [float(now.shares @ ((data - place) ** 2).sum(1)) for place in (now.mean, *data[:50])]
    assert error.index(min(error)) == 0
    assert np.linalg.norm(data - now.mean, axis=1).min() > 0.15


def test_noise_stays_as_it_is() -> None:
    x = torch.randn(20_000, generator=torch.Generator().manual_seed(0))
    after = TUTORIALS.step(x, 300, torch.randn(20_000, generator=torch.Generator().manual_seed(1)))
    assert float(TUTORIALS.alpha[300] + TUTORIALS.beta[300]) == 1
    assert float(after.std()) == pytest.approx(1, abs=0.03)
