"""Two figures of the straight-through gradient: a slice through the space of vectors, and the loss along a ray."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui import theme
from ui.figures.style import end_labels, template, unit_label

if TYPE_CHECKING:
    from genmodels.evaluation.straight import Stair, StraightThrough

Floats = NDArray[np.float64]
Part = dict[str, Any]

SIDE, LEFT, RIGHT, TOP, BOTTOM = 404, 44, 16, 12, 44  # CSS pixels
HEIGHT, ABOVE, NAMES = 280, 28, 108  # of the loss, and room for its unit and for the names of its lines
NARROW = 280  # pixels of the slice on a narrow screen
HEAD = 14  # of an arrow
CLEAR = 13  # pixels around a number, or it has no room
LATTICE = 33  # places along either side that are tried for a number
NARROWEST, LINE = 26, 22  # pixels of a stair with its number, and above it to a line that does not cross that
LEAST_RANGE = 0.1  # nats that the loss's axis shows at least; less would magnify rounding
LEVELS = ("surface", "sunken", "grid")  # of paper, for the regions of other codes


def plane(found: StraightThrough, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """The slice through z: where each code is the nearest, z and e, the arrow at both, commitment, and the ray.

    `words`: "distance" names both axes, "handed" and "commitment" two arrows, "code" has # for a number.
    """
    colours = theme.tokens(mode)
    left, right, bottom, top = found.box
    axis: Part = {"automargin": False, "showgrid": False, "zeroline": False, "constrain": "domain"}
    upright: Part = {"scaleanchor": "x", "constraintoward": "top", "rangemode": "normal", "ticks": "outside"}
    layout = {
        "template": template(mode),
        "height": SIDE,
        "margin": {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM, "pad": 0},
        "xaxis": {**axis, "range": [left, right], "title": {"text": words["distance"]}},
        "yaxis": {**axis, **upright, "range": [bottom, top]},
        "annotations": [*_numbers(found, colours), *_names(found, words, colours)],
    }
    traces = [_region(found, code, words["code"], colours) for code in found.regions]
    return go.Figure({"data": [*traces, *_drawn(found, colours)], "layout": layout})


def _region(found: StraightThrough, code: int, name: str, colours: Mapping[str, str]) -> Part:
    """Paper for the code that is taken, shades of it for the others."""
    x, y = found.regions[code].T
    return {
        **_line(np.append(x, x[0]), np.append(y, y[0]), {"color": colours["axis"], "width": 1}),
        "fill": "toself",
        "fillcolor": colours["bg" if code == found.code else LEVELS[code % len(LEVELS)]],
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": name.replace("#", str(code)),
    }


def _drawn(found: StraightThrough, colours: Mapping[str, str]) -> Iterator[Part]:
    """The ray with the borders that it crosses, the arrows, and the two points."""
    e, ray = np.array([found.distance, 0.0]), found.reach * found.descent
    yield _line([0, ray[0]], [0, ray[1]], {"color": colours["ink"], "width": 1.5, "dash": "dot"})
    crossed = np.array([stair.begin for stair in found.stairs[1:] if stair.begin <= found.reach])
    bar = {"symbol": "circle", "size": 6, "color": colours["ink"]}
    yield _dots(crossed * found.descent[0], crossed * found.descent[1], bar)
    step, pull = found.descent * found.slope / found.scale, np.array([found.commitment / found.scale, 0])
    pixels = _pixels(found)
    yield _arrow(np.zeros(2), pull, {"color": colours["error"], "width": 3}, pixels)
    yield _arrow(e, e + step, {"color": colours["model"], "width": 3}, pixels)
    yield _arrow(np.zeros(2), step, {"color": colours["model"], "width": 3, "dash": "6px,4px"}, pixels)
    outline = {"size": 13, "color": colours["bg"], "line": {"width": 3, "color": colours["model"]}}
    yield _dots([e[0]], [0], outline)
    yield _dots([0], [0], {"size": 12, "color": colours["q"], "line": {"width": 1.5, "color": colours["bg"]}})


def _names(found: StraightThrough, words: Mapping[str, str], colours: Mapping[str, str]) -> Iterator[Part]:
    """z and e below their points, the arrows' names beside their tips, and how far the ray goes at its end."""
    tip, end = found.descent * found.slope / found.scale, found.reach * found.descent
    yield _name("<b>z</b>", (0, 0), colours["q"], "right", "top", (-4, -6))
    yield _name("<b>e</b>", (found.distance, 0), colours["model"], "left", "top", (4, -6))
    if found.slope:
        yield _name("<b>−g</b>", (found.distance + tip[0], tip[1]), colours["model"], "left", "bottom", (6, 2))
        side = ("top", -6) if tip[0] < 0 else ("bottom", 2)  # where the ray does not go on
        yield _name(f"<b>{words['handed']}</b>", (tip[0], tip[1]), colours["model"], "right", side[0], (-6, side[1]))
        reach = f"t = {found.reach:.2f}"
        yield _name(reach, (end[0], end[1]), colours["ink"], "left" if end[0] < 0 else "right", "bottom", (0, 8))
    if found.commitment:
        middle = found.commitment / found.scale / 2
        yield _name(f"<b>{words['commitment']}</b>", (middle, 0), colours["error"], "center", "top", (0, -22))


