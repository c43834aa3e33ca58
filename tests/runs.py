"""Small trained runs, a second each, for tests of what shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from genmodels.data import mnist, point_sets
from genmodels.training import checkpoints, loop, recipes, run


def train_small(
    home: Path, name: str = "vae-mnist", best: int | None = None, unfinished: bool = False, **settings: Any
) -> str:
    """Train on 500 digits or points below `home`; the key. `best` is the epoch to keep, whatever the losses say."""
    others = {"ddpm-mnist": {"width": 16}, "gan-mnist": {"width": 8}, "pixelcnn-mnist": {"width": 8, "num_layers": 2}}
    others["pixelrnn-mnist"] = {"width": 8, "num_layers": 1, "kind": "row"}
    others["vqvae-mnist"] = {"prior_epochs": 2, "width": 8, "prior_width": 16, "num_layers": 1}
    small = others.get(name, {"hidden_dim": 16})
    recipe = recipes.make(name, **{"epochs": 3, **small, **settings})
    load = recipe.examples if recipe.data in point_sets() else mnist.load
    splits = load("train").subset(torch.arange(500)), load("test").subset(torch.arange(200))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENMODELS_HOME", str(home))
        patch.setattr(loop, "split", lambda recipe: splits)
        if best is not None:
            patch.setattr(run._Writer, "_best_epoch", lambda writer: min(best, int(writer.curve[-1]["epoch"])))
        for step in run.run(recipe, checkpoints.trained_folder(recipes.key(recipe)), device="cpu"):
            if unfinished and step.ends_epoch and step.epoch == 1:
                break
    return recipes.key(recipe)
