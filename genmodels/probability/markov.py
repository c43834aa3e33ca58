"""Markov chains with finitely many states: where they go, where they stay, and how fast they forget.

Row i of `matrix` (n, n) is the distribution of the next state after state i. States count from 0 in code.
A communicating class is a set of states that reach each other; it is recurrent if no step leads out of it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.errors import Problem
from genmodels.probability import checks, elimination, transitions
from genmodels.probability.elimination import Elimination

Floats = NDArray[np.float64]


class MarkovChain:
    """A chain with `matrix` (n, n), read-only, and the names `states`, "1", "2", ... if none are given.

    Entries are numbers, Fractions or texts such as "1/3". Raises Problem unless the matrix is square, none of its
    entries negative, and each row sums to 1 but for rounding.
    """

    def __init__(self, matrix: Iterable[Iterable[Any]], states: Sequence[str] | None = None) -> None:
        self.matrix, self._entries = transitions.matrix_of(matrix)
        self.matrix.flags.writeable = False
        self.states = transitions.state_names(states, len(self.matrix))

    def __len__(self) -> int:
        return len(self.matrix)

    # --- classes of states

    @cached_property
    def _reachable(self) -> NDArray[np.bool_]:
        """[i, j]: whether the chain can get from i to j in any number of steps, also in none."""
        reached = (self.matrix > 0) | np.eye(len(self), dtype=bool)
        for _ in range(len(self).bit_length()):
            reached = (reached.astype(np.float32) @ reached) > 0
        return reached

    def communicating_classes(self) -> list[list[int]]:
        """States that reach each other, in order of their first."""
        mutual = self._reachable & self._reachable.T
        return [np.flatnonzero(row).tolist() for i, row in enumerate(mutual) if not row[:i].any()]

    def recurrent_classes(self) -> list[list[int]]:
        """Classes that are never left again; there is at least one."""
        return [
            members for members in self.communicating_classes() if self._reachable[members[0]].sum() == len(members)
        ]

    def transient_states(self) -> list[int]:
        """States that the chain leaves for good."""
        recurrent = {i for members in self.recurrent_classes() for i in members}
        return [i for i in range(len(self)) if i not in recurrent]

    def absorbing_states(self) -> list[int]:
        """States that are a recurrent class by themselves."""
        return [members[0] for members in self.recurrent_classes() if len(members) == 1]

    def is_irreducible(self) -> bool:
        """Whether every state is reached from every state."""
        return len(self.communicating_classes()) == 1

    def is_ergodic(self) -> bool:
        """Whether the distribution tends to one and the same, wherever the chain starts."""
        return len(self.recurrent_classes()) == 1 and self.period() == 1

    def period(self) -> int:
        """The least common multiple of the periods of the recurrent classes; 1 for an aperiodic chain."""
        return math.lcm(*map(self.class_period, self.recurrent_classes()))

    def class_period(self, members: Sequence[int]) -> int:
        """The greatest common divisor of the lengths of all ways from a state of the class back to itself.

        0 for a single state that is never returned to.
        """
        depth, period = {members[0]: 0}, 0
        for i in (waiting := [members[0]]):
            for j in members:
                if self.matrix[i, j] > 0 and j not in depth:
                    depth[j] = depth[i] + 1
                    waiting.append(j)
                elif self.matrix[i, j] > 0:
                    period = math.gcd(period, depth[i] + 1 - depth[j])
        return period

    # --- where it stays

    def stationary_distributions(self) -> Floats:
        """pi = pi A for each recurrent class, (classes, n), zero outside it; every other one is a mixture of these.

        Shares come out to full relative precision, also where classes hold together by 1e-14 only.
        """
        found = np.zeros((len(self.recurrent_classes()), len(self)))
        for row, members in zip(found, self.recurrent_classes(), strict=True):
            row[members] = elimination.stationary(self.matrix[np.ix_(members, members)])
        return found

    def stationary_fractions(self) -> list[tuple[Fraction, ...]]:
        """The same as fractions, a tuple (n,) for each recurrent class.

        Raises Problem where a row sums to 1 only nearly: write 1/3, not 0.3333333333.
        """
        found = []
        for members, steps in zip(self.recurrent_classes(), self.eliminations(), strict=True):
            shares = dict(zip(members, steps.shares, strict=True))
            found.append(tuple(shares.get(i, Fraction(0)) for i in range(len(self))))
        return found

    def eliminations(self) -> list[Elimination]:
        """How these fractions come about, step by step, for each recurrent class. Raises Problem as they do."""
        exact = transitions.exact(self._entries)
        classes = self.recurrent_classes()
        return [elimination.eliminate([[exact[i][j] for j in members] for i in members]) for members in classes]

    def absorption(self) -> Floats:
        """The probability of ending in each recurrent class, from each state, (n, classes); rows sum to 1."""
        entered = elimination.absorbed(self.matrix, self.transient_states())
        return np.stack([entered[:, members].sum(axis=1) for members in self.recurrent_classes()], axis=1)

    def long_run(self, start: int | str | ArrayLike) -> Floats:
        """The expected share of time in each state, (n,): the limit of the mean of the distributions."""
        shares: Floats = self._start(start) @ self.absorption() @ self.stationary_distributions()
        return shares

    # --- how it moves

    def distributions(self, start: int | str | ArrayLike, num_steps: int) -> Floats:
        """The distribution after 0, 1, ..., num_steps steps, (num_steps + 1, n).

        `start` is a state, by index or name, or a distribution (n,).
        """
        found = np.empty((checks.count(num_steps, "num_steps") + 1, len(self)))
        found[0] = self._start(start)
        for t in range(1, len(found)):
            found[t] = found[t - 1] @ self.matrix
        return found

    def distances(self, start: int | str | ArrayLike, num_steps: int) -> Floats:
        """Total variation distance of these distributions from the long run, (num_steps + 1,); each in [0, 1]."""
        gaps = self.distributions(start, num_steps) - self.long_run(start)
        distance: Floats = np.abs(gaps).sum(axis=1) / 2
        return distance

    def walk(self, start: int | str | ArrayLike, num_steps: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """The states visited, num_steps + 1 indices. A longer walk from the same seed begins with the shorter one."""
        chances = rng.random(checks.count(num_steps, "num_steps") + 1).tolist()
        sums = np.cumsum(np.vstack([self.matrix, self._start(start)]), axis=1)
        edges = (sums / sums[:, -1:]).tolist()
        states, here = [], -1  # the start is drawn as from a state before all others
        for chance in chances:
            here = bisect_right(edges[here], chance)
            states.append(here)
        return np.array(states)

    def eigenvalues(self) -> NDArray[np.complex128]:
        """All n of them, the largest modulus first, among equals the largest real part."""
        blocks = [self.matrix[np.ix_(members, members)] for members in self.communicating_classes()]
        # block by block, as of a triangular matrix: of the whole, multiple ones would come out inexact
        found = np.concatenate([np.linalg.eigvals(block) for block in blocks]).astype(np.complex128)
        moduli = np.abs(found)  # nearly equal ones are told apart by their real parts, and only then by all digits
        order = np.lexsort((-found.imag, -moduli.round(12), -found.real.round(9), -moduli.round(9)))
        return found[order]

    def second_modulus(self) -> float:
        """|lambda_2|, the second largest modulus of an eigenvalue; 0 for a single state."""
        return float(np.abs(self.eigenvalues()[1:2]).sum())

    def convergence_rate(self) -> float | None:
        """|lambda_2|, by which the distance from the stationary distribution shrinks each step in the long run.

        None where there is no such rate: with more than one recurrent class, and for a periodic chain.
        """
        return self.second_modulus() if self.is_ergodic() else None

    def _start(self, start: int | str | ArrayLike) -> Floats:
        """A state's index or name, or a distribution, as a distribution (n,)."""
        if isinstance(start, str):
            if start not in self.states:
                sentence = "There is no state “{name}”; the states are {states}."
                raise Problem("chain-state", sentence, name=start[:40], states=", ".join(self.states))
            start = self.states.index(start)
        if np.ndim(start) == 0:
            return np.eye(len(self))[checks.index(start, len(self), "start")]
        found = checks.distribution(start, "start")
        if len(found) != len(self):
            sentence = "start has {given} numbers, but there are {states} states; give one for each."
            raise Problem("chain-start", sentence, given=len(found), states=len(self))
        return found


def visit_shares(walk: ArrayLike, num_states: int) -> Floats:
    """The share of visits to each state so far, (steps + 1, num_states), for the states of a walk (steps + 1,)."""
    visits = np.eye(num_states)[np.asarray(walk)]
    shares: Floats = visits.cumsum(axis=0) / np.arange(1, len(visits) + 1)[:, None]
    return shares
