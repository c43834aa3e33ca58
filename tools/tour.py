"""Open every page in both languages and themes, wide and narrow: pictures in build/tour/, and what is wrong.

python -m tools.tour                      take the pictures
python -m tools.tour --against FOLDER     compare those that were taken last with those of another tour
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image

from tools.browser import NO_BROWSER, ROOT, Visit, chromium, open_browser, start_server
from ui.course import COURSE, PAGES, address
from ui.text import LANGUAGES, labels

THEMES = ("light", "dark")
WIDTHS = (1280, 1366, 1440, 1920, 390)
PICTURES = ROOT / "build" / "tour"


def views(page: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What there is to see of a page, by name: itself, and what links ask for to the models that have a view there."""
    yield page, {}
    for asked in COURSE[page].views.values():
        yield "-".join((page, *asked.values())), asked


def inspect(visit: Visit, page: str, lang: str, asked: Mapping[str, str]) -> list[str]:
    """What is wrong with one view of a page."""
    tab = visit.goto(address(page), lang=lang, **asked)
    wrong = list(visit.troubles)
    if tab.locator('[data-testid="stException"]').count():
        wrong.append("an exception box")
    sorry = labels(lang)["frame"]["failed"].split("**")[1]
    if sorry in tab.inner_text('[data-testid="stMain"]'):
        wrong.append("the page failed: " + sorry)
    if tab.inner_text("h1") != labels(lang)[page]["title"]:
        wrong.append(f"another page's title: {tab.inner_text('h1')}")
    return wrong + [f"sticks out: {element}" for element in visit.overflow()]


def take() -> int:
    """Take all pictures, and say what is wrong; how much it was."""
    num_wrong = 0
    with start_server() as server, open_browser() as browser:
        server.wait_until("readyz")
        everything = [(page, *view) for page in PAGES for view in views(page)]
        for (page, view, asked), lang, theme, width in product(everything, LANGUAGES, THEMES, WIDTHS):
            name = f"{view}_{lang}_{theme}_{width}"
            visit = Visit(browser, server.url, theme, width)
            try:
                wrong = inspect(visit, page, lang, asked)
                visit.picture(PICTURES / f"{name}.png")
            finally:
                visit.close()
            num_wrong += len(wrong)
            print("\n   ".join([f"{'ok ' if not wrong else 'BAD'} {name}", *wrong]), flush=True)
    print(f"{PICTURES.relative_to(ROOT)}: look at every picture. Found wrong: {num_wrong}")
    return num_wrong


def difference(one: Path, other: Path) -> str:
    """How two pictures differ: the share of pixels and the box around them, or "" when they are the same."""
    with Image.open(one) as first, Image.open(other) as second:
        if first.size != second.size:
            return f"{first.width} x {first.height} pixels, and {second.width} x {second.height} there"
        differing = (np.asarray(first.convert("RGB")) != np.asarray(second.convert("RGB"))).any(2)
    if not differing.any():
        return ""
    rows, columns = (np.flatnonzero(differing.any(axis)) for axis in (1, 0))
    box = f"x {columns[0]} to {columns[-1]}, y {rows[0]} to {rows[-1]}"
    return f"{100 * differing.mean():.3f} % of the pixels, within {box}"


def compare(here: Path, there: Path) -> int:
    """Say of each picture how it differs from the one of the same name in another folder; how many do."""
    names = sorted({path.name for folder in (here, there) for path in folder.glob("*.png")})
    num_different = 0
    for name in names:
        missing = [folder for folder in (here, there) if not (folder / name).exists()]
        told = f"not in {missing[0]}" if missing else difference(here / name, there / name)
        num_different += bool(told)
        print(f"{name}: {told or 'the same'}", flush=True)
    print(f"{num_different} of {len(names)} pictures differ")
    return num_different


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="the pictures of another tour")
    against = parser.parse_args().against
    if against is not None:
        return min(compare(PICTURES, against), 1)
    if chromium() is None:
        print(NO_BROWSER)
        return 1
    return min(take(), 1)


if __name__ == "__main__":
    sys.exit(main())
