"""What "One pass, slowly" tells of a network that predicts v, from which the noise and x_0 follow alike."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from genmodels.models.diffusion import Diffusion

Values = TypeVar("Values", float, NDArray[np.float32])


def variants(model: Diffusion) -> dict[int, str]:
    """The sections of the steps that are others than those of a network that predicts the noise."""
    return {1: "step-1-v", 2: "step-2-v"} if model.predicts == "v" else {}


def v(x0: Values, eps: Values, alpha_bar: float) -> Values:
    """What the network said, from what followed: dividing by sqrt(alpha_bar), which may be 0 at T, is not needed."""
    return math.sqrt(alpha_bar) * eps - math.sqrt(1 - alpha_bar) * x0
