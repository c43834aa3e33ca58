"""The state of a page: one table of typed fields with limits and defaults, mirrored in the URL.

Streamlit's own `bind` drops bad values without a word; here each of them leaves a complaint for the page to show.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import streamlit as st

from genmodels.errors import Problem
from genmodels.values import number, option, whole

DIGITS = 12  # significant ones of a value, without the dust of binary fractions
OTHERS = re.compile(r"utm_\w+|\w*clid|embed\w*")  # what mail, other sites and Streamlit hang on a link
KNOWN = 20  # queries of a page's own, more than a browser is ever behind


class Field(Protocol):
    """A value with a default, limits that can be told, and a form that fits into a URL."""

    @property
    def default(self) -> Any: ...
    @property
    def limits(self) -> str: ...
    def parse(self, value: Any) -> Any:
        """The value coerced; ValueError when it is not one of this field's."""


@dataclass(frozen=True)
class Number:
    """A number in [low, high]; an integer when it has no decimals.

    The decimals are those of the hand: controls move by them. What is typed or comes with a link keeps its digits.
    """

    default: float | None
    low: float
    high: float
    decimals: int = 0

    @property
    def limits(self) -> str:
        return f"{self.low:g} … {self.high:g}"

    def parse(self, value: Any) -> float | int | None:
        if value is None and self.default is None:
            return None
        if self.decimals:
            return float(f"{number(value, self.low, self.high):.{DIGITS}g}")
        return whole(value, self.low, self.high)


class Values(tuple[float, ...]):
    """Numbers in their order, which a link holds with commas between them."""

    def __str__(self) -> str:
        return ",".join(f"{value:.{DIGITS}g}" for value in self)


@dataclass(frozen=True)
class Numbers:
    """Some numbers in [low, high], at least and at most so many."""

    default: Values
    low: float
    high: float
    least: int
    most: int

    @property
    def limits(self) -> str:
        return f"{self.least} … {self.most} × {self.low:g} … {self.high:g}"

    def parse(self, value: Any) -> Values:
        listed = value.split(",") if isinstance(value, str) else value
        if not isinstance(listed, Iterable):
            raise ValueError("no numbers in a row")
        numbers = Values(number(one, self.low, self.high) for one in listed)
        if not self.least <= len(numbers) <= self.most:
            raise ValueError(f"{len(numbers)} numbers")
        return numbers


@dataclass(frozen=True)
class Choice:
    """One of some plain ascii words or whole numbers."""

    default: str | int
    options: tuple[str | int, ...]

    @property
    def limits(self) -> str:
        return ", ".join(map(str, self.options))

    def parse(self, value: Any) -> str | int:
        return option(value, self.options)


@dataclass(frozen=True)
class Token:
    """A text that something else can read, such as a drawn picture; `check` raises ValueError when it cannot."""

    default: str
    check: Callable[[str], object]
    limits = ""

    def parse(self, value: Any) -> str:
        if value:
            self.check(str(value))
        return str(value)


def beyond(what: str, value: float, low: float, high: float) -> Problem:
    """What is said where the nearest possible number is taken instead."""
    sentence = "{what} can be {low:g} to {high:g}; {value:g} is beyond that, so it is {near:g} now."
    return Problem("beyond", sentence, what=what, value=value, low=low, high=high, near=min(max(value, low), high))


def heard(key: str) -> Any:
    """What the widget or component `key` says; for callbacks.

    Any other look at the session's state ends a callback when a further message has come, and what the visitor did
    would be lost. So a callback reads with this, and writes into what was taken from the session's state before.
    """
    return st.session_state.to_dict()[key]


