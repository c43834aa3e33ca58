"""A digit and points on their way to noise under a schedule, by small steps and by one jump."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
import torch

from genmodels.data import mnist, points
from genmodels.errors import Problem
from genmodels.models.schedule import NoiseSchedule
from lessons.noising.figures import Schedule
from lessons.noising.noising import Things, View
from ui.numbers import number, scientific, significant
from ui.scene import Challenge
from ui.state import Choice, Field, Number, State, beyond
from ui.text import Text

SCHEDULES = ("linear", "rescaled", "cosine", "cosine-zero")
MOST_STEPS = 1000
NUM_POINTS, NUM_RUNS = 400, 5000
GONE = 0.01  # of the amplitude: less than this nobody sees
FIELDS: dict[str, Field] = {
    "digit": Number(7, 0, 9999),
    "schedule": Choice("linear", SCHEDULES),
    "steps": Number(300, 2, MOST_STEPS),
    "seed": Number(0, 0, 9999),
    "t": Number(60, 0, MOST_STEPS),
    "other": Choice("cosine", SCHEDULES),
}
TUTORIAL: dict[str, Any] = {"schedule": "linear", "steps": 300, "t": 300}


def problem_of(state: State) -> Problem | None:
    """What keeps one of the two schedules from having so many steps."""
    try:
        for name in ("schedule", "other"):
            NoiseSchedule.named(state[name], state["steps"])
    except Problem as found:
        return found
    return None


def check_link(state: State) -> None:
    """A link can ask for a step beyond the last one; whoever shortens the way by hand stands at its end."""
    if state.asked("t") and state["t"] > state["steps"]:
        state.complain(beyond("t", state["t"], 0, state["steps"]))


class Scene:
    """One state of the page: a digit of the test set, points of the two moons, a schedule, and the noise of a seed."""

    def __init__(self, state: State, text: Text) -> None:
        self.state, self.text = state, text
        self.schedule = NoiseSchedule.named(state["schedule"], state["steps"])
        self.t = min(state["t"], state["steps"])

    @cached_property
    def picture(self) -> torch.Tensor:
        """The digit in the model's scale, (28, 28) in [-1, 1]."""
        return 2 * mnist.load("test").pixels(slice(self.state["digit"], self.state["digit"] + 1))[0, 0] - 1

    @property
    def shown(self) -> int:
        """Which digit the picture shows."""
        return int(mnist.load("test").labels[self.state["digit"]])

    @cached_property
    def pixel(self) -> tuple[int, int]:
        """Row and column of the pixel of which the numbers are: the one with the most ink."""
        row, column = divmod(int(self.picture.argmax()), self.picture.shape[1])
        return row, column

    def view(self) -> View:
        """All that the browser shows, for every t."""
        generator = torch.Generator().manual_seed(self.state["seed"])
        cloud = points.load("two-moons", "test").points[:NUM_POINTS]
        picture, moons = self._things(self.picture, generator), self._things(cloud, generator)
        start = torch.full((NUM_RUNS,), float(self.picture[self.pixel]), dtype=torch.float64)
        runs = self.schedule.path(start, generator).numpy()
        signal, noisy = self.schedule.alpha_bar.sqrt().numpy(), (1 - self.schedule.alpha_bar).sqrt().numpy()
        return View(picture, moons, signal, noisy, self.pixel, runs.mean(1), runs.std(1))

    def _things(self, x0: torch.Tensor, generator: torch.Generator) -> Things:
        path = self.schedule.path(x0, generator)
        return Things(path.numpy(), torch.randn(x0.shape, generator=generator).numpy())

    # --- words' numbers

    @property
    def left(self) -> float:
        """The share of the amplitude that is left at T."""
        return math.sqrt(float(self.schedule.alpha_bar[-1]))

    @property
    def enough(self) -> bool:
        """Whether the tutorials' schedule leaves less than GONE, and with one step less would not."""
        steps = self.schedule.num_steps
        if self.state["schedule"] != TUTORIAL["schedule"] or self.left >= GONE:
            return False
        return math.sqrt(float(NoiseSchedule.linear(steps - 1).alpha_bar[-1])) >= GONE

    def half(self) -> int | None:
        """The first t at which noise has at least the amplitude of the signal; None where it never has."""
        noisy = self.schedule.alpha_bar.numpy() <= 0.5
        return int(noisy.argmax()) if noisy.any() else None

    step_parts = ("steps", "noise", "signal", "jump")

    @property
    def step_variants(self) -> dict[int, str]:
        """None: the steps are told alike in every state."""
        return {}

    def step_values(self) -> dict[str, object]:
        """The numbers of "Step by step", at the page's t (at 1 where that is 0)."""
        t = max(self.t, 1)
        alpha_bar, before = float(self.schedule.alpha_bar[t]), float(self.schedule.alpha_bar[t - 1])
        alpha, beta = float(self.schedule.alpha[t]), float(self.schedule.beta[t])
        return {
            "t": t,
            "before": t - 1,
            "steps": self.schedule.num_steps,
            "beta": f"{beta:.6f}",
            "root-alpha": f"{math.sqrt(alpha):.6f}",
            "root-beta": f"{math.sqrt(beta):.6f}",
            "variance-before": f"{1 - before:.6f}",
            "alpha": f"{alpha:.6f}",
            "alpha-bar-before": f"{before:.6f}",
            "alpha-bar": f"{alpha_bar:.6f}",
            "variance": f"{1 - alpha_bar:.6f}",
            "signal": f"{math.sqrt(alpha_bar):.4f}",
            "noisy": f"{math.sqrt(1 - alpha_bar):.4f}",
            "last": significant(float(self.schedule.alpha_bar[-1]), 4),
            "left": f"{100 * self.left:.2f}",
        }

    def challenges(self) -> list[Challenge]:
        """What the page checks itself."""
        name, alpha_bar = self.text(f"schedule-{self.state['schedule']}"), float(self.schedule.alpha_bar[self.t])
        # how much the tutorials' schedule leaves is what the prediction asks
        asked = all(self.state[one] == TUTORIAL[one] for one in ("schedule", "steps"))
        told = {"schedule": name, "steps": self.schedule.num_steps, "value": f"{100 * self.left:.2f}"}
        left = self.text("now-asked", **told) if asked else self.text("now-left", **told)
        parts = {"signal": f"{math.sqrt(alpha_bar):.4f}", "noisy": f"{math.sqrt(1 - alpha_bar):.4f}"}
        half = self.half()
        now = self.text("now-never", t=self.t) if half is None else self.text("now-t", t=self.t, **parts)
        return [
            Challenge("gone", self.enough, left, {"goal": f"{100 * GONE:.0f}"}),
            Challenge("half", self.t == half, now),
        ]

    def code_values(self) -> dict[str, object]:
        """What the snippet computes with."""
        digit, t, steps = self.state["digit"], self.t, self.schedule.num_steps
        return {"digit": digit, "t": t, "steps": steps, "schedule": self.state["schedule"], "seed": self.state["seed"]}

    @property
    def printed(self) -> str:
        """What the snippet prints."""
        alpha_bar = float(self.schedule.alpha_bar[self.t])
        return f"{number(math.sqrt(alpha_bar), 4)} x_0 + {number(math.sqrt(1 - alpha_bar), 4)} eps"


