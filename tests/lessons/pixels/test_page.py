"""The page on pixels without a browser: its sums are the model's, its snippets print what it shows, and nonsense."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from genmodels import load
from genmodels.data import mnist, tokens
from genmodels.evaluation.pixel_trace import Trace, draw, read
from genmodels.models.pixels import PixelModel
from lessons.pixels.models import INGREDIENTS, network
from lessons.pixels.scene import Wish
from tests.app import (
    challenges_done,
    follow,
    in_url,
    notices,
    numbers,
    open_page,
    run_snippet,
    settled,
    shown,
    step,
    words,
)
from tests.runs import train_small
from ui.text import labels

OWN = labels("en")["pixels"]
DIGIT = tokens.to_token(mnist.load("test").images[9, 0].numpy())


def opened(lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("pixels", lang=lang, **query))
    assert not app.exception
    return app


def model() -> PixelModel:
    network = load("pixelcnn-mnist", device="cpu")
    assert isinstance(network, PixelModel)
    return network


def drawn(seed: int = 0, **options: object) -> Trace:
    """The same trace as the page's, drawn here."""
    *_, last = draw(model(), seed, **options)  # type: ignore[arg-type]
    assert isinstance(last, Trace)
    return last


def digit_of(number: int, seed: int = 0) -> torch.Tensor:
    """A digit of the test set in black and white, as the page makes it, (1, 1, 28, 28)."""
    return model().quantised(mnist.load("test").pixels(slice(number, number + 1)), torch.Generator().manual_seed(seed))


def test_the_sections_stand_in_their_order() -> None:
    app, common = opened(further="open"), labels("en")["common"]
    names = ("sees", "complete", "train", "ingredients", "clocks", "recurrent")
    expected = [common["look"], common["steps"], common["challenges"], *(OWN[name] for name in names), common["code"]]
    assert [header.value for header in app.header] == expected


def test_the_steps_are_sums_of_the_models_numbers() -> None:
    app, trace = opened(pixel="441"), drawn()
    here = divmod(441, 28)
    p, level = trace.probabilities[here], round(float(trace.x[here]))
    assert "i=442}" in step(app, 1) and "the 441 pixels before" in step(app, 1)
    logit, ink = numbers(step(app, 2).partition("$$\n\n$$")[2])
    assert ink == pytest.approx(float(p[1]), abs=5e-5)
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(ink, abs=2e-3)
    low, chance, high = numbers(step(app, 3).partition("$$")[2])
    assert low <= chance < high and high - low == pytest.approx(float(p[level]), abs=2e-4)
    assert f"**{('paper', 'ink')[level]}**" in step(app, 3)
    told = step(app, 4)
    probability, bits, *_ = numbers(told.partition(r"\,")[2])
    assert probability == pytest.approx(float(p[level]), abs=5e-5)
    assert bits == pytest.approx(float(trace.bits[here]), abs=6e-4)
    total, nats = f"{trace.total:.1f}", f"{trace.total * math.log(2):.1f}"
    assert f"{total}\\text" in told and nats in told


def test_a_given_pixel_is_not_drawn() -> None:
    app = opened(start="read", digit="4", pixel="400")
    trace = read(model(), digit_of(4))
    here = divmod(400, 28)
    level = round(float(trace.x[here]))
    assert "is given" in step(app, 3)
    assert numbers(step(app, 3))[-1] == pytest.approx(float(trace.probabilities[(*here, level)]), abs=5e-5)


STATES = [
    {"label": "3", "temperature": "0.7", "chance": "5"},
    {"forced": "406-1.437-0"},
    {"start": "read", "digit": "12", "shown": "turned", "label": "9"},
    {"start": "read", "shown": "noise", "chance": "2"},
    {"start": "read", "x": DIGIT},
    {"start": "complete", "digit": "4", "erased": "upper", "rows": "12", "temperature": "1.5"},
    {"start": "complete", "x": DIGIT, "rows": "9", "forced": "700-1"},
]


def test_the_snippet_prints_the_number_on_screen() -> None:
    app = opened()
    for state in STATES:
        settled(follow(app, **state))
        assert not app.exception
        assert run_snippet(app) == shown(app), state


def test_an_overwritten_pixel_stays_and_what_comes_before_it_too() -> None:
    before = drawn()
    level = 1 - round(float(before.x[14, 14]))
    wish = Wish("pixelcnn-mnist", None, 0, forced=f"{14 * 28 + 14}-{level}")
    *_, after = draw(model(), 0, **wish.options(network("pixelcnn-mnist")))
    assert isinstance(after, Trace)
    assert (before.x.ravel()[: 14 * 28 + 14] == after.x.ravel()[: 14 * 28 + 14]).all()
    assert after.x[14, 14] == level and not after.drawn[14, 14]


