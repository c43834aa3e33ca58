"""The smallest GAN: two numbers. All data are 0, the generator draws theta, the discriminator's logit is D(x) = psi x.

    V(theta, psi) = E log sigmoid(D(x)) + E log(1 - sigmoid(D(G(z))))      psi goes up V, theta goes down it
                  = log 1/2 - log(1 + e^(psi theta))

The equilibrium is theta = psi = 0: what is generated are the data, and the discriminator cannot tell. There V is
-log 4. But the two players do not go there: each moves at right angles to where the other one wants it, and round they
go. With R1, (gamma / 2) E |D'(x)|^2 of the data, which the discriminator pays for being steep, they spiral in.

With the losses' slope f at a logit of 0, 1/2 for the logistic ones and 1 for Wasserstein's, the Jacobian of the vector
field at the equilibrium is

    [  0      f    ]                     lambda = -gamma/2 +- sqrt(gamma^2 / 4 - f^2)
    [ -f   -gamma  ]

and that of one update of finite rates says what the game really does: inside the unit circle it ends, outside it flies
off, on it it circles.

Shapes: "..." any. V in nats.
Source: Mescheder, Geiger and Nowozin 2018, "Which training methods for GANs do actually converge?", arXiv 1801.04406,
sections 2 and 4, lemmas 2.2 to 2.4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from genmodels import values
from genmodels.errors import Problem

Array = NDArray[np.float64]
Loss = Literal["original", "non-saturating", "wasserstein"]
Fate = Literal["circles", "spirals in", "comes in", "flies off"]

FURTHEST = 1e6  # a path ends when it is further off than this
_ON_THE_CIRCLE = 1e-9
_LIMITS = {"r1": (0.0, 100.0), "generator_rate": (0.0, 10.0), "discriminator_rate": (0.0, 10.0)}


class Velocity(NamedTuple):
    """Where the players want to go: down their losses, at rate 1."""

    theta: Array
    psi: Array


@dataclass(frozen=True)
class DiracGAN:
    """The game: the players' loss, R1's weight gamma, their learning rates, and whether they take turns.

    Taking turns, theta moves first and psi answers; else both move at once from where they are. Raises Problem for a
    loss that there is not, and for numbers out of range.
    """

    loss: Loss = "non-saturating"
    r1: float = 0.0
    generator_rate: float = 0.2
    discriminator_rate: float = 0.2
    alternating: bool = True

    def __post_init__(self) -> None:
        if self.loss not in get_args(Loss):
            sentence = "There is no loss {loss}; choose one of: {known}."
            raise Problem("gan-loss", sentence, loss=str(self.loss)[:40], known=", ".join(get_args(Loss)))
        for name, (low, high) in _LIMITS.items():
            try:
                object.__setattr__(self, name, values.real(getattr(self, name), low, high))
            except ValueError as error:
                sentence = "{name} is a number from {low} to {high}, not {given}."
                given = str(getattr(self, name))[:40]
                raise Problem("gan-number", sentence, name=name, low=low, high=high, given=given) from error

    # --- the vector field

    def velocity(self, theta: ArrayLike, psi: ArrayLike) -> Velocity:
        """Minus the gradient of each player's loss in its own number, (...) each."""
        theta, psi = np.asarray(theta, float), np.asarray(psi, float)
        return Velocity(self._down_generator(theta, psi), self._down_discriminator(theta, psi))

    def _down_generator(self, theta: Array, psi: Array) -> Array:
        logit = psi * theta
        match self.loss:
            case "original":  # of log(1 - sigmoid(psi theta))
                return expit(logit) * psi
            case "non-saturating":  # of -log sigmoid(psi theta)
                return expit(-logit) * psi
            case _:  # of -psi theta
                return psi

    def _down_discriminator(self, theta: Array, psi: Array) -> Array:
        slope = np.ones_like(psi * theta) if self.loss == "wasserstein" else expit(psi * theta)
        return -slope * theta - self.r1 * psi

    def value(self, theta: ArrayLike, psi: ArrayLike) -> Array:
        """V, (...): log 1/2 - log(1 + e^(psi theta)) in nats, or D(0) - D(theta) = -psi theta of Wasserstein's."""
        logit = np.asarray(psi, float) * np.asarray(theta, float)
        return -logit if self.loss == "wasserstein" else -math.log(2) - np.logaddexp(0, logit)

    # --- the game

    def update(self, theta: float, psi: float) -> tuple[float, float]:
        """Both players have moved once."""
        moved = theta + self.generator_rate * float(self.velocity(theta, psi).theta)
        seen = moved if self.alternating else theta
        return moved, psi + self.discriminator_rate * float(self.velocity(seen, psi).psi)

    def path(self, theta: float, psi: float, num_updates: int) -> Array:
        """(theta, psi) from the start on, (updates + 1, 2); it ends early where it leaves for infinity."""
        points = [(float(theta), float(psi))]
        while len(points) <= num_updates and math.hypot(*points[-1]) < FURTHEST:
            points.append(self.update(*points[-1]))
        return np.array(points)

    # --- what becomes of it, near the equilibrium

    @property
    def slope(self) -> float:
        """f: how the losses change with the logit, at a logit of 0."""
        return 1.0 if self.loss == "wasserstein" else 0.5

    def jacobian(self) -> Array:
        """Of the vector field at (0, 0), (2, 2)."""
        return np.array([[0.0, self.slope], [-self.slope, -self.r1]])

    def update_jacobian(self) -> Array:
        """Of one update at (0, 0), (2, 2): I + rates times the field's, or the product of two such steps."""
        field, still = self.jacobian(), np.zeros(2)
        generator = np.eye(2) + np.stack([self.generator_rate * field[0], still])
        discriminator = np.eye(2) + np.stack([still, self.discriminator_rate * field[1]])
        return discriminator @ generator if self.alternating else generator + discriminator - np.eye(2)

    def flow_eigenvalues(self) -> NDArray[np.complex128]:
        """Of `jacobian`, (2,): of the game with infinitely small rates, both 1."""
        return _eigenvalues(self.jacobian())

    def eigenvalues(self) -> NDArray[np.complex128]:
        """Of `update_jacobian`, (2,)."""
        return _eigenvalues(self.update_jacobian())

    def fate(self) -> Fate:
        """What becomes of a start near the equilibrium."""
        eigenvalues = self.eigenvalues()
        radius = float(np.abs(eigenvalues).max())
        if radius > 1 + _ON_THE_CIRCLE:
            return "flies off"
        if radius > 1 - _ON_THE_CIRCLE:
            return "circles"
        return "spirals in" if np.abs(eigenvalues.imag).max() > 0 else "comes in"


def _eigenvalues(matrix: Array) -> NDArray[np.complex128]:
    """Of a 2 x 2 matrix, from trace and determinant; the one of the larger real part, or imaginary part, first."""
    half = complex(np.trace(matrix) / 2)
    (a, b), (c, d) = matrix
    root = complex((a - d) ** 2 / 4 + b * c) ** 0.5
    return np.array([half + root, half - root])
