"""The likelihood page without a browser: the course's numbers on the screen, and what it says of nonsense."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest
from scipy.stats import binom, norm
from streamlit.testing.v1 import AppTest

from genmodels.probability import intervals, likelihood
from lessons.likelihood.scene import MOST_DRAWS, filled
from tests.app import open_page, run_snippet, shown, words
from ui.text import LANGUAGES, labels

OWN = labels("en")["likelihood"]


def equations(app: AppTest) -> list[str]:
    """The live equations, as text: that of the urn, that of the Gaussian."""
    markups = [element.proto.body for element in app.get("html") if 'class="gm-equation"' in element.proto.body]
    return [" ".join(re.findall(r"<(?:strong|b)>([^<]*)<", markup)) for markup in markups]


def step(app: AppTest, number: int) -> str:
    """That step of "One pass, slowly", opened."""
    for _ in range(number - 1):
        app = app.button("likelihood-step-next").click().run()
    return next(element.value for element in app.markdown if element.value.startswith(":yellow-badge"))


def figure(app: AppTest, key: str) -> dict[str, object]:
    """What a chart was given."""
    chart = next(one for one in app.get("plotly_chart") if one.proto.id.endswith(f"-{key}"))
    return json.loads(chart.proto.spec)


def numbers(array: dict[str, str] | list[float]) -> np.ndarray:
    """An array of a chart; plotly packs numpy's."""
    if isinstance(array, dict):
        return np.frombuffer(base64.b64decode(array["bdata"]), np.dtype(array["dtype"]))
    return np.array(array)


