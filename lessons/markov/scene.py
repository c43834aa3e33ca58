"""What the Markov page says of one chain: where it goes, where it stays, how fast it forgets."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

import numpy as np

from genmodels.errors import Problem
from genmodels.probability import checks, transitions
from genmodels.probability.markov import MarkovChain, visit_shares
from lessons.markov.chain import View
from lessons.markov.formulas import LONGEST_FRACTION, ratio, root, table, tex
from lessons.markov.long_run import EVEN, forgets_at_once, less_likely_end, most_steps
from ui.numbers import decimals, number, significant
from ui.scene import Challenge, Quantity, Term
from ui.state import Field, Number, State, Token, beyond
from ui.text import LANGUAGES, Text, literal

RESTAURANT = "0.2,0.6,0.2;0.3,0,0.7;0.5,0,0.5"
SETTINGS: dict[str, tuple[str, int]] = {
    "restaurant": (RESTAURANT, 1),
    "ring": ("0,1,0;0,0,1;1,0,0", 0),
    "ends": ("1,0,0,0;1/2,0,1/2,0;0,1/2,0,1/2;0,0,0,1", 1),
    "worlds": ("1/2,0,1/2;0,1,0;1/4,0,3/4", 0),
}
"""Chains worth a look, by the name of their button: the matrix and where it starts."""
NUM_STEPS, BEGIN = 300, 8  # of the walk, and where it stands at first: the course's pi_8
NUM_DISTANCES, SLOW = 40, 0.9
NOTHING = 1e-9  # an eigenvalue that is 0, after rounding
LONGEST_DECIMAL = 12  # characters in a formula


def names_of(text: str) -> list[str]:
    """The names in a link. Raises Problem unless there are 2 to 8, none too long."""
    names = text.split(",")
    if not transitions.FEWEST <= len(names) <= transitions.MOST or max(map(len, names)) > transitions.LONGEST_NAME:
        sentence = (
            "“{value}” names no states; give {least} to {most} names with commas, each of at most {longest} signs."
        )
        limits = {"least": transitions.FEWEST, "most": transitions.MOST, "longest": transitions.LONGEST_NAME}
        raise Problem("chain-link-names", sentence, value=text[:40], **limits)
    return names


FIELDS: dict[str, Field] = {
    "matrix": Token(RESTAURANT, transitions.parse),
    "names": Token("", names_of),
    "start": Number(1, 0, transitions.MOST - 1),
    "seed": Number(0, 0, 9999),
}


class Scene:
    """One state of the page. While its rows are none of a chain, `broken` says why, and `chain` is the repaired one."""

    def __init__(self, state: State, text: Text) -> None:
        self.text, self.seed = text, state["seed"]
        self.rows, self.names = transitions.parse(state["matrix"]), names(state, text)
        self.repaired = ";".join(map(",".join, transitions.normalised(self.rows, clip=True)))
        self.misnamed: Problem | None = None
        self.broken: Problem | None = None
        try:
            transitions.state_names(self.names, len(self.rows))
        except Problem as problem:
            self.misnamed, self.names = problem, [str(i + 1) for i in range(len(self.rows))]
        try:
            self.chain = MarkovChain(self.rows, self.names)
        except Problem as problem:
            if problem.code == "chain-columns":
                self.repaired = ";".join(map(",".join, transitions.transposed(self.rows)))
            self.broken, self.rows = problem, transitions.parse(self.repaired)
            self.chain = MarkovChain(self.rows, self.names)
        self.start = min(state["start"], len(self.names) - 1)
        self.classes = self.chain.recurrent_classes()
        self.stationary = self.chain.stationary_distributions()

    @cached_property
    def exact(self) -> list[tuple[Fraction, ...]] | None:
        """The stationary distributions in fractions, None where the rows only nearly sum to 1."""
        try:
            return self.chain.stationary_fractions()
        except Problem:
            return None

    @cached_property
    def limit(self) -> np.ndarray:
        return self.chain.long_run(self.start)

    @cached_property
    def path(self) -> np.ndarray:
        return self.chain.distributions(self.start, NUM_STEPS)

    @cached_property
    def visits(self) -> np.ndarray:
        return visit_shares(self.walk, len(self.names))

    @cached_property
    def walk(self) -> np.ndarray:
        return self.chain.walk(self.start, NUM_STEPS, np.random.default_rng(self.seed))

    def view(self) -> View:
        return View(self.names, self.chain.matrix, self.walk, self.visits, self.path, self.limit)

    # --- the live equation: who is there either stayed or came

    @cached_property
    def balance(self) -> tuple[str, str, str, str]:
        """The most frequent state, its share, and the parts of it that stay and that come in; it adds up as written."""
        here = int(self.limit.argmax())
        stays = self.limit[here] * self.chain.matrix[here, here]
        comes = self.limit @ self.chain.matrix[:, here] - stays
        parts = (stays + comes, stays, comes)
        whole, stayed, came = (number(part, decimals(parts)) for part in parts)
        return self.names[here], whole, stayed, came

    def equation(self) -> list[Term]:
        """That balance, for the live equation."""
        name, whole, stays, comes = self.balance
        return [
            Quantity(whole, self.text("equation-share", name=name), "ink", "limit"),
            "=",
            Quantity(stays, self.text("equation-stays"), "ink", "limit"),
            "+",
            Quantity(comes, self.text("equation-comes"), "ink", "limit"),
        ]

    # --- step by step

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step"."""
        chain, start = self.chain, self.start
        next_ = int(chain.matrix[start].argmax())
        target = int(np.argmax(self.path[1] @ chain.matrix > 0))
        ways = np.flatnonzero(chain.matrix[:, target]).tolist()
        terms = [rf"{significant(self.path[1][i], 4)}\cdot{self._entry(i, target)}" for i in ways]
        rate = chain.second_modulus()
        return {
            "start": tex(self.names[start]),
            "start-name": literal(self.names[start]),
            "next": tex(self.names[next_]),
            "chance": self._entry(start, next_),
            "target": tex(self.names[target]),
            "sum": r"\\&+".join([*terms[:2], r"\cdots", terms[-1]] if len(terms) > 3 else terms),
            "result": significant(self.path[2][target], 6),
            "path": self._path(),
            "stationary": table(self._stationary_lines(), "l|l"),
            "number": len(self.classes),
            "period": chain.period(),
            "rate": f"{rate:.5f}",
            "most": most_steps(chain),
            "distance": significant(chain.distances(start, 8)[8], 2),
        }

    def speed(self) -> str:
        """The section that fits the way this chain forgets."""
        rate = self.chain.convergence_rate()
        gone = rate is not None and (rate < NOTHING or forgets_at_once(self.chain))
        return "speed-none" if rate is None else "speed-gone" if gone else "speed"

    def speed_values(self) -> dict[str, object]:
        """The numbers of that section: |lambda_2|, and all eigenvalues, conjugate ones as a pair."""
        shown = [f"${root(value)}$" for value in self.chain.eigenvalues() if round(value.imag, 4) >= 0]
        rate, eigenvalues = f"{self.chain.second_modulus():.5f}", self.text("listed").join(shown)
        return {"rate": rate, "eigenvalues": eigenvalues, "most": most_steps(self.chain)}

    step_parts = ("transitions", "transitions distribution", "limit", "distribution limit")

    @property
    def step_variants(self) -> dict[int, str]:
        """The sections of the steps that are others for this kind of chain."""
        found = {}
        if len(self.classes) > 1:
            found = {3: "step-3-several", 4: "step-4-several"}
        elif self.chain.period() > 1:
            found = {4: "step-4-periodic"}
        elif self.speed() == "speed-gone":
            found = {4: "step-4-gone"}
        return found

    def _path(self) -> str:
        """pi_1, pi_2 and pi_8, a row for each state."""
        lines = [["", r"\pi_1", r"\pi_2", r"\pi_8"]]
        for name, one, two, eight in zip(self.names, *self.path[[1, 2, 8]].tolist(), strict=True):
            lines.append([tex(name), significant(one, 4), significant(two, 4), f"{eight:.8f}"])
        return rf"\footnotesize{table(lines, 'l|lll')}"

    def _stationary_lines(self) -> list[list[str]]:
        if self.exact is None:
            shares = zip(self.names, self.stationary[0], strict=True)
            return [[tex(name), significant(share, 6)] for name, share in shares]
        lines = []
        for name, share in zip(self.names, self.exact[0], strict=True):
            equal = "" if len(str(share)) > LONGEST_FRACTION or share.denominator == 1 else f"={float(share):.4f}"
            lines.append([tex(name), ratio(share) + equal])
        return lines

    def _entry(self, i: int, j: int) -> str:
        entry = self.rows[i][j]
        value = checks.fraction(entry, "entry")
        if "/" in entry:
            return ratio(value)
        short = len(entry) <= LONGEST_DECIMAL and "e" not in entry.lower()
        return entry if short else significant(float(value), 6)

    # --- challenges, code

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        rate, period = self.chain.convergence_rate(), self.chain.period()
        now = self.text("now-none") if rate is None else self.text("now", value=f"{rate:.3f}")
        less = less_likely_end(self.chain)
        nearest = self.text("now-either", value=f"{less:.3f}") if less else self.text("now-neither")
        return [
            Challenge("slow", rate is not None and rate >= SLOW, now, {"goal": SLOW}),
            Challenge("period", self.chain.is_irreducible() and period == 2, self.text("now", value=period)),
            Challenge("either", less >= 0.5 - EVEN, nearest, {"within": EVEN}),
        ]

    @property
    def printed(self) -> str:
        """What the snippet prints: pi_8, and every stationary distribution."""
        if self.exact is None:
            found = [[f"{share:.8f}" for share in shares] for shares in self.stationary]
        else:
            found = [[str(share) for share in shares] for shares in self.exact]
        return " -> ".join([" ".join(f"{share:.8f}" for share in self.path[8]), " or ".join(map(" ".join, found))])

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        fractions = self.exact is not None
        return {
            "matrix": "[\n" + "".join(f"    {list(row)},\n" for row in self.rows) + "]",
            "names": self.names,
            "start": repr(self.names[self.start]),
            "stationary": "stationary_fractions" if fractions else "stationary_distributions",
            "share": "str(share)" if fractions else 'f"{share:.8f}"',
        }


