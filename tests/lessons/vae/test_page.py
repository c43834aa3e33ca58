"""The VAE explorer without a browser: what it says is what the model says, in both languages."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from streamlit.testing.v1 import AppTest

from genmodels import load, settings
from genmodels.data import mnist, relatives, tokens
from genmodels.data.mnist import Images
from genmodels.data.pictures import from_upload
from genmodels.errors import Problem
from genmodels.training import checkpoints
from lessons.vae import runs
from tests.app import (
    challenges_done,
    follow,
    in_url,
    link,
    notices,
    open_page,
    problem,
    run_snippet,
    shown,
    step,
    words,
)
from tests.bad_pictures import bad_pictures
from tests.runs import train_small
from ui.jobs import runs as own_runs
from ui.text import LANGUAGES, fill, labels


def equation(picture: torch.Tensor, z: torch.Tensor, epoch: int = 20) -> str:
    """The live equation, computed anew."""
    model = checkpoints.get("vae-mnist").model(epoch=epoch)
    mu, logvar = model.encode(picture)
    cost = F.binary_cross_entropy(model.decode(z).double().clamp(1e-12, 1 - 1e-12), picture.double(), reduction="sum")
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()
    r, k = round(float(cost), 1), round(float(kl), 1)
    return f"{r + k:.1f} = {r:.1f} + {k:.1f}"


def test_all_sections_are_there() -> None:
    own, common = labels("en")["vae"], labels("en")["common"]
    expected = [common["steps"], common["challenges"], common["look"], own["train"], common["code"]]
    assert sorted(header.value for header in open_page("vae").header) == sorted(expected)
    more = [header.value for header in open_page("vae", further="open").header]
    assert sorted(more) == sorted([*expected, own["curves"], own["compare"]])


def test_numbers_on_the_page_are_the_models() -> None:
    app = open_page("vae", lang="en")
    x = mnist.load("test").pixels(slice(0, 1))
    mu, logvar = load("vae-mnist").encode(x)
    z = torch.tensor(np.round(mu.numpy().astype(float), 4), dtype=torch.float32)
    assert shown(app) == equation(x, z)
    first_step = step(app, 1)
    for number in (*mu[0], *(logvar[0] / 2).exp()):
        assert f"{number:.2f}" in first_step or f"{number:.3f}" in first_step


STATES = [
    {"epoch": "0", "digit": "61"},
    {"epoch": "2", "z1": "0.5", "z2": "-1.25"},
    {"mode": "manifold", "z1": "1.6449", "z2": "-1.6449"},
    {"mode": "path", "to": "18", "t": "0.25"},
    {"x": tokens.to_token(mnist.load("test").images[9, 0].numpy()), "epoch": "5"},
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_snippet_prints_the_number_on_screen(lang: str) -> None:
    app = open_page("vae", lang=lang)
    for state in STATES:
        follow(app, **state)
        assert not app.exception
        assert link(app, "vae") == {"lang": lang, **state}
        assert run_snippet(app) == shown(app), state


def test_four_steps_with_numbers_in_them() -> None:
    app = open_page("vae", lang="en", z1="1.2", z2="-0.4")
    reconstruction, kl = shown(app).split(" = ")[1].split(" + ")
    texts = [step(app, number) for number in (1, 2, 3, 4)]
    assert "1.20&=" in texts[1]
    assert "-0.40&=" in texts[1]
    assert reconstruction in texts[2]
    assert kl in texts[3]


def test_every_challenge_can_be_solved() -> None:
    latent = checkpoints.get("vae-mnist")
    from genmodels.evaluation.latent import LatentMap

    space = LatentMap(latent)
    grid = [np.array([a, b]) for a in np.linspace(-1, 1.5, 26) for b in np.linspace(-1, 1, 21)]
    between = max(grid, key=lambda z: space.class_shares(z, -1)[[3, 5]].min())
    assert challenges_done(open_page("vae", lang="en", z1=f"{between[0]:.4f}", z2=f"{between[1]:.4f}"))[0]

    mu = space.means[-1, 0]
    near = [mu + np.array([a, b]) for a in np.linspace(-0.4, 0.4, 9) for b in np.linspace(-0.4, 0.4, 9)]
    better = min(near, key=lambda z: space.reconstruction(space.pictures[0], z, -1))
    assert challenges_done(open_page("vae", lang="zh", z1=f"{better[0]:.4f}", z2=f"{better[1]:.4f}"))[1]

    widest = int(space.widest.argmax())
    assert challenges_done(open_page("vae", lang="en", digit=str(widest)))[2]
    goal = fill(labels("en")["vae"]["challenge-wide"], {"wide": 0.148, "share": 3})
    assert goal in words(open_page("vae", lang="en"))
    assert round(100 * float((space.widest > 0.148).mean())) == 3


def test_a_challenge_stays_solved() -> None:
    app = open_page("vae", lang="en", digit="9016")
    assert challenges_done(app)[2]
    app.get_by_key("source").set_value("test").run()
    app.get_by_key("digit-number").set_value(0).run()
    assert challenges_done(app)[2]


def test_the_guess_is_followed_by_the_experiment() -> None:
    app = open_page("vae", lang="en")
    assert app.get_by_key("vae-do").disabled
    app.get_by_key("vae-guess").set_value("c").run()
    app.get_by_key("vae-do").click().run()
    assert in_url(app, "epoch") == "0"
    assert labels("en")["vae"]["predict-c-answer"] in words(app)
    assert shown(app).startswith("5"), "an untrained decoder pays log 2 for every pixel: 784 x 0.693 = 543"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bad_uploads_get_their_own_sentence(lang: str) -> None:
    app = open_page("vae", lang=lang)
    for name, data in bad_pictures().items():
        before = shown(app)
        app.get_by_key("upload").upload(f"{name}.png", data, "image/png").run()
        assert not app.exception
        try:
            from_upload(data)
        except Problem as found:
            assert notices(app) == [problem(lang, found.code, **found.values)], name
            assert shown(app) == before, "the last good picture stays"
        else:
            assert not notices(app) and shown(app) != before, name


def test_a_damaged_checkpoint_is_said_and_nothing_else_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    shutil.copytree(settings.shipped(), tmp_path / "shipped")
    card = json.loads((tmp_path / "shipped" / "vae-mnist" / "card.json").read_text(encoding="utf-8"))
    weights = tmp_path / "shipped" / "vae-mnist" / card["model"]
    weights.write_bytes(weights.read_bytes()[:-1000])
    monkeypatch.setattr(settings, "shipped", lambda: tmp_path / "shipped")
    st.cache_resource.clear()
    try:
        app = open_page("vae", lang="zh")
        assert not app.exception
        assert app.title[0].value == labels("zh")["vae"]["title"]
        assert labels("zh")["problem"]["damaged-shipped"].split("{")[0] in words(app)
    finally:
        st.cache_resource.clear()


# --- own runs


@pytest.fixture(scope="module")
def home(home_of_this_module: Path) -> Path:
    """Where own runs lie."""
    return home_of_this_module


def open_run(key: str, **query: str) -> AppTest:
    """The page of a run, as soon as its map has been made."""
    with contextlib.suppress(Problem):
        runs.maps().get(key, patience=60)
    return open_page("vae", model=key, **query)


OWN_STATES = [
    {"epoch": "3"},
    {"z1": "0.5", "z2": "0.25"},
    {"mode": "path", "t": "0.25"},
    {"epoch": "0", "x": tokens.to_token(mnist.load("test").images[9, 0].numpy())},
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("dim", [1, 2, 3, 32])
def test_the_page_of_an_own_run_prints_what_is_on_screen(home: Path, dim: int, lang: str) -> None:
    key = train_small(home, latent_dim=dim, best=2)
    app = open_run(key, lang=lang)
    for state in OWN_STATES:
        follow(app, model=key, **state)
        assert not app.exception
        assert in_url(app, "model") == key
        assert "<<" not in words(app)
        assert run_snippet(app) == shown(app), state


def test_an_own_run_begins_at_its_best_epoch(home: Path) -> None:
    key = train_small(home, latent_dim=2, best=2, beta=4)
    app = open_run(key, lang="en")
    best = checkpoints.get(key).model()
    mu, logvar = best.encode(mnist.load("test").pixels(slice(0, 1)))
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()
    assert shown(app).endswith(f"+ {float(kl):.1f}")
    badge = next(e.value for e in app.markdown if e.value.startswith(":gray-badge[vae-mnist"))
    for expected in (key[:8], "β 4", "epochs 3", "best epoch 2", "54,000 MNIST digits"):
        assert expected in badge
    assert in_url(app, "epoch") is None
    assert r"\beta=4" in step(app, 4)


def test_more_than_two_dimensions_are_shown_as_a_cut(home: Path) -> None:
    app = open_run(train_small(home, latent_dim=8), lang="en", mode="manifold")
    said = words(app)
    assert labels("en")["vae"]["plane-note"].split("<<")[0] + "8 latent" in said
    assert labels("en")["problem"]["bad-value"].split("{")[0] + "mode = manifold" in said, "there is no manifold"
    assert len(challenges_done(app)) == 1
    second = step(app, 2)
    assert "z=m+a" in second
    assert r"\vdots" in second
    last = step(app, 4)
    assert "d=1}^{8}" in last
    assert r"+\dots=" in last


def test_one_dimension_has_one_number_in_every_step(home: Path) -> None:
    app = open_run(train_small(home, latent_dim=1), lang="zh", z1="0.5")
    assert labels("zh")["vae"]["line-note"] in words(app)
    second = step(app, 2)
    assert second.count("&=") == 1
    assert "0.50&=" in second
    elsewhere = open_run(in_url(app, "model") or "", lang="zh", z1="0.5", z2="3")
    assert shown(elsewhere) == shown(app), "up and down mean nothing"


def break_weights(folder: Path) -> None:
    weights = next(folder.glob("model-*.safetensors"))
    payload = bytearray(weights.read_bytes())
    payload[-1] ^= 1
    weights.write_bytes(payload)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("what", ["nowhere", "unfinished", "other-kind", "damaged", "malformed"])
def test_a_run_that_cannot_be_shown_is_named_and_the_shipped_model_shown(tmp_path: Path, what: str, lang: str) -> None:
    home, code = tmp_path / "home", f"run-{what}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENMODELS_HOME", str(home))
        if what == "nowhere":
            key, code = "0" * 32, "run-not-here"
        elif what == "malformed":
            key, code = "../../etc", "bad-key"
        else:
            name = "ae-mnist" if what == "other-kind" else "vae-mnist"
            key = train_small(home, name, unfinished=what == "unfinished")
        if what == "damaged":
            code = "damaged-checkpoint"
            break_weights(home / "trained" / key)
        app = open_page("vae", lang=lang, model=key, epoch="3", z1="2", digit="5")
        for _ in range(100):
            if app.code:
                break
            app.run()
    assert not app.exception
    assert labels(lang)["problem"][code].split("{")[0] in words(app)
    if what != "malformed":
        assert labels(lang)["problem"]["shipped-instead"] in words(app)
        assert in_url(app, "epoch") is None, "the other model's epoch and point mean nothing here"
        assert in_url(app, "z1") is None
    assert in_url(app, "model") is None
    assert in_url(app, "digit") == "5"
    assert shown(app).count("=") == 1


def test_a_run_that_is_deleted_while_it_is_looked_at_stays_on_screen(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENMODELS_HOME", str(tmp_path))
        key = train_small(tmp_path)
        app = open_run(key, lang="en")
        before = shown(app)
        shutil.rmtree(tmp_path / "trained" / key)
        app.run()
        assert not app.exception
        assert shown(app) == before


def test_while_a_map_is_made_the_page_has_its_title_and_then_comes_whole(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "PATIENCE", 0.0)
    key = train_small(home, hidden_dim=32)
    app = open_page("vae", model=key, epoch="1")
    assert not app.exception
    assert app.title[0].value == labels("en")["vae"]["title"]
    assert not app.code
    runs.maps().get(key, patience=60)
    app.run().run()
    assert in_url(app, "epoch") == "1"
    assert run_snippet(app) == shown(app)


def test_the_key_of_the_shipped_model_is_the_shipped_model() -> None:
    app = open_page("vae", lang="en", model=checkpoints.get("vae-mnist").key)
    assert 'load("vae-mnist")' in app.code[0].value
    assert in_url(app, "model") is None


def test_pictures_of_other_data_are_called_by_class(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Images(255 - mnist.load("test").images[:300], mnist.load("test").labels[:300])
    monkeypatch.setattr(relatives, "load", lambda name, split: there)
    app = open_run(train_small(home, data="kmnist", latent_dim=2), lang="en", digit="299")
    assert not app.exception
    assert "Kuzushiji" in words(app)
    assert 'data.load("kmnist", "test").pixels(slice(299, 300))' in app.code[0].value
    assert labels("en")["vae"]["challenge-between"] not in words(app), "it names two digits"
    assert run_snippet(app) == shown(app)


def test_data_that_are_not_here_are_said_to_be_missing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, split: str) -> Images:
        raise Problem("data-not-here", "{name} {folder} {folder_name}", name=name, folder="", folder_name="")

    monkeypatch.setattr(relatives, "load", missing)
    app = open_run(train_small(home, data="fashion-mnist", seed=3), lang="en")
    assert labels("en")["problem"]["data-not-here"].split("{")[0] in words(app)
    assert labels("en")["problem"]["shipped-instead"] in words(app)


# --- two runs side by side


def compared(app: AppTest) -> dict[str, list[str]]:
    """The table, by the first word of a row."""
    table = next(e.value for e in app.markdown if e.value.startswith("| "))
    rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {name: values for name, *values in rows}


def test_two_runs_are_compared_by_what_they_cost_in_truth(home: Path) -> None:
    uniform, normal = train_small(home, noise="uniform", beta=2), train_small(home, seed=7)
    app = open_run(uniform, lang="en", other=normal)
    rows, names = compared(app), labels("en")["common"] | labels("en")["vae"]
    assert rows[names["setting-noise"]] == [names["value-uniform"], names["value-normal"]]
    assert rows[names["setting-beta"]] == ["2", "1"]
    assert rows[names["setting-seed"]] == ["0", "7"]
    assert names["setting-epochs"] not in rows, "only what differs"
    for side, key in enumerate((uniform, normal)):
        metrics = checkpoints.get(key).card["metrics"]
        true = metrics["valid_reconstruction"] + metrics["valid_kl"]
        assert rows[names["row-true"].strip("*")][side] == f"{true:.1f}", "without beta, with normal noise"
        assert rows[names["row-own"]][side] == f"{metrics['train_total']:.1f}"
    assert in_url(app, "other") == normal


def test_the_shipped_model_stands_beside_an_own_run_and_says_on_what_it_was_measured(home: Path) -> None:
    app = open_run(train_small(home, latent_dim=8), lang="zh", other="vae-mnist")
    assert not app.exception
    true = compared(app)[labels("zh")["vae"]["row-true"].strip("*")]
    assert labels("zh")["common"]["split-valid"] in true[0]
    assert labels("zh")["common"]["split-test"] in true[1]


def test_the_list_has_every_other_finished_vae(home: Path) -> None:
    key, autoencoder = train_small(home, latent_dim=5), train_small(home, "ae-mnist")
    unfinished = train_small(home, seed=11, unfinished=True)
    own_runs.forget()
    app = open_run(key, lang="en", further="open")
    offered = " ".join(app.get_by_key("other-run").options)
    assert labels("en")["vae"]["run-shipped"] in offered
    for absent in (key, autoencoder, unfinished):
        assert absent[:8] not in offered
    listed = {folder.name for folder in (home / "trained").iterdir()} - {key, autoencoder, unfinished}
    assert all(name[:8] in offered for name in listed)
    app.get_by_key("other-run").set_value(sorted(listed)[0]).run()
    assert in_url(app, "other") == sorted(listed)[0]
    assert compared(app)
    app.get_by_key("other-run").set_value("").run()
    assert in_url(app, "other") is None


def test_a_damaged_run_is_called_damaged_at_the_second_look_too(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENMODELS_HOME", str(tmp_path / "home"))
        key = train_small(tmp_path / "home", "vae-mnist")
        break_weights(tmp_path / "home" / "trained" / key)
        for _ in range(2):
            with pytest.raises(Problem) as problem:
                own_runs.open_run(key, ("VAE",))
                checkpoints.get(key).tensors()
            assert problem.value.code == "damaged-checkpoint" and "Train it again" in str(problem.value)


def test_a_run_to_compare_with_that_is_not_here_is_said(home: Path) -> None:
    app = open_page("vae", lang="en", other="1" * 32)
    assert not app.exception
    assert labels("en")["problem"]["run-not-here"].split("{")[0] in words(app)


def switching() -> None:
    import streamlit as st

    from genmodels.data import tokens
    from lessons.vae import runs
    from ui.state import Number, State, Token

    state = State("vae", {**runs.fields(), "x": Token("", tokens.from_token), "epoch": Number(20, 0, 99)})
    st.button("switch", on_click=lambda: runs.show_model(state, st.session_state["to"]))
    state.mirror("en")


def test_another_model_keeps_the_picture_and_forgets_the_epoch() -> None:
    drawn = tokens.to_token(mnist.load("test").images[9, 0].numpy())
    app = AppTest.from_function(switching)
    app.query_params["x"], app.query_params["epoch"] = drawn, "5"
    app.session_state["to"] = "a" * 32
    app.run()
    app.button[0].click().run()
    assert (in_url(app, "model"), in_url(app, "epoch"), in_url(app, "x")) == ("a" * 32, None, drawn)
    app.session_state["to"] = checkpoints.get("vae-mnist").key
    app.button[0].click().run()
    assert in_url(app, "model") is None
