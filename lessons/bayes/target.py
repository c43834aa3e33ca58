"""What the Bayes page says of the shots on a target: the hits, the slice through them, and the exact conditional."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from genmodels.errors import Problem
from genmodels.probability.bivariate import BivariateNormal
from lessons.bayes.figures import LIMIT, Target
from ui.numbers import factor, places
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State
from ui.text import Text

AXES = ("x", "y")
WIDTHS = ("mu_x", "mu_y", "sigma_x", "sigma_y", "rho")
FIELDS: dict[str, Field] = {
    "mu_x": Number(0, -2, 2, decimals=2),
    "mu_y": Number(0, -2, 2, decimals=2),
    "sigma_x": Number(1, 0.2, 2, decimals=2),
    "sigma_y": Number(1, 0.2, 2, decimals=2),
    "rho": Number(0.6, -1, 1, decimals=2),
    "along": Choice("x", AXES),
    "at": Number(1, -LIMIT, LIMIT, decimals=2),
    "width": Number(0.25, 0.05, 1, decimals=2),
    "shots": Number(300, 0, 1000),
    "aim": Number(0, 0, 9999),
}
SLIDERS = ("rho", "sigma_x", "sigma_y", "width", "shots")
CORRELATED = 0.99  # what a correlation of 1, which no density has, is repaired to
HALF = 0.5


class Shots:
    """One state of the target; where the covariance is not positive definite, `problem` and the nearest that is."""

    def __init__(self, state: State, text: Text) -> None:
        self.state, self.text = state, text
        self.problem: Problem | None = None
        values = {name: state[name] for name in WIDTHS}
        try:
            self.density = BivariateNormal(**values)
        except Problem as problem:
            self.problem, self.density = problem, BivariateNormal(**values | repaired(state))
        self.given = AXES.index(state["along"])
        self.exact = self.density.conditional(self.given, state["at"])
        self.other = self.density.marginal(1 - self.given)

    @cached_property
    def picture(self) -> Target:
        hits = self.density.draw(self.state["shots"], np.random.default_rng(self.state["aim"]))
        return Target(self.density, hits, self.given, self.state["at"], self.state["width"])

    def names(self) -> dict[str, str]:
        """Which coordinate is known, and which is asked for."""
        return {"known": AXES[self.given], "asked": AXES[1 - self.given]}

    def conditional(self) -> str:
        """The name of its curve."""
        known, asked = self.names().values()
        return f"p({asked} | {known} = {self.state['at']:.{places(self.state['at'], 2)}f})"

    def values(self) -> dict[str, object]:
        """The formulas with these numbers, and what the hits in the slice say."""
        known, found = self.density.marginal(self.given), self.picture.found
        numbers = {
            "mu": self.other.mu,
            "rho": self.density.rho,
            "sigma": self.other.sigma,
            "sigma-known": known.sigma,
            "at": self.state["at"],
            "mu-known": known.mu,
        }
        computed = {"mean": self.exact.mu, "sd": self.exact.sigma, "seen-mean": found.mean, "seen-sd": found.sd}
        values = {name: _shown(value) for name, value in computed.items()}
        values |= {name: factor(value, places(value, 2)) for name, value in numbers.items()}  # all that was typed
        return {
            **values,
            **self.names(),
            "count": found.count,
            "all": self.state["shots"],
            "width": f"{self.picture.half_width:.2f}",
        }

    def challenges(self) -> list[Challenge]:
        ratio = self.exact.sigma / self.other.sigma
        reached = self.problem is None and abs(ratio - HALF) <= 0.01
        return [Challenge("half", reached, self.text("now-half", value=f"{ratio:.2f}"), {**self.names()})]


def repaired(state: State) -> dict[str, float]:
    """The nearest correlation that has a density."""
    return {"rho": max(min(state["rho"], CORRELATED), -CORRELATED)}


def _shown(value: float) -> str:
    """Two decimals, in brackets where a sign before it would be misread; a question mark for what is not known."""
    return "?" if math.isnan(value) else factor(value, 2)
