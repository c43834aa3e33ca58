"""Charts of the comparison: quality against what it costs, what judges and n do to a verdict, labels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import end_labels, template, unit_label

Floats = NDArray[np.float64]
HEIGHT, LINE = 320, 30  # CSS pixels: of a chart, and of a row in one with rows
SMALLEST = 200  # CSS pixels between the axes of a narrow screen


@dataclass(frozen=True)
class Point:
    """A model in a chart: what it is called, where it lies, and what is said when it is pointed at."""

    name: str
    title: str
    x: float
    y: float
    told: str


def front(points: Sequence[Point]) -> list[Point]:
    """Those for which no other is at least as small in both numbers and smaller in one, from left to right."""
    best: list[Point] = []
    for point in sorted(points, key=lambda one: (one.x, one.y)):
        if not best or point.y < best[-1].y:
            best.append(point)
    return best


def trade_off(points: Sequence[Point], chosen: str, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Quality against a cost, both logarithmic, small is good; the front is joined, and its models are named.

    `words`: "x" and "y" name the axes.
    """
    colours = theme.tokens(mode)
    best = front(points)
    named = {point.name for point in best} | {chosen}
    x, y = _decades([one.x for one in points]), _decades([one.y for one in points])
    steps = _stairs(best, x[1], y[1])
    layout = {
        "template": template(mode),
        "height": HEIGHT,
        "margin": {"l": 44, "r": 16, "t": 28, "b": 44},
        "xaxis": {"type": "log", "range": x, "title": {"text": words["x"]}, "automargin": False} | _ticks(x),
        "yaxis": {"type": "log", "range": y, "rangemode": "normal", "automargin": False, "ticklabelstandoff": 4}
        | _ticks(y),
    }
    marks = [_mark(point, colours, point.name == chosen) for point in points]
    figure = go.Figure({"data": [thin_line(*steps, colours["axis"], "dot"), *marks], "layout": layout})
    for point, place in _placed([one for one in points if one.name in named], x, y):
        colour = colours["ink"] if point.name == chosen else colours["model"]
        text = f"<b>{point.title}</b>" if point.name == chosen else point.title
        figure.add_annotation(x=math.log10(point.x), y=math.log10(point.y), text=text, font={"color": colour}, **place)
    unit_label(figure, words["y"])
    return figure


def _stairs(best: Sequence[Point], right: float, top: float) -> tuple[list[float], list[float]]:
    """The border of what some model reaches: down along each model of the front, then to the right."""
    xs, ys = [best[0].x], [10**top]
    for point in best:
        xs += [point.x, point.x]
        ys += [ys[-1], point.y]
    return [*xs, 10**right], [*ys, ys[-1]]


def thin_line(x: Sequence[float], y: Sequence[float], colour: str, dash: str = "solid") -> dict[str, Any]:
    """A thin line that says nothing when it is hovered over."""
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "hoverinfo": "skip"} | {
        "line": {"color": colour, "width": 1.5, "dash": dash, "simplify": False}
    }


def _mark(point: Point, colours: Mapping[str, str], chosen: bool) -> dict[str, Any]:
    ring = {"width": 2, "color": colours["ink"]} if chosen else {"width": 0}
    marker = {"size": 13 if chosen else 10, "color": colours["model"], "line": ring}
    hover = {"hovertemplate": f"{point.told}<extra></extra>"}
    return {"type": "scatter", "mode": "markers", "x": [point.x], "y": [point.y], "marker": marker, **hover}


def _decades(values: Sequence[float]) -> list[float]:
    """The range of a logarithmic axis, with some room for names."""
    low, high = math.log10(min(values)), math.log10(max(values))
    spare = max(0.12 * (high - low), 0.12)
    return [low - spare, high + spare]


