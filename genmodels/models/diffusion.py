"""Diffusion: destroy a picture step by step with noise, and learn to take one step back.

Forward, nothing to learn. A little noise at each of T steps, t = 0 the data, t = T noise (equation 2 of the paper):

    x_t = sqrt(alpha_t) x_{t-1} + sqrt(1 - alpha_t) eps,      alpha_t = 1 - beta_t

Sums of independent Gaussians are Gaussian, so t steps are one jump (equation 4):

    x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps,  alpha_bar_t = alpha_1 ... alpha_t

Backward. If x_0 were known, the step back would be known too, q(x_{t-1} | x_t, x_0) (equations 6 and 7). So a network
guesses it: it predicts the noise eps in x_t, which says as much as predicting x_0. Training is one line (equation 14),

    loss = || eps - eps_theta(x_t, t) ||^2        x_0 from the data, t and eps at random

and a sample is T small steps from x_T ~ N(0, I) (`ddpm_step`), or fewer and larger ones (`samplers`).

Shapes: B batch, T steps, n samples; "..." is the shape of one thing: (C, H, W) pictures, (2,) points. x_t, eps and the
predicted x_0 are in the model's scale, pictures in [-1, 1] where [0, 1] stands outside.
Source: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", arXiv 2006.11239.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from genmodels import values
from genmodels.errors import Problem
from genmodels.models import samplers
from genmodels.models.layers import GenerativeModel, checked_labels, linear, noise
from genmodels.models.samplers import Moment
from genmodels.models.schedule import NoiseSchedule, velocity
from genmodels.models.unet import UNet, time_features

VERSION = 1

LABEL_DROPOUT = 0.1  # the share of the labels that is left out in training
POINT_FREQUENCIES = 32


class Diffusion(GenerativeModel):
    """A network that predicts noise, and the schedule it was trained for.

    `predicts` "noise" or "v" = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0, which says something at every t, also
    where the picture is gone (Salimans and Ho 2022). `loss_kind` "mse", or "l1" as in some tutorials. With classes, a
    tenth of the labels is left out in training, so that one network learns both to follow a label and to do without.
    """

    options = ("steps", "eta", "label", "guidance", "interval", "start", "clamp_xt")
    sqrt_alpha_bar: Tensor
    sqrt_one_minus_alpha_bar: Tensor
    x0_limit: float = 1.0  # no datum is farther from 0 in the model's scale
    is_image: ClassVar[bool] = True  # pixels are in [0, 1] outside, in [-1, 1] inside; points are what they are

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
        self.register_buffer("sqrt_alpha_bar", schedule.alpha_bar.sqrt().float(), persistent=False)
        self.register_buffer("sqrt_one_minus_alpha_bar", (1 - schedule.alpha_bar).sqrt().float(), persistent=False)
        if predicts == "noise" and schedule.ends_in_noise:
            sentence = "This schedule leaves nothing of the data at T: x_0 cannot be had from noise there; predict v."
            raise Problem("noise-without-signal", sentence)

    # --- training: Algorithm 1

    def terms(
        self, x: Tensor, generator: torch.Generator | None = None, label: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The mean error of each prediction, {"noise": (B,)}, at one random t each: Algorithm 1, lines 2 to 5.

        x (B, ...), labels (B,) int64 or None. The unit is that of eps, squared unless `loss_kind` is "l1".
        """
        x0 = 2 * x - 1 if self.is_image else x  # line 2
        t = self._random_times(len(x0), x0.device, generator)  # line 3
        eps = noise("normal", tuple(x0.shape), x0.device, generator)  # line 4
        if label is not None and self.training:
            label = self._dropped_out(label, generator)
        sqrt_alpha_bar, sqrt_one_minus_alpha_bar = self._coefficients(t, x0)
        xt = sqrt_alpha_bar * x0 + sqrt_one_minus_alpha_bar * eps
        target = velocity(x0, eps, sqrt_alpha_bar, sqrt_one_minus_alpha_bar) if self.predicts == "v" else eps
        error = self._network(xt, t, label) - target  # line 5
        loss = error.abs() if self.loss_kind == "l1" else error**2
        return {"noise": loss.flatten(1).mean(1)}

    def loss(
        self, x: Tensor, generator: torch.Generator | None = None, label: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The mean over the batch; its only part is the total."""
        return {"total": self.terms(x, generator, label)["noise"].mean()}

    def _random_times(self, number: int, device: torch.device, generator: torch.Generator | None) -> Tensor:
        """t (B,) from 1 to T, spread evenly from a random start; each alone is uniform, as in the paper.

        The mean loss of a batch varies less so. Source: Kingma et al. 2021, "Variational diffusion models", arXiv
        2107.00630 (low-discrepancy sampler).
        """
        where = generator.device if generator else device
        start = torch.rand((), generator=generator, device=where)
        spread = (start + torch.arange(number, device=where) / number) % 1
        index = (spread * self.schedule.num_steps).long().clamp(max=self.schedule.num_steps - 1)
        return (1 + index).to(device)

    def _dropped_out(self, label: Tensor, generator: torch.Generator | None) -> Tensor:
        """The labels (B,), some of them replaced by num_classes, which stands for no label.

        Source: Ho and Salimans 2022, "Classifier-free diffusion guidance", algorithm 1.
        """
        where = generator.device if generator else label.device
        dropped = torch.rand(len(label), generator=generator, device=where) < LABEL_DROPOUT
        return label.masked_fill(dropped.to(label.device), self.num_classes)

    def _coefficients(self, t: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        """sqrt(alpha_bar_t) and sqrt(1 - alpha_bar_t) for t (B,), so shaped that they multiply `like` (B, ...)."""
        shape = (-1, *[1] * (like.ndim - 1))
        return self.sqrt_alpha_bar[t].view(shape), self.sqrt_one_minus_alpha_bar[t].view(shape)

    def _network(self, xt: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        out: Tensor = self.network(xt, t.to(xt.dtype) / self.schedule.num_steps, label)
        return out

    # --- prediction

    def predict(self, xt: Tensor, t: Tensor, label: Tensor | None) -> tuple[Tensor, Tensor]:
        """x_0 and eps (B, ...), as they follow from the network's output for x_t (B, ...) at t (B,)."""
        out = self._network(xt, t, label)
        sqrt_alpha_bar, sqrt_one_minus_alpha_bar = self._coefficients(t, xt)
        if self.predicts == "v":
            x0 = sqrt_alpha_bar * xt - sqrt_one_minus_alpha_bar * out
            eps = sqrt_one_minus_alpha_bar * xt + sqrt_alpha_bar * out
            return x0, eps
        return (xt - sqrt_one_minus_alpha_bar * out) / sqrt_alpha_bar, out

    def predict_noise(self, xt: Tensor, t: int | Tensor, label: Tensor | None = None) -> Tensor:
        """eps_theta(x_t, t), (B, ...), for x_t (B, ...), t from 1 to T, a number or (B,), labels (B,) or None.

        Raises Problem for a t, an x_t or a label that the model does not know.
        """
        times = torch.as_tensor(t, device=xt.device).expand(len(xt))
        self._check_start(int(times.min()), xt)
        self._check_start(int(times.max()), xt)
        _, eps = self.predict(xt, times, checked_labels(label, self.num_classes, xt))
        return eps

    # --- sampling: Algorithm 2, and what has been found since

    @torch.no_grad()
    def ddpm_step(self, xt: Tensor, t: int, z: Tensor, label: Tensor | None = None) -> Tensor:
        """x_{t-1} (B, ...) from x_t and z ~ N(0, I), 0 at t = 1, as Algorithm 2 has it in line 4, without clipping.

        sigma_t^2 is the posterior's variance. It divides by sqrt(alpha_t), which is 0 at T where nothing of the data is
        left: there only the form with x_0 (equation 7) leads on, which is the one that `trajectory` uses.
        """
        eps = self.predict_noise(xt, t, label)
        alpha, alpha_bar, beta = (float(getattr(self.schedule, name)[t]) for name in ("alpha", "alpha_bar", "beta"))
        sigma = float(self.schedule.posterior_coefficients()[2][t]) ** 0.5
        return (xt - beta / (1 - alpha_bar) ** 0.5 * eps) / alpha**0.5 + sigma * z

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator | None = None, **options: Any) -> Tensor:
        """n new things, (n, ...), pictures in [0, 1]; options and errors are those of `trajectory`."""
        *_, last = self.trajectory(n, generator=generator, **options)
        return ((last.xt + 1) / 2).clamp(0, 1) if self.is_image else last.xt

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
        interval: tuple[int, int] | None = None,
    ) -> Iterator[Moment]:
        """The way from noise to data, T first and t = 0 last, where x_0 is the sample itself.

        `steps` <= T times, evenly spread; all by default. eta = 1 is DDPM's ancestral sampling (Algorithm 2, with x_0
        clipped to where data can be), 0 is DDIM's. `guidance` is w of `samplers.guided`, at the times of `interval`
        (from, to) only, by default always. `start` (t, x_t) begins there and not with noise at T. `clamp_xt` is a
        mistake of tutorials, see `samplers.trajectory`. Raises Problem for options out of range.
        """
        device = next(self.parameters()).device
        first, xt = self._pair(start) or (self.schedule.num_steps, noise("normal", (n, *self.shape), device, generator))
        self._check_start(first, xt)
        labels, times = checked_labels(label, self.num_classes, xt), samplers.time_grid(first, steps)
        eta, guidance = samplers.checked_strengths(eta, guidance)
        yield from samplers.trajectory(self, xt, times, labels, eta, guidance, clamp_xt, generator, interval)

    def _pair(self, start: Any) -> tuple[int, Tensor] | None:
        if start is None:
            return None
        try:
            t, xt = start
            return t, torch.as_tensor(xt, dtype=torch.float32, device=next(self.parameters()).device)
        except (TypeError, ValueError, RuntimeError) as error:
            raise Problem("start-pair", "start is a pair of t and x_t, as start=(100, x_t).") from error

    def _check_start(self, t: int, xt: Tensor) -> None:
        """Problem unless 1 <= t <= T and x_t is finite and of the model's shape."""
        try:
            values.count(t, 1, self.schedule.num_steps)
        except ValueError as error:
            sentence = "Nothing can be denoised at t = {t}; choose 1 to {last}."
            raise Problem("start-t", sentence, t=str(t)[:40], last=self.schedule.num_steps) from error
        if tuple(xt.shape[1:]) != self.shape or not bool(xt.isfinite().all()):
            sentence = "x_t needs the shape (B, {shape}) and finite numbers; this one's shape is {given}."
            raise Problem("start-xt", sentence, shape=str(self.shape)[1:-1], given=str(tuple(xt.shape)))


class ImageDiffusion(Diffusion):
    """Diffusion of pictures (channels, side, side) with the U-Net.

    At each of the `levels` after the first the side is halved and the features doubled, from `width` to at most four
    times as many; the U-Net itself sees `patch` x `patch` pixels as one.
    """

    half_precision = True

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
    """Diffusion of points in the plane, (2,), whose coordinates have a mean square of 1."""

    is_image, x0_limit = False, 3.0

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
    """eps or v, of x_t and t, for points: three hidden layers, with SiLU between."""

    def __init__(self, hidden_dim: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        sizes = (2 + POINT_FREQUENCIES, hidden_dim, hidden_dim, hidden_dim)
        hidden = [(linear(num_in, num_out, generator), nn.SiLU()) for num_in, num_out in pairwise(sizes)]
        self.layers = nn.Sequential(*chain(*hidden), linear(hidden_dim, 2, generator))

    def forward(self, x: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        """x (B, 2), t (B,) in [0, 1] -> (B, 2)."""
        out: Tensor = self.layers(torch.cat([x, time_features(t, POINT_FREQUENCIES)], dim=1))
        return out
