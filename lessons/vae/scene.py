"""What the VAE explorer says of one state: the picture x, where it lies, what the point z makes of it, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi

from genmodels.data import tokens
from genmodels.evaluation import latent as latents
from genmodels.evaluation.latent import LatentMap, kl_to_prior
from genmodels.training import recipes
from lessons.vae import runs
from ui.components import as_text
from ui.numbers import factor, plain
from ui.scene import Challenge
from ui.state import State
from ui.text import Text

Picture = NDArray[np.uint8]
NUM_NEIGHBOURS, NUM_SAMPLES = 8, 10
MNIST = "mnist"
DOTS = ("", r"+\dots")  # at the end of a sum that is not written out
RARE = 1e-6  # a share of the draws that is told as "fewer than one in a million"


def with_sign(value: float) -> str:
    """One decimal and a sign, with a real minus; none where it would stand before 0.0."""
    shown = f"{value:+z.1f}".replace("-", "−")
    return shown.removeprefix("+") if shown == "+0.0" else shown


class Scene:
    """One state of the page, evaluated with the real model. Costs in nats.

    `point` is where the amber point stands on the plane, (2,); `z` its code, (D,), `mu` and `sigma` those of q(z|x).
    """

    def __init__(self, state: State, text: Text, name: str, latent: LatentMap) -> None:
        self.state, self.text, self.name, self.latent = state, text, name, latent
        self.plane, self.dim, self.data = latent.plane, latent.plane.num_dims, latent.checkpoint.recipe.data

    def moved(self) -> None:
        """Something of the state has changed: what was computed for it no longer holds."""
        for name, kind in vars(type(self)).items():
            if isinstance(kind, cached_property):
                self.__dict__.pop(name, None)

    @cached_property
    def epoch(self) -> int:
        """Its place among the kept ones."""
        return self.latent.epochs.index(self.state["epoch"])

    @cached_property
    def picture(self) -> Picture:
        """x, uint8 (28, 28), 255 = ink."""
        own = self.state["x"]
        return tokens.from_token(own) if own else self.latent.pictures[self.state["digit"]]

    @cached_property
    def posterior(self) -> latents.Posterior:
        """q(z|x) at every kept epoch."""
        return self.latent.posterior(self.picture)

    @property
    def mu(self) -> NDArray[np.float32]:
        return self.posterior.mu[self.epoch]

    @property
    def sigma(self) -> NDArray[np.float32]:
        return self.posterior.sigma[self.epoch]

    @cached_property
    def point(self) -> NDArray[np.float64]:
        """On the path from A to B, or where it was put, or else at the picture's mean."""
        mean = self.plane.project(self.mu)
        if self.state["mode"] == "path":
            point = mean + (self.latent.means[self.epoch, self.state["to"]] - mean) * self.state["t"]
        else:
            held = (self.state["z1"], self.state["z2"])
            point = np.array([m if h is None else h for m, h in zip(mean, held, strict=True)])
        rounded: NDArray[np.float64] = np.round(point.astype(np.float64), 4)
        if self.dim == 1:
            rounded[1] = 0.0  # a link may say otherwise
        return rounded

    @cached_property
    def z(self) -> NDArray[np.float64]:
        """Rounded to what the snippet writes."""
        rounded: NDArray[np.float64] = np.round(self.plane.lift(self.point), 4 if self.dim <= 2 else 6)
        return rounded

    @cached_property
    def reconstruction(self) -> float:
        return self.latent.reconstruction(self.picture, self.z, self.epoch)

    @cached_property
    def kl(self) -> float:
        return float(kl_to_prior(self.mu, self.sigma))

    @property
    def printed(self) -> str:
        """What the snippet prints, the same as the live equation; its parts are rounded first, so that it adds up."""
        reconstruction, kl = round(self.reconstruction, 1), round(self.kl, 1)
        return f"{reconstruction + kl:.1f} = {reconstruction:.1f} + {kl:.1f}"

    def caption(self, digit: int) -> str:
        """Which test picture that is."""
        label = "x-test" if self.data == MNIST else "x-test-other"
        return self.text(label, digit=digit, label=self.latent.labels[digit])

    def plane_data(self) -> dict[str, Any]:
        """What the latent plane in the browser needs of this state beside the payload and the pad."""
        state, text, latent, plane, other = self.state, self.text, self.latent, self.plane, self.state["to"]
        widths, tilt = plane.spread(self.posterior.sigma)
        others = {} if self.data == MNIST else text.all("other-stage-")
        return {
            "page": text.page,
            "payload": self.name,
            "epochs": list(latent.epochs),
            "dim": self.dim,
            "extent": latent.extent,
            "centre": plane.centre.tolist(),
            "grid": latents.GRID.tolist(),
            "x": {
                "pixels": as_text(self.picture),
                "caption": text("x-own") if state["x"] else self.caption(state["digit"]),
                "mu": plane.project(self.posterior.mu).tolist(),
                "widths": widths.tolist(),
                "tilt": tilt.tolist(),
                "kl": kl_to_prior(self.posterior.mu, self.posterior.sigma).tolist(),
            },
            "b": {
                "pixels": as_text(latent.pictures[other]),
                "caption": self.caption(other),
                "mu": latent.means[:, other].tolist(),
            },
            "view": {
                "mode": state["mode"],
                "z": [float(v) for v in self.point],
                "epoch": self.epoch,
                "digit": state["digit"],
                "to": other,
                "t": state["t"],
            },
            "revision": state.revision,
            "labels": text.all("stage-") | others,
        }

    step_parts = ("x q", "q z", "z x xhat error", "q prior")

    @property
    def step_variants(self) -> dict[int, str]:
        """Of more than two dimensions z is a cut."""
        return {2: "step-2-plane"} if self.dim > 2 else {}

    def step_values(self) -> dict[str, str]:
        """The numbers that "step by step" puts into the formulas; of long vectors the first two."""
        eps = (self.z - self.mu) / self.sigma
        each = [float(kl_to_prior(mu, sigma)) for mu, sigma in zip(self.mu[:, None], self.sigma[:, None], strict=True)]
        beta = recipes.as_settings(self.latent.checkpoint.recipe)["beta"]
        total, reconstruction, short = self.printed.replace("=", "+").split(" + ")
        return {
            "dim": str(self.dim),
            "mu": column([f"{v:z.2f}" for v in self.mu]),
            "sigma": column([f"{v:.3f}" for v in self.sigma]),  # widths are small
            "z": column([f"{v:z.2f}" for v in self.z]),
            "draw": r"\\".join(_draw_row(*numbers) for numbers in zip(self.z, self.mu, self.sigma, eps, strict=True)),
            "a": f"{self.point[0]:z.2f}",
            "b": f"{self.point[1]:z.2f}",
            "miss": f"{np.linalg.norm(self.mu - self.plane.lift(self.plane.project(self.mu))):.2f}",
            "inner": f"{100 * inside(1, self.dim):.1f}",
            "outer": f"{100 * inside(2, self.dim):.1f}",
            "eps-note": self._where(float(np.linalg.norm(eps))),
            "reconstruction": reconstruction,
            "grey": str(((self.picture > 0) & (self.picture < 255)).sum()),
            "floor": f"{latents.grey_floor(self.picture):.1f}",
            "kl-parts": "" if self.dim == 1 else f"{'+'.join(f'{v:.2f}' for v in each[:2])}{DOTS[self.dim > 2]}=",
            "kl": f"{self.kl:.2f}",
            "kl-short": short,
            "total": total,
            "trained": self.text("trained") if beta == 1 else self.text("trained-beta", beta=f"{beta:g}"),
        }

    def _where(self, radius: float) -> str:
        """How far the point lies from the centre, in widths, and how many draws from q(z|x) land farther out."""
        farther = float(chi.sf(radius, self.dim))
        if radius < 0.05:  # would be told as 0.0
            return self.text("eps-centre")
        if farther < RARE:
            return self.text("eps-far", radius=f"{radius:.0f}")
        return self.text("eps-near", radius=f"{radius:.1f}", share=plain(100 * farther, 2))

    def code_values(self) -> dict[str, object]:
        """What the snippet needs to arrive at the same equation."""
        shipped, own_epoch = self.name == runs.SHIPPED, self.epoch == self.latent.own
        own, digit = self.state["x"], self.state["digit"]
        source = "tokens" if own else "mnist" if self.data == MNIST else ""
        imports = ["from genmodels import load"] if own_epoch else ["from genmodels.training import checkpoints"]
        imports.append(f"from genmodels.data import {source}" if source else "from genmodels import data")
        pictures = f"{source}.load(" if source else f'data.load("{self.data}", '
        numbers = [f"{v:.{4 if self.dim <= 2 else 6}f}" for v in self.z]
        lines = [", ".join(numbers[i : i + 5]) for i in range(0, self.dim, 5)]
        return {
            "imports": "\n".join(imports),
            "model": (f'load("{self.name}")' if shipped else f'load(key="{self.name}")')
            if own_epoch
            else f'checkpoints.get("{self.name}").model(epoch={self.state["epoch"]})',
            "picture": f'torch.tensor(tokens.from_token("{own}"))[None, None] / 255'
            if own
            else f'{pictures}"test").pixels(slice({digit}, {digit + 1}))',
            "z": lines[0] if self.dim <= 2 else "\n    " + ",\n    ".join(lines) + "\n",
        }

    @property
    def cloud(self) -> str:
        """Centre and widths of q(z|x), as Markdown; of long vectors the first two."""
        dots = DOTS[self.dim > 2].replace("+", ", ")
        mu, sigma = (
            ", ".join(f"{v:z.{n}f}" for v in vector[:2]) + dots for vector, n in ((self.mu, 2), (self.sigma, 3))
        )
        return rf"$\mu = ({mu}) \qquad \sigma = ({sigma})$"

    def challenges(self) -> list[Challenge]:
        """Those that this run can be asked: between two classes; cheaper than the encoder's own mean; a wide cloud."""
        text, challenges = self.text, []
        if self.dim == 2 and self.data == MNIST:
            shares = self.latent.class_shares(self.point, self.epoch)[[3, 5]]
            first, second = (f"{100 * share:.0f}" for share in shares)
            now = text("challenge-between-now", first=first, second=second)
            challenges.append(Challenge("between", bool(shares.min() >= 0.25), now))
        if self.dim <= 2:  # a cut through more dimensions passes the mean at some distance
            difference = self.reconstruction - self.latent.reconstruction(self.picture, self.mu, self.epoch)
            now = text("challenge-beat-now", difference=with_sign(difference))
            challenges.append(Challenge("beat", difference <= -0.5, now))
        # in one of the trained clouds: before training every cloud is wide
        widest, wide = float(self.posterior.sigma[self.latent.own].max()), plain(self.latent.wide, 3)
        share = round(100 * float((self.latent.widest > float(wide)).mean()))
        if share > 0:  # where the code is dead, all clouds are equally wide
            now = text("challenge-wide-now", sigma=plain(widest, 3))
            challenges.append(Challenge("wide", widest > float(wide), now, {"wide": wide, "share": share}))
        return challenges

    # --- pictures beside the plane

    def neighbours(self) -> tuple[Picture, list[str], list[str]]:
        """The picture decoded from z and the training digits most like it: with label and distance, and their roles."""
        decoded = self.latent.decode(self.z[None], self.epoch)
        found = self.latent.nearest_training(decoded[0], NUM_NEIGHBOURS)
        captions = [f"{label} · {distance:.3f}" for label, distance in zip(found.labels, found.distances, strict=True)]
        roles = ["model", *["data"] * NUM_NEIGHBOURS]
        return np.concatenate([decoded, found.pictures]), [self.text("nearest-decoded"), *captions], roles

    def own(self) -> Picture:
        """The picture as the encoder gets it, and decoded at its mean."""
        return np.stack([self.picture, self.latent.decode(self.mu[None], self.epoch)[0]])

    def samples(self) -> Picture:
        """Ten draws from q(z|x), decoded; the same ones for the same picture."""
        eps = np.random.default_rng(0).standard_normal((NUM_SAMPLES, self.dim))
        return self.latent.decode(self.mu + self.sigma * eps, self.epoch)


def inside(widths: float, num_dims: int) -> float:
    """Share of a cloud within so many widths of its centre, as it is seen on the plane."""
    return float(chi.cdf(widths, min(num_dims, 2)))


def column(numbers: Sequence[str]) -> str:
    """The rows of a LaTeX column vector; of a long one the first two."""
    return r"\\".join([*numbers[:2], r"\vdots"] if len(numbers) > 2 else numbers)


def _draw_row(z: float, mu: float, sigma: float, eps: float) -> str:
    """One line of z = mu + sigma eps in numbers; a factor with a sign stands in brackets."""
    return rf"{z:z.2f}&={mu:z.2f}+{sigma:.3f}\cdot{factor(eps, 2)}"
