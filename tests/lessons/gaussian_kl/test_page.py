"""The page on Gaussians without a browser: its numbers are the package's, in both languages, and its challenges end."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from genmodels.probability import gaussian
from lessons.gaussian_kl import fits
from lessons.gaussian_kl.scene import small
from tests.app import challenges_done, equation, follow, in_url, open_page, problem, run_snippet, shown, step, words
from ui.text import LANGUAGES, NO_BREAK_SPACE, labels

PAGE = "gaussian_kl"
DEFAULT = (1.0, 0.5, 0.0, 1.0)


def visit(lang: str = "en", **query: object) -> AppTest:
    app = open_page(PAGE, lang=lang, further="open", **{name: str(value) for name, value in query.items()})
    assert not app.exception
    assert "<<" not in words(app)
    return app


def listed(app: AppTest) -> str:
    """The table of optima, with the marks of the picture."""
    table = next(e.value for e in app.markdown if e.value.startswith(f"| {labels('en')[PAGE]['fit-of']} | "))
    marks = {":material/radio_button_unchecked:": "○", ":material/close:": "×"}
    for icon, mark in marks.items():
        table = table.replace(icon, mark)
    return table


def test_all_sections_are_there() -> None:
    app, own, common = visit(), labels("en")[PAGE], labels("en")["common"]
    expected = [common["look"], *(own[name] for name in ("ways", "fit", "plane", "box", "units"))]
    expected += [common["steps"], common["challenges"], common["challenges"], common["code"]]
    assert sorted(header.value for header in app.header) == sorted(expected)


# --- the numbers of the course


def test_the_default_is_the_formula_of_the_course() -> None:
    app = visit()
    assert equation(app) == "0.8181 = 0.5000 + (−0.3750) + 0.6931"
    third = step(app, 3)
    assert r"\tfrac12(1.0000+0.2500\\&+1.3863-1)" in third
    assert "0.8181" in third


def test_same_width_one_apart_is_half_a_nat() -> None:
    app = visit()
    app.get_by_key(f"{PAGE}-shifted").click().run()
    assert equation(app) == "0.5000 = 0.5000 + 0.0000 + 0.0000"
    assert shown(app).startswith("0.5000 0.5000 ")


def test_the_worked_example_of_the_two_bumps() -> None:
    said = listed(visit())
    rows = [
        r"| ○ $D(p\Vert q)$ | 0.000 | 2.062 | 0.724 |",
        r"| ○ $D(q\Vert p)$ | −2.000 | 0.500 | 0.693 |",
        r"| ○ $D(q\Vert p)$ | 2.000 | 0.500 | 0.693 |",
        r"| ○ $D(q\Vert p)$ | 0.000 | 1.736 | 1.871 |",
    ]
    assert all(row in said for row in rows)
    assert said.count(r"× $D(q\Vert p)$") == 2


def test_with_sd_1_one_minimum_is_left() -> None:
    app = visit()
    app.get_by_key(f"{PAGE}-bumps-wide").click().run()
    said = listed(app)
    assert r"$D(q\Vert p)$ | 0.000 | 2.047 | 0.227 |" in said
    assert said.count(r"$D(q\Vert p)$ |") == 1
    app.get_by_key(f"{PAGE}-bumps-apart").click().run()
    assert "| 1.871 |" in words(app)


def test_the_ellipses_hold_what_they_are_said_to() -> None:
    said = words(visit())
    assert f"39.3{NO_BREAK_SPACE}%" in said
    assert f"86.5{NO_BREAK_SPACE}%" in said


# --- one state, many places


NAMES = ("mu_p", "sigma_p", "mu_q", "sigma_q")


STATES: list[dict[str, object]] = [
    {"mu_p": -2.35, "sigma_p": 2.2, "mu_q": 1.1, "sigma_q": 0.3},
    {"sigma_p": 0.2, "mu_q": 3, "draws": 137, "seed": 5},
    {"mu_p": 0, "sigma_p": 1},
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_snippet_prints_the_numbers_on_screen(lang: str) -> None:
    app = visit(lang)
    for state in STATES:
        follow(app, further="open", **{name: str(value) for name, value in state.items()})
        assert not app.exception
        assert run_snippet(app) == shown(app)
        forward, reverse, average = shown(app).split()
        parameters = [float(str(state.get(name, value))) for name, value in zip(NAMES, DEFAULT, strict=True)]
        assert float(forward) == round(gaussian.kl_normal(*parameters), 4)
        assert float(reverse) == round(gaussian.kl_normal(*parameters[2:], *parameters[:2]), 4)
        assert f": {average.replace('-', '−')} ± " in words(app).replace("：", ": ")


@pytest.mark.parametrize(
    "state", [{}, {"mu_p": -2.35, "sigma_p": 2.2, "mu_q": 1.1, "sigma_q": 0.3}, {"mu_p": 2.95, "sigma_q": 0.2}]
)
def test_the_equation_adds_up_as_it_stands(state: dict[str, object]) -> None:
    total, rest = re.sub(r"\(−([\d.]+)\)", r"-\1", equation(visit(**state))).replace("+ ", "").split(" = ")
    digits = len(total.split(".")[1])
    assert round(sum(map(float, rest.split())), digits) == float(total)
    parameters = [float(str(state.get(name, value))) for name, value in zip(NAMES, DEFAULT, strict=True)]
    terms = gaussian.kl_normal_terms(*parameters)
    assert [float(part) for part in rest.split()] == [round(t, digits) for t in (terms.mean, terms.spread, terms.log)]


def test_the_four_steps_have_the_numbers_on_screen() -> None:
    state = {"mu_p": -1, "sigma_p": 0.8, "mu_q": -0.5, "sigma_q": 2}
    terms = gaussian.kl_normal_terms(-1, 0.8, -0.5, 2)
    back = gaussian.kl_normal(-0.5, 2, -1, 0.8)
    app = visit(**state)
    first, second, third, fourth = (step(app, number) for number in (1, 2, 3, 4))
    assert r"\log\frac{0.4987}{" in first
    assert "=0.9475" in first
    assert f"{terms.total:.4f}" in second
    assert r"\tfrac{(-1.00-(-0.50))^2}{2\cdot2.00^2}" in third
    assert f"{back:.4f}" in fourth
    assert "is the wider curve, so $D(" in fourth


def test_far_apart_the_steps_have_powers_of_ten_and_no_zeros() -> None:
    first = step(visit(mu_p=3, mu_q=-3, sigma_q=0.2), 1)
    assert r"\cdot10^{-" in first
    assert "{0.0000}" not in first


def test_swapping_swaps() -> None:
    app = visit()
    forward, reverse, _ = shown(app).split()
    app.get_by_key(f"{PAGE}-swap").click().run()
    assert shown(app).split()[:2] == [reverse, forward]
    assert in_url(app, "sigma_q") == "0.5"


def test_drawing_again_changes_the_average_alone() -> None:
    app = visit()
    before = shown(app).split()
    app.get_by_key(f"{PAGE}-new-draw").click().run()
    after = shown(app).split()
    assert after[:2] == before[:2]
    assert after[2] != before[2]
    assert in_url(app, "seed") == "1"


def test_more_points_come_nearer() -> None:
    few, many = (words(visit(points=number)) for number in (11, 31))
    assert "11 points: 0.8" in few
    assert r"31 points: 0.818147, off by 0." in many
    assert small(0) == "0"
    assert small(8.1e-8) == r"${8\cdot10^{-8}}$"


# --- the plane, the box, the units


def test_best_fits_without_correlation_cost_the_same() -> None:
    costs = {}
    for name in ("forward", "reverse"):
        app = visit()
        app.get_by_key(f"{PAGE}-best-{name}").click().run()
        costs[name] = next(e.value for e in app.markdown if e.value.startswith(r"$$\begin{aligned}\textcolor"))
        assert in_url(app, "xx_q") == (None if name == "forward" else "0.36")
    assert "0.5108" in costs["forward"].split(r"\\")[0]
    assert "0.5108" in costs["reverse"].split(r"\\")[2]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["p", "q"])
def test_a_covariance_that_is_none_is_told_and_repaired_with_one_click(name: str, lang: str) -> None:
    app = visit(lang, **{f"xy_{name}": 2})
    sentence = problem(lang, "cov-not-positive", what=f"cov_{name}", least="-1")
    assert sentence in words(app)
    app.get_by_key(f"{PAGE}-repair-{name}").click().run()
    assert not app.exception
    assert sentence.split("-1")[0] not in words(app)
    assert float(in_url(app, f"xy_{name}") or 0) == pytest.approx(1.425, abs=0.011), "the nearest, to two decimals"


@pytest.mark.parametrize(("xx", "xy", "yy"), [(4, 4, 0.1), (0.1, -4, 4), (4, -4, 4), (0.1, 0.1, 0.1), (4, 2, 1)])
def test_every_covariance_of_the_sliders_can_be_repaired(xx: float, xy: float, yy: float) -> None:
    app = visit(xx_p=xx, xy_p=xy, yy_p=yy)
    app.get_by_key(f"{PAGE}-repair-p").click().run()
    assert not app.exception
    with pytest.raises(KeyError):
        app.get_by_key(f"{PAGE}-repair-p")


def test_one_direction_is_infinite_and_says_why() -> None:
    said = words(visit(mu_p=0, sigma_p=1, low=-2, high=2))
    assert r"=\infty}" in said
    assert f"4.55{NO_BREAK_SPACE}%" in said
    assert f"={gaussian.against_uniform(0, 1, -2, 2).reverse:.4f}" in said


@pytest.mark.parametrize(("low", "high"), [(2, -1), (1, 1)])
def test_ends_in_the_wrong_order_are_told_and_repaired(low: float, high: float) -> None:
    app = visit(low=low, high=high)
    sentence = problem("en", "bad-interval", low=f"{low:g}", high=f"{high:g}")
    assert sentence in words(app)
    app.get_by_key(f"{PAGE}-repair-box").click().run()
    assert sentence not in words(app)
    assert r"=\infty}" in words(app)


def test_a_unit_moves_the_entropies_alone() -> None:
    before, after = (words(visit(scale=scale)) for scale in (1, 0.25))
    for both in (r"D(p\,\|\,\textcolor{#0A7C6A}{q})=0.8181", "=2.8069"):
        assert both in before
        assert both in after
    assert "h(p)=0.7258" in before
    assert "h(p)=-0.6605" in after


# --- challenges, prediction, links


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (0, {"sigma_p": 0.2}),
        (1, {"mu_p": 0, "sigma_p": 0.2, "sigma_q": 0.25}),
        (2, {"m1": -3, "m2": 3, "s1": 1.5, "s2": 1.5}),
        (3, {"a": 0, "b": 2}),
    ],
)
def test_every_challenge_can_be_solved(number: int, state: dict[str, object]) -> None:
    assert [i for i, solved in enumerate(challenges_done(visit(**state))) if solved] == [number]


def test_a_challenge_says_how_far_it_is() -> None:
    said = words(visit())
    for distance in (
        "now 3.4 times",
        "now entropy of p 0.726, D(p||q) 0.818",
        "now minima: 3, 4.00 apart",
        "now it ends at −2.00",
    ):
        assert distance in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_guess_is_followed_by_the_experiment(lang: str) -> None:
    app = visit(lang)
    assert app.get_by_key(f"{PAGE}-do").disabled
    app.get_by_key(f"{PAGE}-guess").set_value("c").run()
    app.get_by_key(f"{PAGE}-do").click().run()
    answer = labels(lang)[PAGE]["predict-c-answer"]
    assert answer in words(app)
    forward, reverse, _ = shown(app).split()
    assert forward in answer
    assert reverse in answer


def test_bumps_that_merge_still_have_a_page() -> None:
    app = visit(m1=0, m2=0, s1=0.2, s2=2, w=0.05)
    assert words(app).count(r"$D(q\Vert p)$ |") == len(fits.Fits(_state(app)).reverse)


def _state(app: AppTest) -> dict[str, float]:
    fields = fits.FIELDS
    return {name: float(in_url(app, name) or field.default) for name, field in fields.items()}


def test_the_scene_of_equal_curves_is_all_zero() -> None:
    app = visit(mu_p=0, sigma_p=1)
    assert equation(app) == "0.0000 = 0.0000 + 0.0000 + 0.0000"
