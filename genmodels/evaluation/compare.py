"""Measures those who draw digits, side by side: one record for each, as `genmodels.evaluation.comparison` describes it.

A model draws n digits once (`genmodels.evaluation.drawing`), and all measures are of these. Models of ink and paper are
compared with digits of ink and paper. What a VAE of grey digits draws are the means of its pixels, as its page shows
them; of a VAE of ink and paper it is ink or paper drawn from these means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from genmodels import settings, storage
from genmodels.arrays import pack
from genmodels.errors import Problem
from genmodels.evaluation import clouds, comparison, drawing, flawed, judge, nats, real_digits
from genmodels.evaluation.comparison import ENTRANTS, KEPT, LARGE, SMALL, TESTS, ByJudge, Compared, Entrant
from genmodels.evaluation.drawing import Draughtsman
from genmodels.evaluation.drawn import FEWEST
from genmodels.evaluation.judges import FIRST, JUDGES
from genmodels.evaluation.real_digits import Yardstick
from genmodels.training import checkpoints
from genmodels.training.checkpoints import Checkpoint

DIGITS = ("mnist", "mnist-binary")  # what the judges can read
Progress = Callable[[int], object]  # how many more digits have been drawn, judged or explained


@dataclass(frozen=True)
class Task:
    """One to be measured, and where its record lies or will lie. `checkpoint` is None for a test of the measures."""

    entrant: Entrant
    checkpoint: Checkpoint | None
    folder: Path
    n: int = LARGE
    seed: int = 0

    @property
    def work(self) -> int:
        """How many digits it is to draw, to have judged, and to explain."""
        one = self.checkpoint
        explained = one is not None and nats.kind(one.recipe) != "none" and nats.on_card(one) is None
        return (1 + len(JUDGES) + explained) * self.n

    def done(self) -> Compared | None:
        """What has been measured of it just so, None where nothing has."""
        try:
            found = comparison.read(self.folder, self.entrant.name)
            comparison.pictures(self.folder, self.entrant.name)
        except storage.Damaged:
            return None
        weights = "" if self.checkpoint is None else self.checkpoint.sha256
        same = (found.weights, found.options, found.n, found.seed) == (weights, self.options, self.n, self.seed)
        return found if same and comparison.by_these_judges(found) else None

    @property
    def options(self) -> dict[str, Any]:
        """Those with which it draws."""
        return dict(self.entrant.options)


def of_entrant(entrant: Entrant, n: int = LARGE, seed: int = 0) -> Task | None:
    """What is to be done for an entrant; None where its model does not come along.

    The record lies with the shipped models where it is of LARGE digits and their folder is a checkout's, else below the
    home. Raises Problem unless n is from 200 to 10,000.
    """
    _check(n)
    is_shipped = n == LARGE and seed == 0 and not settings.is_installed()
    folder = comparison.folder() if is_shipped else settings.home() / comparison.FOLDER
    if not entrant.model:
        return Task(entrant, None, folder, flawed.most(entrant.name, n))
    try:
        return Task(entrant, checkpoints.open_folder(settings.shipped() / entrant.model), folder, n, seed)
    except storage.Damaged:
        return None


def of_checkpoint(checkpoint: Checkpoint, n: int = SMALL, seed: int = 0) -> Task:
    """What is to be done for any model; a diffusion draws with 50 steps. Its record lies in its folder.

    That of one that comes along lies below the home, under its name. Raises Problem unless n is from 200 to 10,000, and
    for a model that was not trained on digits.
    """
    recipe = checkpoint.recipe
    if recipe.data not in DIGITS:
        sentence = "{name} was trained on {data}; only models of digits can be compared: {known}."
        raise Problem("not-comparable", sentence, name=recipe.name, data=recipe.data, known=", ".join(DIGITS))
    _check(n)
    quick = {"steps": min(50, recipe.num_steps)} if hasattr(recipe, "num_steps") else {}
    if checkpoint.folder.parent != settings.shipped():
        return Task(Entrant(comparison.OWN, recipe.name, quick), checkpoint, checkpoint.folder, n, seed)
    name = checkpoint.folder.name
    return Task(Entrant(name, name, quick), checkpoint, settings.home() / comparison.FOLDER, n, seed)


def every(n: int = LARGE, seed: int = 0) -> list[Task]:
    """Of all entrants whose models are there, and all tests of the measures."""
    tasks = (of_entrant(entrant, n, seed) for entrant in (*ENTRANTS, *TESTS))
    return [task for task in tasks if task is not None]


def compare(task: Task, device: str = "cpu", fresh: bool = False, progress: Progress = lambda _: None) -> Compared:
    """Measure, and keep the record and the first pictures; what has been measured just so is not measured again.

    Whatever stops it, it goes on with the digits that have been drawn. Raises Problem where another process draws them.
    """
    found = None if fresh else task.done()
    if found is not None:
        progress(task.work)
        return found
    if task.checkpoint is None:
        digits, labels = flawed.drawn(task.entrant.name, task.n)
        progress(task.n)
        compared = _measured(task, digits, labels, flawed.YARDSTICKS[task.entrant.name], progress)
        _keep(task, compared, digits, labels)
        return compared
    draughtsman = _draughtsman(task, task.checkpoint, device)
    with drawing.aside(draughtsman) as parts:
        digits = drawing.draw(draughtsman, task.n, parts, progress)
        asked = drawing.labels(task.n) if draughtsman.labelled else None
        compared = _measured(task, digits, asked, Yardstick(draughtsman.pixels), progress, draughtsman)
        _keep(task, compared, digits, asked)
    return compared


def _check(n: int) -> None:
    if not FEWEST <= n <= real_digits.N:
        sentence = "{n} pictures are too few or too many to judge a model by; take {fewest} to {most}."
        raise Problem("bad-sample-size", sentence, n=n, fewest=FEWEST, most=real_digits.N)


def _draughtsman(task: Task, checkpoint: Checkpoint, device: str) -> Draughtsman:
    return Draughtsman(checkpoint.model(device), checkpoint.sha256, checkpoint.recipe.data, task.options, task.seed)


def _measured(
    task: Task,
    digits: Tensor,
    labels: Tensor | None,
    yardstick: Yardstick,
    progress: Progress,
    draughtsman: Draughtsman | None = None,
) -> Compared:
    features = {}
    for name in JUDGES:
        features[name] = judge.features(digits.float() / 255, name)
        progress(len(digits))
    first, second = (_by_judge(name, features[name], labels, yardstick) for name in JUDGES)
    return Compared(
        name=task.entrant.name,
        model=task.entrant.model,
        options=task.options,
        seed=task.seed,
        n=task.n,
        date=datetime.now(UTC).date().isoformat(),
        pixels=yardstick.pixels,
        judges=(first, second),
        neighbours=clouds.neighbours(yardstick.near(task.n, FIRST), features[FIRST]),
        copied=real_digits.to_training(digits),
        apart=real_digits.apart(yardstick.pixels),
        **_about_the_model(task, draughtsman, progress),
    )


def _by_judge(name: str, features: Any, labels: Tensor | None, yardstick: Yardstick) -> ByJudge:
    n, read = len(features), judge.read(features, name)
    sizes = [size for size in (SMALL,) if size < n] + [n]
    terms = {size: yardstick.distance(features[:size], name) for size in sizes}
    right = None if labels is None else read == labels.numpy()
    asked = {} if labels is None else {digit: (labels == digit).numpy() for digit in range(10)}
    return ByJudge(
        judge=JUDGES[name].sha256,
        frechet={size: sum(both) for size, both in terms.items()},
        means={size: both.means for size, both in terms.items()},
        spreads={size: both.spreads for size, both in terms.items()},
        real={size: yardstick.floor(size, name) for size in sizes},
        accuracy=None if right is None else float(right.mean()),
        per_label=None if right is None else tuple(_share(right, asked[digit]) for digit in range(10)),
        shares=tuple((np.bincount(read, minlength=10) / n).tolist()),
    )


def _share(right: Any, asked: Any) -> float | None:
    """How many of those that were asked for are right; None where none were."""
    return float(right[asked].mean()) if asked.any() else None


def _about_the_model(task: Task, draughtsman: Draughtsman | None, progress: Progress) -> dict[str, Any]:
    """What is not of the digits but of who drew them: nothing of a test of the measures."""
    if task.checkpoint is None or draughtsman is None:
        nothing: dict[str, Any] = {"key": "", "weights": "", "parameters": 0, "trained": {}, "milliseconds": {}}
        return {**nothing, "nats": comparison.Nats("none"), "device": "", "threads": 0}
    checkpoint, model = task.checkpoint, draughtsman.model
    told = nats.on_card(checkpoint)
    if told is None:
        told = nats.measured(model, checkpoint.recipe, task.n, task.options.get("steps"), progress)
    return {
        "key": checkpoint.key,
        "weights": checkpoint.sha256,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "trained": {
            "seconds": checkpoint.seconds,
            "epochs": checkpoint.epochs_trained,
            "device": str(checkpoint.card.get("device", "")),
        },
        "milliseconds": drawing.milliseconds(draughtsman),
        "nats": told,
        "device": str(next(model.parameters()).device),
        "threads": torch.get_num_threads(),
    }


def _keep(task: Task, compared: Compared, digits: Tensor, labels: Tensor | None) -> None:
    """The pictures first: a record has its pictures."""
    asked = torch.full((KEPT,), -1) if labels is None else labels[:KEPT]
    payload = pack({"pictures": digits[:KEPT, 0].numpy(), "labels": asked.numpy()})
    storage.write(task.folder / f"{task.entrant.name}.safetensors", payload)
    storage.write_json(task.folder / f"{task.entrant.name}.json", comparison.as_json(compared))
