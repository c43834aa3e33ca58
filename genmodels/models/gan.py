"""GAN: one network makes pictures, another one tells them from real ones, and each learns from the other.

The generator G turns noise z ~ N(0, I) into x. The discriminator gives each x a logit D(x): sigmoid(D(x)) is how likely
it holds x to be real. It raises V, the generator lowers it (equation 1 of the paper):

    min_G max_D  V = E_data log sigmoid(D(x)) + E_z log(1 - sigmoid(D(G(z))))

If D could be any function, the best one for a given G would weigh the two densities (proposition 1):

    sigmoid(D*(x)) = p_data(x) / (p_data(x) + p_g(x)),     that is  D* = log p_data - log p_g

and V(G, D*) = -log 4 + 2 JS(p_data, p_g) (theorem 1): least, -log 4, where G makes the data's distribution and D* is 0
everywhere. Nobody has D* during training; each network takes a small step after the other, so that losses which stay
where they are may be progress, or none. What a GAN has learned is seen in its samples alone: it gives no p(x).

Shapes: B batch, D latent. Pixels are in [0, 1] outside and in [-1, 1] for the networks; points are as they are.
Sources: Goodfellow et al. 2014, "Generative adversarial networks", arXiv 1406.2661; the others where they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.models.layers import GenerativeModel, conv, linear, noise

VERSION = 1

SIGMA = 0.05  # by so much a picture is moved to see how steep D is there
MAGNIFIED = 3.0
LEAK = 0.2


class Loss(NamedTuple):
    """What the two pay, from D's logits of real and made examples, (B,) each: (B,).

    G's own does not depend on the real ones unless it is `paired`. `absolute`: sigmoid(D) is a probability; else only
    differences of D mean anything.
    """

    generator: Callable[[Tensor, Tensor], Tensor]
    discriminator: Callable[[Tensor, Tensor], Tensor]
    paired: bool = False
    absolute: bool = False


def log_loss(real: Tensor, made: Tensor) -> Tensor:
    """-log sigmoid(D(x)) - log(1 - sigmoid(D(G(z)))): to take real ones for real, and made ones for made."""
    return F.softplus(-real) + F.softplus(made)


LOSSES = {
    # V itself: where D knows all that is made, the slope is gone, and G learns nothing
    "saturating": Loss(lambda real, made: -F.softplus(made), log_loss, absolute=True),
    # -log sigmoid(D(G(z))): the same goal with a slope (section 3 of the paper)
    "non-saturating": Loss(lambda real, made: F.softplus(-made), log_loss, absolute=True),
    # D's values are no probabilities; how far they lie apart (Arjovsky et al. 2017, arXiv 1701.07875, equation 2)
    "wasserstein": Loss(lambda real, made: -made, lambda real, made: made - real),
    # each made one beside a real one (Jolicoeur-Martineau 2018, arXiv 1807.00734; Huang et al. 2024, arXiv 2501.05441)
    "pairs": Loss(lambda real, made: F.softplus(real - made), lambda real, made: F.softplus(made - real), paired=True),
}


class GAN(GenerativeModel):
    """Two networks and their game; a subclass says which. `loss_kind` is a name of LOSSES.

    `r1` is gamma: D also pays gamma / 2 times the square of its slope at real examples, R1 (Mescheder et al. 2018,
    arXiv 1801.04406), with `r2` also at made ones. `exact` slopes need derivatives of derivatives; else the slope is
    estimated along a random direction by a finite difference (Lin et al. 2025, arXiv 2501.08316, section 3.3).
    """

    generator: nn.Module
    discriminator: nn.Module

    def __init__(self, latent_dim: int, loss_kind: str, r1: float, r2: bool, exact: bool) -> None:
        super().__init__()
        self.latent_dim, self.players, self.r1, self.r2, self.exact = latent_dim, LOSSES[loss_kind], r1, r2, exact

    def latent(self, n: int, device: torch.device, generator: torch.Generator | None = None) -> Tensor:
        """n draws of z ~ N(0, I), (n, D)."""
        return noise("normal", (n, self.latent_dim), device, generator)

    def generate(self, z: Tensor) -> Tensor:
        """Noise (B, D) -> examples (B, ...), pixels in [0, 1]."""
        return self.shown(self.generator(z))

    def discriminate(self, x: Tensor) -> Tensor:
        """Examples (B, ...), pixels in [0, 1] -> logits (B,): above 0 where they are held to be real."""
        logits: Tensor = self.discriminator(self.seen(x)).flatten()
        return logits

    def shown(self, x: Tensor) -> Tensor:
        """From the networks' scale to pixels."""
        return x

    def seen(self, x: Tensor) -> Tensor:
        """From pixels to the networks' scale."""
        return x

    # --- the game

    def generator_loss(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """What G pays, a mean over the batch."""
        made = self._logits(self.generator(self.latent(len(x), x.device, generator)))
        real = self._logits(self.seen(x)) if self.players.paired else made
        return {"total": self.players.generator(real, made).mean()}

    def discriminator_loss(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """What D pays, means over the batch: the game, and what its slopes cost."""
        with torch.no_grad():
            made = self.generator(self.latent(len(x), x.device, generator))
        real = self.seen(x)
        on_real, on_made = self._logits(real), self._logits(made)
        game = self.players.discriminator(on_real, on_made).mean()
        if not self.r1:
            return {"total": game, "game": game}
        slopes = self._squared_slope(real, on_real, generator)
        if self.r2:
            slopes = slopes + self._squared_slope(made, on_made, generator)
        return {"total": game + self.r1 / 2 * slopes, "game": game, "slopes": slopes}

    def _logits(self, x: Tensor) -> Tensor:
        logits: Tensor = self.discriminator(x).flatten()
        return logits

    def _squared_slope(self, x: Tensor, logits: Tensor, generator: torch.Generator | None) -> Tensor:
        """The mean of |grad D|^2, exact, or |D(x + sigma n) - D(x)|^2 / sigma^2 with n ~ N(0, I), whose mean it is."""
        if self.exact:
            with torch.enable_grad():  # an evaluation has switched it off
                x = x.detach().requires_grad_()
                (slope,) = torch.autograd.grad(self._logits(x).sum(), x, create_graph=True)
            return slope.flatten(1).square().sum(1).mean()
        moved = x + SIGMA * noise("normal", tuple(x.shape), x.device, generator)
        return ((self._logits(moved) - logits) / SIGMA).square().mean()

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n new examples (n, ...), pixels in [0, 1]."""
        return self.generate(self.latent(n, next(self.parameters()).device, generator))


class PointGAN(GAN):
    """Points in the plane: three hidden layers each; exact slopes are cheap here.

    `spectral_norm` divides each of D's weights by its largest singular value, so that no layer stretches anything
    (Miyato et al. 2018, arXiv 1802.05957).
    """

    def __init__(
        self,
        latent_dim: int = 2,
        hidden_dim: int = 128,
        loss_kind: str = "non-saturating",
        r1: float = 0.0,
        spectral_norm: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(latent_dim, loss_kind, r1, r2=False, exact=True)
        self.generator = perceptron((latent_dim, *3 * [hidden_dim], 2), nn.ReLU(), generator)
        judges = perceptron((2, *3 * [hidden_dim], 1), nn.LeakyReLU(0.2), generator)
        if spectral_norm:
            for layer in judges[::2]:
                nn.utils.parametrize.register_parametrization(layer, "weight", OfNormOne())
        self.discriminator = nn.Sequential(Magnifier(), *judges)


def perceptron(sizes: tuple[int, ...], between: nn.Module, generator: torch.Generator | None = None) -> nn.Sequential:
    """Linear layers from each size to the next, with `between` between them."""
    *hidden, last = (linear(num_in, num_out, generator) for num_in, num_out in pairwise(sizes))
    return nn.Sequential(*(step for layer in hidden for step in (layer, between)), last)


class Magnifier(nn.Module):
    """Brings points nearer to the eye: narrow spots, 0.07 wide, are found in two thirds of the steps."""

    def forward(self, x: Tensor) -> Tensor:
        """x -> 3 x."""
        return MAGNIFIED * x


class OfNormOne(nn.Module):
    """W / its largest singular value, which is exact here: the weights are small."""

    def forward(self, weight: Tensor) -> Tensor:
        """W -> W / sigma(W)."""
        return weight / torch.linalg.matrix_norm(weight, 2)


class DigitGAN(GAN):
    """Grey pictures of 28 x 28 with convolutions; nothing is normalised, slopes are paid for at real and made ones.

    `width` is the number of features that either network has where it sees most of them.
    Source: Huang et al. 2024, arXiv 2501.05441 (pairs, R1 and R2, no normalisation), here with finite differences.
    """

    def __init__(
        self,
        latent_dim: int = 64,
        width: int = 64,
        loss_kind: str = "pairs",
        r1: float = 0.02,
        r2: bool = True,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(latent_dim, loss_kind, r1, r2, exact=False)
        self.generator = Painter(latent_dim, width, generator)
        self.discriminator = critic(width, generator)

    def shown(self, x: Tensor) -> Tensor:
        """[-1, 1] -> [0, 1], cut off there."""
        return ((x + 1) / 2).clamp(0, 1)

    def seen(self, x: Tensor) -> Tensor:
        """[0, 1] -> [-1, 1]."""
        return 2 * x - 1


class Painter(nn.Module):
    """z (B, D) -> pictures (B, 1, 28, 28), black at -1: 7 x 7 places, then 14 x 14, then the pixels.

    A picture of twice the side comes from four times the features, which lie side by side in it (Shi et al. 2016,
    arXiv 1609.05158). At the end a leaky ReLU, not tanh: most pixels are black, and where tanh is all but -1, D's slope
    no longer reaches G, which stays at black pictures then. Below black a tenth of the slope is left.
    """

    def __init__(self, latent_dim: int, width: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.width = width
        self.begin = linear(latent_dim, width * 7 * 7, generator)
        self.coarse = nn.Sequential(Residual(width, generator), nn.LeakyReLU(LEAK))
        self.larger = conv(width, 4 * (width // 2), 3, generator)
        self.fine = nn.Sequential(Residual(width // 2, generator), nn.LeakyReLU(LEAK))
        self.largest = conv(width // 2, 4 * (width // 4), 3, generator)
        self.pixels = conv(width // 4, 1, 3, generator)

    def forward(self, z: Tensor) -> Tensor:
        """z (B, D) -> (B, 1, 28, 28)."""
        h = self.begin(z).view(-1, self.width, 7, 7).contiguous(memory_format=torch.channels_last)
        h = F.pixel_shuffle(self.larger(self.coarse(h)), 2)  # (B, W / 2, 14, 14)
        h = F.pixel_shuffle(self.largest(self.fine(h)), 2)  # (B, W / 4, 28, 28)
        return F.leaky_relu(self.pixels(F.leaky_relu(h, LEAK)), 0.1) - 1


class Residual(nn.Module):
    """x + two convolutions of it; the second starts at 0, and the block with it as the identity."""

    def __init__(self, width: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        first, last = (conv(width, width, 3, generator) for _ in range(2))
        for parameter in last.parameters():
            nn.init.zeros_(parameter)
        self.layers = nn.Sequential(nn.LeakyReLU(LEAK), first, nn.LeakyReLU(LEAK), last)

    def forward(self, x: Tensor) -> Tensor:
        """x (B, W, H, W) -> the same shape."""
        out: Tensor = x + self.layers(x)
        return out


def critic(width: int, generator: torch.Generator | None = None) -> nn.Sequential:
    """Pictures (B, 1, 28, 28) in [-1, 1] -> logits (B, 1): two convolutions that halve the side, two dense layers."""
    layers = (
        conv(1, width // 2, 4, generator, stride=2, padding=1),  # 14 x 14
        conv(width // 2, width, 4, generator, stride=2, padding=1),  # 7 x 7
        nn.Sequential(nn.Flatten(), linear(width * 7 * 7, 2 * width, generator)),
    )
    hidden = (step for layer in layers for step in (layer, nn.LeakyReLU(LEAK)))
    return nn.Sequential(*hidden, linear(2 * width, 1, generator))
