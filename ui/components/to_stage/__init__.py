"""Brings the stage back on screen when a button is pressed whose work is seen there; shows nothing."""

from __future__ import annotations

from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent)


def to_stage() -> None:
    """To be called once on a page with a stage: for every button in a container whose key begins with `watch-`."""
    _component(key="to-stage", data=None, height="content")
