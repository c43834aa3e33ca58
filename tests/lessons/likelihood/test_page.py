"""The likelihood page without a browser: the course's numbers on the screen, and what it says of nonsense."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from scipy.stats import binom, norm
from streamlit.testing.v1 import AppTest

from genmodels.probability import intervals, likelihood
from lessons.likelihood import normal
from lessons.likelihood.scene import MOST_DRAWS, filled
from tests.app import (
    challenges_done,
    component,
    equation,
    equations,
    follow,
    in_url,
    notices,
    open_page,
    problem,
    run_snippet,
    shown,
    step,
    words,
)
from ui.text import LANGUAGES, labels

OWN = labels("en")["likelihood"]


def figure(app: AppTest, key: str) -> dict[str, object]:
    """What a chart was given."""
    chart = next(one for one in app.get("plotly_chart") if one.proto.id.endswith(f"-{key}"))
    return json.loads(chart.proto.spec)


def values(array: dict[str, str] | list[float]) -> np.ndarray:
    """An array of a chart; plotly packs numpy's."""
    if isinstance(array, dict):
        return np.frombuffer(base64.b64decode(array["bdata"]), np.dtype(array["dtype"]))
    return np.array(array)


def test_the_sections_stand_in_their_order() -> None:
    app, common = open_page("likelihood", further="open"), labels("en")["common"]
    beside, sections = (common["steps"], common["challenges"]), (OWN[name] for name in ("data", "normal", "draws"))
    assert [header.value for header in app.header] == [common["look"], *beside, *sections, common["code"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_numbers_of_the_course_are_there_untouched(lang: str) -> None:
    app = open_page("likelihood", lang=lang)
    assert all(number in words(app) for number in ("−61.0864", "0.2102", "0.3898", "0.2160", "0.3941"))
    app.button("to-the-peak").click().run()
    assert equation(app) == "−61.0864 = −36.1192 + (−24.9672)"


def test_the_balls_of_the_course_were_drawn_from_that_urn() -> None:
    sampler, rng = filled(190)
    draws = sampler.draw(MOST_DRAWS, rng)[0]
    assert draws[:100].sum() == 30
    assert sampler.share == 0.34, "the estimate is not the truth, but its interval holds it"


def test_the_steps_substitute_the_numbers_on_screen() -> None:
    app = open_page("likelihood", theta="0.3")
    assert r"\theta^{30}\,(1-\theta)^{70}" in step(app, 1) and r"=2.955\cdot10^{-27}" in step(app, 1)
    second = step(app, 2)
    assert r"30\log0.3+70\log0.7" in second and "-36.1192-24.9672" in second and "{-61.0864}" in second
    third = step(app, 3)
    assert r"\frac{30}{0.3}-\frac{70}{0.7}=0.00" in third and r"\frac{30}{100}=0.3" in third
    fourth = step(app, 4)
    assert "=476.19" in fourth and r"0.3\mp0.0898" in fourth
    assert r"0.2102\text{ to }0.3898" in fourth and r"0.2160\text{ to }0.3941" in fourth


def test_other_counts_have_other_numbers() -> None:
    app = open_page("likelihood", red="7", blue="3", theta="0.55")
    exact = likelihood.bernoulli_log_likelihood(0.55, 7, 3)
    assert equation(app).startswith(f"−{-exact:.4f} = ")
    wald = intervals.wald_interval(7, 3)
    assert f"{wald.low:.4f} to {wald.high:.4f}" in words(app)


@pytest.mark.parametrize("red", [0, 100])
def test_with_one_colour_only_the_likelihood_ratio_gives_an_interval(red: int) -> None:
    app = open_page("likelihood", red=str(red), blue=str(100 - red))
    interval = intervals.likelihood_ratio_interval(red, 100 - red)
    assert OWN["verdict-edge"].split(". ")[-1] in words(app)
    assert f"{interval.low:.4f} to {interval.high:.4f}" in words(app)
    assert r"\q{" not in step(app, 4) and "no interval" in step(app, 4)
    assert challenges_done(app)[3]


def test_without_a_draw_there_is_no_peak() -> None:
    app = open_page("likelihood", red="0", blue="0")
    assert not app.exception
    assert OWN["verdict-none"] in words(app)
    assert "L(\\theta)=1" in step(app, 3)
    assert run_snippet(app) == shown(app) == "0.0000 nats, 0.0000 to 1.0000"
    app.button("to-the-peak").click().run()
    assert not app.exception and equation(app) == "0.0000 = 0.0000 + 0.0000"


@pytest.mark.parametrize("theta", ["0", "1"])
def test_at_the_ends_the_draws_are_impossible(theta: str) -> None:
    app = open_page("likelihood", theta=theta)
    assert not app.exception
    assert equation(app).startswith("−∞ = ")
    assert run_snippet(app) == shown(app) == "-inf nats, 0.2160 to 0.3941"
    assert r"\infty" in step(app, 2)


def test_the_urn_keeps_its_secret_until_it_is_opened() -> None:
    app = open_page("likelihood")
    assert "0.34" not in words(app)
    app.button("open-urn").click().run()
    assert "$\\theta$\u00a0=\u00a0**0.34**, which lies inside" in words(app) and "off by 0.160" in words(app)
    app.button("open-urn").click().run()
    assert "**0.34**" not in words(app)


def test_counts_that_the_urn_never_gave_are_not_blamed_on_it() -> None:
    read = words(open_page("likelihood", red="90", blue="10", open="yes"))
    assert "did not come from this urn" in read and "1 of 20" not in read


def test_another_urn_is_closed_and_nothing_has_been_drawn() -> None:
    app = open_page("likelihood", open="yes").button("new-urn").click().run()
    assert OWN["verdict-none"] in words(app) and "red balls among" not in words(app)
    assert in_url(app, "urn") == "191"


def test_every_challenge_can_be_solved() -> None:
    assert challenges_done(open_page("likelihood", theta="0.35", open="yes")) == [True, False, False, False]
    assert challenges_done(open_page("likelihood", theta="0.35"))[0] is False, "not before it is open"
    assert challenges_done(open_page("likelihood", theta="0.216")) == [False, True, False, False]
    assert challenges_done(open_page("likelihood", red="1", blue="9")) == [False, False, True, False]
    assert challenges_done(open_page("likelihood", red="0", blue="1"))[3]


def test_the_guess_is_followed_by_the_experiment() -> None:
    app = open_page("likelihood")
    app.radio("likelihood-guess").set_value("b").run()
    app.button("likelihood-do").click().run()
    assert OWN["predict-b-answer"] in words(app)
    narrower = intervals.likelihood_ratio_interval(120, 280)
    assert f"{narrower.low:.4f} to {narrower.high:.4f}" in words(app)
    widths = [intervals.likelihood_ratio_interval(*counts).width for counts in ((30, 70), (120, 280))]
    assert "from {:.3f} to {:.3f}".format(*widths) in words(app)


def test_the_picture_shows_what_the_words_say() -> None:
    looks = figure(open_page("likelihood", theta="0.4", open="yes"), "looks")
    lines = [shape for shape in looks["layout"]["shapes"] if shape["x0"] == shape["x1"]]
    places = sorted({round(line["x0"], 4) for line in lines})
    assert places == [0.2102, 0.34, 0.3898, 0.4]
    marks = [shape for shape in looks["layout"]["shapes"] if shape.get("name") == "intervals"]
    band = next(shape for shape in marks if shape["type"] == "rect")
    assert (round(band["x0"], 4), round(band["x1"], 4)) == (0.216, 0.3941)


def test_the_snippet_prints_what_is_on_the_screen() -> None:
    app = open_page("likelihood")
    for query in ({"red": "0", "blue": "9"}, {"red": "400", "blue": "400", "theta": "0.123"}):
        follow(app, **query)
        assert not app.exception
        assert run_snippet(app) == shown(app)


def test_the_bars_are_binomial_and_the_observed_one_stands_out() -> None:
    chart = figure(open_page("likelihood", theta="0.34"), "from-data")
    bars = chart["data"][0]
    counts = values(bars["x"])
    colours = dict(zip(counts, bars["marker"]["color"], strict=True))
    np.testing.assert_allclose(values(bars["y"]), binom.pmf(counts, 100, 0.34), rtol=1e-9)
    assert [x for x in colours if colours[x] != colours[29]] == [30]
    assert f"{binom.pmf(30, 100, 0.34):.3g}" in str(chart["layout"]["annotations"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_promise_is_worth(lang: str) -> None:
    app = open_page("likelihood", further="open", lang=lang)
    worth = {"with": ("95.0", "100.0"), "without": ("99.4", "199.0"), "sticky": ("74.2", "33.8")}
    for way, (coverage, size) in worth.items():
        app.segmented_control("likelihood-way").set_value(way).run()
        assert not app.exception
        assert f"{coverage}\u00a0%" in words(app) and size in words(app)


def test_intervals_that_miss_are_drawn_as_such_and_counted() -> None:
    chart = figure(open_page("likelihood", further="open"), "experiment")
    held, missed = (values(chart["data"][place]["x"]) for place in (2, 3))
    number = len(missed) // 3
    assert number >= 5 and len(held) // 3 + number == 60
    assert f"{60 - number} of 60" in str(chart["layout"]["annotations"])
    for low, high in zip(missed[::3], missed[1::3], strict=True):
        assert not low <= 0.3 <= high
    for low, high in zip(held[::3], held[1::3], strict=True):
        assert low <= 0.3 <= high


def test_only_the_sticky_hand_has_a_stickiness() -> None:
    rows = {"sticky": ["draws", "sticky"], "with": ["draws"], "without": ["draws"]}
    for way, names in rows.items():
        app = open_page("likelihood", further="open", way=way)
        assert not app.exception
        assert [slider["name"] for slider in component(app, "draws-controls")["rows"]] == names


def test_the_gaussian_says_what_scipy_says() -> None:
    app = open_page("likelihood", mu="1", sigma="2", x="0.5 1.5 4")
    data = np.array([0.5, 1.5, 4])
    total = norm.logpdf(data, 1, 2).sum()
    assert float(equations(app)[1].split(" = ")[0].replace("−", "-")) == pytest.approx(total, abs=5e-5)
    best = norm.logpdf(data, data.mean(), data.std()).sum()
    assert f"**{data.mean():.4f}**" in words(app) and f"**{data.std():.4f}**" in words(app)
    assert f"−{-best:.4f} nats, **{best - total:.2f}** above" in words(app)


def test_equations_add_up_as_they_stand() -> None:
    app = open_page("likelihood")
    for query in ({"theta": "0.123"}, {"theta": "0.777", "mu": "0.35", "sigma": "1.7"}, {"red": "7"}):
        for one in equations(follow(app, **query)):
            total, parts = one.replace("−", "-").split(" = ")
            assert float(total) == pytest.approx(eval(parts), abs=1e-9)


def test_one_click_leads_to_the_maximum() -> None:
    app = open_page("likelihood").button("likelihood-top").click().run()
    assert "**0.00** above your point. Slopes here: along $\\mu$ 0.00" in words(app)
    assert (in_url(app, "mu"), in_url(app, "sigma")) == ("1.55", "1.55483118055")


def test_data_that_cannot_be_used_can_be_put_right() -> None:
    sentences = {
        "2 2 2": "two different numbers",
        "3": "two different numbers",
        "1, two, 3": "“two” is not a number",
        "1, 99": "99 lies beside the picture; give numbers from -5 to 5",
        "1, nan": "“nan” is not a number",
        "1, 1_0": "“1_0” is not a number",
        " ".join(["1"] * 50): "50 numbers are too many",
        ",": "x is empty; give at least one number",
    }
    app = open_page("likelihood")
    for x, sentence in sentences.items():
        follow(app, x=x)
        assert not app.exception
        assert sentence in words(app)
        assert len(equations(app)) == 1
        app.button("likelihood-repair-x").click().run()
        assert sentence not in words(app) and len(equations(app)) == 2
        assert app.text_input("likelihood-data").value.startswith("-1.2")


def test_typed_data_are_taken() -> None:
    app = open_page("likelihood")
    app.text_input("likelihood-data").set_value("−1；0，3").run()
    assert "of the 3 numbers" in words(app) and "**0.6667**" in words(app)


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("1,5; 2,5; 3,0", [1.5, 2.5, 3]),
        ("1,5；-2,5;3", [1.5, -2.5, 3]),
        ("1.5,2.5,3", [1.5, 2.5, 3]),
        ("1,2,3 4", [1, 2, 3, 4]),
        ("1, 2; 3, 4", [1, 2, 3, 4]),
        ("１．５、２．５；３", [1.5, 2.5, 3]),
        ("1/2 ,75; −2", [0.5, 0.75, -2]),
        ("0，3 1", [0, 3, 1]),
    ],
)
def test_commas_of_both_kinds(written: str, numbers: list[float]) -> None:
    assert normal.read(written).tolist() == numbers


@pytest.mark.parametrize(
    ("lang", "written"), [("en", "1,5 2,5 3,0"), ("zh", "1,5, 2,5, 3,0"), ("en", "1,5"), ("zh", "2 1,5")]
)
def test_a_comma_that_may_be_either_is_asked_about(lang: str, written: str) -> None:
    for button, value in {"comma-decimal": 1.5, "comma-between": 1}.items():
        app = open_page("likelihood", lang=lang, x=written)
        assert problem(lang, "typed-comma", word="1,5", one="1.5", two="1, 5") in words(app)
        app.button(f"likelihood-{button}").click().run()
        assert not app.exception
        taken = normal.read(in_url(app, "x") or "").tolist()
        assert value in taken and (5 in taken) == (value == 1)


def test_the_gaussian_of_decimal_commas_is_that_of_the_three_numbers() -> None:
    app = open_page("likelihood", mu="1", sigma="1", x="1,5; 2,5; 3,0")
    total = norm.logpdf([1.5, 2.5, 3], 1, 1).sum()
    assert float(equations(app)[1].split(" = ")[0].replace("−", "-")) == pytest.approx(total, abs=5e-5)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_data_that_are_too_long_are_answered_and_those_before_stay(lang: str) -> None:
    app = open_page("likelihood", lang=lang, x="1 2 3")
    box = app.text_input("likelihood-data")
    assert not box.proto.max_chars, "what is longer would be dropped without a word"
    box.set_value("1 " * 200).run()
    assert notices(app) == [problem(lang, "text-long", given=400, most=300)]
    assert app.text_input("likelihood-data").value == "1 2 3" == in_url(app, "x")


def test_a_link_with_a_book_in_it_is_told_so() -> None:
    assert "at most 300 are read" in words(open_page("likelihood", x="1," * 400))


def test_the_estimate_is_handed_on_as_a_coin() -> None:
    link = next(one.proto for one in open_page("likelihood").get("page_link") if "information" in one.proto.page)
    assert "p=0.3%2C0.7" in link.query_string
