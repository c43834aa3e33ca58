"""The VAE's training against the loop that tutorials teach: as good, and how much faster?

    python -m benchmarks.vae_training quality    test loss after epochs 1, 5 and 20, three seeds
    python -m benchmarks.vae_training speed      one epoch with validation, both loops in turn in one process
    python -m benchmarks.vae_training mistakes   what the page's two switches cost, with the page's own settings

Each writes its numbers to benchmarks/results/. Both loops run on one thread with the same network, batch size, Adam
and data; the tutorial's is written as tutorials write it, and nothing in it is made slow on purpose.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from benchmarks.record import write
from genmodels.data import mnist
from genmodels.training import loop, recipes

BARS = {1: 177.0, 5: 161.5, 20: 153.7}  # nats per image, mean of the seeds
SPEED_BAR = 2.8
MISTAKES: dict[str, dict[str, Any]] = {
    "as it should be": {},
    "uniform noise": {"noise": "uniform"},
    "ReLU after the encoder": {"relu_after_encoder": True},
}
LOOKS = {0: (3, 20), 1: (3,), 2: (3, 20)}  # epochs after which each seed is looked at
TRAINING: dict[str, Any] = {"holdout": 0}  # other settings than the recipe's own


class TutorialVAE(nn.Module):
    """The network as tutorials write it: probabilities out, plain binary cross-entropy."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.mu, self.logvar = nn.Linear(784, 256), nn.Linear(256, 2), nn.Linear(256, 2)
        self.fc3, self.fc4 = nn.Linear(2, 256), nn.Linear(256, 784)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        h = F.relu(self.fc1(x.view(-1, 784)))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar


def tutorial_loss(x: Tensor, reconstruction: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """The negative ELBO, summed over the batch."""
    bce = F.binary_cross_entropy(reconstruction, x.view(-1, 784), reduction="sum")
    return bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())


def tutorial_epochs(folder: Path) -> Iterator[float]:
    """One validation loss per epoch, in nats per image, for as long as it is asked."""
    to_tensor = transforms.ToTensor()
    train = DataLoader(datasets.MNIST(folder, train=True, transform=to_tensor), batch_size=128, shuffle=True)
    test = DataLoader(datasets.MNIST(folder, train=False, transform=to_tensor), batch_size=128)
    model = TutorialVAE()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    while True:
        model.train()
        total = 0.0
        for x, _ in train:
            optimiser.zero_grad()
            loss = tutorial_loss(x, *model(x))
            loss.backward()
            total += loss.item()
            optimiser.step()
        model.eval()
        total = 0.0
        with torch.no_grad():
            for x, _ in test:
                total += tutorial_loss(x, *model(x)).item()
        yield total / len(test.dataset)  # type: ignore[arg-type]


def our_epochs() -> Iterator[float]:
    """The same from genmodels."""
    for step in loop.train("vae-mnist", epochs=100, device="cpu", **TRAINING):
        if step.ends_epoch:
            yield step.losses["test_total"]


def unpack_mnist(folder: Path) -> None:
    """The embedded files where torchvision looks for them."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for packed in (Path(mnist.__file__).parent / "embedded" / "mnist").glob("*.gz"):
        (raw / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))


def speed(num_rounds: int) -> dict[str, Any]:
    """Both loops, epoch by epoch in turn; in every second round the other one goes first."""
    with tempfile.TemporaryDirectory() as name:
        unpack_mnist(Path(name))
        ours, tutorial = our_epochs(), tutorial_epochs(Path(name))
        next(ours)  # the look before training
        rounds = []
        for number in range(num_rounds):
            pair = [("ours", ours), ("tutorial", tutorial)]
            row: dict[str, dict[str, float]] = {}
            for label, epochs in pair if number % 2 else pair[::-1]:
                torch.set_flush_denormal(label == "ours")  # as the command line does; tutorials do not
                row[label] = timed(lambda epochs=epochs: next(epochs))  # type: ignore[misc]
            rounds.append(row)
            print({label: {name: round(value, 2) for name, value in times.items()} for label, times in row.items()})
    ratios = {
        clock: statistics.median(row["tutorial"][clock] / row["ours"][clock] for row in rounds)
        for clock in ("wall_seconds", "cpu_seconds")
    }
    return {"median_ratio": ratios, "bar": SPEED_BAR, "rounds": rounds}


def timed(work: Callable[[], float]) -> dict[str, float]:
    """Wall and processor seconds of one epoch, and the loss it returns."""
    wall, cpu = time.perf_counter(), time.process_time()
    loss = work()
    return {"wall_seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu, "loss": loss}


def quality(num_seeds: int) -> dict[str, Any]:
    """Test totals after the epochs of the bars: one row per seed, their mean and spread."""
    torch.set_flush_denormal(True)
    rows = []
    for seed in range(num_seeds):
        steps = loop.train("vae-mnist", epochs=max(BARS), seed=seed, device="cpu", **TRAINING)
        rows.append({step.epoch: step.losses["test_total"] for step in steps if step.ends_epoch and step.epoch in BARS})
        print(seed, {epoch: round(loss, 2) for epoch, loss in rows[-1].items()})
    return {
        str(epoch): {
            "mean": statistics.mean(row[epoch] for row in rows),
            "lowest": min(row[epoch] for row in rows),
            "highest": max(row[epoch] for row in rows),
            "bar": bar,
        }
        for epoch, bar in BARS.items()
    } | {"per_seed": rows}


def mistakes(looks: dict[int, tuple[int, ...]]) -> dict[str, Any]:
    """Nats per picture by run, seed and epoch: its own loss in training, its negative ELBO on pictures held out."""
    torch.set_flush_denormal(True)
    found: dict[str, Any] = {}
    for run, settings in MISTAKES.items():
        for seed, epochs in looks.items():
            rows = {}
            for step in loop.train("vae-mnist", epochs=max(epochs), seed=seed, device="cpu", **settings):
                if step.ends_epoch and step.epoch in epochs:
                    kl, reconstruction = step.losses["valid_kl"], step.losses["valid_reconstruction"]
                    own = step.losses["train_total"]
                    rows[str(step.epoch)] = {"own loss": own, "true": reconstruction + kl, "KL": kl}
            found.setdefault(run, {})[f"seed {seed}"] = rows
            print(run, seed, rows, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["quality", "speed", "mistakes"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.what == "mistakes":
        command = "python -m benchmarks.vae_training mistakes"
        write("vae-mistakes", mistakes(LOOKS), threads=1, command=command, recipe=_settings())
        return
    result = quality(options.seeds) if options.what == "quality" else speed(options.rounds)
    print(json.dumps(result.get("median_ratio", {k: v for k, v in result.items() if k != "per_seed"}), indent=1))
    write(f"vae-{options.what}", result, threads=1, recipe=_settings(holdout=0))


def _settings(**changed: Any) -> dict[str, Any]:
    return dict(recipes.as_settings(recipes.make("vae-mnist", **changed)))


if __name__ == "__main__":
    main()
