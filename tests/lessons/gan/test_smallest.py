"""The smallest GAN: what the browser computes under the hand is Python's game, and the numbers on the page are true."""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from scipy.special import expit

from genmodels.probability.dirac_gan import DiracGAN, Fate, Loss
from lessons.gan import smallest
from lessons.gan.scene import AWAY, EXPERIMENT, FIELDS, NEAR, NUM_UPDATES, SOON, Scene, fate_key, game_of
from ui.state import Number
from ui.text import LANGUAGES, LESSONS, fill, labels, sections

FOLDER = Path(smallest.__file__).parent
DIRAC, LOOKS, COMPONENT = (
    (FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in ("dirac", "looks", "component")
)
DEFAULT = {name: field.default for name, field in FIELDS.items()}
LOSSES = get_args(Loss)
TOLERANCE: Any = {"rtol": 1e-9, "atol": 1e-9}
ASK = """games => games.map(([game, place, last]) => ({
    velocity: velocity(game, place), value: valueOf(game, place), path: pathOf(game, place, last),
    eigenvalues: eigenvalues(game), radius: radiusOf(eigenvalues(game)), fate: fateOf(game), key: fateKey(game) }))"""


def said(key: str, **values: object) -> str:
    """A page's words that are nothing but their names and values."""
    return " ".join([key, *map(str, values.values())])


def scene(**changes: object) -> Scene:
    """The page in another state than it opens with."""
    return Scene({**DEFAULT, **changes}, said)  # type: ignore[arg-type]


def reached(**changes: object) -> set[str]:
    """The challenges that a state meets."""
    return {one.name for one in scene(**changes).challenges() if one.reached}


def some_games(number: int) -> Iterator[tuple[DiracGAN, tuple[float, float]]]:
    """Games and starts at random, also such that fly off."""
    rng = np.random.default_rng(0)
    for i in range(number):
        r1, rate_g, rate_d = rng.choice([0, 1]) * rng.uniform(0, 2), *rng.uniform(0.01, 1, 2)
        theta, psi = rng.uniform(-2, 2, 2).tolist()
        yield DiracGAN(LOSSES[i % 3], float(r1), float(rate_g), float(rate_d), bool(i % 2)), (theta, psi)


# --- the browser's game is Python's


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(content=DIRAC)
    yield page
    page.close()


def computed(page: Page, games: list[tuple[DiracGAN, tuple[float, float]]], last: int) -> list[dict[str, Any]]:
    """What the browser says of them."""

    def told(game: DiracGAN) -> dict[str, object]:
        rates = {"rate_g": game.generator_rate, "rate_d": game.discriminator_rate}
        return {"loss": game.loss, "alternating": game.alternating, "r1_small": game.r1, **rates}

    found: list[dict[str, Any]] = page.evaluate(ASK, [[told(game), place, last] for game, place in games])
    return found


def test_the_browser_plays_the_game_that_python_plays(blank: Page) -> None:
    games = list(some_games(600))
    fates = set()
    for (game, place), here in zip(games, computed(blank, games, 50), strict=True):
        np.testing.assert_allclose(here["velocity"], game.velocity(*place), **TOLERANCE)
        np.testing.assert_allclose(here["value"], game.value(*place), **TOLERANCE)
        np.testing.assert_allclose(here["path"], game.path(*place, 50), **TOLERANCE)
        np.testing.assert_allclose([complex(*one) for one in here["eigenvalues"]], game.eigenvalues(), **TOLERANCE)
        np.testing.assert_allclose(here["radius"], np.abs(game.eigenvalues()).max(), **TOLERANCE)
        assert (here["fate"], here["key"]) == (game.fate(), fate_key(game))
        fates.add(here["fate"])
    assert fates == set(get_args(Fate))


def test_both_say_the_same_fate_where_a_hand_can_bring_a_slider(blank: Page) -> None:
    """Also on the border between two fates, where the last digit decides: hundredths of gamma, tenths of the rates."""
    gammas, rates = np.round(np.arange(0, 2.01, 0.05), 2), (0.01, 0.05, 0.1, 0.2, 0.4, 0.5, 0.8, 1)
    every = itertools.product(LOSSES, gammas.tolist(), rates, rates, (False, True))
    games = [(DiracGAN(*values), (1.0, 0.0)) for values in every]
    differing = [
        game
        for (game, _), here in zip(games, computed(blank, games, 0), strict=True)
        if (here["fate"], here["key"]) != (game.fate(), fate_key(game))
    ]
    assert differing == []


def test_a_long_path_that_leaves_ends_where_pythons_does(blank: Page) -> None:
    games = [(DiracGAN("wasserstein", 0, 1, 1, False), (1.0, 0.0)), (DiracGAN("wasserstein", 2, 0.2, 1), (2.0, -1.0))]
    for (game, place), here in zip(games, computed(blank, games, 200), strict=True):
        path = game.path(*place, 200)
        assert len(here["path"]) == len(path) < 200
        np.testing.assert_allclose(here["path"], path, **TOLERANCE)


def test_the_hand_can_go_where_the_state_can() -> None:
    block = re.search(r"const RANGES = \{(.+?)\};", COMPONENT)
    half = re.search(r"const HALF = (\d+)", LOOKS)
    assert block and half
    ranges = {name: (float(low), float(high)) for name, low, high in re.findall(r"(\w+): \[(.+?), (.+?)\]", block[1])}
    ranges |= dict.fromkeys(("theta", "psi"), (-float(half[1]), float(half[1])))
    assert set(ranges) == {"r1_small", "rate_g", "rate_d", "theta", "psi"}
    for name, limits in ranges.items():
        field = FIELDS[name]
        assert isinstance(field, Number) and (field.low, field.high) == limits


def test_every_part_that_a_step_names_is_there() -> None:
    block = re.search(r"const parts = \{(.+?)\}", COMPONENT)
    assert block
    drawn = set(re.findall(r'"\.[\w-]+": "(\w+)"', block[1])) | {"numbers"}
    assert set(" ".join(Scene.step_parts).split()) == drawn == {"field", "path", "circle", "numbers"}
    assert len(Scene.step_parts) == 4


# --- what is said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fate_has_its_words(lang: str) -> None:
    own = labels(lang)["gan"]
    keys = {fate_key(game) for game, _ in some_games(600)} | {
        "jumps",
        "circles",
        "circles-inwards",
        "flies-off-inwards",
    }
    assert {f"small-fate-{key}" for key in keys} <= set(own)
    assert {f"now-fate-{fate.replace(' ', '-')}" for fate in get_args(Fate)} <= set(own)


@pytest.mark.parametrize("turns", ["alternating", "simultaneous"])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_steps_numbers_are_those_of_the_formulas(loss: str, turns: str) -> None:
    state = {"loss": loss, "turns": turns, "r1_small": 0.3, "rate_g": 0.25, "rate_d": 0.4, "theta": 0.8, "psi": -0.6}
    theta, psi, gamma, a, b = 0.8, -0.6, 0.3, 0.25, 0.4
    up = {"original": expit(theta * psi), "non-saturating": expit(-theta * psi), "wasserstein": 1.0}[loss]

    def answer(seen: float) -> float:
        return float(-(1 if loss == "wasserstein" else expit(seen * psi)) * seen - gamma * psi)

    moved = theta + a * up * psi
    f = 1 if loss == "wasserstein" else 0.5
    trace = 2 - b * gamma - (a * b * f**2 if turns == "alternating" else 0)
    det = 1 - b * gamma + (0 if turns == "alternating" else a * b * f**2)
    value = -theta * psi if loss == "wasserstein" else -math.log(2) - math.log(1 + math.exp(theta * psi))
    seen = moved if turns == "alternating" else theta
    expected = {
        "theta": theta,
        "psi": psi,
        "value": value,
        "to-theta": up * psi,
        "to-psi": answer(theta),
        "answer": answer(seen),
        "theta-after": moved,
        "psi-after": psi + b * answer(seen),
        "trace": trace,
        "det": det,
    }
    values = scene(**state).step_values()
    assert {name: values[name] for name in expected} == {name: f"{one:z.4f}" for name, one in expected.items()}
    assert (values["gamma"], values["rate-g"], values["rate-d"], values["slope"]) == ("0.3", "0.25", "0.4", f"{f:g}")
    root = (trace**2 / 4 - det + 0j) ** 0.5
    assert values["lambda"] == f"{trace / 2:.4f}\\pm {root.imag:.4f}\\,i"
    assert values["radius"] == f"{max(abs(trace / 2 + root), abs(trace / 2 - root)):.6f}"
    assert values["fate"] == f"small-fate-{fate_key(game_of({**DEFAULT, **state}))}"  # type: ignore[arg-type]


def test_the_numbers_follow_the_update() -> None:
    later = scene(update=7)
    before, now = scene(update=6).step_values(), later.step_values()
    assert (before["theta-after"], before["psi-after"]) == (now["theta"], now["psi"])
    assert now["update"] == 7
    gone = scene(loss="wasserstein", turns="simultaneous", rate_g=1, rate_d=1, update=200).step_values()
    assert gone["update"] == 40 and float(str(gone["theta"])) == 2**20, "the path ends further off than a million"


def test_steps_are_told_by_the_loss_and_by_who_moves_when() -> None:
    own = scene(loss="non-saturating").step_variants
    assert own == {number: f"step-{number}" for number in range(1, 5)}
    other = scene(loss="wasserstein", turns="simultaneous").step_variants
    ends = ("wasserstein", "wasserstein", "simultaneous", "simultaneous")
    assert other == {number: f"step-{number}-{end}" for number, end in enumerate(ends, 1)}
    assert scene(loss="original").step_variants[2] == "step-2-original"
    for lang, loss, turns in itertools.product(LANGUAGES, LOSSES, ("alternating", "simultaneous")):
        one = scene(loss=loss, turns=turns)
        for section in one.step_variants.values():
            assert "<<" not in fill(sections(lang, "gan")[section], one.step_values())


# --- challenges


def test_what_the_page_opens_with_meets_nothing_and_no_one_choice_does() -> None:
    assert reached() == set()
    for name, field in FIELDS.items():
        for option in getattr(field, "options", ()):
            assert reached(**{name: option}) == set()
    assert reached(**EXPERIMENT) == set()


def test_it_takes_r1_and_a_larger_rate_to_be_near_soon() -> None:
    alone = np.round(np.arange(0, 2.01, 0.01), 2)
    assert not any("small-near" in reached(r1_small=float(gamma)) for gamma in alone)
    found = {"r1_small": 0.27, "rate_d": 1, "loss": "non-saturating"}
    assert reached(**found) == {"small-near"}
    assert "small-near" not in reached(**found, theta=0.9), "the start is too near"
    path = DiracGAN(r1=0.27, discriminator_rate=1).path(1, 0, SOON)
    assert np.hypot(*path[:19].T).min() <= NEAR and AWAY == 1


def test_the_least_gamma_is_where_the_two_eigenvalues_meet() -> None:
    """In turns, where trace^2 / 4 = det: eta_D gamma = 2 f sqrt(eta_G eta_D) - f^2 eta_G eta_D."""
    border = (2 * 0.5 * 0.2 - 0.25 * 0.04) / 0.2
    assert [
        gamma for gamma in np.round(np.arange(0, 2.01, 0.01), 2) if "small-gamma" in reached(r1_small=float(gamma))
    ] == [math.ceil(100 * border + 1e-9) / 100]


def test_in_turns_only_too_much_r1_makes_it_fly_off() -> None:
    assert "small-off" in reached(r1_small=2, rate_d=1)
    assert "small-off" not in reached(turns="simultaneous"), "it flies off, but at once"
    assert not any("small-off" in reached(r1_small=gamma, rate_d=0.9) for gamma in (0, 1, 2))


def test_no_rates_make_it_spiral_in_without_r1() -> None:
    rates = (0.01, 0.2, 0.5, 1)
    for loss, a, b in itertools.product(LOSSES, rates, rates):
        assert DiracGAN(loss, 0, a, b).fate() == "circles"
        assert DiracGAN(loss, 0, a, b, alternating=False).fate() == "flies off"


# --- what is claimed in words


def test_the_experiment_circles_and_the_shipped_loss_comes_in_more_and_more_slowly() -> None:
    """The distance falls as one over the root of time: in four times as many updates to a half."""
    game = game_of(EXPERIMENT)  # type: ignore[arg-type]
    distances = np.hypot(*game.path(1, 0, 6000).T)
    assert distances.min() > 0.97 and distances.max() < 1.03
    inwards = np.hypot(*DiracGAN().path(1, 0, 8000).T)
    windows = [inwards[i : i + 70].mean() for i in (1900, 7900)]
    assert windows[0] / windows[1] == pytest.approx(2, rel=0.05)


def test_at_once_the_non_saturating_loss_holds_it_on_a_loop() -> None:
    for a, b in itertools.product((0.1, 0.3, 1), repeat=2):
        game = DiracGAN(generator_rate=a, discriminator_rate=b, alternating=False)
        inner, outer = (np.hypot(*game.path(*start, 4000)[-300:].T) for start in ((0.1, 0), (2, 2)))
        assert fate_key(game) == "flies-off-inwards" and inner.min() > 0.1 and outer.max() < 2
        np.testing.assert_allclose([inner.min(), inner.max()], [outer.min(), outer.max()], rtol=0.1)


# --- the snippet


@pytest.mark.parametrize(
    "changes",
    [{}, {"update": 31, "r1_small": 0.3}, {"loss": "wasserstein", "turns": "simultaneous", "rate_g": 1, "update": 200}],
)
def test_the_snippet_prints_what_is_on_screen(changes: dict[str, object]) -> None:
    one = scene(**changes)
    values = one.code_values()
    assert values["variant"] == "-numbers"
    snippet = fill((LESSONS / "gan" / "snippet-numbers.py.txt").read_text(encoding="utf-8"), values)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(snippet, "snippet", "exec"), {"__name__": "__main__"})
    assert output.getvalue().strip() == one.printed
    assert "e+" not in one.printed and NUM_UPDATES == 200
