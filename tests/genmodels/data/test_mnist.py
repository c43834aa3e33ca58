"""The embedded MNIST is the original, and the other data sets say what they need."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
import torch

from genmodels import data
from genmodels.data import mnist
from genmodels.errors import Problem

MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.mark.parametrize("name", MD5)
def test_files_are_the_original_ones(name: str) -> None:
    packed = (mnist._FOLDER / f"{name}.gz").read_bytes()
    assert hashlib.md5(gzip.decompress(packed)).hexdigest() == MD5[name]
    assert packed[4:8] == bytes(4), "the time in the gzip header would change the repository at every packing"


def test_shapes_and_labels() -> None:
    train, test = mnist.load("train"), mnist.load("test")
    assert train.images.shape == (60_000, 1, 28, 28) and train.images.dtype == torch.uint8
    assert test.labels.shape == (10_000,) and test.labels.dtype == torch.int64
    assert test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert train.labels.bincount().tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert train.pixels().mean().item() == pytest.approx(0.1306604762738429, abs=1e-6)  # the well-known 0.1307
    assert mnist.load("test") is test


def test_pixels_of_a_slice_and_of_indices_agree() -> None:
    test = mnist.load("test")
    some = test.pixels(slice(3, 6))
    assert some.dtype == torch.float32 and some.min() == 0 and some.max() == 1
    assert torch.equal(some, test.pixels(torch.tensor([3, 4, 5])))
    assert torch.equal(some, test.images[3:6].double().div(255).float())
    some.zero_()
    assert test.images[3:6].max() > 0  # a copy: the shared pictures cannot be changed through it


def test_content_hash_tells_data_sets_apart() -> None:
    hashes = {data.content_hash(name) for name in data.names()}
    assert len(hashes) == 3 and all(len(one) == 64 for one in hashes)
    with pytest.raises(Problem, match="known: mnist, fashion-mnist, kmnist"):
        data.content_hash("cifar")


def test_damaged_embedded_file_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "_FOLDER", tmp_path)
    for content in (None, b"", b"not gzip", gzip.compress(b"other digits"), gzip.compress(b"x" * 100)[:-9]):
        if content is not None:
            (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(content)
        with pytest.raises(Problem, match="restore it with git checkout"):
            mnist._read("train-labels-idx1-ubyte")


def test_data_that_cannot_be_downloaded_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("torchvision.datasets")

    def offline(*arguments: object, **options: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(datasets.FashionMNIST, "download", offline)
    with pytest.raises(Problem, match="fashion-mnist is not in .*connect this machine to the network") as problem:
        data.load("fashion-mnist", "test")
    assert problem.value.code == "data-not-here"


def test_data_that_is_here_is_read(home: Path) -> None:
    """MNIST's own files stand in for KMNIST's, which have the same format."""
    pytest.importorskip("torchvision.datasets")
    raw = home / "data" / "KMNIST" / "raw"
    raw.mkdir(parents=True)
    for packed in mnist._FOLDER.glob("*.gz"):
        (raw / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))
    assert torch.equal(data.load("kmnist", "test").images, mnist.load("test").images)
    assert torch.equal(data.load("kmnist", "test").labels, mnist.load("test").labels)
