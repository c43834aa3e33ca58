"""Bayes' rule and joint tables against the course's numbers, exact fractions, scipy and properties that must hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from genmodels.errors import Problem
from genmodels.probability import bayes
from genmodels.probability.bayes import DiagnosticTest, JointTable, posterior

quick = settings(max_examples=100, deadline=None)
shares = st.one_of(st.just(0.0), st.floats(1e-9, 1))
inner = st.floats(1e-6, 1 - 1e-6)

TABLE = [[0.1, 0.2, 0.1], [0.3, 0.0, 0.3]]


@st.composite
def tables(draw: st.DrawFn) -> NDArray[np.float64]:
    """Weights (n, m), some zero, at least one not."""
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    cell = st.one_of(st.just(0.0), st.floats(1e-6, 10))
    weights = np.array(draw(st.lists(cell, min_size=n * m, max_size=n * m))).reshape(n, m)
    weights.flat[draw(st.integers(0, n * m - 1))] = 1.0
    return weights


def refused(act: Callable[[], object], code: str, *said: str) -> None:
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.code == code
    for words in said:
        assert words in str(caught.value)


# --- joint tables


def test_marginals_and_conditionals_of_a_table() -> None:
    table = JointTable(TABLE)
    assert table.marginal() == pytest.approx([0.4, 0.6], abs=1e-15)
    assert table.marginal(keep=1) == pytest.approx([0.4, 0.2, 0.4], abs=1e-15)
    assert table.conditional() == pytest.approx([0.5, 0, 0.5], abs=1e-15), "p(Y | X = 1), the second row"
    assert table.conditional(given=0, index=0) == pytest.approx([0.25, 0.5, 0.25], abs=1e-15)
    assert table.conditional(given=1, index=2) == pytest.approx([0.25, 0.75], abs=1e-15)


@given(tables())
@quick
def test_product_rule_and_bayes_rule(weights: NDArray[np.float64]) -> None:
    joint = JointTable.normalised(weights)
    assert joint.table == pytest.approx(weights / weights.sum(), rel=1e-14)
    n, m = joint.table.shape
    for keep in (0, 1):
        assert joint.marginal(keep).sum() == pytest.approx(1, abs=1e-14)
    rows = {i: joint.conditional(0, i) for i in range(n) if joint.marginal(0)[i]}
    columns = {j: joint.conditional(1, j) for j in range(m) if joint.marginal(1)[j]}
    for i, row in rows.items():
        assert row * joint.marginal(0)[i] == pytest.approx(joint.table[i], abs=1e-15)
    for j, column in columns.items():
        assert column.sum() == pytest.approx(1, abs=1e-14)
        likelihood = [rows[i][j] if i in rows else 0.0 for i in range(n)]
        assert posterior(joint.marginal(0), likelihood) == pytest.approx(column, abs=1e-14)


@pytest.mark.parametrize(
    ("table", "code", "said"),
    [
        ([[0.5, 0.5], [0.25, -0.25]], "table-negative", ["Row 2, column 2", "-0.25", "0 or more"]),
        ([[0, 0], [0, 0]], "table-all-zero", ["Every cell", "at least one"]),
        ([[0.5, 0.6]], "table-sum", ["sums to 1.1,", "normalise", "divide each cell by the sum"]),
        ([[0.5, 0.5 + 1.1e-9]], "table-sum", ["1.0000000011"]),
        ([[1e308, 1e308]], "table-sum", ["inf"]),
        ([[0.5, 0.5], [0.2, 0.8]], "table-given-rows", ["Each row", "multiply each row", "by 2"]),
        ([[0.5, 0.2, 1], [0.5, 0.8, 0]], "table-given-columns", ["Each column", "multiply each column", "by 3"]),
        ([0.5, 0.5], "wrong-dimensions", ["has 1 dimensions", "needs 2"]),
        ([[0.5, 0.5], [0.0]], "ragged", ["table"]),
        ([[0.5, math.nan]], "not-finite", ["table holds nan at position 1, 2"]),
        ([["a", 0.5]], "not-finite", ["'a'"]),
        ([[]], "empty-array", ["table is empty"]),
    ],
)
def test_what_is_no_joint_table(table: Any, code: str, said: list[str]) -> None:
    refused(lambda: JointTable(table), code, *said)
    if code not in {"table-sum", "table-given-rows", "table-given-columns"}:
        refused(lambda: JointTable.normalised(table), code, *said)


def test_weights_of_any_size_are_normalised() -> None:
    for weights in ([[1e308, 1.5e308]], [[1e-320, 1.5e-320]], [[2, 3]]):
        assert JointTable.normalised(weights).table == pytest.approx(np.array([[0.4, 0.6]]), rel=1e-3)
    assert JointTable([[0.5, 0.5 + 0.9e-9]]).table[0, 1] == 0.5 + 0.9e-9, "taken as it is"


def test_a_table_is_not_changed_from_outside() -> None:
    cells = np.array([[0.5, 0.5]])
    joint = JointTable(cells)
    cells[0, 0] = 0
    assert joint.table[0, 0] == 0.5
    with pytest.raises(ValueError, match="read-only"):
        joint.table[0, 0] = 0


def test_conditioning_on_what_never_happens() -> None:
    table = JointTable([[0.5, 0, 0.5], [0, 0, 0]])
    refused(lambda: table.conditional(0, 1), "conditional-undefined", "X = 1 has probability 0", "choose another")
    refused(lambda: table.conditional(1, 1), "conditional-undefined", "Y = 1 has probability 0")
    refused(lambda: table.conditional(2, 0), "bad-index", "given cannot be 2", "0 to 1")
    refused(lambda: table.conditional(1, 3), "bad-index", "index cannot be 3", "0 to 2")
    refused(lambda: table.marginal(keep=-1), "bad-index", "keep cannot be -1")


def test_mutual_information() -> None:
    assert JointTable([[0.5, 0], [0, 0.5]]).mutual_information == pytest.approx(math.log(2), abs=1e-15)
    assert JointTable([[0.06, 0.14], [0.24, 0.56]]).mutual_information == pytest.approx(0, abs=1e-16)
    assert JointTable([[1e-200, 0], [0, 1]]).mutual_information == pytest.approx(200e-200 * math.log(10), rel=0.01)


@given(tables())
@quick
def test_mutual_information_is_what_the_entropies_leave(weights: NDArray[np.float64]) -> None:
    joint = JointTable.normalised(weights)
    entropies = [
        stats.entropy(joint.marginal(0)),
        stats.entropy(joint.marginal(1)),
        -stats.entropy(joint.table.ravel()),
    ]
    assert joint.mutual_information == pytest.approx(sum(entropies), abs=1e-13)
    assert joint.mutual_information >= 0
    assert JointTable.normalised(joint.independent).mutual_information == pytest.approx(0, abs=1e-14)


@given(tables(), st.sampled_from([0, 1]))
@quick
def test_the_rectangles_fill_the_square_and_their_areas_are_the_cells(weights: NDArray[np.float64], first: int) -> None:
    joint = JointTable.normalised(weights)
    cut = joint.packing(first)
    assert (cut.right - cut.left) * (cut.bottom - cut.top) == pytest.approx(joint.table, abs=1e-14)
    assert min(cut.left.min(), cut.top.min()) == 0
    assert max(cut.right.max(), cut.bottom.max()) == 1
    assert (cut.top[1:] == cut.bottom[:-1]).all(), "X goes down, without gaps"
    assert (cut.left[:, 1:] == cut.right[:, :-1]).all(), "Y goes to the right, without gaps"
    if first == 0:
        assert (cut.top == cut.top[:, :1]).all(), "bands from the left to the right"
        assert cut.bottom[:, 0] - cut.top[:, 0] == pytest.approx(joint.marginal(0), abs=1e-14)
    else:
        assert (cut.left == cut.left[:1]).all(), "strips from the top to the bottom"
        assert cut.right[0] - cut.left[0] == pytest.approx(joint.marginal(1), abs=1e-14)


@given(tables(), st.integers(0, 10_000))
@quick
def test_people_are_whole_and_nobody_is_lost(weights: NDArray[np.float64], num_people: int) -> None:
    joint = JointTable.normalised(weights)
    counts = joint.counts(num_people)
    assert counts.sum() == num_people
    assert (np.abs(counts - joint.table * num_people) < 1 + 1e-9).all()
    assert (counts[joint.table == 0] == 0).all()


def test_nobody_is_cut_in_half() -> None:
    assert JointTable([[1 / 3, 1 / 3, 1 / 3]]).counts(100).tolist() == [[34, 33, 33]]
    refused(lambda: JointTable([[1]]).counts(-1), "not-a-count", "num_people cannot be -1")
    refused(lambda: JointTable([[1]]).counts(10**10), "too-many-people", "10000000000 people", "1000000000")


def test_draws_follow_the_table_and_more_of_them_begin_with_the_same() -> None:
    joint = JointTable(TABLE)
    pairs = joint.draw(20_000, np.random.default_rng(1))
    seen = np.zeros((2, 3))
    np.add.at(seen, tuple(pairs.T), 1)
    assert seen[1, 1] == 0, "a cell of probability 0"
    there = joint.table > 0
    assert stats.chisquare(seen[there], joint.table[there] * 20_000).pvalue > 1e-3
    assert (joint.draw(500, np.random.default_rng(1)) == pairs[:500]).all()
    assert joint.draw(0, np.random.default_rng(1)).shape == (0, 2)


@pytest.mark.parametrize(
    ("prior", "specificity", "num_people"),
    [(0.01, 0.95, 10_000), (0.012, 0.95, 100_000), (0.013, 0.997, 1_000_000), (1 / 3, 0.5, 1_000_000)],
)
def test_so_many_people_that_none_has_to_be_rounded(prior: float, specificity: float, num_people: int) -> None:
    joint = DiagnosticTest(prior, 0.99, specificity).joint
    assert joint.whole_people() == num_people
    if prior != 1 / 3:
        assert joint.counts(num_people) == pytest.approx(joint.table * num_people, abs=1e-9)


# --- Bayes' rule


def test_posterior_of_three_hypotheses() -> None:
    assert posterior([0.5, 0.3, 0.2], [0.2, 0.5, 0.25]) == pytest.approx([1 / 3, 1 / 2, 1 / 6], abs=1e-15)
    assert posterior([0.5, 0.5], [3.0, 1.0]) == pytest.approx([0.75, 0.25]), "densities may exceed 1"
    assert posterior([1, 0], [1e-300, 1]).tolist() == [1, 0], "what is certain stays certain"


@given(
    st.lists(st.integers(0, 50), min_size=2, max_size=5).filter(any),
    st.lists(st.integers(1, 50), min_size=5, max_size=5),
    st.integers(-1020, 1000),
)
@quick
def test_posterior_is_the_exact_fraction_at_any_scale(weights: list[int], likely: list[int], power: int) -> None:
    total = sum(weights)
    exact = [Fraction(w, total) * one for w, one in zip(weights, likely, strict=False)]
    found = posterior([w / total for w in weights], np.ldexp(likely[: len(weights)], power))
    assert found == pytest.approx([float(one / sum(exact)) for one in exact], rel=1e-14)


def test_products_beyond_the_range_of_floats() -> None:
    first, second = posterior([1e-200, 1], [1e-200, 3e-320])
    assert (first, second) == (pytest.approx(1e-80 / 3, rel=1e-3), 1), "3e-320 has four digits left"
    assert posterior([1e-300, 1], [1e-300, 0]).tolist() == [1, 0]
    small = posterior([2e-200, 1], [1e-200, 1e-300])
    assert small == pytest.approx([2e-100, 1], rel=1e-12)


def test_a_posterior_that_does_not_exist() -> None:
    refused(lambda: posterior([1, 0], [0, 1]), "evidence-impossible", "probability 0 under every hypothesis", "raise")
    refused(lambda: posterior([0.5, 0.5], [1, 1, 1]), "posterior-sizes", "2 numbers", "likelihood 3", "same hypotheses")
    refused(lambda: posterior([0.5, 0.6], [1, 1]), "not-a-distribution", "prior sums to 1.1")
    refused(lambda: posterior([0.5, 0.5], [-1, 1]), "negative", "likelihood holds -1 at position 1 ")
    refused(lambda: posterior([0.5, math.nan], [1, 1]), "not-finite", "prior holds nan")
    refused(lambda: posterior([0.5, 0.5], [math.inf, 1]), "not-finite", "likelihood holds inf")


# --- the diagnostic test


def test_the_course_example() -> None:
    test = DiagnosticTest(prior=0.01, sensitivity=0.99, specificity=0.95)
    assert test.posterior() == pytest.approx(1 / 6, abs=1e-14)
    assert f"{test.posterior():.2%}" == "16.67%"
    assert test.evidence() == pytest.approx(0.0594, abs=1e-15)
    assert test.joint.table == pytest.approx(np.array([[0.0099, 0.0001], [0.0495, 0.9405]]), abs=1e-15)
    assert test.joint.counts(10_000).tolist() == [[99, 1], [495, 9405]]
    assert test.posterior(positive=False) == pytest.approx(1 / 9406, rel=1e-12)
    assert test.after([True, True]) == pytest.approx([0.01, 1 / 6, 99 / 124], rel=1e-14), "79.84 % after a second one"
    assert test.after([True, False])[-1] == test.after([False, True])[-1] == pytest.approx(1 / 476, rel=1e-12)
    by_result = test.joint.packing(first=1)
    assert by_result.bottom[0, 0] == pytest.approx(1 / 6), "where the strip of positive people is cut"
    assert by_result.right[0, 0] == pytest.approx(0.0594)


@given(inner, inner, inner, st.lists(st.booleans(), max_size=6))
@quick
def test_after_some_results_the_odds_are_prior_odds_times_likelihood_ratios(
    prior: float, sensitivity: float, specificity: float, results: list[bool]
) -> None:
    test = DiagnosticTest(prior, sensitivity, specificity)
    odds = Fraction(prior) / (1 - Fraction(prior))
    for result, found in zip([None, *results], test.after(results), strict=True):
        if result is not None:
            sick, healthy = Fraction(sensitivity), 1 - Fraction(specificity)
            odds *= sick / healthy if result else (1 - sick) / (1 - healthy)
        assert found == pytest.approx(float(odds / (1 + odds)), rel=1e-9)


@given(shares, shares, shares, st.booleans())
@quick
def test_three_ways_to_the_posterior_agree(prior: float, sensitivity: float, specificity: float, result: bool) -> None:
    test = DiagnosticTest(prior, sensitivity, specificity)
    column = 0 if result else 1
    if test.evidence(result) == 0:
        refused(lambda: test.joint.conditional(1, column), "conditional-undefined")
        return
    assert test.posterior(result) == pytest.approx(test.joint.conditional(1, column)[0], rel=1e-12)
    by_result = test.joint.packing(first=1)
    assert by_result.bottom[0, column] == pytest.approx(test.posterior(result), rel=1e-12, abs=1e-15)


def test_a_test_that_cannot_be() -> None:
    refused(lambda: DiagnosticTest(1.5, 0.9, 0.9), "not-a-probability", "prior cannot be 1.5", "between 0 and 1")
    refused(lambda: DiagnosticTest(0.5, -0.1, 0.9), "not-a-probability", "sensitivity cannot be -0.1")
    refused(lambda: DiagnosticTest(0.5, 0.9, math.nan), "not-a-number", "specificity cannot be nan")
    refused(lambda: DiagnosticTest(0, 0.9, 1).posterior(), "evidence-impossible")
    assert DiagnosticTest(0, 0.9, 0.9).posterior() == 0
    assert DiagnosticTest(1, 0.9, 0.9).posterior(positive=False) == 1


def test_the_share_of_the_sick_among_the_positive_comes_to_the_posterior() -> None:
    test = DiagnosticTest(0.01, 0.99, 0.95)
    condition, result = test.joint.draw(10_000, np.random.default_rng(3)).T
    share = bayes.running_share(condition == 0, result == 0)
    positive = result == 0
    assert np.isnan(share[: positive.argmax()]).all()
    assert share[-1] == pytest.approx((condition[positive] == 0).mean())
    error = math.sqrt(1 / 6 * 5 / 6 / positive.sum())
    assert abs(share[-1] - 1 / 6) < 4 * error


def test_standard_error() -> None:
    assert bayes.standard_error(100, 600) == pytest.approx(stats.binom(600, 1 / 6).std() / 600)
    assert bayes.standard_error(0, 5) == 0
    refused(lambda: bayes.standard_error(0, 0), "not-a-count", "num_draws cannot be 0", "1 or more")


def test_a_running_share_by_hand() -> None:
    found = bayes.running_share([True, False, True, True], [False, True, True, False])
    assert np.isnan(found[0])
    assert found[1:].tolist() == [0, 0.5, 0.5], "a hit outside counts for nothing"
