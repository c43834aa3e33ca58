"""The line-up: a row for each model with its digits and one number, which lies on an axis that all rows share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components import Listener, as_text, register_live

_component = register_live(Path(__file__).parent, "paper.js", "parts.js")


@dataclass(frozen=True)
class Number:
    """A number as it is shown, and `at` which value of its measure's axis it lies, None for nowhere."""

    text: str
    at: float | None
    bound: bool = False


@dataclass(frozen=True, eq=False)
class Line:
    """One row. `pictures` (10, S, S), 255 = ink, are None while there are none; then `note` says why.

    `role` is "model" or "data", and the line that is `real` stands above all others whatever the order.
    """

    name: str
    title: str
    note: str
    role: str
    pictures: NDArray[np.uint8] | None
    numbers: Mapping[str, Number]
    asks: bool = False
    real: bool = False


def line_up(
    key: str,
    lines: Sequence[Line],
    axes: Mapping[str, Mapping[str, Any]],
    orders: Mapping[str, Sequence[str]],
    shown: Mapping[str, Any],
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show the lines with one measure of `axes`; `orders` has the names in the order of each, the best first.

    `shown` and what the `listener` hears are {"model": name, "digit": place, "measure": name, "order": "course" or
    "measure"}.

    `words`: "measures" and "measure-<name>" for the switch, "unit-<name>" what the number is, "sort", "asked" above the
    digits; read aloud are "digits" and, of one, "digit" or "digit-asked" (# is the row, % the place or the label).
    """
    have = [line.pictures for line in lines if line.pictures is not None]
    told = [
        {
            "name": line.name,
            "title": line.title,
            "note": line.note,
            "role": line.role,
            "real": line.real,
            "asks": line.asks,
            "has": line.pictures is not None,
            "numbers": {name: vars(number) for name, number in line.numbers.items()},
        }
        for line in lines
    ]
    pixels = as_text(np.stack(have)) if have else ""
    data = {"lines": told, "pixels": pixels, "side": have[0].shape[-1] if have else 1, "words": dict(words)}
    orders_ = {name: list(names) for name, names in orders.items()}
    _component(key, {**data, "axes": dict(axes), "orders": orders_, "shown": dict(shown)}, listener)
