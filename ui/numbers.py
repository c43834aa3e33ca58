"""Numbers as a page shows them: real minus signs, infinity as its sign, and sums that hold as they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from ui.scene import Term

DECIMALS = 4  # as in the course
Amount = tuple[float, str, str]  # value, caption, role


def number(value: float, decimals: int = DECIMALS) -> str:
    """As on the screen, never as minus zero."""
    shown = f"{value:z.{decimals}f}" if math.isfinite(value) else f"{value:z}".replace("inf", "∞")
    return shown.replace("-", "−")


def places(value: float, decimals: int) -> int:
    """Decimals that show a value whole: so many, or the up to four more that somebody has typed.

    A value with still more digits gets four that count.
    """
    enough = range(decimals, decimals + 5)
    whole = (n for n in enough if math.isclose(round(value, n), value, rel_tol=1e-9, abs_tol=1e-12))
    leading = 3 - math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0
    return next(whole, max(decimals, leading))


def given(value: float, decimals: int) -> str:
    """A value of the page's state as on the screen: all that was typed, and at least so many decimals."""
    return number(value, places(value, decimals))


def formula(value: float, decimals: int = DECIMALS) -> str:
    """As in a formula."""
    return number(value, decimals).replace("−", "-").replace("∞", r"\infty")


def bracketed(shown: str) -> str:
    """A number as it stands behind a sign: in brackets, if it is negative."""
    return f"({shown})" if shown.startswith(("−", "-")) else shown


def factor(value: float, decimals: int = DECIMALS) -> str:
    """As in a formula behind a sign: a negative number stands in brackets."""
    return bracketed(formula(value, decimals))


def scientific(value: float, digits: int) -> str:
    """As in a formula, as a multiple of a power of ten, with so many digits after the point."""
    return times_ten_to(*f"{value:.{digits}e}".split("e"))


def plain(value: float, digits: int) -> str:
    """In at most so many significant digits, all places written out: 0.00005, in prose, formulas and code alike."""
    return f"{Decimal(f'{value:z.{digits}g}'):f}"


def significant(value: float, digits: int) -> str:
    """As in a formula, in at most so many significant digits: 0.05, and what is tiny or huge as a power of ten."""
    shown = f"{value:z.{digits}g}"
    return times_ten_to(*shown.split("e")) if "e" in shown else shown.replace("inf", r"\infty")


def times_ten_to(mantissa: str, exponent: str | int) -> str:
    """As in a formula."""
    return rf"{mantissa}\cdot10^{{{int(exponent)}}}"


def summand(value: float, decimals: int = DECIMALS) -> str:
    """As on the screen behind a plus: a negative number stands in brackets, and its caption may say what it is."""
    return bracketed(number(value, decimals))


def equation(places: int, total: Amount, first: Amount, *more: Amount) -> list[Term]:
    """total = first + ... + ..., for the live equation, with so many decimals."""
    terms: list[Term] = []
    for sign, (value, caption, role) in (("", total), ("=", first)):
        terms += [*([sign] if sign else []), (number(value, places), caption, role)]
    for value, caption, role in more:
        terms += ["+", (summand(value, places), caption, role)]
    return terms


def decimals(*sums: Sequence[float]) -> int:
    """Four, or as many more, up to seven, as it takes for each (total, part, part, ...), so rounded, to add up."""
    finite = [numbers for numbers in sums if all(map(math.isfinite, numbers))]
    return next((n for n in (4, 5, 6) if all(_adds_up(numbers, n) for numbers in finite)), 7)


def _adds_up(numbers: Sequence[float], n: int) -> bool:
    total, *parts = (round(number, n) for number in numbers)
    return abs(total - sum(parts)) < 1e-9
