"""What comes as a text or a number from a link, a file or a command line, as the type that it stands for.

Everything raises ValueError for what cannot be that; whoever asks says so in a sentence of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import partial
from numbers import Real
from operator import index
from typing import Any, TypeVar

MAX_SEED = 2**53 - 1  # the whole numbers that a float, and JSON in a browser, hold exactly
Option = TypeVar("Option")
_PLAIN = re.compile("[A-Za-z0-9_-]*")
_YES_NO = {"true": True, "false": False}


def number(value: Any, low: float, high: float) -> float:
    """A finite number in [low, high], never minus zero: the same value has the same text."""
    if isinstance(value, bool) or not isinstance(value, Real | str):
        raise ValueError(f"{value!r} is no number")
    try:
        found = float(value)
    except OverflowError as error:
        raise ValueError("a number beyond what a float can hold") from error
    if not math.isfinite(found) or not low <= found <= high:
        raise ValueError(f"{found} is not from {low} to {high}")
    return found + 0


def whole(value: Any, low: float, high: float) -> int:
    """A whole number in [low, high]; 4.0 is one."""
    found = number(value, low, high)
    if not found.is_integer():
        raise ValueError(f"{found} is not whole")
    return int(found)


def count(value: Any, low: int, high: int) -> int:
    """An integer in [low, high], also one of numpy or torch; neither a text nor 4.0."""
    try:
        found = index(value)
    except TypeError as error:
        raise ValueError(f"{value!r} is no integer") from error
    if isinstance(value, bool) or not low <= found <= high:
        raise ValueError(f"{found} is not from {low} to {high}")
    return found


def real(value: Any, low: float, high: float) -> float:
    """A number in [low, high], also one of numpy or torch; no text."""
    if isinstance(value, str | bytes | bool):
        raise ValueError(f"{value!r} is no number")
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise ValueError(f"{value!r} is no number") from error
    return number(found, low, high)


def yes_no(value: Any) -> bool:
    """True, False, or either as a text, in letters of any size."""
    said = _YES_NO.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(said, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return said


def option(value: Any, options: Iterable[Option]) -> Option:
    """The option that reads as the value does."""
    for one in options:
        if str(one) == str(value):
            return one
    raise ValueError(f"{value!r} is none of the options")


def token(value: Any, longest: int) -> str:
    """Letters, digits, - and _, at most so many."""
    if not isinstance(value, str) or len(value) > longest or not _PLAIN.fullmatch(value):
        raise ValueError(f"{value!r} is no plain text of at most {longest} characters")
    return value


def number_type(kind: str, low: float, high: float) -> tuple[Callable[[Any], float], str]:
    """What makes an "int" or a "float" in [low, high] of a value, and what that allows in words."""
    parse, name = (whole, "a whole number") if kind == "int" else (number, "a number")
    digits = ".0f" if kind == "int" else ".15g"
    return partial(parse, low=low, high=high), f"{name} from {low:{digits}} to {high:{digits}}"
