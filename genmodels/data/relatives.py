"""Fashion-MNIST and Kuzushiji-MNIST: other pictures in MNIST's format, downloaded by torchvision on first use."""

from __future__ import annotations

from functools import cache

from genmodels.data.mnist import Images
from genmodels.errors import Problem
from genmodels.settings import home

_CLASSES = {"fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}


@cache
def load(name: str, split: str) -> Images:
    """A data set's 60,000 "train" or 10,000 "test" pictures; Problem when they are not here and cannot be fetched."""
    from torchvision import datasets

    folder = home() / "data"
    try:
        source = getattr(datasets, _CLASSES[name])(folder, train=split == "train", download=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise Problem(
            "data-not-here",
            "The data set {name} is not in {folder} and could not be downloaded; connect this machine to the network "
            "once, or copy torchvision's folder {folder_name} there.",
            name=name,
            folder=str(folder),
            folder_name=_CLASSES[name],
        ) from error
    return Images(source.data.unsqueeze(1), source.targets.long())
