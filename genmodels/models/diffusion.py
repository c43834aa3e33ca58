"""Diffusion: destroy a picture step by step with noise, and learn to take one step back.

Forward, nothing to learn. A little noise at each of T steps, t = 0 the data, t = T noise (equation 2 of the paper):

    x_t = sqrt(alpha_t) x_{t-1} + sqrt(1 - alpha_t) eps,      alpha_t = 1 - beta_t

Sums of independent Gaussians are Gaussian, so t steps are one jump (equation 4):

    x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps,  alpha_bar_t = alpha_1 ... alpha_t

Backward. If x_0 were known, the step back would be known too, q(x_{t-1} | x_t, x_0) (equations 6 and 7). So a network
guesses it: it predicts the noise eps in x_t, which says as much as predicting x_0. Training is one line (equation 14),

    loss = || eps - eps_theta(x_t, t) ||^2        x_0 from the data, t and eps at random

and a sample is T small steps from x_T ~ N(0, I), or fewer and larger ones (DDIM).

Shapes: B batch, T steps, n samples; "..." is the shape of one thing: (C, H, W) pictures, (2,) points. x_t, eps and the
predicted x_0 are in the model's scale, pictures in [-1, 1] where [0, 1] stands outside.
Source: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", arXiv 2006.11239; Song, Meng and Ermon
2021, "Denoising diffusion implicit models", arXiv 2010.02502.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from genmodels.errors import Problem
from genmodels.models.layers import GenerativeModel, linear, noise
from genmodels.models.schedule import NoiseSchedule
from genmodels.models.unet import UNet, time_features

VERSION = 1

HIDDEN = 0.1  # of the labels in training
POINT_FREQUENCIES = 32


class Moment(NamedTuple):
    """One moment of a sample's way from noise to data: x_t (n, ...) and what the model makes of it."""

    t: int
    xt: Tensor
    x0: Tensor  # predicted, and cut to where data can be
    eps: Tensor  # predicted
    uncut: Tensor  # x_0 as it was predicted


