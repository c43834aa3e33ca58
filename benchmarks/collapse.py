"""How many codes four codebooks use that are trained side by side, and how long that takes, on one core.

    python -m benchmarks.collapse claims | training

claims: each number of codes and each rate that the page on the VQ-VAE offers, three seeds each: the codes that 100 test
digits use, how evenly, and what a digit loses in nats. The page's prose has its numbers from here.
training: how long the four take together with looking at them, beside an epoch of the digits' VAE before and after.
Bars: 12 processor seconds and 8 such epochs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.gan import at_most, vae_epoch
from benchmarks.record import on_one_core
from genmodels.evaluation import usages
from genmodels.evaluation.usages import Look

NUM_CODES = (16, 64, 256)
RATES = (0.001, 0.003, 0.01)
SEEDS = (0, 1, 2)
CPU_SECONDS, VAE_EPOCHS = 12.0, 8.0


def claims() -> dict[str, Any]:
    """Every setting, and how many codes each way uses over all seeds."""
    return {
        f"{num_codes} codes, rate {rate:g}": {f"seed {seed}": _trained(num_codes, rate, seed)[0] for seed in SEEDS}
        for num_codes in NUM_CODES
        for rate in RATES
    }


def training() -> dict[str, Any]:
    """All four, as the page trains them."""
    before = vae_epoch()
    rows = {f"{num_codes} codes": _trained(num_codes, RATES[0], SEEDS[0])[1] for num_codes in NUM_CODES}
    epoch = statistics.mean((before, vae_epoch()))
    slowest = max(rows.values())
    return {
        "cpu s": {name: round(seconds, 2) for name, seconds in rows.items()},
        "an epoch of the VAE, cpu s": round(epoch, 2),
        "bars": {
            "cpu s": at_most(slowest, CPU_SECONDS),
            "in epochs of the VAE": at_most(slowest / epoch, VAE_EPOCHS),
        },
    }


def _trained(num_codes: int, rate: float, seed: int) -> tuple[dict[str, Any], float]:
    """What each way comes to, and the processor seconds of all."""
    busy = time.process_time()
    *_, last = usages.watched(num_codes, rate, seed)
    seconds = time.process_time() - busy
    row = _row(last)
    print(num_codes, rate, seed, row, f"{seconds:.1f} s", flush=True)
    return row, seconds


def _row(look: Look) -> dict[str, Any]:
    return {
        way: {"used": one.used, "perplexity": round(one.perplexity, 1), "nats": round(one.nats, 1)}
        for way, one in look.codebooks.items()
    }


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {"claims": claims, "training": training}


if __name__ == "__main__":
    on_one_core("collapse", MEASURES, sys.argv[1:])
