"""Learning curves of a model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from unicodedata import east_asian_width

import plotly.graph_objects as go

from ui import theme
from ui.figures.style import STANDARD_HEIGHT, end_labels, template, unit_label

PLOT_HEIGHT = STANDARD_HEIGHT - 80  # without margins, tick labels and axis title
DASHES = {"ink": "solid", "error": "dash", "q": "dot", "model": "longdash", "data": "dashdot"}
COMPARED = (("model", "solid"), ("q", "dash"), ("data", "dot"), ("error", "longdash"))
"""What tells several trainings apart."""
MARGIN = 0.012  # of the x axis, on both sides: room for half a mark
MARKED_EPOCHS = 40  # more marks than that would run together


@dataclass(frozen=True)
class Curve:
    """One part of the loss: its name, its role, and its values by epoch on pictures not trained on, and in training."""

    name: str
    role: str
    unseen: Sequence[float]
    training: Sequence[float]


def learning_curves(
    epochs: Sequence[int], curves: Sequence[Curve], here: int, words: Mapping[str, str], digits: int, mode: str | None
) -> go.Figure:
    """Strong lines for pictures not trained on, thin ones for training; a line marks epoch `here`.

    `words`: "unit" of the losses and "epoch", the name of the x axis; `digits` are told after the point.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    figure.add_vline(x=here, line={"color": colours["axis"], "width": 1, "dash": "dot"})
    for curve in curves:
        line = {"color": colours[curve.role], "dash": DASHES[curve.role]}
        hover = _hover(curve.name, digits, words["unit"])
        figure.add_scatter(x=list(epochs), y=list(curve.training), mode="lines", line={**line, "width": 1}, opacity=0.6)
        figure.data[-1].update(hovertemplate=hover)
        marks = {"size": [8 if epoch == here else 0 for epoch in epochs], "line": {"width": 0}}
        figure.add_scatter(x=list(epochs), y=list(curve.unseen), mode="lines+markers", line=line, marker=marks)
        figure.data[-1].update(hovertemplate=hover, cliponaxis=False)
    highest = 1.05 * max(max(*curve.unseen, *curve.training) for curve in curves)
    figure.update_layout(
        xaxis={"range": [epochs[0], epochs[-1]], "title": {"text": words["epoch"]}, **whole_ticks(epochs[-1])},
        yaxis={"range": [0, highest]},
    )
    ends = [(curve.unseen[-1], curve.name, colours[curve.role]) for curve in curves]
    end_labels(figure, epochs[-1], ends, pixels_per_unit=PLOT_HEIGHT / highest)
    unit_label(figure, words["unit"])
    return figure


Points = list[tuple[float, float]]


@dataclass(frozen=True)
class _Line:
    name: str
    points: Points
    colour: str
    dash: str = "solid"
    width: float = 2.5
    mark: int = 0  # size of the mark at each point; the last one has one in any case


def live_curves(
    points: Sequence[Mapping[str, float]],
    epochs: int,
    curves: Mapping[str, str],
    words: Mapping[str, str],
    digits: int,
    mode: str | None,
) -> go.Figure:
    """The curves of a running training over the whole way of `epochs`, so that one sees how much is to come.

    `points` have an "epoch" (1.3: three tenths into the second) and, of each of the `curves` such as "total", a value
    in training, "train_total", in an evaluation, "eval_total", or both. Of several curves each has a name; the two
    lines of a single one are told apart by `words` "train" and "eval". `words` also: "unit" and "epoch" name the axes,
    and "cut" says that the axis does not begin at zero: from the second epoch on, the untrained start would press
    everything else flat. `digits` are told after the point.
    """
    colours, mark = theme.tokens(mode), 6 if epochs <= MARKED_EPOCHS else 0
    lines = []
    for (curve, name), (role, dash) in zip(curves.items(), cycle(COMPARED), strict=False):
        train, evaluated = (
            _finite((point["epoch"], point[key]) for point in points if key in point)
            for key in (f"train_{curve}", f"eval_{curve}")
        )
        if name:
            lines.append(_Line(name, train, colours[role], dash))
            lines.append(_Line("", evaluated, colours[role], dash, width=1.25, mark=mark))
        else:
            lines.append(_Line(words["train"], train, colours["muted"], width=1.25))
            lines.append(_Line(words["eval"], evaluated, colours["ink"], mark=mark))
    values = [line.points for line in lines]
    return _chart(lines, epochs, _window(values, cut=_end(values) > 1), words, mode, digits)


