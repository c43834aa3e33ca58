"""The model of the page: the course's numbers, log p(x) = ELBO + gap over random cases, far tails, the climb."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from genmodels.errors import Problem
from genmodels.probability.families import FAMILIES, Exponential, Family, Gamma, LogNormal, TruncatedNormal
from genmodels.probability.variational import ExponentialNormal

PLAIN = ExponentialNormal()
RATES, SIGMAS = st.floats(0.05, 20), st.floats(0.05, 20)
FAR = st.floats(-1e4, 1e4)
NAMES = list(FAMILIES)


def likely(model: ExponentialNormal, x: float, name: str, nudge: float = 0.0) -> Family:
    """The best member of a family, or one that is off by `nudge` in each unconstrained parameter."""
    best = model.best(x, name)
    return best.at(best.theta + nudge)


# --- the numbers of the course


def test_evidence_and_posterior_at_2() -> None:
    assert math.exp(PLAIN.log_evidence(2)) == pytest.approx(0.187729387930, abs=5e-13)
    assert PLAIN.log_evidence(2) == pytest.approx(-1.67275377902, abs=5e-12)
    for posterior in (PLAIN.posterior_member(2), PLAIN.best(2, "truncated normal")):
        assert posterior.mean == pytest.approx(1.28759997094, abs=5e-12)
        assert posterior.variance == pytest.approx(0.629686285777, abs=5e-13)


def test_the_best_exponential() -> None:
    at_13 = PLAIN.terms(1.3, PLAIN.best(1.3, "exponential"))
    rate = PLAIN.best(1.3, "exponential").rate  # type: ignore[attr-defined]
    assert (round(rate, 5), round(1 / rate, 5)) == (1.27215, 0.78607)
    assert [round(value, 6) for value in (at_13.elbo, at_13.log_evidence, at_13.gap)] == [-1.386733, -1.28141, 0.105323]
    assert PLAIN.best(2, "exponential").rate == pytest.approx(1, abs=1e-15)  # type: ignore[attr-defined]
    at_2 = PLAIN.terms(2, Exponential(1))
    assert [round(value, 6) for value in (at_2.elbo, at_2.gap)] == [-1.918939, 0.246185]


def test_the_formula_with_log_ndtr() -> None:
    """As the course writes it; both sides of t = 0."""
    for a, sigma, x in itertools.product((0.5, 1, 3), (0.4, 1, 2), (-3.0, 0.2, 2.0, 9.0)):
        t = (x - a * sigma**2) / sigma
        expected = math.log(a) - a * x + a**2 * sigma**2 / 2 + stats.norm.logcdf(t)
        assert ExponentialNormal(a, sigma).log_evidence(x) == pytest.approx(expected, rel=1e-12, abs=1e-12)


# --- the evidence


@given(x=FAR, a=RATES, sigma=SIGMAS)
@settings(max_examples=100, deadline=None)
def test_log_evidence_against_fifty_digits(x: float, a: float, sigma: float) -> None:
    with mpmath.workdps(50):
        x_, a_, s_ = mpmath.mpf(x), mpmath.mpf(a), mpmath.mpf(sigma)
        y = (a_ * s_**2 - x_) / s_  # log erfc(y / sqrt 2), by its asymptotic series where erfc underflows even mpmath
        mass = mpmath.log(mpmath.erfc(y / mpmath.sqrt(2)) / 2)
        expected = mpmath.log(a_) - a_ * x_ + a_**2 * s_**2 / 2 + mass
        assert ExponentialNormal(a, sigma).log_evidence(x) == pytest.approx(float(expected), rel=4e-15, abs=4e-15)


def test_the_typed_formula_is_right_until_phi_underflows() -> None:
    assert PLAIN.typed_log_evidence(2) == pytest.approx(PLAIN.log_evidence(2), rel=1e-14)
    assert PLAIN.typed_log_evidence(-36) == pytest.approx(PLAIN.log_evidence(-36), rel=1e-6)
    assert PLAIN.typed_log_evidence(-40) == -math.inf


def test_evidence_is_a_density_of_x() -> None:
    model = ExponentialNormal(2.5, 0.7)
    total, _ = integrate.quad(lambda x: math.exp(model.log_evidence(x)), -8, 40, limit=200)
    assert total == pytest.approx(1, abs=1e-8)


def test_evidence_of_many_x_at_once() -> None:
    x = np.linspace(-1e4, 1e4, 7)
    assert PLAIN.log_evidence(x) == pytest.approx([PLAIN.log_evidence(one) for one in x], rel=0, abs=0)
    assert isinstance(PLAIN.log_evidence(2), float)


def test_no_density_of_x_is_above_the_rate() -> None:
    """p(x) is an average of the prior's density: it exceeds 1, and the ELBO 0, only if the rate does."""
    model = ExponentialNormal(3, 0.1)
    assert 0 < model.log_evidence(0.2) < math.log(3)
    assert model.elbo(0.2, model.best(0.2, "gamma")) > 0
    assert np.all(ExponentialNormal(1, 0.01).log_evidence(np.linspace(-0.1, 3, 200)) < 0)


