"""A lesson to keep: title, question, the steps with the numbers on screen, and the snippet, as a Jupyter notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ui.text import Text

# What Streamlit's Markdown has beyond everybody's: `:orange[words]`, `:small[:gray[words]]`, `:material/info:`.
_DIRECTIVE = re.compile(r":[a-z-]+\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")
_ICON = re.compile(r":material/\w+: ?")
_TERM = re.compile(r"\[([^\]]*)\]\(#term-[a-z-]+\)")  # explained on the page
_COLOUR = re.compile(r"\\textcolor\{#[0-9A-Fa-f]+\}")  # made for the theme of the page, not for a notebook's


def notebook(text: Text, steps: Sequence[str], snippet: str, printed: str) -> str:
    """The notebook (nbformat 4.5), in the language of `text`; `steps` as the page shows them, `printed` its result."""
    head = f"# {text('title')}\n\n{text.section('question')}"
    numbered = "\n\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    cells = [
        _markdown("question", head),
        _markdown("steps", f"## {text('steps')}\n\n{numbered}"),
        _markdown("install", text("notebook-install")),
        {
            "cell_type": "code",
            "id": "snippet",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": snippet.splitlines(keepends=True),
        },
        _markdown("printed", f"{text('prints')} `{printed}`"),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _markdown(name: str, source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": plain(source).splitlines(keepends=True)}


def plain(markdown: str) -> str:
    """The same in the Markdown that every notebook understands: no icons, no coloured words, no theme's colours."""
    markdown, before = _TERM.sub(r"\1", markdown), None
    while before != markdown:
        before, markdown = markdown, _DIRECTIVE.sub(r"\1", markdown)
    return _COLOUR.sub("", _ICON.sub("", markdown))
