"""Figures of the information page: the stacked bars, the running average, the two losses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import STANDARD_HEIGHT, end_labels, template, unit_label

STACK_HEIGHT = 128
LABEL = 0.31  # of the axis: what a label takes on a narrow screen


def stacked(rows: Sequence[tuple[str, float, str, float]], mode: str | None) -> go.Figure:
    """Each row (entropy's name, its value, divergence's name, its value) as one bar of two parts."""
    colours = theme.tokens(mode)
    finite = [entropy + kl for _, entropy, _, kl in rows if math.isfinite(kl)]
    end = max([1.0, *finite, *(1.3 * entropy for _, entropy, _, _ in rows)]) * 1.02
    y = [len(rows) - i for i in range(len(rows))]
    kls = [kl if math.isfinite(kl) else end - entropy for _, entropy, _, kl in rows]
    figure = go.Figure(layout={"template": template(mode), "height": STACK_HEIGHT, "barmode": "stack", "bargap": 0.6})
    entropies = [entropy for _, entropy, _, _ in rows]
    common = {"orientation": "h", "y": y, "hoverinfo": "skip"}
    figure.add_bar(x=entropies, marker={"color": colours["ink"]}, **common)
    hatch = {"shape": "/", "fillmode": "overlay", "fgcolor": colours["surface"], "size": 7, "solidity": 0.25}
    figure.add_bar(x=kls, marker={"color": colours["error"], "pattern": hatch}, **common)
    for place, (name, entropy, other, kl), drawn in zip(y, rows, kls, strict=True):
        value = f"{kl:.4f}" if math.isfinite(kl) else "∞ →"
        _above(figure, 0, place, f"{name} {entropy:.4f}", colours["ink"])
        at, anchor = (
            (entropy + drawn, "right") if entropy + drawn > 2 * LABEL * end else (max(entropy, LABEL * end), "left")
        )
        _above(figure, at, place, f"{other} {value}", colours["error"], anchor)
    figure.update_layout(
        xaxis={"range": [0, end], "visible": False},
        yaxis={"range": [0.5, len(rows) + 0.85], "visible": False},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    return figure


def _above(figure: go.Figure, x: float, y: float, text: str, colour: str, anchor: str = "left") -> None:
    label = {"text": f"<b>{text}</b>", "font": {"color": colour, "size": 14}}
    figure.add_annotation(x=x, y=y, xanchor=anchor, yanchor="bottom", yshift=13, borderpad=0, **label)


def running_average(average: NDArray[np.float64], kl: float, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """The mean log-ratio over the first n draws, n on a logarithmic axis, and the divergence it tends to.

    `words`: "unit", "draws" (the axis), "average" and "kl" name the lines.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    finite = np.isfinite(average)
    shown = np.unique(np.geomspace(1, len(average), 300).astype(int)) - 1
    shown = shown[finite[shown]]
    low, high = min(-0.1, *average[shown], -0.1), max(0.5, *average[shown], kl if math.isfinite(kl) else 0)
    figure.add_scatter(x=shown + 1, y=average[shown], mode="lines", line={"color": colours["data"]})
    figure.data[-1].hovertemplate = f"n = %{{x}}: %{{y:.3f}} {words['unit']}<extra></extra>"
    ends = [(float(average[shown[-1]]), words["average"], colours["data"])] if len(shown) else []
    if math.isfinite(kl):
        figure.add_hline(y=kl, line={"color": colours["error"], "width": 2, "dash": "dash"})
        ends.append((kl, words["kl"], colours["error"]))
    span = 1.05 * (high - low)
    figure.update_layout(
        xaxis={"type": "log", "range": [0, math.log10(len(average))], "title": {"text": words["draws"]}, "dtick": 1},
        yaxis={"range": [low - 0.025 * span, low + span], "rangemode": "normal", "zeroline": True},
    )
    figure.update_yaxes(zerolinecolor=colours["axis"], zerolinewidth=1)
    end_labels(figure, math.log10(len(average)), ends, pixels_per_unit=(STANDARD_HEIGHT - 80) / span)
    unit_label(figure, words["unit"])
    return figure


def losses(
    thetas: NDArray[np.float64],
    divergence: NDArray[np.float64],
    cross: NDArray[np.float64],
    here: float,
    words: Mapping[str, str],
    mode: str | None,
) -> go.Figure:
    """D(p || q_theta) and H(p, q_theta) over theta, always as far apart as H(p); `here` is q's own theta."""
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    finite = np.isfinite(cross)
    if not finite.any():
        finite[:] = True
    high = min(float(cross[finite].max()), 3 * float(cross[finite].min()) + 1) * 1.05
    figure.add_vline(x=here, line={"color": colours["axis"], "width": 1, "dash": "dot"})
    ends = []
    for curve, role, name, dash in ((cross, "ink", "cross", "solid"), (divergence, "error", "kl", "dash")):
        figure.add_scatter(x=thetas, y=curve, mode="lines", line={"color": colours[role], "dash": dash})
        figure.data[-1].hovertemplate = f"%{{y:.3f}} {words['unit']}<extra></extra>"
        lowest = int(np.argmin(curve))
        mark = {"size": 9, "color": colours[role]}
        figure.add_scatter(x=[thetas[lowest]], y=[curve[lowest]], mode="markers", marker=mark, hoverinfo="skip")
        ends.append((min(float(curve[-1]), 0.97 * high), words[name], colours[role]))
    figure.update_layout(
        xaxis={"range": [0, 1], "title": {"text": words["theta"]}}, yaxis={"range": [0, high], "rangemode": "tozero"}
    )
    end_labels(figure, 1, ends, pixels_per_unit=(STANDARD_HEIGHT - 80) / high)
    unit_label(figure, words["unit"])
    return figure
