"""Colour pictures from a folder of this host: Stanford Cars, or whichever pictures the host has chosen.

Neither comes with the course: Stanford Cars may be used for research only (Krause et al. 2013, "3D object
representations for fine-grained categorization"). A picture is cut to its middle square and made 64 x 64.
No torch until pictures are loaded.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from genmodels import storage
from genmodels.arrays import pack, unpack
from genmodels.errors import Problem
from genmodels.settings import home

if TYPE_CHECKING:
    from genmodels.data.mnist import Images

SIDE = 64
LEAST, MOST = 64, 50_000  # pictures
MAX_BYTES, MAX_PIXELS = 30_000_000, 64_000_000  # of one file
TENTH = 10  # of a plain folder every tenth picture is for the test
GREY = 8  # levels by which the channels of a picture without colour may differ
VARIABLE = "GENMODELS_FOLDER"
SUFFIXES = (".jpg", ".jpeg", ".png")
_LAYOUT = {"train": "stanford_cars/cars_train", "test": "stanford_cars/cars_test"}  # torchvision's

log = logging.getLogger(__name__)


def place(name: str) -> Path:
    """Where the pictures of "cars" or "folder" are looked for; Problem when the host has named no folder."""
    if name == "cars":
        return home() / "data" / "cars"
    chosen = os.environ.get(VARIABLE)
    if not chosen:
        sentence = "No folder of pictures has been chosen on this host: set {variable} to one before the start."
        raise Problem("no-folder", sentence, variable=VARIABLE)
    return Path(chosen).expanduser().absolute()


def files(name: str, split: str | None = None) -> list[Path]:
    """The picture files of a split, in order, or of both; Problem when there are none, or far too many."""
    root = place(name)
    if all((root / folder).is_dir() for folder in _LAYOUT.values()):
        found = [file for one, folder in _LAYOUT.items() if split in (None, one) for file in _in(root / folder)]
    else:
        plain = _in(root)
        chosen = {None: plain, "test": plain[::TENTH], "train": [one for i, one in enumerate(plain) if i % TENTH]}
        found = chosen[split]
    if not found:
        raise _missing(name, root)
    if len(found) > MOST:
        sentence = "{folder} holds {number} pictures; at most {most} are taken. Choose a smaller folder."
        raise Problem("large-folder", sentence, folder=str(root), number=len(found), most=MOST)
    return found


def _in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [one.name for one in entries if one.name.lower().endswith(SUFFIXES) and one.is_file()]
    except FileNotFoundError:
        return []
    except OSError as error:
        sentence = "The folder {folder} cannot be read ({reason}). Give this program the right to read it."
        raise Problem("unreadable-folder", sentence, folder=str(folder), reason=error.strerror) from error
    return [folder / one for one in sorted(names)]


def _missing(name: str, root: Path) -> Problem:
    if name == "folder":
        sentence = "There are no JPEG or PNG pictures in {folder}. Put some there, or set {variable} to another folder."
        return Problem("empty-folder", sentence, folder=str(root), variable=VARIABLE)
    sentence = (
        "The pictures of Stanford Cars are not on this machine, and their old download is dead (pytorch/vision issue "
        "7545). Copy them, or torchvision's folder stanford_cars, to {folder}."
    )
    return Problem("cars-not-here", sentence, folder=str(root))


def content_hash(name: str) -> str:
    """64 hex digits that follow from the files' names and sizes, the same on every machine that has them."""
    root = place(name)
    digest = hashlib.sha256()
    for file in files(name):
        digest.update(f"{file.relative_to(root)} {file.stat().st_size}\n".encode())
    return digest.hexdigest()


def load(name: str, split: str) -> Images:
    """The pictures of a split: uint8 (N, 3, 64, 64); those to train on also mirrored, so that there are twice as many.

    Raises Problem when they are not here, too few, or all grey.
    """
    import torch

    from genmodels.data.mnist import Images

    images = torch.from_numpy(_pictures(name, split, content_hash(name)))
    if split == "train":
        images = torch.cat([images, images.flip(3)])
    return Images(images, torch.zeros(len(images), dtype=torch.int64))


@lru_cache(maxsize=4)
def _pictures(name: str, split: str, content: str) -> NDArray[np.uint8]:
    """All pictures of a split (N, 3, 64, 64), decoded once for as long as the files stay what they are."""
    kept = home() / "data" / f"{name}-{split}-{SIDE}-{content[:16]}.safetensors"
    if kept.exists():
        try:
            stored: NDArray[np.uint8] = unpack(storage.read(kept))["images"]
            return stored.copy()
        except (storage.Damaged, KeyError):
            log.warning("%s is damaged and is made anew", kept.name)
    images = np.stack(list(_decoded(name, split)))
    storage.write(kept, pack({"images": images}))
    return images


def _decoded(name: str, split: str) -> Iterator[NDArray[np.uint8]]:
    found = files(name, split)
    grey = unreadable = 0
    for file in found:
        picture = read(file)
        if picture is None:
            unreadable += 1
            continue
        grey += int(np.ptp(picture, axis=0).max()) <= GREY
        yield picture
    readable = len(found) - unreadable
    if unreadable:
        log.warning("%d of %d pictures in %s cannot be read and are left out", unreadable, len(found), place(name))
    if readable < LEAST:
        sentence = "{folder} holds {number} pictures for this that can be read; at least {least} are needed. Add more."
        raise Problem("few-pictures", sentence, folder=str(place(name)), number=readable, least=LEAST)
    if grey == readable:
        sentence = "All pictures in {folder} are grey, and this model draws in colour. Choose a folder with colours."
        raise Problem("grey-folder", sentence, folder=str(place(name)))


def read(file: Path) -> NDArray[np.uint8] | None:
    """A picture as uint8 (3, 64, 64), or None when the file cannot be read or would unpack into too much."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return None
        with Image.open(file, formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return None
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # a large JPEG is decoded small at once
            upright = ImageOps.exif_transpose(opened)
            if upright.has_transparency_data:
                upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
            square = ImageOps.fit(upright.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    except Exception as error:  # decoders fail in many ways on damaged bytes
        log.info("%s cannot be read: %s", file.name, error)
        return None
    return np.ascontiguousarray(np.asarray(square).transpose(2, 0, 1))
