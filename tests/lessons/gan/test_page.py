"""The page on GANs without a browser: its sums are the recorded ones, its moves those of the game, and nonsense."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genmodels import settings
from genmodels.data import points
from genmodels.evaluation.game import NUMBERS
from genmodels.jobs import records
from genmodels.training import checkpoints, duel, recipes, recording
from lessons.gan.points import FAR_APART, FIELDS, SHIPPED, PointsScene, at_place, recorded
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
from ui.text import LANGUAGES, Text, labels

OWN = labels("en")["gan"]
SHAPE = points.to_token(np.random.default_rng(0).normal(0, 1, (60, 2)).clip(-3, 3))


def opened(lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("gan", lang=lang, game="points", **query))
    assert not app.exception
    return app


def now(frame: int) -> dict[str, float]:
    """The numbers of a frame of the shipped training."""
    return dict(zip(NUMBERS, recorded(SHIPPED).record["numbers"][frame].astype(float).tolist(), strict=True))


@pytest.mark.parametrize("frame", [0, 40, 210])
def test_the_steps_are_the_numbers_of_the_frame(frame: int) -> None:
    app, numbers, record = opened(frame=str(frame), point="7"), now(frame), recorded(SHIPPED).record
    place, push = (record[name][frame, 7].astype(float) for name in ("made", "push"))
    first = step(app, 1)
    for name, digits in (("on_real", 2), ("on_made", 2), ("value", 3), ("update", 0)):
        assert f"{numbers[name]:.{digits}f}" in first
    assert f"({place[0]:z.2f},\\,{place[1]:z.2f})" in step(app, 2)
    assert f"({push[0]:z.2f},\\,{push[1]:z.2f})" in step(app, 3)
    jensen_shannon = (numbers["best_value"] + math.log(4)) / 2
    assert f"\\approx{jensen_shannon:z.3f}" in step(app, 4)
    assert f"{numbers['modes']:.0f} have points" in step(app, 4)


def test_a_surface_is_read_between_its_places() -> None:
    """A plane is a plane: bilinear interpolation is exact for it."""
    x, y = np.meshgrid(np.linspace(-3, 3, 31), np.linspace(-3, 3, 31))
    plane = np.rint(255 * (0.5 + 0.1 * x - 0.05 * y)).astype(np.uint8)
    for place in np.random.default_rng(0).uniform(-3, 3, (20, 2)):
        assert at_place(plane, place) == pytest.approx(0.5 + 0.1 * place[0] - 0.05 * place[1], abs=0.005)
    assert at_place(plane, np.array([9.0, 9.0])) == pytest.approx(0.65, abs=0.005), "the edge, for what is outside"


@pytest.mark.parametrize("loss", ["non-saturating", "saturating", "wasserstein", "pairs"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_loss_is_told_its_own_steps(loss: str, lang: str) -> None:
    app = opened(lang, source="hand", loss_kind=loss, moves="b5")
    told = [step(app, number) for number in range(1, 5)]
    assert all("<<" not in one for one in told)
    assert ("\\nabla" in told[2]) and (("V(G,D^*)" in told[3]) is (loss in ("non-saturating", "saturating")))


def test_the_snippets_print_what_is_on_screen() -> None:
    app = opened()
    assert run_snippet(app) == shown(app) != ""
    hand = {"game": "points", "source": "hand", "moves": "b5-d20-g3"}
    for state in (hand, {**hand, "loss_kind": "pairs", "r1": "0.1", "data": "two-moons"}):
        settled(follow(app, **state))
        assert run_snippet(app) == shown(app) != ""


# --- by hand


def test_a_press_lets_who_was_asked_learn() -> None:
    app = opened(source="hand", updates="10")
    app.button("gan-move-b").click().run()
    app.button("gan-move-d").click().run()
    settled(app)
    assert in_url(app, "moves") == "b10-d10"
    *_, expected = duel.Games().play(recipes.make("gan-points"), duel.moves("b10-d10"))
    assert component(app, "arena")["frames"] == len(expected.record["numbers"]) == 21
    assert f"{expected.record['numbers'][-1][1]:.3f}" in step(app, 1)
    app.button("gan-anew").click().run()
    assert in_url(settled(app), "moves") is None and component(app, "arena")["frames"] == 1


def test_after_the_last_move_there_is_only_to_begin_anew() -> None:
    app = opened(source="hand", moves="-".join(["b1"] * duel.MOST))
    assert app.button("gan-move-d").disabled and not app.button("gan-anew").disabled


def test_by_hand_one_plays_with_the_settings_of_the_form() -> None:
    app = opened(source="hand", moves="b5", data="drawn", drawn=SHAPE)
    sixty = points.from_token(SHAPE)
    told = np.array(component(app, "arena")["points"]).reshape(-1, 2)
    assert np.linalg.norm(told[:, None] - sixty, axis=2).min(1).max() < 6 * points.JITTER


def test_own_points_are_needed_where_they_are_to_be_learned() -> None:
    app = opened(source="hand", data="drawn")
    assert sum("draw some" in notice for notice in notices(app)) >= 1
    app.segmented_control("gan-source").set_value("recorded").run()
    assert not app.exception and component(app, "arena")["name"] == SHIPPED, "one can go back"


# --- a training


def test_a_button_sets_the_form_and_asks_for_the_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    app = opened()
    app.button("gan-collapses").click().run()
    key = in_url(app, "job")
    assert key is not None and (job := records.read(key)) is not None
    assert {name: getattr(job.recipe, name) for name in FAR_APART} == FAR_APART
    assert job.recipe.data == "ring" and job.state.state == "queued"
    assert not app.exception and component(app, "arena")["frames"] == len(recorded(SHIPPED).record["numbers"])


def test_the_one_that_works_is_there_already() -> None:
    app = opened(learning_rate="0.005", loss_kind="pairs", r1="1")
    app.button("gan-works").click().run()
    assert in_url(app, "job") is None and in_url(app, "learning_rate") is None
    assert in_url(app, "loss_kind") is None and in_url(app, "r1") is None


def test_an_own_run_is_shown_with_its_frames_and_beside_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "gan-points", hidden_dim=8, epochs=2)
    app = opened(model=key, beside=SHIPPED)
    arena = component(app, "arena")
    assert arena["name"] == key and arena["frames"] == len(recording.read(settings.home() / "trained" / key)["numbers"])
    assert arena["beside"] and all(name.startswith(SHIPPED) for name in arena["beside"])
    assert arena["words"]["best"] == OWN["model-shipped"]


def test_a_run_whose_record_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "gan-points", hidden_dim=8, epochs=1)
    (checkpoints.get(key).folder / recording.FILE).unlink()
    app = opened(model=key)
    assert any(key[:8] in notice and "nothing was recorded" in notice for notice in notices(app))
    assert component(app, "arena")["name"] == SHIPPED


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_model_of_another_family_cannot_be_shown(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "ddpm-points", epochs=1)
    for name in ("model", "beside"):
        app = opened(lang, **{name: key})
        assert any(key[:8] in notice for notice in notices(app))
        assert component(app, "arena")["name"] == SHIPPED


@pytest.mark.parametrize(
    "query",
    [{"moves": "d10-x"}, {"moves": "b501"}, {"frame": "-1"}, {"point": "240"}, {"beside": "../x"}],
)
def test_nonsense_in_a_link_is_answered_by_a_sentence(query: dict[str, str]) -> None:
    app = settled(open_page("gan", **{"game": "points", "source": "hand", **query}))
    assert not app.exception and len(notices(app)) == 1


def test_the_hosts_page_leads_to_the_game_of_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "gan-points", hidden_dim=8, epochs=1)
    links = [one.proto for one in open_page("training").get("page_link") if one.proto.page == "gan"]
    asked = [dict(parse_qsl(one.query_string)) for one in links]
    assert {"lang": "en", "game": "points", "model": key} in asked
    for query in asked:
        app = settled(open_page("gan", **query))
        assert not app.exception and not notices(app)
        told = component(app, "arena" if query["game"] == "points" else "gallery")
        assert query["game"] != "points" or told["name"] == query.get("model", SHIPPED)


def test_there_is_no_such_game() -> None:
    app = settled(open_page("gan", game="chess"))
    assert not app.exception and len(notices(app)) == 1 and component(app, "smallest")


# --- challenges


def reached(**changes: object) -> set[str]:
    """What is reached by the shipped game with other numbers at its end, or another recipe."""
    game = recorded(SHIPPED)
    numbers = game.record["numbers"].copy()
    numbers[-1, NUMBERS.index("modes")] = changes.pop("modes", 8)
    recipe = recipes.make(SHIPPED, **changes)
    state = {name: field.default for name, field in FIELDS.items()}
    other = replace(game, recipe=recipe, record={**game.record, "numbers": numbers})
    scene = PointsScene(state, Text("gan", "en", None), other)  # type: ignore[arg-type]
    return {one.name for one in scene.challenges() if one.reached}


def test_what_counts_as_a_collapse_and_as_a_cure() -> None:
    assert reached() == set()
    assert reached(modes=1) == reached(modes=0, learning_rate=0.1, discriminator_rate=0.1) == {"collapse"}
    assert reached(modes=2) == set() and reached(modes=0, **FAR_APART) == set(), (
        "of rates far apart the page tells itself"
    )
    assert reached(loss_kind="wasserstein") == {"cure"} and reached(loss_kind="wasserstein", modes=7) == set()
    assert reached(data="two-moons", modes=-1) == set()


def test_a_discriminator_is_fooled_by_hand() -> None:
    assert not any(challenges_done(opened(source="hand", moves="b100-d100")))
    assert challenges_done(opened(source="hand", moves="b300-d200-g100"))[2]
    told = labels("en")["gan"]["now-not-by-hand"]
    assert told in words(opened())
