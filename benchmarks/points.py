"""How fast and how well diffusion learns points in the plane, on one core.

    python -m benchmarks.points             each set of points, several samplers
    python -m benchmarks.points predicts    the noise against v, with the page's own settings

Each writes its numbers to benchmarks/results/. The bar: MMD^2 <= 0.01 within 15 s of training on the two moons, at
n = 2,000; the floor beside it is what as many points of the training set themselves get.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

import torch

from benchmarks.record import write
from genmodels.data import points
from genmodels.evaluation.discrepancy import mmd
from genmodels.training import loop

NUM_POINTS = 2000
NAMES = tuple(points.SETS)
TRAINING: dict[str, Any] = {}  # other settings than the recipe's own
SAMPLERS: dict[str, dict[str, float]] = {
    "DDPM, all 300 steps": {},
    "DDPM, 50 steps": {"steps": 50},
    "DDIM, 50 steps": {"steps": 50, "eta": 0.0},
    "DDIM, 10 steps": {"steps": 10, "eta": 0.0},
}
PREDICTED = ("two-moons", "ring")  # the sets on which the noise is set against v
FEW = {"steps": 20, "eta": 0.0}  # the sampler of that


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
    results: dict[str, object] = {"n": NUM_POINTS, "bar": {"MMD": 0.01, "training, s": 15}}
    for name in NAMES:
        results[name] = learned(name)
        print(name, results[name], flush=True)
    return results


def predicts(names: Sequence[str], seeds: Sequence[int]) -> dict[str, object]:
    """MMD^2 and held-out loss by set, prediction and seed, with 20 steps of DDIM."""
    results: dict[str, object] = {"n": NUM_POINTS, "sampler": FEW}
    for name in names:
        test = points.load(name, "test").points
        by_prediction: dict[str, object] = {}
        for predicted in ("noise", "v"):
            rows = {}
            for seed in seeds:
                settings: dict[str, Any] = {
                    "data": name,
                    "predicts": predicted,
                    "seed": seed,
                    "device": "cpu",
                    **TRAINING,
                }
                *_, last = loop.train("ddpm-points", **settings)
                drawn = last.model.sample(NUM_POINTS, torch.Generator().manual_seed(0), **FEW)
                rows[f"seed {seed}"] = {"MMD": mmd(drawn, test), "held-out loss": last.losses["test_total"]}
            by_prediction[predicted] = rows
            print(name, predicted, rows, flush=True)
        results[name] = by_prediction
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["samplers", "predicts"], nargs="?", default="samplers")
    what = parser.parse_args().what
    torch.set_num_threads(1)
    if what == "predicts":
        write("points-predicts", predicts(PREDICTED, range(3)), command="python -m benchmarks.points predicts")
    else:
        write("points", measure())


if __name__ == "__main__":
    main()
