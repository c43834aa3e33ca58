"""Figures of the pages on diffusion: schedules beside each other, one step back, where a place came from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import STANDARD_HEIGHT, Frame, template, unit_label

Floats = NDArray[np.float64]

LEFT, RIGHT, TOP, BOTTOM = 44, 16, 28, 44
GAP = 4  # pixels between a line of the grid and its number
LOW = 240  # as high as the words beside it
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


def schedules(both: Sequence[Schedule], words: Mapping[str, str], mode: str | None) -> list[go.Figure]:
    """Three panels; the first schedule solid, the second dashed, named in the first panel where there is room.

    `words`: "alpha-bar", "decibels" and "variance" head the panels, "time" is below each.
    """
    colours = theme.tokens(mode)
    looks = ({"color": colours["ink"]}, {"color": colours["muted"], "dash": "dash"})
    panels = []
    for quantity in ("alpha_bar", "decibels", "variance"):
        figure = go.Figure(layout={"template": template(mode), "height": LOW})
        for schedule, look in zip(both, looks, strict=True):
            y = getattr(schedule, quantity)
            shown = np.isfinite(y) & (y >= FLOOR)
            figure.add_scatter(x=schedule.time[shown], y=y[shown], mode="lines", line=look, hoverinfo="skip")
            if math.isfinite(y[-1]) and y[-1] < FLOOR:
                end = {"x": 1, "y": FLOOR, "xanchor": "right", "yanchor": "bottom", "xshift": -12}
                figure.add_annotation(text=f"↓ {y[-1]:.0f} dB".replace("-", "−"), font={"color": look["color"]}, **end)
        figure.update_layout(
            margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
            xaxis={"range": [0, 1], "nticks": 3, "automargin": False, "title": {"text": words["time"]}},
            yaxis={"rangemode": "normal", "automargin": False, "ticklabelstandoff": GAP},
        )
        unit_label(figure, words[quantity.replace("_", "-")])
        panels.append(figure)
    for schedule, look, at in zip(both, looks, (0.55, 0.3), strict=True):
        k = int(np.searchsorted(schedule.time, at))
        place = {"x": float(schedule.time[k]), "y": float(schedule.alpha_bar[k])}
        font = {"color": look["color"]}
        panels[0].add_annotation(**place, text=f"<b>{schedule.name}</b>", font=font, xanchor="left", xshift=6, yshift=8)
    return panels


def sums(
    x: Floats, densities: Sequence[Floats], middles: Floats, heights: Floats, words: Mapping[str, str], mode: str | None
) -> go.Figure:
    """Two densities over x, that of the sum, and the draws of the sum as a histogram.

    `words`: "first", "second" and "total" name the curves, "density" is the unit.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": LOW, "bargap": 0})
    figure.update_layout(
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        xaxis={"range": [x[0], x[-1]]},
        yaxis={"ticklabelstandoff": GAP},
    )
    figure.add_bar(x=middles, y=heights, marker={"color": colours["ink"], "opacity": 0.2}, hoverinfo="skip")
    looks = (("first", "data", "dot"), ("second", "data", "dash"), ("total", "ink", "solid"))
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
