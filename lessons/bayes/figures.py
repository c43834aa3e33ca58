"""Figures of the Bayes page: what the tested people show, belief after each test, and the shots on a target."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from genmodels.probability import gaussian
from genmodels.probability.bivariate import BivariateNormal, Slice, cut, histogram
from ui import theme
from ui.figures.style import STANDARD_HEIGHT, end_labels, template, unit_label

Floats = NDArray[np.float64]

LIMIT = 4.0  # the target reaches from -LIMIT to LIMIT both ways
ROOM = 1.5  # in the same unit, for a histogram beside it
TARGET_HEIGHT, TARGET_MARGIN = 480, (28, 4, 4, 44)  # margins left, right, top, bottom; pixels
BINS = np.linspace(-LIMIT, LIMIT, 33)
CURVE = np.linspace(-LIMIT, LIMIT, 121)
MOST_NAMED = 5  # beliefs whose names stand beside each other on a phone


def tested(share: Floats, posterior: float | None, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Share of the sick among the positive after n people, n on a logarithmic axis, and the posterior it comes to.

    `words`: "unit", "people" (the axis), "seen" and "posterior" name the lines.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    share, posterior = 100 * share, None if posterior is None else 100 * posterior  # per cent
    decades = 4
    shown = np.unique(np.geomspace(1, max(len(share), 1), 300).astype(int)) - 1
    shown = shown[[i < len(share) and bool(np.isfinite(share[i])) for i in shown]]
    ends = []
    if posterior is not None:
        figure.add_hline(y=posterior, line={"color": colours["ink"], "width": 2, "dash": "dash"})
        ends.append((posterior, words["posterior"], colours["ink"]))
    if len(shown):
        line = {"color": colours["data"], "shape": "hv"}  # the share stays as it is until the next positive one
        figure.add_scatter(x=shown + 1, y=share[shown], mode="lines", line=line)
        figure.data[-1].hovertemplate = "n = %{x:,}: %{y:.2f} %<extra></extra>"
        last = float(share[shown[-1]])
        if len(share) == 10**decades:
            ends.append((last, words["seen"], colours["data"]))
        else:  # beside the end of the line, away from the other one
            name = {"text": f"<b>{words['seen']}</b>", "font": {"color": colours["data"]}, "xanchor": "left"}
            up = 12 if last >= (posterior or 0) else -12
            figure.add_annotation(x=float(np.log10(len(share))), y=last, xshift=6, yshift=up, **name)
    high = 1.05 * max([20, *share[shown], posterior or 0])
    powers = [10**decade for decade in range(decades + 1)]
    ticks = {"tickvals": powers, "ticktext": [f"{power:,}" for power in powers]}
    figure.update_layout(
        xaxis={"type": "log", "range": [0, decades], "title": {"text": words["people"]}, **ticks},
        yaxis={"range": [0, high], "ticksuffix": " %"},
    )
    end_labels(figure, decades, ends, pixels_per_unit=(STANDARD_HEIGHT - 80) / high)
    unit_label(figure, words["unit"])
    return figure


def beliefs(after: Floats, results: Sequence[str], words: Mapping[str, str], mode: str | None) -> go.Figure:
    """p(sick) before any test and after each, (n + 1,); `results` are the signs under the steps."""
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    steps = np.arange(len(after))
    figure.add_hline(y=after[0], line={"color": colours["ink"], "width": 2, "dash": "dot"})
    figure.add_scatter(x=steps, y=after, mode="lines", line={"color": colours["ink"], "width": 1.5}, hoverinfo="skip")
    figure.add_scatter(x=steps, y=after, mode="markers", marker={"size": 9, "color": colours["ink"]})
    figure.data[-1].hovertemplate = "%{y:.4f}<extra></extra>"
    apart = math.ceil(len(after) / MOST_NAMED)  # more names than that would run into each other
    named = slice((len(after) - 1) % apart, None, apart)  # the last one in any case
    for step, belief in zip(steps[named], after[named], strict=True):
        name = {"text": f"<b>{100 * belief:.2f} %</b>", "font": {"color": colours["ink"]}, "bgcolor": colours["bg"]}
        figure.add_annotation(x=step, y=belief, yshift=16, borderpad=1, **name)
    figure.update_layout(
        xaxis={
            "range": [-0.5, max(len(after), 3) - 0.4],
            "tickvals": steps.tolist(),
            "ticktext": [words["before"], *results],
        },
        yaxis={
            "range": [0, 1.12],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "ticktext": ["0 %", "25 %", "50 %", "75 %", "100 %"],
        },
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
    )
    unit_label(figure, words["unit"])
    return figure


@dataclass(frozen=True, eq=False)
class Target:
    """What the picture of the shots holds: the hits (n, 2), and the slice through them along axis `given`."""

    density: BivariateNormal
    hits: Floats
    given: int
    value: float
    half_width: float

    @property
    def found(self) -> Slice:
        """The hits in the slice."""
        return cut(self.hits, self.value, self.half_width, self.given)


def target(scene: Target, conditional: str, mode: str | None) -> go.Figure:
    """The hits, a histogram of either coordinate beside them, and what the slice leaves of the other one.

    The histograms stand on the same axes, beyond LIMIT. `conditional` names the curve of the slice.
    """
    colours, density, found = theme.tokens(mode), scene.density, scene.found
    figure = go.Figure(layout={"template": template(mode), "height": TARGET_HEIGHT})
    ends = np.array([scene.value - scene.half_width, scene.value + scene.half_width]).clip(-LIMIT, LIMIT)
    band = (ends[[0, 1, 1, 0]], LIMIT * np.array([-1, -1, 1, 1]))
    _area(figure, [_turned(band, scene.given)], colours["highlight"], 0.25)
    centre = (density.mu_x, density.mu_y)
    rings = [_columns(gaussian.ellipse(centre, density.cov, radius, 61)) for radius in (1, 2)]
    for chosen, colour in ((~found.inside, colours["axis"]), (found.inside, colours["data"])):
        x, y = _columns(scene.hits[chosen])
        figure.add_scatter(x=x, y=y, mode="markers", marker={"size": 5, "color": colour}, hoverinfo="skip")
    marginals = [np.exp(density.marginal(axis).log_density(CURVE)) for axis in (0, 1)]
    slice_curve = np.exp(density.conditional(scene.given, scene.value).log_density(CURVE))
    asked = 1 - scene.given
    scales = [0.9 * ROOM / marginal.max() for marginal in marginals]
    scales[asked] = 0.9 * ROOM / max(marginals[asked].max(), slice_curve.max())
    everything = [_bars(scene.hits[:, axis], axis, scales[axis]) for axis in (0, 1)]
    _area(figure, everything, colours["border"], 0.45)
    _area(figure, [_bars(found.values, asked, scales[asked])], colours["data"], 0.45)
    curves = [_turned((CURVE, LIMIT + scales[axis] * marginals[axis]), axis) for axis in (0, 1)]
    _line(figure, [*rings, *curves], colours["ink"], "dot")
    _line(figure, [_turned((CURVE, LIMIT + scales[asked] * slice_curve), asked)], colours["data"], "solid")
    _furnish(figure, conditional, colours)
    return figure


def _furnish(figure: go.Figure, conditional: str, colours: Mapping[str, str]) -> None:
    """Axes of the target alone, and the names of the curves."""
    end = LIMIT + ROOM
    labels = [(end, end, "right", "top", conditional, "data"), (-LIMIT, end, "left", "top", "p(x)", "ink")]
    for x, y, xanchor, yanchor, name, role in [*labels, (end, -LIMIT, "right", "bottom", "p(y)", "ink")]:
        label = {"text": f"<b>{name}</b>", "font": {"color": colours[role]}, "borderpad": 0}
        figure.add_annotation(x=x, y=y, xanchor=xanchor, yanchor=yanchor, **label)
    figure.add_annotation(x=-LIMIT, y=LIMIT, xanchor="right", yanchor="bottom", xshift=-6, yshift=10, text="y")
    axis = {"tickvals": [-4, -2, 0, 2, 4], "range": [-LIMIT, end], "automargin": False, "showgrid": False}
    left, right, top, bottom = TARGET_MARGIN
    figure.update_layout(
        xaxis={**axis, "title": {"text": "x", "standoff": 4}, "showline": False},
        yaxis={**axis, "rangemode": "normal"},
        margin={"l": left, "r": right, "t": top, "b": bottom},
    )


def _bars(values: Floats, axis: int, scale: float) -> tuple[Floats, Floats]:
    """The outline of a histogram that stands on the edge of the target, above it or to its right."""
    steps = np.repeat(np.concatenate([[0.0], histogram(values, BINS), [0.0]]), 2)[1:-1]
    return _turned((np.repeat(BINS, 2), LIMIT + (scale * steps).clip(0, ROOM)), axis)


def _columns(points: Floats) -> tuple[Floats, Floats]:
    return points[:, 0], points[:, 1]


def _turned(points: tuple[Floats, Floats], axis: int) -> tuple[Floats, Floats]:
    """A picture drawn along x, or the same along y."""
    return points if axis == 0 else points[::-1]


def _joined(parts: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Several lines as one, with gaps between them: each trace by itself costs time."""
    x, y = (np.concatenate([np.append(part[i], np.nan) for part in parts])[:-1] for i in (0, 1))
    return x, y


def _area(figure: go.Figure, parts: Sequence[tuple[Floats, Floats]], colour: str, opacity: float) -> None:
    x, y = _joined(parts)
    figure.add_scatter(x=x, y=y, mode="none", fill="toself", fillcolor=colour, opacity=opacity, hoverinfo="skip")


def _line(figure: go.Figure, parts: Sequence[tuple[Floats, Floats]], colour: str, dash: str) -> None:
    x, y = _joined(parts)
    line = {"color": colour, "dash": dash, "width": 2 if dash == "solid" else 1.5}
    figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")