# --- the posterior


@pytest.mark.parametrize("x", [-2.0, 0.0, 1.3, 2.0, 5.0])
def test_posterior_is_scipys_and_ours(x: float) -> None:
    model = ExponentialNormal(1.7, 0.8)
    scipys, ours, z = model.posterior(x), model.posterior_member(x), np.linspace(0, 6, 25)
    assert ours.density(z) == pytest.approx(scipys.pdf(z), rel=1e-12)
    assert (ours.mean, ours.variance) == pytest.approx((scipys.mean(), scipys.var()), rel=1e-9)
    bayes = np.exp(model.log_joint(z, x) - model.log_evidence(x))
    assert ours.density(z) == pytest.approx(bayes, rel=1e-12)


def test_scipys_moments_fail_in_the_far_tail_and_ours_do_not() -> None:
    """What the docstring says of scipy; were it to be mended, the docstring would have to go."""
    with np.errstate(all="ignore"):
        assert math.isnan(PLAIN.posterior(2).entropy())
        assert PLAIN.posterior(-1e4).var() < 0
    far = PLAIN.posterior_member(-1e4)
    with mpmath.workdps(40):
        y = mpmath.mpf(10001)
        inverse_mills = mpmath.sqrt(2 / mpmath.pi) * mpmath.exp(-(y**2) / 2) / mpmath.erfc(y / mpmath.sqrt(2))
        mean = inverse_mills - y
        assert far.mean == pytest.approx(float(mean), rel=1e-14)
        assert far.variance == pytest.approx(float(1 - inverse_mills * mean), rel=1e-14)


# --- the bound


@given(x=FAR, a=RATES, sigma=SIGMAS)
@settings(max_examples=100, deadline=None)
def test_the_truncated_normal_closes_the_gap(x: float, a: float, sigma: float) -> None:
    model = ExponentialNormal(a, sigma)
    log_p = model.log_evidence(x)
    for q in (model.best(x, "truncated normal"), model.posterior_member(x)):
        assert abs(log_p - model.elbo(x, q)) <= 1e-12 * max(1, abs(log_p))
        assert model.gap(x, q) == 0


@pytest.mark.parametrize("x", [-1e4, -300.0, -30.0, -3.0, 0.0, 2.0, 30.0, 300.0, 1e4])
def test_so_does_scipys_posterior(x: float) -> None:
    log_p = PLAIN.log_evidence(x)
    with np.errstate(all="ignore"):
        assert abs(log_p - PLAIN.elbo(x, PLAIN.posterior(x))) <= 1e-12 * max(1, abs(log_p))


@pytest.mark.parametrize("name", NAMES)
@given(x=FAR, a=RATES, sigma=SIGMAS, nudge=st.floats(-0.3, 0.3))
@settings(max_examples=60, deadline=None)
def test_log_evidence_is_elbo_plus_gap(name: str, x: float, a: float, sigma: float, nudge: float) -> None:
    """Three computations that know nothing of each other: log p(x), the bound's moments, the integrated gap."""
    model = ExponentialNormal(a, sigma)
    terms = model.terms(x, likely(model, x, name, nudge))
    largest = max(map(abs, (terms.log_evidence, terms.elbo, terms.gap)))
    assert math.isfinite(largest)
    assert abs(terms.log_evidence - (terms.elbo + terms.gap)) <= 1e-10 * max(1, largest)
    assert terms.gap >= -1e-12 * max(1, largest)  # the course's own measure of a gap that is none


