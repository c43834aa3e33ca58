"""Learning curves while a training runs, and those of several trainings side by side."""

from __future__ import annotations

import time
from typing import Any

import plotly.graph_objects as go
import pytest

from ui import theme
from ui.figures.learning import compare_curves, live_curves

WORDS = {"unit": "nats", "epoch": "epoch", "train": "training", "eval": "held out", "cut": "does not begin at 0"}


def progress(until: float, start: float = 545.0) -> list[dict[str, float]]:
    """What a VAE reports until an epoch, tenth by tenth."""
    points: list[dict[str, float]] = [{"epoch": 0.0, "eval_total": start}]
    for tenth in range(1, round(10 * until) + 1):
        epoch = tenth / 10
        points.append({"epoch": epoch, "train_total": 150 + 60 / epoch})
        if tenth % 10 == 0:
            points[-1]["eval_total"] = 152 + 60 / epoch
    return points


def live(points: list[dict[str, float]], mode: str | None = "light") -> go.Figure:
    return live_curves(points, 20, {"total": ""}, WORDS, 1, mode)


def words_in(figure: go.Figure) -> list[str]:
    return [note.text.removeprefix("<b>").removesuffix("</b>") for note in figure.layout.annotations]


def test_several_curves_are_named_and_keep_their_digits() -> None:
    """Two players: each its own colour, its name once, and the digits that their unit deserves."""
    points = [{"epoch": 0.0, "eval_g_total": 0.9, "eval_d_total": 1.4}]
    points += [{"epoch": 0.5, "train_g_total": 0.8, "train_d_total": 1.3}]
    points += [{"epoch": 1.0, "train_g_total": 0.7, "train_d_total": 1.2, "eval_g_total": 0.75, "eval_d_total": 1.25}]
    figure = live_curves(points, 1, {"g_total": "generator", "d_total": "discriminator"}, WORDS, 4, "light")
    assert [name for name in words_in(figure) if name in ("generator", "discriminator", "")] == [
        "generator",
        "discriminator",
    ]
    assert len(figure.data) == 4 and len({trace.line.color for trace in figure.data}) == 2
    assert all(trace.hovertemplate.endswith("%{y:.4f}<br>nats<extra></extra>") for trace in figure.data)
    assert not any(trace.hovertemplate.startswith(":") for trace in figure.data)  # the second line of each has no name


def test_one_sees_how_much_is_to_come() -> None:
    for until in (0, 0.3, 4, 20):
        left, right = live(progress(until)).layout.xaxis.range
        assert left == pytest.approx(0, abs=0.5) and right == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize("epochs", [1, 2, 3, 5, 7, 20, 50, 100])
def test_epochs_are_marked_at_whole_numbers_and_never_crowded(epochs: int) -> None:
    curve = [("a", range(epochs + 1), [545.0] * (epochs + 1))]
    for figure in (live_curves([], epochs, {"total": ""}, WORDS, 1, "light"), compare_curves(curve, WORDS, 1, "light")):
        axis = figure.layout.xaxis
        assert axis.tick0 == 0 and axis.dtick == int(axis.dtick) >= 1
        assert 1 <= epochs // axis.dtick <= 5, "besides 0"


def test_in_the_first_epoch_everything_is_seen_from_zero() -> None:
    figure = live(progress(0.9))
    low, high = figure.layout.yaxis.range
    assert low == 0 and high > 545
    assert WORDS["cut"] not in words_in(figure)


@pytest.mark.parametrize("until", [1.1, 3, 12.4, 20])
def test_the_untrained_start_does_not_press_the_rest_flat(until: float) -> None:
    figure = live(progress(until))
    low, high = figure.layout.yaxis.range
    least = min(min(trace.y) for trace in figure.data)
    assert low == pytest.approx(0.95 * least), "the least is not just above the axis"
    assert high < 800
    late = [y for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True) if x >= until / 10]
    assert all(low < y <= high for y in late), "only the start may leave the picture"
    assert WORDS["cut"] in words_in(figure), "the axis is cut and does not say so"


