"""Both languages say the same: files, sections, formulas, labels, placeholders, and a sentence for every problem."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from ui.course import PAGES, SECTIONS
from ui.text import LANGUAGES, LESSONS, WORDS, labels, sections

ROOT = LESSONS.parent
CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PROSE = sorted(path.parent.name for path in LESSONS.glob("*/en.md"))


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"<<(\w+)>>", text))


def formulas(text: str) -> list[str]:
    found = re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, flags=re.S)
    return [re.sub(r"\\text\{[^}]*\}|\s", "", display or inline) for display, inline in found]  # words differ


def flat(book: dict[str, Any]) -> dict[str, str]:
    return {f"{section}.{key}": text for section, entries in book.items() for key, text in entries.items()}


@cache
def problems() -> dict[str, tuple[str, Path]]:
    """Code -> sentence and file of every Problem that is made anywhere."""
    found = {}
    for folder in ("genmodels", "ui", "lessons", "pages", "frame"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and _makes_a_problem(node):
                    code, sentence = literal(node.args[0], tree), literal(node.args[1], tree)
                    assert code and sentence, f"{path}:{node.lineno}: code and sentence must be literals"
                    found[code] = (sentence, path)
    return found


def _makes_a_problem(call: ast.Call) -> bool:
    """Problem(...) itself, or the same from within a kind of problem."""
    if isinstance(call.func, ast.Name):
        return call.func.id == "Problem"
    inherited = getattr(call.func, "attr", None) == "__init__" and ast.unparse(call.func) == "super().__init__"
    return inherited and len(call.args) == 2 and bool(call.keywords)


def literal(node: ast.expr, tree: ast.Module) -> str | None:
    """The text that an expression is, or that was given to its name last before it."""
    if isinstance(node, ast.Name):
        given = [
            (one.lineno, one.value)
            for one in ast.walk(tree)
            if isinstance(one, ast.Assign) and _is(one.targets[0], node.id) and one.lineno < node.lineno
        ]
        node = max(given, key=lambda pair: pair[0])[1] if given else node
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_the_same_files() -> None:
    """Whatever languages lie there: a third one is as many more files."""
    expected = {*LANGUAGES, *(f"glossary.{lang}" for lang in LANGUAGES)}
    assert {path.stem for path in WORDS.glob("*.toml")} == expected
    for page in PAGES:
        for kind in ("md", "toml"):
            assert {path.stem for path in (LESSONS / page).glob(f"*.{kind}")} == set(LANGUAGES), f"{page}: {kind}"


@pytest.mark.parametrize("page", PROSE)
def test_the_same_sections_formulas_and_placeholders(page: str) -> None:
    ours, theirs = sections("en", page), sections("zh", page)
    assert list(ours) == list(theirs)
    for key in ours:
        assert ours[key], f"{page}/{key} is empty"
        assert theirs[key], f"{page}/{key} is empty in 中文"
        assert formulas(ours[key]) == formulas(theirs[key]), f"{page}/{key}"
        assert placeholders(ours[key]) == placeholders(theirs[key]), f"{page}/{key}"


def test_the_same_labels_and_placeholders() -> None:
    ours, theirs = flat(labels("en")), flat(labels("zh"))
    assert list(ours) == list(theirs)
    for key in ours:
        assert ours[key].strip(), key
        assert theirs[key].strip(), key
        assert placeholders(ours[key]) == placeholders(theirs[key]), key


@pytest.mark.parametrize("code", sorted(problems()))
def test_every_problem_is_told_in_both_languages(code: str) -> None:
    sentence, path = problems()[code]
    for lang in LANGUAGES:
        book = labels(lang)["problem"]
        assert code in book, (
            f"{path.relative_to(ROOT)} raises {code!r}; [problem] in ui/words/{lang}.toml does not know it"
        )
        assert fields(book[code]) == fields(sentence), f"{lang}: {code}"


def test_no_sentence_for_a_problem_that_is_gone() -> None:
    assert set(labels("en")["problem"]) <= set(problems())


def test_every_page_and_section_of_the_menu_has_a_title() -> None:
    for lang in LANGUAGES:
        book = labels(lang)
        assert all(book[page]["title"] for page in PAGES)
        assert all(book["frame"][f"section-{section}"] for section in SECTIONS if section)


def test_english_is_english_and_chinese_chinese() -> None:
    for path in [*WORDS.glob("en.*"), *WORDS.glob("glossary.en.*"), *LESSONS.glob("*/en.*")]:
        english = path.read_text(encoding="utf-8")
        assert not CJK.findall(english.replace("中文", "")), f"Chinese signs in {path.relative_to(ROOT)}"
    for key, text in flat(labels("zh")).items():
        bare = re.sub(r"<<\w+>>|\{\w+\}|`[^`]*`|\$[^$]*\$", "", text)
        assert CJK.search(text) or not re.search(r"[A-Za-z]+ [a-z]+", bare), f"zh {key} is left in English: {text}"


def chinese_texts() -> dict[str, str]:
    prose = {f"{page}/{key}": text for page in PROSE for key, text in sections("zh", page).items()}
    return prose | flat(labels("zh"))


@pytest.mark.parametrize(("key", "text"), chinese_texts().items(), ids=chinese_texts())
def test_chinese_typography(key: str, text: str) -> None:
    """Full-width punctuation beside Chinese, no italics, and bold that Markdown recognises as bold."""
    bare = re.sub(r"\$\$.+?\$\$|\$[^$]+\$|`[^`]*`", "x", text, flags=re.S)
    assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.(\s|$)|[,;:!?][\u4e00-\u9fff]", bare)
    assert not re.search(r"(?<!\*)\*(?![*\s])[^*\n]*[\u4e00-\u9fff][^*\n]*\*(?!\*)", bare)
    for paragraph in bare.split("\n\n"):
        pieces = paragraph.split("**")
        for bold, after in zip(pieces[1::2], pieces[2::2], strict=True):
            # CommonMark closes no bold between a full stop and a letter: write **这样**。 and not **这样。**
            stays_open = re.search(r"[，。；：！？、）」』”’]$", bold) and re.match(r"\w", after)
            assert not stays_open, f"**{bold}** shows its stars"


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_pages_hold_no_prose(path: Path) -> None:
    """All that is read stands in files of words: no Chinese and no sentence in the code of a page."""
    source = path.read_text(encoding="utf-8")
    assert not CJK.search(source)
    tree = ast.parse(source)
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            words = re.sub(r"<[^>]*>|:[\w-]+\[|[\[\]{}]", " ", node.value)
            assert not re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", words), f"line {node.lineno}: {node.value!r}"
