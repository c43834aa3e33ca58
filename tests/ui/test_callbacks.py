"""How pages hear of presses and choices: by callbacks, which no further message can break off."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app import in_url, notices, open_page, problem
from tools.browser import ROOT
from ui.text import LANGUAGES, labels

PRESSED = {"button", "form_submit_button", "download_button"}
SOURCES = sorted(path for layer in ("frame", "pages", "lessons", "ui") for path in (ROOT / layer).rglob("*.py"))


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    """Calls of these functions of Streamlit."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"st.{name}" for name in names}:
            yield node


def callbacks(tree: ast.AST) -> Iterator[ast.AST]:
    """Functions and lambdas of a module that are given as `on_...`, as far as they stand in it."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for keyword in (node for node in ast.walk(tree) if isinstance(node, ast.keyword)):
        if keyword.arg and keyword.arg.startswith("on_"):
            for node in ast.walk(keyword.value):
                name = getattr(node, "id", getattr(node, "attr", None))
                yield from [node] if isinstance(node, ast.Lambda) else [functions[name]] if name in functions else []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_press_is_answered_by_a_callback(path: Path) -> None:
    """`if st.button(...)` is true in one run only; when that is broken off before it gets there, the press is lost."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    ignored = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for call in calls(tree, PRESSED):
        assert id(call) in ignored, f"line {call.lineno} waits for what the button returns"
        assert any(keyword.arg == "on_click" for keyword in call.keywords), f"line {call.lineno} has no on_click"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_callbacks_read_what_they_hear(path: Path) -> None:
    """Any other look at the session's state ends a callback when the next message has come."""
    for callback in callbacks(ast.parse(path.read_text(encoding="utf-8"))):
        for node in ast.walk(callback):
            if isinstance(node, ast.Attribute) and node.attr == "session_state":
                writes = [one for one in ast.walk(callback) if isinstance(one, ast.Subscript) and one.value is node]
                stored = all(isinstance(one.ctx, ast.Store) for one in writes)
                assert writes and stored, f"line {node.lineno} reads the session's state"


def test_a_widget_shows_what_the_state_says_and_the_state_what_is_chosen() -> None:
    app = open_page("noising", digit="5", other="cosine", steps="40")
    assert [app.number_input(key=f"noising-{name}").value for name in ("digit", "steps")] == [5, 40]
    assert app.selectbox(key="noising-other").value == "cosine"
    app.number_input(key="noising-steps").set_value(60).run()
    app.selectbox(key="noising-other").set_value("linear").run()
    assert [app.query_params[name] for name in ("digit", "steps", "other")] == ["5", "60", "linear"]


def test_a_widget_follows_what_a_button_does() -> None:
    app = open_page("information", p="0.5,0.5", unit="nats")
    assert app.number_input(key="outcomes").value == 2 and app.segmented_control(key="unit").value == "nats"
    app.button(key="setting-die").click().run()
    assert app.number_input(key="outcomes").value == 6
    app.number_input(key="outcomes").set_value(3).run()
    assert app.query_params["p"].count(",") == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_beyond_its_limits_becomes_the_nearest_and_a_sentence_says_so(lang: str) -> None:
    app = open_page("noising", lang=lang)
    label = labels(lang)["noising"]["slider-steps"]
    for typed, near in ((0, 2), (5000, 1000)):
        app.number_input(key="noising-steps").set_value(typed).run()
        assert app.number_input(key="noising-steps").value == near and in_url(app, "steps") == str(near)
        assert notices(app) == [problem(lang, "beyond", what=label, low=2, high=1000, value=typed, near=near)]
    app.number_input(key="noising-steps").set_value(300).run()
    assert not notices(app)
