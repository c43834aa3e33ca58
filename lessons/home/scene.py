"""What the first page shows further down: ten digits drawn out of one noise, and real ones to compare them with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels.training import checkpoints
from lessons.home.leaves import OPENING
from ui.background import Work, watcher, works
from ui.state import Choice, Field, Number

if TYPE_CHECKING:
    from genmodels.models.diffusion import Diffusion
    from genmodels.training.checkpoints import Checkpoint

Pixels = NDArray[np.uint8]

MODEL = "ddpm-mnist"
DIGITS = 10
STEPS, ETA, GUIDANCE = 25, 0.0, 0.5  # of the sampler, "guided" in genmodels.evaluation.measured_samplers
LAST = 300  # T
START = 120  # where the handle stands as the page opens: the noise has nearly let go of the digits
PICTURES = ("tree", "trilemma")
FIELDS: dict[str, Field] = {
    "seed": Number(OPENING, 0, 9999),  # of the leaves
    "picture": Choice("tree", PICTURES),
    "noise": Number(0, 0, 9999),  # that the ten begin with
    "digit": Number(3, 0, DIGITS - 1),
    "t": Number(START, 0, LAST),
}


@dataclass(frozen=True)
class Drawn:
    """The states (K, 10, 28, 28) that the sampler has been in so far, all at `times[:K]`; 0 = paper, 255 = ink.

    `seconds` is how long all of it took, once it is whole.
    """

    states: Pixels
    times: tuple[int, ...]
    seconds: float = 0.0

    @property
    def share(self) -> float:
        return len(self.states) / len(self.times)

    @property
    def whole(self) -> bool:
        return len(self.states) == len(self.times)


@st.cache_resource(show_spinner=False)
def trained() -> tuple[Checkpoint, Diffusion]:
    """The shipped model, one for all readers. On the processor: the way to a graphics card is longer than the work."""
    from genmodels.models.diffusion import Diffusion  # brings torch: the warm-up has it loaded, this file must not wait

    checkpoint = checkpoints.get(MODEL)
    model = checkpoint.model("cpu")
    assert isinstance(model, Diffusion)
    return checkpoint, model


def draw(seed: int) -> Iterator[Drawn]:
    """The ten digits on their way, one state after the other. All begin with the same noise, that of `seed`.

    The denoiser's page draws the same from this noise with the same options.
    """
    import torch

    from genmodels.models.layers import noise
    from genmodels.models.samplers import time_grid

    begin = time.perf_counter()
    _, model = trained()
    times = tuple(time_grid(LAST, STEPS))
    generator = torch.Generator().manual_seed(seed)
    start = noise("normal", (1, *model.shape), torch.device("cpu"), generator).repeat(DIGITS, 1, 1, 1)
    asked: dict[str, Any] = {"label": torch.arange(DIGITS), "guidance": GUIDANCE, "steps": STEPS, "eta": ETA}
    states: list[Pixels] = []
    for moment in model.trajectory(DIGITS, start=(LAST, start), generator=generator, **asked):
        states.append(((moment.xt[:, 0].clamp(-1, 1) + 1) * 127.5).round().byte().numpy())
        seconds = time.perf_counter() - begin if moment.t == 0 else 0.0
        yield Drawn(np.stack(states), times, seconds)


@st.cache_resource(show_spinner=False)
def _first() -> dict[int, Work[Drawn]]:
    """What every visitor sees first, once it is there; other works push each other out."""
    return {}


def drawing(seed: int, again: bool = False) -> Work[Drawn]:
    """The work that draws the digits of this seed, one for all who ask for it."""
    opening = FIELDS["noise"].default
    if seed == opening and (kept := _first().get(seed)):
        return kept
    # nobody who leaves stops what the next visitor will see first
    work = works().get((MODEL, seed), lambda: draw(seed), None if seed == opening else watcher("emerging"), again)
    if seed == opening and work.so_far and work.so_far[-1].whole:
        _first()[seed] = work
    return work


def real(seed: int) -> Pixels:
    """A test digit of each kind, picked at random: (10, 28, 28)."""
    from genmodels.data import mnist

    test, rng = mnist.load("test"), np.random.default_rng(seed)
    labels = test.labels.numpy()
    picked = [rng.choice(np.flatnonzero(labels == digit)) for digit in range(DIGITS)]
    images: Pixels = test.images[picked, 0].numpy()
    return images


def pixels_per_number() -> int:
    """How many pixels of the training pictures the model saw for each number that it keeps."""
    from genmodels.data import mnist

    checkpoint, _ = trained()
    return int(mnist.load("train").images.numel() / checkpoint.card["parameters"])