class Diffusion(GenerativeModel):
    """A network that predicts noise, the schedule it was trained for, and the ways to sample from both.

    `predicts` "noise" or "v" = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0, which says something at every t, also
    where the picture is gone (Salimans and Ho 2022). `loss_kind` "mse", or "l1" as in some tutorials. With classes, a
    tenth of the labels is hidden in training, so that one network learns both to follow a label and to do without.
    """

    signal: Tensor
    noisy: Tensor
    reach: ClassVar[float] = 1.0  # no datum is farther from 0 in the model's scale
    pictures: ClassVar[bool] = True  # in [0, 1] outside, in [-1, 1] inside; points are what they are

    def __init__(
        self,
        network: nn.Module,
        schedule: NoiseSchedule,
        shape: tuple[int, ...],
        num_classes: int = 0,
        predicts: str = "noise",
        loss_kind: str = "mse",
    ) -> None:
        super().__init__()
        self.network, self.schedule, self.shape, self.num_classes = network, schedule, shape, num_classes
        self.predicts, self.loss_kind, self.labelled = predicts, loss_kind, num_classes > 0
        # where the network is, so that training on a graphics card never waits for the schedule
        self.register_buffer("signal", schedule.alpha_bar.sqrt().float(), persistent=False)
        self.register_buffer("noisy", (1 - schedule.alpha_bar).sqrt().float(), persistent=False)
        if predicts == "noise" and schedule.ends_in_noise:
            sentence = "This schedule leaves nothing of the data at T, and x_0 does not follow from noise; predict v."
            raise Problem("noise-without-signal", sentence)

    def predict_noise(self, xt: Tensor, t: int | Tensor, label: Tensor | None = None) -> Tensor:
        """eps_theta(x_t, t) for x_t (B, ...), t from 1 to T, a number or (B,), labels (B,) or None."""
        times = torch.as_tensor(t, device=xt.device).expand(len(xt))
        self._check_start(int(times.min()), xt)
        self._check_start(int(times.max()), xt)
        return self._predict(xt, times, self._labels(label, xt))[1]

    def _predict(self, xt: Tensor, t: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """x_0 and eps, each as the network's output says."""
        out = self._network(xt, t, label)
        signal, noisy = self._shares(t, xt)
        if self.predicts == "v":
            return signal * xt - noisy * out, noisy * xt + signal * out
        return (xt - noisy * out) / signal, out

    def _shares(self, t: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        """sqrt(alpha_bar_t) and sqrt(1 - alpha_bar_t) for t (B,), so shaped that they multiply `like` (B, ...)."""
        shape = (-1, *[1] * (like.ndim - 1))
        return self.signal[t].view(shape), self.noisy[t].view(shape)

    def _network(self, xt: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        out: Tensor = self.network(xt, t.to(xt.dtype) / self.schedule.num_steps, label)
        return out

    # --- training

    def terms(
        self, x: Tensor, generator: torch.Generator | None = None, label: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The mean error of each prediction, {"noise": (B,)}, at one random t each, spread evenly over the batch."""
        x0 = 2 * x - 1 if self.pictures else x
        device = generator.device if generator else x.device
        start = torch.rand((), generator=generator, device=device)
        spread = (start + torch.arange(len(x0), device=device) / len(x0)) % 1
        t = (1 + (spread * self.schedule.num_steps).long().clamp(max=self.schedule.num_steps - 1)).to(x0.device)
        eps = noise("normal", tuple(x0.shape), x0.device, generator)
        if label is not None and self.training:
            hidden = (torch.rand(len(x0), generator=generator, device=device) < HIDDEN).to(x0.device)
            label = label.masked_fill(hidden, self.num_classes)
        signal, noisy = self._shares(t, x0)
        target = eps if self.predicts == "noise" else signal * eps - noisy * x0
        error = self._network(signal * x0 + noisy * eps, t, label) - target
        return {"noise": (error.abs() if self.loss_kind == "l1" else error**2).flatten(1).mean(1)}

    def loss(
        self, x: Tensor, generator: torch.Generator | None = None, label: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The mean over the batch; its only part is the total."""
        return {"total": self.terms(x, generator, label)["noise"].mean()}

    # --- sampling

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator | None = None, **options: Any) -> Tensor:
        """n new things, (n, ...), pictures in [0, 1]; `options` are those of `trajectory`."""
        *_, last = self.trajectory(n, generator=generator, **options)
        return ((last.xt + 1) / 2).clamp(0, 1) if self.pictures else last.xt

    @torch.no_grad()
    def trajectory(
        self,
        n: int = 1,
        steps: int | None = None,
        eta: float = 1.0,
        label: int | Tensor | None = None,
        guidance: float = 0.0,
        generator: torch.Generator | None = None,
        start: tuple[int, Tensor] | None = None,
        clamp_xt: bool = False,
    ) -> Iterator[Moment]:
        """The way from noise to data, T first and t = 0 last, where x_0 is the sample itself.

        `steps` <= T times, evenly spread; all by default. eta = 1 is DDPM's ancestral sampling, 0 is DDIM's, which adds
        no noise on the way (DDIM, equation 16). With `guidance` w, eps = (1 + w) eps(label) - w eps(no label) (Ho and
        Salimans 2022). `start` (t, x_t) begins there and not with noise at T. `clamp_xt` is a mistake of tutorials:
        x_t, which is meant to leave [-1, 1], is cut off there at every step.
        """
        device = next(self.parameters()).device
        first, xt = start or (self.schedule.num_steps, noise("normal", (n, *self.shape), device, generator))
        self._check_start(first, xt)
        labels, times = self._labels(label, xt), self._times(first, steps)
        if not (0 <= eta <= 1 and 0 <= guidance <= 100):  # what is no number is neither
            sentence = "eta is from 0 to 1 and guidance from 0 to 100; these are {eta} and {guidance}."
            raise Problem("sampling-options", sentence, eta=eta, guidance=guidance)
        for t, before in pairwise(times):
            uncut, eps = self._guided(xt, t, labels, guidance)
            # uncut it may be what was divided by next to nothing at T, and few large steps never recover from that
            x0 = uncut.clamp(-self.reach, self.reach)
            yield Moment(t, xt, x0, eps, uncut)
            xt = self.step_back(xt, x0, t, before, eta, generator)
            xt = xt.clamp(-1, 1) if clamp_xt else xt
        yield Moment(0, xt, xt, torch.zeros_like(xt), xt)

    def step_back(
        self, xt: Tensor, x0: Tensor, t: int, before: int, eta: float = 1.0, generator: torch.Generator | None = None
    ) -> Tensor:
        """x at `before` < t, given x_t and the predicted x_0 (DDIM, equation 12); into t = 0 no noise is added."""
        mean, sigma = self.step_distribution(xt, x0, t, before, eta)
        if sigma == 0:
            return mean
        return mean + sigma * noise("normal", tuple(xt.shape), xt.device, generator)

    def step_distribution(self, xt: Tensor, x0: Tensor, t: int, before: int, eta: float = 1.0) -> tuple[Tensor, float]:
        """Mean and standard deviation of that step; for before = t - 1 and eta = 1 those of `schedule.posterior`."""
        for_x0, for_xt, sigma = self.step_coefficients(t, before, eta)
        return for_x0 * x0 + for_xt * xt, sigma

    def step_coefficients(self, t: int, before: int, eta: float = 1.0) -> tuple[float, float, float]:
        """What that step's mean takes of x_0 and of x_t, and its standard deviation."""
        here, there = float(self.schedule.alpha_bar[t]), float(self.schedule.alpha_bar[before])
        sigma = eta * math.sqrt((1 - there) / (1 - here) * (1 - here / there))
        # the mean is sqrt(there) x_0 + direction eps, and eps = (x_t - sqrt(here) x_0) / sqrt(1 - here)
        for_xt = math.sqrt(max(1 - there - sigma**2, 0) / (1 - here))
        return math.sqrt(there) - math.sqrt(here) * for_xt, for_xt, sigma

    def _guided(self, xt: Tensor, t: int, label: Tensor | None, guidance: float) -> tuple[Tensor, Tensor]:
        """The predicted x_0, uncut, and eps."""
        times = torch.full((len(xt),), t, device=xt.device)
        if guidance and label is not None:
            # with and without the label in one batch: one call is faster than two
            both = torch.cat([label, torch.full_like(label, self.num_classes)])
            predicted = self._predict(xt.repeat(2, *[1] * (xt.ndim - 1)), times.repeat(2), both)
            x0, eps = (told + guidance * (told - free) for told, free in (one.chunk(2) for one in predicted))
        else:
            x0, eps = self._predict(xt, times, label)
        return x0, eps

    def _labels(self, label: int | Tensor | None, xt: Tensor) -> Tensor | None:
        """(B,), one for each of x_t (B, ...)."""
        if label is None:
            return None
        if not self.num_classes:
            raise Problem("model-without-labels", "This model knows no labels; leave the label out.")
        labels = torch.as_tensor(label, device=xt.device)
        outside = labels[(labels < 0) | (labels >= self.num_classes)]
        if len(outside.reshape(-1)):
            sentence = "There is no label {label}; this model knows 0 to {last}."
            raise Problem("label-range", sentence, label=int(outside.reshape(-1)[0]), last=self.num_classes - 1)
        return labels.expand(len(xt))

    def _check_start(self, t: int, xt: Tensor) -> None:
        if not 1 <= t <= self.schedule.num_steps:
            sentence = "Nothing can be denoised at t = {t}; choose 1 to {last}."
            raise Problem("start-t", sentence, t=t, last=self.schedule.num_steps)
        if tuple(xt.shape[1:]) != self.shape or not bool(xt.isfinite().all()):
            sentence = "x_t needs the shape (B, {shape}) and finite numbers; this one's shape is {given}."
            raise Problem("start-xt", sentence, shape=str(self.shape)[1:-1], given=str(tuple(xt.shape)))

    def _times(self, first: int, steps: int | None) -> list[int]:
        """first = t_1 > ... > 0, `steps` of them before the 0."""
        number = first if steps is None else steps
        if not 1 <= number <= first:
            sentence = "{steps} steps are not possible from t = {first}; take 1 to {first}."
            raise Problem("sampling-steps", sentence, steps=number, first=first)
        return torch.linspace(first, 0, number + 1, dtype=torch.float64).round().long().tolist()


class ImageDiffusion(Diffusion):
    """Diffusion of pictures (channels, side, side) with the U-Net."""

    halves = True

    def __init__(
        self,
        channels: int = 1,
        side: int = 28,
        width: int = 48,
        levels: int = 2,
        num_classes: int = 10,
        skips: bool = True,
        num_steps: int = 300,
        schedule: str = "cosine",
        predicts: str = "noise",
        loss_kind: str = "mse",
        generator: torch.Generator | None = None,
        patch: int = 2,
    ) -> None:
        widths = tuple(width * min(2**level, 4) for level in range(levels))
        network = UNet(channels, widths, num_classes, skips, generator, patch)
        shape = (channels, side, side)
        super().__init__(network, NoiseSchedule.named(schedule, num_steps), shape, num_classes, predicts, loss_kind)


class PointDiffusion(Diffusion):
    """Diffusion of points in the plane, (2,), with three hidden layers."""

    pictures, reach = False, 3.0

    def __init__(
        self,
        hidden_dim: int = 128,
        num_steps: int = 300,
        schedule: str = "cosine",
        predicts: str = "noise",
        loss_kind: str = "mse",
        generator: torch.Generator | None = None,
    ) -> None:
        network, steps = PointNetwork(hidden_dim, generator), NoiseSchedule.named(schedule, num_steps)
        super().__init__(network, steps, (2,), predicts=predicts, loss_kind=loss_kind)


class PointNetwork(nn.Module):
    """eps or v, of x_t and t, for points (B, 2)."""

    def __init__(self, hidden_dim: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        sizes = (2 + POINT_FREQUENCIES, hidden_dim, hidden_dim, hidden_dim)
        hidden = [(linear(num_in, num_out, generator), nn.SiLU()) for num_in, num_out in pairwise(sizes)]
        self.layers = nn.Sequential(*chain(*hidden), linear(hidden_dim, 2, generator))

    def forward(self, x: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        """x (B, 2), t (B,) in [0, 1]."""
        out: Tensor = self.layers(torch.cat([x, time_features(t, POINT_FREQUENCIES)], dim=1))
        return out
