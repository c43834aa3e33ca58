"""Texts and numbers from outside as declared types: what counts, and that all else is a ValueError."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from genmodels import values

NONSENSE: list[Any] = [
    None,
    True,
    b"1",
    [],
    {},
    object(),
    "",
    "x",
    "nan",
    "inf",
    "1e999",
    10**400,
    1j,
    math.nan,
]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.25", 0.25), (" 1e-3 ", 0.001), (3, 3.0), (Fraction(1, 4), 0.25), (np.float32(0.5), 0.5), (5, 5.0), (-2, -2.0)],
)
def test_numbers(value: Any, expected: float) -> None:
    found = values.number(value, -2, 5)
    assert found == expected and type(found) is float


@pytest.mark.parametrize("value", [*NONSENSE, "5.1", -2.1])
def test_what_is_no_number_within_limits(value: Any) -> None:
    with pytest.raises(ValueError):
        values.number(value, -2, 5)
    with pytest.raises(ValueError):
        values.whole(value, -2, 5)


@pytest.mark.parametrize("value", [-0.0, "-0", "-0.0"])
def test_there_is_no_minus_zero(value: Any) -> None:
    assert str(values.number(value, -1, 1)) == "0.0"
    assert str(values.whole(value, -1, 1)) == "0"


@pytest.mark.parametrize(("value", "expected"), [("4", 4), (4.0, 4), ("4.0", 4), (np.int64(4), 4)])
def test_whole_numbers(value: Any, expected: int) -> None:
    found = values.whole(value, 0, 9)
    assert found == expected and type(found) is int


def test_halves_are_not_whole() -> None:
    with pytest.raises(ValueError):
        values.whole("4.5", 0, 9)


@pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), (" TRUE", True), ("false", False)])
def test_yes_and_no(value: Any, expected: bool) -> None:
    assert values.yes_no(value) is expected


@pytest.mark.parametrize("value", [*[one for one in NONSENSE if one is not True], 1, 0, "yes"])
def test_what_is_neither(value: Any) -> None:
    with pytest.raises(ValueError):
        values.yes_no(value)


def test_options() -> None:
    assert values.option("cosine", ("linear", "cosine")) == "cosine"
    assert values.option("20", (0, 1, 20)) == 20
    for value in (*NONSENSE, "Cosine", "cosine "):
        with pytest.raises(ValueError):
            values.option(value, ("linear", "cosine", 20))


def test_plain_texts() -> None:
    assert values.token("", 4) == "" and values.token("a_-9", 4) == "a_-9"
    for value in ("abcde", "a b", "é", "a\n", 7, None):
        with pytest.raises(ValueError):
            values.token(value, 4)


def test_what_is_allowed_in_words() -> None:
    parse, said = values.number_type("int", 1, 1e9)
    assert parse("3") == 3 and said == "a whole number from 1 to 1000000000"
    parse, said = values.number_type("float", 0.01, 2)
    assert parse("0.5") == 0.5 and said == "a number from 0.01 to 2"


def test_a_number_of_more_digits_than_python_writes() -> None:
    with pytest.raises(ValueError):
        values.number(10**6000, 0, 1)
    with pytest.raises(ValueError):
        values.option(10**6000, ("linear",))


@pytest.mark.parametrize("value", [4, np.int64(4), np.uint8(4), torch.tensor(4)])
def test_counts_of_other_libraries(value: Any) -> None:
    found = values.count(value, 1, 9)
    assert found == 4 and type(found) is int


@pytest.mark.parametrize("value", [*NONSENSE, "4", 4.0, 0, 10, np.int64(10), np.float64(4), torch.tensor(4.0)])
def test_what_is_no_count(value: Any) -> None:
    with pytest.raises(ValueError):
        values.count(value, 1, 9)
