"""The path through the course: the lessons in their order, how long each takes, and what the visitor has solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ui.components import register

_component = register(Path(__file__).parent, "progress.js", "links.js")


def course_path(
    key: str,
    sections: Sequence[Mapping[str, Any]],
    query: Mapping[str, str],
    words: Mapping[str, str],
    forget: Callable[[], object] = lambda: None,
    brief: bool = False,
) -> None:
    """Show the `sections`, {"title", "lessons"}, of lessons {"page", "title", "menu", "minutes", "goals"}.

    "goals" are the names of a lesson's challenges; links to it carry the `query`. What was solved the browser knows
    (progress.js); `forget` is called when the visitor has it forgotten. If `brief`, only the next lesson is shown.
    """
    data = {"sections": list(sections), "query": dict(query), "words": dict(words), "brief": brief}
    _component(key=key, data=data, on_forget_change=forget, height="content")
