"""What the sentences of the Bayes page claim, over all that its controls can be set to."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from genmodels.probability.bayes import DiagnosticTest, JointTable, standard_error
from lessons.bayes.scene import FIELDS, FOUND, NO_NEWS, SETTINGS
from lessons.bayes.table import EXAMPLES, texts
from ui.text import LANGUAGES, labels, sections

PERCENT = range(0, 101, 5)


def of(setting: str) -> DiagnosticTest:
    return DiagnosticTest(*(float(value) / 100 for value in SETTINGS[setting].values()))  # type: ignore[arg-type]


def numbers(text: str) -> list[float]:
    """Those of a text that are not part of a formula."""
    return [
        float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", re.sub(r"\$[^$]*\$", "", text))
    ]


def table(example: str) -> np.ndarray:
    return np.array([[eval(cell) for cell in row] for row in texts(EXAMPLES[example])])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_prediction_names_the_first_example_and_its_answer_counts_the_second(lang: str) -> None:
    book, own = sections(lang, "bayes"), labels(lang)["bayes"]
    before, after = of("start"), of("frequent")
    assert after.prior == 10 * before.prior and after.likelihood(True) == before.likelihood(True)
    asked, posterior = numbers(book["predict"]), round(100 * before.posterior(), 2)
    assert sorted(asked) == sorted([1, 100, posterior])
    (found, missed), (alarms, spared) = after.joint.counts(10_000).tolist()
    told = {10_000, found + missed, found, alarms, alarms + spared, found + alarms}
    assert set(numbers(book["predict-answer"])) == told == {10_000, 1_000, 990, 450, 9_000, 1_440}
    assert numbers(own["predict-a"])[0] == round(posterior + 10, 2), "ten points more"
    assert abs(100 * after.posterior() - numbers(own["predict-b"])[0]) < 2
    assert numbers(own["predict-b-answer"]) == [round(100 * after.posterior(), 2)] == [68.75]
    assert numbers(own["predict-c"]) == [posterior]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_few_of_many_healthy_people_are_more_than_nearly_all_of_few_sick_ones(lang: str) -> None:
    first, second = sections(lang, "bayes")["look"].split("\n\n")
    test = of("start")
    assert numbers(first) == [100 * test.sensitivity, round(100 * test.posterior(), 2)]
    (found, missed), (alarms, spared) = test.joint.counts(10_000).tolist()
    expected = [alarms + spared, 5, alarms, found + missed, 100 * test.sensitivity, found]
    assert sorted(numbers(second)) == sorted(expected) == [5, 99, 99, 100, 495, 9900]
    assert round(100 * (1 - test.specificity)) == 5 and found < alarms


def test_the_solid_part_grows_with_the_prior() -> None:
    solid = [DiagnosticTest(prior / 100, 0.99, 0.95).joint.table[0, 0] for prior in PERCENT]
    assert np.all(np.diff(solid) > 0)


def test_each_part_has_the_same_area_in_both_squares() -> None:
    for prior, sensitivity, specificity in itertools.product((0, 10, 100), PERCENT, PERCENT):
        joint = DiagnosticTest(prior / 100, sensitivity / 100, specificity / 100).joint
        for first in (0, 1):
            cut = joint.packing(first)
            np.testing.assert_allclose((cut.right - cut.left) * (cut.bottom - cut.top), joint.table, atol=1e-12)


def test_the_left_strip_of_the_second_square_is_as_wide_as_the_evidence() -> None:
    for setting in SETTINGS:
        test = of(setting)
        assert test.joint.packing(1).right[:, 0] == pytest.approx(test.evidence())


def test_the_posterior_of_one_test_is_the_prior_of_the_next() -> None:
    for setting in SETTINGS:
        test = of(setting)
        likely = test.prior * test.sensitivity**2, (1 - test.prior) * (1 - test.specificity) ** 2
        again = DiagnosticTest(test.posterior(), test.sensitivity, test.specificity)
        assert again.posterior() == pytest.approx(likely[0] / sum(likely)), "both results at once"


def test_a_test_is_useless_where_sick_and_healthy_are_as_often_positive_and_no_button_makes_one_that_finds_most() -> (
    None
):
    for prior, found in itertools.product((1, 50, 99), range(80, 101, 5)):
        test = DiagnosticTest(prior / 100, found / 100, 1 - found / 100)
        assert abs(test.posterior() - test.prior) < 1e-12
    for one in map(of, SETTINGS):
        assert one.sensitivity < FOUND or abs(one.posterior() - one.prior) > NO_NEWS
    assert numbers(labels("en")["bayes"]["challenge-useless"]) == [100 * FOUND, 100 * NO_NEWS, 1, 99]


def test_the_more_people_are_positive_the_smaller_is_the_standard_error() -> None:
    errors = [standard_error(number // 5, number) for number in (5, 50, 500, 5000)]
    assert errors == sorted(errors, reverse=True)
    assert standard_error(1, 1) == 0, "one person is no measure of it: unreliable while few are positive"


def test_the_echo_errs_once_in_ten_and_the_die_is_the_larger_of_two() -> None:
    echo = table("copy")
    assert echo[0, 1] + echo[1, 0] == pytest.approx(0.1)
    dice = np.zeros((4, 4))
    for one, other in itertools.product(range(4), repeat=2):
        dice[one, max(one, other)] += 1 / 16
    np.testing.assert_allclose(table("dice"), dice)


def test_mutual_information_is_zero_where_the_cuts_go_straight_through() -> None:
    for name in EXAMPLES:
        joint = JointTable(table(name))
        assert joint.mutual_information > 0.001, "none of the examples is independent"
        straight = JointTable(joint.independent)
        assert straight.mutual_information == pytest.approx(0, abs=1e-12)
        cuts = straight.packing(0).right
        np.testing.assert_allclose(cuts, np.broadcast_to(cuts[0], cuts.shape), atol=1e-12)


def test_there_are_as_many_people_as_the_button_says() -> None:
    assert f"{FIELDS['tested'].high:,}" in labels("en")["bayes"]["tested-all"]  # type: ignore[attr-defined]
