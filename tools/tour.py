"""Open every page in both languages and themes, wide and narrow: pictures in build/tour/, and what is wrong."""

from __future__ import annotations

import sys
from itertools import product

from tools.browser import NO_BROWSER, ROOT, Visit, chromium, open_browser, start_server
from ui.course import PAGES, address
from ui.text import LANGUAGES, labels

THEMES = ("light", "dark")
WIDTHS = (1440, 390)
PICTURES = ROOT / "build" / "tour"


def inspect(visit: Visit, page: str, lang: str) -> list[str]:
    """What is wrong with one view of a page."""
    tab = visit.goto(address(page), lang=lang)
    wrong = list(visit.troubles)
    if tab.locator('[data-testid="stException"]').count():
        wrong.append("an exception box")
    sorry = labels(lang)["frame"]["failed"].split("**")[1]
    if sorry in tab.inner_text('[data-testid="stMain"]'):
        wrong.append("the page failed: " + sorry)
    if tab.inner_text("h1") != labels(lang)[page]["title"]:
        wrong.append(f"another page's title: {tab.inner_text('h1')}")
    return wrong + [f"sticks out: {element}" for element in visit.overflow()]


def main() -> int:
    if chromium() is None:
        print(NO_BROWSER)
        return 1
    num_wrong = 0
    with start_server() as server, open_browser() as browser:
        server.wait_until("readyz")
        for page, lang, theme, width in product(PAGES, LANGUAGES, THEMES, WIDTHS):
            name = f"{page}_{lang}_{theme}_{width}"
            visit = Visit(browser, server.url, theme, width)
            try:
                wrong = inspect(visit, page, lang)
                visit.picture(PICTURES / f"{name}.png")
            finally:
                visit.close()
            num_wrong += len(wrong)
            print("\n   ".join([f"{'ok ' if not wrong else 'BAD'} {name}", *wrong]), flush=True)
    print(f"{PICTURES.relative_to(ROOT)}: look at every picture. Found wrong: {num_wrong}")
    return min(num_wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
