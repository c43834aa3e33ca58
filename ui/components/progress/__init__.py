"""Keeps in the visitor's browser which challenges of a page were solved, and marks those of an earlier visit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent, "progress.js")


def progress(key: str, page: str, solved: Sequence[str], shown: Sequence[str], rows: str, before: str) -> None:
    """`solved` are the names of what was solved on `page` in this visit; `shown`, of the rows of the container `rows`.

    The rows of what was solved in an earlier visit end with the words `before`. Nothing else is shown, and nothing
    comes back to the server.
    """
    data = {"page": page, "solved": list(solved), "shown": list(shown), "rows": rows, "before": before}
    _component(key=key, data=data, height="content")
