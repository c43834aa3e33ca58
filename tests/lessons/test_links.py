"""What a link asks for is kept to its last digit, or answered by a sentence; nothing is rounded or dropped silently."""

from __future__ import annotations

import pytest

from genmodels.probability import likelihood
from tests.app import equation, in_url, notices, open_page, problem, run_snippet, shown, step, words
from ui.text import LANGUAGES, labels


def test_a_rare_disease_is_rarer_than_a_slider_can_show() -> None:
    """1 in 4,000 is sick, the test is right in 99 of 100 cases."""
    app = open_page("bayes", prior="0.025", sensitivity="99", specificity="99")
    sick, healthy = 0.00025 * 0.99, 0.99975 * 0.01
    assert f"{100 * sick / (sick + healthy):.3f} %" == "2.416 %"
    assert equation(app).startswith("2.416 %")
    assert run_snippet(app) == shown(app) == "2475 / 102450 = 2.416 %"
    assert "0.00025" in words(app) and in_url(app, "prior") == "0.025"


def test_a_nearly_perfect_test_stays_one() -> None:
    app = open_page("bayes", prior="66", sensitivity="99.99", specificity="34", results="n")
    left = 0.66 * 0.0001 / (0.66 * 0.0001 + 0.34 * 0.34)
    assert f"{left:.7f}" == "0.0005706"
    assert in_url(app, "sensitivity") == "99.99"
    beliefs = app.get("plotly_chart")[1].proto.spec
    assert f"{100 * left:.2f} %" in beliefs


def test_a_share_below_a_slider_s_step_has_its_likelihood() -> None:
    app = open_page("likelihood", theta="0.0004")
    assert f"{float(likelihood.bernoulli_log_likelihood(0.0004, 30, 70)):.1f}" == "-234.7"
    assert equation(app).startswith("−234.7")
    assert "0.0004" in words(app) and run_snippet(app) == shown(app)


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [
        ("gaussian_kl", "sigma_p", "0.204"),
        ("variational", "x", "1.2345"),
        ("denoiser", "guidance", "0.55"),
        ("noising", "m1", "0.125"),
    ],
)
def test_a_linked_number_keeps_its_digits(page: str, name: str, value: str) -> None:
    told_in = {"gaussian_kl": 3, "variational": 2}  # the step that tells it
    app = open_page(page, **{name: value, **{"denoiser": {"steps": "2"}, "gaussian_kl": {"mu_q": "1"}}.get(page, {})})
    assert in_url(app, name) == value and not notices(app)
    said = words(app) + (step(app, told_in[page]) if page in told_in else "")
    assert page == "denoiser" or value in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_parts_of_a_link_that_contradict_each_other_are_answered(lang: str) -> None:
    told = problem(lang, "beyond", what="t", value=900, low=0, high=300, near=300)
    assert notices(open_page("noising", lang=lang, t="900", steps="300")) == [told]
    app = open_page("information", lang=lang, p="0.5,0.5", q="0.2,0.3,0.5")
    assert notices(app) == [problem(lang, "other-outcomes", first=2, second=3)]
    app = open_page("markov", lang=lang, matrix="0.5,0.5;0.5,0.5", names="a,b,c", start="7")
    named = problem(lang, "chain-names", names=3, states=2)
    start = problem(lang, "beyond", what=labels(lang)["markov"]["start"], value=7, low=0, high=1, near=1)
    assert notices(app) == [named, start]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_name_that_the_page_does_not_know_is_answered(lang: str) -> None:
    app = open_page("bayes", lang=lang, prier="5", utm_source="mail", fbclid="x")
    assert notices(app) == [problem(lang, "unknown-name", name="prier")]
    app.button("setting-frequent").click().run()
    assert not notices(app), "until the visitor changes something"


def test_what_a_link_leaves_open_is_no_contradiction() -> None:
    assert not notices(open_page("information", p="0.2,0.3,0.5"))
    assert not notices(open_page("noising", steps="50"))
