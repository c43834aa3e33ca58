"""Makes a trained model one that comes with the course: python -m tools.ship FOLDER. Its weights are halved on the way.

Half precision costs a diffusion model nothing that can be measured, and the repository half of its size.
"""

from __future__ import annotations

import sys
from pathlib import Path

from genmodels import settings, storage
from genmodels.training import checkpoints


def ship(source: Path) -> Path:
    """Write the finished model in `source` to checkpoints/shipped/<name>, its card last; returns that folder."""
    checkpoint = checkpoints.open_folder(source)
    if not checkpoint.finished:
        sys.exit(f"{source} has been trained to epoch {checkpoint.epoch} only; go on with its training first.")
    folder = settings.shipped() / checkpoint.recipe.name
    name = checkpoint.card["model"]
    payload = checkpoints.pack(checkpoint.tensors(), half=True)
    storage.write(folder / name, payload)
    storage.write_json(folder / checkpoints.CARD, {**checkpoint.card, "files": {name: storage.fingerprint(payload)}})
    return folder


if __name__ == "__main__":
    print(ship(Path(sys.argv[1])))
