"""Trained models on disk: found by name or key, checked, and loaded. No torch until a model is wanted.

A checkpoint is a folder: `card.json` says what it is and lists the other files with size and hash, and is written
last. `model-020.safetensors` holds the weights of the epoch that was kept, `epoch-005.safetensors` those of an epoch
on the way, in half precision, for looking back. Shipped models lie under their name, own ones under their key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genmodels import data as datasets
from genmodels import settings as places
from genmodels import storage
from genmodels.arrays import Arrays, unpack
from genmodels.errors import Problem
from genmodels.storage import Damaged
from genmodels.training import cards, recipes
from genmodels.training.recipes import Recipe

if TYPE_CHECKING:
    from genmodels.models.layers import GenerativeModel

CARD = cards.CARD
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Checkpoint:
    """A trained model on disk; its card has been checked, its weights are checked whenever they are read."""

    folder: Path
    card: dict[str, Any]
    recipe: Recipe

    @property
    def key(self) -> str:
        """The key of the recipe, 32 hex digits."""
        return str(self.card["key"])

    @property
    def finished(self) -> bool:
        """Whether the training went to its end."""
        return self.card.get("finished") is True

    @property
    def epoch(self) -> int:
        """The epoch whose weights are the model."""
        return int(self.card["epoch"])

    @property
    def epochs(self) -> list[int]:
        """The epochs whose weights can be had, the model's own included, in order."""
        kept = {int(name[6:9]) for name in self.card["files"] if name.startswith("epoch-")}
        return sorted(kept | {self.epoch})

    def tensors(self, epoch: int | None = None) -> Arrays:
        """The weights of the model, or of a kept epoch, by name: float32 arrays; no torch needed.

        Raises Problem for an epoch that was not kept, and when the file is damaged.
        """
        if epoch is not None and epoch not in self.epochs:
            known = ", ".join(map(str, self.epochs))
            raise Problem(
                "epoch-not-kept", "Epoch {epoch} was not kept; there are {known}.", epoch=str(epoch)[:40], known=known
            )
        import numpy as np

        name = str(self.card["model"]) if epoch in (None, self.epoch) else f"epoch-{epoch:03d}.safetensors"
        try:
            payload = storage.read(self.folder / name)
            storage.check(payload, self.card["files"][name], name)
            return {key: value.astype(np.float32) for key, value in unpack(payload).items()}
        except Damaged as damage:
            raise self._refuse(name, damage) from damage

    @property
    def begun_from(self) -> dict[str, Any]:
        """The model whose weights the training began with: its name, hash, epochs and seconds; {} where random ones."""
        return dict(self.card.get("begun_from") or {})

    @property
    def epochs_trained(self) -> int:
        """How often the weights have seen the data, in the trainings before included."""
        return self.epoch + int(self.begun_from.get("epochs", 0))

    @property
    def seconds(self) -> float:
        """How long was trained, the trainings before included."""
        return float(self.card["seconds"]) + float(self.begun_from.get("seconds", 0.0))

    @property
    def sha256(self) -> str:
        """The hash of the file with the model's weights."""
        return str(self.card["files"][self.card["model"]]["sha256"])

    def model(self, device: str = "auto", epoch: int | None = None) -> GenerativeModel:
        """The model, or how it was after a kept epoch: in eval mode, without gradients; share it, never change it."""
        import torch

        model = recipes.build(self.recipe, torch.Generator())
        weights = self.tensors(epoch)
        expected = {name: tuple(value.shape) for name, value in model.state_dict().items()}
        if {name: value.shape for name, value in weights.items()} != expected:
            raise self._refuse(CARD, Damaged("the weights do not fit the recipe"))
        model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        return model.to(places.device(device)).eval().requires_grad_(False)

    def _refuse(self, name: str, damage: Damaged) -> Problem:
        """What to tell when a file is damaged; an own one is moved out of the way, so that it can be trained again."""
        if self.folder.parent != places.shipped():
            storage.quarantine(self.folder / name, str(damage))
            if name == self.card["model"]:  # without its weights it is no model, and keeps the reason
                storage.quarantine(self.folder / CARD, str(damage))
        return _damaged(self.folder, str(damage))


