"""Draws with and without replacement and sticky ones, against enumeration of every sequence, scipy, and chance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom, chi2, hypergeom

from genmodels.errors import Problem
from genmodels.probability import urn
from genmodels.probability.intervals import likelihood_ratio_interval
from genmodels.probability.likelihood import bernoulli_log_likelihood
from genmodels.probability.urn import Sampler, WithoutReplacement, WithReplacement

shares, stickinesses = st.floats(0.02, 0.98), st.floats(0, 0.95)
sequences = st.lists(st.booleans(), min_size=1, max_size=40)
SAMPLERS = [WithReplacement(0.3), WithReplacement(0.3, 0.6), WithoutReplacement(20, 6)]


def chance(sampler: Sampler, balls: tuple[bool, ...]) -> float:
    """Probability of one sequence, ball by ball as a hand would draw them."""
    if isinstance(sampler, WithoutReplacement):
        red, all_balls, product = sampler.num_red, sampler.num_balls, 1.0
        for ball in balls:
            product *= (red if ball else all_balls - red) / all_balls
            red, all_balls = red - ball, all_balls - 1
        return product
    assert isinstance(sampler, WithReplacement)
    product, last = 1.0, None
    for ball in balls:
        fresh = sampler.share if ball else 1 - sampler.share
        again = 0.0 if last is None else sampler.stickiness
        product *= fresh if last is None else again * (ball == last) + (1 - again) * fresh
        last = ball
    return product


def enumerated(sampler: Sampler, n: int) -> Iterator[tuple[int, float]]:
    """Number of red and probability of every sequence of n draws."""
    for balls in itertools.product([False, True], repeat=n):
        yield sum(balls), chance(sampler, balls)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=str)
def test_count_probabilities_are_those_of_all_sequences(sampler: Sampler) -> None:
    expected = np.zeros(10)
    for num_red, probability in enumerated(sampler, 9):
        expected[num_red] += probability
    np.testing.assert_allclose(sampler.count_probabilities(9), expected, rtol=1e-11, atol=1e-16)


def test_count_probabilities_are_binomial_and_hypergeometric() -> None:
    k = np.arange(101)
    np.testing.assert_allclose(WithReplacement(0.3).count_probabilities(100), binom.pmf(k, 100, 0.3), rtol=1e-9)
    found = WithoutReplacement(200, 60).count_probabilities(100)
    np.testing.assert_allclose(found, hypergeom.pmf(k, 200, 60, 100), rtol=1e-9, atol=1e-300)
    assert WithoutReplacement(5, 2).count_probabilities(5).tolist() == pytest.approx([0, 0, 1, 0, 0, 0])


@given(shares, st.floats(0, 1), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_effective_size_is_what_the_variance_says(share: float, stickiness: float, n: int) -> None:
    sampler = WithReplacement(share, stickiness)
    probabilities, k = sampler.count_probabilities(n), np.arange(n + 1) / n
    assert probabilities.sum() == pytest.approx(1, abs=1e-12)
    assert (probabilities * k).sum() == pytest.approx(share, abs=1e-12), "stickiness leaves the share as it is"
    variance = (probabilities * (k - share) ** 2).sum()
    assert variance == pytest.approx(share * (1 - share) / sampler.effective_size(n), rel=1e-9)


def test_effective_sizes_that_are_known() -> None:
    assert WithReplacement(0.3).effective_size(100) == 100
    assert WithReplacement(0.3, 1).effective_size(100) == pytest.approx(1)
    assert WithReplacement(0.3, 0.5).effective_size(100_000) == pytest.approx(100_000 / 3, rel=1e-4)
    assert WithoutReplacement(200, 60).effective_size(100) == 199
    assert WithoutReplacement(200, 60).effective_size(200) == math.inf


# --- drawing


@pytest.mark.parametrize("sampler", SAMPLERS, ids=str)
def test_draws_follow_the_sampler(sampler: Sampler) -> None:
    """Chi-square over all 16 sequences of four draws; a right sampler fails once in a million seeds."""
    draws = sampler.draw(4, np.random.default_rng(1), 20_000)
    assert draws.shape == (20_000, 4) and draws.dtype == bool
    observed = np.bincount(draws @ [8, 4, 2, 1], minlength=16)
    expected = np.array([chance(sampler, balls) for balls in itertools.product([False, True], repeat=4)]) * 20_000
    assert ((observed - expected) ** 2 / expected).sum() < chi2.ppf(1 - 1e-6, 15)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=str)
def test_more_draws_begin_with_the_same_balls(sampler: Sampler) -> None:
    few, many = (sampler.draw(n, np.random.default_rng(5))[0] for n in (7, 19))
    assert few.tolist() == many[:7].tolist()


def test_an_urn_drawn_empty_holds_what_it_held() -> None:
    draws = WithoutReplacement(200, 60).draw(200, np.random.default_rng(0), 5)
    assert draws.sum(axis=1).tolist() == [60] * 5


def test_stickiness_1_is_one_ball_for_ever() -> None:
    draws = WithReplacement(0.5, 1).draw(50, np.random.default_rng(0), 40)
    assert np.all(draws == draws[:, :1]) and 0 < draws[:, 0].sum() < 40


def test_filled_urns_are_never_nearly_all_of_one_colour() -> None:
    rng = np.random.default_rng(0)
    filled = [urn.fill(rng) for _ in range(5000)]
    assert min(filled) == 20 and max(filled) == 180


# --- honest likelihoods


@given(sequences, stickinesses)
@settings(max_examples=80, deadline=None)
def test_sticky_likelihood_is_that_of_the_chain(balls: list[bool], stickiness: float) -> None:
    sampler = WithReplacement(0.5, stickiness)
    found = sampler.log_likelihood(sampler.summary(np.array(balls))[-1])
    for place in (0, 40, 199, 317, 400):
        probability = chance(WithReplacement(sampler.shares()[place], stickiness), tuple(balls))
        assert np.exp(found[place]) == pytest.approx(probability, rel=1e-9, abs=1e-300)


@given(sequences)
@settings(max_examples=60, deadline=None)
def test_likelihood_without_replacement_is_that_of_the_hand(balls: list[bool]) -> None:
    sampler = WithoutReplacement(40, 17)
    found = sampler.log_likelihood(sampler.summary(np.array(balls))[-1])
    assert found.shape == sampler.shares().shape == (41,)
    for num_red in (0, 3, 17, 39, 40):
        probability = max(chance(WithoutReplacement(40, num_red), tuple(balls)), 0.0)
        possible = sum(balls) <= num_red and len(balls) - sum(balls) <= 40 - num_red
        assert np.exp(found[num_red]) == pytest.approx(probability if possible else 0, rel=1e-9, abs=1e-300)


def test_without_stickiness_the_honest_likelihood_is_the_iid_one() -> None:
    sampler = WithReplacement(0.3)
    balls = sampler.draw(100, np.random.default_rng(2))[0]
    num_red = int(balls.sum())
    summary = sampler.summary(balls)[-1]
    expected = bernoulli_log_likelihood(sampler.shares(), num_red, 100 - num_red)
    np.testing.assert_allclose(sampler.log_likelihood(summary), expected, rtol=1e-12)
    low, high = sampler.intervals(summary)
    interval = likelihood_ratio_interval(num_red, 100 - num_red)
    assert (low, high) == pytest.approx((interval.low, interval.high), abs=1e-12)


@given(sequences, st.floats(0.01, 0.95), st.floats(0.5, 0.999))
@settings(max_examples=60, deadline=None)
def test_sticky_interval_ends_where_the_likelihood_has_dropped(
    balls: list[bool], stickiness: float, level: float
) -> None:
    sampler = WithReplacement(0.5, stickiness)
    low, high = sampler.intervals(sampler.summary(np.array(balls))[-1], level)

    def log_likelihood(share: float) -> float:
        probability = chance(WithReplacement(share, stickiness), tuple(balls))
        return math.log(probability) if probability else -1e4

    found = minimize_scalar(
        lambda share: -log_likelihood(share), bounds=(0, 1), method="bounded", options={"xatol": 1e-9}
    )
    peak = max([0.0, 1.0, found.x], key=log_likelihood)
    limit = log_likelihood(peak) - chi2.ppf(level, 1) / 2

    def above(share: float) -> float:
        return log_likelihood(share) - limit

    assert low == pytest.approx(0 if above(0) >= 0 else brentq(above, 0, peak, xtol=1e-12), abs=1e-7)
    assert high == pytest.approx(1 if above(1) >= 0 else brentq(above, peak, 1, xtol=1e-12), abs=1e-7)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_interval_without_replacement_holds_the_likely_urns(balls: list[bool]) -> None:
    """The definition, urn by urn, with scipy's hypergeometric probabilities."""
    sampler = WithoutReplacement(30, 9)
    low, high = sampler.intervals(sampler.summary(np.array(balls))[-1])
    probabilities = hypergeom.pmf(sum(balls), 30, np.arange(31), len(balls))
    with np.errstate(divide="ignore"):
        likely = np.flatnonzero(2 * np.log(probabilities.max() / probabilities) <= chi2.ppf(0.95, 1))
    assert (low, high) == (likely[0] / 30, likely[-1] / 30)