def _numbers(found: StraightThrough, colours: Mapping[str, str]) -> Iterator[Part]:
    """The number of each code where its region has the most room for it, if there is enough."""
    left, right, bottom, top = found.box
    pixels = _pixels(found)
    at = np.stack(np.meshgrid(np.linspace(left, right, LATTICE), np.linspace(bottom, top, LATTICE)), -1).reshape(-1, 2)
    edges = np.min([at[:, 0] - left, right - at[:, 0], at[:, 1] - bottom, top - at[:, 1]], axis=0)
    taken = np.minimum(edges, _from_marks(found, at, pixels))
    for code, corners in found.regions.items():
        room = np.minimum(_inside(at, corners), taken)
        best = int(room.argmax())
        if room[best] * pixels >= CLEAR:
            yield _name(str(code), (at[best, 0], at[best, 1]), colours["muted"], "center", "middle", (0, 0))


def _inside(at: Floats, corners: Floats) -> Floats:
    """How far places (N, 2) are from the edges of a polygon (V, 2), anticlockwise; negative outside."""
    sides = np.roll(corners, -1, 0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    sides, corners = sides[lengths > 0] / lengths[lengths > 0, None], corners[lengths > 0]
    away = at[:, None] - corners
    inward: Floats = (sides[:, 0] * away[..., 1] - sides[:, 1] * away[..., 0]).min(1)
    return inward


def _from_marks(found: StraightThrough, at: Floats, pixels: float) -> Floats:
    """How far places (N, 2) are from the ray, the arrows and the names of all of them."""
    e, ray, tip = np.array([found.distance, 0]), found.reach * found.descent, found.descent * found.slope / found.scale
    below = np.array([0, -20 / pixels])
    pairs = [(np.zeros(2), ray), (np.zeros(2), e), (e, e + tip), (below, e + below), (2 * below, e + 2 * below)]
    above, left = ray + np.array([0, 16]) / pixels, np.array([-60, 0]) / pixels
    beside = np.array([0, -10 if tip[0] < 0 else 10]) / pixels
    pairs += [(e + tip, e + tip + np.array([24, 10]) / pixels), (tip + beside, tip + beside + left)]
    pairs += [(above, above - left if ray[0] < 0 else above + left)]
    distances = [_from_line(at, start, end) for start, end in pairs]
    nearest: Floats = np.min(distances, axis=0)
    return nearest


def _from_line(at: Floats, start: Floats, end: Floats) -> Floats:
    """Of places (N, 2) to the line between two points."""
    way = end - start
    share = np.clip((at - start) @ way / max(float(way @ way), 1e-30), 0, 1)
    distance: Floats = np.linalg.norm(at - start - share[:, None] * way, axis=1)
    return distance


# --- the loss along the ray


def staircase(found: StraightThrough, words: Mapping[str, str], mode: str | None) -> go.Figure:
    """The true loss along the ray, that of e moved as far, and the slope that it begins with.

    `words`: "nats" is the unit, "t" the axis; "true", "believed" and "slope" name the lines; "hover-true" and
    "hover-believed" are templates of Plotly.
    """
    colours = theme.tokens(mode)
    low, high = _range(found)
    below = (found.loss - low) / found.slope if found.slope else found.reach
    end = min(found.reach, below)
    slope = _line([0, end], [found.loss, found.loss - end * found.slope], {"color": colours["model"], "width": 1.5})
    slope["line"]["dash"] = "dot"
    believed = _line(found.t, found.believed, {"color": colours["model"], "width": 2.5, "dash": "10px,5px"})
    believed |= {"hoverinfo": "all", "hovertemplate": f"{words['hover-believed']}<extra></extra>"}
    layout = {
        "template": template(mode),
        "height": HEIGHT,
        "margin": {"l": LEFT + 8, "r": NAMES, "t": ABOVE, "b": BOTTOM},
        "xaxis": {"range": [0, found.reach], "automargin": False, "title": {"text": words["t"]}},
        "yaxis": {"range": [low, high], "rangemode": "normal", "automargin": False, "ticklabelstandoff": 4},
    }
    traces = [slope, believed, *_stairs(found, words["hover-true"], colours)]
    figure = go.Figure({"data": traces, "layout": layout})
    pixels = (HEIGHT - ABOVE - BOTTOM) / (high - low)
    for stair, until in _with_ends(found):
        _stair_number(figure, found, stair, until, pixels, colours["muted"])
    last = [stair for stair, _ in _with_ends(found)][-1].loss
    ends = [(last, words["true"], colours["ink"]), (float(found.believed[-1]), words["believed"], colours["model"])]
    end_labels(figure, found.reach, ends, pixels)
    unit_label(figure, words["nats"])
    return figure


def _with_ends(found: StraightThrough) -> list[tuple[Stair, float]]:
    """The stairs in sight, each with the t where it ends."""
    begins = [stair.begin for stair in found.stairs[1:]]
    ends = [*begins, found.reach][: len(found.stairs)]
    seen = zip(found.stairs, ends, strict=True)
    return [(stair, min(end, found.reach)) for stair, end in seen if stair.begin < found.reach]


def _stairs(found: StraightThrough, hover: str, colours: Mapping[str, str]) -> Iterator[Part]:
    """Level lines, with thin ones where it jumps."""
    seen = _with_ends(found)
    ink = {"color": colours["ink"], "width": 3}
    for (before, _), (after, _) in pairwise(seen):
        thin = {"color": colours["ink"], "width": 1, "dash": "dot"}
        yield _line([after.begin, after.begin], [before.loss, after.loss], thin)
    for stair, until in seen:
        inner = found.t[(found.t > stair.begin) & (found.t < until)]
        t = np.array([stair.begin, *inner, until])
        level = _line(t, np.full_like(t, stair.loss), ink)
        told = {"customdata": np.full(len(t), stair.code), "hovertemplate": f"{hover}<extra></extra>"}
        yield level | {"hoverinfo": "all"} | told


def _stair_number(
    figure: go.Figure, found: StraightThrough, stair: Stair, until: float, pixels: float, colour: str
) -> None:
    """The number of the code at its stair, where that is wide enough: above, or below if the other line is there."""
    if (until - stair.begin) / found.reach * (NARROW - NAMES) < NARROWEST:
        return
    middle = (stair.begin + until) / 2
    over = pixels * (float(np.interp(middle, found.t, found.believed)) - stair.loss)
    side = {"yanchor": "top", "yshift": -3} if -2 < over < LINE else {"yanchor": "bottom", "yshift": 2}
    figure.add_annotation(text=str(stair.code), x=middle, y=stair.loss, showarrow=False, font={"color": colour}, **side)


def _range(found: StraightThrough) -> tuple[float, float]:
    """All of both lines, and a bit more."""
    shown = [*found.believed, *(stair.loss for stair, _ in _with_ends(found))]
    low, high = float(min(shown)), float(max(shown))
    spare = 0.12 * max(high - low, LEAST_RANGE) + max(0.0, LEAST_RANGE - (high - low)) / 2
    return low - spare, high + spare


# --- pieces


def _line(x: Sequence[float] | Floats, y: Sequence[float] | Floats, line: Part) -> Part:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {**line, "simplify": False},
        "hoverinfo": "skip",
    }


