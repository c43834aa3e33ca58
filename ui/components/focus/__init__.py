"""Sets off the part of the stage that a step speaks of, and says when the rail is behind the stage; shows nothing."""

from __future__ import annotations

from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent)


def focus(part: str, heard: int) -> None:
    """Dim all of the stage but the `part`, or the parts, of that name; nothing for "".

    What a component of the stage draws has its part's name (parts.js). `heard` is the number of the last move of a
    hand (messenger.js) that what stands in the rail knows of.
    """
    _component(key="focus", data={"part": part, "heard": heard}, height="content")