@pytest.mark.parametrize("name", NAMES)
@given(x=st.floats(-6, 8), a=st.floats(0.2, 4), sigma=st.floats(0.2, 2), nudge=st.floats(-0.5, 0.5))
@settings(max_examples=60, deadline=None)
def test_the_terms_split_the_bound_in_three_ways(name: str, x: float, a: float, sigma: float, nudge: float) -> None:
    model = ExponentialNormal(a, sigma)
    terms = model.terms(x, likely(model, x, name, nudge))
    size = max(1, abs(terms.log_joint), abs(terms.entropy))
    for split in (
        terms.log_joint + terms.entropy,
        terms.log_likelihood - terms.kl_prior,
        terms.log_evidence - terms.gap,
    ):
        assert split == pytest.approx(terms.elbo, abs=1e-11 * size)
    assert terms.kl_prior >= -1e-13


@pytest.mark.parametrize(
    ("q", "scipys"),
    [
        (Exponential(0.7), stats.expon(scale=1 / 0.7)),
        (Gamma(2.3, 1.9), stats.gamma(2.3, scale=1 / 1.9)),
        (Gamma(0.4, 0.9), stats.gamma(0.4, scale=1 / 0.9)),
        (LogNormal(0.1, 0.55), stats.lognorm(0.55, scale=math.exp(0.1))),
        (TruncatedNormal(-0.8, 1.4), stats.truncnorm(0.8 / 1.4, math.inf, loc=-0.8, scale=1.4)),
    ],
    ids=lambda q: type(q).__name__,
)
@pytest.mark.parametrize("x", [-1e4, -2.0, 1.3, 50.0, 1e4])
def test_terms_against_high_precision_integrals(q: Family, scipys: stats.rv_continuous, x: float) -> None:
    model = ExponentialNormal(1.5, 0.6)
    terms = model.terms(x, q)
    cuts = [0, *(float(scipys.ppf(u)) for u in (1e-6, 0.1, 0.5, 0.9, 1 - 1e-6)), float(scipys.isf(1e-60))]
    with mpmath.workdps(30):
        log_q = exact_log_density(q)

        def mean(function: object) -> float:
            return float(mpmath.quad(lambda z: mpmath.exp(log_q(z)) * function(z), cuts))  # type: ignore[operator]

        def log_likelihood(z: mpmath.mpf) -> mpmath.mpf:
            return -(((x - z) / mpmath.mpf("0.6")) ** 2) / 2 - mpmath.log(
                mpmath.sqrt(2 * mpmath.pi) * mpmath.mpf("0.6")
            )

        def log_prior(z: mpmath.mpf) -> mpmath.mpf:
            return mpmath.log(1.5) - mpmath.mpf(1.5) * z

        assert terms.log_likelihood == pytest.approx(mean(log_likelihood), rel=1e-11)
        assert terms.log_joint == pytest.approx(mean(lambda z: log_likelihood(z) + log_prior(z)), rel=1e-11)
        assert terms.kl_prior == pytest.approx(mean(lambda z: log_q(z) - log_prior(z)), rel=1e-9)
        assert terms.entropy == pytest.approx(mean(lambda z: -log_q(z)), rel=1e-9)
    assert model.elbo(x, scipys) == pytest.approx(terms.elbo, rel=1e-9)


def exact_log_density(q: Family) -> Callable[[mpmath.mpf], mpmath.mpf]:
    """log q of mpmath's numbers, from the definition."""
    log, root = mpmath.log, mpmath.sqrt(2 * mpmath.pi)
    if isinstance(q, Exponential):
        return lambda z: log(q.rate) - q.rate * z
    if isinstance(q, Gamma):
        constant = q.shape * log(q.rate) - mpmath.loggamma(q.shape)
        return lambda z: constant + (q.shape - 1) * log(z) - q.rate * z
    if isinstance(q, LogNormal):
        return lambda z: -(((log(z) - q.mu) / q.sigma) ** 2) / 2 - log(z * q.sigma * root)
    assert isinstance(q, TruncatedNormal)
    constant = log(q.sigma * root * mpmath.ncdf(mpmath.mpf(q.mu) / q.sigma))
    return lambda z: -(((z - q.mu) / q.sigma) ** 2) / 2 - constant


def test_a_q_that_holds_what_the_prior_rules_out_has_no_finite_bound() -> None:
    assert PLAIN.elbo(2, stats.norm(1, 1)) == -math.inf
    assert PLAIN.elbo(2, stats.halfcauchy()) == -math.inf  # E[z^2] is infinite, and with it E[(x - z)^2]


def test_any_other_scipy_distribution_can_stand_in() -> None:
    q = stats.uniform(0, 3)
    z = np.linspace(0, 3, 200_001)
    expected = np.trapezoid(PLAIN.log_joint(z, 2.0) + math.log(3), z) / 3
    assert PLAIN.elbo(2, q) == pytest.approx(expected, abs=1e-9)


