"""How fast every page comes and answers, beside Streamlit's empty page, in a real Chromium.

    python -m benchmarks.lessons                         all pages
    python -m benchmarks.lessons --against CHECKOUT      this checkout and another one in turn, on the same minutes
    python -m benchmarks.lessons --pages bayes markov    some pages, as where another checkout has other pictures

Writes its numbers to benchmarks/results/. Bars: each first paint 1.5 s on a warm server; from an arrow key to the new
content 120 ms in the median and 250 ms for 95 of 100; 60 frames a second while a picture is played. The ratio to the
empty page can be compared between machines, and the ratio to another checkout says what a change has cost.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.pages import BARE, p95, presses, seen
from benchmarks.record import write
from tools.browser import ROOT, Server, Visit, open_browser, start_server
from ui.course import PAGES, address

VISITS = 10
SECONDS = 2.0  # of playing
FRAMES = """seconds => new Promise(done => {
    const times = [];
    const frame = now => {
        times.push(now);
        if (now < times[0] + 1000 * seconds) requestAnimationFrame(frame); else done(times);
    };
    requestAnimationFrame(frame);
})"""
UP, RIGHT = ("ArrowUp", "ArrowDown"), ("ArrowRight", "ArrowLeft")
CHART, EQUATION = ".st-key-stage .main-svg", ".st-key-stage .gm-equation"


@dataclass(frozen=True)
class Page:
    """What counts as the live picture of a page, the control that gets the keys, if any, and what must change.

    `played` is the component that has a play button.
    """

    picture: str
    control: str = ""
    content: str = ""
    keys: tuple[str, str] = RIGHT
    played: str = ""


PRESSED = {
    "home": Page(".family .strip[data-drawn]", ".emerging[data-whole] [role=slider]", ".emerging .big"),
    "bayes": Page(EQUATION, ".squares [role=slider]", EQUATION, UP),
    "likelihood": Page(CHART, ".st-key-stage .handles button", ".st-key-stage .scatterlayer"),
    "information": Page(CHART, ".bars button >> nth=2", ".st-key-stage .barlayer", UP),
    "gaussian_kl": Page(CHART, ".st-key-stage .handles button", ".st-key-stage .scatterlayer", played=".fit"),
    "variational": Page(CHART, ".st-key-stage .handles button", ".st-key-stage .scatterlayer", played=".climb"),
    "markov": Page(EQUATION, ".cells [role=spinbutton]", EQUATION, UP, played=".chain"),
    "pixels": Page(".raster[data-at]", ".raster .bar input", ".raster dl", played=".raster"),
    "moons": Page(".planes[data-vae-moons]", ".planes .grip", ".planes .near"),
    "vae": Page(".latent-plane[data-pixels]", ".handle.z", "figure.xhat canvas"),
    "vqvae": Page(".code-grid[data-codes]", ".codes .frame", ".code-grid .where"),
    "gan": Page(".smallest svg", ".smallest [role=slider]", ".smallest svg", played=".smallest"),
    "noising": Page(".noising[data-step]", ".noising .bar input", ".noising table", played=".noising"),
    "denoiser": Page(".denoiser[data-step]", ".denoiser .bar input", ".denoiser dl", played=".denoiser"),
    "plane": Page(".flow[data-step]", ".flow .bar input", ".flow dl", played=".flow"),
    "compare": Page(".line-up[data-order]", ".line-up .ten [aria-checked=true]", ".near-by"),
    "pytorch": Page(".note[data-drawn]"),
    "training": Page(".gm-sparkline"),
}


def answer(browser: Browser, server: Server, name: str, page: Page) -> list[float]:
    """Milliseconds from key to content."""
    visit = Visit(browser, server.url)
    try:
        tab = visit.goto(address(name), lang="en")
        tab.locator(page.control).first.focus()
        return presses(tab, page.keys, page.content)
    finally:
        visit.close()


def smoothness(browser: Browser, server: Server, name: str, page: Page) -> list[float]:
    """Milliseconds between the frames of a picture that is played."""
    visit = Visit(browser, server.url)
    try:
        visit.page.emulate_media(reduced_motion="no-preference")
        tab = visit.goto(address(name), lang="en")
        tab.locator(f"{page.played} .play").first.click()
        times = tab.evaluate(FRAMES, SECONDS)
        return [1.0 * (then - now) for now, then in pairwise(times)]
    finally:
        visit.close()


def of_page(
    browser: Browser, servers: Mapping[str, Server], bare: Server, name: str, page: Page
) -> dict[str, dict[str, object]]:
    """The page's first paint in each checkout, in turn with the empty page, and its answer to a key."""
    empty: list[float] = []
    paints: dict[str, list[float]] = {checkout: [] for checkout in servers}
    for number in range(VISITS):
        empty.append(seen(browser, bare, "", "h1"))
        for checkout in list(servers)[:: -1 if number % 2 else 1]:
            paints[checkout].append(seen(browser, servers[checkout], address(name), page.picture))
    floor = statistics.median(empty)
    found: dict[str, dict[str, object]] = {}
    for checkout, server in servers.items():
        paint = statistics.median(paints[checkout])
        found[checkout] = {
            "first paint, s": round(paint, 2),
            "bar, s": 1.5,
            "empty page, s": round(floor, 2),
            "ratio to the empty page": round(paint / floor, 2),
            "visits": VISITS,
        }
        if page.control:
            waits = answer(browser, server, name, page)
            found[checkout] |= {
                "key to content, median ms": round(statistics.median(waits), 1),
                "bar for the median, ms": 120,
                "key to content, p95 ms": round(p95(waits), 1),
                "bar for p95, ms": 250,
                "keys": len(waits),
            }
        if page.played:
            frames = smoothness(browser, server, name, page)
            found[checkout] |= {
                "played, frames a second": round(1000 / statistics.mean(frames), 1),
                "bar, frames a second": 59,  # a screen that shows 60 may miss one
                "frame, p95 ms": round(p95(frames), 1),
            }
    return found


def measure(against: Path | None = None, pages: Iterable[str] = PAGES) -> dict[str, object]:
    """All pages of the course, or some; a page that is not in PRESSED is an error."""
    results: dict[str, object] = {}
    roots = {"here": ROOT} | ({"there": against} if against else {})
    with open_browser() as browser, start_server(root=BARE) as bare, ExitStack() as stack:
        servers = {checkout: stack.enter_context(start_server(root=root)) for checkout, root in roots.items()}
        for server in servers.values():
            server.wait_until("readyz")
        for name in pages:
            results[name] = of_page(browser, servers, bare, name, PRESSED[name])
            print(name, results[name], flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="another checkout of the project")
    parser.add_argument("--pages", nargs="+", default=PAGES, choices=PAGES, metavar="PAGE", help="not all pages")
    asked = parser.parse_args()
    write("lessons", measure(asked.against and asked.against.absolute(), asked.pages))


if __name__ == "__main__":
    main()
