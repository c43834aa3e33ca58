"""One step back, if x_0 were known, on a line; and which datum a place in the plane came from, if it is not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from genmodels.data import points
from genmodels.evaluation.exact_denoiser import ExactDenoiser
from genmodels.models.schedule import NoiseSchedule
from genmodels.probability.densities import Normal
from ui.numbers import decimals, equation, given, number, scientific
from ui.scene import Term
from ui.state import Field, Number, State

FIELDS: dict[str, Field] = {
    "lab_t": Number(60, 1, 1000),
    "x0": Number(0.8, -1, 1, decimals=2),
    "xt": Number(-0.5, -3, 3, decimals=2),
    "px": Number(0.2, -3, 3, decimals=2),
    "py": Number(0.3, -3, 3, decimals=2),
}
NUM_POINTS = 600
X_RANGE = (-3.0, 3.0)
SURE = 0.5  # one datum that explains more than this


@dataclass(frozen=True)
class Curves:
    """Densities over x_{t-1}, (N,) each: before x_t is seen, what x_t says (as a function of x_{t-1}), and after."""

    x: NDArray[np.float64]
    before: NDArray[np.float64]
    likelihood: NDArray[np.float64]
    after: NDArray[np.float64]


class Lab:
    """q(x_{t-1} | x_t, x_0) at the laboratory's t on the page's schedule."""

    def __init__(self, state: State, schedule: NoiseSchedule) -> None:
        self.state, self.schedule = state, schedule
        self.t = min(state["lab_t"], schedule.num_steps)
        self.x0, self.xt = state["x0"], state["xt"]

    @cached_property
    def coefficients(self) -> tuple[float, float, float]:
        """What the mean takes of x_0 and of x_t, and the variance."""
        of_x0, of_xt, variance = (float(values[self.t]) for values in self.schedule.posterior_coefficients())
        return of_x0, of_xt, variance

    @property
    def mean(self) -> float:
        of_x0, of_xt, _ = self.coefficients
        return of_x0 * self.x0 + of_xt * self.xt

    def curves(self) -> Curves:
        """Bayes' rule in a picture; without spread, at t = 1, a needle as wide as can be drawn."""
        x = np.linspace(*X_RANGE, 601)
        before, alpha = float(self.schedule.alpha_bar[self.t - 1]), float(self.schedule.alpha[self.t])
        needle = (X_RANGE[1] - X_RANGE[0]) / 600
        prior = Normal(math.sqrt(before) * self.x0, max(math.sqrt(1 - before), needle))
        after = Normal(self.mean, max(math.sqrt(self.coefficients[2]), needle))
        says = np.ones_like(x)  # where a step leaves nothing of what was before it, x_t says nothing
        if alpha > 0:
            says = np.exp(Normal(self.xt / math.sqrt(alpha), math.sqrt((1 - alpha) / alpha)).log_density(x))
        return Curves(x, np.exp(prior.log_density(x)), says, np.exp(after.log_density(x)))

    def equation(self) -> list[Term]:
        """The mean and its two parts, for the live equation; rounded so that they add up."""
        of_x0, of_xt, _ = self.coefficients
        parts = of_x0 * self.x0, of_xt * self.xt
        places = decimals((self.mean, *parts))
        first = parts[0], f"{number(of_x0, 4)} · {given(self.x0, 2)}", "data"
        second = parts[1], f"{number(of_xt, 4)} · {given(self.xt, 2)}", "ink"
        return equation(places, (self.mean, "μ", "model"), first, second)

    def values(self) -> dict[str, object]:
        """The numbers of the section's words."""
        of_x0, of_xt, variance = self.coefficients
        return {
            "t": self.t,
            "beta": f"{float(self.schedule.beta[self.t]):.6f}",
            "of-x0": f"{of_x0:.6f}",
            "of-xt": f"{of_xt:.6f}",
            "variance": scientific(variance, 3) if variance else "0",
        }


class Origin:
    """Where a place x_t in the plane came from: a probability for each datum, and their mean."""

    def __init__(self, state: State, schedule: NoiseSchedule) -> None:
        self.t = min(state["lab_t"], schedule.num_steps)
        self.data = _data()
        xt = torch.tensor([[state["px"], state["py"]]])
        self.shares = ExactDenoiser(self.data, schedule).posterior(xt, self.t)[0].double().numpy()

    @property
    def mean(self) -> tuple[float, float]:
        """E[x_0 | x_t]: what the best denoiser says."""
        x, y = self.shares @ self.data.double().numpy()
        return float(x), float(y)

    def values(self) -> dict[str, object]:
        """How many data the answer rests on, the likeliest share, and the mean."""
        seen = self.shares[self.shares > 0]
        x, y = self.mean
        return {
            "t": self.t,
            "effective": f"{math.exp(-float((seen * np.log(seen)).sum())):.1f}",
            "number": len(self.shares),
            "largest": f"{100 * self.shares.max():.1f}",
            "mean": f"({number(x, 2)}, {number(y, 2)})",
        }


@cache
def _data() -> torch.Tensor:
    return points.load("two-moons", "train").points[:NUM_POINTS]
