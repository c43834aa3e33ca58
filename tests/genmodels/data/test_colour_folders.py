"""Colour pictures from a folder of the host: both layouts, what is made of a picture, and whatever can be wrong."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genmodels import data, storage
from genmodels.data import folders
from genmodels.errors import Problem
from genmodels.jobs import queue, records
from genmodels.jobs.limits import Limits
from genmodels.training import recipes


def picture(colour: tuple[int, int, int] = (200, 30, 90), size: tuple[int, int] = (90, 70)) -> Image.Image:
    image = Image.new("RGB", size, colour)
    image.paste((0, 0, 255), (0, 0, size[0] // 2, size[1]))  # the left half is blue
    return image


def fill(folder: Path, number: int, **about: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(number):
        picture(((7 * i) % 256, 30, 90), **about).save(folder / f"{i:04d}.png")
    return folder


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The host's folder, with a few pictures that are enough."""
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "pictures"))
    monkeypatch.setattr(folders, "LEAST", 2)
    folders._pictures.cache_clear()
    return fill(tmp_path / "pictures", 40)


def test_every_tenth_picture_is_for_the_test_and_the_others_come_mirrored_too(chosen: Path) -> None:
    train, test = data.load("folder", "train"), data.load("folder", "test")
    assert train.images.shape == (2 * 36, 3, 64, 64) and test.images.shape == (4, 3, 64, 64)
    assert train.images.dtype == test.images.dtype and (train.labels == 0).all()
    assert (train.images[36:] == train.images[:36].flip(3)).all()
    assert test.images[1, 2, 32, 10] == 255 and test.images[1, 0, 32, 60] == 70  # blue, and then number 10's own red


def test_the_middle_square_is_taken_upright(chosen: Path) -> None:
    wide = Image.new("RGB", (300, 100), "red")
    wide.paste("lime", (100, 0, 200, 100))
    exif = wide.getexif()
    exif[0x0112] = 6  # a camera held upright
    wide.rotate(90, expand=True).save(chosen / "turned.jpg", exif=exif, quality=95)
    read = folders.read(chosen / "turned.jpg")
    assert read is not None and read[1].min() > 200 and read[0].max() < 60


def test_transparent_parts_lie_on_white(chosen: Path) -> None:
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(chosen / "clear.png")
    read = folders.read(chosen / "clear.png")
    assert read is not None and (read == 255).all()


def test_torchvisions_layout_has_its_own_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    monkeypatch.setattr(folders, "LEAST", 3)
    root = tmp_path / "data" / "cars" / "stanford_cars"
    fill(root / "cars_train", 5)
    fill(root / "cars_test", 4)
    assert len(data.load("cars", "train")) == 10 and len(data.load("cars", "test")) == 4


