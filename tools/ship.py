"""Makes a trained model one that comes with the course: python -m tools.ship FOLDER [NAME]. Most weights are halved.

Half precision costs a model nothing that can be measured, and halves its place in the repository. What takes
a page too long, or cannot be measured without the pictures it was trained on, is measured here: it stands on the card,
or beside it. A model with other settings than its recipe's own lies under a NAME of its own, and is found by its key.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch

from genmodels import sampling, settings, storage
from genmodels.arrays import pack
from genmodels.evaluation import drawn, nats, pixel_maps, report
from genmodels.models.pixels import PixelModel
from genmodels.training import checkpoints

SAMPLER, NUM_SAMPLES = {"steps": 100, "eta": 1.0}, 64
WHOLE = ("ae-mnist", "vae-mnist")  # whose numbers stand in the course to the last digit
NOTED = ("made-digits", "made-points", "moons", "codes")  # where no loss says what the samples are worth
TERMS = "Trained on Stanford Cars (Krause et al. 2013), whose pictures may be used for non-commercial research only."


def ship(source: Path, shipped_name: str = "", *, into: Path | None = None) -> Path:
    """Write the finished model in `source` to checkpoints/shipped/<name>, its card last; returns that folder.

    `into` is another folder than checkpoints/shipped.
    """
    checkpoint = checkpoints.open_folder(source)
    if not checkpoint.finished:
        sys.exit(f"{source} has been trained to epoch {checkpoint.epoch} only; go on with its training first.")
    folder = (into or settings.shipped()) / (shipped_name or checkpoint.recipe.name)
    name = checkpoint.card["model"]
    payload = pack(checkpoint.tensors(), half=folder.name not in WHOLE)
    storage.write(folder / name, payload)
    card = {**checkpoint.card, "files": {**checkpoint.card["files"], name: storage.fingerprint(payload)}}
    for other in set(card["files"]) - {name}:  # epochs on the way, and what was recorded
        storage.write(folder / other, storage.read(source / other))
    if checkpoint.recipe.data == "cars":
        card |= {"terms": TERMS, "evaluated": report.report(checkpoint, "cpu", seed=0, asked=SAMPLER)}
        generator, model = torch.Generator().manual_seed(0), checkpoint.model("cpu")
        with sampling.fast(model, NUM_SAMPLES):
            pictures = model.sample(NUM_SAMPLES, generator, **SAMPLER)
        storage.write(folder / "samples.png", sampling.png(pictures))
    storage.write_json(folder / checkpoints.CARD, card)
    for before in [*folder.glob("model-*.safetensors"), *folder.glob("epoch-*.safetensors")]:
        if before.name not in card["files"]:
            storage.discard(before)
    if checkpoint.recipe.measure == "exact":
        _measure_pixels(folder, card)
    elif checkpoint.recipe.measure in NOTED or _has_bound(checkpoint):
        _note(folder, card)
    return folder


def _measure_pixels(folder: Path, card: dict[str, Any]) -> None:
    """Of the weights as they are shipped: nats of all test digits, and what each pixel's factor depends on."""
    halved = checkpoints.open_folder(folder)
    model = halved.model("cpu")
    assert isinstance(model, PixelModel)
    pixel_maps.store(halved, pixel_maps.receptive_fields(model))
    _note(folder, card)


def _has_bound(checkpoint: checkpoints.Checkpoint) -> bool:
    """Whether its loss bounds what can be compared with other models, and a tighter bound has to be measured."""
    return checkpoint.recipe.measure == "likelihood" and nats.kind(checkpoint.recipe) == "bound"


def _note(folder: Path, card: dict[str, Any]) -> None:
    """What the weights as they are shipped are measured by, on their card."""
    halved = checkpoints.open_folder(folder)
    asked = {"n": drawn.MOST} if halved.recipe.measure == "made-digits" else {}  # of fewer the distance wobbles
    evaluated = report.report(halved, "cpu", seed=0, asked=asked)
    storage.write_json(folder / checkpoints.CARD, {**card, "evaluated": evaluated})


if __name__ == "__main__":
    print(ship(Path(sys.argv[1]), *sys.argv[2:]))
