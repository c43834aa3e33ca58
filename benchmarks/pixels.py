"""How well the shipped models of pixels explain digits, how much faster they draw with a cache, and how well they draw.

    python -m benchmarks.pixels likelihood | speed | samples

Each writes its numbers to benchmarks/results/; nothing is trained. All on one thread of one core and in float32 but
where `sampling.fast` says otherwise. Black and white digits are MNIST's with one Bernoulli draw for each pixel, ink
with the probability of its grey, by the seeds that stand in the results.

likelihood: -log p(x) of the test digits, exact; of a model with labels it is of the mean over all labels. Beside it
stand parameters and training time as its card tells them. No bar.
speed: naive drawing passes the whole picture through the network for each pixel. Bars, for pixelcnn-mnist: the cache is
25 times as fast for one digit and 200 times for 16, not one pixel differs, and one digit takes 0.15 s at most. They are
for processor seconds, which are those of the clock for one thread with nothing beside it.
samples: the Frechet distance by the judge. Its reference is all test digits in black and white: beside grey ones most
of any distance would be the step from grey to black and white, which stands in the result. Real digits are as many,
picked at random from the training set, black and white as well; the judge was trained on them, in grey. It reads a
digit as labelled if it sees the one that was asked for, or that is written there. Bars, for pixelcnn-mnist at
n = 1,000: 1.3 times the distance of real digits at most, and 97 % read as labelled. Single sets of real digits differ
by more than a tenth, hence the distances are means over several sets of n.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
from torch import Tensor

from benchmarks.record import write
from genmodels import settings
from genmodels.data import mnist
from genmodels.evaluation import drawn, judge, likelihood
from genmodels.evaluation.frechet import frechet_distance
from genmodels.models.pixels import PixelModel
from genmodels.training import checkpoints, loop, recipes
from genmodels.training.checkpoints import Checkpoint

SHIPPED = "pixelcnn-mnist"
MODELS = (
    SHIPPED,
    "pixelrnn-mnist",
    *(f"{SHIPPED}-{ingredient}" for ingredient in ("plain", "gated", "dilated", "label")),
)
DRAWING = (SHIPPED, "pixelrnn-mnist")  # whose samples are judged
N_TEST, TEST_SEED = 10_000, 0  # of the test digits in black and white
TIMES_AS_FAST = {1: 25.0, 16: 200.0}  # the bar, by how many digits are drawn at once
DIGIT_SECONDS = 0.15
ROUNDS, PASSES = 7, 21  # of cached drawing, and of single passes through the network
N_DRAWN, TEMPERATURE, SEEDS = 1_000, 1.0, (0, 1, 2)  # a set of drawn and a set of real digits for each seed
TIMES_REAL, READ_AS_LABELLED = 1.3, 0.97


def opened(name: str) -> tuple[Checkpoint, PixelModel]:
    """A shipped model: those that are their recipe's own have a name, the others a folder."""
    is_named = name in recipes.names()
    checkpoint = checkpoints.get(name) if is_named else checkpoints.open_folder(settings.shipped() / name)
    model = checkpoint.model("cpu")
    assert isinstance(model, PixelModel) and model.levels == 2
    return checkpoint, model


def binarised(grey: Tensor, generator: torch.Generator) -> Tensor:
    """Grey pixels in [0, 1] as black and white ones."""
    return PixelModel(levels=2).quantised(grey, generator)


def binarised_test() -> Tensor:
    """The first N_TEST of the test set in black and white, (N, 1, 28, 28)."""
    return binarised(mnist.load("test").pixels(slice(N_TEST)), torch.Generator().manual_seed(TEST_SEED))


def at_least(value: float, bar: float) -> dict[str, object]:
    return {"value": round(value, 4), "at least": bar, "met": value >= bar}


def at_most(value: float, bar: float) -> dict[str, object]:
    return {"value": round(value, 4), "at most": bar, "met": value <= bar}


# --- how well they explain digits


def likelihoods() -> dict[str, object]:
    """-log p(x) of all shipped models over the same test digits."""
    x = binarised_test()
    found: dict[str, object] = {"test digits": len(x), "binarised": "one Bernoulli draw a pixel", "seed": TEST_SEED}
    for name in MODELS:
        checkpoint, model = opened(name)
        found[name] = explained(model, x) | about(checkpoint)
        print(name, found[name], flush=True)
    return found


def explained(model: PixelModel, x: Tensor) -> dict[str, object]:
    """Nats per digit, and how long it took to know."""
    begun = time.perf_counter()
    nats = likelihood.exact(model, x)
    mean = float(nats.mean())
    return {
        "nats per digit": round(mean, 3),
        "standard error": round(float(nats.std()) / math.sqrt(len(x)), 3),
        "bits per pixel": round(mean / math.log(2) / x[0].numel(), 5),
        "labels": f"mean over {model.num_classes}" if model.num_classes else "none",
        "min": round((time.perf_counter() - begun) / 60, 1),
    }


def about(checkpoint: Checkpoint) -> dict[str, object]:
    """What the card tells of the network and of its training."""
    card, recipe = checkpoint.card, checkpoint.recipe
    epochs, (training, _) = checkpoint.epochs_trained, loop.split(recipe)
    return {
        "network": recipe.model,
        "parameters": card["parameters"],
        "training, s": checkpoint.seconds,
        "training, device": card["device"],
        "epochs": epochs,
        "images seen in training": epochs * len(training),
        "key": checkpoint.key,
        "recipe": dict(recipes.as_settings(recipe)),
    }