def test_a_training_that_gets_worse_stays_in_the_picture() -> None:
    worse = [*progress(5), {"epoch": 5.1, "train_total": 900.0}]
    assert live(worse).layout.yaxis.range[1] >= 900


def test_both_curves_are_named_where_they_end() -> None:
    figure = live(progress(3.4))
    notes = {note.text: note for note in figure.layout.annotations}
    train, second = notes["<b>training</b>"], notes["<b>held out</b>"]
    assert train.x == second.x == pytest.approx(3.4)
    pixels = 200 / (figure.layout.yaxis.range[1] - figure.layout.yaxis.range[0])
    heights = sorted(note.y * pixels + note.yshift for note in (train, second))
    assert heights[1] - heights[0] >= 16.9, "the names overlap"
    assert [len(trace.x) for trace in figure.data] == [34, 4], "each epoch's end has its mark"


@pytest.mark.parametrize("points", [[], [{"epoch": 0.0, "eval_total": 545.0}], [{"epoch": 0.1, "train_total": 300.0}]])
def test_it_can_be_shown_from_the_first_moment(points: list[dict[str, float]]) -> None:
    figure = live(points, None)
    assert len(figure.data) == len(points)
    assert "nats" in words_in(figure)


def test_what_is_no_number_is_left_out() -> None:
    points = [*progress(2), {"epoch": 2.1, "train_total": float("nan")}, {"epoch": 2.2, "train_total": float("inf")}]
    assert live(points, "dark").layout.yaxis.range[1] < 800


RUNS = [
    ("β = 1", range(21), [545, *(155 + 20 / epoch for epoch in range(1, 21))]),
    ("β = 4", range(21), [550, *(170 + 20 / epoch for epoch in range(1, 21))]),
    ("八维编码", range(11), [546, *(120 + 30 / epoch for epoch in range(1, 11))]),
]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_runs_differ_by_more_than_colour_and_bear_their_names(mode: str) -> None:
    figure = compare_curves(RUNS, WORDS, 1, mode)
    drawn = figure.data[:3]
    colours = theme.tokens(mode)
    assert [trace.line.dash for trace in drawn] == ["solid", "dash", "dot"]
    assert [trace.line.color for trace in drawn] == [colours["model"], colours["q"], colours["data"]]
    named = {note.text: note.font.color for note in figure.layout.annotations}
    assert [named[f"<b>{name}</b>"] for name, _, _ in RUNS] == [trace.line.color for trace in drawn]
    assert WORDS["cut"] in words_in(figure) and figure.layout.yaxis.range[0] == pytest.approx(0.95 * 123)
    assert figure.layout.yaxis.range[1] < 200, "the untrained start presses the rest flat"


def test_a_shorter_run_is_led_to_its_name() -> None:
    leader = compare_curves(RUNS, WORDS, 1, "light").data[3]
    assert list(leader.x) == [10, 20] and list(leader.y) == [123, 123]


def test_there_is_room_for_the_longest_name() -> None:
    def margin(name: str) -> Any:
        return compare_curves([(name, [0, 1], [545, 200]), RUNS[0]], WORDS, 1, "light").layout.margin.r

    assert margin("β = 10, 16 维编码") > margin("β = 10") + 40


def test_every_run_is_seen_even_one_that_has_only_begun() -> None:
    runs = [RUNS[0], ("new", [0], [560.0]), ("nothing yet", [], [])]
    figure = compare_curves(runs, WORDS, 1, "light")
    assert figure.layout.yaxis.range[1] >= 560
    assert {"β = 1", "new"} <= set(words_in(figure)) and "nothing yet" not in words_in(figure)
    assert compare_curves([("a", [0], [545.0]), ("b", [0], [545.0])], WORDS, 1, "light").layout.yaxis.range[1] > 545


@pytest.mark.alone
def test_they_are_quick_to_build() -> None:
    """8 ms when nothing else runs; the rest is for a machine that is busy."""
    points = progress(20)
    for build in (lambda: live(points), lambda: compare_curves(RUNS, WORDS, 1, "light")):
        build()
        seconds = []
        for _ in range(10):
            started = time.perf_counter()
            build()
            seconds.append(time.perf_counter() - started)
        assert min(seconds) < 0.03
