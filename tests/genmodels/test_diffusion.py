"""Diffusion: diffusers' samplers as oracle, the exact denoiser as network, and what cannot be asked."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from genmodels.errors import Problem
from genmodels.evaluation.exact_denoiser import ExactDenoiser
from genmodels.models import samplers
from genmodels.models.diffusion import Diffusion, ImageDiffusion, PointDiffusion
from genmodels.models.schedule import NoiseSchedule

POINTS = torch.tensor([[-1.0, 0.5], [0.5, 1.0], [1.0, -0.5]])


class Bent(nn.Module):
    """A network that needs no training: any smooth function of x_t and t; label 3 says the same as no label."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.8))

    def forward(self, xt: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        shift = 0.0 if label is None else 0.1 * (label % 3).view(-1, *[1] * (xt.ndim - 1)).float()
        return torch.sin(self.scale * xt + 3 * t.view(-1, *[1] * (xt.ndim - 1))) + shift


class Points(Diffusion):
    """Nothing is clipped to [-1, 1]."""

    is_image, x0_limit = False, math.inf


def exact(schedule: NoiseSchedule, predicts: str = "noise") -> Points:
    return Points(ExactDenoiser(POINTS, schedule), schedule, (2,), predicts=predicts).eval()


def diffusers_samples(kind: str, model: Diffusion, xt: Tensor, steps: int, eta: float, seed: int) -> Tensor:
    """The whole way with diffusers' own scheduler and our times; its t is ours less one."""
    from diffusers import DDIMScheduler, DDPMScheduler

    num_steps = model.schedule.num_steps
    common = {"beta_schedule": "squaredcos_cap_v2", "clip_sample": False}
    generator = torch.Generator().manual_seed(seed)
    if kind == "ddpm":
        scheduler = DDPMScheduler(num_steps, **common)
        for t in range(num_steps, 0, -1):
            eps = model.predict_noise(xt, t)
            xt = scheduler.step(eps, t - 1, xt, generator=generator).prev_sample
        return xt
    scheduler = DDIMScheduler(num_steps, **common, set_alpha_to_one=True, timestep_spacing="trailing")
    scheduler.set_timesteps(steps)
    for t in scheduler.timesteps.tolist():
        eps = model.predict_noise(xt, t + 1)
        xt = scheduler.step(eps, t, xt, eta=eta, generator=generator).prev_sample
    return xt


@pytest.mark.parametrize(("steps", "eta"), [(100, 0.0), (20, 0.0), (10, 0.5), (20, 1.0)])
def test_ddim_is_that_of_diffusers(steps: int, eta: float) -> None:
    model = Points(Bent(), NoiseSchedule.cosine(100), (2,)).eval()
    xt = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))
    theirs = diffusers_samples("ddim", model, xt, steps, eta, seed=1)
    ours = model.sample(6, torch.Generator().manual_seed(1), steps=steps, eta=eta, start=(100, xt))
    assert torch.allclose(ours, theirs, rtol=1e-4, atol=2e-4)


def test_ddpm_is_that_of_diffusers() -> None:
    model = Points(Bent(), NoiseSchedule.cosine(100), (2,)).eval()
    xt = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))
    theirs = diffusers_samples("ddpm", model, xt, 100, 1.0, seed=1)
    ours = model.sample(6, torch.Generator().manual_seed(1), start=(100, xt))
    assert torch.allclose(ours, theirs, rtol=1e-4, atol=2e-4)


def test_one_step_back_is_the_posterior() -> None:
    model = exact(NoiseSchedule.linear(300))
    x0, xt = torch.randn(2, 4, 2, generator=torch.Generator().manual_seed(0))
    for t in (1, 2, 150, 300):
        for_x0, for_xt, sigma = samplers.step_coefficients(model.schedule, t, t - 1)
        mean = for_x0 * x0 + for_xt * xt
        told, variance = model.schedule.posterior(x0, xt, t)
        assert torch.allclose(mean, told, atol=1e-4)
        assert sigma**2 == pytest.approx(float(variance), abs=1e-9)
    assert samplers.step_coefficients(model.schedule, 1, 0)[2] == 0, "noise is added in the last step"