def challenges_done(app: AppTest) -> list[bool]:
    marks = (":material/check_circle", ":material/radio_button_unchecked")
    return ["check_circle" in element.value for element in app.markdown if element.value.startswith(marks)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_comes_whole(lang: str) -> None:
    app = open_page("likelihood", lang=lang)
    assert not app.exception
    own, common = labels(lang)["likelihood"], labels(lang)["common"]
    assert app.title[0].value == own["title"]
    expected = [common["steps"], common["challenges"], own["look"], own["data"], own["draws"], own["normal"]]
    assert [header.value for header in app.header] == [*expected, common["code"]]
    assert "<<" not in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_numbers_of_the_course_are_there_untouched(lang: str) -> None:
    read = words(open_page("likelihood", lang=lang))
    for number in ("−61.0864", "0.2102", "0.3898", "0.2160", "0.3941"):
        assert number in read
    app = open_page("likelihood", lang=lang).button("to-the-peak").click().run()
    assert equations(app)[0] == "−61.0864 = −36.1192 − 24.9672"


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
    third = step(app, 2)
    assert r"\frac{30}{0.3}-\frac{70}{0.7}=0.00" in third and r"\frac{30}{100}=0.3" in third
    fourth = step(app, 2)
    assert "=476.19" in fourth and r"0.3\mp0.0898" in fourth
    assert r"0.2102\text{ to }0.3898" in fourth and r"0.2160\text{ to }0.3941" in fourth


def test_other_counts_have_other_numbers() -> None:
    app = open_page("likelihood", red="7", blue="3", theta="0.55")
    exact = likelihood.bernoulli_log_likelihood(0.55, 7, 3)
    assert equations(app)[0].startswith(f"−{-exact:.4f} = ")
    wald = intervals.wald_interval(7, 3)
    assert f"{wald.low:.4f} to {wald.high:.4f}" in words(app)


@pytest.mark.parametrize("red", [0, 100])
def test_with_one_colour_only_the_likelihood_ratio_gives_an_interval(red: int) -> None:
    app = open_page("likelihood", red=str(red), blue=str(100 - red))
    interval = intervals.likelihood_ratio_interval(red, 100 - red)
    assert OWN["verdict-edge"].split(". ")[-1] in words(app)
    assert f"{interval.low:.4f} to {interval.high:.4f}" in words(app)
    assert r"\q{" not in step(app, 4) and "no interval" in step(app, 1)
    assert challenges_done(app)[3]


def test_without_a_draw_there_is_no_peak() -> None:
    app = open_page("likelihood", red="0", blue="0")
    assert not app.exception
    assert OWN["verdict-none"] in words(app)
    assert "$L(\\theta)=1$ everywhere" in step(app, 3)
    assert run_snippet(app) == shown(app) == "0.0000 nats, 0.0000 to 1.0000"
    app.button("to-the-peak").click().run()
    assert not app.exception and equations(app)[0] == "0.0000 = 0.0000 − 0.0000"


@pytest.mark.parametrize("theta", ["0", "1"])
def test_at_the_ends_the_draws_are_impossible(theta: str) -> None:
    app = open_page("likelihood", theta=theta)
    assert not app.exception
    assert equations(app)[0].startswith("−∞ = ")
    assert run_snippet(app) == shown(app) == "-inf nats, 0.2160 to 0.3941"
    assert r"\infty" in step(app, 2)


def test_the_urn_keeps_its_secret_until_it_is_opened() -> None:
    app = open_page("likelihood")
    assert "0.34" not in words(app)
    app.button("open-urn").click().run()
    assert "**θ = 0.34**, which lies inside" in words(app) and "off by 0.160" in words(app)
    app.button("open-urn").click().run()
    assert "**θ =" not in words(app)


def test_counts_that_the_urn_never_gave_are_not_blamed_on_it() -> None:
    read = words(open_page("likelihood", red="90", blue="10", open="yes"))
    assert "did not come from this urn" in read and "1 of 20" not in read


def test_another_urn_is_closed_and_nothing_has_been_drawn() -> None:
    app = open_page("likelihood", open="yes").button("new-urn").click().run()
    assert OWN["verdict-none"] in words(app) and "**θ =" not in words(app)
    assert app.query_params["urn"] in ("191", ["191"])


def test_every_challenge_can_be_solved() -> None:
    assert challenges_done(open_page("likelihood")) == [False] * 4
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
    band = next(shape for shape in looks["layout"]["shapes"] if shape["type"] == "rect")
    assert (round(band["x0"], 4), round(band["x1"], 4)) == (0.216, 0.3941)


@pytest.mark.parametrize("query", [{}, {"red": "0", "blue": "9"}, {"red": "400", "blue": "400", "theta": "0.123"}])
def test_the_snippet_prints_what_is_on_the_screen(query: dict[str, str]) -> None:
    app = open_page("likelihood", **query)
    assert not app.exception
    assert run_snippet(app) == shown(app)


def test_the_bars_are_binomial_and_the_observed_one_stands_out() -> None:
    chart = figure(open_page("likelihood", theta="0.34"), "from-data")
    bars = chart["data"][0]
    counts = numbers(bars["x"])
    colours = dict(zip(counts, bars["marker"]["color"], strict=True))
    np.testing.assert_allclose(numbers(bars["y"]), binom.pmf(counts, 100, 0.34), rtol=1e-9)
    assert [x for x in colours if colours[x] != colours[29]] == [30]
    assert f"{binom.pmf(30, 100, 0.34):.3g}" in str(chart["layout"]["annotations"])


@pytest.mark.parametrize(
    ("way", "coverage", "size"), [("with", "95.0", "100.0"), ("without", "99.4", "199.0"), ("sticky", "74.2", "33.8")]
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_promise_is_worth(way: str, coverage: str, size: str, lang: str) -> None:
    app = open_page("likelihood", way=way, lang=lang)
    assert not app.exception
    assert f"{coverage} %" in words(app) and size in words(app)


def test_intervals_that_miss_are_drawn_as_such_and_counted() -> None:
    chart = figure(open_page("likelihood"), "experiment")
    held, missed = (numbers(chart["data"][place]["x"]) for place in (2, 3))
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
        app = open_page("likelihood", way=way)
        assert not app.exception
        said = [one.proto.json for one in app.get("bidi_component") if '"name": "draws"' in one.proto.json]
        assert [name for name in ("draws", "sticky") if f'"name": "{name}"' in said[0]] == names


def test_the_gaussian_says_what_scipy_says() -> None:
    app = open_page("likelihood", mu="1", sigma="2", x="0.5 1.5 4")
    data = np.array([0.5, 1.5, 4])
    total = norm.logpdf(data, 1, 2).sum()
    assert float(equations(app)[1].split(" = ")[0].replace("−", "-")) == pytest.approx(total, abs=5e-5)
    best = norm.logpdf(data, data.mean(), data.std()).sum()
    assert f"**{data.mean():.4f}**" in words(app) and f"**{data.std():.4f}**" in words(app)
    assert f"−{-best:.4f} nats, **{best - total:.2f}** above" in words(app)


@pytest.mark.parametrize("query", [{"theta": "0.123"}, {"theta": "0.777", "mu": "0.35", "sigma": "1.7"}, {"red": "7"}])
def test_equations_add_up_as_they_stand(query: dict[str, str]) -> None:
    for equation in equations(open_page("likelihood", **query)):
        total, parts = equation.replace("−", "-").split(" = ")
        assert float(total) == pytest.approx(eval(parts), abs=1e-9)


def test_one_click_leads_to_the_maximum() -> None:
    app = open_page("likelihood").button("likelihood-top").click().run()
    assert "**0.00** above your point. Slopes here: 0.00" in words(app)
    assert app.query_params["mu"] in ("1.55", ["1.55"]) and app.query_params["sigma"] in ("1.555", ["1.555"])


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        ("2 2 2", "two different numbers"),
        ("3", "two different numbers"),
        ("1, two, 3", "“two” is not a number"),
        ("1, 99", "99 lies beside the picture; give numbers from -5 to 5"),
        ("1, nan", "nan lies beside the picture"),
        (" ".join(["1"] * 50), "50 numbers are too many"),
        (",", "x is empty; give at least one number"),
    ],
)
def test_data_that_cannot_be_used_can_be_put_right(x: str, sentence: str) -> None:
    app = open_page("likelihood", x=x)
    assert not app.exception
    assert sentence in words(app)
    assert len(equations(app)) == 1
    app = app.button("likelihood-repair-x").click().run().run()
    assert sentence not in words(app) and len(equations(app)) == 2
    assert app.text_input("likelihood-data").value.startswith("-1.2")


def test_typed_data_are_taken() -> None:
    app = open_page("likelihood")
    app.text_input("likelihood-data").set_value("−1；0，3").run()
    assert "of the 3 numbers" in words(app) and "**0.6667**" in words(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("red", "-3"), ("red", "2.5"), ("blue", "nan"), ("blue", "9999"), ("theta", "1.5"), ("theta", "x")],
        *[("way", "never"), ("draws", "0"), ("sticky", "1"), ("sigma", "0"), ("mu", "inf")],
    ],
)
def test_a_link_that_asks_for_nonsense_is_told_so(name: str, value: str) -> None:
    app = open_page("likelihood", **{name: value})
    assert not app.exception
    assert f"{name} = {value}, which is not possible here" in words(app)
    assert "−61.0864" in words(app), "the page is there all the same"


def test_a_link_with_a_book_in_it_is_told_so() -> None:
    assert "at most 300 are read" in words(open_page("likelihood", x="1," * 400))


def test_the_estimate_is_handed_on_as_a_coin() -> None:
    link = next(one.proto for one in open_page("likelihood").get("page_link") if "information" in one.proto.page)
    assert "p=0.3%2C0.7" in link.query_string
