"""Learning curves of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ui import theme
from ui.figures.style import STANDARD_HEIGHT, end_labels, template, unit_label

PLOT_HEIGHT = STANDARD_HEIGHT - 80  # without margins, tick labels and axis title
DASHES = {"ink": "solid", "error": "dash", "q": "dot", "model": "longdash", "data": "dashdot"}


@dataclass(frozen=True)
class Curve:
    """One part of the loss: its name, its role, and its values by epoch on pictures not trained on, and in training."""

    name: str
    role: str
    unseen: Sequence[float]
    training: Sequence[float]


def learning_curves(
    epochs: Sequence[int], curves: Sequence[Curve], here: int, words: Mapping[str, str], mode: str | None
) -> go.Figure:
    """Strong lines for pictures not trained on, thin ones for training; a line marks epoch `here`.

    `words`: "unit" of the losses and "epoch", the name of the x axis.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    figure.add_vline(x=here, line={"color": colours["axis"], "width": 1, "dash": "dot"})
    for curve in curves:
        line = {"color": colours[curve.role], "dash": DASHES[curve.role]}
        hover = f"{curve.name}: %{{y:.1f}}<extra></extra>"
        figure.add_scatter(x=list(epochs), y=list(curve.training), mode="lines", line={**line, "width": 1}, opacity=0.6)
        figure.data[-1].update(hovertemplate=hover)
        marks = {"size": [8 if epoch == here else 0 for epoch in epochs], "line": {"width": 0}}
        figure.add_scatter(x=list(epochs), y=list(curve.unseen), mode="lines+markers", line=line, marker=marks)
        figure.data[-1].update(hovertemplate=hover, cliponaxis=False)
    highest = 1.05 * max(max(*curve.unseen, *curve.training) for curve in curves)
    figure.update_layout(
        xaxis={"range": [epochs[0], epochs[-1]], "title": {"text": words["epoch"]}}, yaxis={"range": [0, highest]}
    )
    ends = [(curve.unseen[-1], curve.name, colours[curve.role]) for curve in curves]
    end_labels(figure, epochs[-1], ends, pixels_per_unit=PLOT_HEIGHT / highest)
    unit_label(figure, words["unit"])
    return figure
