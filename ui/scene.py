"""What every lesson's scene can do: one state of its page, evaluated, for the parts that all pages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Term = tuple[str, str, str] | str
"""Of a live equation: (value, caption, role) for a number on screen, or the sign between two of them."""


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
