"""Makes a trained model one that comes with the course: python -m tools.ship FOLDER. Its weights are halved on the way.

Half precision costs a diffusion model nothing that can be measured, and halves its place in the repository. What cannot
be measured without the pictures it was trained on is measured here, and stands on its card.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from genmodels import sampling, settings, storage
from genmodels.arrays import pack
from genmodels.evaluation import report
from genmodels.training import checkpoints

SAMPLER, NUM_SAMPLES = {"steps": 100, "eta": 1.0}, 64
TERMS = "Trained on Stanford Cars (Krause et al. 2013), whose pictures may be used for non-commercial research only."


def ship(source: Path) -> Path:
    """Write the finished model in `source` to checkpoints/shipped/<name>, its card last; returns that folder."""
    checkpoint = checkpoints.open_folder(source)
    if not checkpoint.finished:
        sys.exit(f"{source} has been trained to epoch {checkpoint.epoch} only; go on with its training first.")
    folder = settings.shipped() / checkpoint.recipe.name
    name = checkpoint.card["model"]
    payload = pack(checkpoint.tensors(), half=True)
    storage.write(folder / name, payload)
    card = {**checkpoint.card, "files": {name: storage.fingerprint(payload)}}
    if checkpoint.recipe.data == "cars":
        card |= {"terms": TERMS, "evaluated": report.report(checkpoint, "cpu", seed=0, asked=SAMPLER)}
        generator, model = torch.Generator().manual_seed(0), checkpoint.model("cpu")
        with sampling.fast(model, NUM_SAMPLES):
            pictures = model.sample(NUM_SAMPLES, generator, **SAMPLER)
        storage.write(folder / "samples.png", sampling.png(pictures))
    storage.write_json(folder / checkpoints.CARD, card)
    return folder


if __name__ == "__main__":
    print(ship(Path(sys.argv[1])))
