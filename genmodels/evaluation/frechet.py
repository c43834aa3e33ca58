"""The Frechet distance between two clouds of features: how far two sets of pictures are apart to a judge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genmodels.errors import Problem

Array = NDArray[np.float64]


class Terms(NamedTuple):
    """What the distance is the sum of: how far the means are apart, and how differently the features spread."""

    means: float
    spreads: float


def frechet_distance(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Squared 2-Wasserstein distance of the Gaussians fitted to features (N, F) and (M, F).

        |m_1 - m_2|^2 + tr(C_1 + C_2 - 2 (C_1^(1/2) C_2 C_1^(1/2))^(1/2))

    It is biased: the fewer pictures, the larger, also between two halves of one data set. State N, and compare with
    real pictures at the same N. Raises Problem for fewer than 2 pictures and for features that are not numbers.
    Source: Heusel et al. 2017, "GANs trained by a two time-scale update rule", equation 6; Dowson and Landau 1982.
    """
    return sum(frechet_terms(one, other))


def frechet_terms(one: NDArray[np.floating], other: NDArray[np.floating]) -> Terms:
    """The two terms of `frechet_distance`, neither of them negative; errors as there."""
    (mean_1, cov_1), (mean_2, cov_2) = _moments(one), _moments(other)
    root = _square_root(cov_1)
    # the trace of a symmetric matrix's square root: no complex numbers, no iteration that may fail
    cross = np.sqrt(np.linalg.eigvalsh(root @ cov_2 @ root).clip(0)).sum()
    spreads = np.trace(cov_1) + np.trace(cov_2) - 2 * cross
    return Terms(float(((mean_1 - mean_2) ** 2).sum()), float(max(spreads, 0.0)))  # rounding alone can take it below


def _moments(features: NDArray[np.floating]) -> tuple[Array, Array]:
    values = np.asarray(features, np.float64)
    if values.ndim != 2 or len(values) < 2:
        sentence = "{n} pictures have no spread to be compared; take 2 or more."
        raise Problem("too-few-pictures", sentence, n=len(values) if values.ndim else 0)
    if not np.isfinite(values).all():
        raise Problem("features-not-finite", "Some pictures are not numbers; the model that drew them has diverged.")
    return values.mean(0), np.atleast_2d(np.cov(values, rowvar=False))


def _square_root(matrix: Array) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(values.clip(0))) @ vectors.T
