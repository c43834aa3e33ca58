"""Figures of the Markov page: the distance that shrinks, the eigenvalues, the triangle, what is stationary."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import STANDARD_HEIGHT, template, unit_label

Floats = NDArray[np.float64]

SQUARE = 288  # as wide as the rail
INDEX = 11  # pixels of an index or exponent
LEAST = 1e-12  # of a distance that is shown; below, rounding is all there is
CORNERS = np.array([[0, 0], [1, 0], [0.5, math.sqrt(3) / 2]])


def distance(distances: Floats, rate: float | None, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Distance from the long run at each step, on a logarithmic axis, and the slope of `rate` if there is one.

    `words`: "step" (the axis), "distance" and "rate" name the lines, "unit" the upright axis.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    steps = np.arange(len(distances))
    seen = distances > LEAST
    last = max(int(steps[seen][-1]) if seen.any() else 0, 5)
    mark = {"size": 7, "color": colours["error"]}
    line = {"color": colours["error"], "width": 2}
    figure.add_scatter(x=steps[seen], y=distances[seen], mode="lines+markers", line=line, marker=mark)
    figure.data[-1].hovertemplate = "t = %{x}: %{y:.2g}<extra></extra>"
    shown = distances[seen]
    low = math.log10(shown.min()) if len(shown) else -3
    low = min(math.floor(low), -1)
    named = [(words["distance"], colours["error"])]
    if rate is not None and 0 < rate < 1 and seen.sum() > 1:
        curve = distances[seen][0] * rate**steps
        fits = (curve > 10.0**low) & (steps <= last)
        dash = {"color": colours["ink"], "width": 2, "dash": "dash"}
        figure.add_scatter(x=steps[fits], y=curve[fits], mode="lines", line=dash, hoverinfo="skip")
        named.append((words["rate"], colours["ink"]))
    figure.update_layout(
        xaxis={"range": [-0.5, last + 0.5], "title": {"text": words["step"]}},
        yaxis={"type": "log", "range": [low, 0.1], **_powers(low)},
        margin={"r": 16},
    )
    _name_lines(figure, named, shown, low)
    unit_label(figure, words["unit"])
    return figure


def _name_lines(figure: go.Figure, named: list[tuple[str, str]], shown: Floats, low: int) -> None:
    """Say in their colours what the lines are, at the right, of an axis that ends at 10^low."""
    # the lines fall to the right: what they are called stands above them, or below where they hardly fall
    late = shown[len(shown) // 2 :]
    above = not len(late) or math.log10(late.max()) < 0.1 - 0.25 * (0.1 - low)
    for i, (name, colour) in enumerate(named if above else named[::-1]):
        figure.add_annotation(
            xref="paper",
            yref="paper",
            x=1,
            xanchor="right",
            y=int(above),
            yanchor="top" if above else "bottom",
            yshift=(-1 if above else 1) * (4 + 20 * i),
            text=f"<b>{_indexed(name)}</b>",
            font={"color": colour},
        )


def _powers(low: int) -> dict[str, object]:
    """Ticks of a logarithmic axis from 10^low to 1; those that Plotly writes as powers are larger than other ticks."""
    powers = range(0, low - 1, -max(1, math.ceil(-low / 4)))
    return {"tickvals": [10.0**power for power in powers], "ticktext": [_power(power) for power in powers]}


def _power(power: int) -> str:
    sign = f'<span style="font-size:{INDEX}px">−{-power}</span>'
    return f"10<sup>{sign}</sup>" if power else "1"


def _indexed(text: str) -> str:
    """A label with an index that can be read; that of the letter itself is half as high."""
    return text.replace("₂", f'<sub><span style="font-size:{INDEX}px">2</span></sub>')


def eigenvalues(values: NDArray[np.complex128], second: float, label: str, mode: str | None) -> go.Figure:
    """All eigenvalues in the unit circle of the complex plane, and the circle of the second largest modulus."""
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": SQUARE, "width": SQUARE})
    ring = {"type": "circle", "layer": "below"}
    figure.add_shape(**ring, x0=-1, x1=1, y0=-1, y1=1, line={"color": colours["axis"], "width": 1})
    if second > 0:
        dash = {"color": colours["ink"], "width": 1.5, "dash": "dash"}
        figure.add_shape(**ring, x0=-second, x1=second, y0=-second, y1=second, line=dash)
    for way in ({"x": [-1, 1], "y": [0, 0]}, {"x": [0, 0], "y": [-1, 1]}):
        figure.add_scatter(**way, mode="lines", line={"color": colours["grid"], "width": 1}, hoverinfo="skip")
    mark = {"size": 11, "color": colours["ink"], "line": {"width": 1.5, "color": colours["bg"]}}
    figure.add_scatter(x=values.real, y=values.imag, mode="markers", marker=mark)
    figure.data[-1].hovertemplate = "%{x:.4f} %{y:+.4f} i<extra></extra>"
    hidden = {"visible": False, "range": [-1.2, 1.2]}
    figure.update_layout(xaxis=hidden, yaxis={**hidden, "scaleanchor": "x"}, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    if second > 0.12:
        place = {"x": 0, "y": -second, "yanchor": "top", "yshift": -2, "font": {"color": colours["ink"]}}
        figure.add_annotation(text=f"<b>{_indexed(label)}</b>", **place)
    figure.add_annotation(x=1, y=0, text="1", xanchor="left", xshift=10)
    figure.add_annotation(x=0, y=1, text="i", yanchor="bottom", yshift=2)
    return figure


def triangle(
    path: Floats, visits: Floats, stationary: Floats, names: Sequence[str], words: Mapping[str, str], mode: str | None
) -> go.Figure:
    """Distributions over three states as points of a triangle: the way of pi_t, that of the visits, what stays.

    `stationary` (classes, 3) spans all that is stationary: a point, a segment or the whole triangle.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": 400})
    edge = np.vstack([CORNERS, CORNERS[:1]])
    figure.add_scatter(x=edge[:, 0], y=edge[:, 1], mode="lines", line={"color": colours["axis"], "width": 1})
    still = stationary @ CORNERS
    loop = np.vstack([still, still[:1]])
    fill = {"fill": "toself", "fillcolor": colours["grid"]} if len(still) == 3 else {}
    heavy = {"color": colours["ink"], "width": 4}
    figure.add_scatter(x=loop[:, 0], y=loop[:, 1], mode="lines", line=heavy, **fill)
    walked = visits @ CORNERS
    figure.add_scatter(x=walked[:, 0], y=walked[:, 1], mode="lines", line={"color": colours["data"], "width": 1.2})
    gone = path @ CORNERS
    line, mark = {"color": colours["model"], "width": 2.5}, {"color": colours["model"], "size": 8}
    figure.add_scatter(x=gone[:, 0], y=gone[:, 1], mode="lines+markers", line=line, marker=mark)
    ink = {"size": 13, "color": colours["ink"], "symbol": "diamond"}
    figure.add_scatter(x=still[:, 0], y=still[:, 1], mode="markers", marker=ink)
    figure.update_traces(hoverinfo="skip")
    for (x, y), name, anchor, shift in zip(CORNERS, names, ("top", "top", "bottom"), (-6, -6, 6), strict=True):
        figure.add_annotation(x=x, y=y, text=_bold(name), yanchor=anchor, yshift=shift, font={"color": colours["ink"]})
    for i, (name, role) in enumerate((("distribution", "model"), ("visits", "data"), ("stationary", "ink"))):
        label = {"x": -0.2, "y": 0.9 - 0.075 * i, "xanchor": "left", "font": {"color": colours[role]}}
        figure.add_annotation(text=f"<b>{words[name]}</b>", **label)
    figure.update_layout(
        xaxis={"visible": False, "range": [-0.22, 1.22]},
        yaxis={"visible": False, "range": [-0.12, 0.98], "scaleanchor": "x"},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    return figure


def simplex(ends: Floats, starts: Sequence[str], classes: Sequence[str], comma: str, mode: str | None) -> go.Figure:
    """All stationary distributions as the mixtures of their corners, and where each start comes to lie among them.

    `ends` (starts, classes) are the weights of the mixtures; `comma` stands between starts at one place. Two classes
    make a segment, three a triangle; more are drawn as a flat polygon, in which several mixtures may share a point.
    """
    colours = theme.tokens(mode)
    count = len(classes)
    angles = np.pi / 2 + 2 * np.pi * np.arange(count) / count + (np.pi / 2 if count == 2 else 0)
    corners = np.stack([np.cos(angles), np.sin(angles)], axis=1).round(9)
    height = 150 if count == 2 else SQUARE
    figure = go.Figure(layout={"template": template(mode), "height": height})
    line = {"color": colours["ink"], "width": 3}
    for i in range(count):
        for j in range(i):
            figure.add_scatter(x=corners[[i, j], 0], y=corners[[i, j], 1], mode="lines", line=line)
    mark = {"size": 13, "color": colours["ink"], "symbol": "diamond"}
    figure.add_scatter(x=corners[:, 0], y=corners[:, 1], mode="markers", marker=mark)
    for (x, y), name in zip(corners, classes, strict=True):
        up = y >= -0.01
        place = {"yanchor": "bottom" if up else "top", "yshift": 10 if up else -10}
        figure.add_annotation(x=x, y=y, text=_bold(name), font={"color": colours["ink"]}, **place)
    inner: dict[tuple[float, ...], list[str]] = {}
    for weights, name in zip(ends, starts, strict=True):
        if weights.max() < 1 - 1e-9:
            inner.setdefault(tuple((weights @ corners).round(6)), []).append(name)
    dot = {"size": 10, "color": colours["model"]}
    figure.add_scatter(x=[x for x, _ in inner], y=[y for _, y in inner], mode="markers", marker=dot)
    for (x, y), named in inner.items():
        label = {"yanchor": "top", "yshift": -8, "font": {"color": colours["model"]}}
        figure.add_annotation(x=x, y=y, text=_bold(comma.join(named)), **label)
    figure.update_traces(hoverinfo="skip")
    tall = 1.0 if count == 2 else 1.35
    figure.update_layout(
        xaxis={"visible": False, "range": [-1.35, 1.35]},
        yaxis={"visible": False, "range": [-tall, tall]},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    return figure


def _bold(name: str) -> str:
    """A state's name as a label; a chart would take < for the beginning of a tag."""
    return f"<b>{escape(name, quote=False)}</b>"
