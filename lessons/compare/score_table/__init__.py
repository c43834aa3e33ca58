"""A table of numbers that can be put in the order of any of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent)


@dataclass(frozen=True)
class Head:
    """The head of a column: what it is and its unit; `best` is where good numbers stand, "low", "high" or ""."""

    name: str
    title: str
    unit: str
    best: str = ""


@dataclass(frozen=True)
class Cell:
    """A number as it is shown, with a remark below it, and as it is sorted; None is no number, which comes last."""

    text: str
    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """A row; a `pinned` one stays at the top whatever the order."""

    title: str
    note: str
    cells: Sequence[Cell]
    pinned: bool = False


def score_table(
    key: str,
    heads: Sequence[Head],
    entries: Sequence[Entry],
    order: tuple[str, bool],
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show the entries, a cell for each of the heads; `order` is the name of a column, or "course", and if it falls.

    The `listener` hears {"sort": name, "falling": "no" or "yes"}.

    `words`: "name" heads the first column, "caption" is read aloud, "rising" and "falling" say the order.
    """
    data = {"heads": [asdict(head) for head in heads], "entries": [asdict(entry) for entry in entries]}
    _component(key, {**data, "sort": order[0], "falling": order[1], "words": dict(words)}, listener)
