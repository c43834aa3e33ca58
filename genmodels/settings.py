"""Where things lie and what computes them: the few facts that depend on the machine."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from genmodels.errors import Problem

if TYPE_CHECKING:
    import torch

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "shipped"  # there in the wheel only, which takes checkpoints/shipped along under this name
_CHECKPOINTS = _PACKAGE.parent / "checkpoints"  # there in a checkout only


def is_installed() -> bool:
    """Whether this package lies among a Python's installed packages, and not in the project's repository."""
    return _INSTALLED.is_dir()


def home() -> Path:
    """The folder of everything made on this machine: `GENMODELS_HOME`, or `checkpoints/local` in the repository.

    Of an installed package it is the user's own data folder, such as ~/.local/share/genmodels. Below it: `trained/`
    (own models), `jobs/` (the queue), `data/` (downloaded data sets).
    """
    if asked := path_in("GENMODELS_HOME"):
        return asked
    if not is_installed():
        return _CHECKPOINTS / "local"
    import platformdirs

    return platformdirs.user_data_path("genmodels", appauthor=False)


def path_in(variable: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The path that a variable of the environment holds, or None where it is empty.

    A shell fills in ~ and $NAME by itself; a service file hands them over as they are written, and a folder would be
    called so. Raises Problem for what cannot be filled in.
    """
    value = environment.get(variable, "").strip()
    path = os.path.expanduser(os.path.expandvars(value))
    if path.startswith("~") or re.match(r"\$\w|\$\{", path):
        sentence = (
            "{variable} is {value}, which cannot be filled in here; write the whole path, such as /srv/genmodels."
        )
        raise Problem("unknown-path", sentence, variable=variable, value=value[:80])
    return Path(path).absolute() if path else None


def shipped() -> Path:
    """The folder of the trained models that come along."""
    return _INSTALLED if is_installed() else _CHECKPOINTS / "shipped"


def shipped_names() -> tuple[str, ...]:
    """The names of the models in it, variants with other settings than their recipe's own included."""
    return tuple(card.parent.name for card in sorted(shipped().glob("*/card.json")))


def device(name: str | torch.device = "auto") -> torch.device:
    """The device called `name`: "auto" (CUDA when there is one), "cpu", "cuda" or "cuda:1", or torch's own.

    Raises Problem for a device that this machine does not have.
    """
    import torch

    name = str(name)
    cuda_devices = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if name == "auto":
        return torch.device("cuda" if cuda_devices else "cpu")
    known = ["cpu", *(["cuda"] if cuda_devices else []), *(f"cuda:{index}" for index in range(cuda_devices))]
    if name not in known:
        raise Problem(
            "unknown-device",
            "There is no device {name!r} here; use one of: auto, {known}.",
            name=name[:40],
            known=", ".join(known),
        )
    return torch.device(name)