@pytest.mark.parametrize(("steps", "eta"), [(None, 1.0), (50, 1.0), (50, 0.0), (20, 0.5)])
def test_the_exact_denoiser_samples_its_data(steps: int | None, eta: float) -> None:
    """No training: every sample ends on a point, and each point gets its third."""
    model = exact(NoiseSchedule.cosine(200))
    samples = model.sample(600, torch.Generator().manual_seed(0), steps=steps, eta=eta)
    distance, nearest = torch.cdist(samples, POINTS).min(dim=1)
    assert distance.max() < 0.02
    shares = nearest.bincount(minlength=3) / 600
    assert (shares - 1 / 3).abs().max() < 4 * math.sqrt(2 / 9 / 600)


def test_the_exact_denoiser_is_bayes_rule() -> None:
    schedule = NoiseSchedule.cosine(200)
    denoiser = ExactDenoiser(POINTS, schedule)
    xt, t = torch.tensor([[0.3, 0.2]]), 90
    root, spread = float(schedule.alpha_bar[t].sqrt()), float((1 - schedule.alpha_bar[t]).sqrt())
    density = torch.distributions.Normal(root * POINTS, spread).log_prob(xt).sum(1).exp()
    assert torch.allclose(denoiser.posterior(xt, t)[0], density / density.sum(), atol=1e-6)


def test_too_few_schedule_steps_leave_the_picture_in_the_noise() -> None:
    """T = 300 with the betas of T = 1000: sampling begins at N(0, I), where x_T never was, and that shows."""
    far = torch.full((1, 2), 3.0)
    off = {}
    for name in ("linear", "cosine"):
        schedule = NoiseSchedule.named(name, 300)
        model = Points(ExactDenoiser(far, schedule), schedule, (2,)).eval()
        xt = schedule.noise(far.expand(5000, 2), 300, torch.randn(5000, 2, generator=torch.Generator().manual_seed(0)))
        off[name] = float(xt.mean())
        assert torch.allclose(model.sample(3, torch.Generator().manual_seed(0)), far.expand(3, 2), atol=1e-2)
    assert off["linear"] > 0.6 and abs(off["cosine"]) < 0.05


