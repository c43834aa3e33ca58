"""Figures of the information page: the stacked bars, the running average, the two losses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import STANDARD_HEIGHT, end_labels, template, unit_label

PITCH, BAR = 72, 22  # CSS pixels from one stacked bar to the next, and how thick one is
ABOVE, BELOW = 32, 40  # the labels above the first one, bracket and label below the last
STACK_HEIGHT = PITCH + ABOVE + BELOW
LINE = 18  # CSS pixels of a line of labels
LABEL = 0.36  # of the axis: what a label takes on a narrow screen
PARTS = (  # of the stage, by rows of the stacked bars: entropy, divergence, and both in one bracket
    ("entropy cross", "divergence cross", "cross"),
    ("other", "divergence", "other"),
)


class Row(Protocol):
    """One stacked bar: what its parts and their sum are called and come to, and the labels that say so."""

    @property
    def entropy(self) -> tuple[str, float]: ...
    @property
    def divergence(self) -> tuple[str, float]: ...
    @property
    def labels(self) -> tuple[str, ...]: ...


def stacked(rows: Sequence[Row], mode: str | None) -> go.Figure:
    """Each row as one bar of two parts, its entropy and its divergence, and a bracket below for their sum."""
    colours = theme.tokens(mode)
    parts = [(row.entropy[1], row.divergence[1]) for row in rows]
    finite = [entropy + kl for entropy, kl in parts if math.isfinite(kl)]
    end = max([1.0, *finite, *(1.3 * entropy for entropy, _ in parts)]) * 1.02
    figure = go.Figure(layout={"template": template(mode), "height": STACK_HEIGHT, "barmode": "stack"})
    hatch = {"shape": "/", "fillmode": "overlay", "fgcolor": colours["surface"], "size": 7, "solidity": 0.25}
    hatched = {"color": colours["error"], "pattern": hatch}
    for place, row, (entropy, kl), names in zip(range(len(rows), 0, -1), rows, parts, PARTS, strict=True):
        drawn = kl if math.isfinite(kl) else end - entropy
        common = {"orientation": "h", "y": [place], "width": [BAR / PITCH], "hoverinfo": "skip"}
        figure.add_bar(x=[entropy], marker={"color": colours["ink"]}, meta=names[0], **common)
        figure.add_bar(x=[drawn], marker=hatched, meta=names[1], **common)
        whole = entropy + drawn
        one, other, both = (label.replace("∞", "∞ →") for label in row.labels)
        _above(figure, 0, place, one, colours["ink"], names[0])
        at, anchor = (whole, "right") if whole > 2 * LABEL * end else (max(entropy, LABEL * end), "left")
        _above(figure, at, place, other, colours["error"], names[1], anchor)
        _bracket(figure, whole, place, both, colours["q"], names[2], end)
    figure.update_layout(
        xaxis={"range": [0, end], "visible": False},
        yaxis={"range": [1 - BELOW / PITCH, len(rows) + ABOVE / PITCH], "visible": False},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
    return figure


def _above(figure: go.Figure, x: float, y: float, text: str, colour: str, part: str, anchor: str = "left") -> None:
    label = {"text": f"<b>{text}</b>", "font": {"color": colour, "size": 14}}
    figure.add_annotation(x=x, y=y, xanchor=anchor, yanchor="bottom", yshift=13, borderpad=0, name=part, **label)


def _bracket(figure: go.Figure, whole: float, y: float, text: str, colour: str, part: str, end: float) -> None:
    """Below a whole bar, with its name in the middle, or as far left as that can stand."""
    top, low = (y - (BAR / 2 + pixels) / PITCH for pixels in (3, 8))
    left, right = 0.002 * end, max(whole, 0.004 * end) - 0.002 * end
    path = f"M {left:.5f} {top:.5f} V {low:.5f} H {right:.5f} V {top:.5f}"
    figure.add_shape(type="path", path=path, line={"color": colour, "width": 1.5}, name=part)
    label = {"text": f"<b>{text}</b>", "font": {"color": colour, "size": 14}}
    middle = max(whole, LABEL * end) / 2
    figure.add_annotation(x=middle, y=low, yanchor="top", yshift=-1, borderpad=0, name=part, **label)


def running_average(average: NDArray[np.float64], kl: float, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """The mean log-ratio over the first n draws, n on a logarithmic axis, and the divergence it tends to.

    `words`: "unit", "draws" and "mean" (the axes), "average" and "kl" name the lines.
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
        xaxis={"type": "log", "range": [0, math.log10(len(average))], "title": {"text": words["draws"]}},
        yaxis={"range": [low - 0.025 * span, low + span], "rangemode": "normal", "zeroline": True},
    )
    figure.update_xaxes(dtick=1, tickformat=",d")
    figure.update_yaxes(zerolinecolor=colours["axis"], zerolinewidth=1)
    end_labels(figure, math.log10(len(average)), ends, pixels_per_unit=(STANDARD_HEIGHT - 80) / span)
    unit_label(figure, words["mean"])
    return figure


def losses(
    thetas: NDArray[np.float64],
    divergence: NDArray[np.float64],
    cross: NDArray[np.float64],
    here: float,
    words: Mapping[str, str],
    mode: str | None,
) -> go.Figure:
    """D(p || q_theta) and H(p, q_theta) over theta, always as far apart as H(p); `here` is q's own theta.

    `words`: "unit", "theta" (the axis), "now" at `here`, "cross" and "kl" name the lines.
    """
    colours = theme.tokens(mode)
    margin = {"r": 76, "t": 28 + LINE}
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT + LINE, "margin": margin})
    finite = np.isfinite(cross)
    if not finite.any():
        finite[:] = True
    high = min(float(cross[finite].max()), 3 * float(cross[finite].min()) + 1) * 1.05
    figure.add_vline(x=here, line={"color": colours["muted"], "width": 1.5, "dash": "dot"})
    side = {"xanchor": "left" if here < 0.5 else "right", "yanchor": "bottom"}
    figure.add_annotation(x=here, y=1, yref="paper", text=words["now"], borderpad=0, yshift=2, **side)
    ends = []
    for curve, role, name, dash in ((cross, "q", "cross", "solid"), (divergence, "error", "kl", "dash")):
        line = {"color": colours[role], "dash": dash, "simplify": False}
        figure.add_scatter(x=thetas, y=curve, mode="lines", line=line)
        figure.data[-1].hovertemplate = f"%{{y:.3f}} {words['unit']}<extra></extra>"
        lowest = int(np.argmin(curve))
        mark = {"marker": {"size": 9, "color": colours[role]}, "mode": "markers", "cliponaxis": False}
        figure.add_scatter(x=[thetas[lowest]], y=[curve[lowest]], hoverinfo="skip", **mark)
        ends.append((min(float(curve[-1]), 0.97 * high), words[name], colours[role]))
    figure.update_layout(
        xaxis={"range": [0, 1], "title": {"text": words["theta"]}}, yaxis={"range": [0, high], "rangemode": "tozero"}
    )
    end_labels(figure, 1, ends, pixels_per_unit=(STANDARD_HEIGHT - 80) / high)
    unit_label(figure, words["unit"])
    figure.layout.annotations[-1].yshift += LINE
    return figure
