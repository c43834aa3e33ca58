"""The section "straight through": its numbers are the model's, its snippet prints them, its sentences are true."""

from __future__ import annotations

import contextlib
import io
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
from lessons.vqvae.straight import what_comes
from tests.app import open_page, settled, words
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


def test_the_slice_has_the_same_arrow_at_both_points() -> None:
    """The true regions below, and all in one scale in both directions."""
    found = found_at(*HIGHER)
    figure = figures.plane(found, figure_words("slice-"), "light")
    filled = {trace.text: np.column_stack([trace.x, trace.y]) for trace in figure.data if trace.fill}
    assert len(filled) == len(found.regions)
    for code, corners in found.regions.items():
        np.testing.assert_allclose(filled[OWN["slice-code"].replace("#", str(code))][:-1], corners)
    pull, at_e, at_z = (trace for trace in figure.data if trace.marker.symbol == "arrow")
    ways = [np.array([arrow.x[1] - arrow.x[0], arrow.y[1] - arrow.y[0]]) for arrow in (pull, at_e, at_z)]
    np.testing.assert_allclose(ways[1], ways[2], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(ways[1]) * found.scale, found.slope)
    np.testing.assert_allclose(ways[0] * found.scale, [found.commitment, 0])
    assert (at_z.x[0], at_z.y[0], at_e.x[0], at_e.y[0]) == (0, 0, found.distance, 0)
    assert at_z.line.dash and not at_e.line.dash
    assert figure.layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize(("digit", "cell"), [LOWER, HIGHER, FAR, NEVER, (2, 10), (7, 33)])
def test_a_number_stands_in_the_region_of_its_code(digit: int, cell: int) -> None:
    found = found_at(digit, cell)
    notes = figures.plane(found, figure_words("slice-"), "light").layout.annotations
    numbers = [note for note in notes if note.text.isdecimal()]
    assert numbers and len({note.text for note in numbers}) == len(numbers)
    model = load(SHIPPED, device="cpu")
    for note in numbers:
        vector = torch.from_numpy(found.plane.points(np.array([[note.x, note.y]]))).float()
        assert int(model.codec.quantiser.nearest(vector)) == int(note.text)  # type: ignore[union-attr, operator]


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
@pytest.mark.parametrize("change", [{"slope": 0.0, "descent": np.zeros(2)}, {"commitment": 0.0}, {"distance": 0.0}])
def test_what_is_not_there_is_not_drawn(change: dict[str, object], mode: str) -> None:
    found = replace(found_at(*LOWER), **change)  # type: ignore[arg-type]
    figure = figures.plane(found, figure_words("slice-"), mode)
    names = [note.text for note in figure.layout.annotations]
    assert (f"<b>{OWN['slice-handed']}</b>" in names) is (found.slope > 0)
    assert (f"<b>{OWN['slice-commitment']}</b>" in names) is (found.commitment > 0)
    empty = [len(trace.x) for trace in figure.data if trace.marker.symbol == "arrow"]
    assert empty == [2 * (found.commitment > 0), *[2 * (found.slope > 0)] * 2]
    figures.staircase(found, figure_words("stairs-"), mode)


def test_both_pictures_are_on_the_page() -> None:
    app = opened(*LOWER)
    heights = [drawn(app, name)["layout"]["height"] for name in ("straight-plane", "straight-stairs")]
    assert heights == [figures.SIDE, figures.HEIGHT]
