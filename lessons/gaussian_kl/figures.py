"""Figures of the page on Gaussians: p is ink and solid, q green and dashed, a divergence violet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import STANDARD_HEIGHT, Frame, end_labels, template

Array = NDArray[np.float64]
Part = dict[str, Any]

X_RANGE = (-6.0, 6.0)
LEFT, RIGHT = 44, 16  # margins of every figure here, in CSS pixels
FIRST, SECOND = 0.47, 0.53  # of two panels side by side: where the first ends and the second begins
# Rows of the first figure, from above: densities, the rulers that carry the handles, what is averaged
TOP, DENSITIES, RULERS, GAP, INTEGRANDS, BOTTOM = 24, 118, 64, 90, 98, 22
HEIGHT = TOP + DENSITIES + RULERS + GAP + INTEGRANDS + BOTTOM
RULER_Y = {"p": 0.75, "q": 0.297}
BELOW = 13 / RULERS  # a ruler lies below its handles: beside each other they may be wider than it
RULER_FRAME = Frame(HEIGHT, (LEFT, RIGHT, TOP + DENSITIES, GAP + INTEGRANDS + BOTTOM), X_RANGE, (0, 1))
BOX_HEIGHT, BOX_MARGIN = 220, (LEFT, RIGHT, 26, 30)
BOX_FRAME = Frame(BOX_HEIGHT, BOX_MARGIN, X_RANGE, (0, 1))
PLANE_SIDE, PLANE_RANGE = 404, (-5.0, 5.0)
PLANE_FRAME = Frame(PLANE_SIDE, (LEFT, RIGHT, 28, 44), PLANE_RANGE, PLANE_RANGE)


@dataclass(frozen=True)
class Pair:
    """Two Gaussians (mu, sigma) over x (N,): their densities, and p log p/q and q log q/p there."""

    p: tuple[float, float]
    q: tuple[float, float]
    x: Array
    density_p: Array
    density_q: Array
    forward: Array
    reverse: Array


def pair(pair: Pair, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Densities, a ruler from mu - sigma to mu + sigma for each, and the integrands of both directions side by side.

    `words`: "density" and "x" name the axes, "p" and "q" stand beside the rulers, what begins with "curve-" says what
    the height of an integrand is, "forward" and "reverse" what its area.
    """
    colours = theme.tokens(mode)
    total = HEIGHT - TOP - BOTTOM
    low, middle = INTEGRANDS / total, (INTEGRANDS + GAP) / total
    highest = float(max(pair.density_p.max(), pair.density_q.max()))
    both = (("p", pair.p, colours["ink"]), ("q", pair.q, colours["q"]))
    panels = (("forward", 0.0, FIRST), ("reverse", SECOND, 1.0))
    layout = {
        **_layout(mode, HEIGHT, TOP, BOTTOM),
        "xaxis": {"range": X_RANGE, "automargin": False, "anchor": "y2"},
        "yaxis": {"range": [0, 1.12 * highest], "domain": [middle + RULERS / total, 1], **_few_ticks},
        "yaxis2": {"range": [0, 1], "domain": [middle, middle + RULERS / total], "visible": False},
        **_integrand_axes(pair, low, colours),
        "annotations": [
            _note(words["density"], 0, 1, yanchor="bottom", yshift=4, name="p q"),
            *(_beside_ruler(words[name], mu, RULER_Y[name], colour, name) for name, (mu, _), colour in both),
            _note(words["x"], 1, middle, yanchor="top", yshift=-4, name="p q"),
            *(note for panel in panels for note in _panel_notes(*panel, low, words, colours["error"])),
        ],
        "shapes": [_ruler(parameters, RULER_Y[name] - BELOW, colour, name) for name, parameters, colour in both],
    }
    traces = [
        _curve(pair.x, pair.density_p, colours["ink"], meta="p"),
        _curve(pair.x, pair.density_q, colours["q"], "dash", meta="q"),
    ]
    for axis, curve, part in ((3, pair.forward, "forward"), (4, pair.reverse, "reverse")):
        traces += _area(pair.x, curve, colours["error"], axis, part)
    return go.Figure({"data": traces, "layout": layout})