def _damaged(folder: Path, reason: str) -> Problem:
    if folder.parent != places.shipped():
        sentence = "The trained model {name} is damaged ({reason}). Train it again."
        return Problem("damaged-checkpoint", sentence, name=folder.name, reason=reason)
    if places.is_installed():
        sentence = "The trained model {name} is damaged ({reason}). Install the package genmodels once more."
        return Problem("damaged-installed", sentence, name=folder.name, reason=reason)
    sentence = "The trained model {name} is damaged ({reason}). Restore it with: git checkout {path}"
    path = folder.relative_to(places.shipped().parent.parent)
    return Problem("damaged-shipped", sentence, name=folder.name, reason=reason, path=path)


def is_key(text: object) -> bool:
    """Whether `text` is shaped like a key; nothing else is ever made into a path."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def trained_folder(key: str) -> Path:
    """Where the own model with this key lies, or will lie; Problem for what is no key."""
    if not is_key(key):
        raise Problem("bad-key", "{key!r} is not a key; a key has 32 digits from 0-9 and a-f.", key=str(key)[:40])
    return places.home() / "trained" / key


def open_folder(folder: Path) -> Checkpoint:
    """The checkpoint in a folder.

    Raises Damaged when the card or the model's file is missing or not what it should be, and Problem when it was made
    from another recipe or another version of the lesson than its key says.
    """
    card = storage.read_json(folder / CARD)
    cards.check(card)
    model = folder / card["model"]
    if cards.size(model) != card["files"][model.name].get("size"):
        raise Damaged(f"{model.name} is missing or has another size than {CARD} says")
    try:
        recipe = recipes.make(**card["recipe"])
    except (KeyError, TypeError, Problem) as error:
        raise Damaged(f"{CARD} has no usable recipe") from error
    if recipes.key(recipe, _content(card, recipe), _begun_from(card)) != card.get("key"):
        raise Problem(
            "other-version",
            "The trained model {name} was made with another version of its lesson, or altered. Train it again.",
            name=folder.name,
        )
    return Checkpoint(folder, card, recipe)


def _content(card: dict[str, Any], recipe: Recipe) -> str | None:
    """The hash of the data that a card tells; only of the host's own pictures, which need not be here any more."""
    data = card.get("data")
    return str(data.get("sha256")) if recipe.data in datasets.colour_sets() and isinstance(data, dict) else None


def _begun_from(card: dict[str, Any]) -> str:
    """The hash of the weights that the training began with; "" where they were random."""
    return str(card["begun_from"]["sha256"]) if card.get("begun_from") else ""


def find(name_or_key: str, unfinished: bool = False) -> Checkpoint | None:
    """The shipped model of that name or the model with that key, or None when there is none (yet).

    With `unfinished`, also the best weights so far of a training that is running or was stopped. What is damaged is
    moved to quarantine and counts as not there; a shipped model that is damaged is a Problem instead.
    """
    folder = trained_folder(name_or_key) if is_key(name_or_key) else None
    if folder is None and name_or_key in places.shipped_names():
        folder = places.shipped() / name_or_key
    before = cards.identity(folder / CARD) if folder else None
    if folder is None or before is None:
        return next((one for one in _in(places.shipped()) if one.key == name_or_key), None)
    try:
        checkpoint = _open_under(folder, name_or_key)
    except Damaged as damage:
        if folder.parent == places.shipped():
            raise _damaged(folder, str(damage)) from damage
        if cards.identity(folder / CARD) not in (before, None):  # its training has just written the next card
            return find(name_or_key, unfinished)
        storage.quarantine(folder / CARD, str(damage))
        return None
    return checkpoint if checkpoint.finished or unfinished else None


