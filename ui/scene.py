"""What every lesson's scene can do: one state of its page, evaluated, for the parts that all pages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ui.text import Text


class Quantity(NamedTuple):
    """A number of a live equation: as it is shown, what it is, its colour, and the part of the stage it belongs to."""

    value: str
    caption: str
    role: str
    part: str = ""


Term = Quantity | tuple[str, str, str] | str
"""Of a live equation: a number, or the sign between two of them."""


@dataclass(frozen=True)
class Challenge:
    """A goal, whether the present state reaches it, and how far away it is, in words' numbers."""

    name: str
    reached: bool
    distance: str
    values: Mapping[str, object] = field(default_factory=dict)  # of the goal's own words


class Scene(Protocol):
    """One state of a page in numbers and words. Those with a live equation have `equation() -> list[Term]` too."""

    @property
    def step_parts(self) -> Sequence[str]:
        """The part of the stage that each step speaks of, or several with spaces between them; see parts.js."""

    @property
    def step_variants(self) -> Mapping[int, str]:
        """The sections of those steps that are told otherwise in this state, by their number."""

    def step_values(self) -> Mapping[str, object]:
        """The numbers of "Step by step", by their names in the prose."""

    def challenges(self) -> Sequence[Challenge]:
        """What the page checks itself."""

    @property
    def printed(self) -> str:
        """What the snippet prints."""

    def code_values(self) -> Mapping[str, object]:
        """What the snippet computes with; `variant` is the end of the name of another snippet's file."""


def told(text: Text, scene: Scene) -> list[str]:
    """Each step, as many as the prose has: the formula, the same with the numbers on screen, the result."""
    variants, values = scene.step_variants, scene.step_values()
    return [
        text.section(variants.get(number, f"step-{number}"), **values) for number in range(1, text.count("step") + 1)
    ]