class State:
    """The values of one page in one visitor's session: read from the URL on arrival, written back on every run."""

    def __init__(self, page: str, fields: Mapping[str, Field]) -> None:
        self.fields: dict[str, Field] = {}
        key = f"state:{page}"
        first = key not in st.session_state
        self._store: dict[str, Any] = st.session_state.setdefault(key, {"known": deque([{}]), "revision": 0})
        self.outdate()
        if first:
            self._begin({})
        self._arrive({name: value for name, value in st.query_params.to_dict().items() if name != "lang"})
        self.add(fields)

    def _arrive(self, query: dict[str, str]) -> None:
        """A query that this page has not written itself is a link, also where the page has been before.

        The browser tells its query with every message, and may be some of them behind: so the last ones are known.
        """
        if query not in self._store["known"]:
            self._know(query)
            self._begin(query)

    def _begin(self, query: dict[str, str]) -> None:
        """Everything at its default, but for what a link asks."""
        revision = self._store["revision"] + 1
        self._store.update(values={}, complaints=[], unread=query, revision=revision, changed={}, linked=revision)
        self._store["asked"] = set(query)

    def _know(self, query: dict[str, str]) -> None:
        known = self._store["known"]
        if query in known:
            known.remove(query)
        known.append(query)
        if len(known) > KNOWN:
            known.popleft()

    def add(self, fields: Mapping[str, Field]) -> None:
        """Further fields, whose limits may follow from values read before: the link's values for them are read now.

        A value from an earlier run that a field no longer allows is dropped without a word.
        """
        self.fields |= fields
        for name in fields:
            if name in self._store["unread"]:
                self._read(name, self._store["unread"].pop(name))
            elif name in self._store["values"] and not self._allowed(name, self._store["values"][name]):
                del self._store["values"][name]

    def _read(self, name: str, raw: str) -> None:
        try:
            self._store["values"][name] = self.fields[name].parse(raw)
        except Problem as problem:
            self.complain(problem)
        except ValueError:
            sentence = (
                "The link asks for {name} = {value}, which is not possible here. Allowed: {limits}. "
                "The page shows its default instead."
            )
            limits = self.fields[name].limits
            self.complain(Problem("bad-value", sentence, name=name, value=raw[:40], limits=limits))

    def _allowed(self, name: str, value: Any) -> bool:
        try:
            self.fields[name].parse(value)
        except ValueError:
            return False
        return True

    def _take(self, name: str, value: Any) -> None:
        with suppress(ValueError):
            self._store["values"][name] = self.fields[name].parse(value)

    def __getitem__(self, name: str) -> Any:
        return self._store["values"].get(name, self.fields[name].default)

    def asked(self, name: str) -> bool:
        """Whether the link that the visitor followed last asks for `name`; told once."""
        found = name in self._store["asked"]
        self._store["asked"].discard(name)
        return found

    @property
    def complaints(self) -> list[Problem]:
        """What the URL asked for in vain, until the visitor changes something."""
        return list(self._store["complaints"])

    def complain(self, problem: Problem) -> None:
        """Something that was asked for cannot be shown: the page says so, until the visitor changes something."""
        self._store["complaints"].append(problem)
        self.outdate()

    @property
    def revision(self) -> int:
        """Grows with every change made here rather than by a component, which must then take over the new values."""
        return int(self._store["revision"])

    @property
    def whole(self) -> bool:
        """Whether the page has been drawn to its end as it is; only then can parts of it be drawn alone."""
        return bool(self._store["whole"])

    def end(self) -> None:
        """The page has been drawn to its end, and whatever of the link nobody has asked for by now is unknown to it."""
        self._store["whole"] = True
        unknown, self._store["unread"] = self._store["unread"], {}
        for name in unknown:
            if not OTHERS.fullmatch(name):
                sentence = "The link asks for {name}, which this page does not know; it is left out."
                self.complain(Problem("unknown-name", sentence, name=name[:40]))

    def outdate(self) -> None:
        """More of the page has to be drawn anew than its parts."""
        self._store["whole"] = False

    def update(self, changes: Mapping[str, Any], silent: bool = False) -> None:
        """Take over what is allowed of `changes`; `silent` if they come from a component, which shows them already."""
        for name, value in changes.items():
            self._take(name, value)
        if not silent:
            self._changed(changes)
        if self._store["complaints"]:
            self._store["complaints"] = []
            self.outdate()

    def reset(self, *names: str) -> None:
        """Back to their defaults, whatever the link may have asked for; also fields that are yet to be added."""
        for name in names:
            self._store["values"].pop(name, None)
            self._store["unread"].pop(name, None)
        self._changed(names)

    def _changed(self, names: Iterable[str]) -> None:
        self._renew()
        self._store["changed"] |= dict.fromkeys(names, self.revision)

    def _renew(self) -> None:
        """Have every component take over the values that it is told next."""
        self._store["revision"] += 1
        self.outdate()

    def unchanged(self, values: Mapping[str, Any], revision: int) -> dict[str, Any]:
        """Those of a component's `values` that have not been changed here since it was told this `revision`.

        One that speaks of an older one may show by now what was known here before; it is told once more."""
        if values and revision < self.revision:
            self._renew()
        changed, linked = self._store["changed"], self._store["linked"]
        return {name: value for name, value in values.items() if changed.get(name, linked) <= revision}

    def query(self, lang: str) -> dict[str, str]:
        """The query string's parts that reproduce this state: the language, and whatever differs from its default."""
        values = {name: self[name] for name, field in self.fields.items() if self[name] != field.default}
        return {"lang": lang, **{name: str(value) for name, value in values.items()}}

    def link(self, lang: str) -> str:
        """The query string that reproduces this state, from the question mark on."""
        return "?" + urlencode(self.query(lang))

    def mirror(self, lang: str) -> None:
        """Bring the address bar up to date; writing an unchanged query would send a message for nothing."""
        query = self.query(lang)
        self._know({name: value for name, value in query.items() if name != "lang"})
        if dict(st.query_params) != query:
            st.query_params.from_dict(query)
