"""Figures of the pages on diffusion: schedules beside each other, one step back, where a place came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import STANDARD_HEIGHT, Frame, template, unit_label

Floats = NDArray[np.float64]

LEFT, RIGHT, TOP, BOTTOM = 44, 16, 28, 44
LINE_FRAME = Frame(STANDARD_HEIGHT, (LEFT, RIGHT, TOP, BOTTOM), (-3.0, 3.0), (0, 1))
PLANE_SIDE = 404
PLANE_FRAME = Frame(PLANE_SIDE, (LEFT, RIGHT, TOP, BOTTOM), (-3.0, 3.0), (-3.0, 3.0))
EDGE = 2.0  # beyond, a label beside its peak would leave the panel
FLOOR = -45.0  # decibels: below, nothing is left that could be seen


@dataclass(frozen=True)
class Schedule:
    """A schedule over t/T (T + 1,): alpha_bar, the signal-to-noise ratio in decibels and the posterior's variance."""

    name: str
    time: Floats
    alpha_bar: Floats
    decibels: Floats
    variance: Floats


def schedules(both: Sequence[Schedule], words: Mapping[str, str], mode: str | None) -> go.Figure:
    """Three panels; the first schedule solid, the second dashed, named where they are farthest apart.

    `words`: "alpha-bar", "snr" and "variance" head the panels, "time" is below them.
    """
    colours = theme.tokens(mode)
    domains = ([0, 0.28], [0.38, 0.64], [0.74, 1])
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    figure.update_layout(margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM})
    looks = ({"color": colours["ink"]}, {"color": colours["muted"], "dash": "dash"})
    for i, (quantity, domain) in enumerate(zip(("alpha_bar", "decibels", "variance"), domains, strict=True), 1):
        axes = {"xaxis": f"x{i}", "yaxis": f"y{i}"}
        for schedule, look in zip(both, looks, strict=True):
            y = getattr(schedule, quantity)
            shown = np.isfinite(y) & (y >= FLOOR)
            figure.add_scatter(x=schedule.time[shown], y=y[shown], mode="lines", line=look, hoverinfo="skip", **axes)
        base = template(mode)["layout"]
        figure.update_layout(
            {
                f"xaxis{i}": {**base["xaxis"], "domain": domain, "anchor": f"y{i}", "range": [0, 1], "nticks": 3},
                f"yaxis{i}": {**base["yaxis"], "anchor": f"x{i}", "rangemode": "normal"},
            }
        )
        word = words[quantity.replace("_", "-")]
        figure.add_annotation(x=domain[0], y=1, xref="paper", yref="paper", text=word, xanchor="left", yanchor="bottom")
    for schedule, look, at in zip(both, looks, (0.62, 0.3), strict=True):
        k = int(np.searchsorted(schedule.time, at))
        place = {"x": float(schedule.time[k]), "y": float(schedule.alpha_bar[k]), "xref": "x", "yref": "y"}
        font = {"color": look["color"]}
        figure.add_annotation(**place, text=f"<b>{schedule.name}</b>", font=font, xanchor="left", xshift=6, yshift=8)
    figure.add_annotation(x=1, y=0, xref="paper", yref="paper", text=words["time"], yshift=-44, xanchor="right")
    return figure


def sums(
    x: Floats, densities: Sequence[Floats], middles: Floats, heights: Floats, words: Mapping[str, str], mode: str | None
) -> go.Figure:
    """Two densities over x, that of the sum, and the draws of the sum as a histogram.

    `words`: "first", "second" and "total" name the curves, "density" is the unit.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT, "bargap": 0})
    figure.update_layout(margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM}, xaxis={"range": [x[0], x[-1]]})
    figure.add_bar(x=middles, y=heights, marker={"color": colours["model"], "opacity": 0.3}, hoverinfo="skip")
    looks = (("first", "data", "dot"), ("second", "ink", "dash"), ("total", "model", "solid"))
    for (name, role, dash), density in zip(looks, densities, strict=True):
        line = {"color": colours[role], "dash": dash}
        figure.add_scatter(x=x, y=density, mode="lines", line=line, hoverinfo="skip")
        k = int(density.argmax())
        font = {"color": colours[role]}
        figure.add_annotation(x=x[k], y=density[k], text=f"<b>{words[name]}</b>", font=font, yanchor="bottom", yshift=2)
    unit_label(figure, words["density"])
    return figure


def step_back(
    x: Floats, before: Floats, likelihood: Floats, after: Floats, words: Mapping[str, str], mode: str | None
) -> go.Figure:
    """Bayes' rule for one step: before x_t is seen, what x_t says, and what follows; each as high as the panel.

    `words`: "before", "likelihood" and "after" name the curves, "height" says that heights are not comparable.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": STANDARD_HEIGHT})
    figure.update_layout(
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={"range": LINE_FRAME.x, "automargin": False, "title": {"text": words["axis"]}},
        yaxis={"range": LINE_FRAME.y, "automargin": False, "showticklabels": False, "showgrid": False},
    )
    roles = (
        ("before", before, "data", "dot"),
        ("likelihood", likelihood, "ink", "dash"),
        ("after", after, "model", "solid"),
    )
    peaks = [float(x[int(density.argmax())]) for _, density, _, _ in roles]
    # what x_t says and what follows have nearly one peak: the lower label steps aside, away from the third curve, or
    # inwards where there is no room
    leftwards = peaks[1] > EDGE or -EDGE <= peaks[1] <= peaks[0]
    aside = {"xanchor": "right", "xshift": -6} if leftwards else {"xanchor": "left", "xshift": 6}
    for i, (name, density, role, dash) in enumerate(roles):
        height = (0.55, 0.55, 0.9)[i]
        y = height * density / density.max()
        line = {"color": colours[role], "dash": dash}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")
        place = {"x": peaks[i], "y": height, "yanchor": "bottom", "yshift": 2}
        look = {"text": f"<b>{words[name]}</b>", "font": {"color": colours[role]}}
        figure.add_annotation(**place, **look, **(aside if name == "likelihood" else {}))
    unit_label(figure, words["height"])
    return figure


def origin(
    data: Floats, shares: Floats, mean: tuple[float, float], words: Mapping[str, str], mode: str | None
) -> go.Figure:
    """Data (N, 2) in the plane, the larger and stronger the likelier each is behind x_t, and their weighted mean.

    `words`: "mean" names it.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": PLANE_SIDE, "width": PLANE_SIDE})
    upright = {"range": PLANE_FRAME.y, "automargin": False, "showgrid": False}
    figure.update_layout(
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={"range": PLANE_FRAME.x, "automargin": False},
        yaxis={**upright, "rangemode": "normal"},
    )
    strength = np.sqrt(shares / shares.max())
    mark = {"size": 5 + 7 * strength, "color": colours["data"], "opacity": (0.15 + 0.85 * strength).tolist()}
    figure.add_scatter(x=data[:, 0], y=data[:, 1], mode="markers", marker=mark, hoverinfo="skip")
    star = {"size": 15, "symbol": "x-thin", "line": {"width": 3.5, "color": colours["model"]}}
    figure.add_scatter(x=[mean[0]], y=[mean[1]], mode="markers", marker=star, hoverinfo="skip")
    # on a ground of its own, for the data lie thickest here
    look = {"font": {"color": colours["model"]}, "bgcolor": colours["bg"], "opacity": 0.9, "yanchor": "top"}
    figure.add_annotation(x=mean[0], y=mean[1], text=f"<b>{words['mean']}</b>", yshift=-16, **look)
    return figure
