"""A line of code with its tensors as cells; the cell under the hand shows which cells it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lessons.pytorch.note import Grid
from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent, "svg.js", "paper.js", "parts.js")


def tensor(
    key: str,
    name: str,
    code: str,
    grids: Sequence[Grid],
    charts: Sequence[Mapping[str, Any]],
    refused: str,
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show the note `name`: its `code`, whose values to be set are marked, its tensors, its charts, and a refusal.

    The `listener` hears {field: "7,2,2,5"} when the cells of a tensor that can be set are set.

    `words`: hint (what a hand can do), unread (a cell that no other came from; # the cell), from (# came from %), to
    (# goes to %), more (# further numbers), refused (what precedes PyTorch's own sentence), axis (dim # has the size
    %), tensor (# its name, % its shape), set (the cell # can be set), mean (# the number), share (# in per cent),
    batches, of, last, dropped, shapes of which # is the number.
    """
    told = {
        "name": name,
        "code": code,
        "grids": [asdict(one) for one in grids],
        "charts": list(charts),
        "refused": refused,
        "words": dict(words),
    }
    _component(key, told, listener)
