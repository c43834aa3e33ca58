"""Ten digits on their way out of the noise: choose one, and drag a handle through the states of the sampler."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ui.components import Listener, as_text, register_live

if TYPE_CHECKING:
    from lessons.home.scene import Drawn

_component = register_live(Path(__file__).parent, "paper.js")


def emerging(
    key: str, name: str, drawn: Drawn, at: tuple[int, int], words: Mapping[str, str], listener: Listener
) -> None:
    """Show what has been drawn so far; once it is whole, a hand goes through it.

    `name` is that of the drawing; another one begins at `at` = (digit, t), as does a new revision of the page's state.
    The `listener` hears {"digit": digit, "t": t}, one of the drawing's times.

    `words`: "model" and "model-note" head the ten, "choose" and "digit" (with #) name them, "way" names the slider,
    "noise" and "end" its ends, "at" (with # and ##) says the step, "big" (with #) the large picture.
    """
    digit, t = at
    data = {"name": name, "states": as_text(drawn.states), "times": list(drawn.times), "digit": digit, "t": t}
    _component(key, {**data, "side": drawn.states.shape[-1], "words": dict(words)}, listener)
