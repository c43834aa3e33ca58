"""What the sentences of the likelihood page claim, over all that its controls can be set to."""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from genmodels.probability import intervals, likelihood, urn
from genmodels.probability.urn import WithoutReplacement, WithReplacement
from lessons.likelihood.draws import FEW, FIELDS, HARM, KEPT, NUM_BALLS, NUM_RED, PROMISE, Draws, sampler
from lessons.likelihood.normal import SAMPLE, read
from lessons.likelihood.scene import EXPERIMENT
from ui.text import LANGUAGES, Text, sections

SHARE = NUM_RED / NUM_BALLS
DRAWS = range(int(FIELDS["draws"].low), int(FIELDS["draws"].high) + 1)  # type: ignore[attr-defined]


@cache
def coverage(way: str, num_draws: int, sticky: float = 0.0) -> float:
    return 100 * urn.coverage(sampler(way, sticky), num_draws)


def draws(way: str, num_draws: int, sticky: float, lang: str = "en") -> Draws:
    """The section at these positions of its controls."""
    state = {name: field.default for name, field in FIELDS.items()} | {"way": way, "draws": num_draws, "sticky": sticky}
    return Draws(state, Text("likelihood", lang, None))  # type: ignore[arg-type]


# --- what independence buys


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_is_chosen_by_what_the_draws_are_worth(lang: str) -> None:
    expected = {
        ("with", 100, 0.5): ("draws-with", "95.0"),
        ("with", 6, 0.5): ("draws-with-rough", "87.1"),
        ("without", 100, 0.5): ("draws-without", "99.4"),
        ("without", 6, 0.5): ("draws-without-few", "87.6"),
        ("without", 200, 0.5): ("draws-without-all", "100.0"),
        ("sticky", 100, 0.5): ("draws-sticky", "74.2"),
        ("sticky", 100, 0.01): ("draws-sticky-little", "94.8"),
        ("sticky", 100, 0.0): ("draws-with", "95.0"),
        ("sticky", 6, 0.0): ("draws-with-rough", "87.1"),
    }
    for state, (kind, percent) in expected.items():
        now = draws(*state, lang=lang)
        told = now.verdict()
        assert now.kind == kind, state
        assert f"{percent}\u00a0%" in told and "<<" not in told
    assert {kind for kind, _ in expected.values()} == {
        key for key in sections(lang, "likelihood") if key.startswith("draws-")
    }


def test_with_replacement_the_promise_is_kept_within_one_per_cent_or_called_rough() -> None:
    for num_draws in (5, 6, 8, 10, 12, 24, 33, 50, 99, 100, 149, 200):
        kept = abs(coverage("with", num_draws) - PROMISE) <= KEPT
        assert draws("with", num_draws, 0.5).kind == ("draws-with" if kept else "draws-with-rough")
    red = np.arange(4001)
    low, high = intervals.likelihood_ratio_bounds(red, 4000 - red)
    held = binom.pmf(red, 4000, SHARE)[(low <= SHARE) & (high >= SHARE)].sum()
    assert held == pytest.approx(0.95, abs=0.003), "it settles at 95 % for very many"


def test_without_replacement_more_hold_than_was_promised_unless_few_balls_are_gone() -> None:
    way = WithoutReplacement(NUM_BALLS, NUM_RED)
    few = [number for number in DRAWS if way.effective_size(number) < FEW * number]
    assert few == list(range(5, 27)), "of 200"
    for number in DRAWS:
        assert way.effective_size(number) > number, "worth more than as many independent ones"
        if number not in few and (number < 60 or number % 20 == 0):
            assert round(coverage("without", number), 1) > PROMISE
    for number in few:
        assert 0 < coverage("without", number) - coverage("with", number) < 2, "it hardly matters"


def test_the_honest_interval_is_narrower_without_replacement_and_wider_for_the_sticky_hand() -> None:
    way, rng = WithoutReplacement(NUM_BALLS, NUM_RED), np.random.default_rng(0)
    for n in (5, 26, 27, 100, 200):
        red = np.arange(max(0, n - NUM_BALLS + NUM_RED), min(n, NUM_RED) + 1)
        low, high = intervals.likelihood_ratio_bounds(red, n - red)
        honest_low, honest_high = way.intervals(np.stack([red, n - red], axis=-1).astype(float))
        assert np.all(honest_high - honest_low <= high - low)
        for sticky in (0.05, 0.5, 0.95):
            seen = urn.repeat(WithReplacement(SHARE, sticky), n, 30, rng)
            wider = (seen.honest_high - seen.honest_low) - (seen.high - seen.low)
            assert wider.min() > -1e-9 and wider.mean() > 0


def test_the_empty_urn_has_no_secret() -> None:
    way = WithoutReplacement(NUM_BALLS, NUM_RED)
    low, high = way.intervals(np.array([NUM_RED, NUM_BALLS - NUM_RED], float))
    assert low == high == SHARE and way.effective_size(NUM_BALLS) == math.inf
    assert "∞" in draws("without", NUM_BALLS, 0).verdict()


