"""Prose and labels by language: a lesson's own `<language>.md` and `<language>.toml`, and what pages share in ui/words.

A lesson's Markdown file is cut at its `## key` lines; keys and labels are the same in every language (a test says so).
`<<name>>` is replaced by a value of the page; in formulas `\\q{...}` paints in a role's colour (data model q error).
`[[key|words]]` marks where a page first uses a term of the glossary, `ui/words/glossary.<language>.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from genmodels.errors import Problem
from ui import theme

LESSONS = Path(__file__).parent.parent / "lessons"
WORDS = Path(__file__).parent / "words"
_TERM = re.compile(r"\[\[([a-z-]+)\|([^\]]+)\]\]")
_PERCENT = re.compile(r"(?<=[\d>∞]) (?=%)")
_INLINE = re.compile(r"(?<![$\\])\$(?![\s$])([^$\n]*[^$\s\\])\$(?!\$)([,.;:!?)，。；：！？、）]?)(?=([$\d]?))")
_RELATION = re.compile(r"[=<>]|\\(?:approx|sim|le|ge|in)\b")
SHORT = 24  # characters of a formula that is not broken
NO_BREAK_SPACE, ZERO_WIDTH_SPACE = "\u00a0", "\u200b"
LANGUAGES = {"en": "EN", "zh": "中文"}  # shown as they are in every language, so that each reader finds their own


def preferred(locale: str | None) -> str:
    """Language to greet a browser with: 中文 for any Chinese locale such as "zh-TW", otherwise English."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"


@cache
def labels(lang: str) -> dict[str, Any]:
    """All short texts of a language: a section for each page, and those that pages share."""
    own = {path.parent.name: path for path in LESSONS.glob(f"*/{lang}.toml")}
    shared = tomllib.loads((WORDS / f"{lang}.toml").read_text(encoding="utf-8"))
    return shared | {page: tomllib.loads(path.read_text(encoding="utf-8")) for page, path in own.items()}


@cache
def sections(lang: str, page: str) -> dict[str, str]:
    """Sections of a page's prose by key."""
    prose = (LESSONS / page / f"{lang}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## ([a-z0-9-]+)\s*$", prose, flags=re.M)
    return {key: body.strip() for key, body in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def glossary(lang: str) -> dict[str, dict[str, str]]:
    """The course's terms by key: the `name` of each, and in `text` what it means."""
    return tomllib.loads((WORDS / f"glossary.{lang}.toml").read_text(encoding="utf-8"))


@cache
def terms(lang: str, page: str) -> dict[str, dict[str, str]]:
    """The terms that a page's prose marks."""
    marked = _TERM.findall("".join(sections(lang, page).values()))
    return {key: glossary(lang)[key] for key, _ in marked}


def fill(template: str, values: Mapping[str, object]) -> str:
    """Put values where `<<name>>` stands; a name without a value is a mistake of ours and raises KeyError."""
    return re.sub(r"<<([\w-]+)>>", lambda match: str(values[match[1]]), template)


def together(text: str) -> str:
    """Keep on one line: a number and its %, a formula and the punctuation behind it, what a short formula equates.

    Browsers break a line behind a formula whatever follows, so the punctuation becomes a part of it. Something of no
    width then parts it from a figure or another formula: Markdown knows a formula by what stands behind its end.
    """

    def whole(match: re.Match[str]) -> str:
        formula, mark, another = match.groups()
        if len(formula) <= SHORT and _RELATION.search(formula):
            formula = f"{{{formula}}}"
        if not mark:
            return f"${formula}$"
        return f"${formula}\\text{{{mark}}}$" + (ZERO_WIDTH_SPACE if another else "")

    return _INLINE.sub(whole, _PERCENT.sub(NO_BREAK_SPACE, text))


def paint(text: str, mode: str | None) -> str:
    r"""Turn `\q{...}` into KaTeX's `\textcolor{#hex}{...}`: it takes no CSS variables, so the theme decides here."""
    colours = theme.tokens(mode)
    return re.sub(r"\\(data|model|q|error)\{", lambda match: rf"\textcolor{{{colours[match[1]]}}}{{", text)


def literal(text: str) -> str:
    """Somebody's words in prose or in the cell of a table, without what Markdown would obey."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|$:<>~&=-])", r"\\\1", text)


def quoted(value: object) -> object:
    """A value as a sentence of ours quotes it: what Markdown would obey within a line is shown as it is."""
    if not isinstance(value, str):
        return value
    return re.sub(
        r"[\\`*\[\]$<|~]|(?<!\w)_|_(?!\w)|:(?=[\w+/-]+[:\[])|&(?=#?\w+;)", r"\\\g<0>", " ".join(value.split("\n"))
    )


def markdown_table(rows: Sequence[Sequence[str]], columns: str) -> str:
    """Rows of cells, the first of which is the head; `columns` has l or r for each, as its cells are set."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    marks = "|".join({"l": ":--", "r": "--:"}[column] for column in columns)
    return "\n".join([lines[0], f"|{marks}|", *lines[1:]])


class Text:
    """Everything a page says, in one language and for one theme."""

    def __init__(self, page: str, lang: str, mode: str | None) -> None:
        self.page, self.lang, self.mode = page, lang, mode

    def __call__(self, key: str, **values: object) -> str:
        """The label `key` of this page, or else the one that all pages share."""
        book = labels(self.lang)
        own = book.get(self.page, {})
        return fill(own[key] if key in own else book["common"][key], values)

    def section(self, key: str, **values: object) -> str:
        """A section of the page's prose as Markdown."""
        prose = _TERM.sub(r"[\2](#term-\1)", sections(self.lang, self.page)[key])
        return paint(together(fill(prose, values)), self.mode)

    def count(self, name: str) -> int:
        """How many sections of the page's prose are called `<name>-1`, `<name>-2` and so on."""
        return sum(re.fullmatch(rf"{name}-\d+", key) is not None for key in sections(self.lang, self.page))

    def all(self, prefix: str) -> dict[str, str]:
        """The labels that begin with `prefix`, without it: what a browser component needs to speak."""
        book = labels(self.lang)
        own = book["common"] | book[self.page]
        return {key.removeprefix(prefix): value for key, value in own.items() if key.startswith(prefix)}

    def transport(self) -> dict[str, str]:
        """What the buttons of transport.js are called."""
        return {name: self(name) for name in ("play", "pause", "back", "step", "reset")}

    def problem(self, error: Problem) -> str:
        """The sentence of a problem in the reader's language, as Markdown; its own where nobody translated it."""
        template = labels(self.lang)["problem"].get(error.code)
        values = {name: quoted(value) for name, value in error.values.items()}
        return template.format(**values) if template else str(quoted(str(error)))
