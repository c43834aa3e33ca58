"""What a host allows, from one file or the environment; the defaults suit a laboratory machine.

`settings.toml` in `GENMODELS_HOME` (or wherever `GENMODELS_SETTINGS` says) holds lines such as `wall_seconds = 600`;
the environment variable `GENMODELS_WALL_SECONDS` says the same and wins. `settings.example.toml` lists them all.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from genmodels import settings, storage, values
from genmodels.errors import Problem

_SITE = re.compile(r"https?://(\*\.)?[\w.-]+(:\d{1,5})?", re.ASCII)


def _number(default: float, low: float, high: float = 1e9) -> Any:
    return field(default=default, metadata={"limits": (low, high)})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value.strip()


def _sites(value: Any) -> str:
    found = _text(value).split()
    if not all(one == "*" or _SITE.fullmatch(one) for one in found):
        raise ValueError("no addresses")
    return " ".join(found)


def _addresses() -> Any:
    return field(default="", metadata={"parse": _sites})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """One value each; counts are whole numbers."""

    slots: str = "auto"  # the devices that train one job each at a time: "auto", "cpu", "cuda:0, cuda:1"
    queue: int = _number(64, 1)  # jobs waiting, of all visitors together
    queued_per_visitor: int = _number(5, 1)
    running_per_visitor: int = _number(1, 1)  # while others wait
    wall_seconds: float = _number(3600, 1)  # of training, all attempts together
    stall_seconds: float = _number(120, 1)  # without a sign of progress
    attempts: int = _number(3, 1)  # crashes until a job is given up
    memory_gib: float = _number(8, 0.1)  # of main memory, for one trainer
    disk_gib: float = _number(20, 0.01)  # for all own models together
    free_gib: float = _number(5, 0)  # of the disk, to be left alone
    nice: int = _number(10, 0, 19)  # how politely trainers compute beside the web server
    metrics: bool = False  # whether everybody may read how busy the server is
    embed: str = _addresses()  # of the sites that may show the course within a page of theirs
    password: str = ""  # who knows it is the teacher; empty: nobody is, except at the command line


def read(environment: Mapping[str, str] | None = None) -> Limits:
    """The limits of this host; Problem for a file that is no TOML, an unknown name and a value out of range."""
    environment = os.environ if environment is None else environment
    named = settings.path_in("GENMODELS_SETTINGS", environment)
    place = named or settings.home() / "settings.toml"
    given = _from_file(place) if named or _may_be_there(place) else {}
    for one in fields(Limits):
        if (text := environment.get(f"GENMODELS_{one.name.upper()}")) is not None:
            given[one.name] = text
    return Limits(**{one.name: _coerce(one.name, given[one.name]) for one in fields(Limits) if one.name in given})


def changed(limits: Limits, **given: Any) -> Limits:
    """The limits with some of them changed; Problem for a value out of range."""
    return replace(limits, **{name: _coerce(name, value) for name, value in given.items()})


def _may_be_there(place: Path) -> bool:
    """False only where nothing is; a file that cannot be looked at is one that cannot be read."""
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _from_file(place: Path) -> dict[str, Any]:
    try:
        given: dict[str, Any] = tomllib.loads(storage.read(place.resolve(), storage.MAX_JSON).decode("utf-8"))
    except (storage.Damaged, ValueError) as error:  # tomllib's own error is a ValueError, as is bad UTF-8
        sentence = "The settings in {file} cannot be read ({reason}). Compare them with settings.example.toml."
        raise Problem("bad-settings-file", sentence, file=str(place), reason=str(error)) from error
    known = [one.name for one in fields(Limits)]
    for name in given:
        if name not in known:
            sentence = "{file} has no setting {setting!r}; known: {known}."
            raise Problem("unknown-limit", sentence, file=str(place), setting=str(name)[:40], known=", ".join(known))
    return given


def _coerce(name: str, value: Any) -> Any:
    one = {one.name: one for one in fields(Limits)}[name]
    if "parse" in one.metadata:
        parse, allowed = one.metadata["parse"], "addresses such as https://moodle.example.org, with spaces between them"
    elif one.type == "bool":
        parse, allowed = values.yes_no, "true or false"
    elif one.type == "str":
        parse, allowed = _text, "a text"
    else:
        parse, allowed = values.number_type(str(one.type), *one.metadata["limits"])
    try:
        return parse(value)
    except ValueError as error:
        sentence = "The host's setting {setting} cannot be {value}; it is {allowed}."
        raise Problem("bad-limit", sentence, setting=name, value=str(value)[:40], allowed=allowed) from error
