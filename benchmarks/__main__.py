"""All benchmarks one after the other, each in a process of its own: about an hour and a half on two cores."""

from __future__ import annotations

import subprocess
import sys

RUNS = (
    ["benchmarks.vae_training", "speed"],
    ["benchmarks.pages"],
    ["benchmarks.lessons"],
    ["benchmarks.size"],
    ["benchmarks.points"],
    ["benchmarks.points", "predicts"],
    ["benchmarks.diffusion"],
    ["benchmarks.pixels"],
    ["benchmarks.gan"],
    ["benchmarks.collapse"],
    ["benchmarks.comparing"],
    ["benchmarks.jobs"],
    ["benchmarks.load"],
    ["benchmarks.vae_training", "quality"],
    ["benchmarks.vae_training", "mistakes"],
)

if __name__ == "__main__":
    for run in RUNS:
        print("#", *run, flush=True)
        subprocess.run([sys.executable, "-m", *run], check=True)
