"""The notes on random numbers: rand beside randn, the *_like functions, and norm.ppf."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from genmodels import tensors
from genmodels.evaluation.latent import GRID
from lessons.pytorch.note import DTYPES, Grid, Note, asked, cells, facts, of, refusable
from ui.numbers import formula

SHOWN = 6  # numbers of a long row
LOW, HIGH, BINS = -3.5, 3.5, 28  # of both histograms
NAMES = {"rand": "u", "randn": "z"}
RANDOM = ("rand_like", "randn_like")
RULES = {"rand_like": r"\sim U[0,1)", "randn_like": r"\sim\mathcal N(0,1)", "zeros_like": "=0", "ones_like": "=1"}
FILLED = {"zeros_like": torch.zeros_like, "ones_like": torch.ones_like}
DRAWN = {"rand_like": torch.rand_like, "randn_like": torch.randn_like}


class Draws(Note):
    """rand and randn, n numbers each."""

    name = "draws"

    @cached_property
    def drawn(self) -> dict[str, Tensor]:
        return tensors.draws(int(self.state["n"]), self.state["seed"])

    @property
    def code(self) -> str:
        n, seed = asked(self.state["n"]), asked(self.state["seed"])
        lines = [f"{NAMES[one]} = torch.{one}({n}, generator=torch.Generator().manual_seed({seed}))" for one in NAMES]
        return "\n".join(lines)

    def grids(self) -> list[Grid]:
        return [
            Grid(NAMES[one], tuple(x.shape), cells(x[:SHOWN]), facts(x), more=len(x) - SHOWN)
            for one, x in self.drawn.items()
        ]

    def charts(self) -> list[dict[str, Any]]:
        found = {one: tensors.histogram(values, LOW, HIGH, BINS) for one, values in self.drawn.items()}
        top = 1.08 * max(1.0, *(bars.max() for bars in found.values()))
        same = {"kind": "histogram", "low": LOW, "high": HIGH, "top": top}
        return [
            {
                **same,
                "name": NAMES[one],
                "bars": bars.round(4).tolist(),
                "curve": tensors.outline(one, LOW, HIGH).round(4).tolist(),
                "mean": float(self.drawn[one].mean()),
            }
            for one, bars in found.items()
        ]

    @cached_property
    def moments(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for one, x in self.drawn.items():
            found |= {f"{one}-mean": formula(float(x.mean())), f"{one}-var": formula(float(x.var(correction=0)))}
        return found

    def values(self) -> dict[str, object]:
        n, seed = int(self.state["n"]), self.state["seed"]
        negative = int((self.drawn["randn"] < 0).sum())
        first = [formula(float(x[0])) for x in self.drawn.values()]
        return {
            **self.moments,
            "n": f"{n:,}",
            "seed": seed,
            "negative": f"{negative:,}",
            "share": f"{100 * negative / n:.1f}",
            "first-rand": first[0],
            "first-randn": first[1],
        }

    def lines(self) -> dict[str, object]:
        return {"n": self.state["n"], "seed": self.state["seed"]}

    @property
    def printed(self) -> str:
        return "; ".join(
            f"{one}: mean {self.moments[f'{one}-mean']}, variance {self.moments[f'{one}-var']}" for one in NAMES
        )


class Like(Note):
    """A tensor that takes shape, type and device from another one, and none of its numbers."""

    name = "like"

    @cached_property
    def x(self) -> Tensor:
        rows, columns = self.state["rows"], self.state["cols"]
        return torch.arange(rows * columns, dtype=DTYPES[self.state["dtype"]]).view(rows, columns)

    def call(self) -> Tensor:
        name = self.state["fill"]
        if name in FILLED:
            return FILLED[name](self.x)
        return DRAWN[name](self.x, generator=torch.Generator().manual_seed(self.state["seed"]))

    @cached_property
    def y(self) -> Tensor | None:
        return refusable(self.call)

    @property
    def setup(self) -> str:
        state, (rows, columns) = self.state, map(asked, self.x.shape)
        numbers = asked(self.x.numel())
        return f"x = torch.arange({numbers}, dtype=torch.{asked(state['dtype'])}).view({rows}, {columns})"

    @property
    def line(self) -> str:
        drawn = f", generator=torch.Generator().manual_seed({asked(self.state['seed'])})"
        name = self.state["fill"]
        return f"y = torch.{asked(name)}(x{drawn if name in RANDOM else ''})"

    @property
    def code(self) -> str:
        return f"{self.setup}\n{self.line}"

    def grids(self) -> list[Grid]:
        named = {"x": self.x} | ({} if self.y is None else {"y": self.y})
        return [
            Grid(name, tuple(one.shape), cells(one, 0 if name == "x" else 2), [*facts(one), str(one.device)])
            for name, one in named.items()
        ]

    def values(self) -> dict[str, object]:
        rows, columns = self.x.shape
        return {
            "fill": self.state["fill"],
            "dtype": self.state["dtype"],
            "rows": rows,
            "cols": columns,
            "numel": rows * columns,
            "bytes": self.x.element_size(),
            "all-bytes": self.x.element_size() * rows * columns,
            "rule": RULES[self.state["fill"]],
        }

    def variants(self) -> dict[int, str]:
        return {2: "refused"} if self.refused else {}

    def lines(self) -> dict[str, object]:
        return {"setup": self.setup, "call": self.line}

    @property
    def printed(self) -> str:
        return self.refused if self.y is None else f"{tuple(self.y.shape)} {self.y.dtype} {self.y.device}"


class Quantiles(Note):
    """norm.ppf of probabilities in equal steps, as the VAE's manifold has them."""

    name = "ppf"

    @cached_property
    def both(self) -> tuple[np.ndarray, np.ndarray]:
        return tensors.quantile_grid(self.state["grid"], self.state["low"])

    @property
    def code(self) -> str:
        low, high, n = self.state["low"], f"{1 - self.state['low']:g}", self.state["grid"]
        return f"p = np.linspace({asked(f'{low:g}')}, {asked(high)}, {asked(n)})\nz = norm.ppf(p)"

    def grids(self) -> list[Grid]:
        p, z = self.both
        about = [f"numpy {p.dtype}", f"strides {p.strides}"]
        return [
            Grid("p", p.shape, cells(p), about),
            Grid("z", z.shape, cells(z), about, of("p", np.arange(len(p)))),
        ]

    def charts(self) -> list[dict[str, Any]]:
        curve = tensors.outline("randn", LOW, HIGH).round(4).tolist()
        return [{"kind": "quantiles", "low": LOW, "high": HIGH, "curve": curve, "cuts": self.both[1].round(4).tolist()}]

    def values(self) -> dict[str, object]:
        p, z = self.both
        n = len(p)
        widths = np.diff(z)
        return {
            "n": n,
            "codes": n * n,
            "p": f"{p[0]:.4g}",
            "z": formula(z[0]),
            "second-p": f"{p[1]:.4f}",
            "second-z": formula(z[1]),
            "share": f"{100 * (p[-1] - p[0]) / (n - 1):.2f}",
            "widest": formula(widths.max(), 3),
            "narrowest": formula(widths.min(), 3),
            "vae-side": len(GRID),
            "vae-z": formula(GRID[0], 4),
        }

    def lines(self) -> dict[str, object]:
        return {"low": f"{self.state['low']:g}", "high": f"{1 - self.state['low']:g}", "n": self.state["grid"]}

    @property
    def printed(self) -> str:
        z = self.both[1]
        return f"{z[0]:.4f} to {z[-1]:.4f}"
