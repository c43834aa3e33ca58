"""A home for every test, and no process of it left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from genmodels.data import mnist
from genmodels.data.mnist import Images
from genmodels.jobs import estimates
from genmodels.training import loop
from tests.genmodels.jobs import helpers


@pytest.fixture(autouse=True)
def own_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small disk and a busy machine are no reason to fail here."""
    monkeypatch.setattr(estimates, "free_cores", lambda: 2.0)
    monkeypatch.setenv("GENMODELS_FREE_GIB", "0")
    monkeypatch.setenv("GENMODELS_NICE", "0")
    yield home
    for pid in helpers.processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def digits(monkeypatch: pytest.MonkeyPatch) -> tuple[Images, Images]:
    """The data that the stand-in trainers take, for trainings in this process."""
    test = mnist.load("test")
    splits = test.subset(torch.arange(500)), test.subset(torch.arange(500, 700))
    monkeypatch.setattr(loop, "split", lambda recipe: splits)
    return splits
