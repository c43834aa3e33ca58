"""The checks of the measures: they hold of the records that come along, and fail where a measure is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genmodels.evaluation import comparison, selftests
from genmodels.evaluation.comparison import TESTS
from genmodels.evaluation.selftests import EXPECTED, READ

RECORDS = {entrant.name: record for entrant in TESTS if (record := comparison.shipped(entrant)) is not None}


def test_every_test_has_checks_and_every_check_a_reading() -> None:
    assert set(EXPECTED) == {entrant.name for entrant in TESTS}
    assert {measure for measures in EXPECTED.values() for measure in measures} <= set(READ)
    assert all(low <= high for measures in EXPECTED.values() for low, high in measures.values())


def test_all_tests_have_been_measured() -> None:
    assert set(RECORDS) == set(EXPECTED)


@pytest.mark.parametrize("check", selftests.checks(RECORDS), ids=lambda check: f"{check.test}-{check.measure}")
def test_the_measures_say_what_they_must(check: selftests.Check) -> None:
    assert check.holds, check


def test_only_what_has_a_record_is_checked() -> None:
    assert selftests.checks({}) == []
    assert {check.test for check in selftests.checks({"half": RECORDS["half"]})} == {"half"}


def test_a_measure_that_notices_no_copies_fails() -> None:
    blind = replace(RECORDS["memorised"], copied=RECORDS["real"].copied)
    assert not all(check.holds for check in selftests.checks({"memorised": blind}))


def test_a_measure_that_takes_one_set_for_another_fails() -> None:
    """Each set of digits in the place of each other one."""
    for name in RECORDS:
        for other, record in RECORDS.items():
            assert all(check.holds for check in selftests.checks({name: record})) is (name == other), (name, other)
