"""What GANs find, how they fail, and how good their digits are, on one core.

    python -m benchmarks.gan ring | collapse | settings | digits

Each writes its numbers to benchmarks/results/.

ring: the recipe of points on five seeds: how many of the ring's eight spots it finds and what share of its points lies
within three standard deviations of one. Bars: all eight on each seed, in 6 processor seconds and in the time of 2
epochs of the VAE at most, which is measured before and after.
collapse: the same with a fast generator and a slow discriminator, as the page sets them. Bar: one spot at most.
settings: the ring with other losses, penalties and rates, three seeds each; the table in docs/decisions/gan.md.
digits: the shipped GAN's by the judge, at 1,000 and at 10,000, beside as many real training digits; the reference is
all test digits. Bars: 2.5 times the distance of real ones at most, and 5 % of the digits of each kind at least. Beside
it stands what is known of the shipped diffusion model, and how long either was trained.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from benchmarks.record import on_one_core
from genmodels.data.points import RING_SD, ring_centres
from genmodels.evaluation import drawn, judge, measured_samplers, modes, report
from genmodels.training import checkpoints, loop

SEEDS = (0, 1, 2, 3, 4)
NUM_POINTS = 2000
TRAINING: dict[str, Any] = {}  # other settings than the recipe's own
EPOCH: dict[str, Any] = {"epochs": 1}  # of the VAE
COLLAPSES: dict[str, Any] = {"learning_rate": 5e-3, "discriminator_rate": 2e-4}
FEW_SEEDS = (0, 1, 2)
SETTINGS: dict[str, dict[str, Any]] = {
    "as the page opens": {},
    "saturating": {"loss_kind": "saturating"},
    "pairs": {"loss_kind": "pairs"},
    "pairs, R1 0.1": {"loss_kind": "pairs", "r1": 0.1},
    "R1 0.1": {"r1": 0.1},
    "R1 1": {"r1": 1.0},
    "Wasserstein": {"loss_kind": "wasserstein"},
    "Wasserstein, R1 0.1": {"loss_kind": "wasserstein", "r1": 0.1},
    "spectral norm": {"spectral_norm": True},
    "both rates 0.01": {"learning_rate": 1e-2, "discriminator_rate": 1e-2},
    "both rates 0.1": {"learning_rate": 1e-1, "discriminator_rate": 1e-1},
    "far apart": COLLAPSES,
    "far apart, R1 0.1": {**COLLAPSES, "r1": 0.1},
    "far apart, R1 1": {**COLLAPSES, "r1": 1.0},
    "far apart, pairs": {**COLLAPSES, "loss_kind": "pairs"},
    "far apart, spectral norm": {**COLLAPSES, "spectral_norm": True},
    "G 0.01, D 0.001": {"learning_rate": 1e-2, "discriminator_rate": 1e-3},
    "G 0.0005, D 0.005": {"learning_rate": 5e-4, "discriminator_rate": 5e-3},
}
SPOTS, CPU_SECONDS, VAE_EPOCHS, LEFT = 8, 6.0, 2.0, 1

SHIPPED, BESIDE = "gan-mnist", "ddpm-mnist"
SIZES = (1_000, 10_000)
TIMES_REAL, LEAST_SHARE = 2.5, 0.05


def at_least(value: float, bar: float) -> dict[str, object]:
    return {"value": round(value, 4), "at least": bar, "met": value >= bar}


def at_most(value: float, bar: float) -> dict[str, object]:
    return {"value": round(value, 4), "at most": bar, "met": value <= bar}


# --- points


def ring() -> dict[str, Any]:
    """The recipe as it stands, and how long it takes beside an epoch of the VAE."""
    before = vae_epoch()
    rows = {f"seed {seed}": played(seed) for seed in SEEDS}
    epoch = statistics.mean((before, vae_epoch()))
    slowest = max(row["cpu s"] for row in rows.values())
    return {
        "n": NUM_POINTS,
        **rows,
        "an epoch of the VAE, cpu s": round(epoch, 2),
        "bars": {
            "spots": at_least(min(row["spots"] for row in rows.values()), SPOTS),
            "cpu s": at_most(slowest, CPU_SECONDS),
            "in epochs of the VAE": at_most(slowest / epoch, VAE_EPOCHS),
        },
    }


def collapse() -> dict[str, Any]:
    """With rates at which the generator runs away from the discriminator."""
    rows = {f"seed {seed}": played(seed, **COLLAPSES) for seed in SEEDS}
    most = max(row["spots"] for row in rows.values())
    return {"n": NUM_POINTS, "settings": COLLAPSES, **rows, "bars": {"spots": at_most(most, LEFT)}}


def settings() -> dict[str, Any]:
    """What other losses, penalties and rates lead to."""
    return {name: {f"seed {seed}": played(seed, **changes) for seed in FEW_SEEDS} for name, changes in SETTINGS.items()}


def played(seed: int, **settings: Any) -> dict[str, Any]:
    """One training on the ring, and what its generator makes."""
    busy = time.process_time()
    *_, last = loop.train("gan-points", device="cpu", seed=seed, **{**TRAINING, **settings})
    seconds = time.process_time() - busy
    points = last.model.sample(NUM_POINTS, torch.Generator().manual_seed(0))
    found = modes.found(points.double().numpy(), ring_centres(), RING_SD)
    row = {
        "spots": found.number,
        "within 3 sd": round(found.share, 4),
        "largest spread": round(float(points.std(0).max()), 3),
        "cpu s": round(seconds, 2),
    }
    print(seed, row, flush=True)
    return row


def vae_epoch() -> float:
    """Processor seconds of one epoch of the VAE, its evaluation with it."""
    steps = loop.train("vae-mnist", device="cpu", **EPOCH)
    next(steps)  # the look before it
    busy = time.process_time()
    for _ in steps:
        pass
    return time.process_time() - busy


# --- digits


def digits() -> dict[str, Any]:
    """The shipped generator's: the fewer are the first of the many."""
    images, _, each = drawn.draw(checkpoints.get(SHIPPED).model("cpu"), SIZES[-1])
    found: dict[str, Any] = {
        "judge": judge.SHA256[:8],
        "ms per digit": round(1000 * each, 2),
        "training": about(SHIPPED),
    }
    bars: dict[str, object] = {}
    for n in SIZES:
        found[f"n = {n:,}"] = row = judged(images[:n])
        bars[f"n = {n:,}, times real"] = at_most(row["times real"], TIMES_REAL)
        bars[f"n = {n:,}, smallest share"] = at_least(min(row["shares"].values()), LEAST_SHARE)
        print(n, row, flush=True)
    return found | {BESIDE: beside(), "bars": bars}


