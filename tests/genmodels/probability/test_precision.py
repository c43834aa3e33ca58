"""Probabilities of less than double precision, as networks give them: their sums are 1 but for their own rounding."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from genmodels.errors import Problem
from genmodels.probability import bayes, checks, densities, information
from genmodels.probability.markov import MarkovChain

THIRDS = np.full(3, 1 / 3, np.float32)
FORMS: list[Callable[[Any], Any]] = [
    lambda tensor: tensor,
    lambda tensor: tensor.requires_grad_() * 1,
    lambda tensor: tensor.numpy(),
    lambda tensor: tensor.tolist(),
    lambda tensor: tensor.half(),
    lambda tensor: tensor.bfloat16(),
    lambda tensor: list(tensor.requires_grad_()),
]


def softmax(*shape: int) -> torch.Tensor:
    return torch.softmax(torch.randn(*shape, generator=torch.Generator().manual_seed(3)), dim=-1)


@pytest.mark.parametrize("form", FORMS)
def test_a_softmax_is_a_distribution_in_every_form(form: Callable[[Any], Any]) -> None:
    exact = softmax(50).double().numpy()
    found = checks.distribution(form(softmax(50)), "p")
    assert found.sum() == pytest.approx(1, abs=1e-15), "else its errors would grow step by step"
    assert found == pytest.approx(exact, rel=0.02)
    assert information.entropy(form(softmax(50))) == pytest.approx(information.entropy(exact / exact.sum()), rel=0.01)


@pytest.mark.parametrize("form", FORMS)
def test_its_rows_are_a_chain_whose_distributions_keep_their_sum(form: Callable[[Any], Any]) -> None:
    chain = MarkovChain(form(softmax(4, 4)))
    assert chain.distributions(0, 5000)[-1].sum() == pytest.approx(1, abs=1e-12)
    assert max(abs(chain.eigenvalues())) == pytest.approx(1, abs=1e-12)


def test_thirds_of_single_precision_are_thirds() -> None:
    assert float(THIRDS.astype(float).sum()) != 1
    assert information.entropy(THIRDS) == pytest.approx(math.log2(3), abs=1e-12)
    assert information.kl_divergence(THIRDS, [1 / 3] * 3) == pytest.approx(0, abs=1e-14)
    assert bayes.posterior(THIRDS, [1, 1, 2]) == pytest.approx([0.25, 0.25, 0.5], abs=1e-12)
    assert bayes.JointTable(np.full((2, 3), 1 / 6, np.float32)).table.sum() == pytest.approx(1, abs=1e-15)
    assert sum(densities.Bumps((0, 1, 2), (1, 1, 1), tuple(THIRDS)).weights) == pytest.approx(1, abs=1e-15)
    chain = MarkovChain(np.tile(THIRDS, (3, 1)))
    assert chain.stationary_fractions() == [(Fraction(1, 3),) * 3]
    assert chain.distributions(THIRDS, 2)[2] == pytest.approx([1 / 3] * 3, abs=1e-15)


@pytest.mark.parametrize("off", [[0.5, 0.6], [0.5, 0.5 + 2e-9], [0.25, 0.75 + 2**-10], [1 / 3, 1 / 3, 0.3333]])
def test_what_rounding_cannot_explain_is_still_refused(off: list[float]) -> None:
    with pytest.raises(Problem, match=r"divide each"):
        checks.distribution(off, "p")
    with pytest.raises(Problem, match=r"divide each"):
        MarkovChain([off, *np.eye(len(off))[1:].tolist()])
