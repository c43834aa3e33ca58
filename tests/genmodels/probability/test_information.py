"""Information theory: the course's numbers, scipy as oracle, the inequalities, and what cannot be."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from genmodels.errors import Problem
from genmodels.probability import information

FAIR, LOADED = (0.5, 0.5), (0.2, 0.8)


@st.composite
def distributions(draw: st.DrawFn, size: int | None = None, positive: bool = False) -> np.ndarray:
    number = size or draw(st.integers(1, 12))
    shares = st.floats(1e-6, 1e3) if positive else st.one_of(st.just(0.0), st.floats(1e-6, 1e3))
    weights = draw(st.lists(shares, min_size=number, max_size=number).filter(any))
    return information.normalised(weights)


@st.composite
def pairs(draw: st.DrawFn, positive: bool = True) -> tuple[np.ndarray, np.ndarray]:
    size = draw(st.integers(1, 12))
    return draw(distributions(size, positive)), draw(distributions(size, positive))


def test_the_numbers_of_the_course() -> None:
    assert information.information_content(0.5) == 1
    assert information.entropy(FAIR) == 1
    assert information.information_content(LOADED) == pytest.approx([2.3219, 0.3219], abs=5e-5)
    assert information.entropy(LOADED) == pytest.approx(0.7219, abs=5e-5)
    assert information.cross_entropy(FAIR, LOADED) == pytest.approx(1.3219, abs=5e-5)
    assert information.cross_entropy(FAIR, (0.4, 0.6)) == pytest.approx(1.0294, abs=5e-5)
    assert information.kl_divergence(FAIR, LOADED) == pytest.approx(0.3219, abs=5e-5)
    assert information.kl_divergence(FAIR, (0.4, 0.6)) == pytest.approx(0.0294, abs=5e-5)
    assert information.kl_divergence(LOADED, FAIR) == pytest.approx(0.2781, abs=5e-5)


@settings(max_examples=100, deadline=None)
@given(pairs())
def test_against_scipy_in_both_units(pair: tuple[np.ndarray, np.ndarray]) -> None:
    p, q = pair
    for base in (2, math.e):
        assert information.entropy(p, base) == pytest.approx(stats.entropy(p, base=base), abs=1e-12)
        assert information.kl_divergence(p, q, base) == pytest.approx(stats.entropy(p, q, base=base), abs=1e-9)
        terms = information.cross_entropy_terms(p, q, base)
        assert terms.sum() == pytest.approx(information.cross_entropy(p, q, base), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(pairs(positive=False))
def test_against_torch_where_shares_may_be_zero(pair: tuple[np.ndarray, np.ndarray]) -> None:
    import torch

    p, q = (torch.distributions.Categorical(torch.from_numpy(one)) for one in pair)
    theirs = float(torch.distributions.kl_divergence(p, q))
    ours = information.kl_divergence(*pair, base=math.e)
    assert math.isinf(ours) == bool(information.ruled_out(*pair)) == math.isinf(theirs)
    if math.isfinite(ours):
        assert ours == pytest.approx(theirs, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(pairs(positive=False))
def test_what_holds_for_every_pair(pair: tuple[np.ndarray, np.ndarray]) -> None:
    p, q = pair
    divergence = information.kl_divergence(p, q)
    assert divergence >= 0
    assert information.kl_divergence(p, p) == 0
    assert 0 <= information.entropy(p) <= math.log2(len(p)) + 1e-12
    if math.isfinite(divergence):
        assert information.cross_entropy(p, q) == pytest.approx(information.entropy(p) + divergence, abs=1e-8)
    else:
        assert information.cross_entropy(p, q) == math.inf


@given(st.floats(1e-9, 1), st.floats(1e-9, 1))
def test_information_of_independent_events_adds(first: float, second: float) -> None:
    both = information.information_content(first * second)
    assert both == pytest.approx(information.information_content(first) + information.information_content(second))


def test_the_ends_of_the_scale() -> None:
    assert information.information_content([0, 1]).tolist() == [math.inf, 0]
    assert math.copysign(1, information.information_content(1.0)) == 1, "certainty costs -0"
    assert information.entropy([1, 0]) == 0
    assert information.kl_divergence([0, 1], [0.5, 0.5]) == 1
    assert information.kl_divergence([0.5, 0.5], [0, 1]) == math.inf
    assert information.ruled_out([0.5, 0.5], [0, 1]) == [0]
    assert information.kl_divergence([0, 1], [0, 1]) == 0
    assert information.kl_divergence([0, 1], [1, 2.0**-1074]) == 1074, "the smallest number there is, but not 0"


@settings(max_examples=60, deadline=None)
@given(pairs(), st.floats(0.01, 0.99))
def test_the_gradients_of_both_losses_are_one(pair: tuple[np.ndarray, np.ndarray], theta: float) -> None:
    """Why cross-entropy is the loss: along any way through the models it falls exactly as D falls."""
    p, q = pair
    if len(p) == 1:
        return
    way = information.with_share(q, 0, [theta - 1e-3, theta + 1e-3])
    assert way.sum(1) == pytest.approx([1, 1])
    losses = [(information.kl_divergence(p, one), information.cross_entropy(p, one)) for one in way]
    (d_before, h_before), (d_after, h_after) = losses
    assert d_after - d_before == pytest.approx(h_after - h_before, abs=1e-7)


def test_with_share_keeps_the_others_proportions() -> None:
    assert information.with_share([0.2, 0.2, 0.6], 0, [0.6])[0] == pytest.approx([0.6, 0.1, 0.3])
    assert information.with_share([1, 0, 0], 0, [0.5])[0] == pytest.approx([0.5, 0.25, 0.25])


def test_the_running_average_of_the_log_ratio_comes_to_the_divergence() -> None:
    average = information.log_ratio_average(FAIR, LOADED, 200_000, np.random.default_rng(0))
    assert average.shape == (200_000,)
    assert average[0] == pytest.approx(math.log2(0.5 / 0.2)) or average[0] == pytest.approx(math.log2(0.5 / 0.8))
    # the log-ratio has a standard deviation of 1 bit here, so the mean one of 1/sqrt(n)
    assert average[-1] == pytest.approx(information.kl_divergence(FAIR, LOADED), abs=4 / math.sqrt(200_000))
    assert information.log_ratio_average(FAIR, (0, 1), 50, np.random.default_rng(0))[-1] == math.inf


@settings(max_examples=100, deadline=None)
@given(distributions())
def test_huffmans_code(p: np.ndarray) -> None:
    codes = information.huffman_code(p)
    used = sorted(code for code in codes if code is not None)
    assert [code is None for code in codes] == (p == 0).tolist()
    assert not any(longer.startswith(shorter) for shorter, longer in pairwise(used)), "a code begins another"
    assert sum(2.0 ** -len(code) for code in used) == 1, "a digit could be saved"
    length, bits = information.mean_length(p, codes), information.entropy(p)
    assert bits - 1e-9 <= length < bits + 1 or (length == 0 and len(used) == 1)


def shortest(p: tuple[float, ...]) -> float:
    """The least mean length that Kraft's inequality allows, by trying all lengths of few outcomes."""
    from itertools import product

    lengths = product(range(1, len(p)), repeat=len(p))
    return min(
        sum(share * length for share, length in zip(p, some, strict=True))
        for some in lengths
        if sum(2.0**-length for length in some) <= 1
    )


