"""The column of nats as a chart: exact values and bounds on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lessons.compare.figures import thin_line
from ui import theme
from ui.figures.style import template


@dataclass(frozen=True)
class Likelihood:
    """What is known of a model's -log p(x), in nats: exact or a bound from above, and of some the looser one beside."""

    title: str
    mean: float
    bound: bool
    elbo: float | None
    told: str


def nats(models: Sequence[Likelihood], words: Mapping[str, str], mode: str | None) -> go.Figure:
    """A line for each model on one axis, small is good: a dot is exact, an arrow points from a bound to lower values.

    `words`: "x" names the axis, "exact", "bound" and "elbo" the marks.
    """
    colours = theme.tokens(mode)
    models = sorted(models, key=lambda one: -one.mean)
    numbers = [value for one in models for value in (one.mean, one.elbo) if value is not None]
    low, high = min(numbers), max(numbers)
    spare = 0.06 * (high - low) + 1
    layout = {
        "template": template(mode),
        "height": 84 + 54 * len(models),
        "margin": {"l": 8, "r": 24, "t": 12, "b": 44},
        "xaxis": {"range": [low - spare, high + spare], "title": {"text": words["x"]}},
        "yaxis": {"range": [-0.6, len(models) - 0.2], "rangemode": "normal", "tickvals": [], "showgrid": False},
    }
    figure = go.Figure({"layout": layout})
    for number, one in enumerate(models):
        _likelihood(figure, number, one, colours, words)
    return figure


def _likelihood(
    figure: go.Figure, number: int, one: Likelihood, colours: Mapping[str, str], words: Mapping[str, str]
) -> None:
    hover = {"hovertemplate": f"{one.told}<extra></extra>"}
    if one.elbo is not None:
        figure.add_trace(thin_line([one.mean, one.elbo], [number, number], colours["model"]))
        hollow = {"symbol": "triangle-left-open", "size": 12, "color": colours["model"]}
        figure.add_scatter(x=[one.elbo], y=[number], mode="markers", marker=hollow, **hover)
        _named(
            figure,
            one.elbo,
            number,
            f"{words['elbo']} {one.elbo:.2f}",
            colours["muted"],
            "left" if one.elbo < _middle(figure) else "right",
            -1,
        )
    symbol = "triangle-left" if one.bound else "circle"
    figure.add_scatter(
        x=[one.mean],
        y=[number],
        mode="markers",
        marker={"symbol": symbol, "size": 13, "color": colours["model"]},
        **hover,
    )
    kind = words["bound" if one.bound else "exact"]
    left = one.mean < _middle(figure)
    sign = "≤ " if one.bound else ""
    _named(
        figure,
        one.mean,
        number,
        f"<b>{one.title}</b> {sign}{one.mean:.2f} {kind}",
        colours["ink"],
        "left" if left else "right",
        1,
    )


def _middle(figure: go.Figure) -> float:
    return float(sum(figure.layout.xaxis.range) / 2)


def _named(figure: go.Figure, x: float, y: int, text: str, colour: str, anchor: str, side: int) -> None:
    """Words above a mark (`side` 1) or below it (-1), towards the middle of the chart."""
    shift = {"yanchor": "bottom" if side > 0 else "top", "yshift": 5 * side, "xshift": -6 if anchor == "left" else 6}
    figure.add_annotation(x=x, y=y, text=text, font={"color": colour}, xanchor=anchor, **shift)
