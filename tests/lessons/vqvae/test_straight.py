"""The section "straight through": its numbers are the model's, its snippet prints them, its sentences are true."""

from __future__ import annotations

import contextlib
import io
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from genmodels import load
from genmodels.data import mnist, tokens
from genmodels.evaluation import straight as looks
from genmodels.evaluation.straight import Stair, StraightThrough
from genmodels.models.vqvae import VQVAE
from lessons.vqvae import figures_straight as figures
from lessons.vqvae.slice.room import numbers
from lessons.vqvae.straight import what_comes
from tests.app import component, open_page, settled, words
from tests.lessons.parts import drawn
from ui.text import LANGUAGES, Text, labels, sections

SHIPPED = "vqvae-mnist"
LOWER, HIGHER, FAR, NEVER = (4, 29), (4, 10), (4, 16), (1, 47)  # digits of the test set, places of their grids
OWN = labels("en")["vqvae"]


def found_at(digit: int, cell: int) -> StraightThrough:
    model = load(SHIPPED, device="cpu")
    assert isinstance(model, VQVAE)
    return looks.of(model, mnist.load("test").pixels(slice(digit, digit + 1)), cell)


def opened(digit: int, cell: int, lang: str = "en", **query: str) -> AppTest:
    app = settled(open_page("vqvae", lang=lang, digit=str(digit), cell=str(cell), **query))
    assert not app.exception
    return app


def blocks(app: AppTest) -> list[str]:
    """The snippet, and what the page says that it prints."""
    return [part.strip("\n") for value in (e.value for e in app.markdown) for part in value.split("```")[1::2]]


def run(code: str) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, "snippet", "exec"), {"__name__": "__main__"})
    return output.getvalue().strip()


def figure_words(prefix: str) -> dict[str, str]:
    return Text("vqvae", "en", "light").all(prefix)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("digit", "cell"), [LOWER, HIGHER, FAR, NEVER])
def test_the_numbers_in_the_words_are_those_of_the_place(digit: int, cell: int, lang: str) -> None:
    said, found = words(opened(digit, cell, lang)), found_at(digit, cell)
    for number in (f"{found.slope:.4f}", f"{found.distance:.3f}", f"{found.commitment:.4f}", f" {found.scale:g} "):
        assert number in said, number
    told, numbers = what_comes(found)
    sentence = Text("vqvae", lang, "light").section(told, **numbers)
    assert sentence in said and str(found.code) in said
    others = {key for key in sections(lang, "vqvae") if key.startswith("stairs-")} - {told, "stairs-measured"}
    assert len(others) == 5 and not any(sections(lang, "vqvae")[key][-16:] in said for key in others)


def test_what_comes_on_the_ray_is_told_as_it_is() -> None:
    expected = {"stairs-lower": LOWER, "stairs-higher": HIGHER, "stairs-far": FAR, "stairs-never": NEVER}
    assert {what_comes(found_at(*place))[0]: place for place in expected.values()} == expected
    lower = found_at(*LOWER)
    told = what_comes(lower)[1]
    change = lower.stairs[1].loss - lower.stairs[0].loss
    assert change < 0 and told["change"] == f"{-change:.3f}" and told["code"] == lower.stairs[1].code
    first = lower.stairs[0]
    assert what_comes(replace(lower, stairs=(first, Stair(0.1, 7, first.loss + 4e-4))))[0] == "stairs-same"
    assert what_comes(replace(lower, stairs=(first, Stair(0.1, 7, first.loss - 6e-4))))[0] == "stairs-lower"
    assert what_comes(replace(lower, stairs=(first, Stair(2 * lower.reach, 7, first.loss))))[0] == "stairs-far"
    assert what_comes(replace(lower, slope=0.0))[0] == "stairs-flat"


@pytest.mark.parametrize(("digit", "cell"), [LOWER, HIGHER, (3, 24)])
def test_the_snippet_prints_what_the_page_says(digit: int, cell: int) -> None:
    code, printed = blocks(opened(digit, cell))
    assert run(code) == printed
    found = found_at(digit, cell)
    assert printed.split()[-1] == "0.0000" and printed.count(f"{found.slope:.4f}") == 2


def test_the_snippet_takes_ones_own_picture() -> None:
    picture = mnist.load("test").images[8].numpy().reshape(28, 28)[::-1].copy()
    code, printed = blocks(opened(4, 24, x=tokens.to_token(picture)))
    assert run(code) == printed and "from_token" in code
    model = load(SHIPPED, device="cpu")
    found = looks.of(model, torch.from_numpy(picture)[None, None] / 255, 24)  # type: ignore[arg-type]
    assert f"{found.slope:.4f}" in printed


def test_what_is_painted_and_killed_does_not_count() -> None:
    plain, touched = (words(opened(*LOWER, **query)) for query in ({}, {"painted": "29-3", "killed": "5.9"}))
    slope = f"{found_at(*LOWER).slope:.4f}"
    assert slope in plain and slope in touched


