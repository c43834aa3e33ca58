"""What the sentences of the first page claim."""

from __future__ import annotations

import json
import re

import pytest

from genmodels.evaluation.measured_samplers import SAMPLERS
from lessons.home.leaves import BRANCHES, LEAVES, entrant
from lessons.home.scene import DIGITS, ETA, GUIDANCE, LAST, MODEL, STEPS, pixels_per_number
from tests.app import ROOT
from ui.course import COURSE, LESSONS
from ui.text import LANGUAGES, labels, sections

NUMBERS = {"en": {5: "five", 10: "ten"}, "zh": {5: "五", 10: "十"}}
TRAINING_PICTURES, PIXELS = 60_000, 28 * 28
CARD = json.loads((ROOT / "checkpoints" / "shipped" / MODEL / "card.json").read_text(encoding="utf-8"))
WORDS_A_MINUTE = 200
A_STEP, A_PREDICTION, A_CHALLENGE = 1, 2, 3  # minutes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_five_families_and_each_is_described(lang: str) -> None:
    own, book = labels(lang)["home"], sections(lang, "home")
    assert NUMBERS[lang][len(LEAVES)] in own["families"].lower()
    told = re.sub(r"\[\[[^|]*\|", "", book["families"]).lower()
    for name in LEAVES:
        for family in re.split(r" and | 与 ", own[f"{name}-family"]):
            assert family.lower() in told, "no leaf of the tree without a sentence"


def test_what_the_tree_says_is_what_the_course_says() -> None:
    """The table of the families in the course's specification, as the leaves tell it."""
    own = labels("en")["home"]
    known = {"pixel": "exact", "vae": "bound", "vqvae": "bound", "diffusion": "bound", "gan": "no likelihood"}
    assert {*known} == {*LEAVES}
    for family, word in known.items():
        assert word in own[f"{family}-line"]
    exact = [
        family for below in BRANCHES.values() for name, last in below.items() if name == "tractable" for family in last
    ]
    assert exact == [family for family, word in known.items() if word == "exact"]


def test_every_leaf_has_learned_from_the_same_digits() -> None:
    for family in LEAVES:
        card = json.loads((ROOT / "checkpoints" / "shipped" / entrant(family).model / "card.json").read_text("utf-8"))
        assert card["recipe"]["data"].startswith("mnist")
    assert all("MNIST" in sections(lang, "home")["caption"] for lang in LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_as_many_digits_and_steps_as_the_words_say(lang: str) -> None:
    own, book = labels(lang)["home"], sections(lang, "home")
    for told in (own["view-model-note"], book["caption-emerging"], book["emerging"], book["look"]):
        assert NUMBERS[lang][DIGITS] in told
    assert re.findall(r"\d+", book["look"]) == [str(STEPS)]


def test_the_one_being_drawn_is_the_last_leaf_but_one() -> None:
    assert list(LEAVES)[-2] == "diffusion" and entrant("diffusion").model == MODEL


def test_the_model_has_one_number_for_every_so_many_pixels() -> None:
    """It was trained on all training pictures, with none held out."""
    assert CARD["recipe"]["holdout"] == 0
    numbers, pixels = CARD["parameters"], TRAINING_PICTURES * PIXELS
    assert numbers * pixels_per_number() <= pixels < numbers * (pixels_per_number() + 1)


def test_the_sampler_is_the_measured_one_and_begins_at_the_models_last_step() -> None:
    assert SAMPLERS["guided"] == {"steps": STEPS, "eta": ETA, "guidance": GUIDANCE}
    assert CARD["recipe"]["num_steps"] == LAST


@pytest.mark.parametrize("page", LESSONS)
def test_a_lesson_takes_as_long_as_its_words_steps_and_challenges(page: str) -> None:
    """To within one notch, so that a word more or less is no reason to change it."""
    book, own = sections("en", page), labels("en")[page]
    words = sum(len(text.split()) for text in book.values())
    steps = sum(re.fullmatch(r"step-\d+", key) is not None for key in book)
    challenges = sum(key.startswith("challenge-") for key in own)
    estimate = words / WORDS_A_MINUTE + A_STEP * steps + A_PREDICTION * ("predict" in book) + A_CHALLENGE * challenges
    minutes = COURSE[page].minutes
    assert minutes % 5 == 0 and abs(minutes - estimate) < 5, f"{estimate:.1f}"


def test_a_gan_learns_from_its_discriminator_and_not_from_the_judge_of_the_measures() -> None:
    for lang, (right, wrong) in {"en": ("discriminator", "judge"), "zh": ("判别器", "判读器")}.items():
        told = sections(lang, "home")["families"]
        assert right in told and wrong not in told
