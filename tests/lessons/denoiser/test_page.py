"""The denoiser's page without a browser: its sums are the model's, its snippets print what it shows, and nonsense."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from genmodels import load
from genmodels.data import mnist, tokens
from genmodels.evaluation import judge
from genmodels.evaluation.trace import Trace, trace
from genmodels.training import checkpoints
from lessons.denoiser.breaking import MISTAKES
from tests.app import challenges_done, follow, numbers, open_page, run_snippet, settled, shown, step, words
from tests.runs import train_small
from ui.text import LANGUAGES, labels

QUICK = {"steps": "10"}


def opened(lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("denoiser", lang=lang, **{**QUICK, **query}))
    assert not app.exception
    return app


def drawn(**options: object) -> Trace:
    """The same trace as the page's, drawn here."""
    *_, last = trace(load("ddpm-mnist"), 0, 1.0, **{"steps": 10, "label": 3, "guidance": 0.5, **options})
    assert isinstance(last, Trace)
    return last


def test_the_sections_stand_in_their_order() -> None:
    app, own, common = opened(further="open"), labels("en")["denoiser"], labels("en")["common"]
    names = ("compare", "train", "break", "edit", "grid")
    expected = [common["look"], common["steps"], common["challenges"], *(own[name] for name in names), common["code"]]
    assert [header.value for header in app.header] == expected


def test_the_steps_are_sums_of_the_models_numbers() -> None:
    app = opened(t="150", pixel="400")
    whole = drawn()
    i = int(abs(whole.times - 150).argmin())
    xt, x0, eps = (float(one[i].ravel()[400]) for one in (whole.xt, whole.x0, whole.eps))
    first = step(app, 1)
    noisy, at, signal, v, said = numbers(first.partition("=&")[2])
    assert (at, said) == (round(xt, 3), round(eps, 3)) and "row 15, column 9" in first
    assert said == pytest.approx(noisy * at + signal * v, abs=2e-3)
    left, now, minus_noisy, again, uncut, guess = numbers(step(app, 2).partition(r"\begin")[2])
    assert (left, now, minus_noisy, again, guess) == (signal, at, -noisy, v, round(x0, 3))
    assert uncut == pytest.approx(left * now + minus_noisy * v, abs=2e-3)
    for_x0, guess, for_xt, now, mean = numbers(step(app, 3).partition(r"\mu=&")[2])
    assert (guess, now) == (round(x0, 3), round(xt, 3))
    assert mean == pytest.approx(for_x0 * guess + for_xt * now, abs=2e-3)
    start, sigma, z, after = numbers(step(app, 4).partition("}&=")[2])
    assert after == pytest.approx(start + sigma * z, abs=2e-3)
    assert after == pytest.approx(float(whole.xt[i + 1].ravel()[400]), abs=2e-3)


def test_where_nothing_is_left_of_the_picture_v_is_still_what_the_network_says() -> None:
    model = load("ddpm-mnist")
    xt = torch.from_numpy(drawn(label=None, guidance=0.0).xt[:1])
    with torch.no_grad():
        said = model.network(xt, torch.ones(1), None).ravel()
    for pixel in (0, 400):
        *_, v, _ = numbers(step(opened(t="300", pixel=str(pixel), label="any"), 1).partition("=&")[2])
        assert v == pytest.approx(float(said[pixel]), abs=6e-4)


def test_a_network_that_says_v_tells_how_the_noise_follows() -> None:
    noisy, xt, signal, v, eps = numbers(step(opened(model="ddpm-cars", steps="4"), 1).partition("=&")[2])
    assert eps == pytest.approx(noisy * xt + signal * v, abs=2e-3)


def test_into_the_picture_nothing_is_added() -> None:
    assert r"+0.0000\cdot0.000" in step(opened(t="0"), 4)


OWN = tokens.to_token(mnist.load("test").images[9, 0].numpy())
STATES = [
    {"label": "any", "eta": "0", "noise": "7"},
    {"label": "8", "guidance": "2", "steps": "5"},
    {"start": "digit", "digit": "4", "from_t": "150", "steps": "20"},
    {"start": "digit", "x": OWN, "from_t": "80", "label": "any", "eta": "0.5", "steps": "30"},
]


def test_the_snippet_prints_the_number_on_screen() -> None:
    app = opened()
    for state in STATES:
        settled(follow(app, **{**QUICK, **state}))
        assert not app.exception
        assert run_snippet(app) == shown(app)


def test_guidance_can_be_kept_to_the_middle_of_the_way() -> None:
    app = opened(guidance="6", guide_from="90", guide_to="240")
    slider = app.slider("denoiser-guide_from")
    assert slider.value == (90, 240) and not slider.disabled
    limited = drawn(guidance=6.0, interval=(90, 240))
    assert shown(app) == run_snippet(app) == f"mean ink {float((limited.xt[-1] / 2 + 0.5).clip(0, 1).mean()):.2f}"
    assert shown(app) != shown(opened(guidance="6")), "it makes a difference"
    settled(slider.set_value((1, 300)).run())
    assert "interval" not in "".join(code.value for code in app.code) and shown(app) == shown(opened(guidance="6"))
    assert app.query_params.get("guide_from") is None
    for off in ({"guidance": "0"}, {"label": "any"}):
        assert opened(**off).slider("denoiser-guide_from").disabled
    assert opened(guide_from="200", guide_to="50").slider("denoiser-guide_from").value == (50, 200)


def test_a_digit_that_is_hardly_noised_comes_back() -> None:
    app = opened(start="digit", digit="4", from_t="60", steps="100", label="any")
    digit = int(judge.classes(mnist.load("test").pixels(slice(4, 5)))[0])
    assert labels("en")["denoiser"]["now-read"].split("<<")[0] + f"{digit}," in words(app)
    assert app.number_input("denoiser-from_t").value == 60


