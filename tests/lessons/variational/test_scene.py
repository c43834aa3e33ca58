"""The bar that always ends at log p(x), and what the climb tells the browser."""

from __future__ import annotations

import base64
import math
import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.variational import climb, figures, figures_elbo
from lessons.variational.ascent import NUM_STEPS, Climb
from lessons.variational.figures_elbo import HEIGHT, WINDOW, Bar, bar
from lessons.variational.scene import FAMILIES, FIELDS, Scene, moments
from ui.text import Text

WORDS = {name: (name, "0.000") for name in ("log-evidence", "gap", "elbo")}


def scene(**values: object) -> Scene:
    state = {name: field.default for name, field in FIELDS.items()} | values
    return Scene(state, Text("variational", "en", "light"))  # type: ignore[arg-type]


def blocks(seen: Bar) -> tuple[float, float]:
    """Heights of the gap and of the ELBO in the bar, in CSS pixels."""
    markup = bar(seen, WORDS, "nats", "alt")
    places = re.findall(r"top:([\d.]+)px;left:40\.0px;width:46\.0px;height:([\d.]+)px", markup)
    (gap_top, gap), (elbo_top, elbo) = [tuple(map(float, place)) for place in places]
    assert gap_top == 0 and elbo_top == pytest.approx(gap, abs=0.1)
    return gap, elbo


@pytest.mark.parametrize(("elbo", "share"), [(-1.0, 0), (-1.5, 0.2), (-3.5, 1), (-80.0, 1)])
def test_the_bar_has_one_height_and_the_gap_its_share(elbo: float, share: float) -> None:
    gap, rest = blocks(Bar(-1.0, elbo, -1.0))
    assert gap + rest == pytest.approx(HEIGHT, abs=0.2)
    assert gap == pytest.approx(share * HEIGHT, abs=0.1)


@pytest.mark.parametrize("elbo", np.linspace(-4, -1, 31))
def test_the_labels_beside_the_bar_never_overlap_nor_leave_it(elbo: float) -> None:
    tops = re.findall(r"top:(-?[\d.]+)px;left:100\.0px", bar(Bar(-1.0, elbo, -1.0), WORDS, "nats", "alt"))
    gap, level = map(float, tops)
    assert level - gap >= figures_elbo.LINES - 0.1
    assert gap >= -5 and level + figures_elbo.LINES <= HEIGHT + figures_elbo.LINES / 2 + 0.1


def test_ticks_lie_within_the_bar() -> None:
    markup = bar(Bar(0.3, 0.1, 0.2), WORDS, "nats", "alt")
    ticks = [float(tick.replace("−", "-")) for tick in re.findall(r">(−?\d\.\d)</span>", markup)]
    assert ticks == [-2.0, -1.5, -1.0, -0.5, 0.0]
    assert all(0.3 - WINDOW <= tick <= 0.3 for tick in ticks)


@given(x=st.floats(-2, 3), rate=st.floats(0.2, 4), sigma=st.floats(0.2, 1.5))
@settings(max_examples=80, deadline=None)
def test_the_names_of_the_curves_neither_overlap_nor_leave_the_picture(x: float, rate: float, sigma: float) -> None:
    now = scene(x=x, rate=rate, sigma=sigma)
    seen = now.densities()
    figure = figures.densities(seen, now.density_words(), "light")
    called = {f"<b>{now.text(f'curve-{name}')}</b>" for name in ("prior", "likelihood", "posterior")}
    names = [one for one in figure.layout.annotations if one.text in called]
    assert len(names) == 3
    line = seen.top / 13  # 17 px
    for name in names:
        assert 0 < name.y <= 0.96 * seen.top and 0 <= name.x <= figures.Z_RANGE[1] - figures.NAME_WIDTH
    for one, other in combinations(names, 2):
        apart = abs(one.x - other.x) >= figures.NAME_WIDTH or abs(one.y - other.y) >= 0.99 * line
        assert apart, f"{one.text} and {other.text}"


def floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_browser_is_told_every_step(family: str) -> None:
    now = scene(family=family, x=0.5)
    view = Climb(now).view()
    told = climb.message(view)
    assert len(told["elbo"]) == NUM_STEPS + 1
    assert told["elbo"][0] == pytest.approx(now.terms.elbo, abs=1e-6)
    assert max(told["elbo"]) <= told["best"] + 1e-6 <= told["log_evidence"] + 2e-6
    q = floats(told["q"]).reshape(NUM_STEPS + 1, told["points"])
    inside = view.z > 0.2
    assert q[0][inside] == pytest.approx(now.q.density(view.z)[inside], rel=1e-5)
    landscape = told["landscape"]
    gaps = floats(landscape["heights"]).reshape(landscape["shape"])
    assert gaps.min() >= -1e-5, "nowhere is the ELBO above log p(x)"
    assert gaps.min() <= told["log_evidence"] - told["best"] + 0.05, "the best q lies within the landscape"
    for axis, (low, high) in enumerate(landscape["ranges"]):
        assert all(low <= point[axis] <= high for point in [*landscape["path"], landscape["best"]])
        ticks = landscape["ticks"][axis]
        assert 2 <= len(ticks) <= 5
        assert all(low <= theta <= high for theta, _ in ticks)


def test_the_landscape_is_the_bound_along_its_axes() -> None:
    """Rows are the second number from below, columns the first."""
    now = scene(family="gamma")
    seen = Climb(now).view().landscape
    (low, high), (below, above) = seen.ranges
    rows, columns = seen.elbo.shape
    for row, column in ((0, 0), (0, columns - 1), (rows - 1, 0), (17, 5)):
        theta = [low + (high - low) * column / (columns - 1), below + (above - below) * row / (rows - 1)]
        assert seen.elbo[row, column] == pytest.approx(now.model.elbo(now.x, now.q.at(theta)), abs=1e-9)


def test_another_seed_is_another_path() -> None:
    messages = [climb.message(Climb(scene(seed=seed)).view()) for seed in (0, 0, 1)]
    assert messages[0] == messages[1]
    assert messages[0]["id"] != messages[2]["id"]


def test_the_q_at_a_step_can_be_taken_and_nothing_else() -> None:
    found = Climb(scene(family="log-normal"))
    last = found.path[-1]
    assert found.member(NUM_STEPS) == moments(last) == {"m": last.mean, "s": math.sqrt(last.variance)}
    for nonsense in (-1, NUM_STEPS + 1, 0.5, math.nan, "7", None, [3]):
        assert found.member(nonsense) == {}
