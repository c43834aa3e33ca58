"""How well a diffusion explains pictures of two levels of ink: its bound of -log p(x), in nats per picture.

A diffusion is a VAE with a layer of codes for each step, and an encoder that learns nothing: it adds noise. So there is
an ELBO, and its negative is a sum with a term for each step back (equation 5 of the paper):

    L_T      KL(q(x_T|x_0) || N(0, I))                  what is left of the picture at T
    L_{t-1}  KL(q(x_s|x_t, x_0) || p(x_s|x_t))          the step from t to s, had x_0 been known, against the one taken
    L_0      -log p(x_0|x_t) at the last t              the last step gives ink or paper

A step is taken with the variance of the posterior, so that L_{t-1} is a difference of means: half of what the
signal-to-noise ratio gains from t to s, times the squared error of the predicted x_0 (clipped to where data can be, as
when drawing). Fewer steps of the same network are another model, with a bound of its own.

Shapes: B batch, N pictures, T steps of the schedule, K times. x_0 is -1 or 1 within.
Source: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", arXiv 2006.11239, section 3.3 for L_0;
Kingma et al. 2021, "Variational diffusion models", arXiv 2107.00630, equation 13 for L_{t-1}.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from genmodels.models import samplers
from genmodels.models.layers import noise
from genmodels.models.samplers import Denoiser

NUM_DRAWS = 6  # of the times, for each picture
_CHUNK = 250
_PILOT = 48  # pictures that tell at which times there is most to be lost
_UNTOLD = 0.1  # the share of the draws that does not follow what they tell


class Bound:
    """The terms of one model's bound, along the times at which it draws with so many `steps`, all of them by default.

    Raises Problem for steps that it cannot take.
    """

    def __init__(self, model: Denoiser, steps: int | None = None) -> None:
        self.model = model
        times = samplers.time_grid(model.schedule.num_steps, steps)[:-1]
        self.times = torch.tensor(times[::-1])  # (K,), rising; none is 0
        snr = model.schedule.snr[self.times]
        self.gain = snr[:-1] - snr[1:]  # (K - 1,), by the step from the next time

    def prior(self, x0: Tensor) -> Tensor:
        """L_T of each picture, (B,): the closed form for two Gaussians."""
        alpha_bar = self.model.schedule.alpha_bar[-1].to(x0.device)
        each = alpha_bar * (x0.double() ** 2 - 1) - (1 - alpha_bar).log()
        return each.flatten(1).sum(1) / 2

    def step(self, x0: Tensor, which: Tensor, generator: torch.Generator) -> Tensor:
        """L_{t-1} of each picture for a step of its own, `which` (B,) on the CPU from 0, the last but one to be taken.

        (B,) with one draw of the noise.
        """
        guess = self._predicted(x0, self.times[1 + which], generator)
        return self.gain[which].to(x0.device) / 2 * (guess - x0).double().square().flatten(1).sum(1)

    def last(self, x0: Tensor, generator: torch.Generator) -> Tensor:
        """L_0 of each picture, (B,): that each pixel's normal distribution lies on the right side of grey."""
        first = self.times[:1]
        mean = self._predicted(x0, first.expand(len(x0)), generator).double()
        sigma = (1 - self.model.schedule.alpha_bar[first]).sqrt().to(x0.device)
        return -torch.special.log_ndtr(x0 * mean / sigma).flatten(1).sum(1)

    def _predicted(self, x0: Tensor, t: Tensor, generator: torch.Generator) -> Tensor:
        """The predicted x_0 (B, ...) from x_0 with the noise of t (B,) added."""
        xt = self.model.schedule.noise(x0, t, noise("normal", tuple(x0.shape), x0.device, generator))
        guess, _ = self.model.predict(xt, t.to(x0.device), None)
        return guess.clamp(-self.model.x0_limit, self.model.x0_limit)


@torch.no_grad()
def variational_bound(
    model: Denoiser,
    x: Tensor,
    generator: torch.Generator,
    steps: int | None = None,
    num_draws: int = NUM_DRAWS,
    progress: Callable[[int], object] = lambda _: None,
) -> Tensor:
    """An unbiased estimate of the bound of -log p(x) for pictures x (N, ...) of zeros and ones: (N,) nats on the CPU.

    `x` is on the model's device. Each picture is looked at for `num_draws` of the `steps`, more often those at which
    the first few pictures lose most; `progress` is told how many pictures are done.
    """
    bound, bounds = Bound(model, steps), []
    shares = _shares(bound, 2 * x[:_PILOT] - 1, generator)
    up_to = shares.cumsum(0)
    for chunk in x.split(_CHUNK):
        x0 = 2 * chunk - 1
        total = bound.prior(x0) + bound.last(x0, generator)
        for part in range(num_draws if len(shares) else 0):
            # one from each of as many equal parts of the distribution: the sum varies less so
            where = (part + noise("uniform", (len(x0),), torch.device("cpu"), generator).double()) / num_draws
            which = torch.searchsorted(up_to, where).clamp(max=len(shares) - 1)
            weight = 1 / (num_draws * shares[which])
            total += weight.to(x0.device) * bound.step(x0, which, generator)
        bounds.append(total.cpu())
        progress(len(chunk))
    return torch.cat(bounds)


def _shares(bound: Bound, x0: Tensor, generator: torch.Generator) -> Tensor:
    """How often each step is to be looked at, (K - 1,), none of them never."""
    number = len(bound.gain)
    each = [bound.step(x0, torch.full((len(x0),), one), generator).mean().cpu() for one in range(number)]
    if not each:
        return torch.empty(0, dtype=torch.float64)
    found = torch.stack(each)
    told = found / found.sum() if float(found.sum()) > 0 else torch.full_like(found, 1 / number)
    return (1 - _UNTOLD) * told + _UNTOLD / number
