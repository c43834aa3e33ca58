"""Ways to sample from a diffusion of digits, right ones and mistakes, with the measured quality of each.

The measurements lie beside the shipped model, made by `python -m tools.measure_samplers`; no torch to read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from genmodels import storage
from genmodels.training.checkpoints import Checkpoint

if TYPE_CHECKING:
    from genmodels.models.diffusion import Diffusion

FILE = "samplers.json"
TUTORIAL_ALPHA_BAR = 0.04805843  # at T, of linear betas from 0.0001 to 0.02 with T = 300
LATE = "begin too late"

SAMPLERS: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "ddpm-300": {},
        "ddpm-50": {"steps": 50},
        "ddim-300": {"eta": 0.0},
        "ddim-50": {"steps": 50, "eta": 0.0},
        "ddim-25": {"steps": 25, "eta": 0.0},
        "ddim-10": {"steps": 10, "eta": 0.0},
        "guided": {"steps": 25, "eta": 0.0, "guidance": 0.5},
        "guided-2": {"steps": 25, "eta": 0.0, "guidance": 2.0},
        "guided-6": {"steps": 25, "eta": 0.0, "guidance": 6.0},
        "clamp": {"steps": 50, "clamp_xt": True},
        "late": {"steps": 50, LATE: True},
        "late-ddim": {"steps": 25, "eta": 0.0, LATE: True},
    }
)
"""By name, options of `Diffusion.trajectory`; `LATE` stands for the start that `options` makes of it."""


CLAIMED = ("guided", "ddim-25", "ddpm-50", "ddim-50", "guided-6", "clamp", "late", "late-ddim")
"""Those of which a page claims something."""
SMALL, LARGE = 1000, 10_000  # samples: at the smaller number, what chance does to them hides differences


@dataclass(frozen=True)
class Measured:
    """The measured quality of one sampler: Frechet distance and accuracy by the judge, over n samples."""

    frechet: float
    accuracy: float
    seconds: float  # per picture


@dataclass(frozen=True)
class Measurements:
    """What was measured on one checkpoint with n samples of each sampler.

    `floor` is the Frechet distance of n real digits that were picked at random from the training set.
    """

    n: int
    date: str
    judge: str
    floor: float
    samplers: dict[str, Measured]


def options(name: str, model: Diffusion, n: int, generator: Any = None) -> dict[str, Any]:
    """The sampler `name` as options of `model.trajectory` for n samples; all the steps where there are fewer."""
    chosen, first = dict(SAMPLERS[name]), model.schedule.num_steps
    if chosen.pop(LATE, False):
        import torch

        first = late_start(model)
        noise = torch.randn(n, *model.shape, generator=generator)
        chosen["start"] = (first, noise.to(next(model.parameters()).device))
    if "steps" in chosen:
        chosen["steps"] = min(first, chosen["steps"])
    return chosen


def late_start(model: Diffusion) -> int:
    """The t whose alpha_bar on the schedule of `model` is nearest to the one that the tutorials' schedule ends with.

    To begin there with nothing but noise is what sampling does where T = 300 is trained with the betas of T = 1000.
    Source: Lin et al. 2024, "Common diffusion noise schedules and sample steps are flawed", section 3.1.
    """
    return max(1, int((model.schedule.alpha_bar - TUTORIAL_ALPHA_BAR).abs().argmin()))


def measured(checkpoint: Checkpoint, n: int = LARGE) -> Measurements | None:
    """What n samples of each sampler were worth: all of SAMPLERS by SMALL, the CLAIMED by LARGE numbers.

    None where nothing lies beside the checkpoint, or it is of other weights.
    """
    try:
        read = storage.read_json(checkpoint.folder / FILE)
        if read["model"] != checkpoint.card["files"][checkpoint.card["model"]]["sha256"]:
            return None
        found = read["samples"][str(n)]
        samplers = {name: Measured(**values) for name, values in found["samplers"].items()}
        return Measurements(n, read["date"], read["judge"], found["floor"], samplers)
    except (storage.Damaged, KeyError, TypeError):
        return None
