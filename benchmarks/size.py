"""What the code weighs: seconds that the imports take which somebody waits for, and lines by folder.

    python -m benchmarks.size
    python -m benchmarks.size --against CHECKOUT      this checkout and another one in turn

Writes its numbers to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

from benchmarks.record import write
from tools.browser import ROOT

ROUNDS = 15
IMPORTS = ("genmodels", "genmodels.training.checkpoints", "ui.text, ui.course", "ui.lesson", "ui.live", "frame.server")
TIMED = "import time; begun = time.perf_counter(); import {}; print(time.perf_counter() - begun)"


def seconds(root: Path, modules: str) -> float:
    """How long a fresh interpreter takes to import these modules in that checkout."""
    command = [sys.executable, "-W", "ignore", "-c", TIMED.format(modules)]
    return float(subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout)


def lines(root: Path) -> dict[str, int]:
    """Lines of Python and JavaScript by top folder, of what git tracks."""
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout
    counts: Counter[str] = Counter()
    for name in tracked.splitlines():
        if name.endswith((".py", ".js")):
            counts[name.split("/")[0]] += len((root / name).read_text(encoding="utf-8").splitlines())
    return dict(sorted(counts.items())) | {"all": counts.total()}


def measure(against: Path | None = None) -> dict[str, object]:
    """Medians of the imports, in turn, and the lines, of each checkout."""
    roots = {"here": ROOT} | ({"there": against} if against else {})
    results: dict[str, object] = {"lines": {checkout: lines(root) for checkout, root in roots.items()}}
    for modules in IMPORTS:
        times: dict[str, list[float]] = {checkout: [] for checkout in roots}
        for number in range(ROUNDS):
            for checkout in list(roots)[:: -1 if number % 2 else 1]:
                times[checkout].append(seconds(roots[checkout], modules))
        medians = {checkout: round(1000 * statistics.median(values), 1) for checkout, values in times.items()}
        results[f"import {modules}, ms"] = {**medians, "n": ROUNDS}
        print(modules, medians, flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="another checkout of the project")
    against = parser.parse_args().against
    write("size", measure(against and against.absolute()))


if __name__ == "__main__":
    main()