def _ticks(ends: Sequence[float]) -> dict[str, Any]:
    """Few round numbers, written out."""
    for factors in ((1,), (1, 3), (1, 2, 5)):
        exponents = range(math.floor(ends[0]), math.ceil(ends[1]) + 1)
        values = [f * 10.0**e for e in exponents for f in factors if ends[0] <= math.log10(f * 10.0**e) <= ends[1]]
        if len(values) >= 2:
            break
    values = values[:: 1 + (len(values) - 1) // 5]
    return {"tickvals": values, "ticktext": [f"{value:,.0f}" if value >= 1 else f"{value:g}" for value in values]}


def _placed(points: Sequence[Point], x: Sequence[float], y: Sequence[float]) -> list[tuple[Point, dict[str, Any]]]:
    """Where the names stand: right of their dots, or left where they would leave the chart, and higher where another
    one stands already, for a chart of a narrow screen.
    """
    wide, high = SMALLEST + 60, HEIGHT - 72
    taken: list[tuple[float, float, float]] = []
    placed = []
    for point in sorted(points, key=lambda one: one.y):
        at = (math.log10(point.x) - x[0]) / (x[1] - x[0]) * wide
        up = (math.log10(point.y) - y[0]) / (y[1] - y[0]) * high
        length = 7.5 * len(point.title) + 12
        right = at + length <= wide
        begin = at + 10 if right else at - 10 - length
        shift = 11.0  # above the line that joins them
        while any(abs(up + shift - other) < 17 and begin < to and begin + length > start for start, to, other in taken):
            shift += 4
        taken.append((begin, begin + length, up + shift))
        anchor = {"xanchor": "left", "xshift": 9} if right else {"xanchor": "right", "xshift": -9}
        placed.append((point, {**anchor, "yshift": shift}))
    return placed


# --- what judges and n do


def verdicts(
    lines: Mapping[str, Sequence[float | None]],
    heads: Sequence[str],
    chosen: str,
    words: Mapping[str, str],
    mode: str | None,
) -> go.Figure:
    """A line for each model over the ways to judge it (title -> a number for each of the heads), logarithmic.

    `words`: "x" and "y" name the axes, "hover" is what is said of a point.
    """
    colours = theme.tokens(mode)
    numbers = [value for line in lines.values() for value in line if value is not None]
    y = _decades(numbers)
    layout = {
        "template": template(mode),
        "height": HEIGHT,
        "margin": {"l": 44, "r": 116, "t": 28, "b": 72},
        "xaxis": {"tickvals": list(range(len(heads))), "ticktext": list(heads), "range": [-0.2, len(heads) - 0.9]}
        | {"tickangle": 0, "automargin": False, "title": {"text": words["x"]}},
        "yaxis": {"type": "log", "range": y, "rangemode": "normal", "automargin": False, "ticklabelstandoff": 4}
        | _ticks(y),
    }
    data = [_judged(title, line, title == chosen, words["hover"], colours) for title, line in lines.items()]
    figure = go.Figure({"data": data, "layout": layout})
    pixels = (HEIGHT - 100) / (y[1] - y[0])
    ends = [
        (math.log10(line[-1]), title, colours["model" if title == chosen else "muted"])
        for title, line in lines.items()
        if line[-1]
    ]
    end_labels(figure, len(heads) - 1, ends, pixels)
    unit_label(figure, words["y"])
    return figure


def _judged(
    title: str, line: Sequence[float | None], chosen: bool, said: str, colours: Mapping[str, str]
) -> dict[str, Any]:
    """A model's numbers over the ways to judge it; the chosen one is set off."""
    colour, width = (colours["model"], 3) if chosen else (colours["axis"], 1.5)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(line))),
        "y": list(line),
        "line": {"color": colour, "width": width},
        "marker": {"size": 8},
        "hovertemplate": f"{title}<br>%{{x}}: {said}<extra></extra>",
    }


# --- labels


def heat(
    values: Floats, titles: Sequence[str], words: Mapping[str, str], mode: str | None, middle: float | None = None
) -> go.Figure:
    """A table of shares (models, 10) in colour, NaN where there is none, with the numbers in per cent.

    With a `middle` both sides of it are coloured, else the darker the lower. `words`: "x" names the axis, "hover" what
    is said of a cell.
    """
    colours = theme.tokens(mode)
    paper, strong = colours["bg"], colours["error"]
    known = values[np.isfinite(values)]
    if middle is None:
        scale, ends = [[0, strong], [1, paper]], (min(0.9, float(known.min())), 1.0)
    else:
        reach = max(float(np.abs(known - middle).max()), 0.02)
        scale, ends = [[0, strong], [0.5, paper], [1, colours["axis"]]], (middle - reach, middle + reach)
    text = [["" if math.isnan(one) else f"{100 * one:.1f}" for one in row] for row in values]
    data = {
        "type": "heatmap",
        "z": values,
        "x": list(range(10)),
        "y": list(titles),
        "text": text,
        "texttemplate": "%{text}",
        "colorscale": scale,
        "zmin": ends[0],
        "zmax": ends[1],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": f"{words['hover']}<extra></extra>",
    }
    layout = {
        "template": template(mode),
        "height": 60 + LINE * len(titles),
        "margin": {"l": 8, "r": 8, "t": 8, "b": 44},
        "xaxis": {"tickvals": list(range(10)), "title": {"text": words["x"]}, "showline": False, "ticks": ""},
        "yaxis": {"autorange": "reversed", "showgrid": False, "rangemode": "normal", "tickvals": list(titles)},
    }
    return go.Figure({"data": [data], "layout": layout})
