"""What the page on variational inference says of one observation and one q; nats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import log_ndtr

from genmodels.probability import families
from genmodels.probability.families import Family, TruncatedNormal
from genmodels.probability.variational import ExponentialNormal, Terms
from lessons.variational import figures, figures_elbo
from ui.numbers import decimals, factor, formula, given, number, places, times_ten_to
from ui.scene import Challenge, Quantity, Term
from ui.state import Choice, Field, Number, State
from ui.text import Text, markdown_table

FAMILIES = tuple(name.replace(" ", "-") for name in families.FAMILIES)
DRAWS = (1, 8, 64)
FIELDS: dict[str, Field] = {
    "x": Number(1.3, -2, 3, decimals=2),
    "rate": Number(1, 0.2, 4, decimals=2),
    "sigma": Number(1, 0.2, 1.5, decimals=2),
    "family": Choice("exponential", FAMILIES),
    "m": Number(1.4, 0.01, 5, decimals=8),
    "s": Number(0.8, 0.01, 3, decimals=8),
    "draws": Choice(8, DRAWS),
    "seed": Number(0, 0, 9999),
}
POSITIVE = {"x": 0.2, "rate": 3.0, "sigma": 0.2}
PRESETS: dict[str, tuple[dict[str, object], str]] = {
    "at-13": ({"x": 1.3, "rate": 1.0, "sigma": 1.0}, "exponential"),
    "at-2": ({"x": 2.0, "rate": 1.0, "sigma": 1.0}, "exponential"),
    "above-1": (dict(POSITIVE), "gamma"),
}
"""A model worth a look, and the family of which its best member is shown; by the name of the button."""
LEAST_RATE, MOST_RATE, CLOSED = 2, 2, 0.001  # what the challenges ask for; the gap in nats
SAME = 0.01  # two rates that differ by so little of themselves count as one: x has two decimals
NUM_POINTS = 241
DECIMALS = 6  # of the equation, as in the course
FAR = (2, -10, -100, -10_000, 10_000)
LOG_EVIDENCE, JOINT, LIKELIHOOD, ELBO = "log p(x)", "E log p(x, z)", "E log p(x|z)", "ELBO"  # in every language
SYMBOLS = {"rate": r"\lambda", "shape": "k", "mu": r"\mu", "sigma": "s"}


@dataclass(frozen=True)
class Solved:
    """One state, computed once for all parts of the page."""

    model: ExponentialNormal
    q: Family
    terms: Terms
    best: Family
    best_elbo: float
    posterior: TruncatedNormal


@lru_cache(maxsize=512)
def solved(x: float, rate: float, sigma: float, family: str, mean: float, sd: float) -> Solved:
    """The numbers of one state."""
    model, kind = ExponentialNormal(rate, sigma), families.family(family)
    q, best = kind.like(mean, sd), model.best(x, kind)
    return Solved(model, q, model.terms(x, q), best, model.elbo(x, best), model.posterior_member(x))


def best_member(values: Mapping[str, object], family: str) -> dict[str, object]:
    """The changes that show the best q of a family for these x, rate and sigma."""
    x, rate, sigma = (float(str(values[name])) for name in ("x", "rate", "sigma"))
    return {"family": family, **moments(ExponentialNormal(rate, sigma).best(x, family))}


def moments(q: Family) -> dict[str, object]:
    """Mean and standard deviation of q, as the state holds them, within its limits."""
    found = {"m": q.mean, "s": math.sqrt(q.variance)}
    limits = {name: field for name, field in FIELDS.items() if isinstance(field, Number)}
    return {name: min(max(value, limits[name].low), limits[name].high) for name, value in found.items()}


def _sign(value: float) -> str:
    return "−" if value < 0 else "+"


def twelve_digits(value: float) -> str:
    """As in a formula; a power of ten for what is tiny."""
    digits, _, exponent = f"{value:#.12g}".partition("e")
    return times_ten_to(digits, exponent) if exponent else digits


class Scene:
    """One state of the page."""

    def __init__(self, state: State, text: Text) -> None:
        self.state, self.text, self.x, self.family = state, text, float(state["x"]), state["family"]
        self.now = solved(self.x, state["rate"], state["sigma"], self.family, state["m"], state["s"])
        self.model, self.q, self.terms, self.posterior = self.now.model, self.now.q, self.now.terms, self.now.posterior

    @property
    def sum(self) -> tuple[float, float, float]:
        """log p(x), ELBO and gap to six digits, which add up as they stand: the last digit of the gap gives way."""
        whole, elbo = round(self.terms.log_evidence, DECIMALS), round(self.terms.elbo, DECIMALS)
        return whole, elbo, max(round(whole - elbo, DECIMALS), 0.0)

    def parameters(self) -> str:
        """q's own parameters by name."""
        given = {name: getattr(self.q, name) for name in self.q.limits}
        named = (f"{self.text(f'parameter-{name}')} {number(value)}" for name, value in given.items())
        return self.text("comma").join(named)

    # --- the picture

    def densities(self) -> figures.Densities:
        """The curves over z; as many points near 0, where an exponential is steep, as elsewhere."""
        z = figures.Z_RANGE[1] * np.linspace(0.004, 1, NUM_POINTS) ** 1.5
        curves = self.model.curves(z, self.x, self.q)
        mode = max(self.posterior.mu, 0.0)
        ends = (self.q.mean, self.q.mean if self.one_parameter else self.q.mean + math.sqrt(self.q.variance))
        top = figures.HEADROOM * max(float(curves.posterior.max()), min(self.model.rate, 2 * curves.posterior.max()))
        return figures.Densities(
            z,
            curves.prior,
            curves.likelihood,
            curves.posterior,
            curves.q,
            mode,
            self.x,
            self.model.sigma,
            ends,
            max(top, figures.HEADROOM * float(curves.likelihood.max())),
        )

    @property
    def one_parameter(self) -> bool:
        """Whether q's mean says all of it."""
        return len(self.q.limits) == 1

    def density_words(self) -> dict[str, str]:
        """What stands in the picture of the curves."""
        words = {name: self.text(f"curve-{name}") for name in ("density", "prior", "likelihood", "posterior")}
        return {**words, "x": f"x = {given(self.x, 2)}", "q": self.text("curve-q", parameters=self.parameters())}

    def bar(self) -> str:
        """The bar that always ends at log p(x)."""
        shown = {"log-evidence": self.terms.log_evidence, "gap": self.terms.gap, "elbo": self.terms.elbo}
        names = {"log-evidence": LOG_EVIDENCE, "gap": self.text("bar-gap"), "elbo": ELBO}
        words = {name: (names[name], number(value)) for name, value in shown.items()}
        seen = figures_elbo.Bar(self.terms.log_evidence, self.terms.elbo, self.now.best_elbo)
        alt = self.text("bar-alt", **{name: value for name, (_, value) in words.items()})
        return figures_elbo.bar(seen, words, self.text("nats"), alt)

    def equation(self) -> list[Term]:
        """log p(x) = ELBO + gap, for the live equation."""
        log_evidence, elbo, gap = (number(value, DECIMALS) for value in self.sum)
        return [
            Quantity(log_evidence, LOG_EVIDENCE, "ink", "evidence"),
            "=",
            Quantity(elbo, ELBO, "q", "elbo"),
            "+",
            Quantity(gap, self.text("gap"), "error", "gap"),
        ]

    def splits(self) -> tuple[str, list[figures.Way]]:
        """The ELBO and the three ways to it, which add up as they stand."""
        terms = self.terms
        prior, gap = self.text("split-prior"), self.text("bar-gap")
        ways = {
            "energy": ((JOINT, terms.log_joint, "ink"), ("H(q)", terms.entropy, "q")),
            "fit": ((LIKELIHOOD, terms.log_likelihood, "data"), (prior, -terms.kl_prior, "error")),
            "truth": ((LOG_EVIDENCE, terms.log_evidence, "ink"), (gap, -terms.gap, "error")),
        }
        digits = decimals(*((terms.elbo, first[1], second[1]) for first, second in ways.values()))
        return f"{ELBO} {number(terms.elbo, digits)}", [
            (
                self.text(f"split-{way}"),
                (f"{name} = {number(value, digits)}", value, role),
                (f"{_sign(change)} {other} {number(abs(change), digits)}", change, hue),
            )
            for way, ((name, value, role), (other, change, hue)) in ways.items()
        ]

    # --- words

    step_parts = ("prior likelihood", "evidence", "posterior", "q elbo", "posterior q evidence elbo gap")

    @property
    def step_variants(self) -> dict[int, str]:
        """None: the steps are told alike in every state."""
        return {}

    def step_values(self) -> dict[str, Any]:
        """The numbers of "Step by step"."""
        a, sigma, x, terms = self.model.rate, self.model.sigma, self.x, self.terms
        t = self.posterior.mu / sigma
        log_evidence, elbo, gap = self.sum
        miss = (x - self.q.mean) ** 2 + self.q.variance
        return {
            "x": formula(x, places(x, 2)),
            "x-safe": factor(x, places(x, 2)),
            "rate": formula(a, places(a, 2)),
            "sigma": formula(sigma, places(sigma, 2)),
            "t": f"{t:z.4f}",
            "terms": f"{math.log(a):z.4f}{-a * x:+z.4f}",
            "more-terms": f"{(a * sigma) ** 2 / 2:+z.4f}{float(log_ndtr(t)):+z.4f}",
            "log-evidence": f"{terms.log_evidence:z.12g}",
            "evidence": twelve_digits(math.exp(terms.log_evidence)),
            "centre": formula(self.posterior.mu, places(self.posterior.mu, 2)),
            "mean": twelve_digits(self.posterior.mean),
            "variance": twelve_digits(self.posterior.variance),
            "family": self.text(self.family),
            "symbols": self.text(f"symbols-{self.family}"),
            "parameters": r",\ ".join(
                rf"{SYMBOLS[name]}={formula(getattr(self.q, name), 5)}" for name in self.q.limits
            ),
            "q-mean": formula(self.q.mean, 5),
            "miss": formula(miss, 5),
            "log-joint": formula(terms.log_joint, DECIMALS),
            "entropy": f"{terms.entropy:+z.6f}",
            "elbo": formula(elbo, DECIMALS),
            "elbo-safe": factor(elbo, DECIMALS),
            "gap": formula(gap, DECIMALS),
            "log-evidence-short": formula(log_evidence, DECIMALS),
            "best-elbo": formula(self.now.best_elbo, DECIMALS),
        }

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        rate, gap, elbo = self.model.rate, self.terms.gap, self.terms.elbo
        best = 1 / self.model.best(self.x, "exponential").mean
        other = self.family != "truncated-normal"
        return [
            Challenge(
                "prior",
                rate >= LEAST_RATE and abs(best / rate - 1) <= SAME,
                self.text("now-prior", best=number(best, 2), rate=number(rate, 2)),
                {"least": LEAST_RATE},
            ),
            Challenge(
                "closed",
                other and gap <= CLOSED,
                self.text("now-gap", value=number(gap)) if other else self.text("now-other"),
                {"most": CLOSED},
            ),
            Challenge(
                "positive",
                rate <= MOST_RATE and elbo > 0,
                self.text("now-elbo", value=number(elbo), rate=number(rate, 2)),
                {"most": MOST_RATE},
            ),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        kind, mean, sd = type(self.q).__name__, self.state["m"], self.state["s"]
        q = f"{kind}(rate=1 / {mean})" if self.one_parameter else f"{kind}.like(mean={mean}, sd={sd})"
        return {name: self.state[name] for name in ("x", "rate", "sigma")} | {"family": kind, "q": q}

    @property
    def printed(self) -> str:
        """What the snippet prints, each number rounded on its own."""
        terms = self.terms
        return f"log p(x) {terms.log_evidence:z.6f}, ELBO {terms.elbo:z.6f}, gap {terms.gap:z.6f}"


def far_out(text: Text) -> str:
    """log p(x) far from where the model expects x, as a Markdown table: typed, and computed so that nothing is lost."""
    model = ExponentialNormal()
    rows = [[text(f"far-{name}") for name in ("x", "typed", "exact")]]
    for x in FAR:
        found = (x, model.typed_log_evidence(x), model.log_evidence(x))
        rows.append([_far(value, decimals) for value, decimals in zip(found, (0, 3, 3), strict=True)])
    return markdown_table(rows, "rrr")


def _far(value: float, decimals: int) -> str:
    return (f"{value:,.{decimals}f}" if math.isfinite(value) else "-∞").replace("-", "−")