def test_the_landscape_is_the_bound_at_every_theta() -> None:
    for name in NAMES:
        q = likely(PLAIN, 1.3, name)
        thetas = q.theta + np.linspace(-1, 1, 12).reshape(2, 6, 1)
        expected = [[PLAIN.elbo(1.3, q.at(theta)) for theta in row] for row in thetas]
        assert PLAIN.elbo_at(1.3, name, thetas) == pytest.approx(np.array(expected), abs=1e-13)


def test_curves() -> None:
    model, q, z = ExponentialNormal(2, 0.5), Gamma(2, 3), np.linspace(0, 30, 60_001)
    curves = model.curves(z, 1.0, q)
    for density in (curves.prior, curves.posterior, curves.q):
        assert np.trapezoid(density, z) == pytest.approx(1, abs=1e-6)
    assert curves.likelihood == pytest.approx(stats.norm(z, 0.5).pdf(1.0))
    evidence = np.trapezoid(curves.prior * curves.likelihood, z)
    assert evidence == pytest.approx(math.exp(model.log_evidence(1.0)), rel=1e-6)
    assert curves.posterior == pytest.approx(curves.prior * curves.likelihood / evidence, abs=1e-6)


# --- the best q


@pytest.mark.parametrize("name", NAMES)
@given(x=st.floats(-20, 30), a=st.floats(0.1, 8), sigma=st.floats(0.1, 4))
@settings(max_examples=60, deadline=None)
def test_the_best_member_is_level_and_none_around_is_better(name: str, x: float, a: float, sigma: float) -> None:
    model = ExponentialNormal(a, sigma)
    best = model.best(x, name)
    top = model.elbo(x, best)
    for direction in itertools.product((-1, 0, 1), repeat=len(best.theta)):
        for size in (0.5, 1e-2, 1e-3):
            around = model.elbo(x, best.at(best.theta + size * np.array(direction)))
            assert around <= top + 1e-13 * max(1, abs(top))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("x", [-3.0, 0.4, 1.3, 2.0, 6.0])
def test_the_best_member_is_what_a_search_finds(name: str, x: float) -> None:
    """From a start that knows nothing of the answer, by a simplex that knows no derivative."""
    model = ExponentialNormal(1.2, 0.9)
    start = FAMILIES[name].start(x, model.sigma).theta
    options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000, "maxfev": 4000}
    found = optimize.minimize(
        lambda theta: -model.elbo_at(x, name, theta), start, method="Nelder-Mead", options=options
    )
    best = model.best(x, name)
    assert model.elbo(x, best) == pytest.approx(-found.fun, abs=1e-11)
    assert best.theta == pytest.approx(found.x, abs=2e-5)


@given(x=FAR, a=RATES, sigma=SIGMAS)
@settings(max_examples=60, deadline=None)
def test_families_that_hold_others_do_no_worse(x: float, a: float, sigma: float) -> None:
    """A gamma of shape 1 is an exponential; the posterior is a truncated normal."""
    model = ExponentialNormal(a, sigma)
    elbo = {name: model.elbo(x, model.best(x, name)) for name in NAMES}
    slack = 1e-12 * max(1, abs(elbo["truncated normal"]))
    assert elbo["exponential"] <= elbo["gamma"] + slack
    assert max(elbo.values()) <= elbo["truncated normal"] + slack
    assert model.gap(x, model.best(x, "gamma")) <= model.gap(x, model.best(x, "exponential")) + 1e-10


# --- the climb


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("x", [-2.0, 1.3, 5.0])
def test_gradients_average_to_the_slope_of_the_bound(name: str, x: float) -> None:
    model = ExponentialNormal(1.3, 0.8)
    q = likely(model, x, name, 0.4)
    gradients = model.gradients(x, q, np.random.default_rng(5).random(40_000))
    error = gradients.std(1) / math.sqrt(gradients.shape[1])
    for axis, step in enumerate(1e-6 * np.eye(len(q.theta))):
        slope = (model.elbo(x, q.at(q.theta + step)) - model.elbo(x, q.at(q.theta - step))) / 2e-6
        assert gradients[axis].mean() == pytest.approx(slope, abs=4 * error[axis] + 1e-8)


