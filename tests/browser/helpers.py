"""What the browser tests share: a hand and a finger on the page, and eyes for its equations and pictures."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tools.browser import Visit
from ui.text import labels

Open = Callable[..., Visit]
Come = Callable[..., tuple[Visit, Page]]
PATIENCE = 20_000  # ms; a page that waits for its turn on a busy machine
PAPER, INK = 255, 0x16  # red of the light theme's background and text
RED = """canvas => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]
    .filter((_, i) => i % 4 === 0)"""


def inside(what: Locator, x: float = 0.5, y: float = 0.5) -> tuple[float, float]:
    """Where on the screen a point of an element is; x and y are shares of its width and height."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box, "it is not on the screen"
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def stroke(page: Page, *places: tuple[float, float], release: bool = True) -> None:
    """Press at the first place, move through the others in steps as a hand makes them, and let go."""
    page.mouse.move(*places[0])
    page.mouse.down()
    for _, place in pairwise(places):
        page.mouse.move(*place, steps=10)
    if release:
        page.mouse.up()


def drag(what: Locator, x: float = 0, y: float = 0, release: bool = True) -> None:
    """Take an element by its middle, and move it by so many CSS pixels to the right and down."""
    start = inside(what)
    stroke(what.page, start, (start[0] + x, start[1] + y), release=release)


def draw(pad: Locator, *points: tuple[float, float]) -> None:
    """One stroke on a pad, through points that are given as shares of its sides."""
    stroke(pad.page, *(inside(pad, *point) for point in points))


def touch(one: Visit, what: Locator, x: float = 0, y: float = 0, start: tuple[float, float] = (0.5, 0.5)) -> None:
    """Put a finger on an element, at a place given as shares of its sides, and move it by so many CSS pixels."""
    session = one.context.new_cdp_session(one.page)
    begin = inside(what, *start)
    for kind, share in (("touchStart", 0), ("touchMove", 0.5), ("touchMove", 1), ("touchEnd", None)):
        points = [] if share is None else [{"x": begin[0] + share * x, "y": begin[1] + share * y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def computed(one: Visit) -> Page:
    """The page, once nothing on it is being computed any more, which may take a network a while."""
    stop = one.page.get_by_role("button", name=labels("en")["common"]["work-stop"])
    expect(stop).to_have_count(0, timeout=3 * PATIENCE)
    return one.settled()


def equation(page: Page, place: int = 0) -> str:
    """A live equation of the page: its numbers and signs."""
    return " ".join(page.locator(".gm-equation").nth(place).locator(":is(strong, b)").all_text_contents())


def grey(canvas: Locator) -> np.ndarray:
    """What a canvas of the light theme shows, as values from 0, the paper, to 1, the ink."""
    return (PAPER - np.array(canvas.evaluate(RED), float)) / (PAPER - INK)