@settings(max_examples=30, deadline=None)
@given(distributions(5, positive=True))
def test_no_code_is_shorter_than_huffmans(p: np.ndarray) -> None:
    assert information.mean_length(p, information.huffman_code(p)) == pytest.approx(shortest(tuple(p)))


def test_one_symbol_needs_no_digit() -> None:
    assert information.huffman_code([1.0]) == [""]
    assert information.huffman_code([0, 1, 0]) == [None, "", None]
    shares = information.letter_shares("aaaa")
    assert information.entropy(list(shares.values())) == 0 == information.mean_length([1.0], [""])


def test_every_character_counts() -> None:
    shares = information.letter_shares("熵 a 熵!")
    assert shares == {"熵": 2 / 6, " ": 2 / 6, "a": 1 / 6, "!": 1 / 6}
    assert list(shares) == ["熵", " ", "a", "!"]


def test_weights_become_a_distribution() -> None:
    assert information.normalised([2, 6]).tolist() == [0.25, 0.75]
    assert information.normalised([1e308, 1e308]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("call", "code", "told"),
    [
        (lambda: information.entropy([0.5, 0.6]), "not-a-distribution", "1.1"),
        (lambda: information.entropy([-0.5, 1.5]), "negative", "-0.5"),
        (lambda: information.entropy([math.nan, 1]), "not-finite", "nan"),
        (lambda: information.entropy([]), "empty-array", "p"),
        (lambda: information.kl_divergence([0.5, 0.5], [0.2, 0.3, 0.5]), "other-outcomes", "3"),
        (lambda: information.information_content(1.5), "not-a-probability", "1.5"),
        (lambda: information.information_content(-0.1), "negative", "-0.1"),
        (lambda: information.entropy([0.5, 0.5], base=1), "bad-base", "1"),
        (lambda: information.normalised([0, 0]), "all-zero", "zero"),
        (lambda: information.letter_shares(""), "empty-text", "character"),
    ],
)
def test_what_cannot_be_is_named_with_its_remedy(call: object, code: str, told: str) -> None:
    with pytest.raises(Problem, match=told) as refused:
        call()  # type: ignore[operator]
    assert refused.value.code == code


@given(st.integers(6, 15))
def test_what_is_nearly_equal_keeps_its_digits(digits: int) -> None:
    """D((1/2, 1/2) || (1/2 + e, 1/2 - e)) = -log(1 - 4 e^2) / 2, which is 2 e^2 nats for small e."""
    e = 10.0**-digits
    divergence = information.kl_divergence((0.5, 0.5), (0.5 + e, 0.5 - e), base=math.e)
    actual = (0.5 + e) - 0.5  # as far as a float holds it
    assert divergence == pytest.approx(2 * actual**2, rel=1e-5)