@dataclass(frozen=True)
class ThreeWays:
    """What approaches the exact value: an area under straight lines between points, and a running average.

    `x`, `curve` (N,): the integrand; `nodes`, `heights` (K,): its points; `draws` (M,): numbers of draws, `average`
    and `margin` (M,): the average after each and what it may be off by.
    """

    x: Array
    curve: Array
    nodes: Array
    heights: Array
    draws: Array
    average: Array
    margin: Array
    exact: float


def three_ways(ways: ThreeWays, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Quadrature and Monte Carlo side by side. `words`: "quadrature", "monte-carlo", "exact", "x" and "draws"."""
    colours = theme.tokens(mode)
    lower, upper = ways.average - ways.margin, ways.average + ways.margin
    seen = ways.draws >= min(10, ways.draws[-1])  # the very first would press all that follows flat
    low, high = min(lower[seen].min(), ways.exact), max(upper[seen].max(), ways.exact)
    room = 0.12 * (high - low) or 0.05
    last = float(np.log10(ways.draws[-1]))
    layout = {
        **_layout(mode, STANDARD_HEIGHT, 28, 48, 96),
        "xaxis": {"domain": [0, FIRST], "range": [ways.x[0], ways.x[-1]], **_titled(words["x"])},
        "yaxis": {**_few_ticks, "zeroline": True, "zerolinecolor": colours["axis"], "rangemode": "normal"},
        "xaxis2": {"domain": [SECOND, 1], "anchor": "y2", "type": "log", "range": [0, last], "dtick": 1},
        "yaxis2": {"range": [low - room, high + room], "anchor": "x2", "rangemode": "normal", **_few_ticks},
        "annotations": [
            _note(words["quadrature"], 0, 1, yanchor="bottom", yshift=6),
            _note(words["monte-carlo"], SECOND, 1, yanchor="bottom", yshift=6),
            _note(words["exact"], 1, ways.exact, colours["error"], yref="y2", xshift=8, align="left"),
        ],
    }
    layout["xaxis2"] |= _titled(words["draws"])
    dots = {"mode": "lines+markers", "marker": {"size": 6, "color": colours["error"]}}
    polygon = {**dots, "fill": "tozeroy", "fillcolor": _tint(colours["error"], 0.22)}
    around = np.concatenate([ways.draws, ways.draws[::-1]]), np.concatenate([upper, lower[::-1]])
    band = {"fill": "toself", "fillcolor": _tint(colours["data"], 0.18)}
    traces = [
        _curve(ways.x, ways.curve, colours["axis"], width=1.5),
        {**_curve(ways.nodes, ways.heights, colours["error"], width=1.5), **polygon},
        {**_curve(*around, colours["data"], width=0, axis=2), **band},
        _curve(ways.draws, ways.average, colours["data"], axis=2),
        _curve(ways.draws[[0, -1]], np.full(2, ways.exact), colours["error"], "dot", axis=2),
    ]
    return go.Figure({"data": traces, "layout": layout})


def plane(ellipses: Sequence[tuple[str, Array]], words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Curves (role, points (N, 2)) in the plane; "ink" is p, "q" is q. `words`: "p" and "q" stand at their tops."""
    colours = theme.tokens(mode)
    dashes = {"ink": "solid", "q": "dash"}
    traces = [_curve(points[:, 0], points[:, 1], colours[role], dashes[role]) for role, points in ellipses]
    tops = {role: points[points[:, 1].argmax()] for role, points in ellipses}  # the last of a role is the widest
    names = {"ink": words["p"], "q": words["q"]}
    layout = {
        **_layout(mode, PLANE_SIDE, 28, 44),
        "xaxis": {"range": PLANE_RANGE, **_titled("x₁")},
        "yaxis": {"range": PLANE_RANGE, "automargin": False},
        "annotations": [
            _note(f"<b>{names[role]}</b>", x, y, colours[role], "y", xref="x", xanchor="center", yanchor="bottom")
            for role, (x, y) in tops.items()
        ]
        + [_note("x₂", 0, 1, yanchor="top", xshift=6)],
    }
    return go.Figure({"data": traces, "layout": layout})


def box(x: Array, density_p: Array, ends: tuple[float, float], unit: str, mode: str | None) -> go.Figure:
    """A Gaussian p, and a uniform q if the ends are in order; where q is zero and p is not, p is hatched."""
    colours, (low, high) = theme.tokens(mode), ends
    highest, traces = float(density_p.max()), []
    named = {"xref": "x", "yanchor": "bottom"}
    names = [_note("<b>p</b>", float(x[density_p.argmax()]), highest, colours["ink"], "y", **named, xshift=8)]
    if low < high:
        highest = max(highest, 1 / (high - low))
        edges, steps = np.array([X_RANGE[0], low, low, high, high, X_RANGE[1]]), np.array([0, 0, 1, 1, 0, 0])
        for tail in (x <= low, x >= high):
            hatch = {"fill": "tozeroy", "fillpattern": _hatch(colours["error"])}
            traces.append({**_curve(x[tail], density_p[tail], colours["error"], width=0), **hatch})
        traces.append(_curve(edges, steps / (high - low), colours["q"], "dash"))
        names.append(_note("<b>q</b>", low, 1 / (high - low), colours["q"], "y", **named))
    layout = {
        **_layout(mode, BOX_HEIGHT, *BOX_MARGIN[2:]),
        "xaxis": {"range": X_RANGE, "automargin": False},
        "yaxis": {"range": [0, 1.12 * highest], **_few_ticks},
        "annotations": [_note(unit, 0, 1, yanchor="bottom", yshift=4), *names],
    }
    return go.Figure({"data": [*traces, _curve(x, density_p, colours["ink"])], "layout": layout})


@dataclass(frozen=True)
class Units:
    """Both entropies and both divergences over the scale of x, each (S,)."""

    scale: Array
    entropy_p: Array
    entropy_q: Array
    forward: Array
    reverse: Array


def units(units: Units, here: float, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Four lines over the scale; a fine one marks `here`. `words`: "nats", "scale", and a name for each line."""
    colours = theme.tokens(mode)
    lines = [
        ("entropy_p", colours["ink"], "solid"),
        ("entropy_q", colours["q"], "dash"),
        ("forward", colours["error"], "solid"),
        ("reverse", colours["error"], "dash"),
    ]
    curves = {name: getattr(units, name) for name, _, _ in lines}
    low, high = min(curve.min() for curve in curves.values()), max(curve.max() for curve in curves.values())
    room = 0.06 * (high - low)
    right = 8 * max(len(words[name]) for name in curves) + 16
    zero = {"zeroline": True, "zerolinecolor": colours["axis"], "rangemode": "normal", "automargin": False}
    upright = {"type": "line", "x0": here, "x1": here, "y0": 0, "y1": 1, "yref": "paper"}
    layout = {
        **_layout(mode, STANDARD_HEIGHT, 26, 48, right),
        "xaxis": {"range": [0, units.scale[-1]], **_titled(words["scale"])},
        "yaxis": {"range": [low - room, high + room], **zero},
        "annotations": [_note(words["nats"], 0, 1, yanchor="bottom", yshift=4)],
        "shapes": [{**upright, "line": {"color": colours["axis"], "width": 1, "dash": "dot"}}],
    }
    traces = [_curve(units.scale, curves[name], colour, dash) for name, colour, dash in lines]
    figure = go.Figure({"data": traces, "layout": layout})
    ends = [(float(curves[name][-1]), words[name], colour) for name, colour, _ in lines]
    end_labels(figure, units.scale[-1], ends, pixels_per_unit=(STANDARD_HEIGHT - 74) / (high - low + 2 * room))
    return figure


# --- pieces

_few_ticks: Part = {"nticks": 4, "automargin": False}


def _layout(mode: str | None, height: int, top: int, bottom: int, right: int = RIGHT) -> Part:
    margin = {"l": LEFT, "r": right, "t": top, "b": bottom}
    return {"template": template(mode), "height": height, "margin": margin, "hovermode": False}


def _titled(title: str) -> Part:
    return {"title": {"text": title}, "automargin": False}


def _integrand_axes(pair: Pair, top: float, colours: Mapping[str, str]) -> Part:
    """The axes of both integrands, with one scale so that areas can be compared."""
    floor = float(min(pair.forward.min(), pair.reverse.min()))
    ceiling = float(max(pair.forward.max(), pair.reverse.max(), 0.05))
    upright = {"range": [1.15 * floor - 0.03 * ceiling, 1.08 * ceiling], "domain": [0, top], "rangemode": "normal"}
    zero = {"zeroline": True, "zerolinecolor": colours["axis"], "zerolinewidth": 1, **_few_ticks, "nticks": 3}
    level = {"range": X_RANGE, "nticks": 4, "automargin": False, "showline": False, "ticks": ""}
    return {
        "xaxis3": {**level, "domain": [0, FIRST], "anchor": "y3"},
        "yaxis3": {**upright, **zero, "anchor": "x3"},
        "xaxis4": {**level, "domain": [SECOND, 1], "anchor": "y4"},
        "yaxis4": {**upright, **zero, "anchor": "x4", "showticklabels": False},
    }


def _panel_notes(name: str, left: float, right: float, top: float, words: Mapping[str, str], colour: str) -> list[Part]:
    """Above an integrand its area and what its height is, at the end of its axis x."""
    above = {"yanchor": "bottom", "name": name}
    return [
        _note(words[name], left, top, colour, yshift=38, **above),
        _note(words[f"curve-{name}"], left, top, yshift=2, align="left", **above),
        _note(words["x"], right, 0, yanchor="top", yshift=2, name=name),
    ]


def _curve(
    x: Array, y: Array, colour: str, dash: str = "solid", width: float = 2.5, axis: int = 1, **more: Any
) -> Part:
    """A line on the axes of that number."""
    line = {"color": colour, "dash": dash, "width": width}
    place = {"xaxis": f"x{axis}", "yaxis": f"y{axis}"} if axis > 1 else {}
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip", **place, **more}


def _area(x: Array, y: Array, colour: str, axis: int, part: str) -> list[Part]:
    """What lies above zero is filled, what lies below is hatched. Two traces: every further one can be felt."""
    below = y < 0
    place: Part = {"axis": axis, "fill": "tozeroy", "meta": part}
    hatched = _curve(x, np.where(below, y, 0), colour, width=0, fillpattern=_hatch(colour), **place)
    return [_curve(x, y, colour, width=2, fillcolor=_tint(colour, 0.25), **place), hatched]


def _hatch(colour: str) -> Part:
    return {"shape": "/", "fgcolor": colour, "bgcolor": "rgba(0,0,0,0)", "size": 6, "solidity": 0.2}


def _ruler(parameters: tuple[float, float], y: float, colour: str, part: str) -> Part:
    """From mu - sigma to mu + sigma, in the row of the rulers."""
    mu, sigma = parameters
    ends = {"x0": mu - sigma, "x1": mu + sigma, "y0": y, "y1": y, "yref": "y2"}
    return {"type": "line", **ends, "line": {"color": colour, "width": 2}, "name": f"{part} rulers"}


def _beside_ruler(text: str, mu: float, y: float, colour: str, part: str) -> Part:
    """What a ruler says, at that edge of the figure which it is farther from."""
    right = mu < 0
    return _note(text, float(right), y, colour, "y2", xanchor="right" if right else "left", name=f"{part} rulers")


def _note(text: str, x: float, y: float, colour: str = "", yref: str = "paper", **more: Any) -> Part:
    """Text beside (x, y): shares of the figure, or in the units of an axis."""
    font = {"size": 13, **({"color": colour} if colour else {})}
    return {"text": text, "x": x, "y": y, "xref": "paper", "yref": yref, "xanchor": "left", "font": font, **more}


def _tint(colour: str, opacity: float) -> str:
    """#rrggbb, to be seen through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
