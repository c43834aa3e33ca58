"""How fast the pages of a section come and answer, beside Streamlit's empty page, in a real Chromium.

    python -m benchmarks.foundations [probability | diffusion]

Writes its numbers to benchmarks/results/. Bars: each first paint 1.5 s on a warm server; from an arrow key to the new
content 120 ms in the median and 250 ms for 95 of 100. The ratio to the empty page can be compared between machines.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass

from playwright.sync_api import Browser

from benchmarks.pages import BARE, p95, presses, seen
from benchmarks.record import write
from tools.browser import Server, Visit, open_browser, start_server
from ui.course import SECTIONS

VISITS = 5
UP, RIGHT = ("ArrowUp", "ArrowDown"), ("ArrowRight", "ArrowLeft")
CHART = ".st-key-stage .main-svg"


@dataclass(frozen=True)
class Page:
    """What counts as the live picture of a page, the control that gets the keys, and what must change."""

    picture: str
    control: str
    content: str
    keys: tuple[str, str] = RIGHT


EQUATION = ".st-key-stage .gm-equation"
PAGES = {
    "bayes": Page(EQUATION, ".squares [role=slider]", EQUATION, UP),
    "likelihood": Page(CHART, ".st-key-stage .handles button", ".st-key-stage .scatterlayer"),
    "information": Page(CHART, ".bars button >> nth=2", ".st-key-stage .barlayer", UP),
    "gaussian_kl": Page(CHART, ".st-key-stage .handles button", ".st-key-stage .scatterlayer"),
    "variational": Page(CHART, ".st-key-stage .handles button", ".st-key-stage .scatterlayer"),
    "markov": Page(EQUATION, ".cells [role=spinbutton]", EQUATION, UP),
    "noising": Page(".noising[data-step]", ".noising .bar input", ".noising table"),
    "denoiser": Page(".denoiser[data-step]", ".denoiser .bar input", ".denoiser dl"),
    "plane": Page(".flow[data-step]", ".flow .bar input", ".flow dl"),
}
RESULTS = {"probability": "foundations", "diffusion": "diffusion-pages"}


def answer(browser: Browser, server: Server, name: str, page: Page) -> list[float]:
    """Milliseconds from key to content."""
    visit = Visit(browser, server.url)
    try:
        tab = visit.goto(name, lang="en")
        tab.locator(page.control).first.focus()
        return presses(tab, page.keys, page.content)
    finally:
        visit.close()


def measure(section: str) -> dict[str, object]:
    """For each page its first paint, beside the empty one in the same minute, and its answer to a key."""
    results: dict[str, object] = {}
    with open_browser() as browser, start_server() as server, start_server(root=BARE) as bare:
        server.wait_until("readyz")
        for name in SECTIONS[section]:
            page = PAGES[name]
            rounds = [(seen(browser, bare, "", "h1"), seen(browser, server, name, page.picture)) for _ in range(VISITS)]
            empty, paints = ([round(times[i], 2) for times in rounds] for i in (0, 1))
            waits = answer(browser, server, name, page)
            results[name] = {
                "first paint, s": statistics.median(paints),
                "bar, s": 1.5,
                "empty page, s": statistics.median(empty),
                "ratio to the empty page": round(statistics.median(paints) / statistics.median(empty), 2),
                "key to content, median ms": round(statistics.median(waits), 1),
                "bar for the median, ms": 120,
                "key to content, p95 ms": round(p95(waits), 1),
                "bar for p95, ms": 250,
                "n": {"visits": VISITS, "keys": len(waits)},
            }
            print(name, results[name], flush=True)
    return results


if __name__ == "__main__":
    for section in sys.argv[1:] or RESULTS:
        write(RESULTS[section], measure(section))
