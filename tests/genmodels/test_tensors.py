"""The notes' operations against numpy as an oracle, and the origin of every cell for shapes drawn at random."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from genmodels import tensors
from genmodels.data import mnist
from genmodels.tensors import Loader

sizes = st.lists(st.integers(1, 5), min_size=1, max_size=4)
seeds = st.integers(0, 2**31 - 1)


def numbered(shape: list[int]) -> torch.Tensor:
    """A tensor whose numbers are all different."""
    return torch.arange(int(np.prod(shape))).view(shape) * 3 + 1


@given(sizes, seeds)
def test_each_cell_of_a_view_came_from_the_one_that_numpy_finds(shape: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = numbered(shape)
    target = [int(one) for one in rng.permutation(shape)]
    found = tensors.moved(lambda one: one.view(target), x)
    assert np.array_equal(found.value.numpy(), x.numpy().reshape(target))
    assert np.array_equal(found.value.numpy().ravel(), x.numpy().ravel()[found.origin.ravel()])
    assert np.array_equal(found.origin, found.memory), "x lies in memory as it is read"


@given(sizes, seeds)
def test_of_a_transpose_cell_and_place_in_memory_differ_and_both_are_right(shape: list[int], seed: int) -> None:
    order = [int(one) for one in np.random.default_rng(seed).permutation(len(shape))]
    base = numbered(shape)
    x = base.permute(order)
    found = tensors.moved(lambda one: one.reshape(-1), x)
    assert np.array_equal(found.value.numpy(), x.numpy().ravel()[found.origin])
    assert np.array_equal(found.value.numpy(), base.numpy().ravel()[found.memory])
    for flat in range(x.numel()):
        index = tensors.unravelled(flat, x.shape)
        assert sum(i * stride for i, stride in zip(index, x.stride(), strict=True)) == found.memory[flat]


@given(st.integers(1, 6), st.integers(1, 12), st.integers(1, 14), st.integers(0, 1))
def test_chunk_gives_parts_of_equal_length_and_perhaps_fewer_than_asked(
    rows: int, columns: int, number: int, dim: int
) -> None:
    x = numbered([rows, columns])
    length = x.shape[dim]
    size = -(-length // number)
    parts = tensors.chunks(x, number, dim)
    assert len(parts) == -(-length // size) <= number
    cut = np.array_split(x.numpy(), list(range(size, length, size)), axis=dim)
    for part, expected in zip(parts, cut, strict=True):
        assert np.array_equal(part.value.numpy(), expected)
        assert np.array_equal(part.value.numpy(), x.numpy().ravel()[part.origin])
        assert tensors.share_memory(part.value, x)


def test_array_split_gives_as_many_as_asked_where_chunk_does_not() -> None:
    assert len(tensors.chunks(torch.arange(6).view(1, 6), 4, 1)) == 3
    assert len(np.array_split(np.arange(6), 4)) == 4 == len(torch.arange(6).tensor_split(4))


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 1), seeds)
def test_gather_takes_what_numpy_takes_along_the_axis(rows: int, columns: int, dim: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = numbered([rows, columns])
    index = rng.integers(0, x.shape[dim], (rows, columns))
    found = tensors.moved(lambda one: one.gather(dim, torch.from_numpy(index)), x)
    assert np.array_equal(found.value.numpy(), np.take_along_axis(x.numpy(), index, dim))
    assert np.array_equal(found.value.numpy(), x.numpy().ravel()[found.origin])


def test_what_is_refused_is_told_in_one_line_and_what_is_not_says_nothing() -> None:
    x = torch.arange(6).view(2, 3)
    assert tensors.refusal(lambda: x.view(4, 2)) == "shape '[4, 2]' is invalid for input of size 6"
    assert "\n" not in tensors.refusal(lambda: x.t().view(6)) != ""
    assert tensors.refusal(lambda: x.view(6)) == ""


def test_the_same_seed_draws_the_same_and_each_from_its_own_distribution() -> None:
    first, again, other = (tensors.draws(100_000, seed) for seed in (3, 3, 4))
    for name, (mean, variance) in {"rand": (0.5, 1 / 12), "randn": (0, 1)}.items():
        assert torch.equal(first[name], again[name]) and not torch.equal(first[name], other[name])
        assert float(first[name].mean()) == pytest.approx(mean, abs=0.01)
        assert float(first[name].var()) == pytest.approx(variance, rel=0.02)
    assert float(first["rand"].min()) >= 0 and float(first["rand"].max()) < 1


@pytest.mark.parametrize("name", ["rand", "randn"])
def test_a_histogram_of_many_draws_is_near_the_density(name: str) -> None:
    bars = tensors.histogram(tensors.draws(100_000, 0)[name], -3.5, 3.5, 28)
    middles = np.linspace(-3.5, 3.5, 57)[1::2]
    assert np.abs(bars - tensors.density(name, middles)).max() < 0.03
    assert bars.sum() / 4 == pytest.approx(1, abs=0.002)


def test_equal_steps_of_p_hold_equal_shares() -> None:
    p, z = tensors.quantile_grid(20, 0.05)
    assert np.allclose(np.diff(norm.cdf(z)), np.diff(p)) and np.allclose(np.diff(p), 0.9 / 19)


@pytest.mark.parametrize(("drop_last", "seed"), [(False, None), (True, None), (False, 5), (True, 0)])
def test_a_batch_is_the_one_that_enumerate_yields(drop_last: bool, seed: int | None) -> None:
    data = mnist.load("test")
    number = 7
    made = Loader(data, 300, drop_last, seed)
    whole = list(Loader(data, 300, drop_last, seed).loader)
    images, labels = next(islice(Loader(data, 300, drop_last, seed).loader, number, None))
    batch = made.batch(number)
    assert torch.equal(batch.images * 255, images.float()) and torch.equal(batch.labels, labels)
    assert torch.equal(data.labels[batch.index], labels)
    assert len(made) == len(whole) == (33 if drop_last else 34)
    assert made.size_of_last == len(whole[-1][1]) == (300 if drop_last else 100)
