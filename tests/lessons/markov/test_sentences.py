"""What the Markov page claims in words: computed, also for the kinds of chains that a sentence might forget."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from genmodels.probability import transitions
from genmodels.probability.markov import MarkovChain, visit_shares
from lessons.markov.long_run import EVEN, most_steps
from lessons.markov.scene import BEGIN, FIELDS, NUM_STEPS, SETTINGS, Scene
from ui.state import State
from ui.text import LANGUAGES, Text, sections

DEFAULT = {name: field.default for name, field in FIELDS.items()}
COIN_FLIPS = ";".join(",".join("1/2" if j in (2 * i % 8, (2 * i + 1) % 8) else "0" for j in range(8)) for i in range(8))
"""Which of the eight results the last three tosses of a coin had: forgotten after three more, and no sooner."""


def said(lang: str, section: str) -> str:
    return sections(lang, "markov")[section]


def at(matrix: str, lang: str = "en", start: int = 0) -> Scene:
    values: State = {**DEFAULT, "matrix": matrix, "start": start}  # type: ignore[assignment]
    return Scene(values, Text("markov", lang, "light"))


@cache
def restaurant() -> MarkovChain:
    return MarkovChain(transitions.parse(SETTINGS["restaurant"][0]))


@cache
def off() -> float:
    """How far the share of visits is from the long run after the page's walk, on average over walks."""
    start = SETTINGS["restaurant"][1]
    limit = restaurant().long_run(start)
    walks = [restaurant().walk(start, NUM_STEPS, np.random.default_rng(seed)) for seed in range(150)]
    return float(np.mean([np.abs(visit_shares(walk, 3)[-1] - limit).sum() / 2 for walk in walks]))


def test_in_the_restaurant_the_outlines_hardly_move_after_eight_steps() -> None:
    assert BEGIN == 8
    assert max(restaurant().distances(start, 8)[8] for start in range(3)) < 0.0005


@pytest.mark.parametrize("lang", LANGUAGES)
def test_after_the_walk_the_visits_are_as_far_off_as_it_is_said(lang: str) -> None:
    (told,) = re.findall(r"0\.\d+", said(lang, "look"))
    assert f"{off():.2f}" == told
    assert str(NUM_STEPS) in said(lang, "look")


def test_to_come_as_close_as_the_outlines_the_visits_need_more_than_ten_million_steps() -> None:
    """The error of an average falls as one over the root of the steps."""
    assert "more than ten million steps" in said("en", "look") and "上千万步" in said("zh", "look")
    steps = NUM_STEPS * (off() / restaurant().distances(SETTINGS["restaurant"][1], 8)[8]) ** 2
    assert 1e7 < steps < 2e7


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_days_of_the_answer_are_a_burger_for_certain_and_none(lang: str) -> None:
    certain, impossible = (int(day) for day in re.findall(r"30\d", said(lang, "predict-answer")))
    chain = MarkovChain(transitions.parse(SETTINGS["ring"][0]))
    path = chain.distributions(SETTINGS["ring"][1], impossible)
    assert (path[certain, 0], path[impossible, 0]) == (1, 0)
    assert chain.period() == 3
    assert chain.long_run(0) == pytest.approx([1 / 3] * 3)


def test_a_periodic_chain_swings_from_a_state_it_returns_to_but_need_not_from_another() -> None:
    chain = MarkovChain([["0", "1/2", "1/2"], ["0", "0", "1"], ["0", "1", "0"]])
    assert chain.period() == 2
    assert chain.distributions(0, 2)[1:] == pytest.approx(np.array([[0, 0.5, 0.5]] * 2)), "settled at once"
    assert chain.distances(1, 50)[1:] == pytest.approx(0.5), "for ever"


def test_a_start_without_a_part_in_the_second_eigenvalue_forgets_faster_and_the_others_at_the_rate() -> None:
    chain = MarkovChain([["0", "1/2", "1/2"], ["1/10", "9/10", "0"], ["1/10", "0", "9/10"]])
    ratios = [chain.distances(start, 41)[41] / chain.distances(start, 40)[40] for start in range(3)]
    assert chain.convergence_rate() == pytest.approx(0.9)
    assert ratios[1:] == pytest.approx([0.9, 0.9])
    assert chain.distances(0, 6)[6] == pytest.approx(chain.distances(0, 5)[5] / 10), "from the middle ten times as fast"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chain_that_forgets_in_a_few_steps_is_told_so_although_its_eigenvalues_come_out_inexact(lang: str) -> None:
    here = at(COIN_FLIPS, lang)
    assert 0 < here.chain.second_modulus() < 1e-5, "0 is the truth"
    assert (here.speed(), here.step_variants) == ("speed-gone", {4: "step-4-gone"})
    most = most_steps(here.chain)
    assert max(here.chain.distances(start, most)[most] for start in range(8)) < 1e-12
    assert f" {most} " in here.text.section("speed-gone", **here.speed_values())


@pytest.mark.parametrize("matrix", ["0.5,0.5;0.500001,0.499999", SETTINGS["restaurant"][0]])
def test_a_chain_that_forgets_slowly_or_nearly_at_once_is_not_told_so(matrix: str) -> None:
    here = at(matrix)
    assert (here.speed(), here.step_variants) == ("speed", {})


def test_the_eigenvalue_1_occurs_once_for_each_class_that_is_never_left() -> None:
    for name in ("ends", "worlds"):
        here = at(SETTINGS[name][0])
        ones = np.isclose(here.chain.eigenvalues(), 1).sum()
        assert ones == len(here.classes) == 2
        assert here.step_variants == {3: "step-3-several", 4: "step-4-several"}


def test_blocks_that_leak_little_get_their_shares_to_the_last_digit() -> None:
    leak = Fraction(1, 10**14)
    assert all("10^{-14}" in said(lang, "elimination") for lang in LANGUAGES)
    half, zero = Fraction(1, 2), Fraction(0)
    rows = [
        [half, half, zero, zero],
        [half, half - leak, leak, zero],
        [zero, 3 * leak, half - 3 * leak, half],
        [zero, zero, half, half],
    ]
    chain = MarkovChain(rows)
    pairs = zip(chain.stationary_distributions()[0].tolist(), chain.stationary_fractions()[0], strict=True)
    assert max(abs(Fraction(found) / exact - 1) for found, exact in pairs) < 5e-16


def test_no_setting_has_an_even_chance_but_a_thought_finds_one() -> None:
    """Of the two ends 2/3 and 1/3: the step to the nearer end has to become less likely."""
    ends = list(transitions.parse(SETTINGS["ends"][0]))
    ends[1] = ("1/3", "0", "2/3", "0")
    for matrix, done in [*((matrix, False) for matrix, _ in SETTINGS.values()), (";".join(map(",".join, ends)), True)]:
        either = at(matrix).challenges()[2]
        assert (either.name, either.reached) == ("either", done)
    assert EVEN < 0.5 - 1 / 3
