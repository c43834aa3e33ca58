"""Figures of the page on likelihood: four looks at one peak, and the same number seen from the data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import Frame, template

Array = NDArray[np.float64]
Part = dict[str, Any]

LEFT, RIGHT, TOP, BOTTOM, GAP = 52, 12, 20, 40, 30  # CSS pixels; a gap holds the next panel's name
PANELS = (60, 78, 42, 32)  # heights, from above
AREA = sum(PANELS) + GAP * (len(PANELS) - 1)
HEIGHT = TOP + AREA + BOTTOM
FRAME = Frame(HEIGHT, (LEFT, RIGHT, TOP, BOTTOM), (0, 1), (0, 1))
PARTS = ("likelihood", "log", "score", "curvature")  # of the stage, a panel each
SURE = "intervals"  # the part that says how sure
EVERY = " ".join((*PARTS, SURE, "peak"))  # what stays whichever of these is spoken of
DEPTH = 9  # nats below the peak that the log-likelihood's panel shows
DATA_HEIGHT, LEAST_COUNTS = 220, 10


@dataclass(frozen=True)
class Looks:
    """Likelihood in % of its peak, log-likelihood, score and curvature over `theta` (N,), and at the share `here`.

    `parabola` (N,) continues the log-likelihood as its curvature at the peak has it. `drop` nats below the peak lie
    the ends of the interval `ratio`; `wald` is the one from the curvature. `truth` is None while nobody has looked.
    """

    theta: Array
    curves: Sequence[Array]
    parabola: Array | None
    here: float
    values: Sequence[float]
    peak: float | None
    highest: float
    sharpness: float
    drop: float
    ratio: tuple[float, float]
    wald: tuple[float, float] | None
    truth: float | None


@dataclass(frozen=True)
class Panel:
    """A strip of the figure: its foot and height in pixels, and the values that they stand for."""

    foot: float
    height: float
    low: float
    high: float
    ticks: Sequence[float]

    @property
    def top(self) -> float:
        return self.foot + self.height

    def at(self, value: Array | float) -> Any:
        """Where values stand in the figure, also those beyond the panel."""
        return self.foot + self.height * (value - self.low) / (self.high - self.low)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def line(self, x: Array, y: Array) -> tuple[Array, Array]:
        """What of a curve is inside, to the very edge, and NaN where it is not."""
        x, shown, bounded = x.copy(), y.copy(), np.clip(y, self.low, self.high)
        inside = bounded == y
        shown[~inside] = np.nan
        for edge in np.flatnonzero(inside[1:] != inside[:-1]):
            here, there = (edge, edge + 1) if inside[edge] else (edge + 1, edge)
            x[there] = x[here] + (x[there] - x[here]) * (bounded[there] - y[here]) / (y[there] - y[here])
            shown[there] = bounded[there]
        return x, self.at(shown)


def four_looks(looks: Looks, names: Sequence[str], values: Sequence[str], truth: str, mode: str | None) -> go.Figure:
    """Four panels above one axis. `names` stand above them at the left, `values`, those at `here`, at the right.

    The last two names are those of the axis and of the level at which the intervals end. All panels share one pair of
    axes, in pixels: with four pairs the browser takes a quarter longer at every move of the hand.
    """
    colours = theme.tokens(mode)
    panels = _panels(looks)
    notes = [_level_name(looks, panels[1], names[5], colours["muted"])]
    for panel, name, value, part in zip(panels, names[:4], values, PARTS, strict=True):
        place = {"yref": "y", "name": part}
        behind = {"bgcolor": colours["surface"], "borderpad": 0}  # the share in hand is drawn through all panels
        notes.append(_note(name, 0, panel.top, "left", colours["muted"]) | place | behind)
        notes.append(_note(value, 1, panel.top, "right", colours["ink"]) | place)
    if looks.truth is not None:
        right = looks.truth > 0.75
        label = {"x": looks.truth, "xref": "x", "xshift": -6 if right else 6, "yshift": -20}
        notes.append(_note(f"<b>{truth}</b>", 0, 1, "right" if right else "left", colours["ink"]) | label)
    ticks = {
        "tickvals": [panel.at(tick) for panel in panels for tick in panel.ticks],
        "ticktext": [f"{tick:g}".replace("-", "−") for panel in panels for tick in panel.ticks],
    }
    layout = {
        "template": template(mode),
        "height": HEIGHT,
        "margin": {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM, "pad": 0},
        "xaxis": {"range": [0, 1], "automargin": False, "title": {"text": names[4]}, "dtick": 0.25},
        "yaxis": {"range": [0, AREA], "automargin": False, **ticks},
        "shapes": _marks(looks, panels, colours),
        "annotations": notes,
    }
    return go.Figure({"data": _traces(looks, panels, colours), "layout": layout})


def _panels(looks: Looks) -> list[Panel]:
    feet = [AREA - sum(PANELS[: i + 1]) - GAP * i for i in range(len(PANELS))]
    slope, sharpness = 4.2 * math.sqrt(looks.sharpness) or 1.0, 3.4 * looks.sharpness or 1.0
    low, high = looks.highest - DEPTH, looks.highest + 1
    fives = [5.0 * number for number in range(math.ceil(low / 5), math.floor(high / 5) + 1)]
    return [
        Panel(feet[0], PANELS[0], 0, 106, [0, 50, 100]),
        Panel(feet[1], PANELS[1], low, high, fives),
        Panel(feet[2], PANELS[2], -slope, slope, [0]),
        Panel(feet[3], PANELS[3], 0, sharpness, [0, _round(sharpness)]),
    ]


def _round(limit: float) -> float:
    """The largest of 1, 1.5, 2, 3, 4, 6, 10, ... that a tick can stand at without touching the panel above."""
    digit = 10.0 ** math.floor(math.log10(0.85 * limit))
    return digit * max(lead for lead in (1, 1.5, 2, 3, 4, 6) if lead * digit <= 0.85 * limit)


def _traces(looks: Looks, panels: Sequence[Panel], colours: Mapping[str, str]) -> list[Part]:
    """The curves, the parabola, the share in hand on the curves, and the peak."""
    line, ring = {"color": colours["model"], "width": 2.5}, {"width": 1.5, "color": colours["surface"]}
    here = {"size": 9, "color": colours["ink"], "line": ring}
    traces = [
        _line(*panel.line(looks.theta, curve), line) | {"meta": part}
        for panel, curve, part in zip(panels, looks.curves, PARTS, strict=True)
    ]
    if looks.parabola is not None:
        dashed = {"color": colours["q"], "width": 2.5, "dash": "4px,4px"}
        traces.append(_line(*panels[1].line(looks.theta, looks.parabola), dashed) | {"meta": SURE})
    traces += [
        _dots([looks.here], [panel.at(value)], here) | {"meta": part}
        for panel, value, part in zip(panels, looks.values, PARTS, strict=True)
        if panel.holds(value)
    ]
    if looks.peak is not None:
        tops = [panels[0].at(100), panels[1].at(looks.highest)]
        tops += [panels[2].at(0)] if looks.parabola is not None else []  # at an edge the slope is not 0
        diamond = {"size": 8, "symbol": "diamond", "color": colours["model"]}
        traces.append(_dots([looks.peak] * len(tops), tops, diamond) | {"meta": "peak"})
    return traces


def _marks(looks: Looks, panels: Sequence[Panel], colours: Mapping[str, str]) -> list[Part]:
    """Each panel's frame, which cuts its curve; share in hand and truth; the intervals in two panels; two levels."""
    end = panels[1].at(looks.highest - looks.drop)
    thin = {"color": colours["axis"], "width": 1}
    marks = [
        *(_frame(panel, colours["grid"]) | {"name": part} for panel, part in zip(panels, PARTS, strict=True)),
        *(mark | {"name": SURE} for panel in panels[:2] for mark in _intervals(looks, panel, colours)),
        _level(end, {**thin, "dash": "dot"}) | {"name": SURE},
        _level(panels[2].at(0), thin) | {"name": EVERY},  # an axis
        _upright(looks.here, {"color": colours["ink"], "width": 1, "dash": "dot"}) | {"name": EVERY},  # a control's
    ]
    if looks.truth is not None:
        marks.append(_upright(looks.truth, {"color": colours["ink"], "width": 3}))
    return marks