# --- what independence buys


def test_coverage_of_the_iid_interval() -> None:
    """100 draws at share 0.3: as promised, too wide, too narrow. Simulated as well, within four standard errors."""
    expected = {WithReplacement(0.3): 0.9502, WithoutReplacement(200, 60): 0.9942, WithReplacement(0.3, 0.5): 0.7418}
    for sampler, share in expected.items():
        exact = urn.coverage(sampler, 100)
        assert f"{exact:.4f}" == f"{share:.4f}"
        covered = urn.repeat(sampler, 100, 4000, np.random.default_rng(3)).covered
        assert abs(covered.mean() - exact) < 4 * math.sqrt(exact * (1 - exact) / 4000)


def test_coverage_is_the_sum_over_counts_that_hold() -> None:
    for sampler in SAMPLERS:
        expected = 0.0
        for num_red, probability in enumerated(sampler, 8):
            expected += probability * (sampler.share in likelihood_ratio_interval(num_red, 8 - num_red, 0.8))
        assert urn.coverage(sampler, 8, 0.8) == pytest.approx(expected, abs=1e-12)


def test_the_honest_interval_keeps_its_promise_and_has_the_right_width() -> None:
    rng = np.random.default_rng(4)
    sticky = urn.repeat(WithReplacement(0.3, 0.5), 100, 3000, rng)
    small = urn.repeat(WithoutReplacement(200, 60), 100, 3000, rng)
    for repeats in (sticky, small):
        assert abs(repeats.honest_covered.mean() - 0.95) < 0.015
    widths = [(r.honest_high - r.honest_low).mean() / (r.high - r.low).mean() for r in (sticky, small)]
    assert widths[0] > 1.5 and widths[1] < 0.75