def test_v_and_noise_say_the_same() -> None:
    """A network for v, made of the exact one for the noise, leads to the same x_0 and eps."""
    schedule = NoiseSchedule.cosine(100)

    class Velocity(ExactDenoiser):
        def forward(self, xt: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
            eps = super().forward(xt, t)
            alpha_bar = self.schedule.at(self.schedule.alpha_bar, (t * 100).round().long(), xt)
            x0 = (xt - (1 - alpha_bar).sqrt() * eps) / alpha_bar.sqrt()
            return alpha_bar.sqrt() * eps - (1 - alpha_bar).sqrt() * x0

    by_noise, by_v = exact(schedule), Points(Velocity(POINTS, schedule), schedule, (2,), predicts="v").eval()
    xt = torch.randn(5, 2, generator=torch.Generator().manual_seed(0))
    for t in (1, 40, 90):
        assert torch.allclose(by_noise.predict_noise(xt, t), by_v.predict_noise(xt, t), atol=1e-4)


def test_guidance_goes_beyond_the_label() -> None:
    model = Points(Bent(), NoiseSchedule.cosine(50), (2,), num_classes=3).eval()
    xt = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    label = torch.tensor([0, 1, 2, 2])
    with_label, free = model.predict_noise(xt, 20, label), model.predict_noise(xt, 20)
    for guidance in (0.0, 0.5, 2.0):
        first = next(iter(model.trajectory(start=(20, xt), label=label, guidance=guidance)))
        assert torch.allclose(first.eps, (1 + guidance) * with_label - guidance * free, atol=1e-6)


def test_guidance_within_an_interval_is_there_and_nowhere_else() -> None:
    model = Points(Bent(), NoiseSchedule.cosine(50), (2,), num_classes=3).eval()
    xt = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    asked = {"label": torch.tensor([0, 1, 2, 2]), "start": (50, xt), "eta": 0.0, "guidance": 3.0}
    for moment in model.trajectory(interval=(20, 35), **asked):
        if moment.t:
            inside = 20 <= moment.t <= 35
            with_label = model.predict_noise(moment.xt, moment.t, asked["label"])
            beyond = 4 * with_label - 3 * model.predict_noise(moment.xt, moment.t)
            assert torch.allclose(moment.eps, beyond if inside else with_label, atol=1e-5)
    always, limited = (model.sample(4, interval=interval, **asked) for interval in (None, (1, 50)))
    assert torch.equal(always, limited)
    unguided = model.sample(4, **{**asked, "guidance": 0.0})
    assert not torch.allclose(model.sample(4, interval=(20, 35), **asked), unguided, atol=1e-3)


def test_steps_without_guidance_cost_half() -> None:
    model, seen = Points(Bent(), NoiseSchedule.cosine(50), (2,), num_classes=3).eval(), []
    model.network.register_forward_hook(lambda module, given, out: seen.append(len(out)))
    model.sample(3, label=1, guidance=1.0, interval=(11, 30))
    assert seen == [3] * 20 + [6] * 20 + [3] * 10


@pytest.mark.parametrize("interval", [(0, 10), (10, 51), (30, 20), (1.5, 3), (1, 2, 3), "ab", 7, (True, 2), (None, 3)])
def test_an_interval_that_is_none_is_a_sentence(interval: object) -> None:
    model = Points(Bent(), NoiseSchedule.cosine(50), (2,), num_classes=3).eval()
    with pytest.raises(Problem, match="from one t to a later one, both from 1 to 50") as problem:
        model.sample(1, label=1, guidance=1.0, interval=interval)
    assert problem.value.code == "guidance-interval"


def test_a_trajectory_tells_every_step() -> None:
    model = exact(NoiseSchedule.cosine(40))
    moments = list(model.trajectory(3, generator=torch.Generator().manual_seed(0)))
    assert [moment.t for moment in moments] == list(range(40, -1, -1))
    assert all(moment.xt.shape == moment.x0.shape == moment.eps.shape == (3, 2) for moment in moments)
    fewer = [moment.t for moment in model.trajectory(1, steps=7)]
    assert fewer[0] == 40 and fewer[-1] == 0 and len(fewer) == 8
    again = list(model.trajectory(3, generator=torch.Generator().manual_seed(0)))
    assert all(torch.equal(one.xt, other.xt) for one, other in zip(moments, again, strict=True))


@pytest.mark.parametrize(
    "make",
    [
        lambda g: ImageDiffusion(num_steps=20, width=16, generator=g),
        lambda g: ImageDiffusion(channels=3, side=16, num_classes=0, num_steps=20, width=16, skips=False, generator=g),
    ],
)
def test_pictures_come_in_the_right_shape_and_range(make: object) -> None:
    model = make(torch.Generator().manual_seed(0)).eval()  # type: ignore[operator]
    images = model.sample(2, torch.Generator().manual_seed(0), steps=3)
    assert images.shape == (2, *model.shape) and images.dtype == torch.float32
    assert float(images.min()) >= 0 and float(images.max()) <= 1


def test_the_loss_falls_and_gradients_reach_everything() -> None:
    generator = torch.Generator().manual_seed(0)
    model = PointDiffusion(hidden_dim=64, num_steps=50, generator=generator).train()
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    losses = []
    for _ in range(300):
        x = POINTS[torch.randint(3, (128,), generator=generator)]
        loss = model.loss(x, generator)["total"]
        optimiser.zero_grad()
        loss.backward()
        assert all(parameter.grad is not None for parameter in model.parameters())
        optimiser.step()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(1, abs=0.4), "a network that says nothing pays the variance of the noise"
    assert sum(losses[-20:]) / 20 < 0.4


def test_labels_are_hidden_in_training_only() -> None:
    model = ImageDiffusion(num_steps=20, width=16, generator=torch.Generator().manual_seed(0))
    seen: list[Tensor] = []
    model.network.register_forward_pre_hook(lambda _, given: seen.append(given[2]))
    x, label = torch.rand(400, 1, 28, 28), torch.full((400,), 7)
    model.train().loss(x, torch.Generator().manual_seed(0), label)
    hidden = float((seen[-1] == 10).float().mean())
    assert hidden == pytest.approx(0.1, abs=4 * math.sqrt(0.09 / 400))
    model.eval().loss(x, torch.Generator().manual_seed(0), label)
    assert bool((seen[-1] == 7).all())


def test_without_skips_it_is_another_network() -> None:
    with_skips, without = (ImageDiffusion(width=16, skips=skips) for skips in (True, False))
    assert sum(p.numel() for p in without.parameters()) < sum(p.numel() for p in with_skips.parameters())


def test_clamping_x_t_is_another_sampler() -> None:
    model = exact(NoiseSchedule.cosine(50))
    one, other = (model.sample(8, torch.Generator().manual_seed(0), clamp_xt=clamp) for clamp in (False, True))
    assert not torch.allclose(one, other)


@pytest.mark.parametrize(
    ("make", "code", "told"),
    [
        (lambda: exact(NoiseSchedule.cosine(50)).sample(1, steps=51), "sampling-steps", "51"),
        (lambda: exact(NoiseSchedule.cosine(50)).sample(1, steps=0), "sampling-steps", "0"),
        (lambda: exact(NoiseSchedule.cosine(50).zero_terminal_snr()), "noise-without-signal", "predict v"),
    ],
)
def test_what_cannot_be_is_named(make: object, code: str, told: str) -> None:
    with pytest.raises(Problem, match=told) as refused:
        make()  # type: ignore[operator]
    assert refused.value.code == code


PICTURE = torch.zeros(2, 2)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"label": 3}, "label 3"),
        ({"label": torch.tensor([0, -1])}, "label -1"),
        ({"steps": 51}, "51 steps"),
        ({"steps": 0}, "0 steps"),
        ({"eta": 1.5}, "1.5"),
        ({"eta": float("nan")}, "nan"),
        ({"guidance": -0.5}, "-0.5"),
        ({"guidance": float("nan")}, "nan"),
        ({"start": (0, PICTURE)}, "t = 0"),
        ({"start": (51, PICTURE)}, "t = 51"),
        ({"start": (5, torch.zeros(2, 3))}, r"\(2, 3\)"),
        ({"start": (5, PICTURE + float("nan"))}, "finite"),
        ({"start": (5, PICTURE), "steps": 6}, "6 steps"),
    ],
)
def test_what_cannot_be_sampled_is_told(options: dict[str, object], told: str) -> None:
    model = Points(Bent(), NoiseSchedule.cosine(50), (2,), num_classes=3).eval()
    with pytest.raises(Problem, match=told):
        model.sample(2, **options)