def _open_under(folder: Path, name_or_key: str) -> Checkpoint:
    """The checkpoint in a folder, which is Damaged also where it is another one than is looked for there."""
    checkpoint = open_folder(folder)
    if is_key(name_or_key) and checkpoint.key != name_or_key:
        raise Damaged(f"{CARD} is that of the model {checkpoint.key}; its folder was renamed or copied")
    return checkpoint


def why_not(key: str) -> Problem | None:
    """Why there is no model with this key although one was trained here: damaged, then or now, or its folder renamed.

    None where nothing is known of one, and where it is sound or still trains.
    """
    folder = trained_folder(key)
    try:
        _open_under(folder, key)
        return None
    except Problem as problem:
        return problem
    except Damaged as damage:
        if cards.identity(folder / CARD) is not None:  # it could not be moved out of the way
            return _damaged(folder, str(damage))
    if reason := storage.quarantined(folder / CARD):
        return _damaged(folder, reason)
    elsewhere = (_renamed(card.parent) for card in (places.home() / "trained").glob(f"*/{CARD}"))
    return next((problem for problem in elsewhere if problem and problem.values["key"] == key), None)


def available() -> list[Checkpoint]:
    """Every whole checkpoint on this machine: the shipped ones, then the own ones, unfinished ones included."""
    own = (one for one in _in(places.home() / "trained") if one.folder.name == one.key)
    return [*_in(places.shipped()), *own]


def unusable() -> dict[str, Problem]:
    """The own models that cannot be had, by their folders' names, and why; one that still trains is not among them."""
    found = {}
    for folder in sorted((places.home() / "trained").glob("*")):
        problem = why_not(folder.name) if is_key(folder.name) else _renamed(folder)
        if problem is not None:
            found[folder.name] = problem
    return found


def _renamed(folder: Path) -> Problem | None:
    """What to tell of a model in a folder of another name; None where it holds none, or is being deleted."""
    try:
        key = open_folder(folder).key
    except (Damaged, Problem):
        return None
    if key == folder.name or folder.name.startswith("."):
        return None
    sentence = "The model {key} lies in the folder {folder}. Give that folder its key as its name again."
    return Problem("renamed-model", sentence, key=key, folder=str(folder))


def _in(folder: Path) -> Iterator[Checkpoint]:
    for card in sorted(folder.glob(f"*/{CARD}")):
        try:
            yield open_folder(card.parent)
        except (Damaged, Problem):
            continue


def get(name_or_key: str, **settings: Any) -> Checkpoint:
    """The checkpoint of a name, of a key, or of the recipe that `settings` make of a name; Problem if there is none."""
    if is_key(name_or_key):
        if settings:
            raise TypeError("a key stands for all settings; give a name to choose others")
        key, command = name_or_key, "list"
    else:
        if not settings and (shipped := find(name_or_key)):
            return shipped
        recipe = recipes.make(name_or_key, **settings)
        key, command = recipes.key(recipe), recipes.as_command(recipe)
    checkpoint = find(key)
    if checkpoint is None:
        if problem := why_not(key):
            raise problem
        sentence = "There is no trained model {name}. Try: python -m genmodels {command}"
        raise Problem("not-trained", sentence, name=name_or_key, command=command)
    return checkpoint


def load(name: str | None = None, *, key: str | None = None, device: str = "auto", **settings: Any) -> GenerativeModel:
    """The shipped model `name`, the own one with `key`, or the own one trained with `settings`.

    It is in eval mode and needs no gradients. Raises Problem when there is none, naming the command that makes it,
    and when it is damaged.
    """
    if name is not None and key is None:
        return get(name, **settings).model(device)
    if key is None or name is not None:
        raise TypeError("give either a name or a key")
    trained_folder(key)  # refuses what is no key
    return get(key, **settings).model(device)
