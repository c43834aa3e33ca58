"""What the page on likelihood says of one urn: counts, the share in hand, the peak and its intervals; nats."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from genmodels.errors import Problem
from genmodels.probability import intervals, likelihood, urn
from genmodels.probability.intervals import Interval
from genmodels.probability.urn import WithReplacement
from lessons.likelihood.figures import Looks
from lessons.likelihood.urn import Balls
from ui.numbers import decimals, formula, given, number, plain, summand, times_ten_to
from ui.scene import Challenge, Quantity, Term
from ui.state import DIGITS, Choice, Field, Number, State
from ui.text import Text

NUM_BALLS, MOST_DRAWS = 200, 400  # in the urn, and out of it
MOST = 400  # of either colour
FIELDS: dict[str, Field] = {
    "red": Number(30, 0, MOST),
    "blue": Number(70, 0, MOST),
    "theta": Number(0.5, 0, 1, decimals=3),
    "urn": Number(190, 0, 9999),  # its first 100 draws are 30 red and 70 blue
    "open": Choice("no", ("no", "yes")),
}
EXPERIMENT = {"red": 120, "blue": 280}
NUM_POINTS = 301
CLOSE, NARROW, HIT = 0.02, 0.1, 0.05  # what the challenges ask for: shares, and nats


def short(share: float) -> str:
    """A share in at most four digits: 0.3 and 0.3333."""
    return plain(share, 4)


class Scene:
    """One state of the urn. `peak` is None before the first draw, `wald` where the peak has no curvature."""

    def __init__(self, state: State, text: Text) -> None:
        self.state, self.text = state, text
        self.red, self.blue, self.theta = state["red"], state["blue"], state["theta"]
        self.n = self.red + self.blue
        self.peak = likelihood.bernoulli_fit(self.red, self.blue) if self.n else None
        self.ratio = intervals.likelihood_ratio_interval(self.red, self.blue)
        self.drop = intervals.critical_value(0.95) ** 2 / 2

    @cached_property
    def wald(self) -> Interval | None:
        try:
            return intervals.wald_interval(self.red, self.blue)
        except Problem:
            return None

    @property
    def kind(self) -> str:
        """Which of three states: a peak with a curvature, one "-edge" without, "-none" at all."""
        return "" if self.wald else "-edge" if self.n else "-none"

    @cached_property
    def terms(self) -> tuple[float, float]:
        """What either colour adds to the log-likelihood at the share in hand."""
        red, blue = likelihood.bernoulli_terms(self.theta, self.red, self.blue)
        return float(red), float(blue)

    @cached_property
    def decimals(self) -> int:
        return decimals((sum(self.terms), *self.terms))

    @cached_property
    def highest(self) -> float:
        """The log-likelihood at its peak; 0 before the first draw."""
        return float(likelihood.bernoulli_log_likelihood(self.peak or 0, self.red, self.blue)) if self.n else 0.0

    @cached_property
    def below(self) -> float:
        """How far the share in hand lies below the peak."""
        return float(likelihood.bernoulli_deviance(np.array(self.theta), self.red, self.blue)) / 2

    @property
    def truth(self) -> float:
        """The share of red balls in the urn, which is not shown before it is opened."""
        return filled(self.state["urn"])[0].share

    @property
    def opened(self) -> bool:
        return bool(self.state["open"] == "yes")

    def balls(self) -> Balls:
        """What the urn's component shows and draws."""
        sampler, rng = filled(self.state["urn"])
        draws = sampler.draw(MOST_DRAWS, rng)[0]
        return Balls(self.red, self.blue, MOST, "".join("1" if red else "0" for red in draws))

    # --- the picture

    def looks(self) -> Looks:
        """The four curves, and what they are at the share in hand."""
        curves = likelihood.bernoulli_curves(self.red, self.blue, NUM_POINTS)
        return Looks(
            curves.theta,
            (100 * curves.relative, curves.log_likelihood, curves.score, curves.curvature),
            curves.parabola,
            self.theta,
            (100 * math.exp(-self.below), sum(self.terms), self.score, self.curvature),
            self.peak,
            self.highest,
            self._sharpness,
            self.drop,
            (self.ratio.low, self.ratio.high),
            (self.wald.low, self.wald.high) if self.wald else None,
            self.truth if self.opened else None,
        )

    @property
    def _sharpness(self) -> float:
        """The curvature at the peak; at the edge as if half a ball were of the other colour."""
        return self.n**3 / (max(self.red, 0.5) * max(self.blue, 0.5))

    @cached_property
    def score(self) -> float:
        return float(likelihood.bernoulli_score(self.theta, self.red, self.blue))

    @cached_property
    def curvature(self) -> float:
        return float(likelihood.bernoulli_curvature(self.theta, self.red, self.blue))

    def look_names(self) -> list[str]:
        names = ("likelihood", "log", "score", "curvature", "theta", "drop")
        return [self.text(f"look-{name}", drop=number(self.drop, 2)) for name in names]

    def look_values(self) -> list[str]:
        """What stands at the right above the panels."""
        share = f"{100 * math.exp(-self.below):.3g}"
        values = number(sum(self.terms), self.decimals), number(self.score, 2), number(self.curvature, 2)
        return [self.text("of-peak", share=share), *(f"<b>{value}</b>" for value in values)]

    def equation(self) -> list[Term]:
        """log L(theta) and its two terms, for the live equation under the picture."""
        red, blue = number(self.terms[0], self.decimals), summand(self.terms[1], self.decimals)
        theta = given(self.theta, 0)
        captions = f"{self.red} log {theta}", f"{self.blue} log(1 − {theta})"
        total = Quantity(number(sum(self.terms), self.decimals), f"log L({theta})", "model", "sum")
        terms = [Quantity(*term, "ink", "sum") for term in zip((red, blue), captions, strict=True)]
        return [total, "=", terms[0], "+", terms[1]]

    def ends(self) -> dict[str, str]:
        """The ends of both intervals, where there are two."""
        ends = {"ratio-low": number(self.ratio.low), "ratio-high": number(self.ratio.high)}
        if self.wald:
            ends |= {"wald-low": number(self.wald.low), "wald-high": number(self.wald.high)}
        return ends

    def verdict(self) -> str:
        """Where the peak is and how sure that is, in a sentence."""
        hat = short(self.peak) if self.peak is not None else ""
        values = {"hat": hat, "peak": number(self.highest), "below": number(self.below, 2), **self.ends()}
        return self.text(f"verdict{self.kind}", **values)

    def reveal(self) -> str:
        """What the open urn says."""
        balls = self.balls()
        drawn = balls.draws[: self.n].count("1") == self.red and self.n <= len(balls.draws)
        place = ("inside" if self.truth in self.ratio else "outside") if drawn else "other"
        values = {"truth": short(self.truth), "number": round(self.truth * NUM_BALLS), "balls": NUM_BALLS}
        off = number(abs(self.theta - self.truth), 3)
        return self.text(f"reveal-{place}", off=off, **values)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Of each number of red ones among as many draws, if the share in hand were the true one: (n + 1,)."""
        return WithReplacement(self.theta).count_probabilities(self.n) if self.n else np.ones(1)

    def data_words(self) -> dict[str, str]:
        """What stands around these probabilities."""
        values = {"n": self.n, "red": self.red, "value": probability_in_html(float(self.probabilities[self.red]))}
        return {name: self.text(f"data-{name}", **values) for name in ("probability", "red", "observed")}

    def at_the_peak(self) -> dict[str, float]:
        """The change that brings the hand to the peak."""
        return {} if self.peak is None else {"theta": self.peak}

    # --- words' numbers

    step_parts = ("balls likelihood", "log sum", "score peak", "log curvature intervals peak")

    @property
    def step_variants(self) -> dict[int, str]:
        """The last two steps need a peak with a curvature."""
        return {step: f"step-{step}{self.kind}" for step in (3, 4)} if self.kind else {}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"."""
        peak = self.peak or 0.0
        information = float(likelihood.bernoulli_curvature(peak, self.red, self.blue)) if self.wald else 0.0
        return {
            "red": self.red,
            "blue": self.blue,
            "n": self.n,
            "theta": plain(self.theta, DIGITS),
            "other": plain(1 - self.theta, DIGITS),
            "likelihood": power(sum(self.terms)),
            "red-term": formula(self.terms[0], self.decimals),
            "blue-term": f"{self.terms[1]:+z.{self.decimals}f}".replace("inf", r"\infty"),
            "log": formula(sum(self.terms), self.decimals),
            "score": formula(self.score, 2),
            "hat": short(peak),
            "rest": short(1 - peak),
            "peak": formula(self.highest),
            "information": formula(information, 2),
            "half": formula(self.wald.width / 2 if self.wald else 0),
            "floor": formula(self.highest - self.drop),
            "edge": "0" if self.red == 0 else "1",
            "slope": formula(-self.n if self.red == 0 else self.n, 0),
            **self.ends(),
        }

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        low = self.text("now-from", value=number(self.wald.low)) if self.wald else self.text("now-nothing")
        off = abs(self.theta - self.truth)
        guess = self.text("now-off", value=number(off, 3)) if self.opened else self.text("now-closed")
        edge = self.wald is None and self.n > 0
        return [
            Challenge("guess", self.opened and off <= CLOSE, guess, {"close": CLOSE}),
            Challenge(
                "end",
                self.n > 0 and abs(self.below - self.drop) <= HIT,
                self.text("now-below", value=number(self.below, 2)),
                {"drop": number(self.drop, 2)},
            ),
            Challenge("beyond", self.wald is not None and self.wald.low < 0, low),
            Challenge("edge", edge, self.text("now-both" if not edge else "done")),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        return {"red": self.red, "blue": self.blue, "theta": self.theta}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        log = f"{float(likelihood.bernoulli_log_likelihood(self.theta, self.red, self.blue)):.4f}"
        return f"{log} nats, {self.ratio.low:.4f} to {self.ratio.high:.4f}"


def filled(seed: int) -> tuple[WithReplacement, np.random.Generator]:
    """The urn of that number, and what its draws are taken from."""
    rng = np.random.default_rng(seed)
    return WithReplacement(urn.fill(rng, NUM_BALLS) / NUM_BALLS), rng


def probability_in_html(probability: float) -> str:
    """As in a picture: as a power of ten where it is tiny."""
    if probability >= 0.001 or probability == 0:
        return f"{probability:.3g}"
    mantissa, exponent = f"{probability:.2e}".split("e")
    return f"{mantissa} · 10<sup>−{abs(int(exponent))}</sup>"


def power(nats: float) -> str:
    """exp(nats) as in a formula."""
    if not math.isfinite(nats):
        return "0"
    mantissa, exponent = likelihood.power_of_ten(nats)
    if round(mantissa, 3) == 10:
        mantissa, exponent = 1.0, exponent + 1
    return times_ten_to(f"{mantissa:.3f}", exponent) if exponent else f"{mantissa:.3f}"
