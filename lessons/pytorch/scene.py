"""What the page of PyTorch notes says of one state: the note that is open, in numbers, and the question about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from genmodels import shape_questions
from genmodels.shape_questions import Question, Verdict
from lessons.pytorch import gathering, moves
from lessons.pytorch.annotations import GIVEN, Annotations
from lessons.pytorch.draws import Draws, Like, Quantiles
from lessons.pytorch.gathering import gather
from lessons.pytorch.loading import Loading
from lessons.pytorch.moves import Chunk, View
from lessons.pytorch.note import DTYPES, Note, plain
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State, Token
from ui.text import Text

NOTES: Mapping[str, Callable[[State], Note]] = {
    "draws": Draws,
    "like": Like,
    "loader": Loading,
    "ppf": Quantiles,
    "view": View,
    "chunk": Chunk,
    "gather": gather,
    "types": Annotations,
}
RIGHT = 4  # notes whose questions have to be answered
SWITCH = ("off", "on")


def short(text: str) -> None:
    """ValueError for an answer that is too long to be one."""
    if len(text) > shape_questions.MOST_SIGNS:
        raise ValueError(f"{len(text)} signs")


FIELDS: dict[str, Field] = {
    "note": Choice("draws", tuple(NOTES)),
    "seed": Number(0, 0, 9999),
    "n": Choice(1000, (10, 100, 1000, 10_000, 100_000)),
    "rows": Number(2, 1, 4),
    "cols": Number(6, 1, 10),
    "dtype": Choice("float32", tuple(DTYPES)),
    "fill": Choice("randn_like", ("rand_like", "randn_like", "zeros_like", "ones_like")),
    "batch": Number(4, 1, 512),
    "turn": Number(0, 0, 59_999),
    "shuffle": Choice("off", SWITCH),
    "drop": Choice("off", SWITCH),
    "grid": Number(9, 2, 20),
    "low": Number(0.05, 0.01, 0.4, decimals=2),
    "order": Choice("straight", ("straight", "transposed")),
    "call": Choice("view", ("view", "reshape")),
    "to": Token("3, 4", moves.sizes),
    "chunks": Number(4, 1, 10),
    "dim": Choice(1, (0, 1)),
    "of": Choice("schedule", ("schedule", "table")),
    "t": Token("7,2,2,5", gathering.times),
    "index": Token("3,0,1,1,0,2", gathering.picks),
    "function": Choice("double", ("double", "report")),
    "arg": Choice("int", tuple(GIVEN)),
    "ask": Number(0, 0, 9999),
    "answer": Token("", short),
}
EXPERIMENT = {"note": "draws", "n": 100_000, "seed": 0}


class Scene:
    """One state of the page, evaluated by PyTorch."""

    step_parts = ("code", "tensors", "facts")

    def __init__(self, state: State, text: Text, right: frozenset[str] = frozenset()) -> None:
        self.state, self.text, self.right = state, text, right
        self.note = NOTES[state["note"]](state)

    # --- the question

    @cached_property
    def question(self) -> Question:
        """The one that the state asks, about the note that is open."""
        return shape_questions.ask(self.state["note"], self.state["ask"])

    @property
    def verdict(self) -> Verdict | None:
        """What is to be said of the answer; None while there is none. Raises Problem for one that cannot be read."""
        answer = self.state["answer"]
        return shape_questions.verdict(self.question, shape_questions.read(answer)) if answer.strip() else None

    # --- in words

    @property
    def step_variants(self) -> dict[int, str]:
        """The steps of the note, and those that are told otherwise in this state."""
        note, ends = self.state["note"], self.note.variants()
        return (
            {n: "-".join(filter(None, (f"step-{n}", note, ends.get(n, "")))) for n in (1, 2, 3)}
            if (note != "draws")
            else {}
        )

    def step_values(self) -> dict[str, Any]:
        """The numbers of "Step by step"."""
        return dict(self.note.values())

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        of_note = self.note.challenges()
        found = [
            Challenge(
                "right",
                len(self.right) >= RIGHT,
                self.text("now-right", number=len(self.right)),
                {"number": RIGHT},
            )
        ]
        for name, note in (("turned", "view"), ("fewer", "chunk"), ("diagonal", "gather")):
            reached, values = of_note.get(name, (False, {}))
            elsewhere = self.text("now-elsewhere", note=self.text(f"note-{note}"))
            found.append(Challenge(name, reached, self.text(f"now-{name}", **values) if values else elsewhere))
        return found

    # --- code

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with: one for each note, and one for what PyTorch refuses."""
        note = self.state["note"]
        values = {name: plain(one) if isinstance(one, str) else one for name, one in self.note.lines().items()}
        if self.note.refused:
            return {**values, "variant": "-refused"}
        table = "-table" if note == "gather" and self.state["of"] == "table" else ""
        return {**values, "variant": "" if note == "draws" else f"-{note}{table}"}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        return self.note.printed