def names(state: State, text: Text) -> list[str]:
    """What the states are called: as given, or as the course calls its three, or numbers.

    A link may carry the course's names in another language; they are told in the reader's.
    """
    count = len(state["matrix"].split(";"))
    given = state["names"].split(",") if state["names"] else []
    dishes = [list(Text(text.page, lang, text.mode).all("dish-").values()) for lang in (text.lang, *LANGUAGES)]
    if len(given) != count or given in dishes:
        given = dishes[0]
    return given if len(given) == count else [str(i + 1) for i in range(count)]


def check_link(state: State, text: Text) -> None:
    """A link can name other states than its matrix has, and begin in one that is not there."""
    count, given = len(state["matrix"].split(";")), state["names"].split(",")
    if state.asked("names") and state["names"] and len(given) != count:
        try:
            transitions.state_names(given, count)
        except Problem as problem:
            state.complain(problem)
    if state.asked("start") and state["start"] >= count:
        state.complain(beyond(text("start"), state["start"], 0, count - 1))


def setting(name: str) -> Mapping[str, object]:
    """The changes that show one of `SETTINGS`."""
    matrix, start = SETTINGS[name]
    return {"matrix": matrix, "start": start, "names": ""}


def resized(state: State, count: int, text: Text) -> Mapping[str, object]:
    """The changes that give the chain so many states; those that stay keep their names."""
    rows = transitions.resized(transitions.parse(state["matrix"]), count)
    kept = names(state, text)[:count]
    kept += [str(i + 1) for i in range(len(kept), count)]
    return {"matrix": ";".join(map(",".join, rows)), "names": ",".join(kept)}
