"""Generative models to learn from: each one trained for real, each one a file that explains itself.

    from genmodels import load, sample, train

    vae = load("vae-mnist")                  # the trained model that comes with the repository
    images = sample("vae-mnist", 64, seed=0) # (64, 1, 28, 28), pixels in [0, 1]
    for step in train("vae-mnist", epochs=2):
        print(step.epoch, step.losses)

The three names are found when first used, so that `import genmodels` costs nothing and brings no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genmodels.sampling import sample
    from genmodels.training.checkpoints import load
    from genmodels.training.loop import train


__all__ = ["load", "sample", "train"]

_HOMES = {"load": "training.checkpoints", "sample": "sampling", "train": "training.loop"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'genmodels' has no attribute {name!r}")
    return getattr(import_module(f"genmodels.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
