"""The optimal denoiser of a finite data set, in closed form: what a network with enough capacity and training becomes.

If the data are N equally likely points, x_t is a mixture of N Gaussians, and

    p(x_0 = point i | x_t) ~ exp(-|x_t - sqrt(alpha_bar_t) point_i|^2 / (2 (1 - alpha_bar_t)))
    E[x_0 | x_t] = sum_i p(point i | x_t) point_i

A network that reached it would only ever draw the training data again; that it generalises, it owes to not doing so.

Shapes: N points, B batch, "..." the shape of one point.
Source: Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", equation 57.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from genmodels.models.schedule import NoiseSchedule


class ExactDenoiser(nn.Module):
    """The optimal eps(x_t, t) for the data `points` (N, ...), in place of a trained network in `Diffusion`."""

    def __init__(self, points: Tensor, schedule: NoiseSchedule) -> None:
        super().__init__()
        self.points = nn.Parameter(points.clone(), requires_grad=False)
        self.schedule = schedule

    def forward(self, xt: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        """x_t (B, ...), t (B,) in [0, 1]: E[eps | x_t], (B, ...)."""
        steps = (t * self.schedule.num_steps).round().long()
        x0 = torch.einsum("bn,n...->b...", self.posterior(xt, steps), self.points)
        alpha_bar = self.schedule.at(self.schedule.alpha_bar, steps, xt)
        return (xt - alpha_bar.sqrt() * x0) / (1 - alpha_bar).sqrt()

    def posterior(self, xt: Tensor, t: int | Tensor) -> Tensor:
        """p(x_0 = point i | x_t), (B, N), for x_t (B, ...) and t from 1 to T, a number or (B,)."""
        alpha_bar = self.schedule.at(self.schedule.alpha_bar, t, xt[:, None])
        squared = (xt[:, None] - alpha_bar.sqrt() * self.points).flatten(2).square().sum(2)
        return (-squared / (2 * (1 - alpha_bar).reshape(-1, 1))).softmax(dim=1)