def test_a_model_without_labels_refuses_one_and_t_outside_is_told() -> None:
    model = Points(Bent(), NoiseSchedule.cosine(50), (2,)).eval()
    with pytest.raises(Problem, match="no labels"):
        model.sample(2, label=0)
    for t in (0, 51):
        with pytest.raises(Problem, match=f"t = {t}"):
            model.predict_noise(PICTURE, t)


def test_one_step_is_enough_for_a_schedule_of_one() -> None:
    model = Points(Bent(), NoiseSchedule.linear(1), (2,)).eval()
    moments = list(model.trajectory(3, generator=torch.Generator().manual_seed(0)))
    assert [moment.t for moment in moments] == [1, 0] and torch.equal(moments[1].xt, moments[0].x0)


def test_patches_of_any_size_keep_the_pictures_shape() -> None:
    for patch, levels in ((1, 2), (2, 2), (4, 3)):
        model = ImageDiffusion(3, 32, 16, levels, 0, num_steps=5, patch=patch).eval()
        assert model.predict_noise(torch.randn(2, 3, 32, 32), 3).shape == (2, 3, 32, 32)


def test_algorithm_2_is_what_the_sampler_does_where_nothing_is_clipped() -> None:
    """Line 4 of the paper's algorithm, T times with the same noise, and DDPM by way of the predicted x_0."""
    model = Points(Bent(), NoiseSchedule.linear(20), (2,)).eval()
    draws = torch.Generator().manual_seed(1)
    xt = torch.randn(5, 2, generator=draws)
    for t in range(20, 0, -1):
        z = torch.randn(5, 2, generator=draws) if t > 1 else torch.zeros(5, 2)
        xt = model.ddpm_step(xt, t, z)
    *_, last = model.trajectory(5, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(last.xt, xt, atol=1e-4)
