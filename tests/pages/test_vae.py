"""The VAE explorer without a browser: what it says is what the model says, in both languages."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from streamlit.testing.v1 import AppTest

from genmodels import load, settings
from genmodels.data import mnist, tokens
from genmodels.data.pictures import from_upload
from genmodels.errors import Problem
from genmodels.training import checkpoints
from tests.app import open_page, words
from tests.bad_pictures import bad_pictures
from ui.text import LANGUAGES, labels


def equation(picture: torch.Tensor, z: torch.Tensor, epoch: int = 20) -> str:
    """The live equation, computed anew."""
    model = checkpoints.get("vae-mnist").model(epoch=epoch)
    mu, logvar = model.encode(picture)
    cost = F.binary_cross_entropy(model.decode(z).double().clamp(1e-12, 1 - 1e-12), picture.double(), reduction="sum")
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()
    r, k = round(float(cost), 1), round(float(kl), 1)
    return f"{r + k:.1f} = {r:.1f} + {k:.1f}"


def shown(app: AppTest) -> str:
    """The line that the page says its snippet prints."""
    lead = labels(app.session_state["lang"])["common"]["prints"]
    return next(e.value.split("`")[1] for e in app.markdown if e.value.startswith(f":gray[{lead}]"))


def run_snippet(app: AppTest) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(app.code[0].value, "snippet", "exec"), {"__name__": "__main__"})
    return output.getvalue().strip()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_comes_whole(lang: str) -> None:
    app = open_page("vae", lang=lang)
    assert not app.exception
    own, common = labels(lang)["vae"], labels(lang)["common"]
    expected = [common["steps"], common["challenges"], own["own"], own["look"], own["curves"], common["code"]]
    assert [header.value for header in app.header] == expected
    assert "<<" not in words(app)


def test_numbers_on_the_page_are_the_models() -> None:
    app = open_page("vae", lang="en")
    x = mnist.load("test").pixels(slice(0, 1))
    mu, logvar = load("vae-mnist").encode(x)
    z = torch.tensor(np.round(mu.numpy().astype(float), 4), dtype=torch.float32)
    assert shown(app) == equation(x, z)
    first_step = next(e.value for e in app.markdown if e.value.startswith(":yellow-badge[1]"))
    for number in (*mu[0], *(logvar[0] / 2).exp()):
        assert f"{number:.2f}" in first_step or f"{number:.3f}" in first_step


STATES = [
    {},
    {"epoch": "0", "digit": "61"},
    {"epoch": "2", "z1": "0.5", "z2": "-1.25"},
    {"mode": "manifold", "z1": "1.6449", "z2": "-1.6449"},
    {"mode": "path", "to": "18", "t": "0.25"},
    {"x": tokens.to_token(mnist.load("test").images[9, 0].numpy()), "epoch": "5"},
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_the_snippet_prints_the_number_on_screen(state: dict[str, str], lang: str) -> None:
    app = open_page("vae", lang=lang, **state)
    assert not app.exception
    assert all(app.query_params[name] in (value, [value]) for name, value in state.items())
    assert run_snippet(app) == shown(app)


def test_four_steps_with_numbers_in_them() -> None:
    app = open_page("vae", lang="en", z1="1.2", z2="-0.4")
    reconstruction, kl = shown(app).split(" = ")[1].split(" + ")
    texts = []
    for _ in range(4):
        texts.append(next(e.value for e in app.markdown if e.value.startswith(":yellow-badge")))
        app.get_by_key("vae-step-next").click().run() if len(texts) < 4 else None
    assert [text[14] for text in texts] == list("1234")
    assert "1.20&=" in texts[1]
    assert "-0.40&=" in texts[1]
    assert reconstruction in texts[2]
    assert kl in texts[3]
    app.get_by_key("vae-step-next").click().run()
    assert any(e.value.startswith(":yellow-badge[1]") for e in app.markdown)


def done(app: AppTest) -> list[bool]:
    return [":material/check_circle:" in e.value for e in app.markdown if ":material/" in e.value][-3:]


def test_every_challenge_can_be_solved() -> None:
    latent = checkpoints.get("vae-mnist")
    assert done(open_page("vae", lang="en")) == [False, False, False]
    from genmodels.evaluation.latent import LatentMap

    space = LatentMap(latent)
    grid = [np.array([a, b]) for a in np.linspace(-1, 1.5, 26) for b in np.linspace(-1, 1, 21)]
    between = max(grid, key=lambda z: space.class_shares(z, -1)[[3, 5]].min())
    assert done(open_page("vae", lang="en", z1=f"{between[0]:.4f}", z2=f"{between[1]:.4f}"))[0]

    mu = space.means[-1, 0]
    near = [mu + np.array([a, b]) for a in np.linspace(-0.4, 0.4, 9) for b in np.linspace(-0.4, 0.4, 9)]
    better = min(near, key=lambda z: space.reconstruction(space.pictures[0], z, -1))
    assert done(open_page("vae", lang="zh", z1=f"{better[0]:.4f}", z2=f"{better[1]:.4f}"))[1]

    widest = int(space.sigmas[-1].max(axis=1).argmax())
    assert done(open_page("vae", lang="en", digit=str(widest)))[2]
    share = float((space.sigmas[-1].max(axis=1) > 0.15).mean())
    assert round(100 * share) == 3  # as the challenge says


def test_a_challenge_stays_solved() -> None:
    app = open_page("vae", lang="en", digit="9016")
    assert done(app)[2]
    app.get_by_key("source").set_value("test").run()
    app.get_by_key("digit-number").set_value(0).run()
    assert done(app)[2]


def test_the_guess_is_followed_by_the_experiment() -> None:
    app = open_page("vae", lang="en")
    assert app.get_by_key("vae-do").disabled
    app.get_by_key("vae-guess").set_value("c").run()
    app.get_by_key("vae-do").click().run()
    assert app.query_params["epoch"] in ("0", ["0"])
    assert labels("en")["vae"]["predict-c-answer"] in words(app)
    assert shown(app).startswith("5"), "an untrained decoder pays log 2 for every pixel: 784 x 0.693 = 543"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_link_asks_in_vain_is_said(lang: str) -> None:
    app = open_page("vae", lang=lang, epoch="99", digit="-3", z1="1e9", mode="x", x="????")
    assert not app.exception
    said = words(app)
    template = labels(lang)["problem"]["bad-value"]
    for name, value, limits in (("epoch", "99", "0, 1, 2"), ("digit", "-3", "0 … 9999"), ("z1", "1e9", "-6 … 6")):
        assert template.split("{limits}")[0].format(name=name, value=value) in said
        assert limits in said
    assert labels(lang)["problem"]["damaged-token"] in said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", bad_pictures().keys())
def test_bad_uploads_get_their_own_sentence(name: str, lang: str) -> None:
    data = bad_pictures()[name]
    app = open_page("vae", lang=lang)
    before = shown(app)
    app.get_by_key("source").set_value("upload").run()
    app.get_by_key("upload").upload(f"{name}.png", data, "image/png").run()
    assert not app.exception
    try:
        from_upload(data)
    except Problem as problem:
        assert labels(lang)["problem"][problem.code].format(**problem.values) in words(app)
        assert shown(app) == before, "the last good picture stays"
    else:
        assert shown(app) != before


def test_the_notebook_is_one() -> None:
    from ui.lesson import notebook

    app = open_page("vae", lang="en")
    book = nbformat.reads(notebook(app.code[0].value), as_version=4)
    nbformat.validate(book)
    assert book.cells[0].source == app.code[0].value


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
