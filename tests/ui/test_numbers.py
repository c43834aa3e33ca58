"""How pages write numbers: signs, powers of ten, sums that hold as they are written, and tables of them."""

from __future__ import annotations

import math

import pytest

from ui import numbers
from ui.text import markdown_table


@pytest.mark.parametrize(
    ("value", "plain", "in_formula", "behind_a_sign"),
    [
        (1.23456, "1.2346", "1.2346", "1.2346"),
        (-1.23456, "−1.2346", "-1.2346", "(-1.2346)"),
        (-0.00001, "0.0000", "0.0000", "0.0000"),
        (-math.inf, "−∞", r"-\infty", r"(-\infty)"),
    ],
)
def test_signs(value: float, plain: str, in_formula: str, behind_a_sign: str) -> None:
    assert numbers.number(value) == plain
    assert numbers.formula(value) == in_formula
    assert numbers.factor(value) == behind_a_sign


def test_powers_of_ten() -> None:
    assert numbers.scientific(0.000123, 1) == r"1.2\cdot10^{-4}"
    assert numbers.times_ten_to("3.000", "-07") == r"3.000\cdot10^{-7}"


def test_an_equation_has_signs_between_its_terms() -> None:
    terms = numbers.equation(2, (0.5, "sum", "model"), (-1.0, "a", "data"), (2.0, "b", "ink"), (-0.5, "c", "ink"))
    assert terms == [
        ("0.50", "sum", "model"),
        "=",
        ("−1.00", "a", "data"),
        "+",
        ("2.00", "b", "ink"),
        "+",
        ("(−0.50)", "c", "ink"),
    ]


def test_as_many_decimals_as_a_sum_needs() -> None:
    assert numbers.decimals((0.3, 0.1, 0.2)) == 4
    assert numbers.decimals((1.00005, 0.50003, 0.50002)) == 5
    assert numbers.decimals((math.inf, 1.0)) == 4


def test_a_typed_number_is_shown_whole_and_a_computed_one_to_four_digits_that_count() -> None:
    given = {
        0.5: "0.50",
        0.204: "0.204",
        0.0004: "0.0004",
        16.6666666: "16.67",
        0.02416379: "0.02416",
        -1.2345: "−1.2345",
    }
    assert {value: numbers.given(value, 2) for value in given} == given
    assert numbers.given(0, 2) == "0.00" and numbers.given(100, 2) == "100.00" and numbers.given(math.inf, 2) == "∞"


def test_tables() -> None:
    assert markdown_table([("", "n"), ("a", "1")], "lr") == "|  | n |\n|:--|--:|\n| a | 1 |"
