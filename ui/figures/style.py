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
