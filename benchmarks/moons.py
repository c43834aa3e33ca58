"""What an autoencoder and a VAE make of the phases of the moon, and how long that takes, on one core.

    python -m benchmarks.moons claims | training

claims: both on half and full moon alone, on nine phases and on all 181, three seeds each, and the VAE with other betas:
how far the way from half to full leads from true phases and from a mix of the two, and how many draws z ~ N(0, I) are
moons. The page's prose and docs/decisions/moons.md have their numbers from here.
training: how long both take together, beside an epoch of the digits' VAE before and after. Bar: 2 such epochs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from benchmarks.gan import at_most, vae_epoch
from benchmarks.record import on_one_core
from genmodels.data import moon_phases
from genmodels.evaluation import moons
from genmodels.training import loop, recipes
from genmodels.training.together import Together

SETS = {"two": "0-180", "nine": "0-22-45-68-90-112-135-158-180", "all": "all"}
SEEDS = (0, 1, 2)
BETAS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
TRAINING: dict[str, Any] = {}  # other settings than the recipes' own
VAE_EPOCHS = 2.0


def claims() -> dict[str, Any]:
    """Each set of phases by both models, and all phases by VAEs of other betas."""
    kinds = ("ae", "vae")
    found = {
        f"{name}, {kind}": {f"seed {seed}": learned(kind, phases, seed) for seed in SEEDS}
        for name, phases in SETS.items()
        for kind in kinds
    }
    return found | {
        f"all, vae, beta {beta:g}": {f"seed {seed}": learned("vae", "all", seed, beta=beta) for seed in SEEDS}
        for beta in BETAS
        if beta != 1
    }


def learned(kind: str, phases: str, seed: int, **settings: Any) -> dict[str, float]:
    """One training, and what it is worth."""
    *_, last = loop.train(f"{kind}-moon-phases", device="cpu", seed=seed, learned=phases, **{**TRAINING, **settings})
    measured = asdict(moons.measured(last.model.eval(), moon_phases.from_token(phases)))  # type: ignore[arg-type]
    row = {name: round(value, 4) for name, value in measured.items()}
    print(kind, phases[:12], seed, settings, row, flush=True)
    return row


def training() -> dict[str, Any]:
    """Both side by side, as the page trains them."""
    before = vae_epoch()
    rows = {name: both(phases) for name, phases in SETS.items()}
    epoch = statistics.mean((before, vae_epoch()))
    slowest = max(rows.values())
    return {
        "cpu s": {name: round(seconds, 2) for name, seconds in rows.items()},
        "an epoch of the VAE, cpu s": round(epoch, 2),
        "bars": {"in epochs of the VAE": at_most(slowest / epoch, VAE_EPOCHS)},
    }


def both(phases: str) -> float:
    """Processor seconds of the two trainings."""
    same = {"learned": phases, **TRAINING}
    together = Together([recipes.make(f"{kind}-moon-phases", **same) for kind in ("ae", "vae")])
    busy = time.process_time()
    for _ in together.run():
        pass
    return time.process_time() - busy


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {"claims": claims, "training": training}


if __name__ == "__main__":
    on_one_core("moons", MEASURES, sys.argv[1:])
