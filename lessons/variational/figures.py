"""Figures of the page on variational inference: the truth is ink, the observation blue, q green and dashed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import Frame, template

Array = NDArray[np.float64]

Z_RANGE = (0.0, 5.0)
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 26, 28  # margins in CSS pixels
DENSITIES, RULER = 236, 40  # heights of the two rows: the curves, and below them the ruler that carries the handles
HEIGHT = TOP + DENSITIES + RULER + BOTTOM
FRAME = Frame(HEIGHT, (LEFT, RIGHT, TOP + DENSITIES, BOTTOM), Z_RANGE, (0, 1))
RULER_Y = 0.45
NAME_WIDTH = 1.4  # of a curve's name, in z
HEADROOM = 1.16  # of the highest curve: a label may stand above it
SPLIT_HEIGHT = 340
AXIS = {"name": "prior likelihood posterior q"}  # stays whichever of these a step speaks of


@dataclass(frozen=True)
class Densities:
    """What is drawn over z (N,): the densities, where the posterior is highest, the observation, and q's ruler.

    `ruler` is (mean, its right end); `top` of the axis depends on the model alone, so that it rests while q moves.
    """

    z: Array
    prior: Array
    likelihood: Array
    posterior: Array
    q: Array
    mode: float
    x: float
    sigma: float
    ruler: tuple[float, float]
    top: float


def densities(seen: Densities, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """The four curves, each with its name, and the ruler of q.

    `words`: "density" is the unit, "prior", "likelihood", "posterior" and "x" name what they say; "q" says what q is.
    """
    colours = theme.tokens(mode)
    middle = RULER / (DENSITIES + RULER)
    layout: dict[str, Any] = {
        "template": template(mode),
        "height": HEIGHT,
        "margin": {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        "xaxis": _z_axis(),
        "yaxis": {"range": [0, seen.top], "domain": [middle, 1], "automargin": False, "nticks": 4},
        "yaxis2": {"range": [0, 1], "domain": [0, middle], "visible": False},
        "annotations": [
            _note(words["density"], 0, 1, **AXIS, xref="paper", yref="paper", yanchor="bottom", yshift=5),
            *_names(seen, words, colours),
            *_names_of_q(seen, words, colours),
        ],
        "shapes": [
            {"type": "line", "x1": 1, "xref": "paper", "y0": 0, "y1": 0, "line": _line(colours["axis"], 1), **AXIS},
            _ruler(seen.ruler, colours["q"]),
        ],
    }
    curves = [
        _curve(seen.z, seen.likelihood, _line(colours["data"], 2), meta="likelihood"),
        _curve(seen.z, seen.prior, _line(colours["ink"], 2, "dot"), meta="prior"),
        _curve(seen.z, seen.posterior, _line(colours["ink"], 3), meta="posterior"),
        _curve(seen.z, seen.q, _line(colours["q"], 3, "dash"), meta="q", fill="tozeroy", fillcolor=_tint(colours["q"])),
    ]
    if 0 <= seen.x <= Z_RANGE[1]:
        marker = {"size": 9, "color": colours["data"]}
        dot = {"type": "scatter", "x": [seen.x], "y": [0], "mode": "markers", "marker": marker, "cliponaxis": False}
        curves.append({**dot, "meta": "likelihood", "hovertemplate": f"{words['x']}<extra></extra>"})
    return go.Figure({"data": curves, "layout": layout})


def _z_axis() -> dict[str, Any]:
    """At the foot, below the ruler, with the same range always: handles lie over it."""
    fixed = {"range": Z_RANGE, "automargin": False, "anchor": "free", "position": 0, "showline": False}
    return {**fixed, **_z_ticks()}


def _names(seen: Densities, words: Mapping[str, str], colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """A name beside each curve, on none of them and nearest to its own; q moves under the hand and is not asked."""
    curves = {"posterior": seen.posterior, "likelihood": seen.likelihood, "prior": seen.prior}
    homes = {"posterior": (seen.mode, "ink"), "likelihood": (seen.x + 1.25 * seen.sigma, "data"), "prior": (0, "ink")}
    line, places = seen.top / 13, np.linspace(0.05, Z_RANGE[1] - NAME_WIDTH, 45)
    y = np.linspace(0.1, 0.95, 40) * seen.top
    across = places[:, None] + np.linspace(0, NAME_WIDTH, 15)
    levels = {name: np.interp(across, seen.z, curve)[:, None] for name, curve in curves.items()}  # (45, 1, 15)
    away = {name: np.abs(level - y[:, None]).min(-1) / line for name, level in levels.items()}  # (45, 40)
    struck = sum(_struck(level, y[:, None], line) for level in levels.values())
    over_x = (places < seen.x + 0.2) & (places > seen.x - NAME_WIDTH - 0.2)
    costs = 50.0 * struck + 50 * (over_x[:, None] & (y < 2 * line))
    named: list[dict[str, Any]] = []
    for name, (home, role) in homes.items():
        nearest = np.min([away[other] for other in curves if other != name], axis=0)
        cost = costs + away[name] + 3 * (nearest < away[name]) + 0.6 * np.abs(places + NAME_WIDTH / 2 - home)[:, None]
        i, j = np.unravel_index(int(np.argmin(cost)), cost.shape)
        font = {"color": colours[role], "size": 13}
        named.append(_note(f"<b>{words[name]}</b>", places[i], y[j], name=name, font=font, xshift=4))
        costs = costs + 1e4 * ((np.abs(places - places[i]) < NAME_WIDTH)[:, None] & (np.abs(y - y[j]) < line))
    return named


def _struck(level: Array, y: Array, line: float) -> Array:
    """Through how many fifteenths of a name a curve would run, for names in the middle of which y is."""
    low, high = np.minimum(level[..., 1:], level[..., :-1]), np.maximum(level[..., 1:], level[..., :-1])
    return ((low < y + 0.7 * line) & (high > y - 0.7 * line)).sum(-1)


def _names_of_q(seen: Densities, words: Mapping[str, str], colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """What q is called beside its ruler, what it is in the corner, and where the observation lies."""
    green = {"font": {"color": colours["q"], "size": 13}, "name": "q"}
    fits = seen.ruler[1] < 0.8 * Z_RANGE[1]
    side = {"xanchor": "left", "xshift": 16} if fits else {"xanchor": "right", "xshift": -16}
    corner = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "yshift": 5}
    found = [
        _note("<b>q(z)</b>", seen.ruler[1] if fits else seen.ruler[0], RULER_Y, yref="y2", **side, **green),
        _note(words["q"], 1, 1, **corner, **green),
    ]
    if 0 <= seen.x <= Z_RANGE[1]:
        blue = {"font": {"color": colours["data"]}, "name": "likelihood"}
        found.append(_note("<b>x</b>", seen.x, 0, xanchor="center", yshift=12, **blue))
    return found


def _z_ticks() -> dict[str, Any]:
    """Whole numbers, and at the end the name of the axis."""
    whole = list(range(int(Z_RANGE[1])))
    return {"tickvals": [*whole, Z_RANGE[1]], "ticktext": [*map(str, whole), "<b>z</b>"]}


def _note(text: str, x: float, y: float, **place: Any) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "xanchor": "left", "yanchor": "middle", "showarrow": False, **place}


def _line(colour: str, width: float, dash: str = "solid") -> dict[str, Any]:
    return {"color": colour, "width": width, "dash": dash}


def _curve(x: Array, y: Array, line: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip", **more}


def _ruler(ends: tuple[float, float], colour: str) -> dict[str, Any]:
    place = {"x0": ends[0], "x1": ends[1], "y0": RULER_Y, "y1": RULER_Y, "xref": "x", "yref": "y2"}
    return {"type": "line", **place, "line": _line(colour, 3), "name": "q"}


def _tint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.12)"


Part = tuple[str, float, str]
Way = tuple[str, Part, Part]


def splits(rows: Sequence[Way], elbo: str, unit: str, mode: str | None) -> go.Figure:
    """Each row (its name, two parts: name with its value, change in nats, role) as a way from 0 to the same ELBO.

    `elbo` is the label at its end, `unit` that of the axis.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": SPLIT_HEIGHT})
    end = rows[0][1][1] + rows[0][2][1]
    turns = [0.0, end, *(first[1] for _, first, _ in rows)]
    low, high = min(turns), max(turns)
    room = 0.04 * max(high - low, 0.1)
    hatch = {"shape": "/", "fillmode": "overlay", "fgcolor": colours["bg"], "size": 7, "solidity": 0.25}
    for y, (heading, *parts) in zip(range(len(rows), 0, -1), rows, strict=True):
        begin = 0.0
        for lane, (_, change, role) in zip((0.1, -0.1), parts, strict=True):
            marker = {"color": colours[role], **({"pattern": hatch} if role == "error" else {})}
            place = {"x": [change], "base": [begin], "y": [y + lane], "width": [0.17], "orientation": "h"}
            figure.add_bar(**place, marker=marker, hoverinfo="skip")
            begin += change
        named = "  ".join(f"<span style='color:{colours[role]}'><b>{name}</b></span>" for name, _, role in parts)
        label = {"xref": "paper", "yanchor": "bottom", "align": "left", "borderpad": 0}
        figure.add_annotation(_note(f"{heading}<br>{named}", 0, y + 0.23, **label))
        for x, line in ((0, _line(colours["axis"], 1)), (end, _line(colours["q"], 3))):
            figure.add_shape(type="line", x0=x, x1=x, y0=y - 0.21, y1=y + 0.21, line=line)
    share = (end - low + room) / (high - low + 2 * room)
    anchor = "left" if share < 0.2 else "right" if share > 0.8 else "center"
    label = {"font": {"color": colours["q"]}, "xanchor": anchor, "yanchor": "top", "borderpad": 0}
    figure.add_annotation(_note(f"<b>{elbo}</b>", end, 0.75, **label))
    figure.update_layout(
        xaxis={"range": [low - room, high + room], "showline": False, "nticks": 5, "title": {"text": unit}},
        yaxis={"range": [0.42, len(rows) + 0.72], "visible": False},
        margin={"l": 0, "r": 0, "t": 4, "b": 44},
        barmode="overlay",
    )
    return figure
