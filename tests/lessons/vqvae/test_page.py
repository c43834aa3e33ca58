"""The page on the VQ-VAE without a browser: its sums are the model's, its snippets print what it shows."""

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
from genmodels.evaluation import grids, judge
from genmodels.evaluation.codes import cross_entropy
from genmodels.evaluation.pixel_trace import Trace, draw
from genmodels.models.vqvae import VQVAE
from tests.app import challenges_done, component, in_url, notices, open_page, run_snippet, settled, shown, step
from tests.runs import train_small
from ui.text import LANGUAGES, labels

OWN = labels("en")["vqvae"]
DIGIT = tokens.to_token(mnist.load("test").images[9, 0].numpy())


def opened(lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("vqvae", lang=lang, **query))
    assert not app.exception
    return app


def model() -> VQVAE:
    network = load("vqvae-mnist", device="cpu")
    assert isinstance(network, VQVAE)
    return network


def codes_of(number: int, painted: dict[int, int] = {}, killed: tuple[int, ...] = ()) -> torch.Tensor:  # noqa: B006
    z = model().vectors(mnist.load("test").pixels(slice(number, number + 1)))[0]
    return grids.living(model(), z, painted, killed)


def drawn(seed: int, **options: Any) -> Trace:
    *_, last = draw(model().prior, seed, **options)
    assert isinstance(last, Trace)
    return last


def test_the_steps_are_what_the_model_says() -> None:
    app, codes = opened(digit="7", cell="23"), codes_of(7)
    x = mnist.load("test").pixels(slice(7, 8))
    distances = model().distances(model().vectors(x))[0].view(49, -1)[23].sqrt()
    least = distances.sort()
    assert f"rVert={int(codes.flatten()[23])}$$" in step(app, 2) and f"{float(least.values[0]):.2f}" in step(app, 2)
    assert f"code {int(least.indices[1])}, at {float(least.values[1]):.2f}" in step(app, 2)
    nats = cross_entropy(model().decode_codes(codes[None]), x)
    assert f"{nats:.1f}" in step(app, 3) and f"{cross_entropy(x, x):.1f}" in step(app, 3)
    bits = -float(model().log_prob(codes[None])) / math.log(2)
    assert f"={bits:.1f}" in step(app, 4) and "=294.0" in step(app, 4)


def test_what_is_painted_and_killed_is_what_the_numbers_are_about() -> None:
    app = opened(digit="4", painted="0-8.1-8", killed="6.61", cell="0")
    codes = codes_of(4, {0: 8, 1: 8}, (6, 61))
    assert "stands code 8" in step(app, 2) and not {6, 61} & set(codes.flatten().tolist())
    nats = cross_entropy(model().decode_codes(codes[None]), mnist.load("test").pixels(slice(4, 5)))
    assert f"{nats:.1f}" in step(app, 3)
    assert (
        component(app, "grid")["values"] | {"painted": "0-8.1-8", "killed": "6.61"} == component(app, "grid")["values"]
    )


def test_a_drawn_grid_is_the_priors() -> None:
    app, trace = (
        opened(start="draw", label="3", temperature="0.8", chance="5", done="20"),
        drawn(5, label=3, temperature=0.8),
    )
    code = int(model().prior.codes_of(torch.from_numpy(trace.x)[None, None]).flatten()[19])
    assert f"s_i={code}" in step(app, 2) and f"{trace.probabilities[2, 5, code]:.3f}" in step(app, 2)
    assert f"{trace.probabilities_drawn[2, 5, code]:.3f}" in step(app, 2)
    assert f"={trace.total:.1f}" in step(app, 4)
    sent = component(app, "grid")
    assert len(sent["shares"]) and sent["values"]["done"] == 20


def test_painted_codes_stay_and_the_prior_draws_the_rest() -> None:
    app = opened(start="draw", painted="0-8.48-8", done="1")
    assert "You have painted code 8" in step(app, 2)
    assert run_snippet(app) == shown(app) != ""


