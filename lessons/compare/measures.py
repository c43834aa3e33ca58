"""The numbers of a record by the names that the page has for them, as they are shown, and the axes they lie on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from genmodels.evaluation.comparison import ByJudge, Compared
from ui.numbers import plain
from ui.text import Text
from ui.wording import duration

MEASURES = ("quality", "variety", "apart", "time", "nats")  # of the stage
JUDGES = ("first", "second")
BATCH = 64  # digits that are drawn at once where the stage tells the time


class View(NamedTuple):
    """By which judge, and from how many drawn digits, quality is told."""

    judge: str
    n: int

    def of(self, record: Compared) -> tuple[ByJudge, int]:
        """What this judge says of it, and the n: another one where it has not been measured with this."""
        found = record.judges[JUDGES.index(self.judge)]
        return found, self.n if self.n in found.frechet else record.n

    def frechet(self, record: Compared) -> float:
        """The Frechet distance to real digits."""
        found, n = self.of(record)
        return found.frechet[n]

    def times_real(self, record: Compared) -> float:
        """The same in multiples of what as many real digits get."""
        found, n = self.of(record)
        return found.frechet[n] / found.real[n]


def value(measure: str, record: Compared, view: View) -> float | None:
    """A number of the stage; None where there is none."""
    if measure == "quality":
        return view.times_real(record)
    if measure == "variety":
        return record.neighbours.coverage
    if measure == "apart":
        return record.neighbours.one_nn
    return record.milliseconds.get(BATCH) if measure == "time" else record.nats.mean


def shown(measure: str, record: Compared, view: View, text: Text) -> str:
    """The same as it stands on the page, with its unit; a bound says that it is one."""
    number = value(measure, record, view)
    if number is None:
        return text("none")
    if measure == "quality":
        return f"{times(number)} ×"
    if measure in ("variety", "apart"):
        return f"{100 * number:.1f} %"
    if measure == "time":
        return text("milliseconds", number=plain(number, 2))
    return nats(record)


def times(number: float) -> str:
    """A multiple, in three digits, or all before the point."""
    return f"{number:.{max(0, 2 - max(0, math.floor(math.log10(max(number, 1e-9)))))}f}"


def nats(record: Compared) -> str:
    """-log p(x) of the test digits: a bound with its sign."""
    found = record.nats
    return "" if found.mean is None else f"{'≤ ' if found.kind == 'bound' else ''}{found.mean:.1f}"


@dataclass(frozen=True)
class Axis:
    """Where the numbers of one measure lie: `ticks` are (value, label)."""

    low: float
    high: float
    log: bool
    ticks: tuple[tuple[float, str], ...]

    def as_json(self) -> dict[str, Any]:
        """For the browser."""
        return {"low": self.low, "high": self.high, "log": self.log, "ticks": [list(tick) for tick in self.ticks]}


def axis(measure: str, records: Sequence[Compared], view: View) -> Axis:
    """An axis on which all of these records have room."""
    numbers = [number for record in records if (number := value(measure, record, view)) is not None]
    if measure == "variety":
        return Axis(0, 1, False, ((0, "0"), (0.5, "50"), (1, "100 %")))
    if measure == "apart":
        return Axis(min([0.5, *numbers]), 1, False, ((0.5, "50"), (0.75, "75"), (1, "100 %")))
    if not numbers:
        return Axis(0, 1, False, ())
    if measure == "nats":
        return _even(min(numbers), max(numbers))
    return _decades(min(numbers), max(numbers), " ×" if measure == "quality" else "")


def _even(low: float, high: float) -> Axis:
    """Ticks at a round distance; it does not begin at zero, and its dots have no length."""
    spare = max(0.06 * (high - low), 1.0)
    least = (high - low + 2 * spare) / 4
    power = 10 ** max(0, math.floor(math.log10(least)))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
    first = math.ceil((low - spare) / step)
    ticks = tuple((step * k, f"{step * k}") for k in range(first, math.floor((high + spare) / step) + 1))
    return Axis(low - spare, high + spare, False, ticks)


def _decades(low: float, high: float, unit: str) -> Axis:
    """Logarithmic, with ticks at 1, 10, 100, or also at 2 and 5 where there are few of these."""
    low, high = low / 1.2, high * 1.2
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1,), (1, 3), (1, 2, 5)):
        ticks = [factor * 10.0**e for e in exponents for factor in factors if low <= factor * 10.0**e <= high]
        if len(ticks) >= 2:
            break
    last = ticks[-1] if ticks else None
    return Axis(low, high, True, tuple((tick, f"{tick:g}{unit if tick == last else ''}") for tick in ticks))


def better_first(measure: str, records: Mapping[str, Compared], view: View) -> list[str]:
    """The names in the order of the measure, the best first; those without a number last, in the order they had."""
    sign = -1 if measure == "variety" else 1
    known = {name: number for name, one in records.items() if (number := value(measure, one, view)) is not None}
    return [*sorted(known, key=lambda name: sign * known[name]), *(name for name in records if name not in known)]


# --- the table


@dataclass(frozen=True)
class Column:
    """One column of the table: `read` gives a record's number, `show` how it is written."""

    name: str
    read: Callable[[Compared, View], float | None]
    show: Callable[[float, Text], str]


def _percent(number: float, text: Text) -> str:
    return f"{100 * number:.1f}"


def _plain(number: float, text: Text) -> str:
    return plain(number, 3)


def _decimals(number: float, text: Text) -> str:
    return f"{number:.3f}"


def _count(number: float, text: Text) -> str:
    return f"{int(number):,}"


def _ms(n: int) -> Callable[[Compared, View], float | None]:
    return lambda record, _: record.milliseconds.get(n)


COLUMNS: tuple[Column, ...] = (
    Column("frechet", lambda record, view: view.frechet(record), _plain),
    Column("quality", lambda record, view: view.times_real(record), lambda number, text: times(number)),
    Column("density", lambda record, _: record.neighbours.density, _decimals),
    Column("coverage", lambda record, _: record.neighbours.coverage, _percent),
    Column("apart", lambda record, _: record.neighbours.one_nn, _percent),
    Column("accuracy", lambda record, view: view.of(record)[0].accuracy, _percent),
    Column("nats", lambda record, _: record.nats.mean, lambda number, text: f"{number:.2f}"),
    Column("one", _ms(1), lambda number, text: plain(number, 2)),
    Column("many", _ms(BATCH), lambda number, text: plain(number, 2)),
    Column("parameters", lambda record, _: record.parameters or None, _count),
    Column("training", lambda record, _: record.trained.get("seconds"), duration),
)
