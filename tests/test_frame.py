"""The frame without a browser: pages, languages, settings, look."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from tests.app import in_url, open_page, words
from ui import style, theme
from ui.text import LANGUAGES, labels, preferred

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
STATIC = ROOT / "frame" / "static"


def test_an_unknown_language_gets_a_sentence_that_names_it() -> None:
    app = open_page("home", lang="xx`<b>")
    assert not app.exception
    assert labels("en")["frame"]["unknown-language"].split("<<")[0] in words(app)
    assert "xxb" in words(app)
    assert "<b>" not in words(app)


def test_the_switch_changes_the_language_and_the_url() -> None:
    app = open_page("home", lang="en")
    app.get_by_key("language-switch").set_value("zh").run()
    assert app.title[0].value == labels("zh")["home"]["title"]
    assert in_url(app, "lang") == "zh"


@pytest.mark.parametrize(("locale", "lang"), [("zh-TW", "zh"), ("zh", "zh"), ("de-CH", "en"), (None, "en"), ("", "en")])
def test_the_first_guess(locale: str | None, lang: str) -> None:
    assert preferred(locale) == lang


def failing() -> None:
    from frame import server
    from genmodels.errors import Problem

    server.on_script_error(ZeroDivisionError("secret detail"))
    server.on_script_error(
        Problem("unknown-data", "There is no data set {name!r}; known: {known}.", name="x", known="y")
    )


def test_an_error_is_a_kind_sentence_without_its_details() -> None:
    app = AppTest.from_function(failing)
    app.query_params["lang"] = "zh"
    app.run()
    assert labels("zh")["frame"]["failed"].split("**")[1] in words(app)
    assert "secret detail" not in words(app)
    assert labels("zh")["problem"]["unknown-data"].format(name="x", known="y") in words(app)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("runner.postScriptGC", False),
        ("runner.fastReruns", False),
        ("browser.gatherUsageStats", False),
        ("server.address", "127.0.0.1"),
        ("server.maxUploadSize", 10),
        ("server.headless", True),
        ("client.toolbarMode", "viewer"),
        ("client.showErrorDetails", "none"),
    ],
)
def test_settings_that_matter(option: str, value: object) -> None:
    section, name = option.split(".")
    assert SETTINGS[section][name] == value


def test_every_setting_is_known_to_this_streamlit() -> None:
    known = config.get_config_options()

    def names(prefix: str, table: dict[str, object]) -> list[str]:
        deeper = {name: value for name, value in table.items() if isinstance(value, dict)}
        flat = [f"{prefix}{name}" for name in table.keys() - deeper.keys()]
        return flat + [one for name, value in deeper.items() for one in names(f"{prefix}{name}.", value)]

    assert set(names("", SETTINGS)) <= set(known)


@pytest.mark.parametrize(("mode", "tokens"), [("light", theme.LIGHT), ("dark", theme.DARK)])
def test_settings_and_tokens_name_the_same_colours(mode: str, tokens: dict[str, str]) -> None:
    settings = SETTINGS["theme"][mode]
    pairs = {
        "backgroundColor": "bg",
        "secondaryBackgroundColor": "surface",
        "textColor": "ink",
        "borderColor": "border",
        "codeBackgroundColor": "sunken",
        "blueTextColor": "data",
        "orangeTextColor": "model",
        "greenTextColor": "q",
        "violetTextColor": "error",
        "grayTextColor": "muted",
    }
    assert {name: settings[name] for name in pairs} == {name: tokens[token] for name, token in pairs.items()}


def test_fonts_lie_here_and_none_lies_here_in_vain() -> None:
    named = {Path(face["url"]).name for face in SETTINGS["theme"]["fontFaces"]}
    assert named == {path.name for path in STATIC.glob("*.woff2")}


def test_the_stylesheet_survives_streamlit() -> None:
    """Streamlit drops a style element with anything like a tag in it, even in a comment."""
    for lang in LANGUAGES:
        sheet = style.stylesheet(lang, labels(lang)["frame"]["brand"])
        assert not re.search(r"<", sheet)
        assert sheet.count("{") == sheet.count("}")
        assert set(re.findall(r"var\(--gm-([\w-]+)\)", sheet)) <= {*theme.LIGHT, "brand", "leading"}
