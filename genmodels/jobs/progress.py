"""What a running training says of itself, for all who wait: written by its trainer, read without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import psutil

from genmodels import storage
from genmodels.jobs import records
from genmodels.storage import Damaged
from genmodels.training.recipes import Recipe

MAX_POINTS = 500
STAGES = ("torch", "data", "untrained", "training")
"""Of an attempt, in order: PyTorch is loaded; the data are prepared; the network as it is is looked at; it learns."""
_HUGE = 1e18
FILE, PICTURES = "progress.json", "preview.safetensors"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a training has come. Losses in the recipe's unit, times in seconds.

    `stage` is one of STAGES; `started` and `worked` are 0 until the network is made, and `worked` on a graphics card.

    `points` are dicts with "epoch" (1.3: in the second epoch) and, of each of the recipe's curves such as "total", what
    it was in training, "train_total", and, where an epoch ends, in the evaluation, "eval_total".
    """

    attempt: int
    position: float  # epochs done, 1.3 in the middle of the second one
    epochs: int
    seconds: float  # of this attempt, since there was a network
    left: float | None  # until the end, once it can be told
    device: str
    memory: int  # bytes of main memory
    card_memory: int = 0  # bytes of the graphics card, at most so far
    stage: str = STAGES[-1]
    started: float = 0.0  # from when the attempt was begun until there was a network
    worked: float = 0.0  # of a processor, since then
    points: list[dict[str, float]] = field(default_factory=list)

    @property
    def waited(self) -> float:
        """Seconds of the clock for each second of a processor: 1 where no other program wants it."""
        return self.seconds / self.worked

    @property
    def share(self) -> float:
        """0 at the start, 1 at the end."""
        return min(1.0, self.position / self.epochs)


def write(key: str, progress: Progress) -> None:
    """Put the report where pages look for it; Problem when the disk is full."""
    storage.write_json(records.folder(key) / FILE, asdict(progress), durable=False)


def read(key: str) -> Progress | None:
    """The newest report, or None when there is none that can be read."""
    try:
        values = storage.read_json(records.folder(key) / FILE)
    except Damaged:
        return None
    return Progress(**values) if _sound(values) else None


def _sound(values: dict[str, Any]) -> bool:
    if set(values) != {one.name for one in fields(Progress)}:
        return False
    numbers = ("attempt", "position", "epochs", "seconds", "memory", "card_memory", "started", "worked")
    points = values["points"]
    return (
        all(_finite(values[name]) for name in numbers)
        and values["epochs"] >= 1
        and (values["left"] is None or _finite(values["left"]))
        and isinstance(values["device"], str)
        and values["stage"] in STAGES
        and isinstance(points, list)
        and all(isinstance(one, dict) and "epoch" in one and all(map(_finite, one.values())) for one in points)
    )


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < _HUGE  # NaN is not


def ends_epoch(point: Mapping[str, float]) -> bool:
    """Whether a point has losses of an evaluation."""
    return any(name.startswith("eval_") for name in point)


def point(recipe: Recipe, position: float, losses: Mapping[str, float]) -> dict[str, float]:
    """The losses of a step, or of a row of a card's curve, as a point; rounded beyond what is told of them."""
    digits = recipe.unit.digits + 2
    found = {
        f"{kind}_{curve}": losses[name]
        for kind, split in (("train", "train"), ("eval", recipe.eval_split))
        for curve in (*recipe.curves, *recipe.watched)
        if (name := f"{split}_{curve}") in losses
    }
    return {"epoch": round(position, 3), **{name: round(loss, digits) for name, loss in found.items()}}


def in_words(point: Mapping[str, float], recipe: Recipe) -> dict[str, str]:
    """A point for a terminal's bar: what was measured on what, in its unit and with as many digits as that deserves."""
    words = {}
    for name, loss in point.items():
        kind, _, curve = name.partition("_")
        if curve in recipe.curves:
            split = "train" if kind == "train" else recipe.eval_split
            player = curve.removesuffix("total").removesuffix("_")
            words[f"{split} {player}".rstrip()] = f"{loss:.{recipe.unit.digits}f} {recipe.unit.name}"
    return words


def thinned(points: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """At most MAX_POINTS of them: the ends of epochs all stay, what lies between goes first."""
    kept = list(points)
    while len(kept) > MAX_POINTS:
        between = [i for i, point in enumerate(kept) if not ends_epoch(point)]
        drop = set(between[::2]) or set(range(1, len(kept) - 1, 2))
        kept = [point for i, point in enumerate(kept) if i not in drop]
    return kept


def resident(pid: int) -> int:
    """Bytes of main memory that a process holds; 0 when there is none."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