def test_there_is_no_noise_where_q_is_the_posterior() -> None:
    gradients = PLAIN.gradients(2, PLAIN.best(2, "truncated normal"), np.random.default_rng(0).random(1000))
    assert np.abs(gradients).max() < 1e-14


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("x", [-4.0, 1.3, 2.0, 6.0])
def test_the_climb_arrives(name: str, x: float) -> None:
    steps = list(PLAIN.optimise(x, name, 300, np.random.default_rng(1)))
    assert len(steps) == 300
    assert steps[-1][1] == pytest.approx(PLAIN.elbo(x, PLAIN.best(x, name)), abs=5e-3)
    assert all(elbo == PLAIN.elbo(x, q) for q, elbo in steps[::50])
    assert max(elbo for _, elbo in steps) <= PLAIN.log_evidence(x) + 1e-12


def test_the_climb_can_start_from_a_member_and_repeats_itself() -> None:
    start = Gamma(5, 0.5)
    once, again = (list(PLAIN.optimise(1.3, start, 40, np.random.default_rng(3))) for _ in range(2))
    assert once == again
    assert all(isinstance(q, Gamma) for q, _ in once)
    assert np.abs(once[0][0].theta - start.theta) == pytest.approx([0.1, 0.1], rel=1e-6)  # Adam's first step
    assert once != list(PLAIN.optimise(1.3, start, 40, np.random.default_rng(4)))
    assert list(PLAIN.optimise(1.3, start, 0, np.random.default_rng(3))) == []


@pytest.mark.parametrize("x", [-1e4, 1e4])
@pytest.mark.parametrize("name", NAMES)
def test_the_climb_stays_finite_far_out(name: str, x: float) -> None:
    steps = list(PLAIN.optimise(x, name, 50, np.random.default_rng(0)))
    assert all(math.isfinite(elbo) for _, elbo in steps)
    assert steps[-1][1] >= steps[0][1] or name == "truncated normal"  # which starts next to the answer


# --- bad input


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: ExponentialNormal(rate=-1), "rate cannot be -1; give a number above 0."),
        (lambda: ExponentialNormal(sigma=0), "sigma cannot be 0; give a number above 0."),
        (lambda: ExponentialNormal(sigma=math.nan), "sigma cannot be nan; give a finite number."),
        (
            lambda: ExponentialNormal(rate=1e5),
            "rate cannot be 100000; give 0.001 to 1000, in another unit of z if need be.",
        ),
        (lambda: PLAIN.log_evidence(math.inf), "x cannot be inf; give a finite number."),
        (
            lambda: PLAIN.log_evidence([1, math.nan]),
            "x holds nan at position 2 (counted from 1); replace it with a finite number.",
        ),
        (lambda: PLAIN.elbo("2", Exponential(1)), "x cannot be '2'; give a finite number."),
        (
            lambda: PLAIN.elbo(-2e6, Exponential(1)),
            "x cannot be -2000000; give -1e+06 to 1e+06, in another unit if need be.",
        ),
        (
            lambda: PLAIN.elbo(2, "exponential"),
            "q cannot be 'exponential'; "
            "give a member of a family such as Exponential(1), or a frozen scipy distribution.",
        ),
        (
            lambda: PLAIN.elbo(2, stats.poisson(1)),
            "give a member of a family such as Exponential(1), or a frozen scipy distribution.",
        ),
        (
            lambda: PLAIN.best(2, "normal"),
            "There is no family 'normal' here; choose one of: exponential, gamma, log-normal, truncated normal.",
        ),
        (
            lambda: PLAIN.optimise(2, "gamma", -1, np.random.default_rng()),
            "num_steps cannot be -1; give a whole number",
        ),
        (
            lambda: PLAIN.optimise(2, "gamma", 9, np.random.default_rng(), num_draws=0),
            "num_draws cannot be 0; give a whole number, 1 or more.",
        ),
        (
            lambda: PLAIN.optimise(2, "gamma", 9, np.random.default_rng(), learning_rate=0),
            "learning_rate cannot be 0; give a number above 0.",
        ),
        (lambda: PLAIN.curves([-1, 0], 2, Exponential(1)), "z holds -1 at position 1 (counted from 1)"),
    ],
)
def test_a_kind_sentence_names_value_and_remedy(act: object, sentence: str) -> None:
    with pytest.raises(Problem) as caught:
        act()  # type: ignore[operator]
    assert sentence in str(caught.value)


def test_no_module_of_the_page_waits_for_scipys_distributions() -> None:
    heavy = "{'scipy.stats', 'scipy.optimize', 'torch'}"
    program = f"import sys, genmodels.probability.variational; print({heavy} & sys.modules.keys())"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
