"""The family tree of generative models, or the same leaves on measured axes; each leaf is a link with digits on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ui.components import register

_component = register(Path(__file__).parent, "paper.js", "svg.js", "links.js")


def family_tree(
    key: str,
    view: str,
    tree: Mapping[str, Any],
    leaves: Mapping[str, Mapping[str, Any]],
    marks: Sequence[Mapping[str, Any]],
    words: Mapping[str, str],
) -> None:
    """Show the `tree` (view "tree") or the `marks` (view "trilemma").

    `tree` is {"name", "label", "about", "below"}; what is below are such branches or names of `leaves`. A leaf has its
    "title", a sentence "line", the "page" and the "query" that it opens, and "pictures", "num" of them, (28, 28) bytes
    each in base64, or "" while it has not drawn, which "alt" says. A mark has its "name", its "family", whether it is
    the "main" one of it, its "title", the numbers "milliseconds", "times" and "coverage", and "facts" that say them.
    """
    data = {"view": view, "tree": tree, "leaves": leaves, "marks": list(marks), "words": dict(words)}
    _component(key=key, data=data, height="content")
