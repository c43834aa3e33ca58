"""How fast and how well diffusion learns points in the plane, on one core.

    python -m benchmarks.points

Writes its numbers to benchmarks/results/. The bar: MMD^2 <= 0.01 within 15 s of training on the two moons, at
n = 2,000; the floor beside it is what as many points of the training set themselves get.
"""

from __future__ import annotations

import time

import torch

from benchmarks.record import write
from genmodels.data import points
from genmodels.evaluation.discrepancy import mmd
from genmodels.training import loop

NUM_POINTS = 2000
NAMES = tuple(points.SETS)
TRAINING: dict[str, object] = {}  # other settings than the recipe's own
SAMPLERS: dict[str, dict[str, float]] = {
    "DDPM, all 300 steps": {},
    "DDPM, 50 steps": {"steps": 50},
    "DDIM, 50 steps": {"steps": 50, "eta": 0.0},
    "DDIM, 10 steps": {"steps": 10, "eta": 0.0},
}


def learned(name: str) -> dict[str, object]:
    """One training, and what each sampler makes of it."""
    begun, busy = time.perf_counter(), time.process_time()
    *_, last = loop.train("ddpm-points", data=name, device="cpu", **TRAINING)
    result: dict[str, object] = {
        "training, s": round(time.perf_counter() - begun, 1),
        "training, cpu s": round(time.process_time() - busy, 1),
        "updates": last.step,
        "held-out noise loss": round(last.losses["test_total"], 4),
    }
    test = points.load(name, "test").points
    result["MMD, floor"] = round(mmd(points.load(name, "train").points[:NUM_POINTS], test), 4)
    for sampler, options in SAMPLERS.items():
        begun = time.perf_counter()
        drawn = last.model.sample(NUM_POINTS, torch.Generator().manual_seed(0), **options)
        seconds = time.perf_counter() - begun
        result[sampler] = {"MMD": round(mmd(drawn, test), 4), "s for 2,000": round(seconds, 2)}
    return result


def measure() -> dict[str, object]:
    """For each set of points."""
    torch.set_num_threads(1)
    results: dict[str, object] = {"n": NUM_POINTS, "bar": {"MMD": 0.01, "training, s": 15}}
    for name in NAMES:
        results[name] = learned(name)
        print(name, results[name], flush=True)
    return results


if __name__ == "__main__":
    write("points", measure())
