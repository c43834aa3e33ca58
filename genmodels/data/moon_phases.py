"""Pictures of the moon from half to full, drawn by code: 181 phases, half a degree apart.

At the angle a between sun and moon, seen from the earth, the border between light and dark is half an ellipse. Of a
disc of radius R the places are lit at which x >= cos(a) sqrt(R^2 - y^2), x to the right: at 90 degrees the right half,
at 180 all of it. White on black, 32 x 32 pixels, 64 samples in each.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genmodels.errors import Problem

if TYPE_CHECKING:
    from genmodels.data.mnist import Images

SIDE, RADIUS = 32, 12.0
NUM_PHASES, FIRST_ANGLE, ANGLE_STEP = 181, 90.0, 0.5
FEWEST = 2
ALL = "all"
PER_EPOCH = 1600  # examples in an epoch, however few phases there are
_SAMPLES = 8  # along each side of a pixel


def angle(phase: int) -> float:
    """The angle of a phase, in degrees."""
    return FIRST_ANGLE + ANGLE_STEP * phase


def draw(degrees: float) -> NDArray[np.float64]:
    """The moon at an angle from 90 to 180: (32, 32) in [0, 1], the share of each pixel that is lit."""
    places = (np.arange(SIDE * _SAMPLES) + 0.5) / _SAMPLES - SIDE / 2
    x, y = np.meshgrid(places, -places)
    chord = np.sqrt(np.maximum(RADIUS**2 - y**2, 0))  # half of it
    lit = (x**2 + y**2 <= RADIUS**2) & (x >= math.cos(math.radians(degrees)) * chord)
    shares: NDArray[np.float64] = lit.reshape(SIDE, _SAMPLES, SIDE, _SAMPLES).mean((1, 3))
    return shares


@cache
def load() -> Images:
    """All phases, their numbers as labels; read only."""
    import torch  # not needed to name phases, as recipes do

    from genmodels.data.mnist import Images

    drawn = np.stack([draw(angle(phase)) for phase in range(NUM_PHASES)])
    images = torch.from_numpy(np.rint(255 * drawn).astype(np.uint8)).unsqueeze(1)
    return Images(images, torch.arange(NUM_PHASES))


def repeated(phases: tuple[int, ...]) -> Images:
    """PER_EPOCH examples of these phases, each as often as any other or once more."""
    import torch

    index = torch.tensor(phases).repeat(math.ceil(PER_EPOCH / len(phases)))[:PER_EPOCH]
    return load().subset(index)


def to_token(phases: tuple[int, ...]) -> str:
    """The text of phases, such as "0-90-180"; "all" for all of them."""
    chosen = sorted(set(phases))
    return ALL if len(chosen) == NUM_PHASES else "-".join(map(str, chosen))


def from_token(token: str) -> tuple[int, ...]:
    """The phases of a text, in order, each once; Problem for what names none."""
    if token == ALL:
        return tuple(range(NUM_PHASES))
    numbers = token.split("-") if token else []
    if not all(number.isascii() and number.isdigit() and int(number[:4]) < NUM_PHASES for number in numbers):
        sentence = "The phases in this link are damaged; there are those from {first} to {last}. Choose them anew."
        raise Problem("damaged-phases", sentence, first=0, last=NUM_PHASES - 1)
    return tuple(sorted({int(number[:4]) for number in numbers}))


def check(phases: tuple[int, ...]) -> None:
    """Problem where there are too few to learn from."""
    if len(phases) < FEWEST:
        sentence = "Number of phases chosen: {n}. Two models can be compared from {fewest} on; choose another one."
        raise Problem("few-phases", sentence, n=len(phases), fewest=FEWEST)