def test_the_hash_follows_the_files_and_not_their_place(
    chosen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = data.content_hash("folder")
    monkeypatch.setenv(folders.VARIABLE, str(fill(tmp_path / "elsewhere", 40)))
    assert data.content_hash("folder") == before
    (tmp_path / "elsewhere" / "0003.png").unlink()
    assert data.content_hash("folder") != before


def test_pictures_are_decoded_once_and_a_damaged_copy_is_made_anew(chosen: Path, tmp_path: Path) -> None:
    first = data.load("folder", "test").images
    (kept,) = (tmp_path / "home" / "data").glob("folder-test-*.safetensors")
    kept.write_bytes(b"torn")
    folders._pictures.cache_clear()
    assert (data.load("folder", "test").images == first).all()


def test_a_few_that_cannot_be_read_are_left_out(chosen: Path, caplog: pytest.LogCaptureFixture) -> None:
    (chosen / "0010.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (chosen / "0020.png").write_text("<svg/>", encoding="utf-8")
    assert len(data.load("folder", "test")) == 2
    assert "2 of 4 pictures" in caplog.text


def test_a_bomb_is_not_unpacked(chosen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (9000, 9000)).save(chosen / "bomb.png")
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was decoded"))
    assert folders.read(chosen / "bomb.png") is None


def test_what_cannot_be_used_is_told(chosen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(folder: Path | None) -> str:
        monkeypatch.setenv(folders.VARIABLE, str(folder) if folder else "")
        with pytest.raises(Problem) as caught:
            data.load("folder", "train")
        return str(caught.value)

    assert folders.VARIABLE in told(None)
    assert "no JPEG or PNG pictures" in told(tmp_path / "nowhere")
    assert "holds 2 pictures that can be read, 1 to learn from and 1 for the test" in told(fill(tmp_path / "one", 2))
    grey = tmp_path / "grey"
    grey.mkdir()
    for i in range(20):
        Image.new("L", (70, 70), 10 * i).save(grey / f"{i}.png")
    assert "grey" in told(grey)
    monkeypatch.setattr(folders, "MOST", 10)
    assert "at most 10" in told(chosen)


def test_a_grey_picture_among_colours_is_taken(chosen: Path) -> None:
    Image.new("L", (70, 70), 128).save(chosen / "0001.png")
    assert len(data.load("folder", "train")) == 72


@pytest.mark.skipif(os.geteuid() == 0, reason="everything may be read by root")
def test_a_folder_that_may_not_be_read_is_told(chosen: Path) -> None:
    chosen.chmod(0)
    with pytest.raises(Problem, match="cannot be read"):
        data.content_hash("folder")
    chosen.chmod(0o700)


def test_cars_that_are_not_here_are_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    with pytest.raises(Problem, match="7545") as caught:
        data.load("cars", "train")
    assert str(tmp_path / "data" / "cars") in str(caught.value)


def test_decoding_does_not_believe_a_name(chosen: Path) -> None:
    (chosen / "text.jpg").write_text("no picture", encoding="utf-8")
    assert folders.read(chosen / "text.jpg") is None
    assert np.array_equal(folders.read(chosen / "0000.png"), folders.read(chosen / "0000.png"))


def test_class_folders_are_read_and_a_picture_that_leads_nowhere_is_left_out_and_counted(
    chosen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plain = data.content_hash("folder")
    for kind in ("cats", "dogs"):
        fill(chosen / kind, 20)
    (chosen / "cats" / "again").symlink_to(chosen)  # the whole folder once more, for ever
    (chosen / "notes.txt").write_text("no picture", encoding="utf-8")
    fill(chosen / "__MACOSX", 3), fill(chosen / ".thumbnails", 3)
    os.mkfifo(chosen / "pipe.png")
    assert len(folders.files("folder")) == 80 and data.content_hash("folder") != plain
    (chosen / "zelf.png").symlink_to("zelf.png")
    (chosen / "gone.png").symlink_to("nowhere.png")
    assert len(data.load("folder", "train")) + 2 * len(data.load("folder", "test")) == 2 * 80
    assert sum(int(line.split()[0]) for line in caplog.messages if "are left out" in line) == 2
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "linked"))
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "cats").symlink_to(chosen / "cats")
    assert len(folders.files("folder")) == 82  # the link within leads to the others, and nothing comes twice


def test_what_is_no_folder_is_named_for_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: Path
) -> None:
    (tmp_path / "holiday.zip").write_bytes(b"PK")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for place, said in (
        ("holiday.zip", "holiday.zip is a file, not a folder. Set GENMODELS_FOLDER"),
        ("holiday.zip/below", "is a file, not a folder"),
        ("circle", "circle cannot be opened .*Name another one"),
        ("a" * 300, "cannot be opened"),
    ):
        monkeypatch.setenv(folders.VARIABLE, str(tmp_path / place))
        with pytest.raises(Problem, match=said):
            data.content_hash("folder")
    storage.write(tmp_path / "home" / "data" / "cars", b"")
    with pytest.raises(Problem, match="cars is a file; put a folder"):
        data.content_hash("cars")


def test_too_few_are_told_before_the_queue_with_their_true_number(
    chosen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "LEAST", 5)  # of forty, four are for the test
    (chosen / "0011.png").write_bytes(b"torn")
    recipe = recipes.make("ddpm-cars", data="folder")
    with pytest.raises(Problem, match="holds 39 pictures that can be read, 35 to learn from and 4 for the test") as few:
        queue.submit(recipe, "0" * 16)
    assert few.value.code == "few-pictures" and records.every() == []
    fill(chosen / "more", 10)
    queue.submit(recipe, "0" * 16, Limits(free_gib=0))
    assert [job.state.state for job in records.every()] == ["queued"]
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "grey"))
    for i in range(60):
        storage.write(tmp_path / "grey" / f"{i}.png", b"")
        Image.new("L", (70, 70), 4 * i).save(tmp_path / "grey" / f"{i}.png")
    with pytest.raises(Problem, match="are grey"):
        queue.submit(recipe, "0" * 16)
