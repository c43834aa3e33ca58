"""What is refused of an argument, and that the sentence names the value, its place and the remedy."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genmodels.errors import Problem
from genmodels.probability import checks

NAN, INF = math.nan, math.inf


def refused(check: Callable[[], object], code: str, *said: str) -> None:
    with pytest.raises(Problem) as caught:
        check()
    assert caught.value.code == code
    for words in said:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("values", "place", "value"),
    [
        ([0.5, NAN], "position 2 ", "nan"),
        ([[1, 2], [3, -INF]], "position 2, 2 ", "-inf"),
        ([1, "a"], "position 2 ", "'a'"),
        (["0.5"], "position 1 ", "'0.5'"),
        ([True, False], "position 1 ", "True"),
        ([None, 1], "position 1 ", "None"),
        ([1, 2j], "position 2 ", "2j"),
        ([0, 10**400], "position 2 ", "inf"),
        (np.array([1.0, NAN]), "position 2 ", "nan"),
    ],
)
def test_an_array_of_what_are_no_finite_numbers(values: Any, place: str, value: str) -> None:
    refused(lambda: checks.array(values, "p"), "not-finite", f"p holds {value} at {place}", "finite number")


def test_arrays_of_another_shape() -> None:
    refused(lambda: checks.array([[1, 2], [3]], "table"), "ragged", "table", "every row")
    refused(lambda: checks.array([1, 2], "table", ndim=2), "wrong-dimensions", "has 1 dimensions", "needs 2")
    refused(lambda: checks.array("0.5", "p", ndim=1), "wrong-dimensions", "has 0 dimensions", "needs 1")
    refused(lambda: checks.array([], "p"), "empty-array", "p is empty", "at least one")
    refused(lambda: checks.array([[], []], "p"), "empty-array", "p is empty")
    refused(lambda: checks.array(NAN, "p"), "not-a-number", "p cannot be nan")


def test_an_array_is_new_and_of_floats_whatever_the_numbers_were() -> None:
    given_array = np.array([0.25, 0.75])
    checks.array(given_array, "p")[0] = 9
    assert given_array[0] == 0.25
    mixed = checks.array([Fraction(1, 3), Decimal("0.5"), 1], "p")
    assert mixed.dtype == np.float64
    assert mixed.tolist() == [1 / 3, 0.5, 1.0]
    assert checks.array(np.float32(0.5), "p").shape == ()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_finite_numbers_pass_unchanged(values: list[float]) -> None:
    assert checks.array(values, "x").tolist() == values


def test_distributions() -> None:
    assert checks.distribution([0.1] * 10, "p").tolist() == [0.1] * 10
    assert checks.distribution([1.0, 0.9e-9], "p").tolist() == [1.0, 0.9e-9], "returned as it is"
    refused(
        lambda: checks.distribution([0.5, 0.5 + 1.2e-9], "q"), "not-a-distribution", "q sums to 1.0000000012", "div"
    )
    refused(lambda: checks.distribution([1e308] * 2, "q"), "not-a-distribution", "sums to inf")
    refused(lambda: checks.distribution([1.5, -0.5], "q"), "negative", "-0.5 at position 2 ", "0 or more")
    refused(lambda: checks.distribution([0, 0], "q"), "all-zero", "q is zero everywhere", "above 0")
    refused(lambda: checks.distribution([[1.0]], "q"), "wrong-dimensions", "has 2 dimensions")


@pytest.mark.parametrize("value", ["1", None, True, NAN, INF, -INF, 2j, [1, 2], Decimal("NaN"), np.bool_(True)])
@pytest.mark.parametrize("check", [checks.number, checks.positive, checks.probability, checks.count])
def test_what_is_no_number(check: Callable[[Any, str], float], value: Any) -> None:
    refused(lambda: check(value, "sigma"), "not-a-number", "sigma cannot be", "finite number")


def test_single_numbers() -> None:
    assert checks.number(np.array([2.5]), "x") == checks.number(Fraction(5, 2), "x") == 2.5
    assert checks.positive(5e-324, "x") == 5e-324
    refused(lambda: checks.positive(0, "sigma"), "not-positive", "sigma cannot be 0;", "above 0")
    refused(lambda: checks.positive(-1e-9, "sigma"), "not-positive", "-1e-09")
    assert checks.probability(0, "p") == 0
    assert checks.probability(1, "p") == 1
    refused(lambda: checks.probability(1.0000000001, "p"), "not-a-probability", "1.0000000001", "between 0 and 1")
    refused(lambda: checks.probability(-0.1, "p"), "not-a-probability", "-0.1")


def test_counts_and_indices() -> None:
    assert checks.count(3.0, "n") == 3
    assert isinstance(checks.count(np.int64(3), "n"), int)
    refused(lambda: checks.count(2.5, "n"), "not-a-count", "n cannot be 2.5", "whole number, 0 or more")
    refused(lambda: checks.count(-1, "n"), "not-a-count", "-1")
    refused(lambda: checks.count(2, "n", least=3), "not-a-count", "3 or more")
    assert [checks.index(i, 2, "i") for i in (0, 1, np.int64(1))] == [0, 1, 1]


@pytest.mark.parametrize("value", [-1, 2, 0.5, "0", True, NAN, INF])
def test_what_is_no_index(value: Any) -> None:
    said = f"keep cannot be {checks.shown(value)}; it counts from 0 to 1"
    refused(lambda: checks.index(value, 2, "keep"), "bad-index", said)


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("1/3", Fraction(1, 3)),
        (" 2 / 8 ", Fraction(1, 4)),
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("2.5e-3", Fraction(1, 400)),
        ("0,25", Fraction(1, 4)),
        ("1/2.5", Fraction(2, 5)),
        ("33.3 %", Fraction(333, 1000)),
        ("０．５", Fraction(1, 2)),
        ("−1⁄2", Fraction(-1, 2)),
        ("-1/2", Fraction(-1, 2)),
        (0.1, Fraction(1, 10)),
        (np.float64(0.1), Fraction(1, 10)),
        (1e-14, Fraction(1, 10**14)),
        (1, Fraction(1)),
        (Fraction(2, 7), Fraction(2, 7)),
        (Decimal("0.30"), Fraction(3, 10)),
    ],
)
def test_exact_numbers(value: Any, exact: Fraction) -> None:
    assert checks.fraction(value, "cell") == exact


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=60, deadline=None)
def test_every_float_is_exact_to_itself(value: float) -> None:
    assert float(checks.fraction(value, "x")) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "1/0",
        "1//2",
        "1/-2",
        "nan",
        "inf",
        NAN,
        INF,
        None,
        True,
        "1e999",
        "1e9999",
        "1e-99999999",
        "9" * 41,
        "1/2/3",
        "0x1",
        "1_0",
        "٣",
        "1/3 %",
        "1,000.5",
        "0.2\t0.3",
        "1e999/1e999",
    ],
)
def test_what_is_no_exact_number(value: Any) -> None:
    refused(lambda: checks.fraction(value, "cell"), "not-a-fraction", "cell cannot be", "0.25 or 1/4")


def test_numbers_in_the_signs_of_a_formula() -> None:
    written = {"50 %": "0.5", " 1 / 3 ": "1/3", "0,25": "0.25", "+.5": ".5", "100%": "1", "1e-3": "1e-3", "x": "x"}
    assert {text: checks.canonical(text) for text in written} == written


def test_values_are_quoted_as_they_were_given() -> None:
    given_and_shown = [(0.1, "0.1"), (1 + 1e-10, "1.0000000001"), ("x", "'x'"), (True, "True"), (None, "None")]
    assert [checks.shown(value) for value, _ in given_and_shown] == [text for _, text in given_and_shown]
    assert len(checks.shown("x" * 1000)) == 40
