"""What the backend's tests share: a home of their own, and a small data set, so that an epoch takes milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from genmodels.data import mnist
from genmodels.data.mnist import Images
from genmodels.training import loop

torch.set_num_threads(1)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty GENMODELS_HOME."""
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def splits() -> tuple[Images, Images]:
    """500 digits to train on and 200 for the second curve."""
    return mnist.load("train").subset(torch.arange(500)), mnist.load("test").subset(torch.arange(200))


@pytest.fixture
def small(splits: tuple[Images, Images], monkeypatch: pytest.MonkeyPatch) -> tuple[Images, Images]:
    """Every training takes the small data set."""
    monkeypatch.setattr(loop, "split", lambda recipe: splits)
    return splits
