"""What PyTorch does to small tensors, done by PyTorch itself, with the cell that each number of a result came from.

Shapes: N numbers of x in all; "origin" is an int64 array of a result's shape, which holds flat indices of x.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import norm
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from genmodels.data.mnist import Images

Origin = NDArray[np.int64]
Index = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """What came out, and of each of its cells the flat index of the cell of x that it came from.

    `memory` has the place in memory at which that cell of x lies, of the same shape as `origin`.
    """

    value: Tensor
    origin: Origin
    memory: Origin


# --- operations that move numbers about and compute nothing


def moved(move: Callable[[Tensor], Tensor], x: Tensor) -> Result:
    """`move(x)` with its origin: the same is done to the numbers 0 to N - 1 in the place of x, laid out as x is.

    Raises what PyTorch raises, RuntimeError or IndexError.
    """
    places = torch.arange(x.numel()).as_strided(x.shape, x.stride())  # of the cells of x in its memory
    cell_at = places.flatten().argsort()  # which cell, counted row by row, lies at a place
    memory = move(places)
    return Result(move(x), cell_at[memory].numpy(), memory.numpy())


def chunks(x: Tensor, number: int, dim: int) -> list[Result]:
    """The parts that `x.chunk(number, dim)` gives, which may be fewer than were asked for."""
    parts = x.chunk(number, dim)
    return [moved(lambda one, i=i: one.chunk(number, dim)[i], x) for i in range(len(parts))]  # type: ignore[misc]


def refusal(call: Callable[[], object]) -> str:
    """PyTorch's own sentence where it refuses a call; "" where it does not."""
    try:
        call()
    except (RuntimeError, IndexError) as error:
        return str(error).partition("\n")[0]
    return ""


def share_memory(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors are two views of the same memory."""
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()


def written(index: Sequence[int]) -> str:
    """An index as code writes it: "[1, 2]"; of the only number of a tensor without axes ""."""
    return f"[{', '.join(map(str, index))}]" if index else ""


def unravelled(flat: int, shape: Sequence[int]) -> Index:
    """The index of the cell number `flat`, row by row, of a tensor of that shape."""
    return tuple(int(one) for one in np.unravel_index(flat, tuple(shape))) if shape else ()


# --- draws


def draws(n: int, seed: int) -> dict[str, Tensor]:
    """`rand` and `randn` of n numbers, each from a generator of its own with this seed: (n,) float32."""
    return {
        "rand": torch.rand(n, generator=torch.Generator().manual_seed(seed)),
        "randn": torch.randn(n, generator=torch.Generator().manual_seed(seed)),
    }


def histogram(values: Tensor, low: float, high: float, bins: int) -> NDArray[np.float64]:
    """Densities of the bins between low and high, (bins,): what lies outside counts in the whole, but in no bin."""
    counts = np.histogram(values.numpy(), bins, (low, high))[0]
    return counts * bins / (len(values) * (high - low))


def density(name: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The exact density of "rand", 1 on [0, 1), or of "randn", the standard normal one, at x."""
    if name == "rand":
        return ((x >= 0) & (x < 1)).astype(float)
    return np.asarray(norm.pdf(x))


def outline(name: str, low: float, high: float, number: int = 141) -> NDArray[np.float64]:
    """The same density as a line through (x, p(x)), (M, 2): where it jumps, two points stand at one x."""
    if name == "rand":
        return np.array([(low, 0), (0, 0), (0, 1), (1, 1), (1, 0), (high, 0)], float)
    x = np.linspace(low, high, number)
    return np.stack([x, density(name, x)], 1)


def quantile_grid(number: int, low: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities p in equal steps from `low` to 1 - `low`, and norm.ppf(p), below which a draw falls with p."""
    p = np.linspace(low, 1 - low, number)
    return p, np.asarray(norm.ppf(p))


# --- a loader


@dataclass(frozen=True, eq=False)
class Batch:
    """One batch of a loader: images (B, C, H, W), labels (B,), and which of the data they are."""

    images: Tensor
    labels: Tensor
    index: list[int]


class Loader:
    """A DataLoader over pictures with its own count of batches; `seed` shuffles, None leaves the order as it is."""

    def __init__(self, data: Images, batch_size: int, drop_last: bool = False, seed: int | None = None) -> None:
        generator = None if seed is None else torch.Generator().manual_seed(seed)
        self.loader = DataLoader(
            TensorDataset(data.images, data.labels),
            batch_size,
            shuffle=seed is not None,
            drop_last=drop_last,
            generator=generator,
        )

    def __len__(self) -> int:
        return len(self.loader)

    @property
    def size_of_last(self) -> int:
        """How many pictures the last batch has."""
        n, size = len(self.loader.dataset), self.loader.batch_size or 1  # type: ignore[arg-type]
        return size if self.loader.drop_last or n % size == 0 else n % size

    def batch(self, number: int) -> Batch:
        """The batch of that number, from 0 on, as the loader's own sampler and collation make it.

        To go through all that come before it would take a second for 60,000 pictures; their numbers alone do not.
        `iter` draws from the generator before the sampler does, so the order comes from there.
        """
        index: list[int] = next(islice(iter(self.loader)._sampler_iter, number, None))
        collate, dataset = self.loader.collate_fn, self.loader.dataset
        images, labels = collate([dataset[one] for one in index])
        return Batch(images.float() / 255, labels, index)
