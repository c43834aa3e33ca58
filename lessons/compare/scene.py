"""The models side by side: what the page asks for, and its numbers for the row and the digit that are chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genmodels.errors import Problem
from genmodels.evaluation.comparison import ENTRANTS, LARGE, OWN, SMALL, TESTS, ByJudge, Compared
from genmodels.training import checkpoints
from lessons.compare import measures, rows
from lessons.compare.drawing import Seen
from lessons.compare.measures import COLUMNS, JUDGES, MEASURES, View
from lessons.compare.rows import SHOWN, Pictures, Row
from ui.numbers import plain
from ui.scene import Challenge, Quantity, Term
from ui.state import Choice, Field, Number, State, Token
from ui.text import Text

FIRST = {"models": "diffusion", "tests": "repeated"}  # the row that is chosen until somebody chooses
NAMES = tuple(entrant.name for entrant in (*ENTRANTS, *TESTS))
EXPERIMENT = {"show": "tests", "model": "repeated", "measure": "variety", "order": "course"}


def _check_model(name: str) -> None:
    if name not in NAMES and not checkpoints.is_key(name):
        sentence = "None of the models that are compared here is called {name}. They are called: {known}."
        raise Problem("no-entrant", sentence, name=name[:40], known=", ".join(NAMES))


FIELDS: dict[str, Field] = {
    "show": Choice("models", tuple(FIRST)),
    "model": Token("", _check_model),
    "digit": Number(4, 0, SHOWN - 1),
    "measure": Choice("quality", MEASURES),
    "order": Choice("course", ("course", "measure")),
    "seed": Number(0, 0, 9999),
    "judge": Choice("first", JUDGES),
    "n": Choice(LARGE, (LARGE, SMALL)),
    "sort": Choice("course", ("course", *(column.name for column in COLUMNS))),
    "falling": Choice("no", ("no", "yes")),
    "own": Token("", rows.check_own),
}


def view_of(state: State) -> View:
    """By which judge and from how many digits quality is told."""
    return View(state["judge"], state["n"])


def chosen(state: State, shown: Sequence[Row]) -> Row | None:
    """The row that the page speaks of: the one that is asked for, or else the first of those that it can be."""
    for name in (state["model"], FIRST[state["show"]], *(row.name for row in shown)):
        if found := rows.find(shown, name):
            return found
    return None


@dataclass(frozen=True)
class Place:
    """A row that has been measured, its ten digits, and what was seen in them; None where that is being computed."""

    row: Row
    record: Compared
    pictures: Pictures | None
    seen: Seen | None


class Scene:
    """One state of the page, evaluated."""

    step_parts = ("quality", "variety", "quality real", "apart", "nats")

    def __init__(self, state: State, text: Text, shown: Sequence[Row], place: Place) -> None:
        self.state, self.text, self.shown, self.place = state, text, shown, place
        self.record, self.view = place.record, view_of(state)

    @property
    def name(self) -> str:
        """What the chosen row is called."""
        return rows.title(self.place.row, self.text)

    @property
    def digit(self) -> int:
        """Its place in the row."""
        return int(self.state["digit"])

    @property
    def asked(self) -> int | None:
        """What was asked for in that place; None where nothing was."""
        return self.place.row.label(self.digit)

    @property
    def read(self) -> int | None:
        """What the judge reads there; None while it is not known."""
        return None if self.place.seen is None else int(self.place.seen.probabilities[self.digit].argmax())

    @property
    def records(self) -> dict[str, Compared]:
        """Of all models that are shown and measured, by name."""
        return {row.name: row.record for row in self.shown if row.record is not None and row.draws}

    def judged(self) -> tuple[ByJudge, int]:
        """What the chosen judge says, and from how many digits."""
        return self.view.of(self.record)

    def terms(self) -> tuple[str, str, str]:
        """The Frechet distance and its two terms, so rounded that they add up as they stand."""
        judge, n = self.judged()
        exact = (judge.means[n], judge.spreads[n])
        digits = max(2, min(4, 1 - math.floor(math.log10(max(min(exact), 1e-9)))))
        means, spreads = (round(value, digits) for value in exact)
        total, first, second = (f"{value:.{digits}f}" for value in (means + spreads, means, spreads))
        return total, first, second

    def equation(self) -> list[Term]:
        """The Frechet distance is the sum of two terms."""
        text, (total, means, spreads) = self.text, self.terms()
        role = "model" if self.place.row.draws else "data"
        whole = Quantity(total, text("term-frechet"), role, "quality")
        parts = [
            Quantity(shown, text(f"term-{name}"), "ink", "quality")
            for shown, name in ((means, "means"), (spreads, "spreads"))
        ]
        return [whole, "=", parts[0], "+", parts[1]]

    # --- words' numbers

    @property
    def step_variants(self) -> dict[int, str]:
        """The last step is told by what is known of the likelihood."""
        nats = self.record.nats
        kind = nats.kind if nats.kind != "bound" else "elbo" if nats.elbo is not None else "bound"
        return {} if kind == "elbo" else {5: f"step-5-{kind}"}

    def step_values(self) -> Mapping[str, object]:
        """The numbers of "Step by step"."""
        record, near = self.record, self.record.neighbours
        (judge, n), (total, means, spreads) = self.judged(), self.terms()
        real = rows.find(self.shown, rows.REAL)
        same = real.record.neighbours if real and real.record else near
        values: dict[str, object] = {
            "name": self.name,
            "n": f"{n:,}",
            "large": f"{record.n:,}",
            "small": f"{SMALL:,}",
            "frechet": total,
            "means": means,
            "spreads": spreads,
            "floor": plain(judge.real[n], 3),
            "times": measures.times(judge.frechet[n] / judge.real[n]),
            "k": near.k,
            "precision": f"{near.precision:.3f}",
            "density": f"{near.density:.3f}",
            "recall": f"{near.recall:.3f}",
            "coverage": f"{near.coverage:.3f}",
            "real-density": f"{same.density:.3f}",
            "real-coverage": f"{same.coverage:.3f}",
            "real-one-nn": f"{100 * same.one_nn:.1f}",
            "one-nn": f"{100 * near.one_nn:.1f}",
            "one-nn-real": f"{100 * near.one_nn_real:.1f}",
            "one-nn-drawn": f"{100 * near.one_nn_drawn:.1f}",
        }
        return {**values, **self._by_n(), **self._nats()}

    def _by_n(self) -> dict[str, str]:
        """The verdict of both judges from few digits and from all."""
        values = {}
        for name, judge in zip(JUDGES, self.record.judges, strict=True):
            for word, n in (("small", SMALL), ("large", self.record.n)):
                known = n in judge.frechet
                values[f"times-{name}-{word}"] = (
                    measures.times(judge.frechet[n] / judge.real[n]) if known else r"\text{?}"
                )
                values[f"floor-{name}-{word}"] = plain(judge.real[n], 3) if known else r"\text{?}"
        return values

    def _nats(self) -> dict[str, str]:
        nats = self.record.nats
        number = {"nats": nats.mean, "error": nats.standard_error, "elbo": nats.elbo}
        shown = {name: "" if value is None else f"{value:.2f}" for name, value in number.items()}
        gap = "" if nats.elbo is None or nats.mean is None else f"{nats.elbo - nats.mean:.2f}"
        return {**shown, "gap": gap, "samples": str(nats.samples), "images": f"{nats.images:,}"}

    # --- challenges

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        return [self._misread(), self._weakest(), self._moves()]

    def _misread(self) -> Challenge:
        asked, read = self.asked, self.read
        label = "now-asked" if asked is not None else "now-unasked"
        now = self.text(label, asked=asked, read="…" if read is None else read)
        return Challenge("misread", asked is not None and read is not None and asked != read, now)

    def weakest(self) -> tuple[str, int] | None:
        """The model and the digit that the first judge reads least often as asked for."""
        found = [
            (share, name, label)
            for name, record in self.records.items()
            for label, share in enumerate(record.judges[0].per_label or ())
            if share is not None
        ]
        return min(found)[1:] if found else None

    def _weakest(self) -> Challenge:
        row, label, per_label = self.place.row, self.asked, self.record.judges[0].per_label
        share = per_label[label] if per_label is not None and label is not None else None
        if share is None or not row.draws:
            return Challenge("weakest", False, self.text("now-unlabelled"))
        now = self.text("now-share", digit=label, share=f"{100 * share:.1f}")
        return Challenge("weakest", self.weakest() == (row.name, label), now)

    def moved(self) -> dict[str, int]:
        """How many places each model moves when the order by quality becomes the order by time."""
        records = self.records
        quality, time = (measures.better_first(one, records, self.view) for one in ("quality", "time"))
        return {name: abs(quality.index(name) - time.index(name)) for name in records}

    def _moves(self) -> Challenge:
        moved = self.moved()
        mine = moved.get(self.place.row.name, 0)
        sorted_now = self.state["order"] == "measure" and self.state["measure"] == "time"
        now = self.text("now-moves" if sorted_now else "now-unsorted", places=mine)
        return Challenge("moves", sorted_now and mine == max(moved.values(), default=0) and mine > 0, now)

    # --- code

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with: the stored digits, or those that are drawn with the page's seed."""
        row, seed = self.place.row, self.state["seed"]
        values: dict[str, object] = {"name": row.name, "digit": self.digit, "seed": seed}
        values["place"] = row.places[self.digit]
        if not seed or not row.draws:
            own = row.kind == "own"
            return {**values, "record": OWN if own else row.name, "variant": "-own" if own else ""}
        return {**values, "model": row.entrant.model, "options": dict(row.entrant.options), "variant": "-drawn"}

    @property
    def printed(self) -> str:
        """What the snippet prints: how far the nearest training digits are, and what the judge reads."""
        seen = self.place.seen
        if seen is None:
            return ""
        distances = ", ".join(f"{value:.4f}" for value in seen.distances[self.digit])
        return f"read as {self.read}; nearest training digits: {distances}"
