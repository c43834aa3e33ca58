"""A prior over grids of codes: which codes stand beside which, learned from the grids of real pictures.

A grid of h x h codes is a picture of h x h pixels, each of which has one of K levels. So the chain rule that pixels.py
tells of holds for it as it stands, p(s) = prod_i p(s_i | s_1, ..., s_{i-1}), and with it exact probabilities, drawing
code by code, and labels. What differs is the network that gives the factors. Levels of grey are near each other or
far; of codes 17 and 18 that says nothing, so each code has a vector of its own, E[s], which is learned.

The network is a transformer. At place i it holds a vector h_i that may know the codes before i and nothing else:

    h_i  =  E_1[s_{i-1}] + E_2[above] + E_3[above, left] + E_4[above, right] + P[i] + Y[y]      place and label

    in each layer   h_i <- h_i + attention of h_i to h_1, ..., h_i         what has been drawn elsewhere
                    h_i <- h_i + a small network of h_i

    attention:  sum_j softmax_j(q_i . k_j / sqrt(d)) v_j,     q, k, v linear in h,     j <= i       (equation 1)

Looking back at j <= i only is what makes all factors of a grid come from one pass. And nothing that was computed for
the places before changes when a code is drawn: their k and v are kept, and a new code costs one place, not all.

Shapes: B batch, K codes, h side of the grid, N = h^2 places, C width. log-probabilities are in nats per grid.
Sources: Vaswani et al. 2017, "Attention is all you need", arXiv 1706.03762; Chen et al. 2020, "Generative pretraining
from pixels" (a transformer over the pixels of a picture, one after the other).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from genmodels.models.layers import linear, noise
from genmodels.models.pixels import Look, PixelModel

VERSION = 1

NUM_HEADS = 4  # attentions beside each other in a layer
WIDER = 4  # times: the hidden units of the small network
START = 0.02  # standard deviation of the vectors that are learned for codes, places and labels


class CodePrior(PixelModel):
    """p(s|y) for grids s of codes 0, ..., K - 1, and p(s), its mean over the labels y.

    As all of pixels.py it takes a code k as the level k / (K - 1); `levels_of` and `codes_of` go there and back.
    `width` is C.
    """

    def __init__(
        self,
        num_codes: int = 64,
        num_classes: int = 10,
        width: int = 96,
        num_layers: int = 3,
        side: int = 7,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(num_codes, num_classes, side)
        self.neighbours = Neighbours(num_codes, width, generator)
        self.places = nn.Parameter(START * _normal(side**2, width, generator))
        self.labels = nn.Parameter(START * _normal(num_classes, width, generator))
        self.layers = nn.ModuleList(Layer(width, generator) for _ in range(num_layers))
        self.norm, self.head = nn.LayerNorm(width), linear(width, num_codes, generator)

    def levels_of(self, codes: Tensor) -> Tensor:
        """Codes int64 (B, h, h) -> levels (B, 1, h, h) in [0, 1]."""
        return codes[:, None].float() / (self.levels - 1)

    def codes_of(self, x: Tensor) -> Tensor:
        """Levels (B, 1, h, h) -> codes int64 (B, h, h)."""
        return self.level_of(x)[:, 0]

    def logits(self, x: Tensor, label: Tensor | None = None) -> Tensor:
        """All factors of the grids x (B, 1, h, h) with labels (B,): (B, K, h, h), as logarithms up to a constant."""
        h = self.begin(self.codes_of(x), label)
        for layer in self.layers:
            h = layer(h)
        return self.head(self.norm(h)).transpose(1, 2).unflatten(2, (self.side, self.side))

    def begin(self, codes: Tensor, label: Tensor | None, places: slice = slice(None)) -> Tensor:
        """What each of the `places` holds before the first layer, (B, N, C)."""
        h = self.neighbours(codes, places) + self.places[places]
        return h if label is None else h + self.labels[label][:, None]

    def look(self, x: Tensor, label: Tensor | None) -> Look:
        """The factors one after the other, with what attention needs of the places before kept."""
        return CachedCodes(self, x, label)


class Neighbours(nn.Module):
    """The sum of the vectors of four codes that come before: the last one, and the three above.

    The last one is at the left, except at the beginning of a row: there it is the end of the row above, so that every
    code is seen from the next place. Beyond the grid stands a code of its own, number K.
    """

    def __init__(self, num_codes: int, width: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.outside = num_codes
        self.vectors = nn.Parameter(START * _normal(4 * (num_codes + 1), width, generator))

    def forward(self, codes: Tensor, places: slice = slice(None)) -> Tensor:
        """Codes (B, h, h) -> (B, N, C) at these places."""
        last = F.pad(codes.flatten(1)[:, :-1], (1, 0), value=self.outside)
        above = F.pad(codes, (1, 1, 1, 0), value=self.outside)[:, :-1]  # the row above each, with a border
        side = codes.shape[-1]
        before = [last] + [above[:, :, start : start + side].flatten(1) for start in (1, 0, 2)]
        tables = self.vectors.view(4, self.outside + 1, -1)
        found = [F.embedding(code[:, places], table) for code, table in zip(before, tables, strict=True)]
        return torch.stack(found).sum(0)


class Layer(nn.Module):
    """Attention to what came before, then a small network; both are added, and both begin at 0."""

    def __init__(self, width: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.norm_attend, self.norm_think = nn.LayerNorm(width), nn.LayerNorm(width)
        inner = NUM_HEADS * max(1, width // NUM_HEADS)
        self.attend, self.gather = linear(width, 3 * inner, generator), _silent(inner, width, generator)
        self.widen, self.narrow = linear(width, WIDER * width, generator), _silent(WIDER * width, width, generator)

    def forward(self, h: Tensor, past: Past | None = None) -> Tensor:
        """h (B, N, C) -> the same shape; with a `past`, h (B, 1, C) is the next place alone."""
        q, k, v = self.attend(self.norm_attend(h)).unflatten(2, (3, NUM_HEADS, -1)).permute(2, 0, 3, 1, 4)
        if past is not None:
            k, v = past.extended(k, v)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=past is None)  # (B, heads, N, C / heads)
        h = h + self.gather(seen.transpose(1, 2).flatten(2))
        out: Tensor = h + self.narrow(F.gelu(self.widen(self.norm_think(h))))
        return out


class Past:
    """The k and v of the places so far, (B, heads, N, C / heads) each."""

    def __init__(self) -> None:
        self.k = self.v = torch.zeros(0)

    def extended(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """With those of the next place, which are kept."""
        first = self.k.numel() == 0
        self.k = k if first else torch.cat([self.k, k], dim=2)
        self.v = v if first else torch.cat([self.v, v], dim=2)
        return self.k, self.v


class CachedCodes:
    """Gives one factor after the other, each place once through the network."""

    def __init__(self, prior: CodePrior, x: Tensor, label: Tensor | None) -> None:
        self.prior, self.x, self.label = prior, x, label
        self.pasts = [Past() for _ in prior.layers]
        self.next = 0  # the first place that has not been through

    def logits(self, row: int, column: int) -> Tensor:
        """(B, K), for a place after the one that was asked for before; those between count as they stand in x."""
        codes, h = self.prior.codes_of(self.x), torch.zeros(0)
        for place in range(self.next, row * self.prior.side + column + 1):
            h = self.prior.begin(codes, self.label, slice(place, place + 1))
            for layer, past in zip(self.prior.layers, self.pasts, strict=True):
                h = layer(h, past)
            self.next = place + 1
        out: Tensor = self.prior.head(self.prior.norm(h[:, 0]))
        return out


def _silent(num_in: int, num_out: int, generator: torch.Generator | None) -> nn.Linear:
    """A linear layer that gives 0 until it has learned something else."""
    layer = linear(num_in, num_out, generator)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


def _normal(rows: int, columns: int, generator: torch.Generator | None) -> Tensor:
    return noise("normal", (rows, columns), torch.device("cpu"), generator)
