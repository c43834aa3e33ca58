"""The pictures of a running training, painted by a real Chromium, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from ui.components.run_view import message

COMPONENTS = Path(__file__).parents[2] / "ui" / "components"
SCRIPT = "\n".join(
    (COMPONENTS / name).read_text(encoding="utf-8")
    for name in ("kept.js", "paper.js", "run_view/cloud.js", "run_view/component.js")
).replace("export default function", "globalThis.show = function")
COLOURS = {"background-color": "#fff", "text-color": "#000", "gray-text-color": "#666", "blue-text-color": "#00f"}
INK = """([x, y, side]) => {
    const [canvas] = document.querySelectorAll('.plane canvas');
    const at = [x - side / 2, y - side / 2, side, side].map((v) => Math.round(v * canvas.width));
    const pixels = canvas.getContext('2d').getImageData(...at).data;
    return pixels.filter((v, i) => i % 4 === 2 && v > 100 && pixels[i + 1] > 60).length;
}"""

WORDS = {"plane": "Plane", "grid": "Grid", "plane-alt": "Where the digits lie", "grid-alt": "What is drawn"}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 700, "height": 400}, reduced_motion="reduce")
    style = "".join(f"--st-{name}:{value};" for name, value in COLOURS.items())
    css = (COMPONENTS / "run_view" / "style.css").read_text(encoding="utf-8")
    opened.set_content(f"<style>{css}</style><main style='{style}--st-font:sans-serif'></main>")
    opened.add_script_tag(content=SCRIPT, type="module")
    opened.wait_for_function("() => !!globalThis.show")
    yield opened
    opened.close()


def plane(points: Any, labels: Any = None, extent: float = 3.0, prior: Any = None) -> dict[str, np.ndarray]:
    arrays = {
        "grid": np.zeros((28, 28), np.uint8),
        "points": np.asarray(points, np.float16),
        "labels": np.zeros(len(points), np.uint8) if labels is None else np.asarray(labels, np.uint8),
        "extent": np.array(extent, np.float32),
    }
    return arrays if prior is None else arrays | {"prior": np.asarray(prior, np.float32)}


def show(page: Page, arrays: dict[str, np.ndarray], x: float = 0, y: float = 0) -> int:
    """Show these pictures; how many pixels are blue around a place before anything has had time to move."""
    dots_now = f"({INK})([{x}, {y}, 0.06])"
    return int(
        page.evaluate(
            f"(data) => {{ globalThis.leave = show({{ data, parentElement: document.querySelector('main') }});"
            f" return {dots_now}; }}",
            message(arrays, WORDS, 224),
        )
    )


def dots(page: Page, x: float, y: float, side: float = 0.06) -> int:
    """How many pixels are painted blue in a square around a place, given in shares of the picture from its top left."""
    return int(page.evaluate(INK, [x, y, side]))


def numerals(page: Page) -> list[bool]:
    seen = page.evaluate("document.querySelector('main').kept.shown.numerals.map((one) => one.clear > 0)")
    return list(seen)


def test_dots_lie_where_the_codes_are(page: Page) -> None:
    show(page, plane([[1.5, 1.5], [-1.5, 0]]))
    assert dots(page, 0.75, 0.25) > 0 and dots(page, 0.25, 0.5) > 0, "z2 grows upward, z1 to the right"
    assert dots(page, 0.75, 0.75) == 0


def test_captions_and_names_are_there(page: Page) -> None:
    show(page, plane([[0, 0]]))
    assert page.locator("figcaption").all_inner_texts() == [WORDS["plane"], WORDS["grid"]]
    for name in ("plane-alt", "grid-alt"):
        assert page.get_by_role("img", name=WORDS[name]).is_visible()


def test_without_points_only_the_drawn_picture_is_seen(page: Page) -> None:
    show(page, plane([[0, 0]]))
    show(page, {"grid": np.zeros((28, 28), np.uint8)})
    assert not page.locator(".plane").is_visible() and page.locator(".grid").is_visible()
    show(page, plane([[1.5, 1.5]]))
    assert dots(page, 0.75, 0.25) > 0, "the plane came back empty"


def test_numerals_stand_on_classes_that_are_apart(page: Page) -> None:
    rng = np.random.default_rng(0)
    heap = rng.normal(0, 0.5, (600, 2))
    show(page, plane(heap, np.arange(600) % 10))
    assert not any(numerals(page)), "classes in one heap have no place of their own"
    places = np.array([[-2, 0], [2, 0], [0, 2]])[np.arange(600) % 3]
    show(page, plane(places + rng.normal(0, 0.3, (600, 2)), np.arange(600) % 3))
    assert numerals(page) == [True] * 3 + [False] * 7


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_dots_flow_unless_motion_is_unwanted(page: Page, motion: Any) -> None:
    page.emulate_media(reduced_motion=motion)
    show(page, plane([[-1.5, 0]]))
    there_at_once = show(page, plane([[1.5, 0]]), 0.75, 0.5) > 0
    assert there_at_once is (motion == "reduce")
    page.wait_for_timeout(600)
    assert dots(page, 0.75, 0.5) > 0 and dots(page, 0.25, 0.5) == 0


def test_other_points_are_there_at_once(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    show(page, plane([[-1.5, 0]]))
    show(page, plane([[1.5, 0], [1.5, 0]]))
    assert dots(page, 0.75, 0.5) > 0


def test_it_leaves_nothing_behind(page: Page) -> None:
    show(page, plane([[0, 0]]))
    left = page.evaluate(
        "() => { const main = document.querySelector('main'); main.remove(); leave(); return main.children.length }"
    )
    assert left == 0
