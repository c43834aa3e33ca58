"""What the page on Gaussians says of one pair of them, on the line and in the plane; nats."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from genmodels.probability import estimates, gaussian
from genmodels.probability.densities import Normal, axis
from genmodels.probability.gaussian import Terms
from lessons.gaussian_kl import figures
from ui.numbers import DECIMALS, decimals, equation, factor, formula, given, number, places, scientific
from ui.scene import Challenge, Quantity, Term
from ui.state import Field, Number, State
from ui.text import Text

REACH = 5  # of both ends of the uniform q
FIELDS: dict[str, Field] = {
    "mu_p": Number(1, -3, 3, decimals=2),
    "sigma_p": Number(0.5, 0.2, 3, decimals=2),
    "mu_q": Number(0, -3, 3, decimals=2),
    "sigma_q": Number(1, 0.2, 3, decimals=2),
    "points": Number(21, 5, 61),
    "draws": Number(1000, 10, 5000),
    "seed": Number(0, 0, 9999),
    "low": Number(-1, -REACH, REACH, decimals=2),
    "high": Number(1.5, -REACH, REACH, decimals=2),
    "scale": Number(1, 0.05, 4, decimals=2),
    "x_p": Number(-0.5, -3, 3, decimals=2),
    "y_p": Number(0, -3, 3, decimals=2),
    "xx_p": Number(1, 0.1, 4, decimals=2),
    "xy_p": Number(0.8, -4, 4, decimals=2),
    "yy_p": Number(1, 0.1, 4, decimals=2),
    "x_q": Number(0.5, -3, 3, decimals=2),
    "y_q": Number(0, -3, 3, decimals=2),
    "xx_q": Number(1, 0.01, 4, decimals=2),
    "xy_q": Number(0, -4, 4, decimals=2),
    "yy_q": Number(1, 0.01, 4, decimals=2),
}
FURTHER = ("points", "draws", "seed", "scale", *(name for name in FIELDS if name[0] in "xy"))  # whose controls fold
PRESETS: dict[str, dict[str, float]] = {
    "shifted": {"mu_p": 1, "sigma_p": 1, "mu_q": 0, "sigma_q": 1},
    "narrow": {"mu_p": 0, "sigma_p": 0.2, "mu_q": 0, "sigma_q": 1},
}
"""Pairs worth a look, by the name of their button."""
NEGLIGIBLE, TEN_TIMES = 0.1, 10  # what the challenges ask for
WIDEST = 4.0  # variance of the plane's sliders
MARGIN = 1.96  # standard errors: 95 %


def formula_of_any(value: float, decimals: int = DECIMALS) -> str:
    """As in a formula; what would be shown as zero, as a power of ten."""
    if 0 < abs(value) < 10.0**-decimals:
        return scientific(value, 2)
    return f"{value:z.{decimals}f}"


def digits(*directions: Terms) -> int:
    """As many decimals as it takes for all of these sums to hold as they are written."""
    return decimals(*((terms.total, terms.mean, terms.spread, terms.log) for terms in directions))


def told(forward: Terms, reverse: Terms) -> dict[str, str]:
    """Both divergences and their terms as in a formula; "f-" and "r-" stand for the directions."""
    values, n = dict[str, str](), digits(forward, reverse)
    for letter, terms in (("f", forward), ("r", reverse)):
        values |= {f"{letter}-total": f"{terms.total:z.{n}f}", f"{letter}-mean": f"{terms.mean:z.{n}f}"}
        values |= {f"{letter}-spread": f"{terms.spread:+z.{n}f}", f"{letter}-log": f"{terms.log:+z.{n}f}"}
    return values


class Scene:
    """One state of the two Gaussians."""

    def __init__(self, state: State, text: Text) -> None:
        self.state, self.text = state, text
        self.p, self.q = Normal(state["mu_p"], state["sigma_p"]), Normal(state["mu_q"], state["sigma_q"])
        self.forward = gaussian.kl_normal_terms(self.p.mu, self.p.sigma, self.q.mu, self.q.sigma)
        self.reverse = gaussian.kl_normal_terms(self.q.mu, self.q.sigma, self.p.mu, self.p.sigma)

    def pair(self) -> figures.Pair:
        """The curves of the picture."""
        low, high = figures.X_RANGE
        x = np.union1d(axis(self.p, self.q, num_points=81), np.linspace(low, high, 49))  # to both ends of the axis
        x = x[(low <= x) & (x <= high)]
        densities = np.exp(self.p.log_density(x)), np.exp(self.q.log_density(x))
        integrands = estimates.integrand(self.p, self.q, x), estimates.integrand(self.q, self.p, x)
        return figures.Pair((self.p.mu, self.p.sigma), (self.q.mu, self.q.sigma), x, *densities, *integrands)

    def pair_words(self) -> dict[str, str]:
        """What stands in the picture."""
        return {
            "density": self.text("density"),
            "p": self.text("ruler", name="p", mu=given(self.p.mu, 2), sigma=given(self.p.sigma, 2)),
            "q": self.text("ruler", name="q", mu=given(self.q.mu, 2), sigma=given(self.q.sigma, 2)),
            "forward": self.text("area-forward", value=number(self.forward.total)),
            "reverse": self.text("area-reverse", value=number(self.reverse.total)),
            **{name: self.text(name) for name in ("curve-forward", "curve-reverse", "x")},
        }

    def equation(self) -> list[Term]:
        """D(p||q) and its three terms, for the live equation under the picture."""
        terms, n = self.forward, digits(self.forward, self.reverse)
        parts = [(getattr(terms, name), self.text(f"term-{name}"), "ink") for name in ("mean", "spread", "log")]
        shown = equation(n, (terms.total, self.text("total"), "error"), *parts)
        return [
            one if isinstance(one, str) else Quantity(*one[:3], "terms" if i else "total")
            for i, one in enumerate(shown)
        ]

    step_parts = ("p q", "p forward total", "rulers total terms", "q reverse")

    @property
    def step_variants(self) -> dict[int, str]:
        """The formula is shorter where q is N(0, 1)."""
        return {3: "step-3-standard"} if (self.q.mu, self.q.sigma) == (0, 1) else {}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"; the one point is p's centre."""
        centre = np.array(self.p.mu)
        log_p, log_q = float(self.p.log_density(centre)), float(self.q.log_density(centre))
        values = {"mu-p": self.p.mu, "sigma-p": self.p.sigma, "mu-q": self.q.mu, "sigma-q": self.q.sigma}
        return {
            **{name: formula(value, places(value, 2)) for name, value in values.items()},
            **{f"{name}-safe": factor(value, places(value, 2)) for name, value in values.items()},
            **told(self.forward, self.reverse),
            "p-here": formula_of_any(math.exp(log_p)),
            "q-here": formula_of_any(math.exp(log_q)),
            "log-here": formula_of_any(log_p - log_q),
            "mu-squared": formula_of_any(self.p.mu**2),
            "variance": formula_of_any(self.p.sigma**2),
            "log-variance": f"{-2 * math.log(self.p.sigma):+z.{DECIMALS}f}",
            "larger": self.text(f"larger-{self.wider()}"),
        }

    def wider(self) -> str:
        """The direction that averages over the wider curve; it is the larger one, and equal widths make both equal."""
        if self.p.sigma == self.q.sigma:
            return "neither"
        return "forward" if self.p.sigma > self.q.sigma else "reverse"

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        smaller, larger = sorted((self.forward.total, self.reverse.total))
        ratio = larger / smaller if smaller > 0 else 1.0
        entropy = gaussian.differential_entropy(self.p.sigma)
        both = {"entropy": number(entropy, 3), "kl": number(self.forward.total, 3)}
        return [
            Challenge("ratio", ratio >= TEN_TIMES, self.text("now-times", value=f"{ratio:.1f}"), {"times": TEN_TIMES}),
            Challenge(
                "negative",
                entropy < 0 and self.forward.total < NEGLIGIBLE,
                self.text("now-negative", **both),
                {"most": NEGLIGIBLE},
            ),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        names = ("mu_p", "sigma_p", "mu_q", "sigma_q", "draws", "seed")
        return {name: self.state[name] for name in names}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        return f"{self.forward.total:.4f} {self.reverse.total:.4f} {Ways(self).run.mean[-1]:.4f}"


class Ways:
    """Quadrature and Monte Carlo beside the closed form."""

    def __init__(self, scene: Scene) -> None:
        state, self.exact = scene.state, scene.forward.total
        self.text, self.p, self.q = scene.text, scene.p, scene.q
        self.sum = estimates.trapezoid(self.p, self.q, state["points"])
        rng = np.random.default_rng(state["seed"])
        self.run = estimates.monte_carlo(self.p, self.q, state["draws"], rng)
        self.sd = gaussian.log_ratio_sd(self.p.mu, self.p.sigma, self.q.mu, self.q.sigma)

    @cached_property
    def figure(self) -> figures.ThreeWays:
        x = axis(self.p, num_points=161)
        shown = np.unique(np.geomspace(2, len(self.run.mean), 150).astype(int)) - 1
        average, margin = self.run.mean[shown], MARGIN * self.run.standard_error[shown]
        curve = estimates.integrand(self.p, self.q, x)
        return figures.ThreeWays(x, curve, self.sum.x, self.sum.heights, shown + 1, average, margin, self.exact)

    def label(self) -> str:
        """What stands at the exact value."""
        return self.text("exact", value=number(self.exact))

    def table_values(self) -> dict[str, str]:
        """The three numbers, and how far off they are."""
        average, error = float(self.run.mean[-1]), float(self.run.standard_error[-1])
        return {
            "exact": number(self.exact, 6),
            "points": str(len(self.sum.x)),
            "sum": number(self.sum.value, 6),
            "sum-error": small(abs(self.sum.value - self.exact)),
            "sum-guess": small(self.sum.error),
            "draws": f"{len(self.run.x):,}",
            "average": number(average),
            "margin": number(MARGIN * error),
            "average-error": small(abs(average - self.exact)),
            "needed": self.needed(),
        }

    def needed(self) -> str:
        """How many draws come within 0.001, to two digits; equal curves need a sentence of their own."""
        number_of = float(f"{(MARGIN * self.sd / 0.001) ** 2:.2g}")
        return self.text("needed", number=f"{number_of:,.0f}") if number_of else self.text("needed-none")


def small(value: float) -> str:
    """A small number in Markdown, in the fewest signs; what is only rounding as zero."""
    if value < 1e-15:
        return "0"
    if value >= 0.0095:
        return f"{value:.2f}"
    return f"${{{scientific(value, 0)}}}$"  # in braces, so that no line breaks in it