def _dots(x: Sequence[float] | Floats, y: Sequence[float] | Floats, marker: Part) -> Part:
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker, "hoverinfo": "skip"}


def _pixels(found: StraightThrough) -> float:
    """How many pixels a unit of the slice has at least."""
    return NARROW / (found.box[1] - found.box[0])


def _arrow(start: Floats, end: Floats, line: Part, pixels: float) -> Part:
    """A line with a head at its end, no longer than itself; nothing where it has no length."""
    size = min(HEAD, pixels * float(np.linalg.norm(end - start)))
    head = {"symbol": "arrow", "size": [0, size], "angleref": "previous", "color": line["color"], "opacity": 1}
    head["line"] = {"width": 0}
    x, y = np.stack([start, end]).T if np.any(end != start) else (np.empty(0), np.empty(0))
    return {**_line(x, y, line), "mode": "lines+markers", "marker": head}


def _name(text: str, at: tuple[float, float], colour: str, xanchor: str, yanchor: str, shift: tuple[int, int]) -> Part:
    place = {"x": at[0], "y": at[1], "xanchor": xanchor, "yanchor": yanchor, "xshift": shift[0], "yshift": shift[1]}
    return {"text": text, "font": {"color": colour}, "showarrow": False, "borderpad": 0, **place}
