"""Bold words of the prose are bold: Markdown leaves two stars as they stand where they touch the wrong characters."""

from __future__ import annotations

import re
import unicodedata

import pytest

from ui.course import PAGES
from ui.text import LANGUAGES, sections


def punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def broken(text: str) -> list[str]:
    """Stars that neither open nor close, with what is beside them; a term of the glossary becomes a link."""
    text = re.sub(r"<<[^>]+>>", "value", text)
    found, places = [], [i for i in range(len(text) - 1) if text[i : i + 2] == "**"]
    for number, i in enumerate(places):
        before, after = text[i - 1] if i else " ", text[i + 2 : i + 3] or " "
        inside, outside = (after, before) if number % 2 == 0 else (before, after)
        loose = not inside.isspace() and (not punctuation(inside) or outside.isspace() or punctuation(outside))
        if not loose:
            found.append(text[max(0, i - 10) : i + 12])
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_what_is_meant_to_be_bold_is(page: str, lang: str) -> None:
    assert {name: wrong for name, text in sections(lang, page).items() if (wrong := broken(text))} == {}


def test_such_stars_are_found() -> None:
    assert broken("**[[a|谱归一化]]**不让") and not broken("**[[a|谱归一化]]** 不让") and not broken("**字**不让")