def judged(images: Tensor) -> dict[str, Any]:
    """Digits (N, 1, 28, 28) by the judge."""
    quality = drawn.quality(images)
    return {
        "Frechet": round(quality.frechet, 2),
        "real training digits": round(quality.floor, 2),
        "times real": round(quality.frechet / quality.floor, 3),
        "confidence": round(quality.confidence, 4),
        "copied": round(quality.copied, 4),
        "real ones apart": round(quality.apart, 4),
        "shares": report.shares(images),
    }


def beside() -> dict[str, object]:
    """What is known of the diffusion model, without guidance and with it."""
    found: dict[str, object] = {"training": about(BESIDE)}
    for n in SIZES:
        known = measured_samplers.measured(checkpoints.get(BESIDE), n)
        if known is not None and known.judge == judge.SHA256:
            rows = {one: known.samplers[one] for one in ("ddpm-50", "guided")}
            found[f"n = {n:,}"] = {
                name: {"Frechet": row.frechet, "times real": round(row.frechet / known.floor, 3), "s": row.seconds}
                for name, row in rows.items()
            }
    return found


def about(name: str) -> dict[str, object]:
    """How a shipped model was trained, as its card tells it."""
    card = checkpoints.get(name).card
    return {"s": card["seconds"], "device": card["device"], "epochs": card["epoch"], "parameters": card["parameters"]}


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {
    "ring": ring,
    "collapse": collapse,
    "settings": settings,
    "digits": digits,
}


if __name__ == "__main__":
    on_one_core("gan", MEASURES, sys.argv[1:])
