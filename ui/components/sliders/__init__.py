"""Sliders that tell their values while they are being moved; Streamlit's own tell them when they are let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent, "messenger.js")


@dataclass(frozen=True)
class Slider:
    """One slider: its `name` in the message, what the visitor reads, and its values; arrow keys move it by `step`."""

    name: str
    label: str
    value: float
    low: float
    high: float
    step: float
    decimals: int


def sliders(
    key: str, rows: Sequence[Slider], revision: int, on_change: Callable[[], object], on_rest: Callable[[], object]
) -> None:
    """Show the rows, each with its value to be dragged or typed; `values` of the component's state is what they say.

    The values given count when `revision` is new; otherwise what the hand did since stays.
    """
    data = {"rows": [asdict(row) for row in rows], "revision": revision}
    _component(key=key, data=data, on_values_change=on_change, on_rest_change=on_rest, height="content")
