"""Records of models that nobody has trained, for tests of what shows them."""

from __future__ import annotations

from typing import Any

import numpy as np

from genmodels.evaluation.comparison import LARGE, SMALL, ByJudge, Compared, Entrant, Nats, Neighbours
from genmodels.evaluation.judges import JUDGES
from lessons.compare.rows import Row


def made(name: str = "gan", times: float = 2.0, ms: float = 3.0, n: int = LARGE, **more: Any) -> Compared:
    """A record whose digits are so many times as far from real ones as real ones are, by both judges."""
    sizes = (SMALL, LARGE) if n == LARGE else (n,)
    real = {size: 20_000 / size for size in sizes}
    terms = {size: times * floor / 4 for size, floor in real.items()}
    judges = tuple(
        ByJudge(
            judge=known.sha256,
            frechet={size: 4 * term for size, term in terms.items()},
            means=terms,
            spreads={size: 3 * term for size, term in terms.items()},
            real=real,
            accuracy=more.get("accuracy"),
            per_label=more.get("per_label"),
            shares=(0.1,) * 10,
        )
        for known in JUDGES.values()
    )
    first, second = judges
    values: dict[str, Any] = {
        "name": name,
        "model": f"{name}-mnist",
        "key": "0" * 32,
        "weights": "",
        "options": {},
        "seed": 0,
        "n": n,
        "date": "2026-11-30",
        "pixels": "grey",
        "parameters": 1000,
        "trained": {"seconds": 90.0, "epochs": 3, "device": "cpu"},
        "milliseconds": {1: 2 * ms, 64: ms},
        "device": "cpu",
        "threads": 1,
        "judges": (first, second),
        "neighbours": Neighbours(n, 5, 0.9, 0.8, 0.95, 0.85, 0.6, 0.62, 0.58),
        "nats": Nats("none"),
        "copied": 0.03,
        "apart": 0.034,
    }
    given = {key: value for key, value in more.items() if key not in ("accuracy", "per_label")}
    return Compared(**{**values, **given})


def row(name: str = "gan", kind: str = "model", **about: Any) -> Row:
    """A row with a record and ten noisy digits."""
    record = made(name, **about)
    drawn = np.random.default_rng(0).integers(0, 256, (10, 28, 28)).astype(np.uint8)
    entrant = Entrant(name, f"{name}-mnist" if kind in ("model", "own") else "")
    return Row(name, kind, entrant, record, drawn, np.arange(10))
