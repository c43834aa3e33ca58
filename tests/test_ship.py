"""What comes with the course: weights halved, and what takes a page too long measured of them as they are shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genmodels import settings
from genmodels.evaluation import pixel_maps
from genmodels.models.pixels import PixelModel
from genmodels.training import checkpoints
from tests.runs import train_small
from tools.ship import ship

pytestmark = pytest.mark.slow


def test_a_model_of_pixels_is_shipped_with_its_nats_and_what_it_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = train_small(tmp_path, "pixelcnn-mnist", epochs=1, num_classes=0)
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    source = checkpoints.trained_folder(key)
    monkeypatch.setattr(settings, "shipped", lambda: tmp_path / "shipped")
    stale = tmp_path / "shipped" / "small" / "model-009.safetensors"
    stale.parent.mkdir(parents=True)
    stale.touch()
    folder = ship(source, "small")
    assert folder == tmp_path / "shipped" / "small" and not stale.exists()
    found = checkpoints.find(key)
    assert found is not None
    shipped = checkpoints.open_folder(folder)
    assert shipped.card["evaluated"]["images"] == 10_000 and shipped.card["evaluated"]["nats"]["total"]["mean"] > 80
    weights = shipped.tensors()
    for name, value in checkpoints.open_folder(source).tensors().items():
        assert (weights[name] == value.astype(np.float16)).all()
    fields, model = pixel_maps.stored(shipped), shipped.model("cpu")
    assert fields is not None and isinstance(model, PixelModel)
    assert (fields[400] == pixel_maps.receptive_field(model, *divmod(400, 28))).all()