class Comparison:
    """The page's schedule and another one, over t/T."""

    def __init__(self, state: State, text: Text) -> None:
        self.text = text
        self.names = (state["schedule"], state["other"])
        self.schedules = [NoiseSchedule.named(name, state["steps"]) for name in self.names]

    def both(self) -> list[Schedule]:
        """What the figure shows."""
        shown = []
        for name, schedule in zip(self.names, self.schedules, strict=True):
            alpha_bar = schedule.alpha_bar.numpy()
            with np.errstate(divide="ignore"):  # infinite at t = 0, and where nothing is left
                decibels = 10 * np.log10(schedule.snr.numpy())
            variance = schedule.posterior_coefficients()[2].numpy()
            time = np.arange(len(alpha_bar)) / schedule.num_steps
            shown.append(Schedule(self.text(f"schedule-{name}"), time, alpha_bar, decibels, variance))
        return shown

    def values(self) -> dict[str, object]:
        """What either leaves at T."""
        ends = [float(schedule.alpha_bar[-1]) for schedule in self.schedules]
        names = [self.text(f"schedule-{name}") for name in self.names]
        return {
            **{f"name-{i}": name for i, name in enumerate(names, 1)},
            **{f"left-{i}": f"{100 * math.sqrt(end):.3g}" for i, end in enumerate(ends, 1)},
            **{f"last-{i}": written(end) for i, end in enumerate(ends, 1)},
        }


def written(value: float) -> str:
    """As in a formula; what is small, as a power of ten."""
    if value == 0:
        return "0"
    return f"{value:.6f}" if value >= 0.001 else scientific(value, 3)
