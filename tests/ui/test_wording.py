"""Every setting that a training can have is told in words, in every language."""

from __future__ import annotations

from dataclasses import fields

import pytest

from genmodels.training.recipes import RECIPES, as_settings, make
from genmodels.training.recipes.base import Recipe
from ui import wording
from ui.text import LANGUAGES, Text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", RECIPES)
def test_every_setting_and_every_value_of_it_has_a_word(kind: type[Recipe], lang: str) -> None:
    text = Text("home", lang, None)
    for one in fields(kind):
        if one.name == "name":
            continue
        assert text(wording.setting_name(one.name))
        for option in one.metadata.get("options", ()):
            assert wording.setting_value(option, text)
    for name, value in wording.settings(as_settings(make(kind.names[0]))).items():
        assert name == "name" or wording.setting_value(value, text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_above_a_control_a_name_begins_with_a_capital_and_beta_stays_beta(lang: str) -> None:
    text = Text("home", lang, None)
    told = {one: wording.heading(one, text) for one in ("epochs", "learning_rate", "beta", "relu_after_encoder")}
    assert told["beta"] == "β"
    if lang == "en":
        assert [told["epochs"], told["learning_rate"]] == ["Epochs", "Learning rate"]
        assert told["relu_after_encoder"] == "ReLU after the encoder"
    else:
        assert told["epochs"] == text("setting-epochs")


def test_an_estimate_is_told_as_coarsely_as_it_is_known() -> None:
    text = Text("home", "en", None)
    told = {4: "4 s", 9.7: "10 s", 24: "20 s", 84: "1 min 20 s", 88: "1 min 30 s", 91: "1 min 30 s", 123: "2 min"}
    told |= {141: "2 min 30 s", 234: "4 min", 317: "5 min", 1000: "17 min", 3590: "1 h", 4100: "1 h 10 min"}
    assert {seconds: wording.about(seconds, text) for seconds in told} == told
    assert wording.duration(91, text) == "1 min 31 s", "what was measured stays exact"


def test_points_that_somebody_drew_have_no_words() -> None:
    recipe = make("ddpm-points", data="drawn", drawn="00" * 100)
    assert "drawn" in as_settings(recipe) and "drawn" not in wording.settings(as_settings(recipe))
    assert "00" not in wording.in_words(recipe, Text("home", "en", None))
