"""What the first page shows: real digits, and as many new ones from a trained model."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels.training import checkpoints
from ui.state import Field, Number

if TYPE_CHECKING:
    from genmodels.models.layers import GenerativeModel
    from genmodels.training.checkpoints import Checkpoint

MODEL = "vae-mnist"
SIDE = 5  # digits per row and column of a panel
FIELDS: dict[str, Field] = {"seed": Number(0, 0, 999_999)}


@st.cache_resource(show_spinner=False)
def trained(name: str) -> tuple[Checkpoint, GenerativeModel]:
    """The shipped model, one for all readers. On the processor: the way to a graphics card is longer than the work."""
    checkpoint = checkpoints.get(name)
    model = checkpoint.model("cpu")
    model.sample(1)  # the first call of all sets things up, and is not what the badge should report
    return checkpoint, model


def real(seed: int) -> NDArray[np.uint8]:
    """Test digits picked at random: (SIDE * SIDE, 28, 28)."""
    from genmodels.data import mnist  # brings torch: the warm-up has it loaded, this file must not wait for it

    test = mnist.load("test").images[:, 0].numpy()
    return test[np.random.default_rng(seed).integers(len(test), size=SIDE * SIDE)]


def drawn(seed: int) -> tuple[NDArray[np.uint8], dict[str, object]]:
    """New digits from the model (SIDE * SIDE, 28, 28), and what the badge says about how they came about."""
    import torch

    checkpoint, model = trained(MODEL)
    start = time.perf_counter()
    images = model.sample(SIDE * SIDE, generator=torch.Generator().manual_seed(seed))
    milliseconds = 1000 * (time.perf_counter() - start)
    facts = {
        "name": MODEL,
        "parameters": f"{checkpoint.card['parameters']:,}",
        "epochs": checkpoint.epoch,
        "device": str(images.device).upper(),
        "milliseconds": f"{milliseconds:.1f}",
    }
    return (images[:, 0].numpy() * 255).round().astype(np.uint8), facts


def grid(images: NDArray[np.uint8], gap: int = 2) -> NDArray[np.uint8]:
    """Square pictures (SIDE * SIDE, S, S) side by side in one."""
    size = images.shape[-1] + gap
    padded = np.pad(images, ((0, 0), (0, gap), (0, gap))).reshape(SIDE, SIDE, size, size)
    return padded.transpose(0, 2, 1, 3).reshape(SIDE * size, SIDE * size)[:-gap, :-gap]
