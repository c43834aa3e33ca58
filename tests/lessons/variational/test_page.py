"""The page on variational inference without a browser: the course's numbers, every challenge, every family."""

from __future__ import annotations

import math
import re

import pytest
from streamlit.testing.v1 import AppTest

from genmodels.probability.variational import ExponentialNormal
from lessons.variational.scene import FAMILIES, Scene
from tests.app import open_page, run_snippet, shown, words
from ui.text import LANGUAGES, Text, labels

POSTERIOR = {"x": "2", "family": "truncated-normal", "m": "1.28759997", "s": "0.79352774"}


def equation(app: AppTest) -> str:
    """The live equation, as text."""
    markup = next(element.proto.body for element in app.get("html") if "gm-equation" in element.proto.body)
    return " ".join(re.findall(r"<(?:strong|b)>([^<]*)<", markup))


def step(app: AppTest, number: int) -> str:
    """The open step of "One pass, slowly", after so many clicks."""
    for _ in range(number - 1):
        app = app.button("variational-step-next").click().run()
    return next(element.value for element in app.markdown if element.value.startswith(":yellow-badge"))


def challenges_done(app: AppTest) -> list[bool]:
    starts = (":material/check_circle", ":material/radio_button_unchecked")
    return ["check_circle" in element.value for element in app.markdown if element.value.startswith(starts)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_comes_whole(lang: str) -> None:
    app = open_page("variational", lang=lang)
    assert not app.exception
    own, common = labels(lang)["variational"], labels(lang)["common"]
    assert app.title[0].value == own["title"]
    expected = [common["steps"], common["challenges"], own["look"], own["climb"], own["splits"], own["far"]]
    assert [header.value for header in app.header] == [*expected, common["code"]]
    assert equation(app) == "−1.281410 = −1.967466 + 0.686056"


def test_the_best_exponential_at_13_is_one_click_away() -> None:
    app = open_page("variational", x="-1", family="gamma").button("variational-at-13").click().run()
    assert equation(app) == "−1.281410 = −1.386733 + 0.105323"
    third = step(app, 3)
    assert r"\lambda=1.27215" in third and "=0.78607" in third


def test_at_2_the_best_exponential_is_the_prior() -> None:
    app = open_page("variational").button("variational-at-2").click().run()
    assert equation(app) == "−1.672754 = −1.918939 + 0.246185"
    first = step(app, 1)
    assert "=-1.67275377902" in first and "0.187729387930" in first
    second = step(app, 2)
    assert "1.28759997094" in second and "0.629686285777" in second
    assert r"\lambda=1.00000" in step(app, 2)


def test_a_family_that_holds_the_posterior_closes_the_gap() -> None:
    app = open_page("variational", x="2", family="truncated-normal").button("variational-best").click().run()
    assert equation(app) == "−1.672754 = −1.672754 + 0.000000"
    assert r"\mu=1.00000,\ s=1.00000" in step(app, 3)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_bar_ends_at_the_same_height_for_every_q(family: str) -> None:
    log_evidence = "−1.281410"
    for m in ("0.3", "1", "2.5"):
        app = open_page("variational", family=family, m=m)
        left, right = equation(app).split(" = ")
        elbo, gap = (float(part.replace("−", "-")) for part in right.split(" + "))
        assert left.startswith(log_evidence)
        assert elbo + gap == pytest.approx(float(left.replace("−", "-")), abs=1e-9), "it adds up as it stands"
        assert gap >= 0


def test_the_steps_substitute_the_numbers_on_screen() -> None:
    app = open_page("variational", x="-1.5", rate="2", sigma="0.5", family="gamma")
    first = step(app, 1)
    assert r"\tfrac{-1.50-2.00\cdot0.50^2}{0.50}=-4.0000" in first
    assert f"{ExponentialNormal(2, 0.5).log_evidence(-1.5):.12g}" in first
    assert "0.6931+3.0000+0.5000" in first
    last = step(app, 4)
    assert re.search(r"\(-\d+\.\d+\)\}\+\\textcolor", last), "a negative ELBO stands in brackets"


def test_every_challenge_can_be_solved() -> None:
    assert challenges_done(open_page("variational")) == [False] * 3
    assert challenges_done(open_page("variational", m="0.79")) == [True, False, False]
    assert challenges_done(open_page("variational", **POSTERIOR)) == [False, True, False]
    positive = {"x": "0.2", "rate": "3", "sigma": "0.2", "family": "gamma", "m": "0.19", "s": "0.12"}
    assert challenges_done(open_page("variational", **positive)) == [False, False, True]


def test_densities_above_1() -> None:
    app = open_page("variational").button("variational-above-1").click().run()
    assert equation(app) == "0.256136 = 0.219963 + 0.036173"


def test_the_prediction_is_tried_out() -> None:
    app = open_page("variational")
    app.radio("variational-guess").set_value("c").run()
    app.button("variational-do").click().run()
    assert equation(app) == "−1.672754 = −1.672754 + 0.000000"
    assert labels("en")["variational"]["predict-c-answer"] in words(app)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_snippet_prints_what_is_on_the_screen(family: str) -> None:
    app = open_page("variational", family=family, x="-0.7", rate="1.6", sigma="0.4", m="0.3", s="0.2")
    assert run_snippet(app) == shown(app)
    printed = [float(number) for number in re.findall(r"-?\d+\.\d{6}", shown(app))]
    on_screen = [float(number) for number in re.findall(r"-?\d+\.\d{6}", equation(app).replace("−", "-"))]
    assert printed == pytest.approx(on_screen, abs=1.1e-6), "only the gap's last digit gives way to the sum"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ({"x": "99"}, "-2 … 3"),
        ({"rate": "0"}, "0.2 … 4"),
        ({"family": "beta"}, ", ".join(FAMILIES)),
        ({"m": "nan"}, "0.01 … 5"),
    ],
)
def test_a_link_that_asks_for_the_impossible(lang: str, query: dict[str, str], limits: str) -> None:
    app = open_page("variational", lang=lang, **query)
    ((name, value),) = query.items()
    sentence = labels(lang)["problem"]["bad-value"].format(name=name, value=value, limits=limits)
    assert sentence in words(app)
    assert equation(app) == "−1.281410 = −1.967466 + 0.686056"


def test_the_climb_tells_where_it_began_and_ended() -> None:
    app = open_page("variational", family="truncated-normal", x="2", draws="64")
    told = words(app)
    assert "is −1.6728." in told, "the best of the family"
    assert "to −1.6728 in 120 steps" in told
    app.button("variational-new-draw").click().run()
    assert app.query_params["seed"] == "1"


def test_far_out_the_typed_formula_fails_and_ours_does_not() -> None:
    told = words(open_page("variational"))
    assert "| −10,000 | −∞ | −50,000,010.129 |" in told
    assert "| 10,000 | −9,999.500 | −9,999.500 |" in told


@pytest.mark.parametrize("family", FAMILIES)
def test_the_three_ways_end_at_the_same_bound(family: str) -> None:
    state = {"x": 0.4, "rate": 1.5, "sigma": 0.7, "family": family, "m": 0.9, "s": 0.5, "draws": 8, "seed": 0}
    scene = Scene(state, Text("variational", "en", "light"))  # type: ignore[arg-type]
    for first, second in scene.splits():
        assert first[1] + second[1] == pytest.approx(scene.terms.elbo, abs=1e-12)
        for name, value, _ in (first, second):
            assert f"{abs(value):.4f}" in name
    assert math.isfinite(scene.now.best_elbo)
