"""Sliders that tell their values while they are being moved; Streamlit's own tell them when they are let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent)


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


def sliders(key: str, rows: Sequence[Slider], listener: Listener) -> None:
    """Show the rows, each with its value to be dragged or typed; the `listener` hears {name: value} of all."""
    _component(key, {"rows": [asdict(row) for row in rows]}, listener)
