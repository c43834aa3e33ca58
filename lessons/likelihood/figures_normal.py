"""Figures on the likelihood of a Gaussian: the density over the data, and the map of its two parameters."""

from __future__ import annotations

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

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 264, 44, 12, 26, 44
X_RANGE, SIGMA_RANGE = (-5.0, 5.0), (0.0, 4.4)
FRAME = Frame(HEIGHT, (LEFT, RIGHT, TOP, BOTTOM), X_RANGE, (0, 1))
ARROW = 46  # pixels
NAME = (70, 18)  # of the top, width and height, pixels
SCALE = 26  # pixels of a unit of the map on a narrow screen; where there is more room, more lies around the name
APART = 1.2  # sigma from which on the names of both handles have room when each stands in the middle below its own


@dataclass(frozen=True)
class Fitted:
    """The density of N(mu, sigma^2) over x (N,), and data (n,) with what it is there."""

    mu: float
    sigma: float
    x: Array
    density: Array
    data: Array
    heights: Array


def density(fitted: Fitted, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """The density with a stem at each of the data: the likelihood is the product of their heights.

    `words`: "density" is the unit, "x" the axis; "mu" and "end" name the points mu and mu + sigma on it.
    """
    colours = theme.tokens(mode)
    top = max(0.36, 1.12 * float(fitted.density.max()))
    layout = {
        **_layout(mode, ""),
        "yaxis": {"range": [0, top], "automargin": False, "nticks": 4},
        "annotations": [
            _note(words["density"], colours["muted"]),
            *_handles(fitted, words, colours["ink"]),
            _note(words["x"], colours["muted"]) | {"x": 1, "y": 0, "xanchor": "right", "yanchor": "top", "yshift": -3},
        ],
    }
    zeros, gaps = np.zeros_like(fitted.data), np.full_like(fitted.data, np.nan)
    stems = np.column_stack([zeros, fitted.heights, gaps]).ravel()
    traces = [
        _trace(fitted.x, fitted.density, line={"color": colours["model"], "width": 2.5}),
        _trace(np.repeat(fitted.data, 3), stems, line={"color": colours["data"], "width": 1.5}),
        _trace(fitted.data, fitted.heights, mode="markers", marker={"size": 8, "color": colours["data"]}),
    ]
    return go.Figure({"data": traces, "layout": layout})


@dataclass(frozen=True)
class Landscape:
    """Closed curves (mu, sigma) of equal log-likelihood from the inside out, the point in hand, uphill, and the top."""

    contours: Sequence[tuple[Array, Array]]
    here: tuple[float, float]
    uphill: tuple[float, float]
    best: tuple[float, float]


def landscape(landscape: Landscape, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """The map of mu and sigma, both on one scale.

    `words`: "mu" and "sigma" name the axes, "best" the top, "curves" says what the curves are.
    """
    colours = theme.tokens(mode)
    (mu, sigma), (along_mu, along_sigma) = landscape.here, landscape.uphill
    steep = float(np.hypot(along_mu, along_sigma))
    layout = {
        **_layout(mode, words["mu"]),
        "yaxis": {"range": SIGMA_RANGE, "automargin": False, "nticks": 5, "scaleanchor": "x", "constrain": "domain"},
        "annotations": [
            _note(words["sigma"], colours["muted"]),
            _note(words["curves"], colours["model"]) | {"x": 1, "xanchor": "right"},
        ],
    }
    layout["xaxis"] |= {"constrain": "domain"}
    layout["annotations"] += _top(landscape, words["best"], colours)
    if steep > 1e-6:
        head = {"x": mu, "y": sigma, "ax": ARROW * along_mu / steep, "ay": -ARROW * along_sigma / steep}
        arrow = {"arrowcolor": colours["ink"], "arrowwidth": 2, "arrowside": "start", "startarrowhead": 2}
        layout["annotations"].append({**head, **arrow, "text": "", "showarrow": True})
    lines = [
        _trace(*curve, line={"color": colours["model"], "width": width})
        for curve, width in zip(landscape.contours, (2.5, 1.75, 1.25), strict=True)
    ]
    marks = [
        _trace([landscape.best[0]], [landscape.best[1]], mode="markers", marker=_marker("diamond", colours["model"])),
        _trace([mu], [sigma], mode="markers", marker=_marker("circle", colours["ink"])),
    ]
    return go.Figure({"data": [*lines, *marks], "layout": layout})


def _layout(mode: str | None, title: str) -> Part:
    return {
        "template": template(mode),
        "height": HEIGHT,
        "margin": {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM, "pad": 0},
        "xaxis": {"range": X_RANGE, "title": {"text": title}, "automargin": False, "dtick": 2},
    }


def _top(landscape: Landscape, name: str, colours: Mapping[str, str]) -> list[Part]:
    """The name of the top, where it covers none of the curves, and a line to it; nothing where it has no place."""
    width, height = (length / SCALE for length in NAME)
    x, y = landscape.best
    around = np.concatenate([np.column_stack(curve) for curve in landscape.contours])
    for sigma, up in _edges(landscape):
        low, high = (sigma, sigma + height) if up else (sigma - height, sigma)
        inside = (np.abs(around[:, 0] - x) < width / 2) & (low <= around[:, 1]) & (around[:, 1] <= high)
        beyond = low < 0 or high > SIGMA_RANGE[1] or abs(x) + width / 2 > X_RANGE[1]
        if not beyond and not inside.any():
            place = {"x": x, "y": sigma, "yanchor": "bottom" if up else "top", "showarrow": False}
            label = {"text": f"<b>{name}</b>", "font": {"color": colours["model"]}, "borderpad": 0}
            line = {"x": x, "y": y, "ax": x, "ay": sigma, "axref": "x", "ayref": "y", "text": "", "showarrow": True}
            return [place | label, {**line, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": colours["model"]}]
    return []


def _edges(landscape: Landscape) -> list[tuple[float, bool]]:
    """Where a name can stand above or below each of the curves, the inner ones first: sigma, and whether above."""
    away = 4 / SCALE
    ends = [(float(curve[1].min()) - away, float(curve[1].max()) + away) for curve in landscape.contours]
    return [place for low, high in ends for place in ((high, True), (low, False))]


def _trace(x: Array | list[float], y: Array | list[float], mode: str = "lines", **style: Part) -> Part:
    """Lines go through all their points; Plotly would leave out some, and the corners would be seen."""
    if mode == "lines":
        style["line"] = {**style["line"], "simplify": False}
    return {"type": "scatter", "mode": mode, "x": x, "y": y, "hoverinfo": "skip", **style}


def _marker(symbol: str, colour: str) -> Part:
    return {"size": 10, "symbol": symbol, "color": colour}


def _handles(fitted: Fitted, words: Mapping[str, str], colour: str) -> list[Part]:
    """The names of both handles, below the numbers of the axis, where no stem stands."""
    anchors = ("center", "center") if fitted.sigma >= APART else ("right", "left")
    places = (fitted.mu, fitted.mu + fitted.sigma)
    place = {"y": 0, "yanchor": "top", "yshift": -22, "borderpad": 0, "font": {"color": colour}, "showarrow": False}
    return [
        {**place, "x": x, "xanchor": anchor, "text": f"<b>{words[name]}</b>"}
        for name, x, anchor in zip(("mu", "end"), places, anchors, strict=True)
        if x <= X_RANGE[1]
    ]


def _note(text: str, colour: str) -> Part:
    where = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 2}
    return {"text": text, "font": {"color": colour}, "showarrow": False, **where}
