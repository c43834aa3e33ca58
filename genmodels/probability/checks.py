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

TOLERANCE = 1e-9  # how far from 1 probabilities may sum that are written in double precision
LONGEST = 40  # characters of a number that is written out
# The grammar of a number that somebody types; ui/components/numbers.js has the same, and a test compares them.
_DECIMAL = r"(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_SPACE = r"[ \t\r\n\u00a0\u2009\u202f\u3000]*"
_BELOW = rf"{_SPACE}/{_SPACE}(?P<below>{_DECIMAL})"
_EXACT = re.compile(rf"{_SPACE}(?P<number>[+-]?{_DECIMAL})(?:{_BELOW}|{_SPACE}(?P<percent>%))?{_SPACE}")
_SPACING = {"float32": 2.0**-23, "float16": 2.0**-10, "bfloat16": 2.0**-7}  # of less than double precision, at 1
_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)} | {ord("−"): "-", ord("⁄"): "/", ord("∕"): "/"}


def array(values: ArrayLike, what: str, ndim: int | None = None) -> NDArray[np.float64]:
    """A new float64 array of finite numbers, of `ndim` dimensions if that is given; never empty.

    Raises Problem for text, booleans, complex numbers, NaN and infinity, rows of unequal length, and no numbers.
    """
    values = plain(values)
    try:
        raw = np.asarray(values)
    except ValueError as error:
        raise Problem("ragged", "The rows of {what} differ in length; give every row as many.", what=what) from error
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
    """Probabilities (n,), n >= 1, none negative, whose sum is 1 within their `tolerance`.

    Returned as they are; those of less than double precision divided by their sum.
    """
    probabilities = non_negative(values, what, ndim=1)
    return summing_to_one(probabilities, what, tolerance(probabilities, values))


def non_negative(values: ArrayLike, what: str, ndim: int | None = None) -> NDArray[np.float64]:
    """Finite numbers, none of them negative: weights, likelihoods, counts, or probabilities still to be summed."""
    numbers = array(values, what, ndim)
    if (place := _first(numbers < 0)) is not None:
        sentence = "{what} holds {value} at position {place} (counted from 1); replace it with 0 or more."
        raise Problem("negative", sentence, what=what, value=shown(numbers[place]), place=_from_one(place))
    return numbers


def summing_to_one(numbers: NDArray[np.float64], what: str, within: float = TOLERANCE) -> NDArray[np.float64]:
    """Non-negative numbers whose sum is 1 but for rounding. Raises Problem for others.

    What was rounded to less than double precision is divided by its sum: else the errors would grow step by step.
    """
    with np.errstate(over="ignore"):
        total = float(numbers.sum())
    if total == 0:
        raise Problem("all-zero", "{what} is zero everywhere; give at least one number above 0.", what=what)
    if not abs(total - 1) <= within:
        sentence = "{what} sums to {total}, but probabilities sum to 1; normalise it: divide each by the sum."
        raise Problem("not-a-distribution", sentence, what=what, total=shown(total))
    return numbers if within == TOLERANCE else numbers / total


def plain(values: Any) -> Any:
    """Tensors of torch, which may be tied to gradients or lie on a graphics card, as arrays; anything else as it is."""
    if isinstance(values, list | tuple) and any(hasattr(one, "detach") for one in values):
        return [plain(one) for one in values]
    if not hasattr(values, "detach"):
        return values
    tensor = values.detach().cpu()
    return np.asarray(tensor.float() if _type_name(tensor) == "bfloat16" else tensor)  # numpy has no bfloat16


def tolerance(numbers: NDArray[np.float64], given: Any = None) -> float:
    """How far from 1 numbers may sum that were `given` as an array, a tensor or a list: 1e-9 in double precision.

    In less, as numpy has it, the root of the spacing of such numbers at 1. What float32 holds without rounding comes
    from there, also after `tolist()`.
    """
    with np.errstate(over="ignore"):
        single = bool((numbers == numbers.astype(np.float32)).all())
    return math.sqrt(_SPACING.get(_type_name(given), _SPACING["float32"])) if single else TOLERANCE


def _type_name(value: Any) -> str:
    return str(getattr(value, "dtype", "")).removeprefix("torch.")


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
    """The exact value of a number or of a text such as "0.25", "0,25", "25 %", "1/3" or "2.5e-3".

    A float is its shortest decimal. What exceeds every float is refused, so that each fraction can be made one.
    """
    text = repr(float(value)) if isinstance(value, float | np.floating) else str(value)
    found = None if isinstance(value, bool | np.bool_) else _value(text)
    if found is None or abs(found) > sys.float_info.max:
        sentence = "{what} cannot be {value}; write a number such as 0.25 or 1/4."
        raise Problem("not-a-fraction", sentence, what=what, value=shown(value))
    return found


def canonical(text: str) -> str:
    """A number's text in the signs of links, formulas and code: 0.25 for "0,25" and "25 %", 1/4 for "1 / 4".

    What is no number stays as it is.
    """
    match = _read(text)
    if not match:
        return text
    number, below = (match[part].replace(",", ".").lstrip("+") if match[part] else "" for part in ("number", "below"))
    if match["percent"]:
        share = Decimal(number).scaleb(-2).normalize()
        number = f"{share:f}" if len(f"{share:f}") <= LONGEST else str(share)
    return f"{number}/{below}" if below else number


def _read(text: str) -> re.Match[str] | None:
    """A text by the grammar; full-width digits and true minus signs are what they look like."""
    return _EXACT.fullmatch(text.translate(_WIDE)) if len(text) <= LONGEST else None


def _value(text: str) -> Fraction | None:
    """What a text stands for, None if it is no number, or divides by what a float takes for 0 or for infinite."""
    if not (match := _read(text)):
        return None
    above, below = (Fraction((match[part] or "1").replace(",", ".")) for part in ("number", "below"))
    if max(abs(above), below) > sys.float_info.max or not float(below):
        return None
    return above / below / (100 if match["percent"] else 1)


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
