"""What the page on Gaussians claims in words: computed over all that its controls can say, in both languages."""

from __future__ import annotations

import math
import re
from itertools import product

import numpy as np
import pytest

from genmodels.probability import bumps, estimates, fits, gaussian
from genmodels.probability.densities import Bumps, Normal
from lessons.gaussian_kl import scene
from lessons.gaussian_kl.beyond import Box, Plane
from lessons.gaussian_kl.fits import APART, PRESETS, Fits
from lessons.gaussian_kl.scene import Scene, Ways
from ui.state import State
from ui.text import LANGUAGES, Text, sections

DEFAULT = {name: field.default for name, field in scene.FIELDS.items()}
MEANS, WIDTHS = (-3, -0.4, 3), (0.2, 0.21, 0.5, 1, 1.7, 3)
PAIRS = list(product(MEANS, WIDTHS, MEANS, WIDTHS))


def said(lang: str, section: str) -> str:
    return sections(lang, "gaussian_kl")[section]


def at(lang: str = "en", **state: float) -> Scene:
    return Scene({**DEFAULT, **state}, Text("gaussian_kl", lang, "light"))  # type: ignore[arg-type]


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"\d+\.?\d*", text)]


def test_the_average_over_the_wider_curve_is_always_the_larger() -> None:
    for mu_p, sigma_p, mu_q, sigma_q in PAIRS:
        forward, reverse = (gaussian.kl_normal(*p, *q) for p, q in _both((mu_p, sigma_p), (mu_q, sigma_q)))
        assert np.sign(round(forward - reverse, 12)) == np.sign(sigma_p - sigma_q)


def _both(p: tuple[float, float], q: tuple[float, float]) -> tuple[tuple[tuple[float, float], ...], ...]:
    return (p, q), (q, p)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_step_names_the_larger_of_the_two_or_says_that_they_are_equal(lang: str) -> None:
    cases = {"reverse": (0.5, 1.0), "forward": (1.0, 0.5), "neither": (0.7, 0.7)}
    for name, (sigma_p, sigma_q) in cases.items():
        here = at(lang, sigma_p=sigma_p, sigma_q=sigma_q)
        assert here.step_values()["larger"] == here.text(f"larger-{name}")
        larger = {"forward": here.forward.total, "reverse": here.reverse.total, "neither": here.forward.total}[name]
        assert larger == max(here.forward.total, here.reverse.total)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_has_both_areas_and_the_share_beyond_two_standard_deviations(lang: str) -> None:
    answer = said(lang, "predict-answer")
    narrow = at(lang, **scene.PRESETS["narrow"])
    assert rf"\log5-\tfrac12+\tfrac1{{50}}={narrow.forward.total:.4f}" in answer
    assert narrow.forward.total == pytest.approx(math.log(5) - 1 / 2 + 1 / 50)
    assert f"{narrow.reverse.total:.4f}" in answer
    beyond = math.erfc(2 * narrow.p.sigma / narrow.q.sigma / math.sqrt(2))
    assert f"{100 * beyond:.0f} %" in answer
    assert narrow.p.sigma == narrow.q.sigma / 5, "a fifth of it"


def test_halving_a_much_narrower_p_costs_q_four_times_as_much_and_p_log_2() -> None:
    (wide, wide_back), (half, half_back) = ((s.forward.total, s.reverse.total) for s in (_narrow(0.4), _narrow(0.2)))
    assert half_back / wide_back == pytest.approx(4, abs=0.4)
    assert half - wide == pytest.approx(math.log(2), abs=0.01)
    assert all(r"{\log2=0.693}" in said(lang, "look") for lang in LANGUAGES)


def _narrow(sigma: float) -> Scene:
    return at(mu_p=0, sigma_p=sigma, sigma_q=3)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_band_holds_the_truth_as_often_as_it_is_said(lang: str) -> None:
    rates = {1000: 95, 10: 84}
    assert {f"{rate} " in said(lang, "ways") for rate in rates.values()} == {True}
    rng = np.random.default_rng(0)
    for (mu_p, sigma_p, mu_q, sigma_q), (draws, rate) in product([(1, 0.5, 0, 1), (0, 3, 0, 0.2)], rates.items()):
        p, q = Normal(mu_p, sigma_p), Normal(mu_q, sigma_q)
        x = p.sample(1000 * draws, rng).reshape(1000, draws)
        ratios = p.log_density(x) - q.log_density(x)
        off = abs(ratios.mean(1) - gaussian.kl_normal(mu_p, sigma_p, mu_q, sigma_q))
        held = off <= scene.MARGIN * ratios.std(1, ddof=1) / math.sqrt(draws)
        assert 100 * held.mean() == pytest.approx(rate, abs=3)


