"""Somebody's own words on a page are shown as they are, whatever they would mean to Markdown."""

from __future__ import annotations

import pytest

from genmodels.errors import Problem
from ui.text import LANGUAGES, Text, literal


def test_words_that_mean_something_to_markdown() -> None:
    assert literal("*a*_b_ #c") == r"\*a\*\_b\_ \#c"
    assert literal("&copy; $x$ :smile: <b>") == r"\&copy; \$x\$ \:smile\: \<b\>"
    assert literal("pizza 披萨") == "pizza 披萨"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_sentence_quotes_is_shown_as_it_is(lang: str) -> None:
    text = Text("markov", lang, None)
    told = text.problem(Problem("chain-twice", "{name}", name="*a* $x$ :red[b]\n# c &copy; _d_"))
    assert r"\*a\* \$x\$ \:red\[b\] # c \&copy; \_d\_" in told, "on one line, so that # is no heading"
    plain = {"name": "vae_mnist/a-b.c", "reason": "-0.5 at 12:30"}
    assert text.problem(Problem("damaged-checkpoint", "{name}{reason}", **plain)).count("\\") == 0
