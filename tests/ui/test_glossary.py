"""Each term is explained once, in every language, and underlined where a page uses it first."""

from __future__ import annotations

import json
import re

import pytest

from tests.app import component, open_page, words
from ui.course import LESSONS, PAGES
from ui.notebook import notebook
from ui.text import LANGUAGES, Text, glossary, sections, terms

LONGEST = {"en": 260, "zh": 120}  # characters that can be read while a pointer rests
# What nobody can look up who does not know what it stands for -> the term that explains it.
ABBREVIATIONS = {
    "KL": "kl-divergence",
    "ELBO": "elbo",
    "VAE": "vae",
    "GAN": "gan",
    "DDPM": "ddpm",
    "DDIM": "ddim",
    "MMD": "mmd",
}
AS_IT_OPENS = re.compile(r"question|caption|step-1|predict|look(-.*)?")  # sections that are there before a click
MARK = re.compile(r"\[\[([a-z-]+)\|[^\]]+\]\]")


def marked(lang: str, page: str) -> list[str]:
    return MARK.findall("".join(sections(lang, page).values()))


def test_the_same_terms_are_explained_in_every_language() -> None:
    books = [glossary(lang) for lang in LANGUAGES]
    assert all(list(book) == sorted(books[0]) for book in books), "in the order of their keys"
    for lang, book in zip(LANGUAGES, books, strict=True):
        assert len({entry["name"] for entry in book.values()}) == len(book), "one word for one thing"
        for key, entry in book.items():
            assert set(entry) == {"name", "text"} and entry["name"], key
            assert 10 < len(entry["text"]) <= LONGEST[lang], f"{lang} {key}: {len(entry['text'])}"
            assert entry["text"][-1] in ".。" and not re.search(r"[$*`]|\[\[", entry["text"]), key


def test_no_term_is_explained_that_no_page_uses() -> None:
    assert {key for page in PAGES for key in marked("en", page)} == set(glossary("en"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_marks_the_same_terms_in_every_language_and_each_once(page: str) -> None:
    found = {lang: marked(lang, page) for lang in LANGUAGES}
    for lang, keys in found.items():
        assert len(set(keys)) == len(keys), lang
        assert set(keys) == set(found["en"]) <= set(glossary(lang))
        assert all("[[" not in MARK.sub("", text) for text in sections(lang, page).values()), lang


@pytest.mark.parametrize("page", LESSONS)
def test_no_abbreviation_stands_unexplained(page: str) -> None:
    """Neither on the whole page, nor on what is read before the second step is opened."""
    for lang in LANGUAGES:
        every = sections(lang, page)
        first = [text for key, text in every.items() if AS_IT_OPENS.fullmatch(key)]
        for prose in ("\n".join(every.values()), "\n".join(first)):
            plain = re.sub(r"`[^`]*`|\$[^$]*\$", "", prose)
            for word, key in ABBREVIATIONS.items():
                if re.search(rf"(?<![A-Za-z-]){word}(?![A-Za-z])", plain):
                    spelled_out = re.search(rf"[(（]{word}[)）]", plain)
                    assert spelled_out or key in MARK.findall(prose), f"{lang}: {word}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_browser_is_told_what_the_terms_of_a_page_mean(lang: str) -> None:
    app = open_page("variational", lang=lang)
    assert component(app, "terms") == terms(lang, "variational")
    assert "](#term-elbo)" in words(app) and "[[" not in words(app)


def test_a_notebook_has_the_words_alone() -> None:
    text = Text("markov", "en", "light")
    assert "](#term-markov-chain)" in text.section("question")
    cells = json.loads(notebook(text, ["The [rule](#term-prior) of :small[:gray[[it](#term-nat)]]."], "", ""))["cells"]
    said = "".join("".join(cell["source"]) for cell in cells)
    assert "A Markov chain: tomorrow" in said and "The rule of it." in said