def _intervals(looks: Looks, panel: Panel, colours: Mapping[str, str]) -> list[Part]:
    """Both intervals in one panel; they leave free what stands above it."""
    height: Part = {"y0": panel.foot, "y1": panel.top, "layer": "below"}
    band = {"type": "rect", "x0": looks.ratio[0], "x1": looks.ratio[1], "line": {"width": 0}, **height}
    dashed = {"color": colours["q"], "width": 1.5, "dash": "4px,4px"}
    ends = [_upright(end, dashed) | height for end in looks.wald or () if 0 <= end <= 1]
    return [{**band, "fillcolor": tint(colours["model"], 0.14)}, *ends]


def _frame(panel: Panel, colour: str) -> Part:
    """Where a panel ends."""
    line = {"color": colour, "width": 1}
    return {"type": "rect", "x0": 0, "x1": 1, "y0": panel.foot, "y1": panel.top, "line": line, "layer": "below"}


def _level_name(looks: Looks, panel: Panel, text: str, colour: str) -> Part:
    """At the side where the curve is low."""
    side = {"x": 0, "xanchor": "left"} if (looks.peak or 0) > 0.5 else {"x": 1, "xanchor": "right"}
    height = panel.at(looks.highest - looks.drop)
    return {**_note(text, 1, height, "right", colour), "yref": "y", "yshift": 0, "name": SURE, **side}


