"""What the page on Gaussians draws: whatever its controls can say becomes a figure of finite numbers."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from genmodels.errors import Problem
from genmodels.probability import bumps
from lessons.gaussian_kl import figures, fits, scene
from lessons.gaussian_kl.beyond import Box, Plane, entropies
from lessons.gaussian_kl.fit import message
from lessons.gaussian_kl.fits import NUM_STEPS, Fits
from lessons.gaussian_kl.scene import Scene, Ways, digits, formula_of_any, small
from ui.numbers import number
from ui.state import Number
from ui.text import Text

FIELDS = {**scene.FIELDS, **fits.FIELDS}
DEFAULT = {name: field.default for name, field in FIELDS.items()}
TEXT = Text("gaussian_kl", "en", "light")


def _numbers(field: Any) -> st.SearchStrategy[float]:
    assert isinstance(field, Number)
    steps = 10**field.decimals
    return st.integers(round(field.low * steps), round(field.high * steps)).map(lambda n: field.parse(n / steps))


STATES = st.fixed_dictionaries({name: _numbers(field) for name, field in FIELDS.items()})


def finite(figure: go.Figure) -> None:
    """All that is drawn and every range is a number."""
    for trace in figure.data:
        assert np.isfinite(np.asarray(trace.y, float)).all()
    for name in figure.layout:
        if name[1:5] == "axis" and figure.layout[name].range:
            low, high = figure.layout[name].range
            assert np.isfinite([low, high]).all()
            assert low < high


@settings(max_examples=60, deadline=None)
@given(STATES)
def test_every_state_can_be_drawn(state: Any) -> None:
    scene = Scene(state, TEXT)
    finite(figures.pair(scene.pair(), scene.pair_words(), "light"))
    scene.step_values()
    ways = Ways(scene)
    words = dict.fromkeys(("quadrature", "monte-carlo", "x", "draws", "exact"), "")
    finite(figures.three_ways(ways.figure, words, "dark"))
    ways.table_values()
    curves, _ = entropies(scene)
    names = ("nats", "scale", "entropy_p", "entropy_q", "forward", "reverse")
    finite(figures.units(curves, state["scale"], dict.fromkeys(names, "?"), "light"))
    box = Box(scene)
    finite(figures.box(*box.curve(), box.ends, "", "light"))
    finite(figures.plane(Plane(state).ellipses(), {"p": "p", "q": "q"}, "light"))


@settings(max_examples=60, deadline=None)
@given(STATES)
@example({**DEFAULT, "low": 4.51, "high": 4.51})
@example({**DEFAULT, "low": -5, "high": -5})
def test_what_is_wrong_can_always_be_repaired(state: Any) -> None:
    plane = Plane(state)
    for name in plane.problems():
        taken = {one: FIELDS[one].parse(value) for one, value in plane.repaired(name).items()}
        assert name not in Plane({**state, **taken}).problems()  # type: ignore[arg-type]
    box = Box(Scene(state, TEXT))
    try:
        box.values()
    except Problem:
        taken = {one: FIELDS[one].parse(value) for one, value in box.repaired().items()}
        assert Box(Scene({**state, **taken}, TEXT)).values()  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(STATES)
def test_every_pair_of_bumps_can_be_shown(state: Any) -> None:
    fits = Fits(state)
    told = json.loads(json.dumps(message(fits.scene()), allow_nan=False))
    for name, direction in told["directions"].items():
        heights = np.frombuffer(base64.b64decode(direction["heights"]), "<f4")
        assert heights.shape == (direction["rows"] * direction["columns"],)
        assert np.isfinite(heights).all()
        assert heights.min() >= -1e-6
        assert direction["mu"][0][0] == state["a"]
        assert len(direction["kl"][0]) == NUM_STEPS + 1
        function = bumps.forward_kl if name == "forward" else bumps.reverse_kl
        corner = float(function(fits.p, told["mu"][0], told["sigma"][0]))
        assert heights[0] == pytest.approx(corner, rel=1e-6), "rows of sigma from below"
    fits.challenges(TEXT)


def test_the_handles_lie_on_the_row_of_the_rulers() -> None:
    scene = Scene(DEFAULT, TEXT)  # type: ignore[arg-type]
    figure, frame = figures.pair(scene.pair(), scene.pair_words(), "light"), figures.RULER_FRAME
    left, right, top, bottom = frame.margin
    margin = figure.layout.margin
    assert (margin.l, margin.r, figure.layout.height) == (left, right, frame.height)
    room = frame.height - margin.t - margin.b
    low, high = figure.layout.yaxis2.domain
    assert margin.t + (1 - high) * room == pytest.approx(top)
    assert margin.b + low * room == pytest.approx(bottom)
    assert tuple(figure.layout.xaxis.range) == frame.x
    assert (tuple(figure.layout.yaxis2.range), figure.layout.yaxis2.automargin) == (frame.y, None)
    radius = 11 / figures.RULERS  # of a handle with its rim
    for shape, name in zip(figure.layout.shapes, "pq", strict=True):
        assert shape.y0 == shape.y1, "level"
        assert 0 < shape.y0 < figures.RULER_Y[name] - radius, "not hidden by its own handles"
    assert figures.RULER_Y["q"] + radius < figures.RULER_Y["p"] - figures.BELOW, "nor by those of the other curve"


def test_both_curves_reach_both_ends_of_the_axis() -> None:
    for state in (DEFAULT, {**DEFAULT, "mu_p": 3, "sigma_p": 3, "sigma_q": 0.2}):
        x = Scene(state, TEXT).pair().x  # type: ignore[arg-type]
        assert (x[0], x[-1]) == figures.X_RANGE


def test_no_handle_can_leave_the_picture() -> None:
    low, high = figures.X_RANGE
    for name in "pq":
        mu, sigma = FIELDS[f"mu_{name}"], FIELDS[f"sigma_{name}"]
        assert isinstance(mu, Number)
        assert isinstance(sigma, Number)
        assert low <= mu.low
        assert mu.high + sigma.high <= high


def test_p_and_q_differ_by_more_than_colour() -> None:
    scene = Scene(DEFAULT, TEXT)  # type: ignore[arg-type]
    p, q, *_ = figures.pair(scene.pair(), scene.pair_words(), "dark").data
    assert p.line.color != q.line.color
    assert p.line.dash != q.line.dash


@settings(max_examples=100, deadline=None)
@given(STATES)
def test_the_equation_is_written_with_as_many_digits_as_it_needs(state: Any) -> None:
    scene = Scene(state, TEXT)
    n = digits(scene.forward, scene.reverse)
    assert 4 <= n <= 7
    parts = [part[0] for part in scene.equation() if not isinstance(part, str)]
    assert {len(part.split(".")[1].strip(")")) for part in parts} == {n}
    assert [part for part in scene.equation() if isinstance(part, str)] == ["=", "+", "+"]
    total, *terms = (float(part.replace("−", "-").strip("()")) for part in parts)
    assert sum(terms) == pytest.approx(total, abs=2e-7 if n == 7 else 1e-9)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(-1e-9), "0.0000"),
        (number(-0.25), "−0.2500"),
        (number(float("inf")), "∞"),
        (formula_of_any(3.2e-12), r"3.20\cdot10^{-12}"),
        (formula_of_any(0), "0.0000"),
        (formula_of_any(-0.00001), r"-1.00\cdot10^{-5}"),
        (small(0.5), "0.50"),
        (small(0.004), r"${4\cdot10^{-3}}$"),
        (small(2e-16), "0"),
    ],
)
def test_numbers_as_they_are_written(written: str, expected: str) -> None:
    assert written == expected
