"""A distribution as bars that can be dragged: what one takes, the others give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent, "messenger.js", "rescale.js")


def bars(
    key: str,
    name: str,
    values: Sequence[float],
    outcomes: Sequence[str],
    words: Mapping[str, str],
    revision: int,
    on_change: Callable[[], object],
    role: str = "ink",
) -> None:
    """Show the distribution `name`; the component's `values` say {name: [...]} while a bar is dragged.

    A dragged bar rescales the others so that all sum to 1; a typed value leaves them alone, and a sum other than 1 is
    flagged. Values given count when `revision` is new. `role`: the colour of ui.theme. `words`: "title"; "bar" names a
    bar to those who cannot see it, # stands for the outcome; "sum" precedes a sum that is not 1.
    """
    data = {
        "name": name,
        "values": list(values),
        "outcomes": list(outcomes),
        "words": dict(words),
        "role": role,
        "revision": revision,
    }
    _component(key=key, data=data, on_values_change=on_change, height="content")
