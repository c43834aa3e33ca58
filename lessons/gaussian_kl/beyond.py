"""What the page on Gaussians says beyond its first picture: the plane, a uniform q, other units; nats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genmodels.errors import Problem
from genmodels.probability import gaussian
from genmodels.probability.densities import axis
from lessons.gaussian_kl import figures
from lessons.gaussian_kl.scene import REACH, WIDEST, Scene, formula_of_any, told
from ui.state import State


class Box:
    """p against a uniform q between two ends; they may be in the wrong order."""

    def __init__(self, scene: Scene) -> None:
        self.p, self.ends = scene.p, (scene.state["low"], scene.state["high"])

    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and p's density, also at the ends."""
        x = np.unique([*axis(self.p, num_points=201), *self.ends])
        return x, np.exp(self.p.log_density(x))

    def values(self) -> dict[str, str]:
        """What p has outside, in per cent, and the finite divergence. Raises Problem unless low < high."""
        found = gaussian.against_uniform(self.p.mu, self.p.sigma, *self.ends)
        outside = formula_of_any(100 * found.mass_outside, 2)
        if r"\cdot" in outside:
            outside = f"${{{outside}}}$"  # it stands in prose
        return {"outside": outside, "reverse": formula_of_any(found.reverse)}

    def repaired(self) -> dict[str, float]:
        """The ends in order, and a little apart where they are one, as far as the sliders reach."""
        low, high = sorted(self.ends)
        if low == high:
            low, high = max(-REACH, low - 0.5), min(REACH, high + 0.5)
        return {"low": low, "high": high}


def entropies(scene: Scene) -> tuple[figures.Units, dict[str, str]]:
    """The curves over all scales of x, and the numbers at the one chosen."""
    pair, scale = (scene.p.mu, scene.p.sigma, scene.q.mu, scene.q.sigma), scene.state["scale"]
    curves = gaussian.rescaled(*pair, np.geomspace(0.05, 4, 80))
    here = gaussian.rescaled(*pair, scale)
    named = ("entropy_p", "entropy_q", "forward", "reverse")
    values = {name.replace("_", "-"): formula_of_any(float(getattr(here, name)[0])) for name in named}
    return figures.Units(curves.scale, *(getattr(curves, name) for name in named)), {**values, "scale": f"{scale:.2f}"}


class Plane:
    """Two Gaussians in the plane, their covariances as the sliders have them: they need not be any."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.means = {name: np.array([state[f"x_{name}"], state[f"y_{name}"]]) for name in ("p", "q")}
        self.matrices = {name: self._matrix(name) for name in ("p", "q")}

    def _matrix(self, name: str) -> NDArray[np.float64]:
        both = self.state[f"xy_{name}"]
        return np.array([[self.state[f"xx_{name}"], both], [both, self.state[f"yy_{name}"]]])

    def problems(self) -> dict[str, Problem]:
        """What is wrong with the covariances of p and of q."""
        found = {}
        for name, cov in self.matrices.items():
            try:
                gaussian.covariance(cov, f"cov_{name}")
            except Problem as problem:
                found[name] = problem
        return found

    def repaired(self, name: str) -> dict[str, float]:
        """The nearest covariance that the sliders can show."""
        cov = gaussian.nearest_covariance(self.matrices[name], floor=0.05)
        return self.entries(name, cov * min(1.0, WIDEST / cov.max()))

    def entries(self, name: str, cov: NDArray[np.float64]) -> dict[str, float]:
        """A covariance as values of the state."""
        return {f"xx_{name}": cov[0, 0], f"xy_{name}": cov[0, 1], f"yy_{name}": cov[1, 1]}

    def fits(self) -> dict[str, dict[str, float]]:
        """What makes q the best one without correlation, by the direction that it is best in; p has a covariance."""
        centre = {"x_q": self.state["x_p"], "y_q": self.state["y_p"]}
        covers, inside = gaussian.diagonal_fits(self.matrices["p"])
        return {"forward": centre | self.entries("q", covers), "reverse": centre | self.entries("q", inside)}

    def ellipses(self) -> list[tuple[str, NDArray[np.float64]]]:
        """(role, curve) of the 1 and 2 sigma ellipse of whatever has a covariance."""
        good = [(name, role) for name, role in (("p", "ink"), ("q", "q")) if name not in self.problems()]
        return [
            (role, gaussian.ellipse(self.means[name], self.matrices[name], sigmas))
            for name, role in good
            for sigmas in (1, 2)
        ]

    def values(self) -> dict[str, str]:
        """Both divergences with their terms; both have covariances."""
        p, q = ((self.means[name], self.matrices[name]) for name in ("p", "q"))
        return told(gaussian.kl_multivariate_normal_terms(*p, *q), gaussian.kl_multivariate_normal_terms(*q, *p))
