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
from genmodels.models.pixelcnn import PixelCNN

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


def test_the_binarised_test_digits_are_drawn_once_and_from_their_greys() -> None:
    grey, binary = mnist.load("test"), data.load("mnist-binary", "test")
    assert binary is data.load("mnist-binary", "test") and torch.equal(binary.labels, grey.labels)
    drawn = binary.pixels()
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    assert bool((drawn[grey.images == 0] == 0).all()) and bool((drawn[grey.images == 255] == 1).all())
    # 19 of 100 pixels are some grey: what is drawn of them is ink as often as they are dark, within 4 standard errors
    some = (grey.images > 0) & (grey.images < 255)
    chance = grey.pixels()[some]
    error = (chance * (1 - chance)).sum().sqrt() / len(chance)
    assert float(drawn[some].mean() - chance.mean()) == pytest.approx(0, abs=4 * float(error))


def test_the_binarised_test_digits_are_those_that_the_pixel_models_are_measured_on() -> None:
    seen = PixelCNN(levels=2).quantised(mnist.load("test").pixels(), torch.Generator().manual_seed(0))
    assert torch.equal(seen, data.load("mnist-binary", "test").pixels())


def test_binarised_training_digits_are_drawn_anew_each_time() -> None:
    examples, generator = data.load("mnist-binary", "train"), torch.Generator().manual_seed(3)
    index = torch.arange(20)
    one, other = examples.batch(index, generator), examples.batch(index, generator)
    assert set(one.unique().tolist()) == {0.0, 1.0} and not torch.equal(one, other)
    assert torch.equal(one, examples.subset(index).batch(slice(0, 20), torch.Generator().manual_seed(3)))
    grey = mnist.load("train").pixels(index)
    mean = torch.stack([examples.batch(index, generator) for _ in range(400)]).mean(0)
    assert float((mean - grey).abs().max()) < 5 * 0.5 / 400**0.5


def test_content_hash_tells_data_sets_apart() -> None:
    hashes = {data.content_hash(name) for name in data.names()}
    assert len(hashes) == len(data.names()) == 4 and all(len(one) == 64 for one in hashes)
    with pytest.raises(Problem, match="known: mnist, fashion-mnist, kmnist, mnist-binary"):
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
