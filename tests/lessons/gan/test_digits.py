"""The digits of the page on GANs without a browser: sums are the model's, verdicts D's; what is not known is said."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from genmodels import load
from genmodels.data import mnist, tokens
from genmodels.evaluation import drawn
from genmodels.evaluation.watched_digits import NUM_MEASURED, NUMBERS, REAL
from genmodels.models.gan import DigitGAN
from genmodels.training import checkpoints, recording
from lessons.gan import digits
from tests.app import (
    challenges_done,
    component,
    follow,
    in_url,
    notices,
    open_page,
    run_snippet,
    settled,
    shown,
    step,
    words,
)
from tests.runs import train_small
from ui.text import LANGUAGES, labels

OWN = labels("en")["gan"]


def opened(lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("gan", lang=lang, game="digits", **query))
    assert not app.exception
    return app


def model() -> DigitGAN:
    gan = load("gan-mnist", device="cpu")
    assert isinstance(gan, DigitGAN)
    return gan


def real(number: int) -> torch.Tensor:
    return mnist.load("test").images[number].float().view(1, 1, 28, 28) / 255


@torch.no_grad()
def made(noise: int) -> torch.Tensor:
    """The digits on the page, as whole grey values."""
    gan = model()
    z = gan.latent(digits.NUM_MADE, torch.device("cpu"), torch.Generator().manual_seed(noise))
    return (gan.generate(z) * 255).round() / 255


@torch.no_grad()
def logits(x: torch.Tensor) -> np.ndarray:
    return model().discriminate(x).numpy()


def test_the_steps_are_what_the_discriminator_says() -> None:
    app = opened(digit="7", a="5")
    on_real, on_made = float(logits(real(7))[0]), float(logits(made(0))[5])
    first = step(app, 1)
    assert f"{on_real:z.2f}" in first and f"{on_made:z.2f}" in first
    assert f"{1 / (1 + math.exp(on_made - on_real)):.3f}" in first
    assert f"\\sqrt{{64}}={8:.2f}" in step(app, 3)


def test_the_slope_is_near_the_exact_one() -> None:
    """A mean over 64 directions of a finite step: within a factor of two of the derivative's square."""
    gan, x = model(), real(4)
    seen = gan.seen(x).requires_grad_()
    (slope,) = torch.autograd.grad(gan.discriminator(seen).sum(), seen)
    told = step(opened(), 2).split("\\approx")[-1]
    estimate = float(told.split("\\\\")[0])
    assert 0.5 * float(slope.square().sum()) < estimate < 2 * float(slope.square().sum())


def test_the_card_tells_how_good_they_are() -> None:
    said, evaluated = step(opened(), 4), digits.network(digits.SHIPPED).checkpoint.card["evaluated"]
    assert f"{evaluated['digits']['frechet']:.1f}" in said and f"{evaluated['digits']['floor']:.1f}" in said
    assert f"{100 * min(evaluated['shares'].values()):.1f}" in said.replace("\u00a0", " ")
    assert "Beside the diffusion model" in words(opened())


def test_the_snippet_prints_the_number_on_screen() -> None:
    app = opened()
    assert run_snippet(app) == shown(app) != ""
    settled(follow(app, game="digits", noise="8", a="11"))
    assert run_snippet(app) == shown(app) != ""


def test_how_they_came_about_ends_with_the_model_itself() -> None:
    """The last frame shows the digits of the stage, from the same noise; each frame has its numbers."""
    record, growth = digits.recorded(digits.SHIPPED), component(opened(frame="3"), "growth")
    assert record is not None and growth["frames"] == len(record["numbers"]) <= digits.LAST + 1
    assert growth["begin"] == 3 and growth["level"] == pytest.approx(math.log(2))
    assert np.abs(record["made"][-1].astype(int) - (255 * made(0)[:, 0].numpy()).round()).max() <= 2, (
        "weights are halved"
    )
    assert record["shares"].sum(1) == pytest.approx(1.0)


def test_the_losses_begin_where_nothing_can_be_told_apart_and_the_distance_knows_better() -> None:
    """What the section claims; the shipped training ends further from that loss, with digits 50 times nearer."""
    record = digits.recorded(digits.SHIPPED)
    assert record is not None
    numbers = dict(zip(NUMBERS, record["numbers"].T, strict=True))
    away = np.abs(numbers["discriminator"] - math.log(2))
    assert away[0] < 0.01 < away[-1]
    assert numbers["frechet"][0] > 50 * numbers["frechet"][-1]


def test_what_real_digits_get_is_measured() -> None:
    assert drawn.real(NUM_MEASURED, "train") == pytest.approx(REAL, abs=0.1)


def test_of_a_training_that_was_not_recorded_nothing_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "gan-mnist", epochs=1)
    assert OWN["came-about"] in headers(opened(model=key))
    digits.recorded.clear()
    (checkpoints.get(key).folder / recording.FILE).unlink()
    app = opened(model=key)
    assert OWN["came-about"] not in headers(app) and not notices(app)


def headers(app: AppTest) -> list[str]:
    return [header.value for header in app.header]


def test_other_noise_makes_other_digits() -> None:
    app = opened()
    before = component(app, "gallery")["made"]
    app.button("gan-other").click().run()
    assert in_url(app, "noise") == "1" and component(app, "gallery")["made"] != before


def test_both_ends_may_be_the_same_digit() -> None:
    app = opened(a="3", b="3")
    assert not notices(app) and "0°" in step(app, 3)


def test_an_own_digit_is_judged_and_can_be_put_above_the_made_ones() -> None:
    app = opened()
    assert not any(challenges_done(app)) and len(component(app, "gallery")["judged"]) == 2
    test = mnist.load("test").images[:300].float().view(-1, 1, 28, 28) / 255
    best = int(logits(test).argmax())
    token = tokens.to_token(mnist.load("test").images[best].numpy().reshape(28, 28))
    app = opened(x=token)
    judged = component(app, "gallery")["judged"]
    assert [one["role"] for one in judged] == ["real", "made", "own"]
    assert judged[2]["logit"] == pytest.approx(float(logits(real(best))[0]), abs=1e-4)
    assert challenges_done(app)[0]


def test_a_made_digit_may_look_more_real_than_most_real_ones() -> None:
    high = float(np.quantile(digits.network(digits.SHIPPED).real, 0.97))
    noise, a = next((noise, int(all_.argmax())) for noise in range(1, 60) if (all_ := logits(made(noise))).max() > high)
    assert challenges_done(opened(noise=str(noise), a=str(a)))[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("loss", ["non-saturating", "wasserstein"])
def test_an_own_run_is_told_by_its_loss_and_what_is_not_known_is_said(
    lang: str, loss: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "gan-mnist", epochs=1, loss_kind=loss)
    app = opened(lang, model=key)
    assert ("\\sigma(D(" in step(app, 1)) is (loss == "non-saturating")
    assert "genmodels evaluate" in step(app, 4)
    assert run_snippet(app) == shown(app)


def test_a_run_of_points_cannot_be_shown_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "gan-points", epochs=1)
    app = opened(model=key)
    assert any(key[:8] in notice for notice in notices(app)) and component(app, "gallery")["number"] == digits.NUM_MADE


def test_another_game_begins_with_its_own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "gan-points", epochs=1)
    app = settled(open_page("gan", game="points", model=key))
    app.segmented_control("gan-game").set_value("digits").run()
    assert not app.exception and not notices(app) and in_url(app, "model") is None
    assert component(app, "gallery")["number"] == digits.NUM_MADE