def test_every_challenge_can_be_solved() -> None:
    whole = drawn(label=None, guidance=0.0)
    final = int(whole.read[-1].argmax())
    sure = [int(p.argmax()) == final and float(p.max()) > 0.9 for p in whole.read]
    first = max(i for i in range(len(sure)) if not sure[i]) + 1
    assert challenges_done(opened(label="any", t=str(whole.times[first])))[0]
    assert challenges_done(opened(eta="0"))[1]
    assert "now 300\u00a0steps, read as\u00a03" in words(opened(steps="300")), "what is still missing is said"
    assert "now with the label\u00a03: ${t=150}" in words(opened(t="150"))
    once = words(opened(steps="1", label="any"))
    assert "now 1\u00a0step, read" in once and "now ${t=0}" in once
    changed = opened(start="digit", digit="4", from_t="280", label="7", guidance="3", steps="25")
    assert "read as\u00a07" in words(changed) and challenges_done(changed)[2]


@pytest.mark.parametrize(
    ("slot", "seen"),
    [("compare", "DDIM, 10 steps"), ("grid", "of 40 are read as asked"), ("break", "as it should be")],
)
def test_what_is_drawn_when_asked_for(slot: str, seen: str) -> None:
    app = opened(further="open")
    assert seen not in words(app)
    app = settled(app.button(f"denoiser-{slot}-do").click().run())
    assert not app.exception and seen in words(app)


def test_each_mistake_is_told_with_what_was_measured() -> None:
    for mistake in MISTAKES:
        app = opened(mistake=mistake, further="open")
        app = settled(app.button("denoiser-break-do").click().run())
        assert len(re.findall(r"Fréchet distance\]\] \*\*[\d.]+\*\*", words(app))) == 2
        assert "Measured with n = 10,000 each" in words(app)


def test_a_model_that_cannot_be_shown_is_told() -> None:
    app = opened()
    for model, told in (("0" * 32, "is not on this machine"), (checkpoints.get("vae-mnist").key, "another kind")):
        assert told in words(follow(app, **QUICK, model=model))
        assert labels("en")["denoiser"]["compare"] in [header.value for header in app.header]


def test_an_own_run_is_stepped_through_as_far_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "ddpm-mnist", epochs=1, num_steps=10, predicts="v", schedule="cosine-zero")
    app = settled(open_page("denoiser", lang="en", model=key))
    assert not app.exception and key[:8] in words(app)
    assert run_snippet(app) == shown(app)
    assert "steps = 11" in words(opened(model=key, steps="11"))
    at_last = opened(model=key, steps="10", t="10", pixel="400", further="open")  # there alpha_bar is 0
    noisy, xt, signal, v, eps = numbers(step(at_last, 1).partition("=&")[2])
    assert (noisy, signal) == (1, 0) and eps == xt
    *_, uncut, guess = numbers(step(at_last, 2))
    assert uncut == -v and guess == min(max(uncut, -1), 1)
    for section in ("compare", "grid", "break"):  # with no more steps than the network has
        at_last = settled(at_last.button(f"denoiser-{section}-do").click().run())
    assert not at_last.exception and "not possible" not in words(at_last) and "in 10 steps" in words(at_last)
    assert f"evaluate {key}" in words(at_last) and "Measured with" not in words(at_last)
    lanes = re.findall(r"\*\*(DD.M), (\d+) steps\*\*", words(at_last))
    assert lanes == [("DDPM", "10"), ("DDIM", "10")]


def test_a_network_that_says_the_noise_is_quoted_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    key = train_small(tmp_path, "ddpm-mnist", epochs=1, num_steps=10, predicts="noise")
    app = opened(model=key, steps="10", t="5", pixel="400")
    first = step(app, 1)
    at, said = numbers(first.partition("x_{5}=")[2])
    assert r"\epsilon_\theta(x_t,t)" in first and "row 15, column 9" in first
    xt, minus_noisy, eps, left, uncut, _ = numbers(step(app, 2))
    assert (xt, eps) == (at, said) and uncut == pytest.approx((xt + minus_noisy * eps) / left, abs=5e-3)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_colour_pictures_need_no_data_to_be_drawn(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    app = opened(lang, model="ddpm-cars", steps="3")
    own, said = labels(lang)["denoiser"], words(app)
    headings = [header.value for header in app.header]
    assert own["cars"] in headings and own["edit"] not in headings and own["train"] not in headings
    known = checkpoints.get("ddpm-cars").card["evaluated"]
    assert all(f"{known[name]:.4f}" in said for name in ("noise_loss", "copied", "apart"))
    assert "7545" in said and str(tmp_path) in said  # where the pictures belong
    assert known["copied"] > 0.5 * known["apart"]  # it does not copy
    assert run_snippet(app) == shown(app)


def test_the_nearest_training_pictures_are_shown_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    folder = tmp_path / "data" / "cars"
    folder.mkdir(parents=True)
    for i in range(80):
        Image.new("RGB", (64, 64), (3 * i, 200 - 2 * i, 90)).save(folder / f"{i}.png")
    app = opened(model="ddpm-cars", steps="3")
    app = settled(app.button("denoiser-nearest-do").click().run())
    assert not app.exception


def test_settings_that_do_not_go_together_are_told_before_they_are_queued() -> None:
    app = opened()
    apart = {"predict v": {"schedule": "cosine-zero", "predicts": "noise"}}
    apart["more than 20 steps"] = {"schedule": "rescaled", "num_steps": "20"}
    for told, query in apart.items():
        settled(follow(app, **QUICK, **query))
        assert told in words(app)
        assert not any(button.label == labels("en")["common"]["train-start"] for button in app.button)
