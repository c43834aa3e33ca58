"""How fast and how well diffusion learns and draws digits, and the colour net beside the one that tutorials use.

    python -m benchmarks.diffusion train | shipped | speed

Each writes its numbers to benchmarks/results/. Bars, for one processor core:
train: 15 cpu minutes, then Frechet <= 1.6 times that of real test digits at n = 1,000 (25 steps of DDIM, guidance 0.5)
and 98.5 % read as asked. shipped: <= 3.8 times real training digits at n = 10,000. speed: one digit in 25 steps below
0.5 s, all 300 states of one digit below 10 s.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from benchmarks.record import write
from benchmarks.simple_unet import SimpleUnet
from genmodels import settings
from genmodels.evaluation import drawn, judge, measured_samplers
from genmodels.models.diffusion import Diffusion
from genmodels.models.layers import GenerativeModel
from genmodels.sampling import fast
from genmodels.training import checkpoints, loop, recipes

WAYS = {"DDIM, 25 steps, guidance 0.5": "guided", "DDPM, 50 steps": "ddpm-50"}
BATCH, UPDATES = 8, 4
ROUNDS = 3
N_TRAINED, N_SHIPPED = 1_000, 10_000
TRAINING: dict[str, Any] = {"holdout": 0}  # other settings than the recipe's own


def judged(model: GenerativeModel, n: int) -> dict[str, object]:
    """What both ways of sampling are worth."""
    assert isinstance(model, Diffusion)
    found: dict[str, object] = {"n": n, "judge": judge.SHA256[:8]}
    for words, name in WAYS.items():
        images, labels, seconds = drawn.draw(model, n, options=partial(measured_samplers.options, name, model))
        quality = drawn.quality(images, labels)
        found |= {"real train digits": round(quality.floor, 2), "real test digits": round(quality.calibration, 2)}
        found[words] = {
            "Frechet": round(quality.frechet, 2),
            "times real train": round(quality.frechet / quality.floor, 2),
            # at n = 10,000 the real test digits are all of them, and as far from themselves as nothing
            "times real test": round(quality.frechet / quality.calibration, 2) if quality.calibration else None,
            "read as asked": quality.accuracy,
            "s per picture": round(seconds, 4),
        }
        print(words, found[words], flush=True)
    return found


def train() -> dict[str, object]:
    """The recipe as it stands, from nothing."""
    begun, busy = time.perf_counter(), time.process_time()
    for step in loop.train("ddpm-mnist", device="cpu", **TRAINING):
        if step.ends_epoch:
            print(step.epoch, step.losses, round((time.process_time() - busy) / 60, 1), "cpu min", flush=True)
    about = {
        "epochs": step.epoch,
        "cpu min": round((time.process_time() - busy) / 60, 1),
        "min": round((time.perf_counter() - begun) / 60, 1),
    }
    return about | judged(step.model, N_TRAINED)


def shipped() -> dict[str, object]:
    """The model that comes with the course, at the largest n."""
    return judged(checkpoints.get("ddpm-mnist").model("cpu"), N_SHIPPED)


def speed() -> dict[str, object]:
    """One digit; then a 64 x 64 step of both nets, taken in turns."""
    device = settings.device("auto")
    digits, name = checkpoints.get("ddpm-mnist").model(str(device)), torch.device(device)
    assert isinstance(digits, Diffusion)
    guided = {"label": 3, "guidance": 0.5}
    found: dict[str, object] = {
        "device": str(device),
        "one digit, 25 steps, s": _least(lambda: digits.sample(1, steps=25, eta=0.0, **guided)),
        "one digit, 300 states, s": _least(lambda: list(digits.trajectory(1, **guided))),
    }
    nets = {"ddpm-cars": recipes.build(recipes.make("ddpm-cars")).to(device), "SimpleUnet": SimpleUnet().to(device)}
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for net, model in nets.items():
            times.setdefault(f"{net}, training", []).append(_train_time(model, name))
            times.setdefault(f"{net}, sampling", []).append(_sample_time(model, name))
    for what in ("training", "sampling"):
        ours, theirs = (BATCH / min(times[f"{net}, {what}"]) for net in nets)
        found[f"{what}, pictures per s"] = {"ddpm-cars": round(ours, 2), "SimpleUnet": round(theirs, 2)}
        found[f"{what}, times as fast"] = round(ours / theirs, 1)
    found["parameters"] = {net: sum(one.numel() for one in model.parameters()) for net, model in nets.items()}
    return found


def _least(run: Callable[[], object]) -> float:
    """Seconds of the quickest of some runs."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return round(min(times), 3)


def _eps(model: torch.nn.Module, x: Tensor, t: Tensor) -> Tensor:
    out: Tensor = model._network(x, t, None) if isinstance(model, Diffusion) else model(x, t.float())
    return out


def _noisy(device: torch.device) -> tuple[Tensor, Tensor]:
    return torch.randn(BATCH, 3, 64, 64, device=device), torch.randint(1, 300, (BATCH,), device=device)


def _train_time(model: torch.nn.Module, device: torch.device) -> float:
    """Seconds for one update with Adam on a batch, in half precision where that is what the course does."""
    optimiser = torch.optim.Adam(model.parameters(), 1e-4)
    model.train()

    def update() -> None:
        x, t = _noisy(device)
        with fast(model, BATCH) if isinstance(model, Diffusion) else torch.enable_grad():
            loss = (_eps(model, x, t) - x).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    return _seconds(update, device)


@torch.no_grad()
def _sample_time(model: torch.nn.Module, device: torch.device) -> float:
    model.eval()
    x, t = _noisy(device)

    def step() -> None:
        with fast(model, BATCH) if isinstance(model, Diffusion) else torch.no_grad():
            _eps(model, x, t)

    return _seconds(step, device)


def _seconds(run: Callable[[], None], device: torch.device) -> float:
    run()
    _wait(device)
    begun = time.perf_counter()
    for _ in range(UPDATES):
        run()
    _wait(device)
    return (time.perf_counter() - begun) / UPDATES


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {"train": train, "shipped": shipped, "speed": speed}


def main(asked: list[str]) -> Iterator[str]:
    """Measure and record each of those asked for."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    for name in asked or list(MEASURES):
        yield str(write(f"diffusion-{name}", MEASURES[name]()))


if __name__ == "__main__":
    for _ in main(sys.argv[1:]):
        pass
