"""A table of probabilities that is edited by dragging or typing; each row, or the whole table, sums to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent, "numbers.js", "rescale.js")


def cells(
    key: str,
    name: str,
    values: Sequence[Sequence[str]],
    rows: Sequence[str],
    columns: Sequence[str],
    words: Mapping[str, str],
    listener: Listener,
    group: str = "row",
    names: str = "",
) -> None:
    """Show the table; the `listener` hears {name: "0.2,0.8;1/3,2/3"} while a cell is dragged.

    Entries are texts, so that 1/3 stays 1/3. A dragged cell rescales the rest of its `group`, "row" or "all"; a typed
    one leaves the others alone, and a group whose sum is not 1 is flagged. Several cells of a spreadsheet can be pasted
    at once. With `names` the states can be renamed, rows
    and columns together, and {names: "sun,rain"} is told too.
    `words`: "cell" names a cell to those who cannot see it, # stands for its row and ## for its column; "sum" heads the
    sums, "total" precedes a sum that is not 1, "name" names the field of a state's name (#); "refused" says of a
    text (#) that it is no number.
    """
    data = {
        "name": name,
        "names": names,
        "cells": [list(row) for row in values],
        "rows": list(rows),
        "columns": list(columns),
        "words": dict(words),
        "group": group,
    }
    _component(key, data, listener)
