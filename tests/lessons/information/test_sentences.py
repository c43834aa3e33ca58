"""What the sentences of the information page claim, for distributions of every size that it can show."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from genmodels.probability import information
from lessons.information.letters import Typed
from lessons.information.scene import SETTINGS, Scene
from ui.text import LANGUAGES, Text, sections

FAIR, LOADED = (0.5, 0.5), (0.2, 0.8)
SIZES = range(2, 13)


def pairs(number: int = 20) -> list[tuple[np.ndarray, np.ndarray]]:
    """Distributions of every size, drawn at random."""
    rng = np.random.default_rng(0)
    return [(rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(n))) for n in SIZES for _ in range(number)]


def numbers(text: str) -> list[float]:
    """Those of a text that are not part of a formula."""
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", re.sub(r"\$[^$]*\$", "", text))]


def scene(p: object, q: object) -> Scene:
    return Scene({"p": p, "q": q, "unit": "bits", "seed": 0, "game": 0}, Text("information", "en", None))  # type: ignore[arg-type]


def test_what_was_certain_tells_nothing_and_the_improbable_more() -> None:
    assert information.information_content(1) == 0
    assert np.all(np.diff(information.information_content(np.linspace(0.01, 1, 50))) < 0)


def test_twice_in_a_row_tells_twice_as_much_and_is_not_inversely_proportional() -> None:
    for share in (0.01, 0.2, 0.5, 0.9):
        once = information.information_content(share)
        assert information.information_content(share**2) == pytest.approx(2 * once)
        assert information.information_content(share / 2) == pytest.approx(once + 1), "and not 2 * once"


def test_a_false_belief_surprises_more_on_average_than_need_be_but_not_in_every_draw() -> None:
    for p, q in pairs():
        assert information.cross_entropy(p, q) > information.entropy(p)
        assert np.min(np.log(p / q)) < 0 < np.max(np.log(p / q)), "some draws speak for q"


def test_a_flat_distribution_is_uncertain_and_what_never_happens_adds_nothing() -> None:
    for p, _ in pairs():
        flat = np.full(len(p), 1 / len(p))
        way = [information.entropy((1 - t) * p + t * flat) for t in (0, 0.3, 0.6, 1)]
        assert way == sorted(way) and way[-1] == pytest.approx(math.log2(len(p)))
        assert information.entropy([*p, 0]) == pytest.approx(information.entropy(p))


def test_the_divergence_is_never_negative_and_zero_only_where_both_are_equal() -> None:
    for p, q in pairs():
        assert information.kl_divergence(p, q) > 0 == information.kl_divergence(p, p)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_to_the_prediction_weighs_two_log_ratios(lang: str) -> None:
    book = sections(lang, "information")
    there, back = information.kl_divergence(FAIR, LOADED), information.kl_divergence(LOADED, FAIR)
    assert (f"{there:.4f}", f"{back:.4f}") == ("0.3219", "0.2781")
    assert numbers(book["predict"]) == [0.3219]
    heads, tails = math.log2(FAIR[0] / LOADED[0]), math.log2(LOADED[1] / FAIR[1])
    assert (round(heads, 4), round(tails, 4)) == (1.3219, 0.6781)
    assert (0.5 * heads - 0.5 * tails, 0.8 * tails - 0.2 * heads) == pytest.approx((there, back))
    assert numbers(book["predict-answer"]) == [
        *(0.3219, 0.2781, 1.3219, 0.6781),
        *(0.5, 1.3219, 0.5, 0.6781),
        *(0.8, 0.6781, 0.2, 1.3219),
    ]


def test_the_hatched_parts_vanish_together_but_are_seldom_equally_long() -> None:
    alike = []
    for p, q in pairs():
        near, nearly = 0.8 * q + 0.2 * p, 0.001 * q + 0.999 * p
        assert max(information.kl_divergence(p, nearly), information.kl_divergence(nearly, p)) < 1e-3
        there, back = information.kl_divergence(p, near), information.kl_divergence(near, p)
        alike.append(abs(there - back) < 0.001)
    assert np.mean(alike) < 0.05


def test_in_the_long_run_the_mean_of_the_draws_is_the_divergence() -> None:
    average = information.log_ratio_average(FAIR, LOADED, 100_000, np.random.default_rng(0))
    assert average[-1] == pytest.approx(information.kl_divergence(FAIR, LOADED), abs=0.02)
    p, q = SETTINGS["never"]["p"], SETTINGS["never"]["q"]
    assert information.log_ratio_average(p, q, 1000, np.random.default_rng(0))[-1] == math.inf  # type: ignore[arg-type]


def test_both_losses_have_the_same_slope_and_their_minimum_at_the_same_theta() -> None:
    for p, q in pairs(2):
        thetas, divergence, cross = scene(p, q).losses()
        np.testing.assert_allclose(np.diff(divergence), np.diff(cross), atol=1e-9)
        assert thetas[np.argmin(divergence)] == thetas[np.argmin(cross)]
    assert np.isinf(scene(**SETTINGS["never"]).losses()[1]).all(), "not drawn"  # type: ignore[arg-type]


def test_huffmans_code_needs_less_than_one_digit_more_than_the_entropy() -> None:
    for text in (
        "abab",
        "aaaaaaaaab",
        "the better the guess, the shorter the message",
        "知之为知之，不知为不知，是知也。",
    ):
        typed = Typed(text)
        assert typed.entropy <= typed.length + 1e-12 < typed.entropy + 1
        assert sum(round(share * len(text)) for share in typed.shares.values()) == len(text), "spaces too"
        codes = list(zip(typed.shares.values(), (len(code or "") for code in typed.codes), strict=True))
        assert all(one[1] <= other[1] for one in codes for other in codes if one[0] > other[0]), "frequent, short"


def test_one_nat_in_bits() -> None:
    for lang in LANGUAGES:
        assert f"{1 / math.log(2):.4f}" in sections(lang, "information")["code"]