def seen_from_data(probabilities: Array, observed: int, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Probabilities (n + 1,) of 0, 1, ..., n red ones as bars; the observed number stands out.

    `words`: "probability" is the unit, "red" the axis, "observed" says what the observed bar is.
    """
    colours = theme.tokens(mode)
    shown = np.flatnonzero(probabilities > 1e-4 * probabilities.max())
    low, high = max(min(shown[0], observed) - 1, 0), min(max(shown[-1], observed) + 1, len(probabilities) - 1)
    counts, end = np.arange(low, high + 1), max(high, low + LEAST_COUNTS)
    fill = [colours["ink"] if count == observed else colours["axis"] for count in counts]
    layout = {
        "template": template(mode),
        "height": DATA_HEIGHT,
        "margin": {"l": LEFT, "r": RIGHT, "t": 28, "b": BOTTOM},
        "bargap": 0.15,
        "xaxis": {"range": [low - 0.5, end + 0.5], "title": {"text": words["red"]}, "automargin": False},
        "yaxis": {"range": [0, 1.1 * float(probabilities.max())], "automargin": False, "nticks": 4},
        "annotations": [
            _note(words["probability"], 0, 1, "left", colours["muted"]),
            _note(f"<b>{words['observed']}</b>", 1, 1, "right", colours["ink"]),
        ],
    }
    hover = "%{x}: %{y:.4f}<extra></extra>"
    bars = {"type": "bar", "x": counts, "y": probabilities[counts], "marker": {"color": fill}, "hovertemplate": hover}
    mark = {"size": 11, "symbol": "triangle-up", "color": colours["ink"]}
    return go.Figure({"data": [bars, _dots([observed], [0], mark) | {"cliponaxis": False}], "layout": layout})


def tint(colour: str, alpha: float) -> str:
    """A colour token, so thin."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _line(x: Array, y: Array, line: Part) -> Part:
    """A curve through all its points: Plotly would leave out those that are off by less than a pixel, which is seen."""
    line = {**line, "simplify": False}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _dots(x: Sequence[float], y: Sequence[float], marker: Part) -> Part:
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, "hoverinfo": "skip"}


def _upright(x: float, line: Part) -> Part:
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": AREA, "line": line}


def _level(y: float, line: Part) -> Part:
    return {"type": "line", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line, "layer": "below"}


def _note(text: str, x: float, y: float, anchor: str, colour: str) -> Part:
    """A line of text above a panel."""
    where = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": anchor, "yanchor": "bottom", "yshift": 2}
    return {"text": text, "font": {"color": colour}, "showarrow": False, **where}
