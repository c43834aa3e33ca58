"""Measures what each way of sampling is worth on the shipped digits: python -m tools.measure_samplers.

Writes samplers.json beside the model, which pages show: each sampler by its first thousand samples, those of which a
page claims something by ten thousand. An hour and a half on one core; what is there already is not measured again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from genmodels import storage
from genmodels.evaluation import drawn, judge, measured_samplers
from genmodels.evaluation.measured_samplers import CLAIMED, LARGE, SAMPLERS, SMALL
from genmodels.models.diffusion import Diffusion
from genmodels.training import checkpoints

NAME = "ddpm-mnist"


def main() -> None:
    """Every sampler with the same labels and seed."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    checkpoint = checkpoints.get(NAME)
    model, file = checkpoint.model(), checkpoint.folder / measured_samplers.FILE
    assert isinstance(model, Diffusion)
    result = _begun(file, checkpoint.card["files"][checkpoint.card["model"]]["sha256"])
    for name in tqdm([*CLAIMED, *(name for name in SAMPLERS if name not in CLAIMED)]):
        n = LARGE if name in CLAIMED else SMALL
        if name in result["samples"][str(n)]["samplers"]:
            continue
        images, labels, seconds = drawn.draw(model, n, options=partial(measured_samplers.options, name, model))
        for number in (SMALL, n):  # the fewer are the first of the many
            found = _quality(images[:number], labels if labels is None else labels[:number], seconds)
            result["samples"][str(number)]["samplers"][name] = found
        tqdm.write(f"{name}: {found}")
        storage.write_json(file, result)


def _begun(file: Path, model: str) -> dict[str, Any]:
    """What has been measured of these weights by this judge, or the head of a new list."""
    about = {"model": model, "judge": judge.SHA256}
    samples = {str(n): {"floor": round(drawn.real(n, "train"), 2), "samplers": {}} for n in (SMALL, LARGE)}
    try:
        before = storage.read_json(file)
        if "samples" in before and {**before, **about} == before:
            return before
    except storage.Damaged:
        pass
    return {**about, "date": datetime.now(UTC).date().isoformat(), "samples": samples}


def _quality(images: torch.Tensor, labels: torch.Tensor | None, seconds: float) -> dict[str, float]:
    quality = drawn.quality(images, labels)
    accuracy = round(float(quality.accuracy or 0), 4)
    return {"frechet": round(quality.frechet, 2), "accuracy": accuracy, "seconds": round(seconds, 4)}


if __name__ == "__main__":
    main()
