"""How the pages answer while a whole class uses them: 10 and 30 visitors, one event per second each.

    python -m benchmarks.load

Through real web sockets, from another process on the same machine, whose own work is part of the times. Each page is
measured with an idle machine and then with something `beside` it, in turn on one server, so that the ratio stands on
the same minutes. Writes its numbers to benchmarks/results/.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import product
from unittest.mock import patch

from benchmarks.record import write
from benchmarks.websocket import visitors
from tools.browser import Server, start_server

VISITORS, SECONDS = (10, 30), 30.0  # fewer as well: where a machine is too slow for 30, their ratio says little
PAGES = ("home", "vae")
RATIO = 1.5  # of the p95 beside something else to the p95 without it
Beside = Callable[[Server], AbstractContextManager[object]]


def use(server: Server, page: str, num: int, seconds: float = SECONDS) -> dict[str, float]:
    """Milliseconds from event to the end of the run it causes: median, p95, longest."""
    waits = asyncio.run(visitors(server.url, page, num, seconds))
    p95 = statistics.quantiles(waits, n=20)[-1]
    return {"p50": statistics.median(waits), "p95": p95, "longest": max(waits), "n": len(waits)}


def measure(beside: Beside | None = None) -> dict[str, object]:
    """Every page without and, where given, with something beside it: a context that keeps it running."""
    results: dict[str, object] = {}
    with start_server() as server:
        server.wait_until("readyz")
        for page, num in product(PAGES, VISITORS):
            use(server, page, num, seconds=3)  # each page warm for that many sessions
            idle = use(server, page, num)
            about = f"{page}, {num} visitors"
            results[f"{about}, ms"] = idle
            print(f"{about}: p50 {idle['p50']:.0f} ms, p95 {idle['p95']:.0f} ms", flush=True)
            if beside is None:
                continue
            with beside(server):
                busy = use(server, page, num)
            ratio = busy["p95"] / idle["p95"]
            results[f"{about}, beside a training, ms"] = busy
            results[f"{about}, ratio of p95"] = {"value": ratio, "bar": RATIO}
            print(
                f"   beside a training: p50 {busy['p50']:.0f} ms, p95 {busy['p95']:.0f} ms, {ratio:.2f} times",
                flush=True,
            )
    return results


@contextmanager
def training(server: Server) -> Iterator[None]:
    """A training of the VAE by that server, from its first report on; ended afterwards."""
    from genmodels.jobs import identity, progress, queue
    from genmodels.training import recipes

    with patch.dict(os.environ, GENMODELS_HOME=str(server.home), GENMODELS_FREE_GIB="0"):
        recipe = recipes.make("vae-mnist", epochs=100, seed=time.time_ns() % 10**9)
        key = queue.submit(recipe, identity.public_id("benchmark"))
        while progress.read(key) is None:
            time.sleep(0.1)
        try:
            yield
        finally:
            queue.stop(key)


if __name__ == "__main__":
    write("load", measure(training), visitors=VISITORS, seconds=SECONDS)
