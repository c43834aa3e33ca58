"""The page on diffusion in the plane without a browser: sums, challenges, own points, and nonsense in a link."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from genmodels.data import points
from genmodels.training import checkpoints
from lessons.plane.scene import FIELDS, SHIPPED, network
from tests.app import (
    challenges_done,
    component,
    follow,
    in_url,
    numbers,
    open_page,
    run_snippet,
    settled,
    shown,
    step,
    words,
)
from tests.flows import flowing
from tests.runs import train_small
from ui.text import labels

QUICK = {"steps": "12"}
SHAPE = points.to_token(np.random.default_rng(0).normal(0, 1, (60, 2)).clip(-3, 3))


def opened(lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("plane", lang=lang, **{**QUICK, **query}))
    assert not app.exception
    return app


def test_the_sections_stand_in_their_order() -> None:
    app, own, common = opened(), labels("en")["plane"], labels("en")["common"]
    expected = [common["look"], common["steps"], common["challenges"], own["train"], common["code"]]
    assert [header.value for header in app.header] == expected


def test_the_steps_are_sums_of_the_models_numbers() -> None:
    now = flowing()
    i = int(abs(now.times - 100).argmin())
    app = opened(t="100", particle="5")
    xt, x0, after = now.xt[i, 5], now.x0[i, 5], now.xt[i + 1, 5]
    at, eps = np.split(np.array(numbers(step(app, 1))), 2)
    assert at == pytest.approx(xt, abs=6e-4)
    signal, noisy, *guess = numbers(step(app, 2))
    assert guess == pytest.approx(x0, abs=6e-4)
    assert signal * x0 + noisy * eps == pytest.approx(xt, abs=2e-3)
    for_x0, for_xt, *mean = numbers(step(app, 3))
    assert mean == pytest.approx(for_x0 * x0 + for_xt * xt, abs=2e-3)
    sigma, *rest = numbers(step(app, 4))
    assert np.array(mean) + sigma * np.array(rest[:2]) == pytest.approx(after, abs=2e-3)


def test_the_snippet_prints_the_number_on_screen() -> None:
    app = opened()
    for state in ({"steps": "13"}, {"eta": "0", "steps": "30"}, {"noise": "9", "arrows": "exact", "steps": "12"}):
        settled(follow(app, **state))
        assert run_snippet(app) == shown(app)


def test_every_challenge_can_be_solved() -> None:
    assert challenges_done(opened(steps="20"))[0]
    now, first = flowing(), FIELDS["particle"].default
    far = np.linalg.norm(now.x0[:, first] - now.xt[-1, first], axis=1) >= 0.1
    settled_at = int(np.flatnonzero(far).max()) + 1
    assert challenges_done(opened(t=str(now.times[settled_at])))[1]


def test_as_it_opens_the_way_of_the_point_stays_in_the_picture_and_the_guess_stands_clear_of_it() -> None:
    now, first = flowing(steps=300), FIELDS["particle"].default
    i = int(abs(now.times - network(SHIPPED).fields()["t"].default).argmin())
    assert np.abs(now.xt[: i + 1, first]).max() < 2.9
    assert np.linalg.norm(now.x0[i, first] - now.xt[i, first]) > 0.5, "a line that is seen between the two"


def test_what_a_challenge_asks_for_is_told_beside_what_is_there_now() -> None:
    assert f"now 300\u00a0steps, MMD²\u00a0{flowing(steps=300).mmd:.4f}" in words(opened(steps="300"))
    assert "now 1\u00a0step, MMD²" in words(opened(steps="1"))


def test_an_own_shape_can_be_trained_and_is_brought_on_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "ddpm-points", data="drawn", drawn=SHAPE)
    app = opened(model=key)
    assert challenges_done(app)[2]
    assert key[:8] in words(app) and labels("en")["common"]["value-drawn"] in words(app)
    assert run_snippet(app) == shown(app)


def test_a_network_that_says_v_tells_how_the_noise_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    app = opened(model=train_small(tmp_path, "ddpm-points", predicts="v"), t="100", particle="5")
    xt, v, eps = np.split(np.array(numbers(step(app, 1))), 3)
    signal, noisy, *_ = numbers(step(app, 2))
    assert noisy * xt + signal * v == pytest.approx(eps, abs=2e-3)


def test_points_drawn_are_shown_and_own_data_need_them() -> None:
    app = opened(drawn=SHAPE, data="drawn")
    assert "60 points" in words(app)
    assert len(component(app, "flow")["mine"]) == 2 * 60, "they lie in the plane"
    assert "draw some" in words(opened(data="drawn"))


def test_a_model_that_cannot_be_shown_is_told() -> None:
    app = opened()
    for model, told in (("0" * 32, "is not on this machine"), (checkpoints.get("vae-mnist").key, "another kind")):
        assert told in words(follow(app, **QUICK, model=model))


def test_the_exact_arrows_are_those_of_the_data() -> None:
    """Where nearly all is noise, the best arrow leads from a place to the mean of the data."""
    from genmodels.evaluation.flow import lattice

    now = flowing()
    assert np.abs(now.exact[0] - lattice().numpy()).max() < 0.01
    assert torch.tensor(now.squared_error()[0]) < 0.05


def test_without_a_wish_to_draw_there_is_no_pad() -> None:
    app = opened()
    toggle = app.toggle("plane-pad-open")
    assert not toggle.value and not component_keys(app, "plane-pad")
    toggle.set_value(True).run()
    assert component_keys(app, "plane-pad") and len(component(app, "flow")["mine"]) == 0
    app.toggle("plane-pad-open").set_value(False).run()
    assert not component_keys(app, "plane-pad") and not app.exception


def test_a_pad_that_is_put_away_hides_the_points_and_keeps_them() -> None:
    app = opened(drawn=SHAPE, data="drawn")
    app.toggle("plane-pad-open").set_value(False).run()
    assert component(app, "flow")["mine"] == [] and in_url(app, "drawn") == SHAPE
    app.toggle("plane-pad-open").set_value(True).run()
    assert len(component(app, "flow")["mine"]) == 2 * 60


def component_keys(app: AppTest, key: str) -> list[str]:
    """The browser components on the page that are called so."""
    return [one.proto.id for one in app.get("bidi_component") if one.proto.id.endswith(f"-{key}")]
