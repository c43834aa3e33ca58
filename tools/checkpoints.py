"""Makes the models that come with the course once more, each from its card: python -m tools.checkpoints [NAME ...].

A training that was stopped goes on where it stood, on a graphics card where there is one. What comes out is measured as
what is there was, and takes its place only where it is no worse; else it stays beside, and a line says so.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tqdm import tqdm

from genmodels import settings, storage
from genmodels.errors import Problem
from genmodels.training import checkpoints, recipes, run
from genmodels.training.checkpoints import Checkpoint
from tools.choose_average import adopt
from tools.ship import ship

SHIPPED = "shipped"  # in the folder of a training: its result as it would come with the course


class Worth(NamedTuple):
    """What a model is judged by when another one would take its place: less is better."""

    measure: str
    value: float


def worth(card: dict[str, Any]) -> Worth:
    """By what its kind is measured by, as far as the card tells; else by its loss.

    Frechet distances are compared at equal n alone, so that n is part of the measure's name.
    """
    match card.get("evaluated", {}):
        case {"nats": {"total": {"mean": float(nats)}}}:
            return Worth("nats", nats)
        case {"digits": {"frechet": float(frechet), "n": int(n)}}:
            return Worth(f"Frechet distance of {n} digits", frechet)
        case {"mmd": float(mmd), "n": int(n)}:
            return Worth(f"MMD of {n} points", mmd)
        case {"noise_loss": float(loss)}:
            return Worth("error of the predicted noise", loss)
    name = f"{card['eval_split']}_{recipes.make(**card['recipe']).main_loss}"
    return Worth(name, card["metrics"][name])


def remake(name: str) -> str:
    """Train the model that comes along as `name` anew, and put it there unless it is worse; says what came of it."""
    card = storage.read_json(settings.shipped() / name / checkpoints.CARD)
    folder = settings.home() / "remade" / name
    begin_from = _before(name, card)
    kept = [int(file[6:9]) for file in card["files"] if file.startswith("epoch-")]
    _train(card["recipe"], folder, name, keep=kept, averaged="average" in card, begin_from=begin_from)
    if "average" in card:
        adopt(checkpoints.open_folder(folder), card["average"])
    staged = ship(folder, name, into=folder / SHIPPED)
    before, now = worth(card), worth(storage.read_json(staged / checkpoints.CARD))
    told = f"{name}: {now.measure} {now.value:.5g}, before {before.value:.5g}"
    if now.measure != before.measure:
        return f"{name}: measured by {now.measure}, before by {before.measure}; left in {staged}"
    if now.value > before.value:
        return f"{told}; worse, so it is left in {staged}"
    _take_over(staged, settings.shipped() / name)
    return f"{told}; it has taken the place"


def _before(name: str, card: dict[str, Any]) -> Checkpoint | None:
    """The model whose weights the training begins with, made anew as well; None where it begins with random ones."""
    if not card.get("begun_from"):
        return None
    folder = settings.home() / "remade" / f"{name}-before"
    _train(card["begun_from"]["recipe"], folder, f"{name}-before")
    return checkpoints.open_folder(ship(folder, f"{name}-before", into=folder / SHIPPED))


def _train(recipe: dict[str, Any], folder: Path, name: str, **how: Any) -> None:
    """Train to the end, with a bar; at once where that was done before."""
    made = recipes.make(**recipe)
    command = f"python -m tools.checkpoints {name.removesuffix('-before')}"
    how = {"keep": frozenset(), **how}
    with tqdm(total=made.num_epochs, desc=name, unit="epoch") as bar:
        for step in run.run(made, folder, command=command, **how):
            bar.update(round(step.position - bar.n, 3))


def _take_over(staged: Path, shipped: Path) -> None:
    """The staged files in place of those that are there, the card last; what is no longer named by it goes."""
    card = storage.read_json(staged / checkpoints.CARD)
    for file in sorted(staged.iterdir(), key=lambda path: path.name == checkpoints.CARD):
        storage.write(shipped / file.name, storage.read(file))
    for old in [*shipped.glob("model-*.safetensors"), *shipped.glob("epoch-*.safetensors")]:
        if old.name not in card["files"]:
            storage.discard(old)
    shutil.rmtree(staged.parent)


def main(names: list[str]) -> int:
    """All models by default; 1 where one could not be made."""
    known = sorted(path.parent.name for path in settings.shipped().glob(f"*/{checkpoints.CARD}"))
    if unknown := set(names) - set(known):
        print(f"There is no model {', '.join(sorted(unknown))}; there are: {', '.join(known)}.", file=sys.stderr)
        return 2
    failed = 0
    for name in names or known:
        try:
            print(remake(name), flush=True)
        except Problem as problem:
            failed = 1
            print(f"{name}: {problem}", file=sys.stderr, flush=True)
    return failed


if __name__ == "__main__":
    torch.set_num_threads(1)  # with more, these small networks wait for each other
    torch.set_flush_denormal(True)
    sys.exit(main(sys.argv[1:]))
