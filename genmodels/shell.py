"""What the commands of the command line share: kinds of arguments, how a process computes, and models by name."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from genmodels import storage
from genmodels.errors import Problem
from genmodels.storage import Damaged
from genmodels.training import checkpoints, recipes
from genmodels.training.checkpoints import Checkpoint
from genmodels.values import MAX_SEED


def add_computing(added: Any, device: str | None = None, threads: int | None = None) -> None:
    """Add --device and --threads."""
    added.add_argument("--device", default=device, help="auto (CUDA when there is one), cpu, cuda, cuda:1")
    # with more threads these small networks wait for each other as soon as anything else runs on the machine
    added.add_argument("--threads", type=count, default=threads, help="CPU threads (default: 1)")


def count(text: str) -> int:
    """A whole number from 1 to 1024."""
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 1024")
    return int(text)


def seed(text: str) -> int:
    """A seed."""
    if not text.isdecimal() or int(text[:20]) > MAX_SEED:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 0 to {MAX_SEED}")
    return int(text)


def setting(text: str) -> tuple[str, str]:
    """A setting and its value."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form setting=value")
    if name.strip() == "name":
        raise argparse.ArgumentTypeError("the name is no setting; it comes first")
    return name.strip(), value.strip()


def epochs(text: str) -> frozenset[int]:
    """Epochs to look back at."""
    try:
        return frozenset() if text == "none" else frozenset(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f'{text!r} is not a list of epochs such as "0,1,5"') from error


def prepare(threads: int) -> None:
    """Settle how this process computes."""
    import torch

    torch.set_num_threads(threads)
    # Adam's averages fade into numbers below 1e-38, on which a CPU computes ten times slower: take them as 0
    torch.set_flush_denormal(True)


def checkpoint(name: str) -> Checkpoint:
    """A model by name or key, or by the folder given to train --out."""
    card = Path(name).absolute() / checkpoints.CARD
    reason = storage.quarantined(card)
    if checkpoints.is_key(name) or name in recipes.names() or not (os.path.isfile(card) or reason):
        return checkpoints.get(name)
    try:
        return checkpoints.open_folder(card.parent)
    except Damaged as damage:
        reason = str(damage) if os.path.lexists(card) else reason
        sentence = "The model in {folder} is damaged ({reason}). Train it again."
        raise Problem("damaged-folder", sentence, folder=name, reason=reason) from damage
