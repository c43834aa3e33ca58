"""What the page on pixels says in words, in both languages: computed with the shipped models, or as measured."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from genmodels.data import mnist
from genmodels.evaluation import pixel_maps
from genmodels.evaluation.completion import complete
from genmodels.evaluation.pixel_trace import Trace, draw, read
from genmodels.training import checkpoints
from lessons.pixels import models
from lessons.pixels.models import INGREDIENTS, NAMED, Network
from lessons.pixels.scene import Wish
from lessons.pixels.sections import upper_half
from tests.app import Recorded
from ui.text import LANGUAGES, sections

N = 100


def told(lang: str, key: str) -> str:
    return sections(lang, "pixels")[key]


@cache
def shipped() -> Network:
    return models.network(models.SHIPPED)


@cache
def digits() -> Tensor:
    """Test digits in black and white, (N, 1, 28, 28)."""
    return shipped().model.quantised(mnist.load("test").pixels(slice(0, N)), torch.Generator().manual_seed(0))


def costs(x: Tensor) -> NDArray[np.float64]:
    """-log2 p(x) of each, (N,)."""
    bits: NDArray[np.float64] = -shipped().model.log_prob(x).numpy() / math.log(2)
    return bits


@cache
def fields(name: str) -> NDArray[np.bool_]:
    """Receptive fields (28, 28, 28, 28): row and column of the pixel, then what it depends on."""
    return models.fields_of(name).reshape(28, 28, 28, 28)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_turned_digits_mostly_cost_more_and_noise_many_times_as_much(lang: str) -> None:
    assert ("mostly costs more" if lang == "en" else "多半比正着的同一个数字贵") in told(lang, "look")
    upright, turned = costs(digits()), costs(digits().flip(2, 3))
    assert (turned > upright).mean() > 0.7
    noise = torch.randint(2, (20, 1, 28, 28), generator=torch.Generator().manual_seed(0)).float()
    assert costs(noise).min() > 5 * upright.mean()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_most_pixels_are_almost_free(lang: str) -> None:
    assert ("Most pixels are almost free" if lang == "en" else "大多数像素几乎不花比特") in told(lang, "look")
    for number in range(5):
        assert (read(shipped().model, digits()[number : number + 1]).bits < 0.05).mean() > 0.6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_prediction_comes_true(lang: str) -> None:
    """The upper half of the 4: after what was drawn the lower half costs more than after what was there."""
    assert ("its bits are high" if lang == "en" else "那里的比特数很高") in told(lang, "predict-answer")
    state = Recorded()
    asked = upper_half(state)  # type: ignore[arg-type]
    assert (asked["digit"], asked["erased"], asked["rows"], asked["chance"]) == (4, "upper", 14, 1)
    grey = mnist.load("test").images[4, 0].numpy()
    assert int(mnist.load("test").labels[4]) == 4
    wish = Wish(models.SHIPPED, None, 1, digit=grey.tobytes(), erased="upper", rows=14)
    *_, drawn = draw(shipped().model, 1, **wish.options(shipped()))
    assert isinstance(drawn, Trace)
    there = read(shipped().model, wish.picture(shipped()))
    assert (drawn.x[14:] == there.x[14:]).all()
    assert drawn.bits[14:].sum() > 1.5 * there.bits[14:].sum()
    assert drawn.x[:14].sum() > 5, "it stays not empty"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_upper_halves_do_not_meet_and_few_drawings_are_worth_anything(lang: str) -> None:
    assert ("the fewer they are worth" if lang == "en" else "它们就越不值钱") in told(lang, "complete-worth")
    x, generator = digits()[4], torch.Generator().manual_seed(0)
    worth = []
    for rows in (2, 14):
        hole = torch.zeros(28, 28, dtype=torch.bool)
        hole[:rows] = True
        worth.append(complete(shipped().model, x, hole, 64, generator).effective)
    assert worth[0] > worth[1] and worth[1] < 16


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_each_network_sees(lang: str) -> None:
    """A wedge above to the right that no number of masked layers reaches; then 8 rows; then farther."""
    text = told(lang, "ingredients")
    assert ("see 8 rows up" if lang == "en" else "只看得到上面 8 行") in text
    plain, gated, dilated = (fields(name)[20, 14] for name in ("plain", "gated", "dilated"))
    assert not plain[19, 14 + 8 :].any() and gated[19, 14 + 8], "right above: the blind spot"
    for seen, rows in ((gated, 8), (dilated, 19)):
        assert np.flatnonzero(seen.any(1)).min() == 20 - rows
    before = np.arange(784).reshape(28, 28) < 20 * 28 + 14
    for seen in (plain, gated, dilated, fields(models.RECURRENT)[20, 14]):
        assert not (seen & ~before).any(), "nothing later"
    assert dilated.sum() > gated.sum() > plain.sum()
    first, last = (models.ingredient(name).checkpoint.card["parameters"] for name in ("gated", "dilated"))
    assert first == last, "with as many weights"


def test_the_row_lstm_sees_a_cone() -> None:
    seen = fields(models.RECURRENT)[20, 14]
    widths = seen[:20].sum(1)
    assert (np.diff(widths) <= 0).all() and widths[0] > widths[-1]


def test_each_ingredient_helps_and_has_seen_the_same_digits() -> None:
    networks = [models.ingredient(name) for name in INGREDIENTS]
    nats = [network.checkpoint.card["evaluated"]["nats"]["total"]["mean"] for network in networks]
    assert nats == sorted(nats, reverse=True)
    assert all(network.checkpoint.card["evaluated"]["images"] == 10_000 for network in networks)
    assert len({(network.checkpoint.recipe.epochs, network.checkpoint.recipe.holdout) for network in networks}) == 1
    assert len({network.checkpoint.recipe.num_layers for network in networks}) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_label_saves_at_most_ln_10(lang: str) -> None:
    assert rf"\ln 10={math.log(10):.2f}" in told(lang, "ingredients")
    x, labels = digits(), mnist.load("test").labels[:N]
    saved = shipped().model.log_prob(x, labels) - shipped().model.log_prob(x)
    assert float(saved.max()) <= math.log(10) + 1e-4


@pytest.mark.parametrize("name", [*NAMED, *INGREDIENTS])
def test_the_stored_fields_are_those_of_the_shipped_weights(name: str) -> None:
    network = models.ingredient(name) if name in INGREDIENTS else models.network(name)
    for row, column in ((0, 0), (13, 5), (27, 27)):
        assert (pixel_maps.receptive_field(network.model, row, column) == fields(name)[row, column]).all()


def test_both_families_are_on_one_scale_and_pixelcnn_is_the_better_one() -> None:
    cards = [checkpoints.get(name).card["evaluated"] for name in NAMED]
    assert all(card["images"] == 10_000 and card["seed"] == 0 for card in cards)
    cnn, rnn = (card["nats"]["total"]["mean"] for card in cards)
    assert cnn <= 79.5 and rnn <= 84, "the bars of this course"
