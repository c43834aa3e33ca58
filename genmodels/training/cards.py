"""What a checkpoint's card has to say before anybody relies on it, and a look at files without opening them."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

from genmodels.storage import Damaged

CARD = "card.json"
_FILES = re.compile(r"((model|epoch)-\d{3}|frames)\.safetensors")


def check(card: dict[str, Any]) -> None:
    """Damaged unless the card has the parts, and the kinds of parts, that everybody relies on."""
    files, curve, epoch = card.get("files"), card.get("curve"), card.get("epoch")
    sound = (
        isinstance(files, dict)
        and all(_FILES.fullmatch(name) and isinstance(about, dict) for name, about in files.items())
        and isinstance(epoch, int)
        and card.get("model") == f"model-{epoch:03d}.safetensors"
        and card["model"] in files
        and isinstance(card.get("metrics"), dict)
        and isinstance(curve, list)
        and len(curve) > 0
        and all(isinstance(row, dict) and "epoch" in row for row in curve)
        and _is_origin(card.get("begun_from"))
    )
    if not sound:
        raise Damaged(f"{CARD} does not say what it is a card of")


def _is_origin(begun_from: Any) -> bool:
    """Whether this says which model a training began with; None where it began with random weights."""
    if begun_from is None:
        return True
    kinds = {"name": str, "sha256": str, "epochs": int, "seconds": int | float}
    return isinstance(begun_from, dict) and all(isinstance(begun_from.get(one), kind) for one, kind in kinds.items())


def size(file: Path) -> int | None:
    """The bytes of a regular file; None when it is none, or has just gone."""
    try:
        status = file.lstat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def identity(file: Path) -> tuple[int, int] | None:
    """What tells a file from another one that takes its place; None when there is none."""
    try:
        status = file.lstat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
