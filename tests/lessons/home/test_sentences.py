"""What the sentences of the first page claim."""

from __future__ import annotations

import json
import re

import pytest

from lessons.home.scene import MODEL, SIDE
from lessons.home.sections import FAMILIES
from tests.app import ROOT
from ui.text import LANGUAGES, labels, sections

NUMBERS = {"en": {5: "five"}, "zh": {5: "五"}}
TRAINING_PICTURES, PIXELS = 60_000, 28 * 28


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_five_families_and_each_is_described(lang: str) -> None:
    own, book = labels(lang)["home"], sections(lang, "home")
    names = [name for group in FAMILIES.values() for name in group]
    said = NUMBERS[lang][len(names)]
    assert said in own["families"].lower() and said in book["foundations"].lower()
    told = re.sub(r"\[\[[^|]*\|", "", book["families"]).lower()
    for name in names:
        for family in re.split(r" and | 与 ", own[f"{name}-family"]):
            assert family.lower() in told, "no name in the table without a sentence"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_panels_hold_as_many_pictures_as_the_words_say(lang: str) -> None:
    own = labels(lang)["home"]
    assert all(str(SIDE**2) in own[key] for key in ("data-alt", "model-alt", "badge"))


def test_the_model_cannot_keep_the_pictures() -> None:
    """All its numbers together are fewer than the pixels of a hundredth of the pictures that it saw."""
    card = json.loads((ROOT / "checkpoints" / "shipped" / MODEL / "card.json").read_text(encoding="utf-8"))
    assert card["parameters"] < TRAINING_PICTURES * PIXELS / 100


def test_a_gan_learns_from_its_discriminator_and_not_from_the_judge_of_the_measures() -> None:
    for lang, (right, wrong) in {"en": ("discriminator", "judge"), "zh": ("判别器", "判读器")}.items():
        told = sections(lang, "home")["families"]
        assert right in told and wrong not in told
