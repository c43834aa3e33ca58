"""Which challenges a lesson has."""

from __future__ import annotations

from ui.text import labels

GOAL, DISTANCE = "challenge-", "-now"  # words of a goal, and of how far away it is


def goals_of(page: str) -> tuple[str, ...]:
    """The names of its challenges, in all of its views, in the order of its words."""
    named = (key.removeprefix(GOAL) for key in labels("en")[page] if key.startswith(GOAL))
    return tuple(name for name in named if not name.endswith(DISTANCE))
