"""A setting's value as its declared type, or a sentence that names the setting, the value and what is allowed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import Field
from numbers import Real
from typing import Any

from genmodels.errors import Problem

_PLAIN = re.compile("[A-Za-z0-9_-]*")


def coerce(one: Field[Any], value: Any, names: Iterable[str]) -> Any:
    """`value` as the field's declared type, or Problem; a text without options of its own is one of `names`."""
    kind = str(one.type)  # a string, because annotations are not evaluated where recipes are
    if kind in ("int", "float"):
        return _coerce_number(one, kind, value)
    if kind == "bool":
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.strip().lower(), value)
        if not isinstance(value, bool):
            raise _refused(one, value, "true or false")
        return value
    if "longest" in one.metadata:
        if not isinstance(value, str) or len(value) > one.metadata["longest"] or not _PLAIN.fullmatch(value):
            raise _refused(one, value, f"at most {one.metadata['longest']} letters, digits, - and _")
        return value
    options = one.metadata.get("options", tuple(names))
    if not isinstance(value, str) or value not in options:
        raise _refused(one, value, "one of: " + ", ".join(options))
    return value


def _coerce_number(one: Field[Any], kind: str, value: Any) -> float:
    low, high = one.metadata["limits"]
    allowed = f"{'a whole number' if kind == 'int' else 'a number'} from {low:.15g} to {high:.15g}"
    if isinstance(value, bool) or not isinstance(value, Real | str):
        raise _refused(one, value, allowed)
    try:
        number = float(value)
        if kind == "int":
            if not number.is_integer():
                raise ValueError("not a whole number")
            number = int(number)
    except (ValueError, OverflowError) as error:
        raise _refused(one, value, allowed) from error
    if not math.isfinite(number) or not low <= number <= high:
        raise _refused(one, value, allowed)
    return number + 0  # -0.0 becomes 0.0: the same value must have the same key


def _refused(one: Field[Any], value: Any, allowed: str) -> Problem:
    return Problem(
        "bad-setting",
        "{setting} cannot be {value}; it is {allowed}.",
        setting=one.name,
        value=short(value),
        allowed=allowed,
    )


def short(value: object) -> str:
    """The value as the user gave it, cut where it would fill the screen."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:  # an integer of more digits than Python prints
        text = "a huge number"
    text = "".join(character if character.isprintable() else "?" for character in text)
    return text if len(text) <= 40 else text[:37] + "..."
