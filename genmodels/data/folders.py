"""Colour pictures from a folder of this host: Stanford Cars, or whichever pictures the host has chosen.

Neither comes with the course: Stanford Cars may be used for research only (Krause et al. 2013, "3D object
representations for fine-grained categorization"). A picture is cut to its middle square and made 64 x 64.
No torch until pictures are loaded.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
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
from genmodels.settings import home, path_in

if TYPE_CHECKING:
    from genmodels.data.mnist import Images

SIDE = 64
LEAST, MOST = 64, 50_000  # pictures
MAX_BYTES, MAX_PIXELS = 30_000_000, 64_000_000  # of one file
TENTH = 10  # of a plain folder every tenth picture is for the test
GREY = 8  # levels by which the channels of a picture without colour may differ
DEEPEST = 4  # folders below the chosen one
LOOKED_AT = 1000  # pictures, for colours, before a training is queued
VARIABLE = "GENMODELS_FOLDER"
SUFFIXES = (".jpg", ".jpeg", ".png")
_NO_PICTURES = ("__MACOSX", "@eaDir")  # folders in which systems keep notes that are named as the pictures are
_LAYOUT = {"train": "stanford_cars/cars_train", "test": "stanford_cars/cars_test"}  # torchvision's

log = logging.getLogger(__name__)


def place(name: str) -> Path:
    """Where the pictures of "cars" or "folder" are looked for; Problem when the host has named no folder."""
    if name == "cars":
        return home() / "data" / "cars"
    chosen = path_in(VARIABLE)
    if chosen is None:
        sentence = "No folder of pictures has been chosen on this host: set {variable} to one before the start."
        raise Problem("no-folder", sentence, variable=VARIABLE)
    return chosen


def files(name: str, split: str | None = None) -> list[Path]:
    """The picture files of a split, in order, or of both; Problem when there are none, or far too many.

    Pictures in folders below count too, as where each class has a folder of its own.
    """
    root = place(name)
    if _has_layout(root):
        found = [file for one, folder in _LAYOUT.items() if split in (None, one) for file in _below(root / folder)]
    else:
        _check_folder(name, root)
        plain = _below(root)
        chosen = {None: plain, "test": plain[::TENTH], "train": [one for i, one in enumerate(plain) if i % TENTH]}
        found = chosen[split]
    if not found:
        raise _missing(name, root)
    if len(found) > MOST:
        sentence = "{folder} holds {number} pictures; at most {most} are taken. Choose a smaller folder."
        raise Problem("large-folder", sentence, folder=str(root), number=len(found), most=MOST)
    return found


def _has_layout(root: Path) -> bool:
    """Whether it is laid out as torchvision does it; False also for what cannot be looked at."""
    return all(os.path.isdir(root / folder) for folder in _LAYOUT.values())


def _check_folder(name: str, root: Path) -> None:
    """Problem where something is at `root` that is no folder, or one that cannot be read; nothing there is no error."""
    try:
        os.scandir(root).close()
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise _no_folder(name, root) from error
    except PermissionError as error:
        sentence = "The folder {folder} cannot be read ({reason}). Give this program the right to read it."
        raise Problem("unreadable-folder", sentence, folder=str(root), reason=error.strerror) from error
    except OSError as error:
        sentence = "The folder {folder} cannot be opened ({reason}). Name another one."
        raise Problem("broken-folder", sentence, folder=str(root), reason=error.strerror) from error


def _no_folder(name: str, root: Path) -> Problem:
    if name == "folder":
        sentence = "{folder} is a file, not a folder. Set {variable} to the folder that holds the pictures."
        return Problem("folder-is-file", sentence, folder=str(root), variable=VARIABLE)
    sentence = "{folder} is a file; put a folder with the pictures in its place."
    return Problem("file-for-folder", sentence, folder=str(root))


def _below(root: Path) -> list[Path]:
    """What is called a picture in a folder and in those below, DEEPEST down; hidden ones are left out.

    Links are followed, but into no folder twice. What leads nowhere is listed too, and told of where it is read.
    """
    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    waiting = [(root, 0)]
    while waiting and len(seen) < MOST:
        folder, depth = waiting.pop(0)
        try:
            status = folder.stat()
            with os.scandir(folder) as entries:
                shown = (one for one in entries if not one.name.startswith(".") and one.name not in _NO_PICTURES)
                inside = sorted(shown, key=lambda one: one.name)
        except OSError as error:
            log.warning("%s cannot be read (%s) and is left out", folder, error.strerror)
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        kinds = [(folder / one.name, _kind(one)) for one in inside]
        found += [path for path, kind in kinds if kind == "picture"]
        waiting += [(path, depth + 1) for path, kind in kinds if kind == "folder" and depth < DEEPEST]
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def _kind(entry: os.DirEntry[str]) -> str:
    """ "picture", by its name alone, "folder", or "" for anything else."""
    named = entry.name.lower().endswith(SUFFIXES)
    try:
        mode = entry.stat().st_mode if entry.is_symlink() else None
        is_folder = entry.is_dir(follow_symlinks=False) if mode is None else stat.S_ISDIR(mode)
        is_file = entry.is_file(follow_symlinks=False) if mode is None else stat.S_ISREG(mode)
    except OSError:  # a link to nothing, or to itself
        return "picture" if named else ""
    return "folder" if is_folder else "picture" if named and is_file else ""


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
        digest.update(f"{file.relative_to(root)} {_size(file)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _size(file: Path) -> int:
    """Bytes; -1 of a link that leads nowhere, and of what has just gone."""
    try:
        return file.stat().st_size
    except OSError:
        return -1


def check(name: str) -> None:
    """Read as many pictures as it takes to know that a training can begin; Problem where it cannot.

    So that it is told before a training is queued and not by the trainer.
    """
    _checked(name, content_hash(name), LEAST)


@lru_cache(maxsize=4)
def _checked(name: str, content: str, least: int) -> None:
    for split in _LAYOUT:
        readable, coloured = 0, False
        for number, file in enumerate(files(name, split), start=1):
            if (picture := read(file)) is not None:
                readable += 1
                coloured = coloured or not _is_grey(picture)
            if readable >= least and (coloured or number >= LOOKED_AT):
                break
        else:
            _refuse(name, split, readable, coloured)


def _refuse(name: str, split: str, readable: int, coloured: bool) -> None:
    """Problem when all pictures of a split have been read and are too few, or none of them has colours."""
    if readable < LEAST:
        counts = {one: readable if one == split else _count_readable(name, one) for one in _LAYOUT}
        sentence = (
            "{folder} holds {number} pictures that can be read, {train} to learn from and {test} for the test, and at "
            "least {least} of each are needed; of a plain folder every tenth is for the test. Add more."
        )
        number, folder = sum(counts.values()), str(place(name))
        raise Problem("few-pictures", sentence, folder=folder, number=number, **counts, least=LEAST)
    if not coloured:
        sentence = "All pictures in {folder} are grey, and this model draws in colour. Choose a folder with colours."
        raise Problem("grey-folder", sentence, folder=str(place(name)))


def _count_readable(name: str, split: str) -> int:
    try:
        return sum(read(file) is not None for file in files(name, split))
    except Problem:  # a single picture is for the test, and none is left to learn from
        return 0


def _is_grey(picture: NDArray[np.uint8]) -> bool:
    return int(np.ptp(picture, axis=0).max()) <= GREY


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
    try:
        storage.write(kept, pack({"images": images}))
    except Problem as problem:  # they serve as well without a copy
        log.warning("the pictures will be read again: %s", problem)
    return images


def _decoded(name: str, split: str) -> Iterator[NDArray[np.uint8]]:
    found = files(name, split)
    readable, coloured = 0, False
    for file in found:
        if (picture := read(file)) is not None:
            readable += 1
            coloured = coloured or not _is_grey(picture)
            yield picture
    if unreadable := len(found) - readable:
        log.warning("%d of %d pictures in %s cannot be read and are left out", unreadable, len(found), place(name))
    _refuse(name, split, readable, coloured)


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
