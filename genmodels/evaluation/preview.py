"""What a model looks like while it learns: where it puts the pictures, and what it draws; cheap enough for each second.

Shapes: N pictures, D latent, T x T tiles. No torch until a model is looked at: `read` also serves a web process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genmodels.arrays import Arrays, unpack
from genmodels.storage import Damaged

if TYPE_CHECKING:
    from genmodels.data import Examples
    from genmodels.models.layers import GenerativeModel
    from genmodels.training.recipes import Recipe

TILES = 10
MAX_PICTURES, MAX_SIDE = 10_000, 600
NUM_POINTS, CELLS = 4000, 84
QUANTILES = np.array([NormalDist().inv_cdf(0.05 + 0.1 * i) for i in range(TILES)], np.float32)
"""Equal steps between them hold equal shares of N(0, 1)."""

_LARGEST = 60_000.0  # float16 ends at 65,504
_MAX_BYTES = 1_000_000
_SHAPES = {
    "grid": (np.uint8, 2),
    "points": (np.float16, 2),
    "labels": (np.uint8, 1),
    "extent": (np.float32, 0),
    "prior": (np.float32, 1),
    "position": (np.float32, 0),
}


def preview(
    recipe: Recipe,
    model: GenerativeModel,
    examples: Examples,
    before: Mapping[str, NDArray[Any]] | None = None,
) -> Arrays:
    """Look at the `model` of a recipe through N `examples`, in the way that the recipe names; the model stays as it is.

    "grid" uint8 (H, W), 255 = ink: for a 2-D VAE what the lattice of prior quantiles decodes into (largest z2 on
    top), for an autoencoder what lies between the 5 % and 95 % quantiles of its codes, else samples, always from the
    same noise, of a VQ-VAE below examples and their reconstructions; of points the density that they have in the
    square [-3, 3].
    Models with an encoder also have "points" float16 (N, 2): the codes' means; for D > 2 in the plane of their two
    principal axes around their mean, turned as in the preview `before`; "labels" uint8 (N,), "extent" float32 ():
    half-width of a square around 0 that holds 99.5 % of the points, and, for a VAE, "prior" float32 (2,): where
    N(0, I) has its centre in that plane.
    Source of the turn: Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem".
    """
    import torch

    if recipe.preview not in PREVIEWS:
        raise LookupError(f"{recipe.name} is drawn by {recipe.preview!r}; known: {', '.join(PREVIEWS)}")
    with torch.no_grad(), _eval_mode(model):
        return PREVIEWS[recipe.preview](recipe, model, examples, before)


def _codes(recipe: Recipe, model: Any, examples: Examples, before: Mapping[str, NDArray[Any]] | None) -> Arrays:
    """Where a model with an encoder puts the examples, and what it decodes on a lattice among them."""
    pixels = examples.batch().to(next(model.parameters()).device)
    codes = model.encode(pixels)
    has_prior = isinstance(codes, tuple)  # the encoder of a VAE gives mean and log-variance
    means = _finite((codes[0] if has_prior else codes).cpu().numpy())
    centre, axes = _plane(means, None if before is None else before.get("points"))
    points = ((means - centre) @ axes).clip(-_LARGEST, _LARGEST)
    arrays: Arrays = {"points": points.astype(np.float16), "labels": examples.labels.cpu().numpy().astype(np.uint8)}
    arrays["extent"] = _extent(points)
    if has_prior:
        arrays["prior"] = (-centre @ axes).astype(np.float32)
        two = means.shape[1] == 2
        arrays["grid"] = _decoded(model, QUANTILES, QUANTILES, centre, axes) if two else _samples(recipe, model)
    else:
        low, high = np.quantile(points, [0.05, 0.95], axis=0)
        across, up = np.linspace(low, high, TILES).T
        arrays["grid"] = _decoded(model, across, up, centre, axes)
    return arrays


def read(payload: bytes) -> Arrays:
    """The preview in the bytes of a safetensors file; Damaged when it is not what `preview` makes.

    With it may stand "position" float32 (): after how many epochs it was made.
    """
    if len(payload) > _MAX_BYTES:
        raise Damaged("it is too large for a preview")
    arrays = unpack(payload)
    names = set(arrays)
    pictured = names - {"position"}
    if not {"grid"} <= names <= set(_SHAPES) or not (pictured == {"grid"} or {"points", "labels", "extent"} <= names):
        raise Damaged("it has not the parts of a preview")
    for name, array in arrays.items():
        kind, dimensions = _SHAPES[name]
        if array.dtype != kind or array.ndim != dimensions or array.size == 0 or not np.isfinite(array).all():
            raise Damaged(f"{name} is not what a preview has under that name")
    if max(arrays["grid"].shape) > MAX_SIDE:
        raise Damaged("the picture is too large for a preview")
    if "points" in arrays:
        _check_points(arrays)
    return arrays


def _check_points(arrays: Arrays) -> None:
    num_points = len(arrays["labels"])
    if num_points > MAX_PICTURES or arrays["points"].shape != (num_points, 2):
        raise Damaged("points and labels do not belong together")
    if not 0 < arrays["extent"] <= 2 * _LARGEST or arrays.get("prior", np.zeros(2)).shape != (2,):
        raise Damaged("the plane is not one")


@contextmanager
def _eval_mode(model: GenerativeModel) -> Iterator[None]:
    """In eval mode, where layers neither count nor draw anything; afterwards each is in the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def _finite(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """A training that is about to fail may have any values."""
    return np.nan_to_num(values, posinf=_LARGEST, neginf=-_LARGEST).clip(-_LARGEST, _LARGEST)


def _plane(means: NDArray[np.float32], before: NDArray[Any] | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Centre (D,) and axes (D, 2) of the plane that is shown: the codes' own, or the one in which they spread most.

    `before`: where the same points lay at the last look, (N, 2).
    """
    num_dims = means.shape[1]
    if num_dims <= 2:
        return np.zeros(num_dims, np.float32), np.eye(num_dims, 2, dtype=np.float32)
    centre = means.mean(0)
    offsets = means - centre
    axes = np.linalg.eigh(offsets.T @ offsets)[1][:, :-3:-1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), [0, 1]])  # the same codes always give the same plane
    if before is not None and before.shape == (len(means), 2):
        # of all turns and mirrorings of the plane the one that moves the points least
        left, _, right = np.linalg.svd((offsets @ axes).T @ before.astype(np.float32))
        axes = axes @ (left @ right)
    return centre, axes


def _extent(points: NDArray[Any]) -> NDArray[np.float32]:
    return np.array(max(3.0, np.ceil(2 * np.quantile(np.abs(points).max(1), 0.995)) / 2), np.float32)


def _samples(recipe: Recipe, model: GenerativeModel) -> NDArray[np.uint8]:
    """Pictures that the model draws, always from the same noise."""
    import torch

    return _mosaic(model.sample(TILES**2, torch.Generator().manual_seed(0), **recipe.quick))


def _quantised(recipe: Recipe, model: Any, examples: Examples, before: Mapping[str, NDArray[Any]] | None) -> Arrays:
    """Twice a row of examples and, below it, what is left of them as codes; then rows of samples from the prior."""
    import torch

    rows = examples.batch(slice(0, 2 * TILES)).to(next(model.parameters()).device).split(TILES)
    pairs = [part for row in rows for part in (row, model.reconstruct(row))]
    drawn = model.sample(TILES**2 - 4 * TILES, torch.Generator().manual_seed(0), **recipe.quick)
    return {"grid": _mosaic(torch.cat([*pairs, drawn]))}


def _density(recipe: Recipe, model: GenerativeModel) -> NDArray[np.uint8]:
    """How many of a model's points fall into each cell of the square [-3, 3], y up; the fullest is black."""
    import torch

    points = _finite(model.sample(NUM_POINTS, torch.Generator().manual_seed(0), **recipe.quick).cpu().numpy())
    counts = np.histogram2d(-points[:, 1], points[:, 0], bins=CELLS, range=[[-3, 3], [-3, 3]])[0]
    return (255 * np.sqrt(counts / max(counts.max(), 1))).astype(np.uint8)


def _decoded(model: Any, across: NDArray[Any], up: NDArray[Any], centre: Any, axes: Any) -> NDArray[np.uint8]:
    """What lies at the crossings of a lattice in the plane, the largest `up` on top."""
    import torch

    crossings = np.stack(np.meshgrid(across, up[::-1]), axis=-1).reshape(-1, 2)
    codes = centre + crossings @ axes.T
    return _mosaic(model.decode(torch.from_numpy(codes).float().to(next(model.parameters()).device)))


def _mosaic(images: Any) -> NDArray[np.uint8]:
    """Images (T * T, C, H, W) as one grey picture; of large ones as many as fit."""
    _, _, height, width = images.shape
    tiles = max(1, min(TILES, MAX_SIDE // max(height, width)))
    grey = np.nan_to_num(images[: tiles**2].mean(1).cpu().numpy()).clip(0, 1)
    rows = (grey * 255).round().astype(np.uint8).reshape(tiles, tiles, height, width)
    return rows.transpose(0, 2, 1, 3).reshape(tiles * height, tiles * width)


PREVIEWS: Mapping[str, Callable[..., Arrays]] = {
    "codes": _codes,
    "samples": lambda recipe, model, examples, before: {"grid": _samples(recipe, model)},
    "density": lambda recipe, model, examples, before: {"grid": _density(recipe, model)},
    "quantised": _quantised,
}
"""The ways to look at a model, by the name under which a recipe asks for it."""
