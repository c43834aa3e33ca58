"""The straight-through gradient of a VQ-VAE at one place of the grid: what the encoder hears, and what is the case.

The decoder sees e, the code nearest to z = z_e(x), and g is the slope of the reconstruction loss L there. The encoder
is handed the same g as if it were the slope at z (quantiser.py). Two looks at that, both without any loss:

    the plane through z that e and g span. A slice, no projection: z, e and all arrows lie in it
    the ray z + t u with u = -g/|g|. The true loss along it is constant where the same code is the nearest and jumps
        where another one becomes it; the loss that g belongs to is L(e + t u), whose slope at t = 0 is -|g|

Commitment pulls z towards e besides. Of a picture alone it is NATS_PER_DISTANCE beta |z - e|^2 / (h h D), as in
`VQVAE.codec_loss`, the mean over all numbers of all vectors.

Shapes: h side of the grid, D numbers of a vector, T places of the ray. Losses in nats per picture, slopes in nats per
unit of distance between vectors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from genmodels.evaluation import nearest_code
from genmodels.evaluation.nearest_code import Box, Plane
from genmodels.models.quantiser import straight_through
from genmodels.models.vqvae import NATS_PER_DISTANCE, SIDE, VQVAE

Floats = NDArray[np.float64]

NUM_STEPS = 61  # of the ray
LEAST, MOST = 2.0, 10.0  # times |z - e|: how far the ray is followed
BORDERS, PAST = 2, 1.15  # that are to be in sight, if they are not too far; how far past the last of them
BEYOND = 1.45  # how much wider the picture is than what stands in it
LONGEST, WITHIN = 0.5, 0.8  # how long an arrow is at most: as a share of the ray, and commitment's of |z - e|
_ROUND = (1, 2, 5, 10)


@dataclass(frozen=True)
class Stair:
    """From t = `begin` on, this code is the nearest to z + t u, and `loss` is what it costs."""

    begin: float
    code: int
    loss: float


@dataclass(frozen=True)
class Choice:
    """What the decoder makes, uint8 (28, 28), when a code stands at the place, and what that costs."""

    loss: float
    picture: NDArray[np.uint8]


@dataclass(frozen=True)
class StraightThrough:
    """One place of the grid. In the `plane`, z is at (0, 0) and e at (`distance`, 0).

    `descent` (2,) is u there, (0, 0) where there is no slope. `slope` is |g| at e, `handed` the size of the gradient
    that arrives at z straight through, and `unhanded` that without it. `commitment` is the pull towards e. An arrow
    as long as 1 stands for a slope of `scale`. All of it stands in `box`, a square, and `regions` are the corners
    (V, 2) of each code's part of it.

    `t` (T,) are places of the ray up to `reach`, `believed` (T,) is L(e + t u). `stairs` are those of the true loss up
    to there, and the next one, if there is one. `choices` say what becomes of the picture with each code of the box.
    """

    code: int
    distance: float
    slope: float
    handed: float
    unhanded: float
    commitment: float
    scale: float
    plane: Plane
    descent: Floats
    box: Box
    regions: dict[int, Floats]
    t: Floats
    believed: Floats
    stairs: tuple[Stair, ...]
    choices: dict[int, Choice]

    @property
    def reach(self) -> float:
        """How far the ray is followed."""
        return float(self.t[-1])

    @property
    def loss(self) -> float:
        """That of the picture as it is."""
        return self.stairs[0].loss


def of(model: VQVAE, x: Tensor, cell: int) -> StraightThrough:
    """Look at the place number `cell`, row by row from 0 to 48, of the picture x (1, 1, 28, 28)."""
    at = _Place(model, x, cell)
    z, e, g, codebook = at.z, at.e, at.g, at.codebook
    distance, slope = at.distance, at.slope
    descent = -g / np.linalg.norm(g) if slope else g
    plane = Plane.spanned(z, [e - z, descent])
    met = nearest_code.along(z, descent, codebook, at.code)
    reach = _reach(distance or _second(codebook - z), met)
    t, stairs = np.linspace(0, reach, NUM_STEPS), _in_sight(met, reach)
    losses = at.decoded(np.concatenate([e + t[:, None] * descent, codebook[[k for _, k in stairs]]]))[0]
    pull = 2 * NATS_PER_DISTANCE * model.commitment * distance / at.grid.numel()
    scale, flat = _scale(slope, pull, reach, distance), plane.axes @ descent
    box = _around(distance, flat, (reach, slope / scale))
    regions = nearest_code.regions(plane, codebook, box)
    chosen = zip(regions, *at.decoded(codebook[list(regions)]), strict=True)
    return StraightThrough(
        code=at.code,
        distance=distance,
        slope=slope,
        handed=at.arriving(straight_through(at.grid, at.quantised)),
        unhanded=at.arriving(at.quantised),
        commitment=pull,
        scale=scale,
        plane=plane,
        descent=flat,
        box=box,
        regions=regions,
        t=t,
        believed=losses[:NUM_STEPS],
        stairs=tuple(Stair(*one, loss) for one, loss in zip(stairs, losses[NUM_STEPS:].tolist(), strict=True)),
        choices={code: Choice(float(loss), picture) for code, loss, picture in chosen},
    )


class _Place:
    """One place of a picture's grid: z, e and g there, and the codebook, in float64.

    `grid` and `quantised` are z_e(x) and z_q(x), (1, h, h, D), as the model has them. With vectors of one number there
    would be no plane; they get a second one, which is 0.
    """

    def __init__(self, model: VQVAE, x: Tensor, cell: int) -> None:
        self.model, self.place = model, divmod(cell, SIDE)
        self.x = x.to(next(model.parameters()).device)
        codes, quantiser = model.encode(self.x), model.codec.quantiser
        self.grid = model.vectors(self.x).detach().requires_grad_()
        self.quantised = quantiser.vectors(codes).detach().requires_grad_()
        self.code = int(codes[0][self.place])
        self.z, self.e = _wide(self.grid[0][self.place]), _wide(self.quantised[0][self.place])
        slope = self._gradient(self.quantised, self.quantised)
        self.g, self.slope = _wide(slope), float(slope.norm())
        self.distance = float((self.grid - self.quantised).detach()[0][self.place].norm())
        self.codebook = _wide(quantiser.codebook)

    def arriving(self, z_q: Tensor) -> float:
        """The size of the gradient that arrives at z when the decoder is given z_q; 0 where there is no way to z."""
        return float(self._gradient(z_q, self.grid).norm())

    def _gradient(self, z_q: Tensor, to: Tensor) -> Tensor:
        loss = _losses(self.model.decode_logits(z_q), self.x).sum()
        (slopes,) = torch.autograd.grad(loss, to, allow_unused=True, materialize_grads=True)
        slope: Tensor = slopes[0][self.place]
        return slope

    @torch.no_grad()
    def decoded(self, vectors: Floats) -> tuple[Floats, NDArray[np.uint8]]:
        """What it costs when each of these vectors (N, D) stands here in place of e, (N,), and the pictures."""
        there = self.quantised.detach()
        z_q = there.repeat(len(vectors), 1, 1, 1)
        z_q[:, *self.place] = torch.from_numpy(vectors[:, : there.shape[-1]]).to(there)
        logits = self.model.decode_logits(z_q)
        pictures: NDArray[np.uint8] = (255 * logits[:, 0].sigmoid()).round().byte().cpu().numpy()
        return _losses(logits, self.x).double().cpu().numpy(), pictures


def _losses(logits: Tensor, x: Tensor) -> Tensor:
    """The reconstruction loss of x (1, 1, 28, 28) from each of the logits (N, 1, 28, 28), (N,)."""
    return F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").flatten(1).sum(1)


def _wide(vectors: Tensor) -> Floats:
    """(..., D) in float64, D at least 2."""
    wide: Floats = F.pad(vectors.detach(), (0, max(0, 2 - vectors.shape[-1]))).double().cpu().numpy()
    return wide


def _reach(distance: float, met: Sequence[tuple[float, int]]) -> float:
    """How far the ray is followed: to the first borders, unless they are so far that z and e would seem to be one."""
    near = [PAST * t for t, _ in met[1 : 1 + BORDERS] if PAST * t <= MOST * distance]
    return max([LEAST * distance, *near])


def _second(differences: Floats) -> float:
    """The second smallest length of (K, D)."""
    return float(np.sort(np.linalg.norm(differences, axis=1))[1])


def _in_sight(met: Sequence[tuple[float, int]], reach: float) -> list[tuple[float, int]]:
    """What the ray meets up to there, and what comes next."""
    return list(met[: 1 + sum(t <= reach for t, _ in met)])


def _scale(slope: float, pull: float, reach: float, distance: float) -> float:
    """A round slope, such that no arrow is too long when one of length 1 stands for it."""
    least = max(slope / (LONGEST * reach), pull / (LONGEST * reach), pull / (WITHIN * distance) if distance else 0.0)
    if not least:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(one * power for one in _ROUND if one * power >= least * (1 - 1e-9))


def _around(distance: float, descent: Floats, lengths: Sequence[float]) -> Box:
    """A square around z, e, what goes from z along u, and the arrow from e."""
    e = np.array([distance, 0.0])
    shown = np.stack([np.zeros(2), e, e + lengths[1] * descent, *(length * descent for length in lengths)])
    low, high = shown.min(0), shown.max(0)
    x, y = (low + high) / 2
    half = BEYOND * float((high - low).max()) / 2
    return float(x - half), float(x + half), float(y - half), float(y + half)
