"""How every chart looks: template by theme, no legend, labels at the ends of the lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ui import theme

FONT = "PlexSans,PlexPi,'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True}
STANDARD_HEIGHT = 280
REST = 0.28  # what is left of that of which a step does not speak, as in components/focus


@dataclass(frozen=True)
class Frame:
    """Where a chart's axes lie: its height and margins in CSS pixels (left, right, top, bottom), and its ranges."""

    height: int
    margin: tuple[int, int, int, int]
    x: tuple[float, float]
    y: tuple[float, float]


def template(mode: str | None) -> dict[str, Any]:
    """Plotly template in the colours of theme `mode`."""
    t = theme.tokens(mode)
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": t["axis"],
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": t["axis"],
        "tickfont": {"size": 13, "color": t["muted"]},
        "nticks": 5,
        "automargin": True,
        "fixedrange": True,
        "title": {"font": {"size": 13, "color": t["muted"]}, "standoff": 8},
    }
    upright = {**axis, "showgrid": True, "gridcolor": t["grid"], "gridwidth": 1, "showline": False, "ticks": ""}
    layout = {
        "font": {"family": FONT, "size": 13, "color": t["muted"]},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 132, "t": 28, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": t["ink"],
            "bordercolor": t["ink"],
            "font": {"family": FONT, "size": 13, "color": t["bg"]},
        },
        "xaxis": axis,
        "yaxis": {**upright, "rangemode": "tozero"},
        "annotationdefaults": {"showarrow": False, "font": {"size": 13}, "borderpad": 2},
    }
    return {"layout": layout, "data": {"scatter": [{"line": {"width": 2.5}}]}}


def dim(figure: go.Figure, part: str) -> go.Figure:
    """The figure with all dimmed but what belongs to the `part` of the stage, or to several; as it is for "".

    A trace says to which parts it belongs in its `meta`, an annotation and a shape in its `name`.
    """
    if not part:
        return figure
    names = set(part.split())
    for trace in figure.data:
        if names.isdisjoint((trace.meta or "").split()):
            trace.opacity = REST * (1 if trace.opacity is None else trace.opacity)
            if getattr(trace, "fill", None):
                _fade(trace)
    for one in (*figure.layout.annotations, *figure.layout.shapes):
        if names.isdisjoint((one.name or "").split()):
            one.opacity = REST * (1 if one.opacity is None else one.opacity)
    return figure


def _fade(filled: Any) -> None:
    """Plotly draws a trace with a filled area in full, whatever its opacity: its colours are made fainter instead."""
    for holder, name in ((filled, "fillcolor"), (filled.line, "color"), (filled.fillpattern, "fgcolor")):
        if colour := holder[name]:
            holder[name] = _faint(colour)


def _faint(colour: str) -> str:
    """A colour as #rrggbb or rgba(r,g,b,a), with REST of its opacity."""
    if colour.startswith("#"):
        red, green, blue, opacity = *(float(int(colour[i : i + 2], 16)) for i in (1, 3, 5)), 1.0
    else:
        red, green, blue, opacity = map(float, colour.removeprefix("rgba(").removesuffix(")").split(","))
    return f"rgba({red:g},{green:g},{blue:g},{REST * opacity:g})"


def end_labels(figure: go.Figure, x: float, ends: Sequence[tuple[float, str, str]], pixels_per_unit: float) -> None:
    """Name each line at its end (y, text, colour), pushed apart where they would overlap."""
    line_height = 17.0
    lowest = -math.inf
    for y, text, colour in sorted(ends):
        at = max(y * pixels_per_unit, lowest + line_height)
        lowest = at
        figure.add_annotation(
            x=x,
            y=y,
            text=f"<b>{text}</b>",
            font={"color": colour},
            xanchor="left",
            xshift=8,
            yshift=at - y * pixels_per_unit,
        )


def unit_label(figure: go.Figure, text: str) -> None:
    """The unit of the y axis, above it at the left."""
    figure.add_annotation(x=0, y=1, xref="paper", yref="paper", text=text, xanchor="left", yanchor="bottom", yshift=6)