def test_the_run_agrees_with_each_prefix() -> None:
    for sampler in SAMPLERS:
        balls = sampler.draw(20, np.random.default_rng(6))[0]
        run = urn.follow(sampler, balls)
        for n in (1, 2, 9, 20):
            num_red = int(balls[:n].sum())
            iid = likelihood_ratio_interval(num_red, n - num_red)
            honest = sampler.intervals(sampler.summary(balls[:n])[-1])
            assert (run.num_red[n - 1], run.estimate[n - 1]) == (num_red, num_red / n)
            assert (run.low[n - 1], run.high[n - 1]) == (iid.low, iid.high)
            assert (run.honest_low[n - 1], run.honest_high[n - 1]) == honest


def test_with_every_ball_drawn_the_share_is_known() -> None:
    sampler = WithoutReplacement(200, 61)
    run = urn.follow(sampler, sampler.draw(200, np.random.default_rng(0))[0])
    assert run.honest_low[-1] == run.honest_high[-1] == run.estimate[-1] == sampler.share
    assert run.high[-1] - run.low[-1] > 0.1, "the i.i.d. interval does not know it"


@pytest.mark.parametrize("share", [0, 1])
def test_an_urn_of_one_colour_is_covered(share: int) -> None:
    for sampler in (WithReplacement(share), WithReplacement(share, 0.5), WithoutReplacement(50, 50 * share)):
        repeats = urn.repeat(sampler, 20, 10, np.random.default_rng(0))
        assert repeats.covered.all() and repeats.honest_covered.all() and urn.coverage(sampler, 20) == 1


# --- bad input


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: WithReplacement(1.2), r"share cannot be 1\.2; a probability lies between 0 and 1"),
        (lambda: WithReplacement(0.3, -0.5), r"stickiness cannot be -0\.5; a probability"),
        (lambda: WithReplacement(math.nan), "share cannot be nan; give a finite number"),
        (lambda: WithoutReplacement(0, 0), "num_balls cannot be 0; give a whole number, 1 or more"),
        (lambda: WithoutReplacement(200, 60.5), r"num_red cannot be 60\.5; give a whole number"),
        (lambda: WithoutReplacement(200, 201), "num_red cannot be 201 in an urn of 200 balls; give 0 to 200"),
        (lambda: WithoutReplacement(200, 60).effective_size(201), "201 balls cannot be drawn.*at most 200, or put"),
        (lambda: WithReplacement(0.3).draw(0, np.random.default_rng()), "num_draws cannot be 0; .* 1 or more"),
        (lambda: WithReplacement(0.3).draw(5, np.random.default_rng(), -1), "num_repeats cannot be -1"),
        (lambda: urn.coverage(WithReplacement(0.3), -3), "num_draws cannot be -3"),
        (lambda: urn.coverage(WithReplacement(0.3), 30, 95), "level cannot be 95"),
        (lambda: urn.follow(WithReplacement(0.3), np.array([], bool)), r"len\(draws\) cannot be 0; .* 1 or more"),
    ],
)
def test_what_cannot_be_drawn(make: object, words: str) -> None:
    with pytest.raises(Problem, match=words):
        make()  # type: ignore[operator]


def test_whole_numbers_may_come_as_floats() -> None:
    sampler = WithoutReplacement(200.0, 60.0)  # type: ignore[arg-type]
    assert sampler == WithoutReplacement(200, 60) and urn.follow(sampler, sampler.draw(3, np.random.default_rng(0))[0])
