"""Formulas are written as people write them, at the ends of every control: 5 · 10^-5 and never 5e-05."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from genmodels.errors import Problem
from tests.app import fields_of
from ui.state import Choice, Field, Number
from ui.text import Text, sections

PAGES = ("bayes", "likelihood", "information", "gaussian_kl", "variational", "markov", "noising")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
PROGRAMMERS = re.compile(r"\de[-+]?\d|\bnan\b|\binf\b|None")


def ends(field: Field) -> list[object]:
    """The values of a control at which numbers become tiny or huge."""
    if isinstance(field, Number):
        step = 10.0**-field.decimals
        return [field.parse(value) for value in (field.low, field.low + step, field.high - step, field.high)]
    return list(field.options) if isinstance(field, Choice) else []


def states(fields: dict[str, Field]) -> list[dict[str, object]]:
    """Each control at each of its ends while the others rest, and all of them at one end together."""
    rest = {name: field.default for name, field in fields.items()}
    single = [{name: value} for name, field in fields.items() for value in ends(field)]
    together = [{name: ends(field)[place] for name, field in fields.items() if ends(field)} for place in (0, 1, -2, -1)]
    return [rest, *(rest | changes for changes in single + together)]


@pytest.mark.parametrize("page", PAGES)
def test_no_step_writes_a_number_as_a_programmer(page: str) -> None:
    text, scene = Text(page, "en", None), import_module(f"lessons.{page}.scene").Scene
    number_of_steps = sum(bool(re.fullmatch(r"step-\d", name)) for name in sections("en", page))
    seen = 0
    for state in states(fields_of(page)):
        try:
            now = scene(state, text)
            values = now.step_values()
        except Problem:  # the page says why, and shows no steps
            continue
        for number in range(1, number_of_steps + 1):
            prose = text.section(now.step_variants.get(number, f"step-{number}"), **values)
            found = ["".join(one) for one in FORMULA.findall(prose)]
            seen += len(found)
            assert [one for one in found if PROGRAMMERS.search(one)] == [], f"step {number} at {state}"
    assert seen > 100