def test_the_sticky_hand_is_wrongly_confident_wherever_the_page_says_so() -> None:
    assert "probability 0.35 " in draws("sticky", 10, 0.35).verdict()
    found = set()
    for sticky in (0.01, 0.03, 0.05, 0.09, 0.5, 0.95):
        for number in (5, 20, 100):
            kind = draws("sticky", number, sticky).kind
            less = coverage("with", number) - coverage("sticky", number, sticky)
            assert (kind == "draws-sticky") == (less >= HARM)
            assert WithReplacement(SHARE, sticky).effective_size(number) < number
            found.add((kind, sticky))
    assert ("draws-sticky", 0.5) in found and ("draws-sticky-little", 0.5) not in found
    assert ("draws-sticky-little", 0.01) in found


# --- the peak and its intervals


def test_the_answer_to_the_prediction_starts_where_its_question_does() -> None:
    before, after = (30, 70), (EXPERIMENT["red"], EXPERIMENT["blue"])
    widths = [f"{intervals.likelihood_ratio_interval(*counts).width:.3f}" for counts in (before, after)]
    assert widths == ["0.178", "0.090"]
    for lang in LANGUAGES:
        book = sections(lang, "likelihood")
        assert re.findall(r"\d+", book["predict"])[:4] == ["30", "70", "120", "280"]
        assert [found for found in re.findall(r"[\d.]+\d", book["predict-answer"]) if found in widths] == widths


def test_ten_times_as_sure_takes_about_a_hundred_times_the_draws() -> None:
    once, often = ((30, 70), (3000, 7000))
    assert intervals.wald_interval(*once).width / intervals.wald_interval(*often).width == pytest.approx(10)
    ratio = intervals.likelihood_ratio_interval(*once).width / intervals.likelihood_ratio_interval(*often).width
    assert ratio == pytest.approx(10, rel=0.01)


def test_half_the_square_of_the_normal_quantile_is_the_drop() -> None:
    z = intervals.critical_value(0.95)
    assert (f"{z:.2f}", f"{z:.5f}", f"{z**2 / 2:.4f}") == ("1.96", "1.95996", "1.9207")
    for lang in LANGUAGES:
        assert "$1.9207=1.95996^2/2$" in sections(lang, "likelihood")["step-4"]
        assert f"{z**2 / 2:.2f}" in sections(lang, "likelihood")["caption"]


def test_with_many_draws_of_both_colours_about_95_of_100_intervals_hold_and_with_few_not() -> None:
    def held(share: float, n: int) -> tuple[float, float]:
        number = np.arange(1, n)
        p = binom.pmf(number, n, share)
        low, high = intervals.likelihood_ratio_bounds(number, n - number)
        half = intervals.critical_value(0.95) / np.sqrt(n / (number / n * (1 - number / n)))
        return float(p[(low <= share) & (share <= high)].sum()), float(p[np.abs(number / n - share) <= half].sum())

    for share in (0.1, 0.3, 0.5, 0.9):
        assert all(abs(one - 0.95) < 0.01 for one in held(share, 400))
    assert held(0.1, 10)[1] < 0.7, "hence the condition"


def test_only_the_ratio_follows_a_curve_that_leans() -> None:
    ratio, curvature = intervals.likelihood_ratio_interval(3, 17), intervals.wald_interval(3, 17)
    assert curvature.high - 0.15 == pytest.approx(0.15 - curvature.low)
    assert ratio.high - 0.15 > 1.3 * (0.15 - ratio.low)


def test_for_many_draws_of_one_colour_the_interval_is_192_over_n_wide() -> None:
    for n in (50, 100, 400):
        assert intervals.likelihood_ratio_interval(n, 0).width == pytest.approx(1.92 / n, rel=0.02)
    assert intervals.likelihood_ratio_interval(1, 0).width < 1, "hence the condition"


def test_with_one_ball_the_peak_lies_at_an_edge_and_the_band_narrows_more_slowly() -> None:
    assert {likelihood.bernoulli_fit(1, 0), likelihood.bernoulli_fit(0, 1)} == {0, 1}
    widths = np.array([intervals.likelihood_ratio_interval(3 * n, 7 * n).width for n in range(1, 30)])
    assert np.all(np.diff(widths) < 0) and np.all(np.diff(widths, 2) > 0)


# --- seen from the data, and the Gaussian


def test_the_bar_is_the_likelihood_times_the_orders_and_the_likelihoods_area_is_not_1() -> None:
    theta = np.linspace(0, 1, 20_001)
    curve = np.exp(likelihood.bernoulli_log_likelihood(theta, 3, 7))
    bars = WithReplacement(0.4).count_probabilities(10)
    assert bars.sum() == pytest.approx(1)
    assert bars[3] == pytest.approx(math.comb(10, 3) * math.exp(likelihood.bernoulli_log_likelihood(0.4, 3, 7)))
    assert np.trapezoid(curve, theta) == pytest.approx(1 / (11 * math.comb(10, 3)), rel=1e-4)
    assert theta[np.argmax(curve)] == pytest.approx(0.3)


def test_the_standard_deviation_with_divisor_n_is_too_small_above_all_for_few_numbers() -> None:
    rng, means = np.random.default_rng(0), []
    for n in (2, 5, 40):
        draws = rng.normal(size=(4000, n))
        means.append(draws.std(axis=1).mean())
    assert means == sorted(means) and means[-1] < 1 and means[0] < 0.6
    data = read(SAMPLE)
    assert likelihood.normal_fit(data) == pytest.approx((data.mean(), data.std(ddof=0)))
