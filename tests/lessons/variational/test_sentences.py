"""What the page on variational inference claims in words: computed over all that its controls can say."""

from __future__ import annotations

import math
import re
from itertools import product

import numpy as np
import pytest

from genmodels.probability.variational import ExponentialNormal
from lessons.variational.ascent import NUM_STEPS, Climb
from lessons.variational.figures_elbo import WINDOW
from lessons.variational.scene import (
    CLOSED,
    FAMILIES,
    FIELDS,
    LEAST_RATE,
    MOST_RATE,
    PRESETS,
    Scene,
    best_member,
    solved,
)
from ui.state import Number, State
from ui.text import LANGUAGES, Text, labels, sections

DEFAULT = {name: field.default for name, field in FIELDS.items()}
MODELS = list(product((-2.0, -0.5, 0.2, 1.3, 3.0), (0.2, 1.0, 4.0), (0.2, 1.5)))  # x, rate, sigma


def said(lang: str, section: str) -> str:
    return sections(lang, "variational")[section]


def at(tongue: str = "en", /, **state: object) -> Scene:
    values: State = {**DEFAULT, **state}  # type: ignore[assignment]
    return Scene(values, Text("variational", tongue, "light"))


def best_terms(x: float, rate: float, sigma: float, family: str) -> tuple[float, float]:
    """ELBO and gap of the best member, as the page holds it."""
    found = best_member({"x": x, "rate": rate, "sigma": sigma}, family)
    mean, sd = (FIELDS[name].parse(found[name]) for name in ("m", "s"))
    terms = solved(x, rate, sigma, family, mean, sd).terms
    return terms.elbo, terms.gap


def test_whatever_exponential_is_chosen_a_gap_remains() -> None:
    assert min(best_terms(*model, "exponential")[1] for model in MODELS) > 1e-5


def test_the_best_truncated_normal_closes_the_gap_for_every_observation() -> None:
    assert max(abs(best_terms(*model, "truncated-normal")[1]) for model in MODELS) < 1e-9


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_answer_to_the_prediction_has_a_number_of_one_observation(lang: str) -> None:
    """The button keeps x, rate and sigma as they are on screen."""
    book = labels(lang)["variational"]
    answers = [said(lang, "predict-answer"), *(book[f"predict-{guess}-answer"] for guess in "abc")]
    assert not re.search(r"\d", "".join(answers))


def test_the_best_gamma_is_always_better_than_the_best_exponential_and_has_a_larger_shape() -> None:
    for x, rate, sigma in MODELS:
        gamma, exponential = (best_terms(x, rate, sigma, family)[0] for family in ("gamma", "exponential"))
        assert gamma > exponential
        assert ExponentialNormal(rate, sigma).best(x, "gamma").shape > 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("sigma", [0.2, 0.7, 1.5])
@pytest.mark.parametrize("rate", [0.7, 1, 2.5, 4])
def test_at_two_over_the_rate_the_best_exponential_is_the_prior(rate: float, sigma: float) -> None:
    best = ExponentialNormal(rate, sigma).best(2 / rate, "exponential")
    assert 1 / best.mean == pytest.approx(rate, rel=1e-12)


def test_p_of_x_never_exceeds_the_rate_so_a_positive_bound_takes_a_rate_above_1() -> None:
    x = np.linspace(-2, 3, 101)
    for rate, sigma in product((0.2, 0.9, 1, 2.3, 4), (0.2, 1, 1.5)):
        assert ExponentialNormal(rate, sigma).log_evidence(x).max() < math.log(rate)


def test_the_mistake_is_one_the_elbo_can_be_positive() -> None:
    model, family = PRESETS["above-1"]
    elbo, _ = best_terms(model["x"], model["rate"], model["sigma"], family)  # type: ignore[arg-type]
    assert elbo > 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_caption_names_what_of_the_bar_is_drawn(lang: str) -> None:
    assert f" {WINDOW} " in said(lang, "caption")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_typed_formula_fails_from_the_x_that_is_named(lang: str) -> None:
    (limit,) = re.findall(r"\$x\\approx(-\d+)\$", said(lang, "far"))
    model = ExponentialNormal()
    assert model.typed_log_evidence(float(limit)) == -math.inf
    assert math.isfinite(model.typed_log_evidence(float(limit) + 1))
    assert math.isfinite(model.log_evidence(float(limit)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_scipys_truncated_normal_reports_a_negative_variance_where_it_is_said(lang: str) -> None:
    (x,) = re.findall(r"\$x=(-[\d{},]+)\$", said(lang, "far"))
    with np.errstate(invalid="ignore"):
        assert ExponentialNormal().posterior(float(re.sub("[{},]", "", x))).var() < 0


def test_where_q_is_the_posterior_every_single_draw_gives_the_gradient_0() -> None:
    model, u = ExponentialNormal(2, 0.5), np.random.default_rng(0).random(50)
    at_posterior = model.gradients(0.4, model.posterior_member(0.4), u)
    elsewhere = model.gradients(0.4, model.best(0.4, "gamma"), u)
    assert abs(at_posterior).max() < 1e-12 < 1e-3 < abs(elsewhere).min(1).max()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_climb_has_as_many_steps_as_are_named_and_more_draws_make_a_shorter_path(lang: str) -> None:
    assert str(NUM_STEPS) in said(lang, "climb")
    climbs = {draws: Climb(at(lang, family="gamma", draws=draws)) for draws in (1, 64)}
    lengths = {draws: np.linalg.norm(np.diff(one.thetas, axis=0), axis=1).sum() for draws, one in climbs.items()}
    assert lengths[64] < lengths[1], "it staggers less"
    far = Climb(at(lang, family="truncated-normal", x=3.0, sigma=0.2, m=0.05, s=0.05, draws=64))
    assert far.scene.now.best_elbo - far.elbo[-1] > 1, "from far away the steps do not suffice"


# --- challenges that take an idea


def test_no_family_closes_the_gap_where_the_page_opens_or_a_preset_leads() -> None:
    shown = [(v["x"], v["rate"], v["sigma"]) for v, _ in PRESETS.values()]
    models = [(1.3, 1.0, 1.0), *(tuple(float(str(value)) for value in model) for model in shown)]
    for model, family in product(models, FAMILIES):
        if family != "truncated-normal":
            assert best_terms(model[0], model[1], model[2], family)[1] > 10 * CLOSED


def test_far_below_0_the_posterior_is_nearly_exponential() -> None:
    assert best_terms(-2.0, 1.0, 0.2, "exponential")[1] < CLOSED


def test_the_bound_can_be_positive_at_the_rate_that_is_asked_for_but_only_just() -> None:
    low = FIELDS["sigma"]
    assert isinstance(low, Number)
    x = np.linspace(-2, 3, 501)
    most = ExponentialNormal(MOST_RATE, low.low).log_evidence(x)
    assert 0 < most.max() < 0.1
    assert PRESETS["above-1"][0]["rate"] > MOST_RATE, "no button leads there"  # type: ignore[operator]


def test_no_preset_has_the_prior_as_its_best_at_the_rate_that_is_asked_for() -> None:
    for model, _ in PRESETS.values():
        (prior, *_) = at(**model).challenges()
        assert (prior.name, prior.reached) == ("prior", False)
    (prior, *_) = at(x=2 / LEAST_RATE, rate=float(LEAST_RATE)).challenges()
    assert prior.reached


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_symbols_of_every_family_are_explained(family: str, lang: str) -> None:
    here = at(lang, family=family)
    assert here.text.section("step-4", **here.step_values()).count(here.text(f"symbols-{family}")) == 1
