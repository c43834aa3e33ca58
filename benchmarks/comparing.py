"""How long it takes to measure a model as the page that compares them does, on one core.

    python -m benchmarks.comparing parts | drawing

parts: what is measured of 10,000 digits whoever drew them, and the two kinds of bound, beside an epoch of the digits'
VAE before and after. Bar: all parts but the bound of a diffusion in 20 such epochs.
drawing: how long each model that comes along draws at them, from the time that 64 digits at once take. With the parts
that is how long `python -m genmodels evaluate --all` takes for it.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import torch

from benchmarks.gan import at_most, vae_epoch
from benchmarks.record import on_one_core
from genmodels.evaluation import clouds, compare, drawing, judge, likelihood, nats, real_digits
from genmodels.evaluation.comparison import ENTRANTS
from genmodels.evaluation.drawing import Draughtsman
from genmodels.evaluation.frechet import frechet_distance
from genmodels.evaluation.judges import FIRST, JUDGES
from genmodels.evaluation.variational_bound import variational_bound
from genmodels.models.diffusion import Diffusion
from genmodels.models.vae import VAE
from genmodels.training import checkpoints

N = 10_000
EPOCHS = 20.0
NUM_EXPLAINED = 250  # of the digits, from which the time for all of them is taken
DIFFUSION = {"steps": 50}


def parts() -> dict[str, Any]:
    """Each on real digits, which cost what drawn ones cost."""
    before = vae_epoch()
    digits = real_digits.pictures("grey", "test")[:N]
    features = {name: judge.features(digits.float() / 255, name) for name in JUDGES}
    other = real_digits.features_of("grey", "train", FIRST)[:N]
    x = nats.digits(NUM_EXPLAINED)
    vae, diffusion = (checkpoints.get(name).model("cpu") for name in ("vae-mnist", "ddpm-mnist"))
    assert isinstance(vae, VAE) and isinstance(diffusion, Diffusion)
    generator, scale = torch.Generator().manual_seed(0), N / NUM_EXPLAINED
    rows = {
        "two judges": seconds(lambda: [judge.features(digits.float() / 255, name) for name in JUDGES]),
        "neighbours": seconds(lambda: clouds.neighbours(other, features[FIRST])),
        "two Frechet distances": 2 * seconds(lambda: frechet_distance(other, features[FIRST])),
        "nearest training digits": seconds(lambda: real_digits.to_training(digits)),
        "importance-weighted bound": scale * seconds(lambda: likelihood.bounds(vae, x, nats.NUM_SAMPLES, generator)),
    }
    bound = scale * seconds(lambda: variational_bound(diffusion, x, generator, **DIFFUSION))
    epoch = statistics.mean((before, vae_epoch()))
    return {
        "n": len(digits),
        "cpu s": {name: round(value, 2) for name, value in {**rows, "bound of a diffusion": bound}.items()},
        "an epoch of the VAE, cpu s": round(epoch, 2),
        "bars": {"parts, in epochs of the VAE": at_most(sum(rows.values()) / epoch, EPOCHS)},
    }


def draws() -> dict[str, Any]:
    """Every entrant whose model is there."""
    rows = {}
    for entrant in ENTRANTS:
        task = compare.of_entrant(entrant, N)
        if task is not None and task.checkpoint is not None:
            one = task.checkpoint
            draughtsman = Draughtsman(one.model("cpu"), one.sha256, one.recipe.data, task.options)
            speed = drawing.milliseconds(draughtsman)
            rows[entrant.name] = {
                "ms, 1 at once": round(speed[1], 3),
                "ms, 64 at once": round(speed[64], 3),
                "cpu s for n": round(speed[64] * N / 1000, 1),
            }
            print(entrant.name, rows[entrant.name], flush=True)
    return {"n": N, **rows}


def seconds(work: Callable[[], object]) -> float:
    """Of the processor."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {"parts": parts, "drawing": draws}


if __name__ == "__main__":
    on_one_core("comparing", MEASURES, sys.argv[1:])