# --- the pictures


@pytest.mark.parametrize(("digit", "cell"), [LOWER, HIGHER, FAR])
def test_the_slice_is_given_what_was_computed(digit: int, cell: int) -> None:
    told, found = component(opened(digit, cell), "straight-slice"), found_at(digit, cell)
    assert told["cell"] == cell and told["code"] == found.code and told["e"] == found.distance
    assert [region["code"] for region in told["regions"]] == sorted(found.regions)
    pictures = np.frombuffer(b64decode(told["pictures"]), np.uint8).reshape(-1, 28, 28)
    for region, picture in zip(told["regions"], pictures, strict=True):
        np.testing.assert_allclose(region["corners"], found.regions[region["code"]], rtol=1e-6, atol=1e-6)
        assert region["loss"] == pytest.approx(found.choices[region["code"]].loss, rel=1e-6)
        np.testing.assert_allclose(picture.astype(int), found.choices[region["code"]].picture.astype(int), atol=1)
    assert told["handed"] * found.scale == pytest.approx(found.slope, rel=1e-5)
    assert told["pull"] * found.scale == pytest.approx(found.commitment)
    assert told["crossed"] == pytest.approx(
        [one.begin for one in found.stairs[1:] if one.begin <= found.reach], rel=1e-5
    )


def test_another_picture_or_place_has_another_name() -> None:
    names = [component(opened(*place), "straight-slice")["name"] for place in (LOWER, HIGHER, (5, HIGHER[1]))]
    assert len(set(names)) == 3


@pytest.mark.parametrize(("digit", "cell"), [LOWER, HIGHER, FAR, NEVER, (2, 10), (7, 33)])
def test_a_number_stands_in_the_region_of_its_code(digit: int, cell: int) -> None:
    found = found_at(digit, cell)
    placed = numbers(found)
    assert placed
    model = load(SHIPPED, device="cpu")
    for code, place in placed.items():
        vector = torch.from_numpy(found.plane.points(np.array([place]))).float()
        assert int(model.codec.quantiser.nearest(vector)) == code  # type: ignore[union-attr, operator]


def test_a_number_stays_away_from_the_ray_and_the_arrows() -> None:
    for cell in range(49):
        found = found_at(7, cell)
        pixels = 280 / (found.box[1] - found.box[0])
        tip = np.array([found.distance, 0]) + found.descent * found.slope / found.scale
        share = np.linspace(0, 1, 200)[:, None]
        marks = [share * found.reach * found.descent, [found.distance, 0] * (1 - share) + tip * share]
        for place in numbers(found).values():
            assert min(np.linalg.norm(np.array(place) - mark, axis=1).min() for mark in marks) * pixels > 12.5


def test_the_true_loss_is_drawn_level_with_its_jumps_and_the_other_with_its_slope() -> None:
    found = found_at(*LOWER)
    figure = figures.staircase(found, figure_words("stairs-"), "light")
    slope, believed, *steps = figure.data
    np.testing.assert_allclose(believed.y, found.believed)
    assert (slope.y[1] - slope.y[0]) / (slope.x[1] - slope.x[0]) == pytest.approx(-found.slope)
    levels = [trace for trace in steps if trace.customdata is not None]
    seen = [stair for stair in found.stairs if stair.begin < found.reach]
    assert [set(trace.y) for trace in levels] == [{stair.loss} for stair in seen]
    assert [trace.x[0] for trace in levels] == [stair.begin for stair in seen] and levels[-1].x[-1] == found.reach
    assert [trace.x[-1] for trace in levels[:-1]] == [stair.begin for stair in seen[1:]]
    low, high = figure.layout.yaxis.range
    assert all(low < y < high for trace in (believed, *steps) for y in trace.y)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_a_slope_both_lines_are_level(mode: str) -> None:
    found = replace(found_at(*LOWER), slope=0.0, descent=np.zeros(2))
    figure = figures.staircase(found, figure_words("stairs-"), mode)
    assert np.ptp(figure.data[0].y) == 0
    assert numbers(found)


def test_a_line_that_hardly_falls_is_not_magnified() -> None:
    found = found_at(*LOWER)
    flat = replace(found, believed=np.full_like(found.believed, found.loss), stairs=found.stairs[:1])
    low, high = figures.staircase(flat, figure_words("stairs-"), "light").layout.yaxis.range
    assert high - low >= figures.LEAST_RANGE and low < found.loss < high


def test_the_loss_is_on_the_page() -> None:
    layout = drawn(opened(*LOWER), "straight-stairs")["layout"]
    assert layout["height"] == figures.HEIGHT and layout["xaxis"]["range"][1] == pytest.approx(found_at(*LOWER).reach)
