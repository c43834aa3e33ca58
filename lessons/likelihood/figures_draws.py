"""Figures on draws that are not independent: one experiment and its repetitions, and one experiment ball by ball."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from genmodels.probability.urn import Repeats, Run
from lessons.likelihood.figures import tint
from ui import theme
from ui.figures.style import end_labels, template

Array = NDArray[np.float64]
Part = dict[str, Any]

CURVES, GAP, REPEATS = 120, 30, 190  # heights of both panels and of the gap that holds the second's name
TOP, BOTTOM, LEFT, RIGHT = 24, 42, 44, 12
HEIGHT = TOP + CURVES + GAP + REPEATS + BOTTOM
RUN_HEIGHT, RUN_RIGHT = 260, 116
X_RANGE = (0, 0.8)


@dataclass(frozen=True)
class Experiment:
    """Likelihoods relative to their peak over `theta` (N,) and `shares` (M,), and intervals of R repetitions.

    `iid` takes the draws for independent; `honest` knows how they were made.
    """

    theta: Array
    iid: Array
    shares: Array
    honest: Array
    repeats: Repeats


def experiment(experiment: Experiment, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Above, both likelihoods of one experiment; below, the i.i.d. intervals of all, those that miss the truth thick.

    `words`: "one", "many" and "hold" stand above the panels, "iid", "honest" and "truth" beside the lines.
    """
    colours = theme.tokens(mode)
    total = CURVES + GAP + REPEATS
    split, upper = REPEATS / total, (REPEATS + GAP) / total
    number = len(experiment.repeats.estimate)
    layout = {
        **_layout(mode, HEIGHT, words["theta"]),
        "yaxis": {"domain": [upper, 1], "range": [0, 1.06], "nticks": 3, "automargin": False},
        "yaxis2": {"domain": [0, split], "range": [-1, number], "visible": False, "anchor": "x"},
        "shapes": [
            _upright(experiment.repeats.share, {"color": colours["ink"], "width": 3}) | {"y0": low, "y1": high}
            for low, high in ((0, split), (upper, 1))
        ],
        "annotations": [
            _note(words["one"], 0, 1, "left", colours["muted"]),
            _note(words["many"], 0, split, "left", colours["muted"]),
            _note(f"<b>{words['hold']}</b>", 1, split, "right", colours["ink"]),
            _label(words["honest"], 0.97, colours["ink"]),
            _label(words["iid"], 0.8, colours["model"]),
            _label(words["truth"], 0.63, colours["ink"]),
        ],
    }
    layout["xaxis"] |= {"range": X_RANGE, "anchor": "y2", "dtick": 0.2}
    held, missed = experiment.repeats.covered, ~experiment.repeats.covered
    honest = {"color": colours["ink"], "width": 2, "dash": "4px,4px"}
    traces = [
        _line(experiment.theta, experiment.iid, {"color": colours["model"], "width": 2.5}),
        _line(experiment.shares, experiment.honest, honest),
        _segments(experiment.repeats, held, {"color": colours["model"], "width": 1.5}),
        _segments(experiment.repeats, missed, {"color": colours["error"], "width": 3}),
    ]
    return go.Figure({"data": traces, "layout": layout})


def run(run: Run, now: int, truth: float, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Estimate and both intervals after each draw; a dotted line at the draw `now`.

    `words`: "share" is the unit, "draws" the axis, and "estimate", "iid", "honest" and "truth" label the lines.
    """
    colours = theme.tokens(mode)
    after = np.arange(1.0, len(run.estimate) + 1)
    around = np.concatenate([after, after[::-1]]), np.concatenate([run.high, run.low[::-1]])
    band = {"fill": "toself", "fillcolor": tint(colours["model"], 0.2)}
    honest = {"color": colours["ink"], "width": 2, "dash": "4px,4px"}
    layout = {
        **_layout(mode, RUN_HEIGHT, words["draws"]),
        "yaxis": {"range": [0, 1], "automargin": False, "nticks": 5},
        "shapes": [
            _upright(now, {"color": colours["ink"], "width": 1, "dash": "dot"}),
            _level(truth, {"color": colours["ink"], "width": 3}),
        ],
        "annotations": [_note(words["share"], 0, 1, "left", colours["muted"])],
    }
    layout["xaxis"] |= {"range": [1, len(after)]}
    layout["margin"] |= {"r": RUN_RIGHT}
    traces = [
        _line(*around, {"width": 0}) | band,
        _line(after, run.honest_low, honest),
        _line(after, run.honest_high, honest),
        _line(after, run.estimate, {"color": colours["data"], "width": 2.5}),
    ]
    figure = go.Figure({"data": traces, "layout": layout})
    ends = [
        (float(run.high[-1]), words["iid"], colours["model"]),
        (float(run.honest_low[-1]), words["honest"], colours["ink"]),
        (float(run.estimate[-1]), words["estimate"], colours["data"]),
        (truth, words["truth"], colours["ink"]),
    ]
    end_labels(figure, len(after), ends, pixels_per_unit=RUN_HEIGHT - TOP - BOTTOM)
    return figure


def _layout(mode: str | None, height: int, title: str) -> Part:
    return {
        "template": template(mode),
        "height": height,
        "margin": {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM, "pad": 0},
        "xaxis": {"title": {"text": title}, "automargin": False},
    }


def _segments(repeats: Repeats, which: NDArray[np.bool_], line: Part) -> Part:
    """The intervals of these repetitions as one broken line."""
    rows = np.flatnonzero(which)
    x = np.column_stack([repeats.low[rows], repeats.high[rows], np.full(len(rows), np.nan)]).ravel()
    return _line(x, np.repeat(rows, 3), line) | {"yaxis": "y2"}


def _line(x: Array, y: Array, line: Part) -> Part:
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _upright(x: float, line: Part) -> Part:
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line, "layer": "below"}


def _level(y: float, line: Part) -> Part:
    return {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y, "line": line, "layer": "below"}


def _label(text: str, y: float, colour: str) -> Part:
    """Names a line, at the right end of the upper panel, where the curves are low."""
    return {**_note(f"<b>{text}</b>", 1, y, "right", colour), "yref": "y", "yanchor": "middle", "yshift": 0}


def _note(text: str, x: float, y: float, anchor: str, colour: str) -> Part:
    where = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": anchor, "yanchor": "bottom", "yshift": 2}
    return {"text": text, "font": {"color": colour}, "showarrow": False, **where}
