"""Measures what each way of sampling is worth on the shipped digits: python -m tools.measure_samplers.

Writes samplers.json beside the model, which the page on the denoiser shows. Half an hour on two cores.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import torch
from tqdm import tqdm

from genmodels import storage
from genmodels.evaluation import drawn, judge, measured_samplers
from genmodels.models.diffusion import Diffusion
from genmodels.training import checkpoints

NAME, N = "ddpm-mnist", 1000


def main() -> None:
    """Every sampler with the same labels and seed."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    checkpoint = checkpoints.get(NAME)
    model = checkpoint.model()
    assert isinstance(model, Diffusion)
    found = {}
    for name in tqdm(measured_samplers.SAMPLERS):
        images, labels, seconds = drawn.draw(model, N, options=partial(measured_samplers.options, name, model))
        quality = drawn.quality(images, labels)
        found[name] = {
            "frechet": round(quality.frechet, 2),
            "accuracy": round(float(quality.accuracy or 0), 4),
            "seconds": round(seconds, 4),
        }
        tqdm.write(f"{name}: {found[name]}")
    result = {
        "model": checkpoint.card["files"][checkpoint.card["model"]]["sha256"],
        "judge": judge.SHA256,
        "date": datetime.now(UTC).date().isoformat(),
        "n": N,
        "floor": round(drawn.real(N, "test"), 2),
        "samplers": found,
    }
    storage.write_json(checkpoint.folder / measured_samplers.FILE, result)


if __name__ == "__main__":
    main()
