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
HEADROOM = 1.16  # of the highest curve: labels stand above their curves
SPLIT_HEIGHT = 280


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
            _note(words["density"], 0, 1, xref="paper", yref="paper", yanchor="bottom", yshift=5),
            *_names(seen, words, colours),
            *_names_of_q(seen, words, colours),
        ],
        "shapes": [
            {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 0, "y1": 0, "line": _line(colours["axis"], 1)},
            _ruler(seen.ruler, colours["q"]),
        ],
    }
    curves = [
        _curve(seen.z, seen.likelihood, _line(colours["data"], 2)),
        _curve(seen.z, seen.prior, _line(colours["ink"], 2, "dot")),
        _curve(seen.z, seen.posterior, _line(colours["ink"], 3)),
        _curve(seen.z, seen.q, _line(colours["q"], 3, "dash"), fill="tozeroy", fillcolor=_tint(colours["q"])),
    ]
    if 0 <= seen.x <= Z_RANGE[1]:
        marker = {"size": 9, "color": colours["data"]}
        dot = {"type": "scatter", "x": [seen.x], "y": [0], "mode": "markers", "marker": marker, "cliponaxis": False}
        curves.append({**dot, "hovertemplate": f"{words['x']}<extra></extra>"})
    return go.Figure({"data": curves, "layout": layout})


def _z_axis() -> dict[str, Any]:
    """At the foot, below the ruler, with the same range always: handles lie over it."""
    fixed = {"range": Z_RANGE, "automargin": False, "anchor": "free", "position": 0, "showline": False}
    return {**fixed, **_z_ticks()}


def _names(seen: Densities, words: Mapping[str, str], colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """A name at each curve: the posterior's on top, the likelihood's on its right flank, the prior's where it is alone.

    That is at the left while the prior is the higher one there, and otherwise farther out.
    """
    line, lowest, highest = seen.top / 13, 0.1 * seen.top, 0.95 * seen.top

    def level(z: float, curve: Array) -> float:
        return float(np.interp(z, seen.z, curve))

    flank = min(max(seen.x, 0) + 1.25 * seen.sigma, Z_RANGE[1] - NAME_WIDTH)
    peak = level(seen.mode, seen.posterior) + line / 2
    at_left = seen.prior[0] > max(seen.posterior[0] + line, peak + line) or seen.mode > 1.2
    beyond = np.where(seen.z > seen.mode, seen.prior - np.maximum(seen.posterior, seen.likelihood), -1)
    alone = 0.05 if at_left else min(float(seen.z[np.argmax(beyond)]), Z_RANGE[1] - NAME_WIDTH)
    places = (
        ("posterior", max(seen.mode, 0.05), peak, "ink"),
        ("likelihood", flank, max(level(flank, seen.likelihood) + line / 4, lowest), "data"),
        ("prior", alone, level(alone, seen.prior) + (0 if at_left else line / 2), "ink"),
    )
    named: list[dict[str, Any]] = []
    for name, z, y, role in places:
        y, away = min(y, highest), 1 if y < highest - 2 * line else -1
        while any(abs(z - other["x"]) < NAME_WIDTH and abs(y - other["y"]) < line for other in named):
            y += away * line / 4  # where two names would overlap, the later one gives way
        font = {"color": colours[role], "size": 13}
        named.append(_note(f"<b>{words[name]}</b>", z, y, font=font, xshift=8))
    return named


def _names_of_q(seen: Densities, words: Mapping[str, str], colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """What q is called beside its ruler, what it is in the corner, and where the observation lies."""
    green = {"font": {"color": colours["q"], "size": 13}}
    fits = seen.ruler[1] < 0.8 * Z_RANGE[1]
    side = {"xanchor": "left", "xshift": 16} if fits else {"xanchor": "right", "xshift": -16}
    corner = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "yshift": 5}
    found = [
        _note("<b>q(z)</b>", seen.ruler[1] if fits else seen.ruler[0], RULER_Y, yref="y2", **side, **green),
        _note(words["q"], 1, 1, **corner, **green),
    ]
    if 0 <= seen.x <= Z_RANGE[1]:
        found.append(_note("<b>x</b>", seen.x, 0, xanchor="center", yshift=12, font={"color": colours["data"]}))
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
    return {"type": "line", **place, "line": _line(colour, 3)}


def _tint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.12)"


Part = tuple[str, float, str]


def splits(rows: Sequence[tuple[Part, Part]], elbo: str, unit: str, mode: str | None) -> go.Figure:
    """Each row (two parts: name with its value, change in nats, role) as a way from 0 to the same ELBO.

    `elbo` is the label at its end, `unit` that of the axis.
    """
    colours = theme.tokens(mode)
    figure = go.Figure(layout={"template": template(mode), "height": SPLIT_HEIGHT})
    end = rows[0][0][1] + rows[0][1][1]
    turns = [0.0, end, *(first[1] for first, _ in rows)]
    low, high = min(turns), max(turns)
    room = 0.04 * max(high - low, 0.1)
    hatch = {"shape": "/", "fillmode": "overlay", "fgcolor": colours["bg"], "size": 7, "solidity": 0.25}
    for y, row in zip(range(len(rows), 0, -1), rows, strict=True):
        begin = 0.0
        for lane, (_, change, role) in zip((0.1, -0.1), row, strict=True):
            marker = {"color": colours[role], **({"pattern": hatch} if role == "error" else {})}
            bar = {
                "x": [change],
                "base": [begin],
                "y": [y + lane],
                "width": [0.17],
                "orientation": "h",
                "marker": marker,
            }
            figure.add_bar(**bar, hoverinfo="skip")
            begin += change
        text = "  ".join(f"<span style='color:{colours[role]}'><b>{name}</b></span>" for name, _, role in row)
        ground = {"bgcolor": colours["bg"], "borderpad": 1}
        figure.add_annotation(_note(text, 0, y + 0.22, xref="paper", yanchor="bottom", **ground))
    figure.add_vline(x=end, line={"color": colours["q"], "width": 3})
    figure.add_vline(x=0, line={"color": colours["axis"], "width": 1})
    label = {"font": {"color": colours["q"]}, "xanchor": "center", "yanchor": "bottom", "yref": "paper"}
    figure.add_annotation(_note(f"<b>{elbo}</b>", end, 1, **label))
    figure.update_layout(
        xaxis={"range": [low - room, high + room], "showline": False, "nticks": 5, "title": {"text": unit}},
        yaxis={"range": [0.7, len(rows) + 0.62], "visible": False},
        margin={"l": 0, "r": 0, "t": 26, "b": 44},
        barmode="overlay",
    )
    return figure
