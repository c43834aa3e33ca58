"""q on its way up: every step of the noisy gradient, from the q under the hand; nats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genmodels.probability.families import Family
from lessons.variational import climb
from lessons.variational.figures import Z_RANGE
from lessons.variational.scene import Scene, moments
from ui.numbers import number

Array = NDArray[np.float64]

NUM_STEPS = 120
NUM_POINTS = 121  # of a curve, and of the landscape of one parameter
GRID = 48  # of the landscape of two
MARGIN, LEAST_SPAN = 0.25, 1.2  # of a landscape, beyond what it has to show, in theta
LOWEST_TOP, HIGHEST_TOP = 1.2, 2.2  # of the picture, in peaks of the posterior: higher curves leave it


class Climb:
    """The climb from one state, with its seed and so many draws per step."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.model, self.x = scene, scene.model, scene.x
        rng = np.random.default_rng(scene.state["seed"])
        climbed = self.model.optimise(self.x, scene.q, NUM_STEPS, rng, num_draws=scene.state["draws"])
        steps = [(scene.q, scene.terms.elbo), *climbed]
        self.path: list[Family] = [q for q, _ in steps]
        self.elbo = np.array([elbo for _, elbo in steps])
        self.thetas = np.stack([q.theta for q in self.path])  # (T + 1, P)

    def member(self, step: object) -> dict[str, object]:
        """The changes to the page that show q at a step, none for what is no step."""
        if isinstance(step, int | float) and 0 <= step <= NUM_STEPS and step == int(step):
            return moments(self.path[int(step)])
        return {}

    def view(self) -> climb.View:
        """What the component shows."""
        z = np.linspace(0, Z_RANGE[1], NUM_POINTS)
        posterior = self.scene.posterior.density(z)
        q, peak = np.stack([one.density(z) for one in self.path]), float(posterior.max())
        return climb.View(
            z=z,
            posterior=posterior,
            q=q.clip(max=2 * HIGHEST_TOP * peak),
            top=float(np.clip(1.1 * q[-1].max(), LOWEST_TOP * peak, HIGHEST_TOP * peak)),
            elbo=self.elbo,
            log_evidence=self.scene.terms.log_evidence,
            best=self.scene.now.best_elbo,
            parameters={name: [getattr(q, name) for q in self.path] for name in self.path[0].limits},
            landscape=self._landscape(),
        )

    def _landscape(self) -> climb.Landscape:
        """The ELBO over theta, as wide as the path and the best q need it."""
        best, kind = self.scene.now.best.theta, type(self.scene.q)
        shown = np.vstack([self.thetas, best])
        middle = (shown.min(0) + shown.max(0)) / 2
        reach = np.maximum((1 + 2 * MARGIN) * (shown.max(0) - shown.min(0)), LEAST_SPAN) / 2
        ranges = [(float(m - r), float(m + r)) for m, r in zip(middle, reach, strict=True)]
        num_points = NUM_POINTS if len(ranges) == 1 else GRID
        grid = np.stack(np.meshgrid(*(np.linspace(low, high, num_points) for low, high in ranges)), axis=-1)
        return climb.Landscape(
            elbo=self.model.elbo_at(self.x, kind, grid),
            ranges=ranges,
            path=self.thetas,
            best=best.tolist(),
            names=[self._axis(name, logarithmic=low > 0) for name, (low, _) in kind.limits.items()],
            ticks=[
                _ticks(*ends, logarithmic=limits[0] > 0)
                for ends, limits in zip(ranges, kind.limits.values(), strict=True)
            ],
        )

    def _axis(self, parameter: str, logarithmic: bool) -> str:
        name = self.scene.text(f"parameter-{parameter}")
        return self.scene.text("climb-log", name=name) if logarithmic else name

    def reached(self) -> dict[str, str]:
        """The numbers of the text beside the picture."""
        return {
            "start": number(float(self.elbo[0])),
            "end": number(float(self.elbo[-1])),
            "best": number(self.scene.now.best_elbo),
            "steps": str(NUM_STEPS),
        }


def _ticks(low: float, high: float, logarithmic: bool) -> list[tuple[float, str]]:
    """At most five round values of a parameter between two ends of theta: (where in theta, as it is written)."""
    if not logarithmic:
        step = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if (high - low) / step <= 4)
        values = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        return [(float(value), f"{value:zg}".replace("-", "−")) for value in np.round(values, 6)]
    bases = ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
    decades = 10.0 ** np.arange(np.floor(low / np.log(10)), np.ceil(high / np.log(10)) + 1)
    for base in bases:
        values = np.outer(decades, base).ravel()
        found = [(float(np.log(value)), f"{value:g}") for value in values if low <= np.log(value) <= high]
        if len(found) <= 5:
            break
    return found[:: -(-len(found) // 5)]