def test_pressing_overwrites_the_pixel_that_comes_next_and_takes_it_back() -> None:
    app = opened(pixel="441")
    level = round(float(drawn().x[divmod(441, 28)]))
    settled(app.button("pixels-overwrite").click().run())
    assert in_url(app, "forced") == f"441-{1 - level}"
    settled(app.button("pixels-as-drawn").click().run())
    assert in_url(app, "forced") is None


def test_every_challenge_can_be_solved() -> None:
    sure = int(drawn().probabilities[..., 0].argmax())  # where ink is least likely
    assert challenges_done(opened(forced=f"{sure}-1"))[0]
    assert not challenges_done(opened(forced="434-0"))[0] and not challenges_done(opened(forced="434-1"))[0]
    noisy = np.kron(np.random.default_rng(0).integers(0, 2, (14, 14)), np.ones((2, 2))).astype(np.uint8) * 255
    assert challenges_done(opened(start="read", x=tokens.to_token(noisy)))[1]
    trace = read(model(), digit_of(4))
    assert trace.labels is not None
    final = int(trace.labels[-1].argmax())
    first = int(np.flatnonzero(trace.labels[:, final] <= 0.99)[-1]) + 1
    assert challenges_done(opened(start="read", digit="4", pixel=str(first)))[2]
    assert not challenges_done(opened(start="read", digit="4", pixel=str(first - 1)))[2]


@pytest.mark.parametrize(("erased", "seen"), [("lower", "exact draw"), ("upper", "strokes do not meet")])
def test_six_completions(erased: str, seen: str) -> None:
    app = opened(start="complete", digit="4", erased=erased)
    assert seen in words(app)
    app = settled(app.button("pixels-complete-do").click().run())
    assert not app.exception
    assert (OWN["complete-weighed"] in words(app)) == (erased == "upper")


def test_the_way_to_complete_is_offered_where_nothing_is_given() -> None:
    app = opened()
    app = settled(app.button("complete-upper").click().run())
    assert (in_url(app, "start"), in_url(app, "erased")) == ("complete", "upper")


def test_ingredients_beside_each_other_with_their_nats() -> None:
    app = opened(further="open")
    app = settled(app.button("pixels-ingredients-do").click().run())
    assert not app.exception
    for name in INGREDIENTS:
        assert f"**{OWN[f'ingredient-{name}']}**" in words(app)
    assert words(app).count("ms per picture") == len(INGREDIENTS)


def test_two_clocks_on_the_same_digit() -> None:
    app = opened(further="open")
    app = settled(app.button("pixels-clocks-do").click().run())
    assert not app.exception and "Pixels that differ: 0" in words(app)


def test_both_families_beside_each_other() -> None:
    app = opened(further="open", model="pixelrnn-mnist")
    app = settled(app.button("pixels-recurrent-do").click().run())
    assert not app.exception and words(app).count("ms per picture") == 2


@pytest.fixture(scope="module")
def home(home_of_this_module: Path) -> Path:
    """Where own runs lie."""
    return home_of_this_module


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("pixelcnn-mnist", {"levels": 4, "num_classes": 0}),
        ("pixelcnn-mnist", {"stack": "plain", "dilated": False, "num_classes": 10}),
        ("pixelrnn-mnist", {"num_classes": 10}),
    ],
)
def test_an_own_model_is_shown(home: Path, name: str, settings: dict[str, Any]) -> None:
    key = train_small(home, name, epochs=1, **settings)
    app = opened(model=key, pixel="300")
    assert any(box.key == "pixels-label" for box in app.selectbox) == bool(settings["num_classes"])
    assert key[:8] in words(app)
    settled(follow(app, model=key, start="read", digit="3"))
    assert not app.exception and run_snippet(app) == shown(app)


@pytest.mark.parametrize(
    "query",
    [
        {"forced": "900-1"},
        {"forced": "4-7"},
        {"forced": "nonsense"},
        {"temperature": "0"},
        {"temperature": "-1"},
        {"pixel": "785"},
        {"rows": "28"},
        {"label": "10"},
        {"x": "abc"},
        {"model": "0" * 32},
    ],
)
def test_what_cannot_be_is_answered_by_a_sentence(query: dict[str, str]) -> None:
    app = opened(**query)
    assert notices(app)
