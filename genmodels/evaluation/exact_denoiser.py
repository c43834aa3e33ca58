"""The best denoiser there can be for a finite set of data, in closed form: what every network is on its way to.

If the data are N points, each as likely as the others, x_t is a mixture of N Gaussians, and

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
    """The network eps(x_t, t) of `points` (N, ...): takes the place of a trained one in `Diffusion`."""

    def __init__(self, points: Tensor, schedule: NoiseSchedule) -> None:
        super().__init__()
        self.points = nn.Parameter(points.clone(), requires_grad=False)
        self.schedule = schedule

    def forward(self, xt: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        """x_t (B, ...), t (B,) in [0, 1]: E[eps | x_t], (B, ...)."""
        steps = (t * self.schedule.num_steps).round().long()
        x0 = torch.einsum("bn,n...->b...", self.origins(xt, steps), self.points)
        alpha_bar = self.schedule.at(self.schedule.alpha_bar, steps, xt)
        return (xt - alpha_bar.sqrt() * x0) / (1 - alpha_bar).sqrt()

    def origins(self, xt: Tensor, t: int | Tensor) -> Tensor:
        """p(x_0 = point i | x_t), (B, N), for t from 1 to T."""
        alpha_bar = self.schedule.at(self.schedule.alpha_bar, t, xt[:, None])
        away = (xt[:, None] - alpha_bar.sqrt() * self.points).flatten(2).square().sum(2)
        return (-away / (2 * (1 - alpha_bar).reshape(-1, 1))).softmax(dim=1)
