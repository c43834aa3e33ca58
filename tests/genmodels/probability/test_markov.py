"""Markov chains against the course's numbers, exact linear algebra, matrix powers, and graphs searched by scipy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csgraph

from genmodels.errors import Problem
from genmodels.probability import transitions
from genmodels.probability.markov import MarkovChain, visit_shares

quick = settings(max_examples=80, deadline=None)

RESTAURANT = [[0.2, 0.6, 0.2], [0.3, 0, 0.7], [0.5, 0, 0.5]]
NAMES = ["burger", "pizza", "hot dog"]
Rows = list[list[Fraction]]


@st.composite
def chains(draw: st.DrawFn, most: int = 7, heaviest: int = 10**9) -> Rows:
    """Rows of fractions, many of them zero: reducible, periodic and absorbing chains are frequent."""
    n = draw(st.integers(1, most))
    weight = st.sampled_from([0, 0, 0, 1, 2, 5, heaviest])
    rows = []
    for i in range(n):
        weights = draw(st.lists(weight, min_size=n, max_size=n))
        if not any(weights):
            weights[(i + 1) % n] = 1
        rows.append([Fraction(one, sum(weights)) for one in weights])
    return rows


def solved(rows: Rows, members: list[int]) -> list[Fraction]:
    """pi (A - I) = 0 with sum 1 on a closed class, by plain Gaussian elimination in fractions."""
    n = len(members)
    system = [[rows[j][i] - (i == j) for j in members] + [Fraction(0)] for i in members]
    system[-1] = [Fraction(1)] * (n + 1)
    for k in range(n):
        pivot = next(i for i in range(k, n) if system[i][k])
        system[k], system[pivot] = system[pivot], system[k]
        system[k] = [value / system[k][k] for value in system[k]]
        for i in range(n):
            if i != k:
                system[i] = [a - system[i][k] * b for a, b in zip(system[i], system[k], strict=True)]
    return [row[-1] for row in system]


def refused(act: Callable[[], object], code: str, *said: str) -> None:
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.code == code
    for words in said:
        assert words in str(caught.value)


# --- the restaurant


def test_numbers_of_the_course() -> None:
    chain = MarkovChain(RESTAURANT, NAMES)
    path = chain.distributions("pizza", 8)
    assert path.shape == (9, 3)
    assert path[:3] == pytest.approx(np.array([[0, 1, 0], [0.3, 0, 0.7], [0.41, 0.18, 0.41]]), abs=1e-15)
    assert path[8].round(8).tolist() == [0.35220845, 0.21114606, 0.43664549]
    assert chain.stationary_fractions() == [(Fraction(25, 71), Fraction(15, 71), Fraction(31, 71))]
    assert chain.stationary_distributions() == pytest.approx(np.array([[25, 15, 31]]) / 71, rel=1e-15)
    assert round(chain.second_modulus(), 5) == 0.34641
    assert chain.convergence_rate() == chain.second_modulus()
    assert chain.eigenvalues()[0] == pytest.approx(1)
    assert chain.is_irreducible() and chain.is_ergodic() and chain.period() == 1


def test_the_past_does_not_count() -> None:
    walk = MarkovChain(RESTAURANT).walk("1", 40_000, np.random.default_rng(0))
    after = [walk[2:][(walk[1:-1] == 1) & (walk[:-2] == before)] for before in (0,)]
    assert (after[0] == 2).mean() == pytest.approx(0.7, abs=0.02)


def test_the_elimination_looks_away_from_one_state_after_another() -> None:
    (found,) = MarkovChain(RESTAURANT).eliminations()
    first, second = found.steps
    assert (first.state, first.leaving, first.into) == (2, Fraction(1, 2), (Fraction(1, 5), Fraction(7, 10)))
    assert first.matrix == ((Fraction(2, 5), Fraction(3, 5)), (Fraction(1), Fraction(0)))
    assert (second.state, second.leaving, second.into) == (1, Fraction(1), (Fraction(3, 5),))
    assert second.matrix == ((Fraction(1),),)
    assert found.weights == (Fraction(1), Fraction(3, 5), Fraction(31, 25))


@given(chains())
@quick
def test_what_an_elimination_leaves_is_a_chain(rows: Rows) -> None:
    for found in MarkovChain(rows).eliminations():
        for step in found.steps:
            assert len(step.matrix) == step.state
            assert all(sum(row) == 1 and min(row) >= 0 for row in step.matrix)


# --- stationary distributions


def test_blocks_that_hardly_leak() -> None:
    chain = MarkovChain(
        [
            ["0.5", "0.49999999999999", "0.00000000000001", "0"],
            ["0.5", "0.5", "0", "0"],
            ["0.00000000000003", "0", "0.5", "0.49999999999997"],
            ["0", "0", "0.5", "0.5"],
        ]
    )
    shares = chain.stationary_distributions()[0]
    assert shares[:2].sum() == pytest.approx(3 / 4, rel=1e-14)
    assert shares[2:].sum() == pytest.approx(1 / 4, rel=1e-14)
    two = MarkovChain([[1 - 1e-14, 1e-14], [3e-14, 1 - 3e-14]])
    assert two.stationary_distributions()[0] == pytest.approx([3 / 4, 1 / 4], rel=1e-12)
    assert two.stationary_fractions() == [(Fraction(3, 4), Fraction(1, 4))]


@pytest.mark.parametrize("leak", [1e-30, 1e-160, 1e-300, 5e-324])
def test_leaks_down_to_the_smallest_float(leak: float) -> None:
    chain = MarkovChain([[1 - leak, leak, 0], [0, 1 - leak, leak], [leak, 0, 1 - leak]])
    assert chain.stationary_distributions()[0] == pytest.approx([1 / 3] * 3, rel=1e-14)


def test_products_below_the_smallest_float() -> None:
    chain = MarkovChain([[0, 1, 0], [1 - 1e-200, 0, 1e-200], [1e-200, 1, 0]])
    assert chain.stationary_distributions()[0] == pytest.approx([0.5, 0.5, 5e-201], rel=1e-12)
    ring = MarkovChain([[1, 1e-200, 0, 0], [1, 0, 1e-200, 0], [1, 0, 0, 1e-200], [1e-200, 1, 0, 0]])
    assert ring.stationary_distributions()[0, :2] == pytest.approx([1, 1e-200], rel=1e-12)


@given(chains())
@quick
def test_stationary_distributions_solve_their_equations(rows: Rows) -> None:
    chain = MarkovChain(rows)
    classes, exact = chain.recurrent_classes(), chain.stationary_fractions()
    assert len(exact) == len(classes) >= 1
    for members, shares in zip(classes, exact, strict=True):
        assert [shares[i] for i in members] == solved(rows, members)
        assert sum(shares) == 1, "so that it is 0 elsewhere"
    floats = chain.stationary_distributions()
    assert floats == pytest.approx(np.array(exact, dtype=float), rel=1e-12, abs=0)
    assert floats @ chain.matrix == pytest.approx(floats, abs=1e-14)


def test_what_stands_for_an_exact_number() -> None:
    even = [(Fraction(1, 3),) * 3]
    assert MarkovChain([[1 / 3] * 3] * 3).stationary_fractions() == even, "floats that thirds round to"
    assert MarkovChain([["1/3"] * 3] * 3).stationary_fractions() == even
    assert MarkovChain(np.full((3, 3), 1 / 3)).stationary_fractions() == even
    nearly = MarkovChain([["0.3333333333", "0.3333333333", "0.3333333334"]] * 2 + [["0.3333333333"] * 3])
    refused(nearly.stationary_fractions, "chain-inexact", "Row 3", "-1.0e-10", "1/3")
    assert nearly.stationary_distributions()[0] == pytest.approx([1 / 3] * 3, abs=1e-9)


# --- classes, periods, absorption


@given(chains())
@quick
def test_classes_are_the_strong_components(rows: Rows) -> None:
    chain = MarkovChain(rows)
    _, labels = csgraph.connected_components(chain.matrix > 0, connection="strong")
    classes = chain.communicating_classes()
    assert sorted(map(tuple, classes)) == sorted(tuple(np.flatnonzero(labels == one)) for one in set(labels))
    assert [members[0] for members in classes] == sorted(members[0] for members in classes)
    closed = [members for members in classes if chain.matrix[members][:, members].sum() > len(members) - 1e-12]
    assert chain.recurrent_classes() == closed
    assert sorted([*chain.transient_states(), *(i for one in closed for i in one)]) == list(range(len(chain)))
    assert chain.absorbing_states() == np.flatnonzero(chain.matrix.diagonal() == 1).tolist()
    assert chain.is_irreducible() == (len(set(labels)) == 1)


@given(chains(5))
@quick
def test_the_period_is_that_of_the_returns(rows: Rows) -> None:
    chain = MarkovChain(rows)
    steps, returns = np.array(rows, dtype=float) > 0, np.eye(len(rows), dtype=bool)
    when: list[list[int]] = [[] for _ in rows]
    for t in range(1, 41):
        returns = (returns.astype(int) @ steps) > 0
        for i in np.flatnonzero(returns.diagonal()):
            when[i].append(t)
    for members in chain.communicating_classes():
        assert all(chain.class_period(members) == math.gcd(*when[i]) for i in members)
    assert chain.period() == math.lcm(*(math.gcd(*when[members[0]]) for members in chain.recurrent_classes()))


def test_two_rings_have_the_common_multiple_of_their_periods() -> None:
    chain = np.zeros((5, 5))
    for i, j in ((0, 1), (1, 0), (2, 3), (3, 4), (4, 2)):
        chain[i, j] = 1
    assert MarkovChain(chain).period() == 6
    assert MarkovChain(chain).convergence_rate() is None


@given(chains(heaviest=5))  # through leaks of 1e-9 one behind the other, 2 ** 60 steps do not lead to the end
@quick
def test_absorption_and_the_long_run_follow_from_high_powers(rows: Rows) -> None:
    chain = MarkovChain(rows)
    lazy = (chain.matrix + np.eye(len(rows))) / 2  # ends in the same classes, and has no period
    for _ in range(60):
        lazy = lazy @ lazy
        lazy /= lazy.sum(1, keepdims=True)
    ends = np.stack([lazy[:, members].sum(1) for members in chain.recurrent_classes()], axis=1)
    assert chain.absorption() == pytest.approx(ends, abs=1e-6)
    assert chain.absorption().sum(1) == pytest.approx(np.ones(len(rows)), abs=1e-12)
    assert chain.long_run(0) == pytest.approx(lazy[0], abs=1e-6)


def test_gamblers_ruin() -> None:
    game = MarkovChain([["1", "0", "0", "0"], ["0.6", "0", "0.4", "0"], ["0", "0.6", "0", "0.4"], ["0", "0", "0", "1"]])
    wins = game.absorption()[:, 1]
    assert wins == pytest.approx([0, (1 - 1.5) / (1 - 1.5**3), (1 - 1.5**2) / (1 - 1.5**3), 1], abs=1e-15)
    assert game.absorbing_states() == [0, 3] and game.transient_states() == [1, 2]


# --- movement


@given(chains())
@quick
def test_distributions_are_powers(rows: Rows) -> None:
    chain = MarkovChain(rows)
    path = chain.distributions(len(rows) - 1, 9)
    assert path[9] == pytest.approx(np.linalg.matrix_power(chain.matrix, 9)[-1], abs=1e-14)
    assert chain.distributions(path[4], 5)[5] == pytest.approx(path[9], abs=1e-14), "a start may be a distribution"
    distances = chain.distances(0, 12)
    assert np.all((distances <= 1 + 1e-12) & (distances >= 0))


@given(chains())
@quick
def test_eigenvalues_are_those_of_the_matrix(rows: Rows) -> None:
    chain = MarkovChain(rows)
    found = chain.eigenvalues()
    for power in (1, 2, 3):
        traces = np.trace(np.linalg.matrix_power(chain.matrix, power))
        assert (found**power).sum() == pytest.approx(traces, abs=1e-10)
    assert found[0] == pytest.approx(1, abs=1e-10)
    assert np.all(np.diff(np.abs(found)) <= 1e-8)
    period = math.prod([1, *(chain.class_period(members) for members in chain.recurrent_classes())])
    modulus_one = sum(chain.class_period(members) for members in chain.recurrent_classes())
    assert (np.abs(found) > 1 - 1e-11).sum() == modulus_one or period == 0
    assert (chain.convergence_rate() is None) == (modulus_one > 1)


def test_multiple_eigenvalues_come_out_exact() -> None:
    matrix = np.eye(8, k=1)
    matrix[7, 7] = 1
    order = np.random.default_rng(1).permutation(8)
    assert np.abs(MarkovChain(matrix[np.ix_(order, order)]).eigenvalues()).tolist() == [1] + 7 * [0]


def test_the_rate_is_how_distances_shrink() -> None:
    chain = MarkovChain(RESTAURANT)
    distances = chain.distances("2", 40)
    assert (distances[30] / distances[10]) ** (1 / 20) == pytest.approx(chain.second_modulus(), rel=0.02)
    assert MarkovChain([[1]]).second_modulus() == 0
    swap = MarkovChain([[0, 1], [1, 0]])
    assert (swap.convergence_rate(), swap.second_modulus(), swap.period()) == (None, 1, 2)
    assert MarkovChain([[0, 1, 0], [0, 0, 1], [0, 0, 1]]).convergence_rate() == 0, "gone after two steps"


def test_visit_shares_approach_the_stationary_distribution() -> None:
    chain = MarkovChain(RESTAURANT, NAMES)
    walk = chain.walk("pizza", 50_000, np.random.default_rng(3))
    shares = visit_shares(walk, 3)
    assert walk[0] == 1 and shares[0].tolist() == [0, 1, 0]
    assert shares[2] == pytest.approx(np.bincount(walk[:3], minlength=3) / 3)
    assert shares[-1] == pytest.approx([25 / 71, 15 / 71, 31 / 71], abs=0.01)
    assert chain.walk("pizza", 100, np.random.default_rng(3)).tolist() == walk[:101].tolist()


@given(chains(), st.integers(0, 1000))
@quick
def test_a_walk_only_takes_steps_that_are_possible(rows: Rows, seed: int) -> None:
    chain = MarkovChain(rows)
    walk = chain.walk(0, 200, np.random.default_rng(seed))
    assert all(rows[i][j] > 0 for i, j in itertools.pairwise(walk))


# --- bad input


@pytest.mark.parametrize(
    ("matrix", "code", "said"),
    [
        ([], "chain-empty", ["at least one row"]),
        (5, "chain-no-rows", ["list of rows"]),
        ("0.5", "chain-no-rows", ["list of rows"]),
        ([0.5, 0.5], "chain-no-rows", ["list of rows"]),
        ([[0.5, 0.5], [1]], "chain-not-square", ["2 rows", "row 2 has 1"]),
        ([[0.5, 0.5]], "chain-not-square", ["1 rows", "row 1 has 2"]),
        ([[1.1, -0.1], [0, 1]], "chain-negative", ["Row 1, column 2", "-0.1", "0 or more"]),
        ([[0.5, math.nan], [0, 1]], "chain-entry", ["Row 1, column 2", "nan", "0.25"]),
        ([[0.5, math.inf], [0, 1]], "chain-entry", ["inf"]),
        ([[0.5, "half"], [0, 1]], "chain-entry", ["'half'", "1/4"]),
        ([["1/0", 1], [0, 1]], "chain-entry", ["'1/0'"]),
        ([[True, 0], [0, 1]], "chain-entry", ["True"]),
        ([[None, 0], [0, 1]], "chain-entry", ["None"]),
        ([[0.5, 0.5], [0.5, 0.6]], "chain-row-sum", ["Row 2 sums to 1.1", "divide"]),
        ([[0.5, 0.5], [0.5, 0.500000002]], "chain-row-sum", ["1.000000002"]),
        ([[0.5, 0.5], [0, 0]], "chain-row-zero", ["Row 2", "where the chain goes"]),
        ([[0.9, 0.5], [0.1, 0.5]], "chain-columns", ["columns sum to 1", "row 1 sums to 1.4", "transpose"]),
        ([["1/3", "1/2"], ["2/3", "0,5"]], "chain-columns", ["0.833333333333", "transpose"]),
        ([[1, 1], [0, 0]], "chain-columns", ["row 1 sums to 2", "transpose"]),
    ],
)
def test_matrices_that_are_none(matrix: Any, code: str, said: list[str]) -> None:
    refused(lambda: MarkovChain(matrix), code, *said)


def test_other_arguments_that_cannot_be_used() -> None:
    refused(lambda: MarkovChain(RESTAURANT, ["a", "b"]), "chain-names", "2 names", "3 states")
    refused(lambda: MarkovChain(RESTAURANT, ["a", "b", "a"]), "chain-twice", "“a”", "rename")
    chain = MarkovChain(RESTAURANT, NAMES)
    refused(lambda: chain.distributions("soup", 3), "chain-state", "“soup”", "burger, pizza, hot dog")
    refused(lambda: chain.distributions([0.5, 0.5], 3), "chain-start", "2 numbers", "3 states")
    refused(lambda: chain.distributions([0.5, 0.5, 0.5], 3), "not-a-distribution", "1.5")
    refused(lambda: chain.distributions(3, 3), "bad-index", "3", "0 to 2")
    refused(lambda: chain.distributions(0, -1), "not-a-count", "num_steps", "-1")
    assert not chain.matrix.flags.writeable


# --- tables as people write them


def test_repair_of_rows() -> None:
    assert transitions.normalised([["1", "1", "1"], ["0.5", "1/2", "0"], ["0", "0", "0"]]) == (
        ("1/3", "1/3", "1/3"),
        ("0.5", "1/2", "0"),
        ("0", "0", "1"),
    )
    assert transitions.normalised([["0.2", "0.7"], [3, 5]]) == (("2/9", "7/9"), ("0.375", "0.625"))
    refused(lambda: transitions.normalised([["-1", "2"], ["1", "0"]]), "chain-negative", "-1")
    assert transitions.normalised([["-1", "2"], ["-1", "1"]], clip=True) == (("0", "1"), ("0", "1"))


def test_more_states_and_fewer() -> None:
    rows = (("0.5", "0.5"), ("0.2", "0.8"))
    assert transitions.resized(rows, 3) == (("0.5", "0.5", "0"), ("0.2", "0.8", "0"), ("1/3", "1/3", "1/3"))
    assert transitions.resized(transitions.resized(rows, 3), 2) == rows
    assert transitions.resized((("0", "0", "1"), ("0.25", "0.5", "0.25"), ("1", "0", "0")), 2) == (
        ("1", "0"),
        ("1/3", "2/3"),
    )


@given(st.lists(st.lists(st.floats(0, 1e6), min_size=4, max_size=4), min_size=4, max_size=4))
@quick
def test_repaired_rows_make_a_chain_in_fractions(rows: list[list[float]]) -> None:
    repaired = transitions.normalised(rows)
    assert all(sum(map(Fraction, row)) == 1 for row in repaired)
    assert transitions.normalised(repaired) == repaired
    for before, after in zip(rows, repaired, strict=True):
        if (total := sum(before)) > 1e-6:
            assert [float(Fraction(one)) for one in after] == pytest.approx([one / total for one in before], abs=4e-6)


@pytest.mark.parametrize(
    ("data", "names", "rows"),
    [
        ("0.5,0.5\n1/3,2/3\n", ("1", "2"), (("0.5", "0.5"), ("1/3", "2/3"))),
        ("sun,rain\n0.9,0.1\n0.4,0.6", ("sun", "rain"), (("0.9", "0.1"), ("0.4", "0.6"))),
        (",sun,rain\nsun,0.9,0.1\nrain,0.4,0.6\n", ("sun", "rain"), (("0.9", "0.1"), ("0.4", "0.6"))),
        (",0,1\n0,0.9,0.1\n1,0.4,0.6\n", ("0", "1"), (("0.9", "0.1"), ("0.4", "0.6"))),
        ("sun,0.9,0.1\nrain,0.4,0.6\n", ("sun", "rain"), (("0.9", "0.1"), ("0.4", "0.6"))),
        ("0,9;0,1\n0,4;0,6", ("1", "2"), (("0.9", "0.1"), ("0.4", "0.6"))),
        ("\ufeffa\tb\n1\t0\n\n0\t1\n".encode(), ("a", "b"), (("1", "0"), ("0", "1"))),
        ("晴,雨\n0.9,0.1\n0.4,0.6".encode("gb18030"), ("晴", "雨"), (("0.9", "0.1"), ("0.4", "0.6"))),
        ("2,1\n0,0.6", ("1", "2"), (("2", "1"), ("0", "0.6"))),
        ("3.333333333333333148e-01,0.6666666666666666\n0.12345678901,0.87654321099", ("1", "2"), None),
    ],
)
def test_tables_from_a_file(data: bytes | str, names: tuple[str, ...], rows: transitions.Rows | None) -> None:
    expected = rows or (("1/3", "2/3"), ("0.12345678901", "0.87654321099"))
    assert transitions.read_csv(data) == (names, expected)


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        ("", "chain-size", ["0 rows", "2 to 8"]),
        ("1", "chain-size", ["1 rows"]),
        ("\n".join([",".join(["0.1"] * 9)] * 9), "chain-size", ["9 rows", "2 to 8"]),
        ("0.5,0.5\n1", "chain-not-square", ["row 2 has 1"]),
        ("1,0,0\n0,1,0", "chain-not-square", ["2 rows", "3 numbers"]),
        ("1,0\nnan,1", "chain-entry", ["Row 2, column 1", "nan"]),
        ("1,0\n0,yes", "chain-entry", ["'yes'"]),
        ("1,0\n-0.5,1.5", "chain-negative", ["Row 2, column 1", "-0.5"]),
        ("a,a\n1,0\n0,1", "chain-twice", ["“a”"]),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "chain-file-text", ["CSV in UTF-8"]),
        ("0,1\n" * 6000, "chain-file-size", ["24000 bytes", "20000"]),
    ],
)
def test_files_that_hold_no_table(data: bytes | str, code: str, said: list[str]) -> None:
    refused(lambda: transitions.read_csv(data), code, *said)


def test_tables_in_a_link() -> None:
    assert transitions.parse("0.2, 0.8;1/3,-2") == (("0.2", "0.8"), ("1/3", "-2")), "any numbers; the chain judges"
    refused(lambda: transitions.parse("0.2,x;1,0"), "chain-entry", "'x'")
    refused(lambda: transitions.parse("1"), "chain-size", "1 rows")
    refused(lambda: transitions.parse("1,0;1"), "chain-not-square", "row 2")
