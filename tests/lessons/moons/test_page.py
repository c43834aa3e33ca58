"""The page on moons without a browser: its sums are the models', both are trained on the page, and nonsense."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from genmodels import load
from genmodels.data import moon_phases
from genmodels.evaluation import moons
from genmodels.training import checkpoints, recipes
from lessons.moons import models
from lessons.moons.scene import BETAS, NUM_DRAWS, SETS
from tests.app import challenges_done, component, in_url, notices, open_page, run_snippet, settled, shown, step
from tests.runs import train_small
from ui.text import LANGUAGES, labels

OWN = labels("en")["moons"]


def opened(lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("moons", lang=lang, **query))
    assert not app.exception
    return app


def test_the_steps_are_what_the_models_say() -> None:
    app = opened(a="20", b="160", noise="4")
    for kind in ("ae", "vae"):
        model = load(f"{kind}-moon-phases", device="cpu")
        a, b = moons.codes(model)[[20, 160]]  # type: ignore[arg-type]
        way = moons.nearest(moons.walk(model, a, b))[0][1:-1]  # type: ignore[arg-type]
        assert f"{way.mean():.4f}" in step(app, 3) and f"{way.max():.4f}" in step(app, 3)
        z = np.random.default_rng(4).standard_normal((NUM_DRAWS, 2)).astype(np.float32)
        valid = int((moons.nearest(model.decode(torch.from_numpy(z)))[0] < moons.VALID).sum())  # type: ignore[operator]
        assert f"&:{valid}" in step(app, 4)


def test_the_pointer_stands_at_the_same_place_of_both_planes() -> None:
    app = opened(u="0.5", v="-0.25")
    squares = component(app, "planes")["extents"]
    for kind in ("ae", "vae"):
        x, y, half = squares[kind]
        assert f"{x + 0.5 * half:z.2f},\\,{y - 0.25 * half:z.2f}" in step(app, 2)
    assert component(app, "planes")["at"] == [0.5, -0.25]


@pytest.mark.parametrize("learned", SETS)
def test_every_set_of_phases_is_there_at_once(learned: str) -> None:
    assert models.pair(SETS[learned], 1.0, 0) is not None
    app = opened(learned=SETS[learned])
    assert component(app, "planes")["learned"] == list(moon_phases.from_token(SETS[learned])) and not notices(app)


@pytest.mark.parametrize("beta", BETAS)
def test_every_beta_is_a_model_that_was_trained_with_it(beta: str) -> None:
    found = checkpoints.find(recipes.key(recipes.make("vae-moon-phases", beta=float(beta))))
    assert found is not None and found.finished
    app = opened(beta=beta)
    assert f"+{beta}\\cdot" in step(app, 1)


def test_other_phases_are_trained_on_the_page_and_the_snippet_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_trained", lambda kept={}: kept)
    app = opened(learned="0-60-180", seed="3")
    assert OWN["both-do"] in [button.label for button in app.button] and not component_there(app)
    app.button("moons-both-do").click().run()
    app = settled(app)
    assert not app.exception and component(app, "planes")["learned"] == [0, 60, 180]
    assert run_snippet(app) == shown(app) != ""


def component_there(app: AppTest) -> bool:
    try:
        component(app, "planes")
    except (LookupError, StopIteration, AssertionError):
        return False
    return True


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("learned", ["90", "0-181", "x"])
def test_what_cannot_be_learned_is_told_and_the_dial_stays(lang: str, learned: str) -> None:
    app = opened(lang, learned=learned)
    assert len(notices(app)) == 1
    few = learned == "90"
    assert component(app, "dial")["chosen"] == ([90] if few else list(range(181)))
    assert ("2" in notices(app)[0]) is few or not few


def test_a_model_of_a_link_brings_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = recipes.key(recipes.make("vae-moon-phases", learned="0-180", beta=1))
    app = opened(model=key)
    assert in_url(app, "learned") == "0-180" and in_url(app, "model") is None and not notices(app)


def test_a_model_of_another_kind_or_with_other_settings_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    other = train_small(tmp_path, "gan-points", epochs=1)
    assert any(other[:8] in notice for notice in notices(opened(model=other)))
    assert notices(opened(model="0" * 32))


def test_challenges_are_reached_by_what_they_ask_for() -> None:
    assert challenges_done(opened(beta="10", noise="2"))[2]
    assert not challenges_done(opened(beta="30"))[2] and not challenges_done(opened(learned="0-180"))[2]
    assert challenges_done(opened(learned="0-180", u="-0.1", v="0.9"))[0]
    assert not challenges_done(opened())[1]
