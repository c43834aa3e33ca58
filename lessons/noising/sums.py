"""The sum of two independent Gaussians, drawn and computed: the step that makes the jump possible."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from genmodels.probability.densities import Normal
from ui.numbers import DECIMALS, bracketed, given, number
from ui.state import Field, Number, State

NUM_DRAWS, NUM_BINS = 5000, 48
X_RANGE = (-6.0, 6.0)
FIELDS: dict[str, Field] = {
    "m1": Number(-1, -2, 2, decimals=2),
    "s1": Number(0.6, 0.1, 1.5, decimals=2),
    "m2": Number(1.5, -2, 2, decimals=2),
    "s2": Number(0.8, 0.1, 1.5, decimals=2),
}


class Sum:
    """N(m1, s1^2), N(m2, s2^2), what their sum must be, and draws of it."""

    def __init__(self, state: State) -> None:
        self.first, self.second = Normal(state["m1"], state["s1"]), Normal(state["m2"], state["s2"])
        self.total = Normal(state["m1"] + state["m2"], math.hypot(state["s1"], state["s2"]))
        rng = np.random.default_rng(state["seed"])
        self.draws = self.first.sample(NUM_DRAWS, rng) + self.second.sample(NUM_DRAWS, rng)

    def densities(self) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
        """x, and the densities of both and of the sum there."""
        x = np.linspace(*X_RANGE, 481)
        return x, [np.exp(one.log_density(x)) for one in (self.first, self.second, self.total)]

    def histogram(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Middles of the bins, and the density of the draws there."""
        heights, edges = np.histogram(self.draws, NUM_BINS, X_RANGE)
        width = edges[1] - edges[0]
        return edges[:-1] + width / 2, heights / (NUM_DRAWS * width)

    def values(self) -> dict[str, object]:
        """The numbers of the section's words."""
        ends = {
            f"{name}{i}": given(getattr(one, of), 2)
            for i, one in ((1, self.first), (2, self.second))
            for name, of in (("m", "mu"), ("s", "sigma"))
        }
        ends["m2"] = bracketed(ends["m2"])
        totals = {
            "m": given(self.total.mu, DECIMALS),
            "s": number(self.total.sigma),
            "straight": given(self.first.sigma + self.second.sigma, DECIMALS),
        }
        return {
            **ends,
            **totals,
            "mean": number(float(self.draws.mean())),
            "sd": number(float(self.draws.std())),
            "n": f"{NUM_DRAWS:,}",
        }
