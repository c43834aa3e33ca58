"""What the latent space of a trained VAE holds, at each kept epoch: where pictures lie, and what they cost.

What can be seen of it is a plane. With two latent dimensions that is all there is; with more it is a cut.

Shapes: E kept epochs, N pictures, D latent, S side. Pictures are uint8 (N, S, S), 255 = ink; costs in nats per image.
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
_CHUNK = 1000  # pictures encoded at once: their activations stay in the cache


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane z = origin + a axes[:, 0] + b axes[:, 1] in the space of codes; (a, b) are a point of it.

    `origin` is (D,), `axes` (D, 2) with orthonormal columns. For D = 1 the second column is zero: b moves nothing.
    """

    origin: NDArray[np.float64]
    axes: NDArray[np.float64]

    @classmethod
    def through(cls, codes: NDArray[np.floating]) -> Plane:
        """The plane of the first two principal axes of codes (N, D), through their mean; D <= 2: the codes as they are.

        The sign of an axis makes its largest entry positive, so that the same codes always give the same plane.
        Source: Pearson 1901, "On lines and planes of closest fit to systems of points in space".
        """
        num_dims = codes.shape[1]
        if num_dims <= 2:
            return cls(np.zeros(num_dims), np.eye(num_dims, 2))
        mean = codes.mean(0, dtype=np.float64)
        _, vectors = np.linalg.eigh(np.cov(codes - mean, rowvar=False))  # ascending
        axes = vectors[:, [-1, -2]]
        return cls(mean, axes * np.sign(axes[np.abs(axes).argmax(0), [0, 1]]))

    @property
    def num_dims(self) -> int:
        """D."""
        return len(self.origin)

    @property
    def centre(self) -> NDArray[np.float64]:
        """Where the prior N(0, I) is centred in the plane: the projection of z = 0, (2,)."""
        return self.project(np.zeros(self.num_dims))

    def project(self, z: NDArray[np.floating]) -> NDArray[np.float64]:
        """Codes (..., D) -> the points (..., 2) of the plane that are nearest to them."""
        points: NDArray[np.float64] = (z - self.origin) @ self.axes
        return points

    def lift(self, point: NDArray[np.floating]) -> NDArray[np.float64]:
        """Points (..., 2) -> their codes (..., D)."""
        z: NDArray[np.float64] = self.origin + point @ self.axes.T
        return z

    def spread(self, sigma: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """N(., diag(sigma^2)) projected: widths (..., 2) along the axes of its ellipse, and its tilt (...).

        `sigma` is (..., D), widths are standard deviations, the tilt is the angle between the first of them and the
        plane's a, in radians. The projected covariance is axes^T diag(sigma^2) axes.
        """
        sigma = np.asarray(sigma, np.float64)
        if self.num_dims <= 2:
            return sigma @ self.axes, np.zeros(sigma.shape[:-1])
        covariance = np.einsum("di,...d,dj->...ij", self.axes, sigma**2, self.axes)
        variances, vectors = np.linalg.eigh(covariance)  # ascending
        return np.sqrt(variances[..., ::-1]), np.arctan2(vectors[..., 1, 1], vectors[..., 0, 1])

    def share(self, codes: NDArray[np.floating]) -> float:
        """How much of the variance of codes (N, D) lies in the plane, in [0, 1]."""
        return float(self.project(codes).var(0).sum() / max(codes.var(0, dtype=np.float64).sum(), 1e-300))


@dataclass(frozen=True)
class Posterior:
    """q(z|x) of one picture at every kept epoch: `mu` and `sigma` are (E, D)."""

    mu: NDArray[np.float32]
    sigma: NDArray[np.float32]


@dataclass(frozen=True)
class Neighbours:
    """Training pictures uint8 (k, S, S), their labels (k,), and their mean squared distances per pixel (k,)."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    distances: NDArray[np.float32]


class LatentMap:
    """A trained VAE with its kept epochs and the test pictures, all read-only, so that visitors can share one.

    `own` is the index, among the kept epochs, of the one that is the model: not always the last. One plane, that of
    its means, shows all of them. `means` are points of the plane, (E, N, 2); `widest` is the largest sigma of each
    picture at the own epoch, (N,); `share` of the variance of the own means lies in the plane.
    Raises Problem when the weights are damaged or the data are not here, and TypeError when it is no VAE.
    """

    def __init__(self, checkpoint: Checkpoint, device: str = "auto") -> None:
        self.checkpoint = checkpoint
        self.epochs = tuple(checkpoint.epochs)
        self.own = self.epochs.index(checkpoint.epoch)
        self.models = [_vae(checkpoint.model(device, epoch=epoch)) for epoch in self.epochs]
        test = data.load(checkpoint.recipe.data, "test")
        self.pictures: NDArray[np.uint8] = test.images[:, 0].numpy()
        self.labels: NDArray[np.int64] = test.labels.numpy()
        own = self.models[self.own]
        codes, sigmas = _encode(own, self.pictures)
        self.plane = Plane.through(codes)
        self.share = self.plane.share(codes)
        self.widest: NDArray[np.float32] = sigmas.max(1)
        by_epoch = [codes if model is own else _encode(model, self.pictures)[0] for model in self.models]
        self.means: NDArray[np.float32] = np.stack([self.plane.project(mu).astype(np.float32) for mu in by_epoch])

    def encode(self, pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """mu and sigma of q(z|x) at each kept epoch, (E, N, D) each."""
        codes = [_encode(model, pictures) for model in self.models]
        return np.stack([mu for mu, _ in codes]), np.stack([sigma for _, sigma in codes])

    def posterior(self, picture: NDArray[np.uint8]) -> Posterior:
        """q(z|x) of one picture (S, S)."""
        mu, sigma = self.encode(picture[None])
        return Posterior(mu[:, 0], sigma[:, 0])

    @torch.no_grad()
    def decode(self, z: NDArray[np.floating], epoch: int) -> NDArray[np.uint8]:
        """Codes (N, D) -> pictures (N, S, S), with the weights of the kept epoch at index `epoch`."""
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

    def class_shares(self, point: NDArray[np.floating], epoch: int, num_neighbours: int = 50) -> NDArray[np.float64]:
        """Shares (10,) of the classes among the test pictures whose means lie nearest to a point of the plane."""
        distance = ((self.means[epoch] - np.asarray(point, np.float32)) ** 2).sum(1)
        found = np.argpartition(distance, num_neighbours)[:num_neighbours]
        shares: NDArray[np.float64] = np.bincount(self.labels[found], minlength=10) / num_neighbours
        return shares

    def nearest_training(self, picture: NDArray[np.uint8], k: int) -> Neighbours:
        """The k training pictures most like `picture` (S, S): is it remembered or invented?"""
        train = data.load(self.checkpoint.recipe.data, "train")
        index, distance = nearest(_pixels(picture[None]), train.images, k)
        return Neighbours(train.images[index[0], 0].numpy(), train.labels[index[0]].numpy(), distance[0].numpy())

    @property
    def device(self) -> torch.device:
        """Where the decoder runs."""
        return _device(self.models[self.own])

    @cached_property
    def extent(self) -> float:
        """Half-width of the square of the plane that is shown: 99.9 % of the own means and the prior's 2 sigma fit."""
        reach = np.quantile(np.abs(self.means[self.own]), 0.999)
        return float(np.ceil(2 * max(reach, 2 + np.abs(self.plane.centre).max())) / 2)

    @cached_property
    def wide(self) -> float:
        """The sigma that 3 in 100 test pictures exceed in some dimension, at the own epoch."""
        return float(np.quantile(self.widest, 0.97))

    @cached_property
    def milliseconds(self) -> float:
        """Time of one decoder call for one picture on this device, median of 30."""
        times = []
        for _ in range(30):
            start = time.perf_counter()
            self.decode(np.zeros((1, self.plane.num_dims)), self.own)
            times.append(time.perf_counter() - start)
        return float(np.median(times) * 1000)

    def payload(self, name: str) -> bytes:
        """All that decoding in the browser needs, as one safetensors file: decoders, means and labels.

        The decoders take a point of the plane: their first layer is linear, so the way from the plane to z is folded
        into it. The model travels in single precision, as it was kept; the other epochs were kept in half.
        """
        tensors: dict[str, NDArray[np.generic]] = {
            "labels": self.labels.astype(np.uint8),
            "means": self.means.astype(np.float16),
        }
        for index, (epoch, model) in enumerate(zip(self.epochs, self.models, strict=True)):
            dtype = np.float32 if index == self.own else np.float16
            weights = {part: weight.cpu().numpy() for part, weight in model.decoder.state_dict().items()}
            first, bias = weights["0.weight"].astype(np.float64), weights["0.bias"].astype(np.float64)
            folded = {"0.weight": first @ self.plane.axes, "0.bias": first @ self.plane.origin + bias}
            for part, weight in weights.items():
                array = folded[part].astype(np.float32) if part in folded else weight.astype(dtype)
                tensors[f"epoch-{epoch}.decoder.{part}"] = array
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
    """uint8 (N, S, S) -> float32 (N, 1, S, S) in [0, 1], on the model's device."""
    return torch.tensor(pictures, device=_device(model) if model else None)[:, None].float() / 255


@torch.no_grad()
def _encode(model: VAE, pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """mu and sigma of q(z|x), (N, D) each."""
    codes = [
        model.encode(_pixels(pictures[start : start + _CHUNK], model)) for start in range(0, len(pictures), _CHUNK)
    ]
    mu, logvar = (torch.cat(parts) for parts in zip(*codes, strict=True))
    return mu.cpu().numpy(), (logvar / 2).exp().cpu().numpy()


def _vae(model: GenerativeModel) -> VAE:
    if not isinstance(model, VAE):
        raise TypeError(f"a latent map is of a VAE, not of {type(model).__name__}")
    return model


def _device(model: VAE) -> torch.device:
    return next(model.parameters()).device
