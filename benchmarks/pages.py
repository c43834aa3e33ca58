"""How fast the pages answer in a real Chromium on a warm server.

    python -m benchmarks.pages

Writes its numbers to benchmarks/results/. Times are of the whole machine, browser included: read them as what a
visitor on the same machine sees, and compare only within one run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.record import write
from tools.browser import Server, Visit, open_browser, start_server
from ui.text import labels

BARS = {
    "home seen, s": 1.5,
    "vae seen, s": 2.5,
    "arrow key on the plane to new picture, ms": 120.0,
    "arrow key on the epochs to new picture, ms": 120.0,
    "arrow key on the test digit's number to new picture, ms": 120.0,
    "decode, p95 ms": 4.0,
}
BARE = Path(__file__).parent / "bare"  # the floor: what Streamlit alone takes on the same machine in the same minutes
VISITS, KEYS = 10, 40
# "Seen": the first leaf has its digits; on the explorer the browser has decoded them.
DIGITS, DECODED = ".family .strip[data-drawn]", ".latent-plane[data-pixels]"
# From the key press to the frame after the one in which the element shows something else.
PRESS_TO_PICTURE = """selector => {
    const hosts = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')];
    const roots = [document, ...hosts.map(host => host.shadowRoot)];
    const find = () => roots.map(root => root?.querySelector(selector)).find(Boolean);
    const look = () => { const it = find(); return it?.toDataURL ? it.toDataURL() : it?.innerHTML ?? null; };
    globalThis.waited = new Promise(done => addEventListener('keydown', () => {
        const [start, before] = [performance.now(), look()];
        const fresh = () => ![null, before].includes(look());
        const frame = () => fresh() ? requestAnimationFrame(() => done(performance.now() - start))
            : performance.now() - start > 5000 ? done(null) : requestAnimationFrame(frame);
        requestAnimationFrame(frame);
    }, { once: true, capture: true }));
}"""
DECODE = """() => {
    const decode = globalThis.genmodels.get('vae-mnist').decoder('epoch-20.');
    const times = [];
    for (let i = 0; i < 400; i++) {
        const start = performance.now();
        for (let j = 0; j < 5; j++) decode([Math.sin(i + j), Math.cos(3 * i + j)]);
        times.push((performance.now() - start) / 5);
    }
    return times.slice(50);
}"""


def seen(browser: Browser, server: Server, path: str, picture: str) -> float:
    """Seconds from asking for a page, in a browser without any cache, until its `picture` is there."""
    visit = Visit(browser, server.url)
    try:
        start = time.perf_counter()
        visit.page.goto(f"{server.url}/{path}?lang=en", wait_until="commit")
        visit.page.locator(picture).first.wait_for()
        return time.perf_counter() - start
    finally:
        visit.close()


def presses(page: Page, keys: tuple[str, str], canvas: str) -> list[float]:
    """Milliseconds from each key press to the new picture or text in `canvas`; the keys go to and fro."""
    times = []
    for press in range(KEYS):
        page.evaluate(PRESS_TO_PICTURE, canvas)
        page.keyboard.press(keys[press % 2])
        waited = page.evaluate("() => globalThis.waited")
        if waited is None:
            raise RuntimeError(f"{keys[press % 2]} changed nothing in {canvas}")
        times.append(float(waited))
        page.wait_for_timeout(400)  # as a person reads; a burst would measure the queue
    return times


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def measure() -> dict[str, object]:
    """All numbers of this file."""
    results: dict[str, object] = {}

    def note(name: str, values: list[float], of: Callable[[list[float]], float] = statistics.median) -> None:
        spread = {"median": statistics.median(values), "p95": p95(values), "lowest": min(values), "n": len(values)}
        results[name] = {"value": of(values), "bar": BARS.get(name), **spread}
        print(f"{name}: {of(values):.2f} (bar {BARS.get(name)})", flush=True)

    with open_browser() as browser, start_server() as server, start_server(root=BARE) as bare:
        start = time.perf_counter()
        server.wait_until("readyz")
        results["start to ready, s"] = time.perf_counter() - start
        rounds = [
            (seen(browser, bare, "", "h1"), seen(browser, server, "", DIGITS), seen(browser, server, "vae", DECODED))
            for _ in range(VISITS)
        ]
        for name, values in zip(
            ("bare page seen, s", "home seen, s", "vae seen, s"), zip(*rounds, strict=True), strict=True
        ):
            note(name, list(values))
        visit = Visit(browser, server.url)
        page = visit.goto("vae", lang="en")
        note("decode, p95 ms", page.evaluate(DECODE), of=p95)
        page.locator(".handle.z").focus()
        on_plane = presses(page, ("ArrowRight", "ArrowLeft"), "figure.xhat canvas")
        note("arrow key on the plane to new picture, ms", on_plane)
        page.get_by_role("slider", name="Epoch", exact=True).focus()
        on_epochs = presses(page, ("ArrowLeft", "ArrowRight"), "figure.xhat canvas")
        note("arrow key on the epochs to new picture, ms", on_epochs)
        page.get_by_text(labels("en")["vae"]["other-picture"]).click()
        page.get_by_role("radio", name="Test digit", exact=True).last.click()
        page.get_by_role("spinbutton", name=labels("en")["common"]["digit-number"]).click()
        in_field = presses(page, ("ArrowUp", "ArrowDown"), "figure.x canvas")
        note("arrow key on the test digit's number to new picture, ms", in_field)
        visit.close()
        visit = Visit(browser, bare.url)
        visit.goto()
        visit.page.get_by_role("spinbutton").click()
        note("bare: arrow key to new text, ms", presses(visit.page, ("ArrowUp", "ArrowDown"), ".follows"))
        visit.close()
    return results


if __name__ == "__main__":
    write("pages", measure())
