"""A button that copies the link to the present state of the page."""

from __future__ import annotations

from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent)


def copy_link(key: str, query: str, label: str, copied: str) -> None:
    """Show the button `label`; once pressed it says `copied` for 1.5 s.

    What it copies is this page's own address with `query`, the query string, with or without its question mark.
    """
    data = {"query": query, "label": label, "copied": copied}
    _component(key=key, data=data, width="content", height="content")
