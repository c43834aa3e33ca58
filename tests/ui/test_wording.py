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


def test_points_that_somebody_drew_have_no_words() -> None:
    recipe = make("ddpm-points", data="drawn", drawn="00" * 100)
    assert "drawn" in as_settings(recipe) and "drawn" not in wording.settings(as_settings(recipe))
    assert "00" not in wording.in_words(recipe, Text("home", "en", None))