@pytest.mark.parametrize(
    "query",
    [
        {"digit": "12"},
        {"x": DIGIT},
        {"digit": "4", "painted": "3-8.4-9", "killed": "5.6"},
        {"start": "draw"},
        {"start": "draw", "label": "7", "temperature": "0.5", "chance": "11"},
        {"start": "draw", "painted": ".".join(f"{place}-{place}" for place in range(49))},
    ],
)
def test_the_snippet_prints_what_the_page_shows(query: dict[str, str]) -> None:
    app = opened(**query)
    assert run_snippet(app) == shown(app) != ""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "query",
    [
        {"painted": "3-64"},
        {"painted": "3--1"},
        {"painted": "49-1"},
        {"painted": "x"},
        {"painted": "3"},
        {"killed": "64"},
        {"killed": "²"},
        {"killed": ".".join(map(str, range(64)))},
        {"brush": "64"},
        {"cell": "49"},
        {"x": "abc"},
        {"start": "sleep"},
    ],
)
def test_a_link_that_cannot_be_is_told_and_the_page_stands(lang: str, query: dict[str, str]) -> None:
    app = opened(lang, **query)
    assert len(notices(app)) == 1 and component(app, "grid")["values"]["painted"] == ""


def test_a_code_that_there_is_not_is_named_with_what_there_is() -> None:

    assert "0 to 63" in notices(opened(painted="3-64"))[0]


def test_a_model_of_another_family_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    other = train_small(tmp_path, "gan-points", epochs=1)
    for key in (other, "0" * 32):
        assert any(key[:8] in notice for notice in notices(opened(model=key)))


def test_an_own_model_is_shown_with_its_own_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    small = {"epochs": 1, "prior_epochs": 1, "num_codes": 8, "width": 8, "prior_width": 16, "num_layers": 1}
    key = train_small(tmp_path, "vqvae-mnist", **small)
    app = opened(model=key, painted="3-7")
    assert "of 8 codes" in "".join(one.value for one in app.markdown) and not notices(app)
    assert notices(opened(model=key, painted="3-8"))
    assert run_snippet(app) == shown(app) != ""


def test_the_prediction_kills_the_code_that_occurs_most_often() -> None:
    app = opened(start="draw", painted="3-8")
    app.radio("vqvae-guess").set_value("b").run()
    app.button("vqvae-do").click().run()
    settled(app)
    shares = grids.atlas(model(), mnist.load("test").pixels(slice(0, 1000))).shares
    most = int(shares.argmax())
    assert in_url(app, "killed") == str(most) and in_url(app, "painted") is None
    assert most in codes_of(4).flatten().tolist()
    before, after = (model().decode_codes(one[None]) for one in (codes_of(4), codes_of(4, killed=(most,))))
    assert float((before - after).abs().mean()) < 0.01, "almost as before"


def test_what_the_answer_says_of_codes_that_are_killed() -> None:
    """Cross-entropies over 200 test digits: 49.8, with the most frequent code killed 49.9, with 32 of them 62.4."""
    network, x = model(), mnist.load("test").pixels(slice(0, 200))
    order = np.argsort(-grids.atlas(network, mnist.load("test").pixels(slice(0, 1000))).shares, kind="stable")
    z = network.vectors(x)

    def mean(killed: list[int]) -> float:
        codes = torch.stack([grids.living(network, one, {}, killed) for one in z])
        again = network.decode_codes(codes)
        return float(torch.nn.functional.binary_cross_entropy(again, x, reduction="sum")) / len(x)

    assert [round(mean(order[:n].tolist()), 1) for n in (0, 1, 32)] == [49.8, 49.9, 62.4]


def test_challenges_are_reached_by_what_they_ask_for() -> None:
    assert challenges_done(opened()) == [False, False, False]
    dear = {"painted": ".".join(f"{place}-{(7 * place + 5) % 64}" for place in range(49))}
    assert challenges_done(opened(**dear))[2]
    assert challenges_done(opened(digit="4", painted="10-8"))[0], "a 4 that is closed above is a 9"
    assert not challenges_done(opened(digit="4", painted="0-5"))[0]
    used = [str(code) for code in dict.fromkeys(codes_of(4).flatten().tolist())]
    assert challenges_done(opened(digit="4", killed=".".join(used[:10])))[1]
    assert not challenges_done(opened(digit="4", killed=".".join(used[:9])))[1]


def test_a_digit_outlives_its_codes() -> None:
    """The page says that the judge still reads a 4 with all of its 25 codes killed."""
    used = tuple(dict.fromkeys(codes_of(4).flatten().tolist()))
    assert len(used) == 25
    assert int(judge.classes(model().decode_codes(codes_of(4, killed=used)[None]))) == 4
