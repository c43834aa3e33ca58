"""The loss as z moves along the gradient that it was handed: what it truly is, and what the gradient believes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import end_labels, template, unit_label

if TYPE_CHECKING:
    from genmodels.evaluation.straight import Stair, StraightThrough

Floats = NDArray[np.float64]
Part = dict[str, Any]

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 280, 52, 108, 28, 44  # CSS pixels; at the right stand the names of the lines
NARROW = 172  # between the axes of a narrow screen
NARROWEST, LINE = 26, 22  # of a stair with its number, and above it to a line that does not cross that
LEAST_RANGE = 0.1  # nats that the axis shows at least; less would magnify rounding


def staircase(found: StraightThrough, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """The true loss along the ray, that of e moved as far, and the slope that it begins with.

    `words`: "nats" is the unit, "t" the axis; "true" and "believed" name the lines, "hover-true" and "hover-believed"
    are templates of Plotly.
    """
    colours = theme.tokens(mode)
    low, high = _range(found)
    below = (found.loss - low) / found.slope if found.slope else found.reach
    end = min(found.reach, below)
    slope = _line([0, end], [found.loss, found.loss - end * found.slope], {"color": colours["model"], "width": 1.5})
    slope["line"]["dash"] = "dot"
    believed = _line(found.t, found.believed, {"color": colours["model"], "width": 2.5, "dash": "10px,5px"})
    believed |= {"hoverinfo": "all", "hovertemplate": f"{words['hover-believed']}<extra></extra>"}
    layout = {
        "template": template(mode),
        "height": HEIGHT,
        "margin": {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        "xaxis": {"range": [0, found.reach], "automargin": False, "title": {"text": words["t"]}},
        "yaxis": {"range": [low, high], "rangemode": "normal", "automargin": False, "ticklabelstandoff": 4},
    }
    traces = [slope, believed, *_stairs(found, words["hover-true"], colours)]
    figure = go.Figure({"data": traces, "layout": layout})
    pixels = (HEIGHT - TOP - BOTTOM) / (high - low)
    for stair, until in _with_ends(found):
        _stair_number(figure, found, stair, until, pixels, colours["muted"])
    last = [stair for stair, _ in _with_ends(found)][-1].loss
    ends = [(last, words["true"], colours["ink"]), (float(found.believed[-1]), words["believed"], colours["model"])]
    end_labels(figure, found.reach, ends, pixels)
    unit_label(figure, words["nats"])
    return figure


def _with_ends(found: StraightThrough) -> list[tuple[Stair, float]]:
    """The stairs in sight, each with the t where it ends."""
    begins = [stair.begin for stair in found.stairs[1:]]
    ends = [*begins, found.reach][: len(found.stairs)]
    seen = zip(found.stairs, ends, strict=True)
    return [(stair, min(end, found.reach)) for stair, end in seen if stair.begin < found.reach]


def _stairs(found: StraightThrough, hover: str, colours: Mapping[str, str]) -> Iterator[Part]:
    """Level lines, with thin ones where it jumps."""
    seen = _with_ends(found)
    ink = {"color": colours["ink"], "width": 3}
    for (before, _), (after, _) in pairwise(seen):
        thin = {"color": colours["ink"], "width": 1, "dash": "dot"}
        yield _line([after.begin, after.begin], [before.loss, after.loss], thin)
    for stair, until in seen:
        inner = found.t[(found.t > stair.begin) & (found.t < until)]
        t = np.array([stair.begin, *inner, until])
        level = _line(t, np.full_like(t, stair.loss), ink)
        told = {"customdata": np.full(len(t), stair.code), "hovertemplate": f"{hover}<extra></extra>"}
        yield level | {"hoverinfo": "all"} | told


def _stair_number(
    figure: go.Figure, found: StraightThrough, stair: Stair, until: float, pixels: float, colour: str
) -> None:
    """The number of the code at its stair, where that is wide enough: above, or below if the other line is there."""
    if (until - stair.begin) / found.reach * NARROW < NARROWEST:
        return
    middle = (stair.begin + until) / 2
    over = pixels * (float(np.interp(middle, found.t, found.believed)) - stair.loss)
    side = {"yanchor": "top", "yshift": -3} if -2 < over < LINE else {"yanchor": "bottom", "yshift": 2}
    figure.add_annotation(text=str(stair.code), x=middle, y=stair.loss, showarrow=False, font={"color": colour}, **side)


def _range(found: StraightThrough) -> tuple[float, float]:
    """All of both lines, and a bit more."""
    shown = [*found.believed, *(stair.loss for stair, _ in _with_ends(found))]
    low, high = float(min(shown)), float(max(shown))
    spare = 0.12 * max(high - low, LEAST_RANGE) + max(0.0, LEAST_RANGE - (high - low)) / 2
    return low - spare, high + spare


def _line(x: Sequence[float] | Floats, y: Sequence[float] | Floats, line: Part) -> Part:
    line = {**line, "simplify": False}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}
