"""Transition matrices as people write them: numbers, fractions or texts such as "1/3"; tables from a file.

A matrix is square: row i holds the probabilities of going from state i to each state, and sums to 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isfinite
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.errors import Problem
from genmodels.probability import checks, delimited

Matrix = NDArray[np.float64]
Rows = tuple[tuple[str, ...], ...]

FEWEST, MOST = 2, 8  # states of a table that is edited by hand
LARGEST_FILE = 20_000  # bytes
LONGEST_NAME, LONGEST_ENTRY = 24, 12  # characters
_MOST_PLACES = 36  # of a decimal, which has to fit into what is read
_FAMILIAR, _FAMILIAR_SINGLE = 10**6, 1000  # a float is taken for a fraction with such a denominator at most


def matrix_of(entries: Iterable[Iterable[Any]]) -> tuple[Matrix, tuple[tuple[Any, ...], ...]]:
    """The matrix as float64 (n, n), and its entries as they were given.

    Raises Problem for what is not square, no number, negative, or a row whose sum is not 1 within 1e-9, or within what
    a lower precision allows; such rows are divided by their sums.
    """
    rows = _rows(entries)
    if not rows:
        raise Problem("chain-empty", "The matrix is empty; give at least one row.")
    _require_square(rows)
    matrix = np.array([[_value(entry, i, j) for j, entry in enumerate(row)] for i, row in enumerate(rows)])
    texts = any(isinstance(entry, str) for row in rows for entry in row)
    within = checks.TOLERANCE if texts else checks.tolerance(matrix, entries)
    sums = matrix.sum(axis=1)
    if not (abs(sums - 1) <= within).all():
        _say_why_not(matrix, within)
    return matrix if within == checks.TOLERANCE else matrix / sums[:, None], rows


def _say_why_not(matrix: Matrix, within: float) -> None:
    """Raises the Problem of a matrix whose rows do not all sum to 1."""
    sums = matrix.sum(axis=1).tolist()
    row, total = next((i, total) for i, total in enumerate(sums) if not abs(total - 1) <= within)
    if (abs(matrix.sum(axis=0) - 1) <= within).all():
        sentence = (
            "The columns sum to 1, but row {row} sums to {total}; "
            "rows of a transition matrix sum to 1, so exchange rows and columns: transpose the matrix."
        )
        raise Problem("chain-columns", sentence, row=row + 1, total=checks.shown(total))
    if total == 0:
        raise Problem("chain-row-zero", "Row {row} is 0 everywhere; say where the chain goes from there.", row=row + 1)
    sentence = "Row {row} sums to {total}; rows of a transition matrix sum to 1, so divide each by its sum."
    raise Problem("chain-row-sum", sentence, row=row + 1, total=checks.shown(total))


def exact(entries: Sequence[Sequence[Any]]) -> list[list[Fraction]]:
    """The entries as fractions, each row summing to 1 exactly.

    A float stands for the simplest fraction that rounds to it, 1/3 or 0.2; one that has none is its shortest decimal.
    Raises Problem where rows sum to 1 only nearly, as three times 0.3333333333 does.
    """
    rows = [[_fraction(entry, i, j) for j, entry in enumerate(row)] for i, row in enumerate(entries)]
    for i, row in enumerate(rows):
        if sum(row) != 1:
            sentence = (
                "Row {row} sums to 1 only nearly (off by {rest}), so there is no exact answer; "
                "write its numbers as fractions, 1/3 instead of 0.3333333333."
            )
            raise Problem("chain-inexact", sentence, row=i + 1, rest=f"{float(sum(row) - 1):.1e}")
    return rows


def normalised(entries: Iterable[Iterable[Any]], clip: bool = False) -> Rows:
    """The rows divided by their sums, as texts: fractions where they are short, else decimals that sum to 1.

    Rows that sum to 1 stay as they are. A row of zeros becomes one that stays where it is.
    Raises Problem for an entry that is no number, and for a negative one unless `clip` takes it for 0.
    """
    return tuple(_normalised(row, i, clip) for i, row in enumerate(_rows(entries)))


def _normalised(row: Sequence[Any], i: int, clip: bool) -> tuple[str, ...]:
    values = [_fraction(entry, i, j) for j, entry in enumerate(row)]
    if clip:
        values = [max(value, Fraction(0)) for value in values]
    for j, value in enumerate(values):
        _require_non_negative(value, i, j)
    total = sum(values)
    if total == 0:
        return tuple("1" if j == i else "0" for j in range(len(row)))
    if total == 1:
        return tuple(str(entry) if value else "0" for entry, value in zip(row, values, strict=True))
    shares = [value / total for value in values]
    texts = tuple(map(written, shares))
    if all(len(text) <= LONGEST_ENTRY for text in texts):
        return texts
    places = min(6 + _zeros(min(filter(None, shares))), _MOST_PLACES)  # what is tiny is not nothing
    rounded = [round(share, places) for share in shares]
    rounded[rounded.index(max(rounded))] += 1 - sum(rounded)
    return tuple(written(share, places) for share in rounded)


def _zeros(share: Fraction) -> int:
    """How many zeros stand behind the point of a share that six places would lose."""
    return len(str(share.denominator // share.numerator)) - 1 if share < Fraction(1, 10**6) else 0


def transposed(entries: Rows) -> Rows:
    """The table with its columns as rows, for whoever writes where the chain comes from."""
    return tuple(zip(*entries, strict=True))


def resized(entries: Rows, count: int) -> Rows:
    """The table with so many states: the last ones leave, or new ones come, which nobody goes to yet.

    A new state goes anywhere; what went to a state that left is shared out by `normalised`.
    """
    kept = entries[:count]
    rows = [(*row[:count], *["0"] * (count - len(row))) for row in kept]
    rows += [(written(Fraction(1, count)),) * count] * (count - len(kept))
    return normalised(rows, clip=True) if count < len(entries) else tuple(rows)


def written(value: Fraction, places: int = 6) -> str:
    """A fraction as text: a decimal of at most so many places where that is exact, else as 1/3."""
    whole, rest = divmod(round(value * 10**places), 10**places)
    decimal = f"{whole}.{rest:0{places}}".rstrip("0").rstrip(".")
    return decimal if Fraction(decimal) == value else str(value)


def parse(text: str) -> Rows:
    """The entries of a square table written "0.2,0.8;1/3,2/3", as canonical texts; they may be any numbers.

    Raises Problem for entries that are none, and unless there are 2 to 8 states.
    """
    rows = [[entry.strip() for entry in row.split(",")] for row in text.split(";")]
    _require_table(rows)
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            _fraction(entry, i, j)
    return tuple(tuple(map(checks.canonical, row)) for row in rows)


def read_csv(data: bytes | str, encoding: str = "") -> tuple[tuple[str, ...], Rows]:
    """State names and entries from a table of 2 to 8 states; its rows may sum to anything, the names may be missing.

    Commas, semicolons, tabs, bars or blanks stand between the cells; names may head the columns, the rows or both.
    `encoding` is one of `delimited.ENCODINGS`, to be found out if it is not given.
    Raises Problem for what is too large, no text, not square, or holds an entry that is no probability.
    """
    if isinstance(data, bytes):
        delimited.refuse_spreadsheets(data)
    if len(data) > LARGEST_FILE:
        sentence = "The file has {size} bytes, and {limit} are read; a table of {most} states needs fewer than 1000."
        raise Problem("chain-file-size", sentence, size=len(data), limit=LARGEST_FILE, most=MOST)
    text = data if isinstance(data, str) else delimited.text_of(data, encoding)[0]
    problems: list[tuple[bool, int, Problem]] = []
    for grid in delimited.grids(text):
        try:
            return _table(grid)
        except Problem as problem:
            is_table = len({len(row) for row in grid}) == 1 and len(grid[0]) > 1
            problems.append((not is_table, len(problems), problem))
    raise min(problems)[2]  # of the likeliest way to cut the lines into cells


def _table(grid: delimited.Grid) -> tuple[tuple[str, ...], Rows]:
    """Names and entries in the cells of a file."""
    names, lines = delimited.named(grid)
    _require_table(lines)
    for i, line in enumerate(lines):
        for j, entry in enumerate(line):
            if not entry:
                sentence = "Row {row}, column {column} is empty; write a probability such as 0.25 or 1/4, also a 0."
                raise Problem("chain-blank", sentence, row=i + 1, column=j + 1)
            _require_non_negative(_fraction(entry, i, j), i, j)
    cleaned = [" ".join(re.sub("[,;]", " ", name).split())[:LONGEST_NAME] for name in names]
    cleaned = [name or str(i + 1) for i, name in enumerate(cleaned)]
    return state_names(cleaned, len(lines)), tuple(tuple(map(_kept, line)) for line in lines)


def state_names(names: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """Names for so many states: those given, or "1", "2", ...; each has to be another one."""
    found = tuple(str(name).strip() for name in names or range(1, count + 1))
    if len(found) != count:
        sentence = "There are {names} names for {states} states; give each state one."
        raise Problem("chain-names", sentence, names=len(found), states=count)
    for name in found:
        if found.count(name) > 1 or not name:
            raise Problem("chain-twice", "Two states cannot both be called “{name}”; rename one.", name=name)
    return found


def _require_table(lines: Sequence[Sequence[str]]) -> None:
    if not FEWEST <= len(lines) <= MOST:
        sentence = "This table has {rows} rows; here it can have {least} to {most}, one for each state."
        raise Problem("chain-size", sentence, rows=len(lines), least=FEWEST, most=MOST)
    _require_square(lines)


def _require_square(rows: Sequence[Sequence[Any]]) -> None:
    for i, row in enumerate(rows):
        if len(row) != len(rows):
            sentence = "The table has {rows} rows, but row {row} has {columns} numbers; give as many as there are rows."
            raise Problem("chain-not-square", sentence, rows=len(rows), row=i + 1, columns=len(row))


def _kept(entry: str) -> str:
    """An entry with all its digits; where a program wrote a fraction to the last of them, the fraction."""
    value = _familiar(float(checks.fraction(entry, "entry"))) if len(entry) > LONGEST_ENTRY else None
    short = written(value) if value is not None else ""
    return short if 0 < len(short) <= LONGEST_ENTRY else checks.canonical(entry)


def _rows(entries: Iterable[Iterable[Any]]) -> tuple[tuple[Any, ...], ...]:
    """The rows of anything that has rows. Raises Problem for what has none."""
    try:
        rows = [row if not isinstance(row, str) else None for row in _listed(entries)]
        return tuple(tuple(_listed(row)) for row in rows)
    except TypeError as error:
        raise Problem("chain-no-rows", "A matrix is a list of rows, and each row a list of numbers.") from error


def _listed(values: Any) -> Any:
    """An array, a tensor or a table of pandas as a list; anything else as it is."""
    plain = checks.plain(values)
    return np.asarray(plain).tolist() if hasattr(plain, "__array__") else plain


def _value(entry: Any, i: int, j: int) -> float:
    """An entry as a float; one that is a float already is not made a fraction first, which would take time."""
    plain = isinstance(entry, float | int) and not isinstance(entry, bool) and isfinite(entry)
    value: Fraction | float = float(entry) if plain else _fraction(entry, i, j)
    _require_non_negative(value, i, j)
    return float(value)


def _require_non_negative(value: Fraction | float, i: int, j: int) -> None:
    if value < 0:
        sentence = "Row {row}, column {column} holds {value}; a probability is never negative, so write 0 or more."
        raise Problem("chain-negative", sentence, row=i + 1, column=j + 1, value=checks.shown(float(value)))


def _fraction(entry: Any, i: int, j: int) -> Fraction:
    """An entry as a fraction."""
    if isinstance(entry, Rational) and not isinstance(entry, bool):
        return Fraction(int(entry.numerator), int(entry.denominator))
    try:
        value = checks.fraction(entry, "entry")
        return _familiar(float(entry)) or value if isinstance(entry, float | np.floating) else value
    except Problem as problem:
        sentence = "Row {row}, column {column} holds {value}; write a probability such as 0.25 or 1/4."
        values = {"row": i + 1, "column": j + 1, "value": checks.shown(entry)}
        raise Problem("chain-entry", sentence, **values) from problem


def _familiar(value: float) -> Fraction | None:
    """The fraction with a small denominator that rounds to this float, or to this float32, if there is one."""
    for kind, most in ((float, _FAMILIAR), (np.float32, _FAMILIAR_SINGLE)):
        near = Fraction(value).limit_denominator(most)
        if float(kind(float(near))) == value:
            return near
    return None
