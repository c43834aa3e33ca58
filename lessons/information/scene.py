"""What the information page says of one pair of distributions, in bits or nats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from genmodels.errors import Problem
from genmodels.probability import checks, information
from ui.numbers import decimals, formula, number, significant
from ui.scene import Challenge, Quantity, Term
from ui.state import State, Values
from ui.text import Text

SETTINGS: dict[str, dict[str, object]] = {
    "coin": {"p": (0.5, 0.5), "q": (0.2, 0.8)},
    "closer": {"p": (0.5, 0.5), "q": (0.4, 0.6)},
    "die": {"p": (1 / 6,) * 6, "q": (0.5, *(0.1,) * 5)},
    "never": {"p": (0.4, 0.3, 0.2, 0.1), "q": (0.5, 0.3, 0.2, 0)},
}
"""Pairs worth a look, by the name of their button."""
BASES = {"bits": 2.0, "nats": math.e}
CLOSE = 0.005  # how near a target counts as hit
SHOWN_TERMS = 3  # of a sum; the rest is dots


class Row(NamedTuple):
    """One of the stacked bars, whose two parts are the entropy and the divergence; all in words and in numbers."""

    entropy: tuple[str, float]
    divergence: tuple[str, float]
    cross: tuple[str, float]

    @property
    def labels(self) -> tuple[str, ...]:
        """Each name with its number, which add up as they stand."""
        places = decimals((self.cross[1], self.entropy[1], self.divergence[1]))
        return tuple(f"{name} {number(value, places)}" for name, value in self)


class Scene:
    """One state of the page. `p` is what happens, `q` what somebody believes.

    While the shares of one do not sum to 1, `broken` says why, and the repaired ones stand here.
    """

    def __init__(self, state: State, text: Text) -> None:
        self.text, self.broken = text, dict[str, Problem]()
        self.p, self.q = (self._whole(name, state[name]) for name in ("p", "q"))
        self.unit, self.base = state["unit"], BASES[state["unit"]]
        self.seed, self.game = state["seed"], state["game"]
        self.entropy_p = information.entropy(self.p, self.base)
        self.entropy_q = information.entropy(self.q, self.base)
        self.cross = information.cross_entropy(self.p, self.q, self.base)
        self.kl = information.kl_divergence(self.p, self.q, self.base)
        self.reverse = information.kl_divergence(self.q, self.p, self.base)

    def _whole(self, name: str, shares: Values) -> Values:
        try:
            checks.distribution(shares, name)
        except Problem as problem:
            self.broken[name] = problem
            return Values(information.normalised(shares).tolist()) if any(shares) else resized(len(shares))[name]
        return shares

    @cached_property
    def names(self) -> list[str]:
        return outcomes(len(self.p), self.text)

    @cached_property
    def decimals(self) -> int:
        """Four, as in the course, or more where numbers so rounded would not add up."""
        return decimals((self.cross, self.entropy_p, self.kl))

    @cached_property
    def sum(self) -> tuple[str, str, str]:
        """H(p, q), H(p) and D(p || q), which add up as they stand."""
        cross, entropy, kl = (number(value, self.decimals) for value in (self.cross, self.entropy_p, self.kl))
        return cross, entropy, kl

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        cross, entropy, kl = self.sum
        return f"{cross} = {entropy} + {kl}".replace("∞", "inf")

    def equation(self) -> list[Term]:
        """The same for the live equation under the picture."""
        cross, entropy, kl = self.sum
        return [
            Quantity(cross, self.text("cross"), "q", "cross divergence"),
            "=",
            Quantity(entropy, self.text("entropy"), "ink", "entropy divergence"),
            "+",
            Quantity(kl, self.text("divergence"), "error", "divergence"),
        ]

    def rows(self) -> list[Row]:
        """The two stacked bars: p is true and q believed, and the other way round."""
        back = self.entropy_q + self.reverse
        return [
            Row(("H(p)", self.entropy_p), ("D(p||q)", self.kl), ("H(p,q)", self.cross)),
            Row(("H(q)", self.entropy_q), ("D(q||p)", self.reverse), ("H(q,p)", back)),
        ]

    def ruled_out(self) -> dict[str, str]:
        """For the sentence on an infinite divergence: {"first", "second", "outcome"} of the direction that is."""
        for first, second, one, other in (("p", "q", self.p, self.q), ("q", "p", self.q, self.p)):
            if missing := information.ruled_out(one, other):
                return {"first": first, "second": second, "outcome": self.names[missing[0]]}
        return {}

    step_parts = ("bars", "bars entropy", "bars cross", "divergence")

    @property
    def step_variants(self) -> dict[int, str]:
        """None: the steps are told alike in every state."""
        return {}

    def step_values(self) -> dict[str, Any]:
        """The numbers of "Step by step"."""
        log = r"\log_2" if self.base == 2 else r"\ln"
        surprise = information.information_content(self.q, self.base)
        listed = [
            rf"I(\text{{{self.names[i]}}})&={log}\tfrac1{{{significant(self.q[i], 4)}}}={formula(surprise[i])}"
            for i in (0, 1)
        ]
        return {
            "log": log,
            "unit": self.text(f"unit-{self.unit}"),
            "surprises": r"\\".join(listed),
            "first": rf"\text{{{self.names[0]}}}",
            "share": significant(self.q[0], 4),
            "once": formula(surprise[0]),
            "twice": formula(2 * surprise[0]),
            "entropy-terms": self._sum(self.p, self.p, log),
            "entropy": formula(self.entropy_p, self.decimals),
            "cross-terms": self._sum(self.p, self.q, log),
            "cross": formula(self.cross, self.decimals),
            "kl": formula(self.kl, self.decimals),
            "reverse": formula(self.reverse),
        }

    def _sum(self, p: Sequence[float], q: Sequence[float], log: str) -> str:
        terms = [
            rf"{significant(share, 4)}\cdot{log}\tfrac1{{{significant(believed, 4)}}}"
            for share, believed in zip(p, q, strict=True)
            if share > 0
        ]
        if len(terms) > SHOWN_TERMS:
            terms = [*terms[: SHOWN_TERMS - 1], r"\dots", terms[-1]]
        return r"\\&+".join(terms)

    def challenges(self) -> list[Challenge]:
        """What the page checks itself; the target is drawn, and another one can be had."""
        goal = target(self.game, len(self.p), self.base)
        skewed = self.kl >= math.log(2, self.base) and self.reverse <= 0.5 * math.log(2, self.base)
        both = {"there": number(self.kl, 3), "back": number(self.reverse, 3)}
        scale = {"one": number(math.log(2, self.base), 2), "half": number(0.5 * math.log(2, self.base), 2)}
        unit = {"unit": self.text(f"unit-{self.unit}")}
        return [
            Challenge(
                "target",
                abs(self.kl - goal) <= CLOSE,
                self.text("now", value=number(self.kl, 3)),
                {"goal": f"{goal:.2f}", **unit},
            ),
            Challenge("skewed", skewed and math.isfinite(self.kl), self.text("now-both", **both), {**scale, **unit}),
            Challenge("infinite", math.isinf(self.reverse) and math.isfinite(self.kl), self.text("now-both", **both)),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        return {
            "p": list(self.p),
            "q": list(self.q),
            "base": "2" if self.base == 2 else "math.e",
            "digits": self.decimals,
        }

    def losses(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """theta, D(p || q_theta) and H(p, q_theta), with theta the share that q_theta gives to the first outcome."""
        thetas = np.linspace(0.005, 0.995, 199)
        way = information.with_share(self.q, 0, thetas)
        divergence = np.array([information.kl_divergence(self.p, one, self.base) for one in way])
        return thetas, divergence, divergence + self.entropy_p

    def averages(self, num_draws: int) -> np.ndarray:
        rng = np.random.default_rng(self.seed)
        return information.log_ratio_average(self.p, self.q, num_draws, rng, self.base)


def target(game: int, num_outcomes: int, base: float) -> float:
    """The divergence to be hit in round `game`: between a tenth and the whole of log n."""
    share = np.random.default_rng([game, num_outcomes]).uniform(0.1, 1)
    return round(float(share) * math.log(num_outcomes, base), 2)


def outcomes(number: int, text: Text) -> list[str]:
    """What the outcomes are called: the sides of a coin, or numbers."""
    return [text("heads"), text("tails")] if number == 2 else [str(i + 1) for i in range(number)]


def resized(number: int) -> dict[str, Values]:
    """Two distributions over so many outcomes to begin with: a fair one, and one that leans to the later ones."""
    weights = np.arange(1, number + 1)
    return {"p": Values(np.full(number, 1 / number).tolist()), "q": Values((weights / weights.sum()).tolist())}