# --- how fast they draw


def speed() -> dict[str, object]:
    """The same digits drawn with the cache and without it."""
    _, model = opened(SHIPPED)
    whole = whole_pass(model)
    found: dict[str, Any] = {"model": SHIPPED, "rounds with the cache": ROUNDS, "one whole pass": whole}
    bars: dict[str, object] = {}
    for batch, bar in TIMES_AS_FAST.items():
        cached, naive, differing = both_ways(model, batch)
        found[f"{batch} at once"] = {"with the cache": cached, "without": naive, "pixels": batch * model.side**2}
        bars[f"{batch} at once, times as fast"] = at_least(naive["cpu s"] / cached["cpu s"], bar)
        bars[f"{batch} at once, differing pixels"] = at_most(differing, 0)
        print(found, bars, flush=True)
    digit = found["1 at once"]["with the cache"]["cpu s"]
    found["a cached digit in whole passes"] = round(digit / whole["cpu s"], 2)
    return found | {"bars": bars | {"one digit, cpu s": at_most(digit, DIGIT_SECONDS)}}


def both_ways(model: PixelModel, batch: int) -> tuple[dict[str, float], dict[str, float], int]:
    """Seconds with the cache and, once, without it, and how many pixels differ."""
    labels = torch.arange(batch) % 10

    def draw(cached: bool) -> Tensor:
        label = labels if model.num_classes else None
        return model.sample(batch, torch.Generator().manual_seed(0), label=label, cached=cached)

    with_cache = draw(True)  # and warm
    cached = seconds(lambda: draw(True), ROUNDS)
    without: list[Tensor] = []
    naive = seconds(lambda: without.append(draw(False)), 1)
    return cached, naive, int((with_cache != without[0]).sum())


@torch.no_grad()
def whole_pass(model: PixelModel) -> dict[str, float]:
    """Seconds of one look at one whole picture."""
    x = mnist.load("test").pixels(slice(1)).round()
    label = torch.zeros(1, dtype=torch.long) if model.num_classes else None
    model.logits(x, label)
    return seconds(lambda: model.logits(x, label), PASSES)


def seconds(run: Callable[[], object], rounds: int) -> dict[str, float]:
    """By the clock and of the processor, medians."""
    wall, cpu = [], []
    for _ in range(rounds):
        begun, busy = time.perf_counter(), time.process_time()
        run()
        wall.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - busy)
    return {"s": round(statistics.median(wall), 5), "cpu s": round(statistics.median(cpu), 5)}


# --- how well they draw


def samples() -> dict[str, object]:
    """Drawn and real digits beside the same reference."""
    test = binarised_test()
    reference = judge.features(test)
    grey = judge.features(mnist.load("test").pixels(slice(N_TEST)))

    def judged(sets: list[tuple[Tensor, Tensor]]) -> dict[str, Any]:
        distances = [frechet_distance(judge.features(images), reference) for images, _ in sets]
        read = [float((judge.classes(images) == labels).double().mean()) for images, labels in sets]
        return {
            "Frechet": round(statistics.mean(distances), 2),
            "Frechet of each set": [round(one, 2) for one in distances],
            "read as labelled": round(statistics.mean(read), 4),
        }

    real = judged([real_digits(seed) for seed in SEEDS])
    found: dict[str, Any] = {
        "n": N_DRAWN,
        "seeds": SEEDS,
        "temperature": TEMPERATURE,
        "judge": judge.SHA256[:8],
        "reference": f"{len(test)} test digits in black and white, seed {TEST_SEED}",
        "reference to the same digits in grey": round(frechet_distance(reference, grey), 2),
        "real training digits in black and white": real,
    }
    for name in DRAWING:
        sets, each = drawn_digits(name)
        found[name] = judged(sets) | {"s per digit": each}
        found[name]["times real"] = round(found[name]["Frechet"] / real["Frechet"], 3)
        print(name, found[name], "real", real, flush=True)
    ours = found[SHIPPED]
    times, read = at_most(ours["times real"], TIMES_REAL), at_least(ours["read as labelled"], READ_AS_LABELLED)
    return found | {"bars": {"times real": times, "read as labelled": read}}


def drawn_digits(name: str) -> tuple[list[tuple[Tensor, Tensor]], float]:
    """A set of digits with the labels asked for, each equally often, for each seed; and the seconds per digit."""
    _, model = opened(name)
    sets, times = [], []
    for seed in SEEDS:
        images, labels, each = drawn.draw(model, N_DRAWN, seed, options=lambda *_: {"temperature": TEMPERATURE})
        assert labels is not None
        sets.append((images, labels))
        times.append(each)
    return sets, round(statistics.median(times), 4)


def real_digits(seed: int) -> tuple[Tensor, Tensor]:
    """N_DRAWN training digits picked at random, in black and white, and their labels."""
    training, generator = mnist.load("train"), torch.Generator().manual_seed(seed)
    index = torch.randperm(len(training), generator=generator)[:N_DRAWN]
    return binarised(training.pixels(index), generator), training.labels[index]


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {"likelihood": likelihoods, "speed": speed, "samples": samples}


def main(asked: list[str]) -> Iterator[str]:
    """Measure and record each of those asked for."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    for name in asked or list(MEASURES):
        with threadpool_limits(1):  # numpy's products, too, which draw with the cache
            result = MEASURES[name]()
        yield str(write(f"pixels-{name}", result, threads=1))


if __name__ == "__main__":
    for _ in main(sys.argv[1:]):
        pass
