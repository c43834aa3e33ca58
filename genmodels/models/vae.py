"""The variational autoencoder (VAE): an autoencoder whose codes are made to fill a known distribution.

The model tells how a picture comes about: draw a code z ~ N(0, I), let the decoder turn it into pixel probabilities.

    p(x) = integral of p(x|z) p(z) dz            cannot be computed: z ranges over everything

So the encoder proposes, for each picture, where its code may lie, q(z|x) = N(mu, sigma^2), and one maximises a lower
bound of log p(x), the ELBO (equation 3 of the paper). Its negative is the loss, in nats per image:

    loss = E_q[-log p(x|z)]  +  KL(q(z|x) || p(z))
           reconstruction       how far the proposal is from N(0, I)

The first term alone would be an autoencoder; the second pushes the codes together until they fill N(0, I), without
gaps, which is why z ~ N(0, I) then decodes into a digit.

Shapes: B batch, D latent, S side of a picture. Pixels are in [0, 1], losses in nats per image.
Source: Kingma and Welling 2014, "Auto-encoding variational Bayes", arXiv 1312.6114.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.models.layers import GenerativeModel, linear, noise, num_pixels

VERSION = 1


class VAE(GenerativeModel):
    """Encoder S^2 - hidden - (mu, logvar), decoder D - hidden - S^2, with ReLU between; S = `side` of the pictures.

    `beta` weighs the KL in the loss (Higgins et al. 2017); 1 is the ELBO. Two switches bring back well-known mistakes:
    noise="uniform" trains with eps from [0, 1) (rand_like for randn_like), and relu_after_encoder=True clips mu and
    logvar at 0, which pins sigma >= 1 and squeezes all means into one corner.
    Raises ValueError unless `side` is a positive whole number.
    """

    def __init__(
        self,
        latent_dim: int = 2,
        hidden_dim: int = 256,
        beta: float = 1.0,
        noise: str = "normal",
        relu_after_encoder: bool = False,
        generator: torch.Generator | None = None,
        side: int = 28,
    ) -> None:
        super().__init__()
        self.latent_dim, self.side, self.beta, self.noise = latent_dim, side, beta, noise
        self.encoder = nn.Sequential(
            linear(num_pixels(side), hidden_dim, generator), nn.ReLU(), linear(hidden_dim, 2 * latent_dim, generator)
        )
        if relu_after_encoder:
            self.encoder.append(nn.ReLU())
        self.decoder = nn.Sequential(
            linear(latent_dim, hidden_dim, generator), nn.ReLU(), linear(hidden_dim, num_pixels(side), generator)
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images (B, 1, S, S) -> mu (B, D) and logvar = log(sigma^2) (B, D) of q(z|x).

        The network gives the logarithm because that may be any number, while a variance must be positive.
        """
        mu, logvar = self.encoder(x.flatten(1)).chunk(2, dim=1)
        return mu, logvar

    def reparameterise(self, mu: Tensor, logvar: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """A draw z = mu + sigma eps from q(z|x), (B, D), through which gradients reach mu and logvar.

        Drawing z directly would cut them off; here the randomness sits in eps ~ N(0, I), which needs no gradient
        (section 2.4). In training mode eps follows the model's `noise`; evaluation always takes the right one.
        """
        eps = noise(self.noise if self.training else "normal", tuple(mu.shape), mu.device, generator)
        return mu + eps * (logvar / 2).exp()

    def decode_logits(self, z: Tensor) -> Tensor:
        """Codes (B, D) -> the pixels before the sigmoid, (B, S^2)."""
        logits: Tensor = self.decoder(z)
        return logits

    def decode(self, z: Tensor) -> Tensor:
        """Codes (B, D) -> images (B, 1, S, S) in [0, 1]."""
        return self.decode_logits(z).sigmoid().view(-1, 1, self.side, self.side)

    def terms(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """The two parts of the negative ELBO of each image, with one draw of z: (B,) each, nats.

        Reconstruction: cross-entropy summed over the pixels, taken from the logits, because log(sigmoid(a)) is
        -infinity in float32 long before a is. MNIST is grey, so this is a convenient loss and not the likelihood of
        a Bernoulli. KL: the closed form for two Gaussians (appendix B).
        """
        mu, logvar = self.encode(x)
        logits = self.decode_logits(self.reparameterise(mu, logvar, generator))
        return {
            "reconstruction": F.binary_cross_entropy_with_logits(logits, x.flatten(1), reduction="none").sum(1),
            "kl": -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1),
        }

    def loss(self, x: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """The means over the batch, total = reconstruction + beta kl."""
        means = {name: term.mean() for name, term in self.terms(x, generator).items()}
        return {"total": means["reconstruction"] + self.beta * means["kl"], **means}

    @torch.no_grad()
    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n new digits: draw z from the prior N(0, I) and decode; the encoder has no part in it."""
        return self.decode(noise("normal", (n, self.latent_dim), next(self.parameters()).device, generator))
