"""What is said of drawn digits, colours and points: the numbers of real ones where real ones are handed in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from genmodels import load
from genmodels.arrays import unpack
from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.evaluation import drawn, judge, measured_samplers, report
from genmodels.evaluation.trace import Glimpse, Trace, trace
from genmodels.models import samplers
from genmodels.models.diffusion import Diffusion, ImageDiffusion
from genmodels.training import checkpoints
from tests.runs import train_small

N = 200
pytestmark = pytest.mark.xdist_group("judge")  # who has seen all test digits, once for all


@pytest.fixture(scope="module")
def model() -> Diffusion:
    found = load("ddpm-mnist", device="cpu")
    assert isinstance(found, Diffusion)
    return found


def test_real_digits_get_what_real_digits_get() -> None:
    training = mnist.load("train")
    index = torch.randperm(len(training), generator=torch.Generator().manual_seed(0))[:N]
    quality = drawn.quality(training.pixels(index), training.labels[index])
    assert quality.frechet == quality.floor and quality.n == N
    assert quality.accuracy is not None and quality.accuracy > 0.98 and quality.confidence > 0.98
    assert quality.copied == 0.0 < quality.apart  # each of them is a training digit
    noise = drawn.quality(torch.rand(N, 1, 28, 28, generator=torch.Generator().manual_seed(0)))
    assert noise.frechet > 10 * quality.frechet and noise.accuracy is None and noise.copied > quality.apart


def test_the_shipped_model_draws_what_is_asked_and_does_not_copy(model: Diffusion) -> None:
    heard: list[int] = []
    options: dict[str, Any] = {"steps": 10, "guidance": 0.5}
    images, labels, seconds = drawn.draw(model, N, progress=heard.append, options=lambda *_: options)
    assert images.shape == (N, 1, 28, 28) and sum(heard) == N and seconds > 0
    assert labels is not None and (labels.bincount() == N // 10).all()
    quality = drawn.quality(images, labels, seconds)
    assert quality.accuracy is not None and quality.accuracy > 0.95
    assert quality.frechet < 2.5 * quality.floor
    assert quality.copied > 0.5 * quality.apart


def test_the_same_seed_draws_the_same_digits(model: Diffusion) -> None:
    first, again = (drawn.draw(model, N, options=lambda *_: {"steps": 2, "guidance": 0.5})[0] for _ in range(2))
    assert torch.equal(first, again)


@pytest.mark.parametrize("n", [0, 199, 10_001])
def test_too_few_and_too_many_are_told(model: Diffusion, n: int) -> None:
    with pytest.raises(Problem, match=f"{n} pictures"):
        drawn.draw(model, n)


# --- samplers


def test_what_was_measured_belongs_to_the_model_that_is_shipped() -> None:
    checkpoint = checkpoints.get("ddpm-mnist")
    for n, names in ((10_000, measured_samplers.CLAIMED), (1000, measured_samplers.SAMPLERS)):
        known = measured_samplers.measured(checkpoint, n)
        assert known is not None and known.n == n and set(known.samplers) == set(names)
        assert known.judge == judge.SHA256
        assert known.floor == pytest.approx(drawn.real(n, "train"), abs=0.01)
    assert measured_samplers.measured(replace(checkpoint, folder=checkpoint.folder.parent / "ddpm-points")) is None


def test_measurements_of_another_model_are_not_shown(tmp_path: Path) -> None:
    checkpoint = checkpoints.get("ddpm-mnist")
    other = json.loads((checkpoint.folder / measured_samplers.FILE).read_text(encoding="utf-8")) | {"model": "0" * 64}
    (tmp_path / measured_samplers.FILE).write_text(json.dumps(other), encoding="utf-8")
    assert measured_samplers.measured(replace(checkpoint, folder=tmp_path)) is None


def test_mistakes_cost_what_the_page_says() -> None:
    """Clamping, a late begin and too much guidance are worse than what they are set beside; guidance is read better."""
    known = measured_samplers.measured(checkpoints.get("ddpm-mnist"))
    assert known is not None
    found = known.samplers
    assert found["clamp"].frechet > 2 * found["ddpm-50"].frechet
    assert found["late"].frechet > 1.5 * found["ddpm-50"].frechet
    assert found["guided-6"].frechet > 2 * found["guided"].frechet
    assert found["guided"].accuracy > found["ddim-25"].accuracy


def test_the_late_begin_is_where_the_tutorials_end(model: Diffusion) -> None:
    options = measured_samplers.options("late", model, 3, torch.Generator().manual_seed(0))
    t, noise = options["start"]
    assert float(model.schedule.alpha_bar[t]) == pytest.approx(0.04806, rel=0.05) and noise.shape == (3, 1, 28, 28)
    assert options["steps"] == 50 and measured_samplers.LATE not in options


# --- one trace


def test_a_trace_is_the_samplers_own_way(model: Diffusion) -> None:
    options: dict[str, Any] = {"steps": 6, "label": 5, "guidance": 1.0}
    *glimpses, whole = trace(model, 3, 0.7, **options)
    assert isinstance(whole, Trace) and all(isinstance(one, Glimpse) for one in glimpses)
    moments = list(model.trajectory(1, eta=0.7, generator=torch.Generator().manual_seed(3), **options))
    assert whole.times.tolist() == [moment.t for moment in moments] == [300, 250, 200, 150, 100, 50, 0]
    assert np.array_equal(whole.xt, torch.cat([moment.xt for moment in moments]).numpy())
    assert [one.t for one in glimpses] == whole.times[:-1].tolist()
    assert [one.share for one in glimpses] == sorted(one.share for one in glimpses)
    for i, (t, before) in enumerate(zip(whole.times, whole.times[1:], strict=False)):
        for_x0, for_xt, sigma = samplers.step_coefficients(model.schedule, int(t), int(before), 0.7)
        mean = for_x0 * moments[i].x0 + for_xt * moments[i].xt
        assert np.allclose(whole.mean(i), mean.numpy(), atol=1e-5) and whole.sigma[i] == pytest.approx(sigma)
        assert np.allclose(whole.added(i), whole.xt[i + 1] - whole.mean(i))
    assert np.abs(whole.added(5)).max() < 1e-5  # into the picture nothing is added
    assert whole.read is not None and whole.read[-1].argmax() == 5 and np.allclose(whole.read.sum(1), 1, atol=1e-5)


def test_what_is_no_digit_is_not_read() -> None:
    colours = ImageDiffusion(3, 16, 16, 1, 0, num_steps=4, generator=torch.Generator().manual_seed(0)).eval()
    *_, whole = trace(colours, 0, 1.0)
    assert isinstance(whole, Trace) and whole.read is None and whole.num_steps == 4
    sent = unpack(whole.payload("x"))
    assert set(sent) == {"xt", "x0", "eps"} and np.allclose(sent["xt"], whole.xt, atol=5e-3)


# --- reports


def test_a_report_of_digits_states_n_the_judge_and_the_calibration() -> None:
    done: list[int] = []
    asked = {"n": N, "steps": 5}
    found = report.report(checkpoints.get("ddpm-mnist"), "cpu", 0, asked, lambda more, total: done.append(more))
    digits = found["digits"]
    assert digits["n"] == N == sum(done) and digits["floor"] > 0 and len(found["judge"]) == 64
    assert found["sampler"] == {"steps": 5, "eta": 0.0, "guidance": 0.5}
    assert f"frechet          {digits['frechet']:.4g}" in report.as_text(found)


def test_a_report_of_points_is_a_distance_with_its_floor() -> None:
    found = report.report(checkpoints.get("ddpm-points"), "cpu", 0, {"n": 500, "steps": 30, "eta": 1.0})
    assert 0 < found["floor"] < 0.02 and found["floor"] / 3 < found["mmd"] < 0.05


@pytest.mark.parametrize(
    ("name", "asked", "told"),
    [
        ("vae-mnist", {"steps": 5}, "without steps"),
        ("ddpm-points", {"guidance": 1.0}, "without guidance"),
        ("ddpm-mnist", {"draws": 3}, "without draws"),
        ("ddpm-mnist", {"n": 20}, "20 pictures"),
        ("ddpm-points", {"n": 1}, "1 points"),
        ("ddpm-mnist", {"n": N, "steps": 301}, "301 steps"),
        ("ddpm-mnist", {"n": N, "steps": 0}, "0 steps"),
        ("ddpm-mnist", {"n": N, "eta": float("nan")}, "nan"),
        ("ddpm-mnist", {"n": N, "guidance": -1.0}, "-1"),
    ],
)
def test_what_a_report_cannot_be_asked(name: str, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(Problem, match=told):
        report.report(checkpoints.get(name), "cpu", 0, asked)


def test_the_noise_loss_of_a_network_that_says_nothing_is_one() -> None:
    silent = ImageDiffusion(3, 16, 16, 1, 0, num_steps=50, generator=torch.Generator().manual_seed(0)).eval()
    pictures = torch.rand(120, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    loss = report.noise_loss(silent, pictures, torch.Generator().manual_seed(2))
    assert loss == pytest.approx(1.0, abs=0.02)  # the last layer starts at zero


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    yield train_small(tmp_path, "ddpm-mnist", epochs=1, num_steps=10)


def test_an_own_run_with_few_steps_is_measured_with_those_it_has(small: str) -> None:
    found = report.report(checkpoints.get(small), "cpu", 0, {"n": N})
    assert found["sampler"]["steps"] == 10
