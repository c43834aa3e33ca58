"""What the page on Gaussians says of one q fitted to two bumps; nats."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from genmodels.probability import bumps, fits
from genmodels.probability.densities import Bumps, axis
from genmodels.probability.fits import Optimum, Paths
from lessons.gaussian_kl import fit
from ui.numbers import number
from ui.scene import Challenge
from ui.state import Field, Number, State
from ui.text import Text, markdown_table

MU, SIGMA = (-5.0, 5.0), (0.15, 5.0)  # of the landscapes
FIELDS: dict[str, Field] = {
    "m1": Number(-2, -4, 4, decimals=2),
    "s1": Number(0.5, 0.2, 2, decimals=2),
    "m2": Number(2, -4, 4, decimals=2),
    "s2": Number(0.5, 0.2, 2, decimals=2),
    "w": Number(0.5, 0.05, 0.95, decimals=2),
    "a": Number(-3.5, -4.5, 4.5, decimals=2),
    "b": Number(2, 0.2, 4.5, decimals=2),
}
PRESETS: dict[str, dict[str, float]] = {
    "bumps-apart": {"m1": -2, "s1": 0.5, "m2": 2, "s2": 0.5, "w": 0.5},
    "bumps-wide": {"m1": -2, "s1": 1, "m2": 2, "s2": 1, "w": 0.5},
}
"""Bumps worth a look, by the name of their button."""
STARTS = ((-1.0, 0.0, 1.5, 3.5), (0.25, 3.5, 1.0, 0.6))  # mu and sigma, beside the visitor's own
NUM_STEPS = 60
APART = 6  # of the bumps in the challenge: further than those of the presets, so that widths have to grow with it


class Fits:
    """One state of the two bumps."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.p = Bumps((state["m1"], state["m2"]), (state["s1"], state["s2"]), (state["w"], 1 - state["w"]))
        self.forward, self.reverse = optima(self.p)

    @property
    def minima(self) -> list[Optimum]:
        """Those of D(q||p), the least first."""
        return [one for one in self.reverse if one.kind == "minimum"]

    def paths(self, direction: fits.Direction) -> Paths:
        """From the visitor's own start and from the others."""
        mu, sigma = ([self.state[name], *others] for name, others in zip("ab", STARTS, strict=True))
        return fits.descend(self.p, mu, sigma, direction, NUM_STEPS)

    def scene(self) -> fit.Scene:
        """What the component shows."""
        mu, sigma = np.linspace(*MU, 60), np.geomspace(*SIGMA, 60)
        seen, state = bumps.landscape(self.p, mu, sigma), self.state
        x = axis(self.p, num_points=241)
        return fit.Scene(
            x=x,
            density=np.exp(self.p.log_density(x)),
            directions={
                "forward": _direction(seen.forward, (self.forward,), self.paths("forward")),
                "reverse": _direction(seen.reverse, self.reverse, self.paths("reverse")),
            },
            mu=MU,
            sigma=SIGMA,
            bumps=[(m, state[m], s, state[s]) for m, s in (("m1", "s1"), ("m2", "s2"))],
            start=("a", state["a"], "b", state["b"]),
            limits={name: (field.low, field.high) for name, field in FIELDS.items() if isinstance(field, Number)},
        )

    def table(self, text: Text) -> str:
        """Every place where a divergence is level, as Markdown."""
        rows = [(r"$D(p\Vert q)$", self.forward), *((r"$D(q\Vert p)$", one) for one in self.reverse)]
        icons = {"minimum": ":material/radio_button_unchecked:", "saddle": ":material/close:"}
        cells = [[text("fit-of"), "μ", "σ", text("nats")]]
        for name, one in rows:
            cells.append([f"{icons[one.kind]} {name}", *(number(value, 3) for value in (one.mu, one.sigma, one.kl))])
        return f"{markdown_table(cells, 'lrrr')}\n\n:small[:gray[{text('marks')}]]"

    def challenges(self, text: Text) -> list[Challenge]:
        """One minimum for two bumps; a start that ends between them."""
        apart, minima = abs(self.p.means[0] - self.p.means[1]), self.minima
        end = float(self.paths("reverse").mu[0, -1])
        nearest = min(minima, key=lambda one: abs(one.mu - end))
        outer = {min(minima, key=lambda one: one.mu).mu, max(minima, key=lambda one: one.mu).mu}
        now = {"number": len(minima), "apart": f"{apart:.2f}"}
        return [
            Challenge("single", len(minima) == 1 and apart >= APART, text("now-single", **now), {"apart": APART}),
            Challenge("between", nearest.mu not in outer, text("now-between", mu=number(end, 2))),
        ]


@lru_cache(maxsize=256)
def optima(p: Bumps) -> tuple[Optimum, tuple[Optimum, ...]]:
    """The one optimum of D(p||q), and all of D(q||p)."""
    return fits.forward_optimum(p), fits.reverse_optima(p)


def _direction(landscape: fit.Array, found: tuple[Optimum, ...], paths: Paths) -> fit.Direction:
    marks = [(one.mu, one.sigma, one.kl, one.kind) for one in found]
    return fit.Direction(landscape, marks, paths.mu, paths.sigma, paths.kl)
