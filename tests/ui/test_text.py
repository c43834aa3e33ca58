"""Somebody's own words on a page are shown as they are, whatever they would mean to Markdown."""

from __future__ import annotations

import pytest

from genmodels.errors import Problem
from ui.text import LANGUAGES, Text, literal, together


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


@pytest.mark.parametrize(
    ("prose", "kept"),
    [
        ("holds 95 % of <<n>> %", "holds 95\u00a0% of <<n>>\u00a0%"),
        ("the slope $s$, and $t$.", "the slope $s\\text{,}$ and $t\\text{.}$"),
        ("斜率 $s$，是 $0$。", "斜率 $s\\text{，}$是 $0\\text{。}$"),
        ("硬币 $p$：$D$ 是", "硬币 $p\\text{：}$\u200b$D$ 是"),
        ("距离 $d$，8 个", "距离 $d\\text{，}$\u200b8 个"),
        ("with $p=(0.5,0.5)$ known", "with ${p=(0.5,0.5)}$ known"),
        (r"with $\q{q}=(0.2,0.8)$: so", "with ${\\q{q}=(0.2,0.8)}\\text{:}$ so"),
        ("long: $\\log p(x,y)=\\log p(x)+\\log p(y)$", "long: $\\log p(x,y)=\\log p(x)+\\log p(y)$"),
        ("$$a=b$$, a price of \\$5, or \\$6.", "$$a=b$$, a price of \\$5, or \\$6."),
    ],
)
def test_what_belongs_together_stays_on_one_line(prose: str, kept: str) -> None:
    assert together(prose) == kept
