"""The page on variational inference without a browser: the course's numbers, every challenge, every family."""

from __future__ import annotations

import math
import re
from itertools import product

import pytest

from genmodels.probability.variational import ExponentialNormal
from lessons.variational.scene import FAMILIES, Scene
from tests.app import challenges_done, equation, follow, in_url, open_page, run_snippet, shown, step, words
from ui.text import Text, labels

POSTERIOR = {"x": "2", "family": "truncated-normal", "m": "1.28759997", "s": "0.79352774"}


def test_the_sections_stand_in_their_order() -> None:
    own, common = labels("en")["variational"], labels("en")["common"]
    stage = [common["look"], common["steps"], common["challenges"]]
    for further, names in {"folded": ("climb", "splits"), "open": ("climb", "splits", "far")}.items():
        app = open_page("variational", further=further)
        assert [header.value for header in app.header] == [*stage, *(own[name] for name in names), common["code"]]
    assert equation(app) == "−1.281410 = −1.967466 + 0.686056"


def test_the_best_exponential_at_13_is_one_click_away() -> None:
    app = open_page("variational", x="-1", family="gamma").button("variational-at-13").click().run()
    assert equation(app) == "−1.281410 = −1.386733 + 0.105323"
    fourth = step(app, 4)
    assert r"\lambda=1.27215" in fourth and "=0.78607" in fourth


def test_at_2_the_best_exponential_is_the_prior() -> None:
    app = open_page("variational").button("variational-at-2").click().run()
    assert equation(app) == "−1.672754 = −1.918939 + 0.246185"
    second = step(app, 2)
    assert "=-1.67275377902" in second and "0.187729387930" in second
    third = step(app, 3)
    assert "1.28759997094" in third and "0.629686285777" in third
    assert r"\lambda=1.00000" in step(app, 4)


def test_a_family_that_holds_the_posterior_closes_the_gap() -> None:
    app = open_page("variational", x="2", family="truncated-normal").button("variational-best").click().run()
    assert equation(app) == "−1.672754 = −1.672754 + 0.000000"
    assert r"\mu=1.00000,\ s=1.00000" in step(app, 4)


def test_the_bar_ends_at_the_same_height_for_every_q() -> None:
    app, log_evidence = open_page("variational"), "−1.281410"
    for family, m in product(FAMILIES, ("0.3", "1", "2.5")):
        left, right = equation(follow(app, family=family, m=m)).split(" = ")
        elbo, gap = (float(part.replace("−", "-")) for part in right.split(" + "))
        assert left.startswith(log_evidence)
        assert elbo + gap == pytest.approx(float(left.replace("−", "-")), abs=1e-9), "it adds up as it stands"
        assert gap >= 0


def test_the_steps_substitute_the_numbers_on_screen() -> None:
    app = open_page("variational", x="-1.5", rate="2", sigma="0.5", family="gamma")
    second = step(app, 2)
    assert r"\tfrac{-1.50-2.00\cdot0.50^2}{0.50}=-4.0000" in second
    assert f"{ExponentialNormal(2, 0.5).log_evidence(-1.5):.12g}" in second
    assert r"0.6931+3.0000\\&\quad+0.5000" in second
    last = step(app, 5)
    assert re.search(r"\(-\d+\.\d+\)\}\+\\textcolor", last), "a negative ELBO stands in brackets"


def test_every_challenge_can_be_solved() -> None:
    assert challenges_done(open_page("variational", x="0.8", rate="2.5")) == [True, False, False]
    assert challenges_done(open_page("variational", x="-2", sigma="0.2", m="0.0185")) == [False, True, False]
    assert challenges_done(open_page("variational", **POSTERIOR)) == [False, False, False], "in the very family"
    positive = {"x": "0.22", "rate": "2", "sigma": "0.2", "family": "truncated-normal"}
    app = open_page("variational", **positive).button("variational-best").click().run()
    assert challenges_done(app) == [False, False, True]


def test_densities_above_1() -> None:
    app = open_page("variational").button("variational-above-1").click().run()
    assert equation(app) == "0.256136 = 0.219963 + 0.036173"


def test_the_prediction_is_tried_out() -> None:
    """The bar ends where it did: the button changes q alone, and finds its best member for what is on screen then."""
    for x, bar in {"1.3": "−1.281410", "2": "−1.672754"}.items():
        app = open_page("variational", x=x)
        app.radio("variational-guess").set_value("c").run()
        assert equation(app).startswith(f"{bar} = ") and not equation(app).endswith("0.000000")
        app.button("variational-do").click().run()
        assert equation(app) == f"{bar} = {bar} + 0.000000"
    assert labels("en")["variational"]["predict-c-answer"] in words(app)


def test_the_snippet_prints_what_is_on_the_screen() -> None:
    app = open_page("variational")
    for family in FAMILIES:
        follow(app, family=family, x="-0.7", rate="1.6", sigma="0.4", m="0.3", s="0.2")
        assert run_snippet(app) == shown(app)
        printed = [float(number) for number in re.findall(r"-?\d+\.\d{6}", shown(app))]
        on_screen = [float(number) for number in re.findall(r"-?\d+\.\d{6}", equation(app).replace("−", "-"))]
        assert printed == pytest.approx(on_screen, abs=1.1e-6), "only the gap's last digit gives way to the sum"


def test_the_climb_tells_where_it_began_and_ended() -> None:
    app = open_page("variational", family="truncated-normal", x="2", draws="64")
    told = words(app)
    assert "is −1.6728." in told, "the best of the family"
    assert "to −1.6728 in 120 steps" in told
    app.button("variational-new-draw").click().run()
    assert in_url(app, "seed") == "1"


def test_far_out_the_typed_formula_fails_and_ours_does_not() -> None:
    told = words(open_page("variational", further="open"))
    assert "| −10,000 | −∞ | −50,000,010.129 |" in told
    assert "| 10,000 | −9,999.500 | −9,999.500 |" in told


def written(label: str) -> float:
    """The number at the end of a label, with the sign at its beginning."""
    sign = -1 if label.startswith("−") else 1
    return sign * float(label.split()[-1].replace("−", "-"))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_three_ways_end_at_the_same_bound(family: str) -> None:
    state = {"x": 0.4, "rate": 1.5, "sigma": 0.7, "family": family, "m": 0.9, "s": 0.5, "draws": 8, "seed": 0}
    scene = Scene(state, Text("variational", "en", "light"))  # type: ignore[arg-type]
    label, ways = scene.splits()
    total = written(label)
    for _, first, second in ways:
        assert first[1] + second[1] == pytest.approx(scene.terms.elbo, abs=1e-12)
        numbers = [written(name) for name, *_ in (first, second)]
        assert [value for _, value, _ in (first, second)] == pytest.approx(numbers, abs=5e-5)
        assert sum(numbers) == pytest.approx(total, abs=1e-9), "it adds up as it stands"
    assert math.isfinite(scene.now.best_elbo)
