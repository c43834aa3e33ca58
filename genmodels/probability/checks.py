"""What the probability modules ask of their arguments: finite numbers, distributions, counts, indices.

`what` is the argument's name as it stands in code (`prior`, `sigma_q`): it reads the same in every language. A place
in an array is counted from 1, as people count; an index is Python's, from 0.
"""

from __future__ import annotations

import math
import re
import sys
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.errors import Problem

TOLERANCE = 1e-9  # how far from 1 probabilities may sum
_LONGEST = 40  # characters of a number that is written out
_EXACT = re.compile(r"(?P<number>[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?)(\s*/\s*(?P<below>\d+))?")


def array(values: ArrayLike, what: str, ndim: int | None = None) -> NDArray[np.float64]:
    """A new float64 array of finite numbers, of `ndim` dimensions if that is given; never empty.

    Raises Problem for text, booleans, complex numbers, NaN and infinity, rows of unequal length, and no numbers.
    """
    try:
        raw = np.asarray(values)
    except ValueError as error:
        raise Problem(
            "ragged", "The rows of {what} differ in length; make all rows equally long.", what=what
        ) from error
    if ndim is not None and raw.ndim != ndim:
        sentence = "{what} has {given} dimensions, but needs {ndim}; a list has 1, a list of rows has 2."
        raise Problem("wrong-dimensions", sentence, what=what, given=raw.ndim, ndim=ndim)
    if raw.size == 0:
        raise Problem("empty-array", "{what} is empty; give at least one number.", what=what)
    if raw.ndim == 0:
        return np.asarray(number(values, what))
    numbers = raw.astype(np.float64) if raw.dtype.kind in "iuf" else _converted(values, raw.shape)
    if (place := _first(~np.isfinite(numbers))) is not None:
        sentence = "{what} holds {value} at position {place} (counted from 1); replace it with a finite number."
        given = np.asarray(values, dtype=object)[place]
        raise Problem("not-finite", sentence, what=what, value=shown(given), place=_from_one(place))
    return numbers


def distribution(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """Probabilities (n,), n >= 1, none negative, whose sum is 1 within 1e-9; returned as they are."""
    probabilities = non_negative(values, what, ndim=1)
    require_sum(probabilities, what)
    return probabilities


def non_negative(values: ArrayLike, what: str, ndim: int | None = None) -> NDArray[np.float64]:
    """Finite numbers, none of them negative: weights, likelihoods, counts, or probabilities still to be summed."""
    numbers = array(values, what, ndim)
    if (place := _first(numbers < 0)) is not None:
        sentence = "{what} holds {value} at position {place} (counted from 1); replace it with 0 or more."
        raise Problem("negative", sentence, what=what, value=shown(numbers[place]), place=_from_one(place))
    return numbers


def require_sum(probabilities: NDArray[np.float64], what: str) -> None:
    """Raises Problem unless non-negative numbers sum to 1 within 1e-9."""
    with np.errstate(over="ignore"):
        total = float(probabilities.sum())
    if total == 0:
        raise Problem("all-zero", "{what} is zero everywhere; give at least one number above 0.", what=what)
    if not abs(total - 1) <= TOLERANCE:
        sentence = "{what} sums to {total}, but probabilities sum to 1; normalise it: divide each by the sum."
        raise Problem("not-a-distribution", sentence, what=what, total=shown(total))


def number(value: Any, what: str) -> float:
    """One finite number; text and booleans are none."""
    found = _float(value)
    if not math.isfinite(found):
        sentence = "{what} cannot be {value}; give a finite number."
        raise Problem("not-a-number", sentence, what=what, value=shown(value))
    return found


def positive(value: Any, what: str) -> float:
    """One finite number above 0."""
    found = number(value, what)
    if found <= 0:
        raise Problem("not-positive", "{what} cannot be {value}; give a number above 0.", what=what, value=shown(found))
    return found


def probability(value: Any, what: str) -> float:
    """One number from 0 to 1."""
    found = number(value, what)
    if not 0 <= found <= 1:
        sentence = "{what} cannot be {value}; a probability lies between 0 and 1."
        raise Problem("not-a-probability", sentence, what=what, value=shown(found))
    return found


def count(value: Any, what: str, least: int = 0) -> int:
    """One whole number, `least` or more; 3.0 is taken for 3."""
    found = number(value, what)
    if found != int(found) or found < least:
        sentence = "{what} cannot be {value}; give a whole number, {least} or more."
        raise Problem("not-a-count", sentence, what=what, value=shown(value), least=least)
    return int(found)


def fraction(value: Any, what: str) -> Fraction:
    """The exact value of a number or of a text such as "0.25", "1/3" or "2.5e-3"; a float is its shortest decimal.

    What exceeds every float is refused, so that each fraction can be made one.
    """
    text = repr(float(value)) if isinstance(value, float | np.floating) else str(value).strip()
    match = _EXACT.fullmatch(text) if len(text) <= _LONGEST and not isinstance(value, bool | np.bool_) else None
    below = int(match["below"] or 1) if match else 0
    found = Fraction(match["number"]) / below if match and below else None
    if found is None or abs(found) > sys.float_info.max:
        sentence = "{what} cannot be {value}; write a number such as 0.25 or 1/4."
        raise Problem("not-a-fraction", sentence, what=what, value=shown(value))
    return found


def index(value: Any, length: int, what: str) -> int:
    """A position among `length` things, counted from 0; negative ones are not taken."""
    found = _float(value)
    if not (0 <= found < length and found == int(found)):
        sentence = "{what} cannot be {value}; it counts from 0 to {last}."
        raise Problem("bad-index", sentence, what=what, value=shown(value), last=length - 1)
    return int(found)


def shown(value: Any) -> str:
    """A value as a sentence quotes it: numbers to 12 digits, anything else as it is written in code, cut short."""
    return f"{_float(value):.12g}" if _is_number(value) else repr(value)[:40]


def _is_number(value: Any) -> bool:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool | np.bool_)


def _float(value: Any) -> float:
    """The number that `value` is, NaN if it is none; an array of one number is taken for that number."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    try:
        return float(value) if _is_number(value) else math.nan
    except OverflowError:
        return math.inf


def _converted(values: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Numbers of any kind, fractions and decimals among them, to float64; NaN for what is no number."""
    objects = np.asarray(values, dtype=object)
    return np.fromiter((_float(value) for value in objects.flat), np.float64, objects.size).reshape(shape)


def _first(bad: NDArray[np.bool_]) -> tuple[int, ...] | None:
    """Where `bad` is true first, in reading order."""
    return next((tuple(place.tolist()) for place in np.argwhere(bad)), None)


def _from_one(place: tuple[int, ...]) -> str:
    return ", ".join(str(i + 1) for i in place)
