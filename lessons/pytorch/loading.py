"""The note on a loader: MNIST's own digits in batches."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from genmodels.data import mnist
from genmodels.tensors import Batch, Loader
from lessons.pytorch.note import Grid, Note, asked, cells, facts
from ui.components import as_text

SHOWN = 12  # pictures of a batch


class Loading(Note):
    """len of data and loader, and one turn of enumerate."""

    name = "loader"

    @property
    def options(self) -> tuple[bool, bool]:
        """shuffle and drop_last."""
        return self.state["shuffle"] == "on", self.state["drop"] == "on"

    @cached_property
    def loader(self) -> Loader:
        shuffle, drop = self.options
        return Loader(mnist.load("train"), self.state["batch"], drop, self.state["seed"] if shuffle else None)

    @property
    def number(self) -> int:
        """Of the batch that is shown: the last one where there are not so many."""
        return min(int(self.state["turn"]), len(self.loader) - 1)

    @cached_property
    def batch(self) -> Batch:
        return self.loader.batch(self.number)

    @property
    def code(self) -> str:
        shuffle, drop = self.options
        options = f"batch_size={asked(self.state['batch'])}, shuffle={asked(shuffle)}, drop_last={asked(drop)}"
        generator = f", generator=torch.Generator().manual_seed({asked(self.state['seed'])})" if shuffle else ""
        turn = f"for i, (images, labels) in enumerate(loader):  # i = {asked(self.number)}"
        return f"loader = DataLoader(dataset, {options}{generator})\n{turn}"

    def grids(self) -> list[Grid]:
        images, labels = self.batch.images, self.batch.labels
        more = max(0, len(labels) - SHOWN)
        sources = [[("dataset", one)] for one in self.batch.index[:SHOWN]]
        pixels = as_text((images[:SHOWN, 0] * 255).round().numpy().astype(np.uint8))
        shown = cells(labels[:SHOWN])
        return [
            Grid("images", tuple(images.shape), shown, facts(images), sources, more=more, pictures=pixels),
            Grid("labels", tuple(labels.shape), shown, facts(labels), sources, more=more),
        ]

    def charts(self) -> list[dict[str, Any]]:
        size, (_, drop) = self.state["batch"], self.options
        n = len(mnist.load("train"))
        return [{"kind": "batches", "all": n, "size": size, "number": self.number, "dropped": n % size if drop else 0}]

    def values(self) -> dict[str, object]:
        n, size = len(mnist.load("train")), self.state["batch"]
        whole, rest = divmod(n, size)
        return {
            "n": f"{n}",
            "size": size,
            "quotient": f"{n / size:.10g}" if rest == 0 else f"{n / size:.2f}",
            "batches": len(self.loader),
            "whole": whole,
            "rest": rest,
            "i": self.number,
            "b": len(self.batch.labels),
            "first": self.batch.index[0],
            "last": self.batch.index[-1],
            "last-number": len(self.loader) - 1,
            "last-size": self.loader.size_of_last,
            "before": self.number * size,
            "brackets": r"\lfloor" if self.options[1] else r"\lceil",
            "brackets-end": r"\rfloor" if self.options[1] else r"\rceil",
        }

    def variants(self) -> dict[int, str]:
        found = {2: "shuffled"} if self.options[0] else {}
        if len(mnist.load("train")) % self.state["batch"]:
            found[3] = "dropped" if self.options[1] else "smaller"
        return found

    def lines(self) -> dict[str, object]:
        shuffle, drop = self.options
        generator = f"torch.Generator().manual_seed({self.state['seed']})" if shuffle else None
        return {"size": self.state["batch"], "shuffle": shuffle, "drop": drop, "generator": generator, "i": self.number}

    @property
    def printed(self) -> str:
        n = len(mnist.load("train"))
        return f"{n} {len(self.loader)} {n} {tuple(self.batch.images.shape)} {self.batch.labels[:4].tolist()}"
