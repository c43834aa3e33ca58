"""The charts of the comparison."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.compare import figures, figures_nats
from lessons.compare.figures import Point
from lessons.compare.figures_nats import Likelihood

WORDS = dict.fromkeys(("x", "y", "hover", "exact", "bound", "elbo"), "word")
NUMBERS = st.floats(0.01, 1e4)


def points(pairs: list[tuple[float, float]]) -> list[Point]:
    return [Point(f"m{i}", f"Model {i}", x, y, "told") for i, (x, y) in enumerate(pairs)]


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=12))
def test_the_front_is_what_no_other_model_beats(pairs: list[tuple[float, float]]) -> None:
    """For each outside of it there is one on it that is at least as good in both; for none on it is there another."""
    listed = points(pairs)
    best = figures.front(listed)
    for one in listed:
        better = [other for other in best if other.x <= one.x and other.y <= one.y]
        assert better
        if one in best:
            assert better == [one]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_quality_against_a_cost_names_the_front_and_the_chosen_model(mode: str) -> None:
    listed = points([(1, 9), (3, 3), (9, 1), (9, 9)])
    figure = figures.trade_off(listed, "m3", WORDS, mode)
    named = [one.text for one in figure.layout.annotations]
    assert {"Model 0", "Model 1", "Model 2", "<b>Model 3</b>"} <= set(named)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [(trace.x[0], trace.y[0]) for trace in marks] == [(one.x, one.y) for one in listed]
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert axis.type == "log" and 2 <= len(axis.tickvals) <= 6


def test_one_model_alone_is_a_chart_too() -> None:
    figure = figures.trade_off(points([(5, 5)]), "m0", WORDS, "light")
    assert len(figure.layout.annotations) == 2


def test_verdicts_have_a_line_for_each_model() -> None:
    lines = {"A": [1.0, 2.0, 3.0, 4.0], "B": [2.0, 1.0, 4.0, 3.0]}
    figure = figures.verdicts(lines, ["a", "b", "c", "d"], "B", WORDS, "light")
    assert [list(trace.y) for trace in figure.data] == list(lines.values())
    assert figure.data[1].line.width > figure.data[0].line.width


def test_nats_say_of_what_kind_they_are() -> None:
    told = [
        Likelihood("P", 80.0, False, None, "p"),
        Likelihood("V", 88.0, True, 93.0, "v"),
        Likelihood("D", 84.0, True, None, "d"),
    ]
    figure = figures_nats.nats(told, WORDS, "light")
    marks = {trace.x[0]: trace.marker.symbol for trace in figure.data if trace.mode == "markers"}
    assert marks == {80.0: "circle", 88.0: "triangle-left", 93.0: "triangle-left-open", 84.0: "triangle-left"}
    texts = [one.text for one in figure.layout.annotations]
    assert any("≤ 88.00" in text for text in texts) and not any("≤ 80.00" in text for text in texts)
    low, high = figure.layout.xaxis.range
    assert low < 80 and high > 93


def test_a_label_that_was_not_asked_for_is_an_empty_cell() -> None:
    values = np.array([[0.99] * 9 + [math.nan], [0.5] + [0.9] * 9])
    figure = figures.heat(values, ["A", "B"], WORDS, "light")
    assert figure.data[0].text[0][9] == "" and figure.data[0].text[1][0] == "50.0"
    assert figures.heat(values, ["A", "B"], WORDS, "dark", 0.1).data[0].zmin < 0.1
