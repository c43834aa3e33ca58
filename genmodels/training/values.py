"""A setting's value as its declared type, or a sentence that names the setting, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import Field
from functools import partial
from typing import Any

from genmodels import values
from genmodels.errors import Problem


def coerce(one: Field[Any], value: Any, names: Iterable[str]) -> Any:
    """`value` as the field's declared type, or Problem; a text without options of its own is one of `names`."""
    parse, allowed = _declared(one, names)
    try:
        return parse(value)
    except ValueError as error:
        sentence = "{setting} cannot be {value}; it is {allowed}."
        raise Problem("bad-setting", sentence, setting=one.name, value=short(value), allowed=allowed) from error


def _declared(one: Field[Any], names: Iterable[str]) -> tuple[Callable[[Any], Any], str]:
    """What makes the field's type of a value, and what that allows in words."""
    kind = str(one.type)  # a string, because annotations are not evaluated where recipes are
    if kind in ("int", "float"):
        return values.number_type(kind, *one.metadata["limits"])
    if kind == "bool":
        return values.yes_no, "true or false"
    if "longest" in one.metadata:
        longest = one.metadata["longest"]
        return partial(values.token, longest=longest), f"at most {longest} letters, digits, - and _"
    options = one.metadata.get("options", tuple(names))
    return partial(values.option, options=options), "one of: " + ", ".join(options)


def short(value: object) -> str:
    """The value as the user gave it, cut where it would fill the screen."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:  # an integer of more digits than Python prints
        text = "a huge number"
    text = "".join(character if character.isprintable() else "?" for character in text)
    return text if len(text) <= 40 else text[:37] + "..."
