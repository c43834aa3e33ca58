"""What the latent space of a trained VAE holds, at each kept epoch: where pictures lie, and what they cost.

Shapes: E kept epochs, N pictures, D latent. Pictures are uint8 (N, 28, 28), 255 = ink; costs in nats per image.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import safetensors.numpy
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy.special import entr
from scipy.stats import norm
from torch import Tensor

from genmodels import data
from genmodels.evaluation.nearest import nearest
from genmodels.models.layers import GenerativeModel
from genmodels.models.vae import VAE
from genmodels.training.checkpoints import Checkpoint

GRID = norm.ppf(np.linspace(0.05, 0.95, 20))  # quantiles: equal steps hold equal shares of the prior


@dataclass(frozen=True)
class Posterior:
    """q(z|x) of one picture at every kept epoch: `mu` and `sigma` are (E, D)."""

    mu: NDArray[np.float32]
    sigma: NDArray[np.float32]


@dataclass(frozen=True)
class Neighbours:
    """Training pictures uint8 (k, 28, 28), their labels (k,), and their mean squared distances per pixel (k,)."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    distances: NDArray[np.float32]


class LatentMap:
    """A trained VAE with its kept epochs and the test pictures, all read-only, so that visitors can share one."""

    def __init__(self, checkpoint: Checkpoint, device: str = "auto") -> None:
        self.checkpoint = checkpoint
        self.epochs = tuple(checkpoint.epochs)
        self.models = [_vae(checkpoint.model(device, epoch=epoch)) for epoch in self.epochs]
        test = data.load(checkpoint.recipe.data, "test")
        self.pictures: NDArray[np.uint8] = test.images[:, 0].numpy()
        self.labels: NDArray[np.int64] = test.labels.numpy()
        self.means, self.sigmas = self.encode(self.pictures)  # (E, N, D) each

    @torch.no_grad()
    def encode(self, pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """mu and sigma of q(z|x), (E, N, D) each."""
        codes = [model.encode(_pixels(pictures, model)) for model in self.models]
        return (
            np.stack([mu.cpu().numpy() for mu, _ in codes]),
            np.stack([(logvar / 2).exp().cpu().numpy() for _, logvar in codes]),
        )

    def posterior(self, picture: NDArray[np.uint8]) -> Posterior:
        """q(z|x) of one picture (28, 28)."""
        mu, sigma = self.encode(picture[None])
        return Posterior(mu[:, 0], sigma[:, 0])

    @torch.no_grad()
    def decode(self, z: NDArray[np.floating], epoch: int) -> NDArray[np.uint8]:
        """Codes (N, D) -> pictures (N, 28, 28), with the weights of the kept epoch at index `epoch`."""
        model = self.models[epoch]
        pixels = model.decode(torch.as_tensor(z, dtype=torch.float32, device=_device(model)))
        return (pixels[:, 0] * 255).round().byte().cpu().numpy()

    @torch.no_grad()
    def reconstruction(self, picture: NDArray[np.uint8], z: NDArray[np.floating], epoch: int) -> float:
        """-log p(x|z): cross-entropy between a picture and what z decodes into, summed over pixels, nats."""
        model = self.models[epoch]
        logits = model.decode_logits(torch.as_tensor(z, dtype=torch.float32, device=_device(model))[None])
        x = _pixels(picture[None], model).flatten(1)
        return float(F.binary_cross_entropy_with_logits(logits, x, reduction="sum"))

    def class_shares(self, z: NDArray[np.floating], epoch: int, num_neighbours: int = 50) -> NDArray[np.float64]:
        """Shares (10,) of the classes among the test digits whose means lie nearest to z."""
        distance = ((self.means[epoch] - np.asarray(z, np.float32)) ** 2).sum(1)
        found = np.argpartition(distance, num_neighbours)[:num_neighbours]
        shares: NDArray[np.float64] = np.bincount(self.labels[found], minlength=10) / num_neighbours
        return shares

    def nearest_training(self, picture: NDArray[np.uint8], k: int) -> Neighbours:
        """The k training pictures most like `picture` (28, 28): is it remembered or invented?"""
        train = data.load(self.checkpoint.recipe.data, "train")
        index, distance = nearest(_pixels(picture[None]), train.images, k)
        return Neighbours(train.images[index[0], 0].numpy(), train.labels[index[0]].numpy(), distance[0].numpy())

    @property
    def device(self) -> torch.device:
        """Where the decoder runs."""
        return _device(self.models[-1])

    @cached_property
    def extent(self) -> float:
        """Half-width of a square around the origin that holds 99.9 % of the final means, rounded up to a half."""
        return float(np.ceil(2 * np.quantile(np.abs(self.means[-1]), 0.999)) / 2)

    @cached_property
    def milliseconds(self) -> float:
        """Time of one decoder call for one picture on this device, median of 30."""
        times = []
        for _ in range(30):
            start = time.perf_counter()
            self.decode(np.zeros((1, self.means.shape[2])), -1)
            times.append(time.perf_counter() - start)
        return float(np.median(times) * 1000)

    def payload(self, name: str) -> bytes:
        """All that decoding in the browser needs, as one safetensors file: decoders, means and labels.

        The last epoch travels in single precision, as it was shipped; the others were kept in half.
        """
        tensors: dict[str, NDArray[np.generic]] = {
            "labels": self.labels.astype(np.uint8),
            "means": self.means.astype(np.float16),
        }
        for index, (epoch, model) in enumerate(zip(self.epochs, self.models, strict=True)):
            dtype = np.float32 if index == len(self.epochs) - 1 else np.float16
            for part, weight in model.decoder.state_dict().items():
                tensors[f"epoch-{epoch}.decoder.{part}"] = weight.cpu().numpy().astype(dtype)
        return safetensors.numpy.save(tensors, metadata={"name": name})


def kl_to_prior(mu: NDArray[np.floating], sigma: NDArray[np.floating]) -> NDArray[np.float64]:
    """KL(N(mu, sigma^2) || N(0, I)) over the last axis, nats. Source: Kingma and Welling 2014, appendix B."""
    mu, sigma = np.asarray(mu, np.float64), np.asarray(sigma, np.float64)
    kl: NDArray[np.float64] = 0.5 * (mu**2 + sigma**2 - 1 - 2 * np.log(sigma)).sum(-1)
    return kl


def grey_floor(picture: NDArray[np.uint8]) -> float:
    """The least cross-entropy that any reconstruction of a grey picture can reach: the entropy of its greys, nats."""
    x = picture.astype(np.float64) / 255
    return float((entr(x) + entr(1 - x)).sum())


def _pixels(pictures: NDArray[np.uint8], model: VAE | None = None) -> Tensor:
    """uint8 (N, 28, 28) -> float32 (N, 1, 28, 28) in [0, 1], on the model's device."""
    return torch.tensor(pictures, device=_device(model) if model else None)[:, None].float() / 255


def _vae(model: GenerativeModel) -> VAE:
    if not isinstance(model, VAE):
        raise TypeError(f"a latent map is of a VAE, not of {type(model).__name__}")
    return model


def _device(model: VAE) -> torch.device:
    return next(model.parameters()).device
