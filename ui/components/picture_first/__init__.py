"""Has the rest of a page follow once its picture is painted; shows nothing."""

from __future__ import annotations

from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent, "painted.js")


def picture_first(page: str) -> None:
    """Make `page` run again when the charts on it are there, unless the visitor has left it by then."""
    _component(key=f"{page}-picture-first", data=page, on_painted_change=lambda: None, height="content")
