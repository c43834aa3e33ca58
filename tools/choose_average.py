"""Chooses how wide the average of a diffusion's weights is, after its training: python -m tools.choose_average FOLDER.

For each width digits are drawn from the same noise and judged. The best width's average becomes the model in FOLDER,
unless what the training itself kept is better, and the card says what each width got.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from genmodels import storage
from genmodels.arrays import pack
from genmodels.evaluation import drawn
from genmodels.models.layers import GenerativeModel
from genmodels.training import averages, checkpoints
from genmodels.training.checkpoints import Checkpoint

WIDTHS = (0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2)
NUM_DRAWN, SAMPLER = 2000, {"steps": 25, "eta": 1.0}


def choose(checkpoint: Checkpoint) -> dict[str, Any]:
    """What the average of each width gets, and the best of them: the `average` of a card."""
    model = checkpoint.model("cpu")
    tried = {}
    for width in tqdm(WIDTHS, unit="width"):
        weights = averages.combined(checkpoint.folder, width)
        model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        tried[str(width)] = _frechet(model)
    kept = _frechet(checkpoint.model("cpu"))
    best = min(tried, key=lambda width: tried[width])
    found = {"frechet": tried, "of_the_training": kept, "n": NUM_DRAWN, "sampler": SAMPLER}
    return {**found, "sigma": float(best) if tried[best] < kept else None}


def adopt(checkpoint: Checkpoint, average: dict[str, Any]) -> None:
    """Make the average of the chosen width the model of its training, and note on the card how it was chosen."""
    card = {**checkpoint.card, "average": average}
    if average["sigma"] is not None:
        payload = pack(averages.combined(checkpoint.folder, average["sigma"]))
        storage.write(checkpoint.folder / card["model"], payload)
        card["files"] = {**card["files"], card["model"]: storage.fingerprint(payload)}
    storage.write_json(checkpoint.folder / checkpoints.CARD, card)


def _frechet(model: GenerativeModel) -> float:
    images, labels, seconds = drawn.draw(model, NUM_DRAWN, options=lambda *_: dict(SAMPLER))
    return round(drawn.quality(images, labels, seconds).frechet, 2)


def main(folder: Path) -> None:
    """Choose, and say what came of it."""
    checkpoint = checkpoints.open_folder(folder.absolute())
    average = choose(checkpoint)
    adopt(checkpoint, average)
    print(average)


if __name__ == "__main__":
    torch.set_num_threads(1)  # with more, these small networks wait for each other
    torch.set_flush_denormal(True)
    main(Path(sys.argv[1]))
