"""Codebooks side by side while they learn: the share of each code, the perplexities, what is left of digits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genmodels.evaluation import usages as measured
from genmodels.evaluation.usages import Codebook, Look
from ui.components import as_text, register

_component = register(Path(__file__).parent, "paper.js", "curves.js")


def usages(key: str, look: Look, names: Mapping[str, str], words: Mapping[str, str]) -> None:
    """Show a look at the codebooks; `names` are those of its ways in words, in the order in which they stand.

    `words`: "used" (# of % codes), "perplexity" and "nats" (# is the number) stand below a codebook, "code" (# is its
    number, % its share in per cent) and "unused" (#) for the code that is pointed at, "point" while none is; "curves"
    and "updates" name the axes of the chart; "board" (# of % codes), "digits" and "chart" (# is the update) are read
    aloud.
    """
    _component(key=key, height="content", data=message(look, names, words))


def message(look: Look, names: Mapping[str, str], words: Mapping[str, str]) -> dict[str, Any]:
    """What the browser is told."""
    originals = measured.shown()
    columns = [{"way": way, "name": name, **_column(look, way)} for way, name in names.items()]
    return {
        "columns": columns,
        "updates": list(look.updates),
        "last": measured.NUM_UPDATES,
        "places": measured.NUM_PLACES,
        "originals": as_text(originals),
        "side": originals.shape[-1],
        "words": dict(words),
    }


def _column(look: Look, way: str) -> dict[str, Any]:
    one: Codebook = look.codebooks[way]
    numbers = {"used": one.used, "perplexity": one.perplexity, "nats": one.nats}
    curve = [round(value, 4) for value in look.perplexities[way]]
    return {"shares": as_text(one.shares), "pictures": as_text(one.pictures), **numbers, "curve": curve}
