"""A choice of phases of the moon, on a track from half to full moon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent, "svg.js")


def dial(key: str, chosen: Sequence[int], words: Mapping[str, str], listener: Listener) -> None:
    """Let phases be chosen, of which some are `chosen` already; a press takes one in, or out again.

    The `listener` hears {"learned": "0-90-180"}, the phases in their order; "all" for all 181. It may be fewer than can
    be learned from, also none: the empty text.

    `words`: "dial" names it; "phase" (with #, an angle) says where the cursor is, "number" (with #) how many are
    chosen; "add" and "remove" are the button for the phase under the cursor.
    """
    _component(key, {"chosen": [int(phase) for phase in chosen], "words": dict(words)}, listener)
