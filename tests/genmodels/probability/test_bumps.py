"""One Gaussian fitted to bumps: both divergences against adaptive quadrature, and every local optimum found."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize

from genmodels.errors import Problem
from genmodels.probability import bumps, estimates, fits, gaussian
from genmodels.probability.densities import Bumps, Density, Normal
from genmodels.probability.fits import Optimum

TWO = Bumps((-2, 2), (0.5, 0.5), (0.5, 0.5))
MEAN = st.floats(-4, 4)
WIDTH = st.floats(-1.0, 0.4).map(lambda power: 10.0**power)


@st.composite
def two_bumps(draw: st.DrawFn) -> Bumps:
    weight = draw(st.floats(0.02, 0.98))
    sds = draw(st.tuples(WIDTH, WIDTH) | WIDTH.map(lambda sd: (sd, sd)))
    return Bumps((draw(MEAN), draw(MEAN)), sds, (weight, 1 - weight))


def divergence(p: Density, q: Density, pieces: int) -> float:
    """D(p||q) by adaptive quadrature on many pieces."""
    edges = np.linspace(*p.reach(9), pieces)
    parts = [
        integrate.quad(lambda x: float(estimates.integrand(p, q, np.array(x))), a, b, epsabs=1e-12, epsrel=1e-11)[0]
        for a, b in pairwise(edges)
    ]
    return math.fsum(parts)


# --- the worked example of the course


def test_covering_both_bumps() -> None:
    best = fits.forward_optimum(TWO)
    assert (best.mu, best.sigma) == (0, pytest.approx(2.0616, abs=5e-5))
    assert best.kl == pytest.approx(0.7236, abs=5e-5)


def test_picking_a_bump() -> None:
    left, right, middle, *saddles = fits.reverse_optima(TWO)
    for one, mu, sigma, kl in (
        (left, -1.9998, 0.5004, 0.69305),
        (right, 1.9998, 0.5004, 0.69305),
        (middle, 0, 1.7364, 1.87120),
    ):
        assert one.kind == "minimum"
        assert (one.mu, one.sigma) == (pytest.approx(mu, abs=5e-5), pytest.approx(sigma, abs=5e-5))
        assert one.kl == pytest.approx(kl, abs=5e-6)
    assert [one.kind for one in saddles] == ["saddle", "saddle"]
    assert saddles[0].mu == pytest.approx(-saddles[1].mu)
    assert -2 < saddles[0].mu < 0, "between the minima"


def test_with_sd_1_one_minimum_is_left() -> None:
    (only,) = fits.reverse_optima(Bumps((-2, 2), (1, 1), (0.5, 0.5)))
    assert (only.mu, only.sigma) == (pytest.approx(0, abs=1e-9), pytest.approx(2.047, abs=5e-5))
    assert only.kl == pytest.approx(0.2265, abs=5e-5)


# --- the divergences


@settings(max_examples=25, deadline=None)
@given(two_bumps(), MEAN, WIDTH)
def test_both_divergences_against_adaptive_quadrature(p: Bumps, mu: float, sigma: float) -> None:
    q = Normal(mu, sigma)
    assert float(bumps.reverse_kl(p, mu, sigma)) == pytest.approx(divergence(q, p, 60), rel=1e-9, abs=1e-9)
    assert float(bumps.forward_kl(p, mu, sigma)) == pytest.approx(divergence(p, q, 150), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("p", "mu", "sigma"),
    [
        (Bumps((-4, 4), (0.05, 0.05), (0.5, 0.5)), 0.3, 2.0),  # a sharp bend of log p in the middle of q
        (Bumps((0, 0.5), (0.01, 2), (0.9, 0.1)), 0.1, 0.7),
        (Bumps((-4, 4), (0.1, 2.5), (0.02, 0.98)), -3.9, 0.05),
        (Bumps((-3, 0, 3), (0.2, 0.4, 0.2), (0.3, 0.4, 0.3)), 1.0, 3.0),
        (TWO, 50, 0.01),
        (TWO, -1, 200),
    ],
)
def test_hard_cases_keep_ten_digits(p: Bumps, mu: float, sigma: float) -> None:
    assert float(bumps.reverse_kl(p, mu, sigma)) == pytest.approx(divergence(Normal(mu, sigma), p, 800), rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(MEAN, WIDTH, MEAN, WIDTH)
def test_one_bump_is_a_gaussian(m: float, s: float, mu: float, sigma: float) -> None:
    one, twice = Bumps((m,), (s,), (1,)), Bumps((m, m), (s, s), (0.3, 0.7))
    for p in (one, twice):
        assert float(bumps.forward_kl(p, mu, sigma)) == pytest.approx(
            gaussian.kl_normal(m, s, mu, sigma), rel=1e-11, abs=1e-12
        )
        assert float(bumps.reverse_kl(p, mu, sigma)) == pytest.approx(
            gaussian.kl_normal(mu, sigma, m, s), rel=1e-11, abs=1e-12
        )
    assert bumps.entropy(one) == pytest.approx(gaussian.differential_entropy(s), abs=1e-12)


def test_far_apart_a_choice_of_two_costs_log_2() -> None:
    """q sits on one bump and pays for the other: D(q||p) -> log 2, and h(p) is log 2 above that of a bump."""
    far = Bumps((-50, 50), (1, 1), (0.5, 0.5))
    assert float(bumps.reverse_kl(far, 50, 1)) == pytest.approx(math.log(2), rel=1e-12)
    assert bumps.entropy(far) == pytest.approx(gaussian.differential_entropy(1) + math.log(2), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(two_bumps(), MEAN, WIDTH)
def test_the_slopes_are_slopes(p: Bumps, mu: float, sigma: float) -> None:
    h = 1e-5
    place = np.array([mu]), np.array([sigma])
    for function, slopes in ((bumps.forward_kl, bumps.forward_slopes), (bumps.reverse_kl, bumps.reverse_slopes)):
        kl, by_mu, by_log_sigma = slopes(p, *place)
        assert kl == pytest.approx(function(p, mu, sigma))
        ahead, behind = function(p, [mu + sigma * h, mu - sigma * h], sigma)
        assert by_mu == pytest.approx((ahead - behind) / (2 * h), rel=1e-4, abs=1e-5)
        ahead, behind = function(p, mu, [sigma * math.exp(h), sigma * math.exp(-h)])
        assert by_log_sigma == pytest.approx((ahead - behind) / (2 * h), rel=1e-4, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(two_bumps(), MEAN, WIDTH)
def test_the_curvature_is_the_slope_of_the_slopes(p: Bumps, mu: float, sigma: float) -> None:
    h = 1e-5

    def slope(m: float, log_sigma: float) -> np.ndarray:
        s = math.exp(log_sigma)
        _, by_mu, by_log_sigma = bumps.reverse_slopes(p, np.array([m]), np.array([s]))
        return np.array([by_mu[0] / s, by_log_sigma[0]])  # by mu itself

    slopes, hessian = bumps.reverse_curvature(p, np.array([mu]), np.array([sigma]))
    assert slopes[0] / [sigma, 1] == pytest.approx(slope(mu, math.log(sigma)))
    step = sigma * h
    rows = [
        (slope(mu + step, math.log(sigma)) - slope(mu - step, math.log(sigma))) / (2 * step),
        (slope(mu, math.log(sigma) + h) - slope(mu, math.log(sigma) - h)) / (2 * h),
    ]
    scale = np.array([sigma, 1])
    found = np.array(rows) * scale * scale[:, None]
    assert hessian[0] == pytest.approx(found, rel=1e-4, abs=1e-4 * max(1.0, float(np.abs(found).max())))


def test_the_landscape_has_the_values_of_each_of_its_points() -> None:
    mu, sigma = np.linspace(-4, 4, 9), np.geomspace(0.1, 5, 7)
    found = bumps.landscape(TWO, mu, sigma)
    assert found.forward.shape == found.reverse.shape == (7, 9)
    assert found.reverse[2, 3] == pytest.approx(float(bumps.reverse_kl(TWO, mu[3], sigma[2])), rel=1e-12)
    assert found.forward[6, 0] == pytest.approx(float(bumps.forward_kl(TWO, mu[0], sigma[6])), rel=1e-12)


# --- optima


def counted(optima: tuple[Optimum, ...]) -> int:
    """Minima less saddles: 1 for every function that rises towards all edges, if none was missed (Morse)."""
    kinds = Counter(one.kind for one in optima)
    return kinds["minimum"] - kinds["saddle"]


@settings(max_examples=100, deadline=None)
@given(two_bumps())
def test_every_optimum_is_level_and_none_is_missing(p: Bumps) -> None:
    optima = fits.reverse_optima(p)
    assert counted(optima) == 1
    for one in optima:
        slopes, hessian = bumps.reverse_curvature(p, np.array([one.mu]), np.array([one.sigma]))
        assert slopes == pytest.approx(0, abs=1e-7)
        assert hessian[0, 0, 0] == pytest.approx(1, abs=1e-6), "so that none can be a maximum"
        assert min(p.means) - 1e-6 <= one.mu <= max(p.means) + 1e-6
        assert one.sigma >= min(p.sds) * (1 - 1e-9)
        assert one.kl == pytest.approx(float(bumps.reverse_kl(p, one.mu, one.sigma)), abs=1e-12)
    minima = [one for one in optima if one.kind == "minimum"]
    assert tuple(minima) == optima[: len(minima)]
    kls = [round(one.kl, 9) for one in minima]
    assert kls == sorted(kls)


@settings(max_examples=12, deadline=None)
@given(two_bumps(), st.integers(0, 2**32 - 1))
def test_whatever_another_optimiser_finds_is_among_them(p: Bumps, seed: int) -> None:
    known = [(one.mu, math.log(one.sigma)) for one in fits.reverse_optima(p) if one.kind == "minimum"]
    rng = np.random.default_rng(seed)
    runs = [
        optimize.minimize(
            lambda x: float(bumps.reverse_kl(p, x[0], math.exp(x[1]))),
            (rng.uniform(-5, 5), rng.uniform(-2.5, 2)),
            method="Nelder-Mead",
            options={"xatol": 1e-7, "fatol": 1e-13, "maxiter": 4000},
        )
        for _ in range(6)
    ]
    found = [run.x for run in runs if run.success]  # a simplex may collapse on a steep slope, and then ends nowhere
    assert len(found) > 2
    for x in found:
        assert min(np.hypot(*(x - one)) for one in known) < 2e-3


@pytest.mark.parametrize(("sd", "number"), [(0.8291, 5), (0.82911, 1)])
def test_minima_are_found_up_to_the_width_at_which_they_vanish(sd: float, number: int) -> None:
    assert len(fits.reverse_optima(Bumps((-2, 2), (sd, sd), (0.5, 0.5)))) == number


@settings(max_examples=20, deadline=None)
@given(two_bumps(), st.floats(-10, 10), st.floats(0.1, 10))
def test_optima_move_with_the_bumps(p: Bumps, shift: float, scale: float) -> None:
    moved = Bumps(tuple(shift + scale * m for m in p.means), tuple(scale * s for s in p.sds), p.weights)
    optima, others = fits.reverse_optima(p), fits.reverse_optima(moved)
    assert sorted(shift + scale * one.mu for one in optima) == pytest.approx(sorted(one.mu for one in others), abs=1e-4)
    assert sorted(one.kl for one in optima) == pytest.approx(sorted(one.kl for one in others), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(two_bumps(), MEAN, WIDTH)
def test_nothing_is_closer_than_the_best_fits(p: Bumps, mu: float, sigma: float) -> None:
    assert fits.forward_optimum(p).kl <= float(bumps.forward_kl(p, mu, sigma)) + 1e-12
    assert fits.reverse_optima(p)[0].kl <= float(bumps.reverse_kl(p, mu, sigma)) + 1e-12
    assert fits.forward_optimum(p).kl >= -1e-12


# --- paths

STARTS = [-3.0, -1.0, 0.0, 0.5, 3.0], [1.0, 0.3, 3.0, 1.0, 2.0]


@pytest.mark.parametrize("natural", [True, False])
def test_whatever_the_start_covering_ends_in_one_place(natural: bool) -> None:
    paths = fits.descend(TWO, *STARTS, "forward", num_steps=200, natural=natural)
    assert paths.mu.shape == paths.sigma.shape == paths.kl.shape == (5, 201)
    assert paths.mu[:, -1] == pytest.approx(0, abs=1e-3)
    assert paths.sigma[:, -1] == pytest.approx(2.0616, abs=1e-3)
    assert paths.kl[:, -1] == pytest.approx(0.7236, abs=1e-4)


@pytest.mark.parametrize("natural", [True, False])
def test_the_start_decides_what_picking_ends_in(natural: bool) -> None:
    paths = fits.descend(TWO, *STARTS, "reverse", num_steps=400, natural=natural)
    assert paths.mu[:, -1] == pytest.approx([-1.9998, -1.9998, 0, 0, 1.9998], abs=1e-3)
    assert paths.sigma[:, -1] == pytest.approx([0.5004, 0.5004, 1.7364, 1.7364, 0.5004], abs=1e-3)
    assert (paths.mu[:, 0] == STARTS[0]).all()
    assert paths.sigma[:, 0] == pytest.approx(STARTS[1])


@settings(max_examples=25, deadline=None)
@given(two_bumps(), st.lists(st.tuples(MEAN, WIDTH), min_size=1, max_size=4), st.booleans(), st.booleans())
def test_a_path_never_rises_and_ends_where_it_is_level(
    p: Bumps, starts: list[tuple[float, float]], forward: bool, natural: bool
) -> None:
    mu, sigma = map(list, zip(*starts, strict=True))
    paths = fits.descend(p, mu, sigma, "forward" if forward else "reverse", num_steps=40, natural=natural)
    function = bumps.forward_kl if forward else bumps.reverse_kl
    assert paths.kl == pytest.approx(function(p, paths.mu, paths.sigma), abs=1e-11)
    assert np.diff(paths.kl).max() <= 1e-12
    steps = np.hypot(np.diff(paths.mu) / paths.sigma[:, :-1], np.diff(np.log(paths.sigma)))
    assert steps.max() <= 0.3 + 1e-9


def test_one_start_and_no_step() -> None:
    paths = fits.descend(TWO, 1, 1, "reverse", num_steps=0)
    assert paths.kl.shape == (1, 1)


# --- bad input


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((TWO, [0], [0], "reverse"), "sigma cannot be 0; give a number above 0"),
        ((TWO, [math.inf], [1], "reverse"), "mu holds inf at position 1"),
        ((TWO, [0], [1], "sideways"), "no direction 'sideways'; it is forward, D(p||q), or reverse, D(q||p)"),
        ((TWO, [0], [1], "reverse", -1), "num_steps cannot be -1; give a whole number, 0 or more"),
        ((TWO, [0], [1], "reverse", 5, 0), "rate cannot be 0; give a number above 0"),
        ((TWO, [0, 1], [1, 1, 1], "reverse"), "mu has 2 numbers, but sigma has 3"),
    ],
)
def test_a_descent_that_cannot_begin(arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(Problem) as problem:
        fits.descend(*arguments)  # type: ignore[arg-type]
    assert said in str(problem.value)


def test_a_gaussian_that_is_none() -> None:
    for function in (bumps.forward_kl, bumps.reverse_kl):
        with pytest.raises(Problem, match="sigma cannot be -1; give a number above 0"):
            function(TWO, 0, [1, -1])
    with pytest.raises(Problem, match="mu has 2 dimensions, but needs 1"):
        bumps.landscape(TWO, [[0, 1]], [1])
