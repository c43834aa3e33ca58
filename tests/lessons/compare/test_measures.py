"""The numbers of the rows: what is shown, where it lies, and in which order."""

from __future__ import annotations

import math

import pytest

from genmodels.evaluation.comparison import LARGE, SMALL, Nats
from lessons.compare import measures
from lessons.compare.measures import MEASURES, View
from tests.lessons.compare.records import made
from ui.text import LANGUAGES, Text

FIRST = View("first", LARGE)


def test_quality_is_the_distance_in_multiples_of_what_real_digits_get() -> None:
    record = made(times=2.5)
    assert FIRST.times_real(record) == pytest.approx(2.5) == record.times_real
    assert FIRST.frechet(record) == pytest.approx(5.0)
    assert View("second", SMALL).frechet(record) == pytest.approx(50.0)


def test_a_record_of_fewer_digits_is_told_with_its_own_n() -> None:
    record = made(n=SMALL)
    assert FIRST.of(record) == (record.judges[0], SMALL)


@pytest.mark.parametrize(
    ("number", "shown"), [(1, "1.00"), (4.849, "4.85"), (16, "16.0"), (123.4, "123"), (0.98, "0.98")]
)
def test_a_multiple_has_three_digits(number: float, shown: str) -> None:
    assert measures.times(number) == shown


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("factor", [1.01, 3.0, 1e4])
def test_all_numbers_have_room_on_their_axis(measure: str, factor: float) -> None:
    """Also where they are nearly alike, or far apart; ticks lie on it, few of them."""
    records = [made(times=times, ms=times, nats=Nats("exact", 80 * times, 0.1, 10)) for times in (0.9, 0.9 * factor)]
    axis = measures.axis(measure, records, FIRST)
    numbers = [measures.value(measure, one, FIRST) for one in records]
    assert all(number is not None and axis.low <= number <= axis.high for number in numbers)
    assert 1 <= len(axis.ticks) <= 7 and all(axis.low <= value <= axis.high for value, _ in axis.ticks)
    assert not axis.log or axis.low > 0


def test_an_axis_stands_without_any_number() -> None:
    record = made(milliseconds={})
    for measure in ("time", "nats"):
        assert measures.axis(measure, [record], FIRST).ticks == ()
        assert measures.axis(measure, [], FIRST).ticks == ()


def test_the_best_comes_first_and_what_has_no_number_last() -> None:
    records = {
        "a": made(times=3, ms=1),
        "b": made(times=2, ms=5, nats=Nats("bound", 90.0, 0.1, 10)),
        "c": made(times=4, milliseconds={}, nats=Nats("exact", 80.0, 0.1, 10)),
    }
    assert measures.better_first("quality", records, FIRST) == ["b", "a", "c"]
    assert measures.better_first("time", records, FIRST) == ["a", "b", "c"]
    assert measures.better_first("nats", records, FIRST) == ["c", "b", "a"]


def test_more_variety_is_better() -> None:
    few, many = (
        made(neighbours=made().neighbours.__class__(10, 5, 1, 1, 1, share, 0.5, 0.5, 0.5)) for share in (0.2, 0.9)
    )
    assert measures.better_first("variety", {"few": few, "many": many}, FIRST) == ["many", "few"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_bound_says_that_it_is_one(lang: str) -> None:
    text = Text("compare", lang, None)
    exact, bound = (made(nats=Nats(kind, 84.25, 0.1, 10)) for kind in ("exact", "bound"))
    assert measures.shown("nats", exact, FIRST, text) == "84.2"
    assert measures.shown("nats", bound, FIRST, text) == "≤ 84.2"
    assert measures.shown("nats", made(), FIRST, text) == text("none")
    assert measures.shown("time", made(milliseconds={}), FIRST, text) == text("none")


def test_every_column_reads_every_record() -> None:
    text = Text("compare", "en", None)
    bare = made(n=SMALL, milliseconds={}, parameters=0, trained={})
    for column in measures.COLUMNS:
        for record in (made(accuracy=0.9, nats=Nats("exact", 80.0, 0.1, 10)), bare):
            value = column.read(record, FIRST)
            assert value is None or (math.isfinite(value) and column.show(value, text))
        assert column.read(made(accuracy=0.9, nats=Nats("exact", 80.0, 0.1, 10)), FIRST) is not None
