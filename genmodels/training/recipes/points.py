"""What recipes of models of points in the plane have in common: where the points come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genmodels import data as datasets
from genmodels.errors import Problem
from genmodels.training.recipes.base import Recipe, choice, number

if TYPE_CHECKING:
    from genmodels.data import Examples


@dataclass(frozen=True, kw_only=True)
class PointRecipe(Recipe):
    """Points in the plane; `drawn` are a visitor's own, as text."""

    preview = "density"

    data: str = choice("two-moons", *datasets.point_sets())
    drawn: str = field(default="", metadata={"longest": 1500, "of_model": False})
    batch_size: int = number(256, 1, 4096)
    holdout: float = number(0.0, 0.0, 0.5)
    hidden_dim: int = number(128, 8, 512)

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.data == "drawn") != bool(self.drawn):
            raise Problem("points-not-drawn", "Own points need data=drawn, and data=drawn needs points: draw some.")
        if self.drawn:  # told before a training is queued
            from genmodels.data import points

            points.from_token(self.drawn)

    @property
    def measure(self) -> str:
        """By how far the drawn points are from the data's."""
        return "points"

    def examples(self, split: str) -> Examples:
        """The points, "train" or "test"."""
        from genmodels.data import points

        return points.drawn(self.drawn, split) if self.data == "drawn" else points.load(self.data, split)