def test_a_tenth_of_the_error_costs_a_hundred_times_the_draws() -> None:
    here = at()
    sd = gaussian.log_ratio_sd(here.p.mu, here.p.sigma, here.q.mu, here.q.sigma)
    draws = [(scene.MARGIN * sd / error) ** 2 for error in (0.01, 0.001)]
    assert draws[1] == pytest.approx(100 * draws[0])
    assert f"{float(f'{draws[1]:.2g}'):,.0f}" in Ways(here).needed()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_quadrature_comes_as_near_with_21_points_for_all_curves_of_the_page(lang: str) -> None:
    assert 21 in numbers(said(lang, "ways-table"))
    for mu_p, sigma_p, mu_q, sigma_q in PAIRS:
        found = estimates.trapezoid(Normal(mu_p, sigma_p), Normal(mu_q, sigma_q), 21).value
        assert abs(found - gaussian.kl_normal(mu_p, sigma_p, mu_q, sigma_q)) < 0.001


@pytest.mark.parametrize("lang", LANGUAGES)
def test_equal_curves_need_one_draw_and_have_a_sentence_of_their_own(lang: str) -> None:
    here = at(lang, mu_p=0, sigma_p=1)
    assert Ways(here).needed() == here.text("needed-none")
    assert set(Ways(here).run.log_ratios) == {0.0}
    assert Ways(at(lang, mu_p=0.01, sigma_p=3, sigma_q=3)).needed() != here.text("needed-none")


@pytest.mark.parametrize("weight", [0.5, 0.7])
def test_missing_a_bump_costs_the_logarithm_of_what_is_left(weight: float) -> None:
    p = Bumps((-2, 2), (0.5, 0.5), (weight, 1 - weight))
    minima = [one for one in fits.reverse_optima(p) if one.kind == "minimum"]
    assert min(one.kl for one in minima) == pytest.approx(-math.log(weight), abs=2e-4)
    assert len(minima) > 1, "several local minima"


def test_d_of_p_from_q_has_one_minimum_at_mean_and_standard_deviation_of_p() -> None:
    p = Bumps((-2.5, 1), (0.4, 1.3), (0.3, 0.7))
    _, by_mu, by_sigma = bumps.forward_slopes(p, *np.meshgrid(np.linspace(-5, 5, 41), np.geomspace(0.15, 5, 41)))
    best = fits.forward_optimum(p)
    assert (best.mu, best.sigma) == pytest.approx((p.mean, p.sd))
    assert (np.abs(by_mu) + np.abs(by_sigma)).min() > 0.01, "level nowhere else"


def test_a_single_minimum_for_bumps_far_apart_is_no_preset_but_exists() -> None:
    fields = dict.fromkeys(("a", "b"), 0.0)
    minima = {name: len(Fits(_state({**fields, **preset})).minima) for name, preset in PRESETS.items()}
    assert minima == {"bumps-apart": 3, "bumps-wide": 1}
    assert all(preset["m2"] - preset["m1"] < APART for preset in PRESETS.values())
    moved = {**PRESETS["bumps-wide"], "m1": -APART / 2, "m2": APART / 2}
    assert len(Fits(_state({**fields, **moved})).minima) > 1, "moving them apart alone is not enough"
    assert len(Fits(_state({**fields, **moved, "s1": 1.5, "s2": 1.5})).minima) == 1


def _state(values: dict[str, float]) -> State:
    return values  # type: ignore[return-value]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ellipses_hold_what_they_are_said_to(lang: str) -> None:
    for sigmas in (1, 2):
        assert f"{100 * (1 - math.exp(-(sigmas**2) / 2)):.1f} %" in said(lang, "plane")


@pytest.mark.parametrize(("xx", "xy", "yy"), [(1, 0.8, 1), (1, 0.99, 1), (0.5, -0.4, 2), (4, 3.5, 4)])
def test_both_best_fits_without_correlation_cost_the_mutual_information(xx: float, xy: float, yy: float) -> None:
    plane = Plane(_state({**DEFAULT, "xx_p": xx, "xy_p": xy, "yy_p": yy}))
    cost = -math.log(1 - xy**2 / (xx * yy)) / 2
    p = plane.means["p"], plane.matrices["p"]
    for name, fit in plane.fits().items():
        taken = {one: scene.FIELDS[one].parse(value) for one, value in fit.items()}  # within the limits of the sliders
        q = np.array([taken["x_q"], taken["y_q"]]), np.diag([taken["xx_q"], taken["yy_q"]])
        ends = (p, q) if name == "forward" else (q, p)
        assert gaussian.kl_multivariate_normal(*ends[0], *ends[1]) == pytest.approx(cost, abs=2e-4)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_share_outside_is_prose_or_a_formula_even_where_it_is_tiny(lang: str) -> None:
    for state in ({"mu_p": 0, "sigma_p": 0.2, "low": -5, "high": 5}, {}):
        here = at(lang, **state)
        written = here.text.section("box-values", **Box(here).values()).split("\n\n")[-1]
        assert r"\cdot" not in re.sub(r"\$[^$]*\$", "", written)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_entropy_turns_negative_below_the_width_that_is_named(lang: str) -> None:
    assert 0.242 in numbers(said(lang, "units"))
    assert gaussian.differential_entropy(0.2419) < 0 < gaussian.differential_entropy(0.242)
