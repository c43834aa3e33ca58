"""Several trainings side by side, a step of each in turn, so that their models can be compared while they learn.

Nothing is written to the disk: it is for trainings of seconds. The result is that of each recipe trained alone.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genmodels.data import Examples
from genmodels.models.layers import GenerativeModel
from genmodels.training import loop
from genmodels.training.loop import Step
from genmodels.training.recipes import Recipe


@dataclass(frozen=True)
class Moment:
    """Copies of the models after `position` epochs, to be looked at while the training goes on, and their losses."""

    position: float
    models: tuple[GenerativeModel, ...]
    losses: tuple[dict[str, float], ...]


class Together:
    """Recipes with equally many epochs, trained at the same pace; `moment` is the newest, from the first step on.

    `splits` are the examples to train on and those to evaluate on, where they are not to be the recipes' own.
    """

    moment: Moment

    def __init__(
        self, recipes: Sequence[Recipe], device: str = "cpu", splits: tuple[Examples, Examples] | None = None
    ) -> None:
        if len({recipe.epochs for recipe in recipes}) != 1:
            raise ValueError("trainings side by side have equally many epochs; give each recipe the same number")
        self.recipes, self.device, self.splits = tuple(recipes), device, splits

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self.moment.position / self.recipes[0].epochs

    def run(self) -> Iterator[Moment]:
        """Train all of them, moment by moment. Raises Diverged as each training does."""
        runs = [loop.Run(recipe, self.device, self.splits) for recipe in self.recipes]
        for steps in zip(*(run.steps() for run in runs), strict=True):
            self.moment = _moment(steps)
            yield self.moment


def _moment(steps: Sequence[Step]) -> Moment:
    models = tuple(copy.deepcopy(step.model).eval().requires_grad_(False) for step in steps)
    return Moment(steps[0].position, models, tuple(step.losses for step in steps))