def compare_curves(
    runs: Sequence[tuple[str, Sequence[int], Sequence[float]]], words: Mapping[str, str], digits: int, mode: str | None
) -> go.Figure:
    """The curves (name, epochs, totals) of several trainings, each with its name at its end.

    `words`: "unit" of the totals, "epoch", and "cut", which says that the axis does not begin at zero.
    """
    colours = theme.tokens(mode)
    curves = [_finite(zip(epochs, totals, strict=True)) for _, epochs, totals in runs]
    lines = [
        _Line(name, curve, colours[role], dash)
        for (name, _, _), curve, (role, dash) in zip(runs, curves, cycle(COMPARED), strict=False)
    ]
    return _chart(lines, _end(curves) or 1, _window(curves, cut=True), words, mode, digits, leaders=True)


def whole_ticks(last: float) -> dict[str, Any]:
    """Marks of an axis of epochs up to `last`: at whole ones only, six at most."""
    steps = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    return {"tick0": 0, "dtick": next(step for step in steps if last / step <= 5)}


def _finite(points: Iterable[tuple[float, float]]) -> Points:
    return [(float(x), float(y)) for x, y in points if math.isfinite(y)]


def _end(curves: Iterable[Points]) -> float:
    return max((x for curve in curves for x, _ in curve), default=0.0)


def _window(curves: Sequence[Points], cut: bool) -> tuple[float, float]:
    """Least and largest y shown; `cut`: only what was reached after the first tenth of the way so far."""
    values = [y for curve in curves for _, y in curve]
    if not values:
        return 0.0, 1.0
    start = _end(curves) / 10
    reached = [y for curve in curves for x, y in curve if x >= start] + [curve[-1][1] for curve in curves if curve]
    low, high = 0.95 * min(values), max(reached)
    if not cut or not 0 < low < high:
        return 0.0, 1.05 * max(values)
    return low, high + 0.04 * (high - low)  # room for the mark of the largest


def _chart(
    lines: Sequence[_Line],
    epochs: float,  # where the x axis ends
    window: tuple[float, float],
    words: Mapping[str, str],
    mode: str | None,
    digits: int,
    leaders: bool = False,
) -> go.Figure:
    """One plain trace for each line that has points, named at its end; `leaders` lead from short ones to their name."""
    low, high = window
    lines = [line for line in lines if line.points]
    end = _end(line.points for line in lines)
    traces = [_trace(line, digits, words["unit"]) for line in lines]
    if leaders:
        traces += [_leader(line, end) for line in lines if line.points[-1][0] < end]
    layout = {
        "template": template(mode),
        "height": STANDARD_HEIGHT,
        "margin": {"r": max((_text_width(line.name) for line in lines), default=0) + 16},
        "xaxis": {
            "range": [-MARGIN * epochs, (1 + MARGIN) * epochs],
            "title": {"text": words["epoch"]},
            **whole_ticks(epochs),
        },
        "yaxis": {"range": [low, high], "showticklabels": bool(lines)},
    }
    figure = go.Figure({"data": traces, "layout": layout})
    for begun, at in ((True, 0.0), (False, end)):  # where there is only the start, the name stands there
        ends = [line for line in lines if line.name and (line.points[-1][0] == 0) == begun]
        labels = [(line.points[-1][1], line.name, line.colour) for line in ends]
        end_labels(figure, at, labels, pixels_per_unit=PLOT_HEIGHT / (high - low))
    unit_label(figure, words["unit"])
    if low > 0:
        figure.add_annotation(x=1, y=1, xref="paper", yref="paper", text=words["cut"], xanchor="right", yanchor="top")
    return figure


def _trace(line: _Line, digits: int, unit: str) -> dict[str, Any]:
    x, y = zip(*line.points, strict=True)
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines+markers",
        "line": {"color": line.colour, "dash": line.dash, "width": line.width},
        "marker": {"color": line.colour, "size": [line.mark] * (len(x) - 1) + [7], "opacity": 1, "line": {"width": 0}},
        "hovertemplate": _hover(line.name, digits, unit),
    }


def _hover(name: str, digits: int, unit: str) -> str:
    """What is told of a point: the curve's name, where it has one, the value, and below it what that counts."""
    return f"{name and f'{name}: '}%{{y:.{digits}f}}<br>{unit}<extra></extra>"


def _leader(line: _Line, end: float) -> dict[str, Any]:
    """A fine line from where a curve ends to the right edge, where its name stands."""
    x, y = line.points[-1]
    fine = {"color": line.colour, "width": 1, "dash": "dot"}
    return {"type": "scatter", "x": [x, end], "y": [y, y], "mode": "lines", "line": fine, "hoverinfo": "skip"}


def _text_width(text: str) -> int:
    """CSS pixels that `text` takes in bold at 13 px; Chinese characters are as wide as high."""
    return sum(14 if east_asian_width(character) in "WF" else 8 for character in text)
