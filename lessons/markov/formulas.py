"""How the numbers, names and tables of a chain are written in formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from ui.numbers import significant

LONGEST_FRACTION = 9  # characters


def tex(name: str) -> str:
    """A state's name in a formula, without what LaTeX would obey."""
    kept = re.sub(r"[\\{}$%#&_^~]", " ", name)
    return rf"\text{{{kept}}}"


def ratio(value: Fraction, most: int = LONGEST_FRACTION) -> str:
    """A fraction in a formula; one that is too long as a decimal."""
    if len(str(value)) > most:
        return significant(float(value), 4)
    return str(value) if value.denominator == 1 else rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"


def root(value: complex) -> str:
    """An eigenvalue in a formula, together with its conjugate where it has one."""
    real, imaginary = (f"{part:z.4f}".rstrip("0").rstrip(".") for part in (value.real, value.imag))
    return real if imaginary == "0" else rf"{real}\pm {imaginary}\,\mathrm{{i}}"


def table(rows: Iterable[Iterable[str]], columns: str) -> str:
    """Rows of a formula in columns."""
    return (
        rf"\def\arraystretch{{1.3}}\begin{{array}}{{{columns}}}"
        + r"\\".join("&".join(row) for row in rows)
        + r"\end{array}"
    )
