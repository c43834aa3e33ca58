"""The judge of drawn digits: how well it reads, that it is the one all numbers are from, and what it tells apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.evaluation import judge, judges
from genmodels.evaluation.frechet import frechet_distance
from genmodels.evaluation.judges import FIRST, JUDGES


@pytest.mark.parametrize("name", JUDGES)
def test_it_reads_the_test_digits(name: str) -> None:
    test = mnist.load("test")
    read = torch.from_numpy(judge.read(judge.features(test.pixels(), name), name))
    assert (read == test.labels).float().mean() >= 0.993
    if name == FIRST:
        assert torch.equal(read[:500], judge.classes(test.pixels(slice(0, 500))))


def test_the_two_have_nothing_in_common_but_the_digits() -> None:
    x = mnist.load("test").pixels(slice(0, 500))
    first, second = (judge.features(x, name) for name in JUDGES)
    related = np.corrcoef(first, second, rowvar=False)[:128, 128:]
    assert first.shape == second.shape and np.nanmax(np.abs(np.diagonal(related))) < 0.9


def test_it_tells_digits_from_noise_and_from_half_digits() -> None:
    """Everything at n = 1,000 against 2,000 real ones."""
    test = mnist.load("test")
    real = judge.features(test.pixels(slice(2000, 4000)))
    x = test.pixels(slice(0, 1000))
    floor = frechet_distance(judge.features(x), real)
    halves = x.clone()
    halves[:, :, 14:] = 0
    assert floor < 15
    assert frechet_distance(judge.features(halves), real) > 10 * floor
    assert frechet_distance(judge.features(torch.rand(1000, 1, 28, 28)), real) > 30 * floor


def test_it_is_frozen() -> None:
    one = judge.judge()
    assert one is judge.judge() and not one.training
    assert not any(parameter.requires_grad for parameter in one.parameters())
    x = mnist.load("test").pixels(slice(0, 3))
    assert torch.equal(one(x), one(x))
    assert judge.features(x).shape == (3, judge.NUM_FEATURES)


def test_another_file_is_no_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, known in JUDGES.items():
        file = judges.FOLDER / known.file
        (tmp_path / known.file).write_bytes(file.read_bytes()[:-1] + b"x")
        with monkeypatch.context() as patch:
            patch.setattr(judges, "FOLDER", tmp_path)
            with pytest.raises(Problem, match="git checkout"):
                judge.judge.__wrapped__(name)
